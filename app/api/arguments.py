"""How a request is read: each field at most once, bounded, checked, and refused by its name.

A resource declares its fields in its ``dto``, with types from ``app.api.argument_types``.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from flask import Request
from flask_restx import reqparse

from app.errors import InvalidInput
from app.util.present import present_request

MAX_FIELDS = 100
Values: TypeAlias = Mapping[str, list[Any]]


class Argument(reqparse.Argument):
    """A field of the query (``location="args"``) or of the body (``location="form"``, JSON alike)."""

    def read(self, values: list[Any]) -> Any:
        """Return the value that *values*, all that were sent, stand for.  Raises ValueError."""
        if not values:
            if self.required:
                raise ValueError(f"Missing required parameter in {_PLACES[self.location]}")
            return self.default
        if len(values) > 1:
            raise ValueError("must be given only once")
        return self.type(values[0])


class ArgumentParser(reqparse.RequestParser):
    """A request parser that tells of all its errors at once, in the application's own terms."""

    def __init__(self) -> None:
        super().__init__(argument_class=Argument)

    def parse_args(self, req: Request | None = None, strict: bool = False) -> dict[str, Any]:
        """Return the fields by name, without those that were not sent and have no default.

        Fields that are not declared are ignored.  Raises InvalidInput.
        """
        sources = {
            location: _SOURCES[location]() for location in {argument.location for argument in self.args}
        }
        parsed, errors = {}, {}
        for argument in self.args:
            try:
                value = argument.read(sources[argument.location].get(argument.name, []))
            except ValueError as error:
                errors[argument.name] = str(error)
                continue
            if value is not None:
                parsed[argument.name] = value
        if errors:
            raise InvalidInput(errors)
        return parsed


def _query() -> Values:
    return _urlencoded("query", present_request().query_string)


def _body() -> Values:
    """Return the fields of the body, a form or a JSON object; a body of another type has none."""
    request = present_request()
    if request.is_json:
        return _json_object(request.get_data())
    if request.mimetype == "application/x-www-form-urlencoded":
        return _urlencoded("body", request.get_data())
    return dict(request.form.lists())


def _json_object(raw: bytes) -> Values:
    """Return the fields of *raw*, a JSON object, in which a name may stand more than once, as in a form.

    A parser is free to take the first or the last (RFC 8259, 4); a proxy in front may take the other.
    """
    try:
        fields = json.loads(raw, object_pairs_hook=_gathered)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise InvalidInput({"body": "must be a form or a JSON object"})
    return fields


def _urlencoded(place: str, raw: bytes) -> Values:
    """Return the fields of *raw*, where a byte that is no UTF-8 has become U+FFFD, which no type takes.

    Werkzeug would give it as ``%FF``, the same as a text that is spelled so.
    """
    text = raw.decode(errors="replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidInput({place: f"must have at most {MAX_FIELDS} fields"}) from None
    return _gathered(pairs)


def _gathered(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Return all the values of each name."""
    fields: dict[str, list[Any]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


_SOURCES: Mapping[str, Callable[[], Values]] = {"args": _query, "form": _body}
_PLACES = {"args": "the query string", "form": "the request body, a form or a JSON object"}
