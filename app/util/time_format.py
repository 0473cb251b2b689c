"""How instants, days and durations are written.

``strftime`` and its like take several microseconds for each text.  Here a day is written by them, once for
all its instants, and a clock is put together from tables.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email.utils import format_datetime

from app.util.datetime_util import REMEMBERED_INSTANTS, to_local
from app.util.remembered import remembered

_DAYS = 2**10  # of which it is known how they are written
_FEW = 64
_HOURS = [clock_time(hour) for hour in range(24)]
_OF_TWELVE = [f"{hour:%I}" for hour in _HOURS]
_AM_OR_PM = [f"{hour:%p}" for hour in _HOURS]
_TWO_DIGITS = [f"{number:02d}" for number in range(60)]


class LocalFormat:
    """Writes instants in the server's time zone, and remembers how as long as that is the same."""

    def __init__(self) -> None:
        self._zone: tuple[str, str] | None = None
        self._write: Callable[[datetime], str] = _write_local

    def __call__(self, instant: datetime) -> str:
        """Write the aware *instant*: ``11/21/26 07:07:21 PM UTC``."""
        return self.writer()(instant)

    def writer(self) -> Callable[[datetime], str]:
        """Return what writes instants in the zone that is the server's now."""
        if self._zone is not time.tzname:  # tzset() makes it anew, be its words the same or not
            self._zone, self._write = time.tzname, remembered(REMEMBERED_INSTANTS)(_write_local)
        return self._write


def _write_local(instant: datetime) -> str:
    """Write the aware *instant* as ``%m/%d/%y %I:%M:%S %p %Z``."""
    local = to_local(instant)
    hour, minute, second = _OF_TWELVE[local.hour], _TWO_DIGITS[local.minute], _TWO_DIGITS[local.second]
    return f"{_local_day(local.date())} {hour}:{minute}:{second} {_AM_OR_PM[local.hour]} {local.tzname()}"


@remembered(_DAYS)
def _local_day(day: date) -> str:
    return f"{day:%m/%d/%y}"


format_local = LocalFormat()


@remembered(REMEMBERED_INSTANTS)
def format_iso8601(instant: datetime) -> str:
    """Write the aware *instant* for programs (RFC 3339): ``2026-11-21T19:07:21+00:00``."""
    in_utc = instant.astimezone(UTC)  # it is remembered for equal instants of any zone
    if in_utc.microsecond:
        return in_utc.isoformat()
    return f"{_iso8601_day(in_utc.date())}T{_clock(in_utc.hour, in_utc.minute, in_utc.second)}+00:00"


@remembered(_DAYS)
def _iso8601_day(day: date) -> str:
    return day.isoformat()


@remembered(REMEMBERED_INSTANTS)
def format_rfc822(instant: datetime) -> str:
    """Write the aware *instant* for programs (RFC 822): ``Sat, 21 Nov 2026 19:07:21 -0000``."""
    in_utc = instant.astimezone(UTC)
    return f"{_rfc822_day(in_utc.date())} {_clock(in_utc.hour, in_utc.minute, in_utc.second)} -0000"


@remembered(_DAYS)
def _rfc822_day(day: date) -> str:
    return format_datetime(datetime.combine(day, clock_time())).removesuffix(" 00:00:00 -0000")


def format_day(day: date) -> str:
    """Write *day* for people: ``Nov 21 2026``."""
    return f"{day:%b %d} {day.year:04d}"


def format_duration(duration: timedelta) -> str:
    """Write a *duration* that is not negative as a clock does: ``40 days, 04:52:38``."""
    days, clock = duration.days, _clock_after(duration.seconds)
    if not days:
        return clock
    return f"{days} {'day' if days == 1 else 'days'}, {clock}"


@remembered(_FEW)
def _clock_after(seconds: int) -> str:
    """Write *seconds* of less than a day: until the ends of different days, most often as many."""
    minutes, seconds = divmod(seconds, 60)
    return _clock(*divmod(minutes, 60), seconds)


def _clock(hour: int, minute: int, second: int) -> str:
    return f"{_TWO_DIGITS[hour]}:{_TWO_DIGITS[minute]}:{_TWO_DIGITS[second]}"
