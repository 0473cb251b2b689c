"""Connections to SQLite: how they behave, and how they wait for another writer."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from typing import Any

WAIT_SECONDS = 3.0
SHORT_WAIT_SECONDS = 0.05
FIRST_PAUSE_SECONDS = 0.0002  # a writer is done in two or three of them
LAST_PAUSE_SECONDS = 0.001  # SQLite's own, of 0.1 seconds at last, let others win for ever
LONGER = 1.1  # is each pause than the one before: whoever waits for long is not to ask all the time
MEMORY_SECONDS = 1  # after which a lock that was there is worth a long wait again

# Check foreign keys, let readers pass a writer, sync each commit.
PRAGMAS = ("PRAGMA foreign_keys = ON", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")


class PatientCursor(sqlite3.Cursor):
    """Waits for another writer, but not for long where others have just waited in vain.

    Else those that queue for a thread would wait one after the other, and readers behind them, for as
    long as somebody else holds the lock.
    """

    in_vain_at = float("-inf")  # when a cursor of this process last waited in vain

    def execute(self, *statement: Any) -> PatientCursor:
        """Run *statement*.  Raises OperationalError if another writer was there all the time."""
        return self._patiently(super().execute, statement)

    def executemany(self, sql: str, rows: Iterable[Any]) -> PatientCursor:
        """Run *sql* for each of *rows*.  Raises as ``execute`` does, and then it has run for none."""
        return self._patiently(super().executemany, (sql, list(rows)))

    def _patiently(self, run: Callable[..., Any], statement: tuple[Any, ...]) -> PatientCursor:
        until, pause = None, FIRST_PAUSE_SECONDS
        while True:
            try:
                run(*statement)
            except sqlite3.OperationalError as error:
                if not _is_worth_waiting(error):
                    if _is(sqlite3.SQLITE_READONLY, error) or _is(sqlite3.SQLITE_ERROR, error):
                        self.connection.forget_file()  # type: ignore[attr-defined]
                    raise
                until = until or time.monotonic() + _patience()
                if time.monotonic() >= until:
                    PatientCursor.in_vain_at = time.monotonic()
                    raise
                time.sleep(pause)
                pause = min(pause * LONGER, LAST_PAUSE_SECONDS)
            else:
                return self


class PatientConnection(sqlite3.Connection):
    """A connection whose statements are patient."""

    def __init__(self, file: str, *arguments: Any, **options: Any) -> None:
        super().__init__(file, *arguments, **options)
        self._path = file
        self._file = _file_at(file)
        for pragma in PRAGMAS:
            self.execute(pragma)

    def cursor(self, factory: Any = PatientCursor) -> Any:
        """Return a new cursor."""
        return super().cursor(factory)

    def execute(self, *statement: Any) -> Any:
        """Run *statement* with a cursor as above, which the method of sqlite3 would not."""
        return self.cursor().execute(*statement)

    def rows_alone(self, sql: str, arguments: Any) -> list[Any]:
        """Return all rows of the statement *sql*, which is committed when they have been read."""
        if self.isolation_level is not None:
            self.isolation_level = None  # else sqlite3 begins a transaction before it changes something
        rows: list[Any] = self.execute(sql, arguments).fetchall()
        return rows

    def get_ready(self) -> None:
        """Begin a transaction with the next change."""
        if self.isolation_level is None:
            self.isolation_level = "DEFERRED"

    def forget_file(self) -> None:
        """Come to an end: the file was read-only when it was opened, or lacked tables, and may not by now."""
        self._file = None

    def has_ended(self) -> bool:
        """Tell whether another file is in the place of this one, or none: a backup was restored.

        SQLite would go on with the file of before, and what it writes would be lost with that.
        """
        return _file_at(self._path) != self._file


def merge_log(path: str) -> None:
    """Move what the ``-wal`` of the file at *path* has into that file, unless somebody has it open.

    SQLite does so as the last connection is closed; but of two that are closed at one moment, each takes the
    other for the last.
    """
    if not _file_at(f"{path}-wal"):
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=SHORT_WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA schema_version")  # which reads the file: until then it is not open


def _file_at(path: str) -> tuple[int, int] | None:
    """Return which file is at *path*; None where there is none, or it is no path but a URI."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _is_worth_waiting(error: sqlite3.OperationalError) -> bool:
    """Tell whether another connection has the lock, which writes, or mends the file of a dead one.

    A transaction that began with reading what has changed since (SNAPSHOT) has to begin anew.
    """
    return _is(sqlite3.SQLITE_BUSY, error) and error.sqlite_errorcode != sqlite3.SQLITE_BUSY_SNAPSHOT


def _is(code: int, error: sqlite3.OperationalError) -> bool:
    """Tell whether *error* is of the kind that *code* stands for."""
    return error.sqlite_errorcode & 0xFF == code


def _patience() -> float:
    """Return for how many seconds to wait."""
    lately = time.monotonic() - PatientCursor.in_vain_at < MEMORY_SECONDS
    return SHORT_WAIT_SECONDS if lately else WAIT_SECONDS
