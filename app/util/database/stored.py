"""From what is stored to what it means, where somebody else may have stored it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from app.util.datetime_util import REMEMBERED_INSTANTS, at_utc_clock
from app.util.remembered import remembered


class Unreadable(SQLAlchemyError, ValueError):
    """A row has a value that is none for its column; SQLite takes anything."""


@remembered(REMEMBERED_INSTANTS)
def in_utc(stored: datetime | str | None) -> datetime | None:
    """Return the instant that is *stored*; what was read lately is the same object again.

    Raises Unreadable.
    """
    if stored is None:
        return None
    try:
        return at_utc_clock(datetime.fromisoformat(stored) if isinstance(stored, str) else stored)
    except (ValueError, TypeError, AttributeError):  # a text, bytes or a number
        raise Unreadable(f"no instant: {stored!r}") from None
