"""What the widget resources take and what they tell."""

import re
from datetime import datetime

from flask_restx import Model, fields
from flask_restx.inputs import URL

from app.api.argument_types import PathArgument, text_type
from app.api.arguments import ArgumentParser
from app.api.fields import Email, HasPassed, Iso8601Time, LocalTime, Rfc822Time, TimeUntil, Uuid
from app.api.link_fields import Link, Links
from app.api.pagination import page_model, pagination_links_model, pagination_reqparser
from app.util.date_parser import parse_date
from app.util.datetime_util import end_of_day, local_today
from app.util.time_format import format_day

MAX_NAME_LENGTH = 100
MAX_URL_LENGTH = 255
MAX_DATE_LENGTH = 100
NAME_PATTERN = r"[A-Za-z0-9_-]+"
INVALID_NAME = (
    "'{}' contains one or more invalid characters. Widget name must contain only letters, "
    "numbers, hyphen and/or underscore characters."
)
NOT_A_DATE = (
    "Failed to parse '{}' as a valid date. You can use any format recognized by dateutil.parser. "
    "For example, all of the strings below are valid ways to represent the same date: "
    "'2018-5-13' -or- '05/13/2018' -or- 'May 13 2018'."
)
FUTURE_DATE = "future-date-text"  # no standard format: one has a form of its own, or a past
_absolute_url = URL(schemes=["http", "https"])

# What _absolute_url takes, but for oddities that no client means: hosts that end in a number, leading blanks.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# And what cannot be seen, or turns the direction of text round, but for what joins letters and emoji.
CONTROL_CHARACTERS = (
    r"\u0000-\u001F\u007F-\u009F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u180E"
    r"\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB"
)
URL_PATTERN = (
    rf"[Hh][Tt][Tt][Pp][Ss]?://(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]+\.?"
    rf"(?:[/?#][^{CONTROL_CHARACTERS}\uFFFD]*)?"
)
_has_control_character = re.compile(f"[{CONTROL_CHARACTERS}]").search


@text_type(max_length=MAX_NAME_LENGTH, pattern=NAME_PATTERN, refusal=INVALID_NAME, example="first-widget")
def widget_name(name: str) -> str:
    """Return *name*, which is letters, digits, hyphens and underscores of ASCII."""
    return name


widget_path_name = PathArgument("name", max_length=MAX_NAME_LENGTH, example="first-widget")


@text_type(max_length=MAX_URL_LENGTH, looks_like=URL_PATTERN, example="https://www.widget.info")
def info_url(value: str) -> str:
    """Return *value* if it is an absolute http or https URL.  Raises ValueError."""
    if _has_control_character(value):
        raise ValueError("must not contain control characters")
    url: str = _absolute_url(value)
    return url


@text_type(
    max_length=MAX_DATE_LENGTH,
    refusal=NOT_A_DATE,
    empty_refusal=NOT_A_DATE,
    looks_like="",
    format=FUTURE_DATE,
    description="Day, month and year of today or later, in any format that dateutil.parser reads",
    example="2060-12-31",
)
def future_date_string(value: str) -> datetime:
    """Return the end of the day that *value* names, in UTC.

    The day is today or later, by the calendar of the server's time zone.  Raises ValueError.
    """
    try:
        day = parse_date(value)
        deadline = end_of_day(day)
    except (ValueError, OverflowError):
        raise ValueError(NOT_A_DATE.format(value)) from None
    today = local_today()
    if day < today:
        raise ValueError(
            f"Successfully parsed {value} as {format_day(day)}. However, this value must be a date in "
            f"the future and {format_day(day)} is BEFORE {format_day(today)}"
        )
    return deadline


def _widget_reqparser(*, new: bool) -> ArgumentParser:
    """Return the parser of a *new* widget, or of one that exists and has a name already."""
    parser = ArgumentParser()
    parser.add_argument("name", type=widget_name, location="form", required=new)
    parser.add_argument("info_url", type=info_url, location="form", required=True)
    parser.add_argument("deadline", type=future_date_string, location="form", required=True)
    return parser


widget_reqparser = _widget_reqparser(new=True)
update_widget_reqparser = _widget_reqparser(new=False)

widget_owner_model = Model(
    "Widget Owner",
    {"email": Email(required=True), "public_id": Uuid(required=True)},
)

widget_model = Model(
    "Widget",
    {
        "name": fields.String(required=True, example="first-widget"),
        "info_url": fields.String(required=True, example="https://www.widget.info"),
        "created_at": LocalTime(required=True),
        "created_at_iso8601": Iso8601Time(required=True, attribute="created_at"),
        "created_at_rfc822": Rfc822Time(required=True, attribute="created_at"),
        "deadline": LocalTime(required=True),
        "deadline_iso8601": Iso8601Time(required=True, attribute="deadline"),
        "deadline_passed": HasPassed(required=True, attribute="deadline"),
        "time_remaining": TimeUntil(
            required=True, attribute="deadline", if_over="No time remaining", example="40 days, 04:52:38"
        ),
        "owner": fields.Nested(widget_owner_model, required=True),
        "link": Link("api.widget", "name", required=True),
        "links": Links("api.widget", "name", required=True),
    },
)

pagination_model = page_model("Pagination", widget_model)

# The tutorial has what pages take and tell in this room too; it is the same for all resources.
__all__ = [
    "future_date_string",
    "info_url",
    "pagination_links_model",
    "pagination_model",
    "pagination_reqparser",
    "update_widget_reqparser",
    "widget_model",
    "widget_name",
    "widget_owner_model",
    "widget_path_name",
    "widget_reqparser",
]
