"""How a request is read: each field at most once, bounded, checked, and refused by its name.

A resource declares its fields in its ``dto``, with types from ``app.api.argument_types``.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flask import Request, request
from flask_restx import reqparse
from werkzeug.exceptions import BadRequest

from app.errors import InvalidInput

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
    return dict(request.args.lists())


def _body() -> Values:
    """Return the fields of the body, a form or a JSON object; a body of another type has none."""
    if not request.is_json:
        return dict(request.form.lists())
    try:
        fields = request.get_json()
    except (BadRequest, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise InvalidInput({"body": "must be a form or a JSON object"})
    return {name: [value] for name, value in fields.items()}


_SOURCES: Mapping[str, Callable[[], Values]] = {"args": _query, "form": _body}
_PLACES = {"args": "the query string", "form": "the request body, a form or a JSON object"}
