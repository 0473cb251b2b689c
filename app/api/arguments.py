"""How a request is read: each field at most once, bounded, checked, and refused by its name.

A resource declares its fields in its ``dto`` with ``ArgumentParser`` and the types made here.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeAlias

from flask import Request, request
from flask_restx import reqparse
from werkzeug.exceptions import BadRequest

from app.errors import InvalidInput

Values: TypeAlias = Mapping[str, list[Any]]

NOT_TEXT = "must be valid text without NUL characters"
_REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"  # what bytes that are no UTF-8 have become


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


def text_type(
    *, max_length: int, min_length: int = 1, refusal: str = NOT_TEXT, **schema: Any
) -> Callable[[Callable[[str], Any]], Callable[[Any], Any]]:
    """Make a field's type of a function from text to a value, which sees clean text only.

    Lengths count characters.  *refusal* says what is wrong with a text that is not Unicode or holds
    a NUL; ``{}`` in it stands for the text.  *schema* describes the type further, in OpenAPI's terms.
    """

    def decorate(convert: Callable[[str], Any]) -> Callable[[Any], Any]:
        @wraps(convert)
        def checked(value: Any) -> Any:
            if not isinstance(value, str):
                raise ValueError("must be a text")
            if not min_length <= len(value) <= max_length:
                raise ValueError(f"must have {min_length} to {max_length} characters")
            if not is_clean(value):
                raise ValueError(refusal.format(printable(value)))
            return convert(value)

        limits = {"type": "string", "minLength": min_length, "maxLength": max_length}
        checked.__schema__ = limits | schema  # type: ignore[attr-defined]
        return checked

    return decorate


def whole_number(minimum: int, maximum: int) -> Callable[[Any], int]:
    """Make a field's type of the decimal numbers from *minimum*, at least 0, to *maximum*."""

    def checked(value: Any) -> int:
        text = str(value)
        if text.isascii() and text.isdigit() and len(text) <= len(str(maximum)):
            number = int(text)
            if minimum <= number <= maximum:
                return number
        raise ValueError(f"must be a whole number from {minimum} to {maximum}")

    checked.__schema__ = {"type": "integer", "minimum": minimum, "maximum": maximum}  # type: ignore[attr-defined]
    return checked


def one_of(*choices: int) -> Callable[[Any], int]:
    """Make a field's type of some whole numbers."""
    by_text = {str(choice): choice for choice in choices}

    def checked(value: Any) -> int:
        try:
            return by_text[str(value)]
        except KeyError:
            raise ValueError(f"must be one of {', '.join(by_text)}") from None

    checked.__schema__ = {"type": "integer", "enum": list(choices)}  # type: ignore[attr-defined]
    return checked


def path_argument(name: str, *, max_length: int) -> Callable[[str], str]:
    """Return a check of the path's argument *name*: any clean text, so that what is not there is looked for.

    The check returns the text, or raises InvalidInput.
    """
    convert = text_type(max_length=max_length)(str)

    def checked(value: str) -> str:
        try:
            text: str = convert(value)
        except ValueError as error:
            raise InvalidInput({name: str(error)}) from None
        return text

    return checked


def is_clean(text: str) -> bool:
    """Tell whether *text* is Unicode that every database can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text and _REPLACEMENT_CHARACTER not in text


def printable(text: str) -> str:
    """Return *text* with what cannot be encoded escaped, to be quoted in a message."""
    return text.encode(errors="backslashreplace").decode()


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
