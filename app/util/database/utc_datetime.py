"""The type of columns with instants, the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from app.util.database.stored import in_utc
from app.util.datetime_util import utc_clock_at


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
        return utc_clock_at(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Return what turns the stored UTC wall clock, on SQLite a text, into an aware datetime."""
        return in_utc
