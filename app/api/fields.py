"""Fields of restx Models beyond those of the library: how instants and durations are written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask_restx import fields

from app.api.occasion import Occasion
from app.util.datetime_util import utc_now
from app.util.time_format import format_duration, format_iso8601, format_local, format_rfc822


def nullable(field: fields.Raw) -> fields.Raw:
    """Return *field*, of which both documents say now that it may be null: restx keeps it to itself."""
    described = field.schema
    field.schema = lambda: _or_null(described())
    return field


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return *schema* for Swagger 2.0, where nothing may stand beside a reference."""
    reference = schema.pop("$ref", None)
    return schema | ({"allOf": [{"$ref": reference}]} if reference else {}) | {"x-nullable": True}


class Email(fields.String):
    """The address of an account."""

    __schema_format__ = "email"
    __schema_example__ = "user@example.com"


class Uuid(fields.String):
    """A name that no other thing has (RFC 9562)."""

    __schema_format__ = "uuid"
    __schema_example__ = "14c3acd1-dc6e-4edd-81a0-a63f565e2b53"


class LocalTime(fields.String):
    """An instant for people, in the server's time zone: ``11/21/26 07:07:21 PM UTC``."""

    __schema_example__ = "11/21/26 07:07:21 PM UTC"

    def for_document(self, _occasion: Occasion) -> Callable[[datetime], str]:
        """Return what writes an instant."""
        return format_local.writer()

    def format(self, value: datetime) -> str:
        """Write the aware *value*."""
        return format_local(value)


class Iso8601Time(fields.DateTime):
    """An instant for programs (RFC 3339): ``2026-11-21T19:07:21+00:00``."""

    __schema_example__ = "2026-11-21T19:07:21+00:00"

    def for_document(self, _occasion: Occasion) -> Callable[[datetime], str]:
        """Return what writes an instant."""
        return format_iso8601

    def format(self, value: datetime) -> str:
        """Write the aware *value*."""
        return format_iso8601(value)


class Rfc822Time(fields.DateTime):
    """An instant for programs (RFC 822): a plain string to clients, because it is no ``date-time``."""

    __schema_format__ = None
    __schema_example__ = "Sat, 21 Nov 2026 19:07:21 -0000"

    def for_document(self, _occasion: Occasion) -> Callable[[datetime], str]:
        """Return what writes an instant."""
        return format_rfc822

    def format(self, value: datetime) -> str:
        """Write the aware *value*."""
        return format_rfc822(value)


class Duration(fields.String):
    """A time span: ``40 days, 04:52:38``."""

    def format(self, value: timedelta) -> str:
        """Write the *value*, which is not negative."""
        return format_duration(value)


class HasPassed(fields.Boolean):
    """Whether an instant is over."""

    def for_document(self, occasion: Occasion) -> Callable[[datetime], bool]:
        """Return what compares an instant with the present one."""
        return occasion.now.__gt__

    def format(self, value: datetime) -> bool:
        """Tell whether *value* is over."""
        return self.for_document(Occasion.at(utc_now()))(value)


class TimeUntil(fields.String):
    """The time span until an instant; after it, the words *if_over*."""

    def __init__(self, *, if_over: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.if_over = if_over

    def for_document(self, occasion: Occasion) -> Callable[[datetime], str]:
        """Return what writes the time that is left until an instant."""
        start, write, over = occasion.counted, format_duration, self.if_over
        return lambda instant: write(instant - start) if instant >= start else over

    def format(self, value: datetime) -> str:
        """Write the time until *value*."""
        return self.for_document(Occasion.at(utc_now()))(value)
