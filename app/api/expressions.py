"""The expression that writes what a restx Model describes, as ``serializer`` says, and Python compiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count, starmap
from typing import Any, TypeAlias

from flask_restx import Model, fields, marshal

from app.api.marshalling import (
    HELPERS,
    expression_of,
    is_attribute,
    is_inlined,
    is_read_as_attribute,
    kind_of,
    members_of,
    path_of,
)

Write: TypeAlias = Callable[[Any], Any]
Begin: TypeAlias = Callable[[Any], Write]


class Compiler:
    """Writes the expression of one Model, and keeps what its names stand for.

    *of_objects* the expression takes objects alone, and fails where anything else comes.
    """

    def __init__(self, *, of_objects: bool) -> None:
        self._of_objects = of_objects
        self._names: dict[str, Any] = dict(HELPERS)
        self._beginning: list[str] = []
        self._open: dict[Any, str] = {}  # names of the objects within which the present one is
        self._called: set[str] = set()
        self._numbers = count()

    def compile(self, model: Model) -> Begin:
        """Return what begins a document on an occasion, and returns what writes it.

        Raises ValueError if *model* has something that is no field, or a mask that restx would not apply.
        """
        expression = self._object(model, "it", skip_none=False)
        begin = "".join(f"    {line}\n" for line in self._beginning)
        exec(f"def begin(occasion):\n{begin}    return lambda it: {expression}", self._names)  # noqa: S102 - it is ours
        made: Begin = self._names["begin"]
        return made

    def _object(self, model: Mapping[str, Any], it: str, *, skip_none: bool) -> str:
        """Return the expression of the object *it*: a call, where *model* contains itself."""
        members = members_of(model)
        kind = (getattr(model, "name", id(model)), *starmap(kind_of, members.items()), skip_none)
        if name := self._open.get(kind):
            self._called.add(name)
            return f"{name}({it})"
        name = self._open[kind] = self._new("object")
        expression = self._members(members, it, skip_none=skip_none)
        del self._open[kind]
        if name not in self._called:
            return expression
        self._beginning.append(f"{name} = lambda {it}: {expression}")
        return f"{name}({it})"

    def _members(self, members: Mapping[str, Any], it: str, *, skip_none: bool) -> str:
        if any(isinstance(field, fields.Wildcard) for field in members.values()):
            return f"{self._name('write', partial(marshal, fields=members, skip_none=skip_none))}({it})"
        known: dict[Any, str] = {}  # what is read already, by its path
        pairs = [f"{name!r}: {self._member(name, field, it, known)}" for name, field in members.items()]
        written = f"present({{{', '.join(pairs)}}})" if skip_none else f"{{{', '.join(pairs)}}}"
        # An attribute that is read finds out whether there is an object.
        is_tried = self._of_objects and any(starmap(is_read_as_attribute, members.items()))
        return written if is_tried else f"each(lambda {it}: {written}, {it})"

    def _member(self, name: str, field: Any, it: str, known: dict[Any, str]) -> str:
        """Return the expression of what is written of *it* as *name*."""
        if not is_inlined(field):
            return f"{self._name('output', field.output)}({name!r}, {it})"
        path = path_of(name, field)
        if path in known:
            return self._value(field, known[path], known[path])
        value = known[path] = self._new("value")
        return self._value(field, value, f"({value} := {self._read(path, it)})")

    def _read(self, path: Any, it: str) -> str:
        """Return the expression of what is at *path* of *it*."""
        if callable(path):
            return f"{self._name('read', path)}({it})"
        if not (self._of_objects and is_attribute(path)):
            return f"read({path!r}, {it})"
        first, *others = path.split(".")
        found = f"{it}.{first}"
        for name in others:
            owner = self._new("owner")
            found = f"(None if ({owner} := {found}) is None else {owner}.{name})"
        return found

    def _value(self, field: fields.Raw, value: str, read: str) -> str:
        """Return the expression of what *field* writes of *value*, the name of what is *read*."""
        return f"({self._default(field)} if {read} is None else {self._written(field, value)})"

    def _default(self, field: fields.Raw) -> str:
        default = field.default
        if default is None or (isinstance(field, fields.Nested) and field.allow_null):
            return "None"
        is_computed = callable(default) and not isinstance(field, fields.Nested)
        made = self._name("default", default) + "()" * is_computed
        if isinstance(field, fields.Nested | fields.List):
            return made
        value = self._new("value")
        return f"({self._written(field, value)} if ({value} := {made}) else {value})"

    def _written(self, field: fields.Raw, value: str) -> str:
        """Return the expression of *value*, the name of what is not None, as *field* writes it."""
        if isinstance(field, fields.List):
            return self._list(field.container, value)
        if not isinstance(field, fields.Nested):
            expression = expression_of(field)
            return expression.format(value, self._writer(field) if "{1}" in expression else "")
        if field.as_list and self._of_objects:
            item = self._new("item")
            one = self._object(field.nested, item, skip_none=field.skip_none)
            return f"[{one} for {item} in items({value})]"
        return self._object(field.nested, value, skip_none=field.skip_none)

    def _list(self, item: fields.Raw, value: str) -> str:
        name = self._new("item")
        items = "items" if self._of_objects or not isinstance(item, fields.Nested) else "items_or_one"
        return f"[{self._value(item, name, name)} for {name} in {items}({value})]"

    def _writer(self, field: fields.Raw) -> str:
        """Return the name of the function that writes a value of *field*."""
        if hasattr(field, "for_document"):
            name = self._new("write")
            self._names[f"{name}_begin"] = field.for_document
            self._beginning.append(f"{name} = {name}_begin(occasion)")
            return name
        return self._name("write", field.format)

    def _name(self, kind: str, value: Any) -> str:
        """Return a name for *value*."""
        name = self._new(kind)
        self._names[name] = value
        return name

    def _new(self, kind: str) -> str:
        return f"{kind}_{next(self._numbers)}"
