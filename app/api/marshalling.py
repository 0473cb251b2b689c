"""What restx's fields are known to do, so that the serializer may do it for them."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from keyword import iskeyword
from typing import Any

from flask_restx import fields
from flask_restx.fields import get_value, is_indexable_but_not_string
from flask_restx.mask import apply

_PLAIN = {
    fields.String.format: "str({0})",
    fields.Integer.format: "int({0})",
    fields.Boolean.format: "({0} if {0} is True or {0} is False else {1}({0}))",
}
_KNOWN_OUTPUTS = {fields.Raw.output, fields.Nested.output, fields.List.output}
_OF_CONTAINERS = {*dir(dict), *dir(list)}  # attributes that a dict or a list has whatever is in it


def members_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of *model*, those of its parents among them, by name, as its mask leaves them."""
    resolved = getattr(model, "resolved", model)
    mask = getattr(model, "__mask__", None)
    left = apply(resolved, mask, skip=True) if mask else resolved
    return {
        name: _told_apart(model, field() if isinstance(field, type) else field)
        for name, field in left.items()
    }


def _told_apart(model: Any, field: Any) -> Any:
    """Return *field*, which writes the name of *model* if that is its task.

    Models share the fields of a parent, and restx lets such a one name the model that was last resolved.
    """
    if not getattr(field, "discriminator", None):
        return field
    own = copy(field)
    own.default = model.name
    return own


def is_inlined(field: Any) -> bool:
    """Tell whether what *field* writes is known: a value by its ``format``, an object, a list of these.

    Raises ValueError if it is no field, or has a mask that restx would not apply.
    """
    if not isinstance(field, fields.Raw):
        raise ValueError(f"{field!r} is no field: put a model into a Nested")
    if getattr(field.output, "__func__", None) not in _KNOWN_OUTPUTS:
        return False
    if not isinstance(field, fields.Nested | fields.List):
        return not field.mask
    if field.mask:
        raise ValueError("restx applies no mask of a Nested or a List: give one to the model within")
    return not isinstance(field, fields.List) or _is_plain_list(field)


def _is_plain_list(field: fields.List) -> bool:
    item = field.container
    return is_inlined(item) and item.attribute is None and type(field).format is fields.List.format


def expression_of(field: Any) -> str:
    """Return the expression of what *field* writes of a value ``{0}``, maybe with its function ``{1}``."""
    by_itself = "{1}({0})"
    return by_itself if hasattr(field, "for_document") else _PLAIN.get(type(field).format, by_itself)


def kind_of(name: str, field: Any) -> tuple[str, type, Any]:
    """Return by what *field*, called *name*, is known again: restx copies the models that it resolves."""
    return name, type(field), getattr(field, "attribute", None)


def path_of(name: str, field: fields.Raw) -> Any:
    """Return where *field* reads its value, as *name*: a path, an index or a function."""
    return name if field.attribute is None else field.attribute


def is_attribute(path: Any) -> bool:
    """Tell whether Python can read *path* as attributes, and would find none of these names in a dict."""
    return isinstance(path, str) and all(map(_is_name, path.split(".")))


def is_read_as_attribute(name: str, field: Any) -> bool:
    """Tell whether what *field* writes as *name* is an attribute that Python can read."""
    return is_inlined(field) and is_attribute(path_of(name, field))


def _is_name(part: str) -> bool:
    return part.isascii() and part.isidentifier() and not iskeyword(part) and part not in _OF_CONTAINERS


def read(path: Any, value: Any) -> Any:
    """Return what is at *path* of *value*, be it an object, a dict or a list; or None."""
    return get_value(path, value)


def each(write: Callable[[Any], Any], value: Any) -> Any:
    """Return what *write* makes of *value*, or of each value in it if it is a list."""
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [each(write, one) for one in value]
    return write(value)


def items(value: Any) -> Iterable[Any]:
    """Return the items of *value*.  Raises AttributeError if it is none of many."""
    if not _has_items(value):
        raise AttributeError(f"{value!r} is no list")
    return value  # type: ignore[no-any-return]


def items_or_one(value: Any) -> Iterable[Any]:
    """Return the items of *value*, or *value* itself as the only one."""
    return value if _has_items(value) else [value]


def _has_items(value: Any) -> bool:
    return (
        is_indexable_but_not_string(value) and not isinstance(value, dict) and not hasattr(value, "_fields")
    )


def present(members: dict[str, Any]) -> dict[str, Any]:
    """Return those *members* that have a value."""
    return {name: value for name, value in members.items() if value is not None and value != {}}


HELPERS = {helper.__name__: helper for helper in (each, items, items_or_one, present, read)}
