"""Instants, days and how they are written.

Inside the application every instant is an aware datetime in UTC.  The server's time zone, the one
that the operating system reports and ``TZ`` overrides, decides two things only: which day it is,
and how an instant is shown to people.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from email.utils import format_datetime

from app.util.remembered import remembered

LOCAL_FORMAT = "%m/%d/%y %I:%M:%S %p %Z"
REMEMBERED = 2**14  # instants of which it is known how they are written
_FEW = 64
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


def utc_now() -> datetime:
    """Return the current instant, in UTC and whole seconds: the one place that reads the clock."""
    return datetime.fromtimestamp(int(time.time()), UTC)


def local_today() -> date:
    """Return today's date in the server's time zone."""
    return to_local(utc_now()).date()


def at_utc_clock(shown: datetime) -> datetime:
    """Return the instant at which a clock in UTC shows *shown*, whose own zone does not count.

    Two parts are put together here, and below, because ``datetime.replace`` takes four times as long.
    """
    return datetime.combine(shown, shown.time(), UTC)


def utc_clock_at(instant: datetime) -> datetime:
    """Return what a clock in UTC shows at the aware *instant*, without a zone."""
    in_utc = instant.astimezone(UTC)
    return datetime.combine(in_utc, in_utc.time())


def to_local(instant: datetime) -> datetime:
    """Return the aware *instant* in the server's time zone, with the offset valid at that instant."""
    try:
        return instant.astimezone()
    except (OverflowError, ValueError):
        # The last hours of the year 9999 have no local time east of Greenwich.
        return instant


def end_of_day(day: date) -> datetime:
    """Return the last whole second of *day* in the server's time zone, in UTC.

    It is the second before the next day begins, because a change of the clocks can skip or repeat
    23:59:59; the last one, if they go back across midnight and the day comes again.
    Raises ValueError if UTC has no such instant (9999-12-31, west of Greenwich).
    """
    if day == date.max:
        return _a_day_after(end_of_day(day - _ONE_DAY))  # there is no next day, and no change of the clocks
    midnight = datetime.combine(day + _ONE_DAY, clock_time.min)
    ends = [_from_local(midnight) - _ONE_SECOND]
    with suppress(ValueError, OverflowError):  # in the last days of the calendar, because it looks ahead
        ends.append(_from_local(midnight.replace(fold=1)) - _ONE_SECOND)
    if ends[0] == ends[-1]:  # no change of the clocks near
        return ends[0]
    return max((end for end in ends if to_local(end).date() == day), default=ends[0])


def _a_day_after(instant: datetime) -> datetime:
    try:
        return instant + _ONE_DAY
    except OverflowError as error:
        raise ValueError("there is no later year than 9999") from error


def _from_local(naive: datetime) -> datetime:
    """Return the instant at which the server's clocks show *naive*, or would if they did not skip it.

    ``naive.astimezone()`` is an hour off where the clocks skip midnight, as they do in Havana.
    """
    return datetime.fromtimestamp(naive.timestamp(), UTC)


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
            self._zone, self._write = time.tzname, remembered(REMEMBERED)(_write_local)
        return self._write


def _write_local(instant: datetime) -> str:
    return to_local(instant).strftime(LOCAL_FORMAT)


format_local = LocalFormat()


@remembered(REMEMBERED)
def format_iso8601(instant: datetime) -> str:
    """Write the aware *instant* for programs (RFC 3339): ``2026-11-21T19:07:21+00:00``."""
    return instant.astimezone(UTC).isoformat()  # it is remembered for equal instants of any zone


@remembered(REMEMBERED)
def format_rfc822(instant: datetime) -> str:
    """Write the aware *instant* for programs (RFC 822): ``Sat, 21 Nov 2026 19:07:21 -0000``."""
    return format_datetime(utc_clock_at(instant))


def format_day(day: date) -> str:
    """Write *day* for people: ``Nov 21 2026``."""
    return f"{day:%b %d} {day.year:04d}"


def format_duration(duration: timedelta) -> str:
    """Write a *duration* that is not negative as a clock does: ``40 days, 04:52:38``."""
    days, clock = duration.days, _clock(duration.seconds)
    if not days:
        return clock
    return f"{days} {'day' if days == 1 else 'days'}, {clock}"


@remembered(_FEW)
def _clock(seconds: int) -> str:
    """Write *seconds* of less than a day: until the ends of different days, most often as many."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"
