"""What SQLAlchemy is taught about the two databases: a type for instants, SQLite's manners, commits."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

POSTGRESQL_UNIQUE_VIOLATION = "23505"
SQLITE_UNIQUE_VIOLATIONS = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: takes any aware datetime and gives it back in UTC.

    It is stored without a zone, because PostgreSQL would give a ``timestamptz`` back in the
    session's zone, where the ends of the calendar do not exist, and SQLite has no zones at all.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into the UTC wall clock; a naive one is a ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn the stored UTC wall clock into an aware datetime."""
        return None if value is None else value.replace(tzinfo=UTC)


@event.listens_for(Engine, "connect")
def prepare_sqlite(connection: Any, _record: Any) -> None:
    """Make each SQLite connection check foreign keys, let readers pass a writer, and sync commits."""
    if not isinstance(connection, sqlite3.Connection):
        return
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def is_unique_violation(error: IntegrityError) -> bool:
    """Tell whether *error* says that a value which must be unique is there already."""
    cause: Any = error.orig
    if isinstance(cause, sqlite3.IntegrityError):
        return cause.sqlite_errorname in SQLITE_UNIQUE_VIOLATIONS
    return getattr(cause, "sqlstate", None) == POSTGRESQL_UNIQUE_VIOLATION
