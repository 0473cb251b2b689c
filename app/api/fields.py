"""Fields of restx Models beyond those of the library: how instants, durations and links are written."""

from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_restx import fields

from app.util.datetime_util import format_duration, format_local


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

    def format(self, value: datetime) -> str:
        """Write the aware *value*."""
        return format_local(value)


class Iso8601Time(fields.DateTime):
    """An instant for programs (RFC 3339): ``2026-11-21T19:07:21+00:00``."""

    __schema_example__ = "2026-11-21T19:07:21+00:00"

    def format(self, value: datetime) -> str:
        """Write the aware *value*."""
        return value.isoformat()


class Rfc822Time(fields.DateTime):
    """An instant for programs (RFC 822): a plain string to clients, because it is no ``date-time``."""

    __schema_format__ = None
    __schema_example__ = "Sat, 21 Nov 2026 19:07:21 -0000"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dt_format="rfc822", **kwargs)


class Duration(fields.String):
    """A time span: ``40 days, 04:52:38``; where it is zero, the words *if_zero*."""

    def __init__(self, *, if_zero: str = "00:00:00", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.if_zero = if_zero

    def format(self, value: timedelta) -> str:
        """Write the *value*, which is not negative."""
        return format_duration(value) if value else self.if_zero


class Link(fields.String):
    """The absolute URL of the object's own *endpoint*, which its *key* attribute completes."""

    __schema_format__ = "uri"

    def __init__(self, endpoint: str, key: str, **kwargs: Any) -> None:
        super().__init__(attribute=key, **kwargs)
        self.endpoint = endpoint
        self.key = key

    def format(self, value: str) -> str:
        """Return the URL of the object whose key is *value*."""
        return url_for(self.endpoint, _external=True, **{self.key: value})
