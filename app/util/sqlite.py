"""Connections to SQLite: how they behave, and how long they wait for another writer."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

# Check foreign keys, let readers pass a writer, sync each commit.
MANNERS = ("PRAGMA foreign_keys = ON", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
WAIT_SECONDS = 3.0
SHORT_WAIT_SECONDS = 0.05
MEMORY_SECONDS = 1  # after which a lock that was there is worth a long wait again


class LockedLately:
    """When a connection of this process last waited for another writer in vain."""

    at = float("-inf")

    @classmethod
    def is_so(cls) -> bool:
        """Tell whether that was just now."""
        return time.monotonic() - cls.at < MEMORY_SECONDS


class PatientCursor(sqlite3.Cursor):
    """Notes where it has waited in vain."""

    def execute(self, *statement: Any) -> PatientCursor:
        """Run *statement*."""
        try:
            super().execute(*statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                LockedLately.at = time.monotonic()
            raise
        return self


class PatientConnection(sqlite3.Connection):
    """Waits for another writer, but not for long where others have just waited in vain.

    Else those that queue for a thread would wait one after the other, and readers behind them, for as
    long as somebody else holds the lock.
    """

    _waits = WAIT_SECONDS

    def cursor(self, factory: Any = PatientCursor) -> Any:
        """Return a new cursor."""
        return super().cursor(factory)

    def execute(self, *statement: Any) -> Any:
        """Run *statement* with a cursor as above, which the method of sqlite3 would not."""
        return self.cursor().execute(*statement)

    def get_ready(self) -> None:
        """Set how long this connection waits from now on."""
        waits = SHORT_WAIT_SECONDS if LockedLately.is_so() else WAIT_SECONDS
        if waits != self._waits:
            self.execute(f"PRAGMA busy_timeout = {round(waits * 1000)}")
            self._waits = waits
