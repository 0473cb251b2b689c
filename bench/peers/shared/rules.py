"""Which input is taken, and the reason for what is not.  A rule returns a value or raises ValueError."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from dateutil import parser

from bench.peers.shared.refusals import invalid_input

PAGE_SIZES = (5, 10, 25, 50, 100)
DEFAULT_PAGE_SIZE = 10
MAX_PAGE = 2**31 - 1
MISSING = "Missing required parameter in the request body, a form or a JSON object"
NOT_AN_OBJECT = "must be a form or a JSON object"
NOT_TEXT = "must be valid text without NUL characters"
INVALID_NAME = (
    "'{}' contains one or more invalid characters. Widget name must contain only letters, "
    "numbers, hyphen and/or underscore characters."
)
NOT_A_DATE = (
    "Failed to parse '{}' as a valid date. You can use any format recognized by dateutil.parser. "
    "For example, all of the strings below are valid ways to represent the same date: "
    "'2018-5-13' -or- '05/13/2018' -or- 'May 13 2018'."
)
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
# Two days that differ in year, month and day: a text that leaves one of them open names two days.
_DEFAULTS = (datetime(2000, 1, 31), datetime(2004, 3, 1))


@dataclass(frozen=True, slots=True)
class NewWidget:
    """The fields of a widget to be made.  *deadline* is aware, in UTC."""

    name: str
    info_url: str
    deadline: datetime


def utc_now() -> datetime:
    """Return the current instant in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def widget_name(value: Any) -> str:
    """Return a widget's name."""
    text = _text(value, max_length=100, refusal=INVALID_NAME)
    if not _NAME.fullmatch(text):
        raise ValueError(INVALID_NAME.format(text))
    return text


def info_url(value: Any) -> str:
    """Return an absolute URL of http or https."""
    text = _text(value, max_length=255)
    if not text.isprintable():
        raise ValueError("must not contain control characters")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        raise ValueError(f"{text} is not a valid URL")
    return text


def future_deadline(value: Any) -> datetime:
    """Return the end of the day that *value* names, today or later in the server's time zone."""
    text = _text(value, max_length=100, refusal=NOT_A_DATE)
    day, today = _parse_day(text), utc_now().astimezone().date()
    if day < today:
        raise ValueError(
            f"Successfully parsed {text} as {day:%b %d %Y}. However, this value must be a date in "
            f"the future and {day:%b %d %Y} is BEFORE {today:%b %d %Y}"
        )
    return _end_of_day(day)


def page_number(text: str) -> int:
    """Return the number of a page."""
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGE)) and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    raise ValueError(f"must be a whole number from 1 to {MAX_PAGE}")


def page_size(text: str) -> int:
    """Return how many items a page has."""
    if text in map(str, PAGE_SIZES):
        return int(text)
    raise ValueError(f"must be one of {', '.join(map(str, PAGE_SIZES))}")


def new_widget(body: Any) -> NewWidget:
    """Return the fields of *body*, a JSON document.  Raises Refusal with all that is wrong."""
    if not isinstance(body, dict):
        raise invalid_input({"body": NOT_AN_OBJECT})
    rules = {"name": widget_name, "info_url": info_url, "deadline": future_deadline}
    return NewWidget(**_checked(rules, body))


def page_wanted(query: Mapping[str, str]) -> tuple[int, int]:
    """Return the number and the size of the page that *query* asks for.  Raises Refusal."""
    given = {"page": "1", "per_page": str(DEFAULT_PAGE_SIZE)} | dict(query)
    fields = _checked({"page": page_number, "per_page": page_size}, given)
    return fields["page"], fields["per_page"]


def _checked(rules: Mapping[str, Callable[[Any], Any]], sent: Mapping[str, Any]) -> dict[str, Any]:
    fields, errors = {}, {}
    for name, rule in rules.items():
        try:
            if name not in sent:
                raise ValueError(MISSING)
            fields[name] = rule(sent[name])
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise invalid_input(errors)
    return fields


def _text(value: Any, *, max_length: int, refusal: str = NOT_TEXT) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    if not 1 <= len(value) <= max_length:
        raise ValueError(f"must have 1 to {max_length} characters")
    if "\0" in value:
        raise ValueError(refusal.format(value))
    return value


def _parse_day(text: str) -> date:
    try:
        days = {parser.parse(text, default=default).date() for default in _DEFAULTS}
    except (ValueError, OverflowError):
        days = set()
    if len(days) != 1:
        raise ValueError(NOT_A_DATE.format(text))
    return days.pop()


def _end_of_day(day: date) -> datetime:
    next_day = datetime.combine(day + timedelta(days=1), time.min)
    return datetime.fromtimestamp(next_day.timestamp(), UTC) - timedelta(seconds=1)
