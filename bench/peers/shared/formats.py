"""How instants and spans are written with the means of the standard library."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

LOCAL_FORMAT = "%m/%d/%y %I:%M:%S %p %Z"


def aware(value: datetime) -> datetime:
    """Return the stored *value*, which is in UTC, with its zone."""
    return value.replace(tzinfo=UTC)


def local_time(value: datetime) -> str:
    """Write the stored *value* in the server's time zone: ``11/21/26 07:07:21 PM UTC``."""
    return aware(value).astimezone().strftime(LOCAL_FORMAT)


def iso8601(value: datetime) -> str:
    """Write the stored *value*: ``2026-11-21T19:07:21+00:00``."""
    return aware(value).isoformat()


def rfc822(value: datetime) -> str:
    """Write the stored *value*: ``Sat, 21 Nov 2026 19:07:21 -0000``."""
    return format_datetime(value.replace(tzinfo=None))


def time_remaining(deadline: datetime, now: datetime) -> str:
    """Write the time from *now* (aware) until the stored *deadline*."""
    remaining = aware(deadline) - now
    return timespan(remaining) if remaining > timedelta(0) else "No time remaining"


def timespan(value: timedelta) -> str:
    """Write ``40 days, 04:52:38``; *value* is not negative."""
    hours, rest = divmod(value.seconds, 3600)
    clock = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{value.days} {'day' if value.days == 1 else 'days'}, {clock}" if value.days else clock
