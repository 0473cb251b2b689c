"""From a row to a document, written out by hand: for the floor, and for FastAPI by an expert.

The shape of a widget stands in ``widget_document`` alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.peers.shared.pages import PATH, PageNumbers, widget_links
from bench.peers.shared.settings import IS_SQLITE

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def widget_document(row: Any, now: datetime, base_url: str, *, is_admin: bool) -> dict[str, Any]:
    """Return a widget: *row* is name, info_url, created_at, deadline, the owner's email and public_id."""
    name, info_url, created_at, deadline, email, public_id = row
    created_at, deadline = instant(created_at), instant(deadline)
    link = f"{base_url}{PATH}/{name}"
    return {
        "name": name,
        "info_url": info_url,
        "created_at": local_time(created_at),
        "created_at_iso8601": created_at.isoformat(),
        "created_at_rfc822": rfc822(created_at),
        "deadline": local_time(deadline),
        "deadline_iso8601": deadline.isoformat(),
        "deadline_passed": now > deadline,
        "time_remaining": duration(deadline - now) if deadline > now else "No time remaining",
        "owner": {"email": email, "public_id": public_id},
        "link": link,
        "links": widget_links(link, is_admin=is_admin),
    }


def page_document(
    numbers: PageNumbers,
    links: dict[str, str],
    rows: Iterable[Any],
    now: datetime,
    base_url: str,
    *,
    is_admin: bool,
) -> dict[str, Any]:
    """Return a page of widgets."""
    return {
        "links": links,
        "has_prev": numbers.prev is not None,
        "has_next": numbers.next is not None,
        "page": numbers.page,
        "total_pages": numbers.total_pages,
        "items_per_page": numbers.per_page,
        "total_items": numbers.total,
        "items": [widget_document(row, now, base_url, is_admin=is_admin) for row in rows],
    }


def user_document(row: Any, public_id: str, expires_at: int, now: datetime) -> dict[str, Any]:
    """Return a user: *row* is email, admin, registered_on."""
    email, admin, registered_on = row
    remaining = datetime.fromtimestamp(expires_at, UTC) - now
    return {
        "email": email,
        "public_id": public_id,
        "admin": bool(admin),
        "registered_on": local_time(instant(registered_on)),
        "token_expires_in": duration(max(remaining, timedelta(0))),
    }


if IS_SQLITE:

    def instant(stored: str) -> datetime:
        """Return the instant that is kept as a text in UTC."""
        return datetime.fromisoformat(f"{stored}+00:00")

else:

    def instant(stored: datetime) -> datetime:  # type: ignore[misc]
        """Return the instant that is kept without a zone, in UTC."""
        return stored.replace(tzinfo=UTC)


def local_time(value: datetime) -> str:
    """Write ``11/21/26 07:07:21 PM UTC`` in the server's time zone, without strftime."""
    local = value.astimezone()
    half, hour = ("AM", "PM")[local.hour >= 12], local.hour % 12 or 12
    day = f"{local.month:02d}/{local.day:02d}/{local.year % 100:02d}"
    return f"{day} {hour:02d}:{local.minute:02d}:{local.second:02d} {half} {local.tzname()}"


def rfc822(value: datetime) -> str:
    """Write ``Sat, 21 Nov 2026 19:07:21 -0000``; *value* is in UTC."""
    day = f"{DAYS[value.weekday()]}, {value.day:02d} {MONTHS[value.month - 1]} {value.year:04d}"
    return f"{day} {value.hour:02d}:{value.minute:02d}:{value.second:02d} -0000"


def duration(value: timedelta) -> str:
    """Write ``40 days, 04:52:38``; *value* is not negative."""
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
    return f"{value.days} {'day' if value.days == 1 else 'days'}, {clock}" if value.days else clock
