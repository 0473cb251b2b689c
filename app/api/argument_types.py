"""Types of a request's fields: what is taken, what is refused and why, and how OpenAPI says so.

A type is a function from what was sent to the value that it stands for.  It raises ValueError with
a reason for people, and its ``__schema__`` describes what it takes.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from app.errors import InvalidInput
from app.util.kept import is_clean

C = TypeVar("C", int, str)

NOT_TEXT = "must be valid text without NUL characters"
_CLEAN_PATTERN = r"[^\u0000\uFFFD]*"  # is_clean, as far as a pattern can say it


def text_type(
    *,
    max_length: int,
    min_length: int = 1,
    pattern: str = "",
    refusal: str = NOT_TEXT,
    empty_refusal: str = "",
    looks_like: str = _CLEAN_PATTERN,
    **schema: Any,
) -> Callable[[Callable[[str], Any]], Callable[[Any], Any]]:
    """Make a field's type of a function from text to a value, which sees clean text only.

    Lengths count characters.  *refusal* says what is wrong with a text that is not Unicode, holds a
    NUL or is not wholly as *pattern* has it; ``{}`` in it stands for the text.  *empty_refusal* says it of
    the empty text, where that is more than a wrong length.  *looks_like* is a pattern for the documents
    alone, of what the function takes; empty where none can say it.  *schema* describes the type further,
    in OpenAPI's terms; what depends on a setting may be a function.
    """

    has_shape = re.compile(pattern).fullmatch if pattern else None

    def decorate(convert: Callable[[str], Any]) -> Callable[[Any], Any]:
        @wraps(convert)
        def checked(value: Any) -> Any:
            if not isinstance(value, str):
                raise ValueError("must be a text")
            if not value and empty_refusal:
                raise ValueError(empty_refusal.format(value))
            if not min_length <= len(value) <= max_length:
                raise ValueError(f"must have {min_length} to {max_length} characters")
            if not is_clean(value) or (has_shape and not has_shape(value)):
                raise ValueError(refusal.format(printable(value)))
            return convert(value)

        limits = {"type": "string", "minLength": min_length, "maxLength": max_length}
        shape = {"pattern": f"^{pattern or looks_like}$"} if pattern or looks_like else {}
        checked.__schema__ = limits | shape | schema  # type: ignore[attr-defined]
        return checked

    return decorate


def whole_number(minimum: int, maximum: int, **schema: Any) -> Callable[[Any], int]:
    """Make a field's type of the decimal numbers from *minimum*, at least 0, to *maximum*.

    *schema* describes it further.
    """

    def checked(value: Any) -> int:
        text = _written(value)
        if text.isascii() and text.isdigit() and len(text) <= len(str(maximum)):
            number = int(text)
            if minimum <= number <= maximum and str(number) == text:
                return number
        raise ValueError(f"must be a whole number from {minimum} to {maximum}")

    limits = {"type": "integer", "minimum": minimum, "maximum": maximum}
    checked.__schema__ = limits | schema  # type: ignore[attr-defined]
    return checked


def one_of(*choices: C, **schema: Any) -> Callable[[Any], C]:
    """Make a field's type of some *choices*: texts, or whole numbers.  *schema* describes it further.

    A member of an Enum is written as its value.
    """
    values = [getattr(choice, "value", choice) for choice in choices]
    by_text = {str(value): choice for value, choice in zip(values, choices, strict=True)}

    def checked(value: Any) -> C:
        try:
            return by_text[_written(value)]
        except KeyError:
            raise ValueError(f"must be one of {', '.join(by_text)}") from None

    kind = "string" if isinstance(values[0], str) else "integer"
    checked.__schema__ = {"type": kind, "enum": values} | schema  # type: ignore[attr-defined]
    return checked


def described(convert: Callable[[Any], Any], **schema: Any) -> Callable[[Any], Any]:
    """Make a field's type of *convert*, be it flask_restx.inputs' or one's own, which *schema* describes."""

    @wraps(convert)
    def checked(value: Any) -> Any:
        return convert(value)

    checked.__schema__ = getattr(convert, "__schema__", {}) | schema  # type: ignore[attr-defined]
    return checked


def or_null(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a field's type of another one that takes null too, which a form has no word for."""
    schema = getattr(convert, "__schema__", {}) | {"x-nullable": True}
    return described(lambda value: None if value is None else convert(value), **schema)


def _written(value: Any) -> str:
    """Return *value* as one would write it: 250.0 is a whole number, says JSON Schema."""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)


class PathArgument:
    """A check of the path's argument *name*: any clean text, so that what is not there is looked for.

    *schema* describes it, as the documents want it.
    """

    def __init__(self, name: str, *, max_length: int, **schema: Any) -> None:
        self.name = name
        self._convert = text_type(max_length=max_length, **schema)(str)
        self.schema: dict[str, Any] = self._convert.__schema__  # type: ignore[attr-defined]

    def __call__(self, value: str) -> str:
        """Return *value*, or raise InvalidInput."""
        try:
            text: str = self._convert(value)
        except ValueError as error:
            raise InvalidInput({self.name: str(error)}) from None
        return text


def printable(text: str) -> str:
    """Return *text* with what cannot be encoded escaped, to be quoted in a message."""
    return text.encode(errors="backslashreplace").decode()
