"""How a request is read: each field at most once, bounded, checked, and refused by its name.

A resource declares its fields in its ``dto``, with types from ``app.api.argument_types``.
"""

from collections.abc import Callable
from typing import Any

from flask import Request
from flask_restx import reqparse

from app.api.sources import SOURCES
from app.errors import InvalidInput
from app.util.kept import can_be_kept

# float([]), Decimal("x"), str.strip of 5, Enum["x"], iso8601interval("--")
_NO_VALUE = (TypeError, ArithmeticError, AttributeError, LookupError, NotImplementedError)
_PLACES = {"args": "the query string", "form": "the request body, a form or a JSON object"}


class Argument(reqparse.Argument):
    """A field of the query (``location="args"``) or of the body (``location="form"``, JSON alike).

    *type* makes a value of what was sent, a text or whatever JSON has, or raises ValueError.  Of what
    restx's arguments can be told there is here what both forms and JSON can mean.
    """

    def __init__(
        self,
        name: str,
        *,
        type: Callable[[Any], Any],  # noqa: A002 - restx's names
        location: str,
        required: bool = False,
        default: Any = None,
        help: str | None = None,  # noqa: A002
    ) -> None:
        if location not in SOURCES:
            raise ValueError(f"The location of {name} must be one of {', '.join(SOURCES)}.")
        super().__init__(name, type=type, location=location, required=required, default=default, help=help)

    def read(self, values: list[Any]) -> Any:
        """Return the value that *values*, all that were sent, stand for.  Raises ValueError."""
        if not values:
            if self.required:
                raise ValueError(f"Missing required parameter in {_PLACES[self.location]}")
            return self.default
        if len(values) > 1:
            raise ValueError("must be given only once")
        try:
            value = self.type(values[0])
        except _NO_VALUE as error:
            raise ValueError("must be a value of its type") from error
        if not can_be_kept(value):  # float("inf"), a text deep in an object that is none
            raise ValueError("must be a value that can be kept")
        return value


class ArgumentParser(reqparse.RequestParser):
    """A request parser that tells of all its errors at once, in the application's own terms."""

    def __init__(self) -> None:
        super().__init__(argument_class=Argument)

    def copy(self) -> "ArgumentParser":
        """Return another parser of the same fields, to be changed."""
        parser = type(self)()
        parser.args = list(self.args)
        return parser

    def parse_args(self, req: Request | None = None, strict: bool = False) -> dict[str, Any]:
        """Return the fields by name, without those that were not sent and have no default.

        Fields that are not declared are ignored.  Raises InvalidInput.
        """
        sources = {
            location: SOURCES[location]() for location in {argument.location for argument in self.args}
        }
        parsed, errors = {}, {}
        for argument in self.args:
            sent = sources[argument.location].get(argument.name, [])
            try:
                value = argument.read(sent)
            except ValueError as error:
                errors[argument.name] = str(error)
                continue
            if sent or value is not None:
                parsed[argument.name] = value
        if errors:
            raise InvalidInput(errors)
        return parsed
