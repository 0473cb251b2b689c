"""From objects to plain data by a restx Model, which stays the only description of what is sent.

``flask_restx.marshal`` asks again for each object what the Model asks for: which fields there are,
where their values come from, whether a mask applies.  Here a Model is read once and becomes the expression
that a person would have written by hand, and Python compiles it.  For a name and an owner that is::

    {"name": str(it.name), "owner": {"email": str(it.owner.email)}}

with a check for None around each value.  A field's own ``format`` still writes each value that is not plain.
What a field has to ask only once for a whole document (the time, the host, who is calling) it asks in a
method ``for_document``, by the occasion on which it is written; that returns what to use as ``format``.

All else is left to restx (``app/api/marshalling.py``): a field with an ``output``, a default or a mask of its
own, and a whole document in which something is not as expected, such as a dict in place of an object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any, TypeAlias

from flask_restx import Model, fields
from flask_restx.fields import get_value

from app.api.marshalling import (
    bound,
    is_attribute,
    is_plain,
    is_told_by_attributes,
    items,
    marshaller,
    members_of,
    path_of,
    without_nothing,
)

Bind: TypeAlias = Callable[[Any], Callable[[Any], Any]]  # from an occasion to what writes an object on it

_BUILTINS = {fields.String.format: "str", fields.Integer.format: "int"}  # which do the same


def serialize(model: Model, value: Any, occasion: Any = None) -> Any:
    """Return *value* as plain data with the fields of *model*, some of which may depend on the *occasion*.

    A field reads the attribute of its name, or what its ``attribute`` says; a value that is None is
    written as the field's default.
    """
    try:
        return serializer_of(model)(occasion)(value)
    except (AttributeError, TypeError):
        return marshaller(model, occasion)(value)


def serializer_of(model: Model) -> Bind:
    """Return what binds *model* to an occasion: it makes what writes objects, and fails on anything else.

    It is made once, and the model keeps it.  Raises ValueError if it cannot be written as it says.
    """
    known: Bind | None = model.__dict__.get("_serializer")
    if known is None:
        known = model.__dict__["_serializer"] = _Compiler().compile(model)
    return known


class _Compiler:
    """Writes the expression of one Model, and keeps what its names stand for."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"items": items, "without_nothing": without_nothing}
        self._bindings: list[str] = []
        self._open: set[Any] = set()  # names of the models within which the present one is
        self._numbers = count()

    def compile(self, model: Model) -> Bind:
        """Return what binds *model* to an occasion."""
        expression = self._object(model, "it", skip_none=False)
        bindings = "".join(f"    {line}\n" for line in self._bindings)
        exec(f"def bind(occasion):\n{bindings}    return lambda it: {expression}", self._names)  # noqa: S102 - it is ours
        made: Bind = self._names["bind"]
        return made

    def _object(self, model: Mapping[str, Any], it: str, *, skip_none: bool) -> str:
        """Return the expression of the object *it*; one within another of its kind is left to restx."""
        members, kind = members_of(model), getattr(model, "name", id(model))
        if kind in self._open or not is_told_by_attributes(members):
            return f"{self._bound(partial(marshaller, model, skip_none=skip_none))}({it})"
        self._open.add(kind)
        known: dict[Any, str] = {}  # what is read already, by its path
        pairs = [f"{name!r}: {self._member(name, field, it, known)}" for name, field in members.items()]
        self._open.remove(kind)
        written = f"{{{', '.join(pairs)}}}"
        return f"without_nothing({written})" if skip_none else written

    def _member(self, name: str, field: fields.Raw, it: str, known: dict[Any, str]) -> str:
        """Return the expression of what is written of *it* as *name*."""
        if not is_plain(field):
            return f"{self._bound(partial(bound, field))}.output({name!r}, {it})"
        path = path_of(name, field)
        if path in known:
            return self._value(field, known[path], known[path])
        value = known[path] = self._new("value")
        return self._value(field, value, f"({value} := {self._read(path, it)})")

    def _read(self, path: Any, it: str) -> str:
        """Return the expression of what is at *path* of *it*."""
        if not is_attribute(path):
            return f"{self._name('read', partial(get_value, path))}({it})"
        first, *others = path.split(".")
        found = f"{it}.{first}"
        for name in others:
            owner = self._new("owner")
            found = f"(None if ({owner} := {found}) is None else {owner}.{name})"
        return found

    def _value(self, field: fields.Raw, value: str, read: str) -> str:
        """Return the expression of what *field* writes of *value*, the name of what is *read*."""
        return f"(None if {read} is None else {self._written(field, value)})"

    def _written(self, field: fields.Raw, value: str) -> str:
        """Return the expression of *value*, the name of what is not None, as *field* writes it."""
        if isinstance(field, fields.Nested):
            return self._object(field.nested, value, skip_none=field.skip_none)
        if isinstance(field, fields.List):
            item = self._new("item")
            return f"[{self._value(field.container, item, item)} for {item} in items({value})]"
        if hasattr(field, "for_document"):
            return f"{self._bound(field.for_document)}({value})"
        write = _BUILTINS.get(type(field).format) or self._name("write", field.format)
        return f"{write}({value})"

    def _bound(self, bind: Callable[[Any], Any]) -> str:
        """Return the name of what *bind* returns on the occasion of a document."""
        name = self._new("bound")
        self._bindings.append(f"{name} = {self._name('bind', bind)}(occasion)")
        return name

    def _name(self, kind: str, value: Any) -> str:
        """Return a name for *value*."""
        name = self._new(kind)
        self._names[name] = value
        return name

    def _new(self, kind: str) -> str:
        return f"{kind}_{next(self._numbers)}"
