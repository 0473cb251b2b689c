"""``flask_restx.marshal``, for the values that the serializer does not know beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from keyword import iskeyword
from typing import Any

from flask_restx import fields, marshal
from flask_restx.fields import get_value, is_indexable_but_not_string
from flask_restx.mask import apply

_KNOWN_OUTPUTS = {fields.Raw.output, fields.Nested.output, fields.List.output}
_OF_CONTAINERS = {*dir(dict), *dir(list)}  # attributes that a dict or a list has whatever is in it


def marshaller(model: Mapping[str, Any], occasion: Any, *, skip_none: bool = False) -> Callable[[Any], Any]:
    """Return what writes an object, a dict or a list of these, as *model* describes it, on *occasion*.

    Unlike restx it takes a named tuple, which a row is, for an object, and writes null for a nested None.
    """
    members = {name: bound(field, occasion) for name, field in members_of(model).items()}

    def write(value: Any) -> Any:
        if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
            return [write(one) for one in value]
        if _has_wildcard(members):
            return marshal(value, members, skip_none=skip_none)
        written = {name: field.output(name, value) for name, field in members.items()}
        return without_nothing(written) if skip_none else written

    return write


def bound(field: fields.Raw, occasion: Any) -> fields.Raw:
    """Return a copy of *field* whose ``output`` is that of a document on *occasion*."""
    if type(field).output is fields.Nested.output:
        return _NestedOrNull(field, occasion)
    own = copy(field)  # a wildcard notes in itself how far it is
    if isinstance(field, fields.List):
        own.container = bound(field.container, occasion)
    elif hasattr(field, "for_document"):
        own.format = field.for_document(occasion)
    return own


class _NestedOrNull(fields.Nested):
    """A nested *field* on an *occasion*, which writes null where there is nothing."""

    def __init__(self, field: fields.Nested, occasion: Any) -> None:
        self.__dict__ |= vars(field)
        self._occasion = occasion

    @cached_property
    def _write(self) -> Callable[[Any], Any]:
        return marshaller(self.nested, self._occasion, skip_none=self.skip_none)

    def output(self, key: Any, obj: Any, **_options: Any) -> Any:
        """Return what is written of the member *key* of *obj*."""
        value = get_value(path_of(key, self), obj)
        if value is None:
            return None if self.allow_null else self.default
        return self._write(value)


def is_plain(field: fields.Raw) -> bool:
    """Tell whether *field* writes by its ``format``, as an object or as a list of these, and else null."""
    is_known = getattr(field.output, "__func__", None) in _KNOWN_OUTPUTS
    if not is_known or field.mask or field.default is not None:
        return False
    if isinstance(field, fields.List):
        item = field.container
        return type(field).format is fields.List.format and item.attribute is None and is_plain(item)
    return not (isinstance(field, fields.Nested) and field.as_list)


def path_of(name: str, field: fields.Raw) -> Any:
    """Return where *field* reads its value, as *name*: a path, an index or a function."""
    return name if field.attribute is None else field.attribute


def is_attribute(path: Any) -> bool:
    """Tell whether Python can read *path* as attributes, and would find none of these names in a dict."""
    return isinstance(path, str) and all(map(_is_name, path.split(".")))


def is_told_by_attributes(members: Mapping[str, Any]) -> bool:
    """Tell whether *members* are what an object has: to read them fails where something else comes."""
    are_read = any(is_plain(field) and is_attribute(path_of(name, field)) for name, field in members.items())
    return are_read and not _has_wildcard(members)


def members_of(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of *model*, those of its parents among them, by name, as its mask leaves them.

    Raises ValueError if one is no field, or has a mask that restx would not apply.
    """
    resolved = getattr(model, "resolved", model)
    mask = getattr(model, "__mask__", None)
    left = apply(resolved, mask, skip=True) if mask else resolved
    return {name: _told_apart(model, _checked(field)) for name, field in left.items()}


def without_nothing(members: dict[str, Any]) -> dict[str, Any]:
    """Return those *members* that have a value."""
    return {name: value for name, value in members.items() if value is not None and value != {}}


def items(value: Any) -> Iterable[Any]:
    """Return *value*, which has items.  Raises TypeError if it is one thing."""
    if isinstance(value, dict) or not is_indexable_but_not_string(value):
        raise TypeError(f"{value!r} is no list")
    return value  # type: ignore[no-any-return]


def _has_wildcard(members: Mapping[str, Any]) -> bool:
    return any(isinstance(field, fields.Wildcard) for field in members.values())


def _is_name(part: str) -> bool:
    return part.isascii() and part.isidentifier() and not iskeyword(part) and part not in _OF_CONTAINERS


def _checked(field: Any) -> fields.Raw:
    field = field() if isinstance(field, type) else field
    if not isinstance(field, fields.Raw):
        raise ValueError(f"{field!r} is no field: put a model into a Nested")
    if isinstance(field, fields.Nested | fields.List) and field.mask:
        raise ValueError("restx applies no mask of a Nested or a List: give one to the model within")
    if isinstance(field, fields.List):
        _checked(field.container)
    return field


def _told_apart(model: Any, field: fields.Raw) -> fields.Raw:
    """Return *field*, which writes the name of *model* if that is its task.

    Models share the fields of a parent, and restx lets such a one name the model that was last resolved.
    """
    if not getattr(field, "discriminator", None):
        return field
    own = copy(field)
    own.default = model.name
    return own
