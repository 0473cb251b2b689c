"""What fields a request has: of the query or of the body, by name, with all the values that were sent."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from app.errors import InvalidInput
from app.util.present import present_request

MAX_FIELDS = 100
MAX_DIGITS = 100  # of a whole number that could be meant
Values: TypeAlias = Mapping[str, list[Any]]


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


class _Object(dict[str, Any]):
    """An object of JSON that remembers all its *members*."""

    def __init__(self, members: list[tuple[str, Any]]) -> None:
        super().__init__(members)
        self.members = members


def _json_object(raw: bytes) -> Values:
    """Return the fields of *raw*, a JSON object, in which a name may stand more than once, as in a form.

    A parser is free to take the first or the last (RFC 8259, 4); a proxy in front may take the other.
    A byte that is no UTF-8 becomes a lone surrogate, which no type takes.
    """
    text = raw.removeprefix(BOM_UTF8).decode(errors="surrogateescape")
    try:
        found = _JSON.decode(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, _Object):
        raise InvalidInput({"body": "must be a form or a JSON object"})
    if len(found.members) > MAX_FIELDS:
        raise _too_many("body")
    return _gathered(found.members)


def _whole_number(digits: str) -> float:
    """Return the number that *digits* stand for, as far as anybody could mean it (Python reads 4,300)."""
    return int(digits) if len(digits) <= MAX_DIGITS else inf


class _NoNumber(float):
    """What NaN and infinity are, which are no JSON (RFC 8259, 6)."""

    def __str__(self) -> str:
        raise ValueError("must be a value that JSON has")


_JSON = json.JSONDecoder(object_pairs_hook=_Object, parse_int=_whole_number, parse_constant=_NoNumber)


def _urlencoded(place: str, raw: bytes) -> Values:
    """Return the fields of *raw*, where a byte that is no UTF-8 has become U+FFFD, which no type takes.

    Werkzeug would give it as ``%FF``, the same as a text that is spelled so.
    """
    text = raw.decode(errors="replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise _too_many(place) from None
    return _gathered(pairs)


def _too_many(place: str) -> InvalidInput:
    return InvalidInput({place: f"must have at most {MAX_FIELDS} fields"})


def _gathered(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """Return all the values of each name."""
    fields: dict[str, list[Any]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


SOURCES: Mapping[str, Callable[[], Values]] = {"args": _query, "form": _body}
