"""Instants and days.

Inside the application every instant is an aware datetime in UTC.  The server's time zone, the one
that the operating system reports and ``TZ`` overrides, decides two things only: which day it is,
and how an instant is shown to people (``time_format.py``).
"""

import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

CLOCK_SECONDS = 10  # by which the clocks of two instances may differ
REMEMBERED_INSTANTS = 2**14  # instants that are known again when they are read or written
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
