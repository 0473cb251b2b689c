"""From text to a day, by dateutil's parser, with nothing filled in."""

import re
from datetime import date, datetime

from dateutil import parser

# dateutil completes a text from a default date.  These two differ in year, month and day, so a
# text that leaves any of them open names two different days, and one that leaves none open, one.
_DEFAULTS = (datetime(2000, 1, 31), datetime(2004, 3, 1))
_is_iso8601 = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII).fullmatch  # as programs write it


def parse_date(text: str) -> date:
    """Return the day that *text* names with day, month and year.

    A time and an offset may stand in the text; they are checked and do not move the day.
    Raises ValueError.
    """
    if _is_iso8601(text):
        return date.fromisoformat(text)  # the same day as below, or none, and much faster
    days = {_parse(text, default) for default in _DEFAULTS}
    if len(days) > 1:
        raise ValueError("day, month and year must all be named")
    return days.pop()


def _parse(text: str, default: datetime) -> date:
    try:
        moment: datetime = parser.parse(text, default=default, tzinfos=_offset_or_none)
        moment.utcoffset()  # dateutil takes +25:00, which no clock has: asking raises ValueError
    except Exception as error:
        raise ValueError(str(error)) from error
    return moment.date()


def _offset_or_none(_name: str | None, offset: int | None) -> int | None:
    """Take a zone's offset in seconds as it is read, and no offset for a name that only people know."""
    return offset
