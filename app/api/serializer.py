"""From objects to plain data by a restx Model, which stays the only description of what is sent.

``flask_restx.marshal`` asks again for each object what the Model asks for: which fields there are,
where their values come from, whether a mask applies.  Here a Model is read once and becomes the expression
that a person would have written by hand, and Python compiles it.  For a name and an owner that is::

    {"name": str(it.name), "owner": {"email": str(it.owner.email)}}

with a check for None around each value.  A field's own ``format`` still writes each value that is not plain.
What a field has to ask only once for a whole document (the time, the host, who is calling) it asks in a
method ``for_document``, by the occasion on which it is written; that returns what to use as ``format``.
"""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeAlias

from flask_restx import Model, fields

Write: TypeAlias = Callable[[Any], Any]

_PLAIN = {fields.String.format: "str", fields.Boolean.format: "bool", fields.Integer.format: "int"}
_compiled: dict[int, tuple[Model, Callable[[Any], Write]]] = {}


def serialize(model: Model, value: Any, occasion: Any = None) -> Any:
    """Return *value* as plain data with the fields of *model*, some of which may depend on the *occasion*.

    A field reads the attribute of its name, or what its ``attribute`` says; a value that is None is
    written as the field's default.
    """
    known = _compiled.get(id(model))
    if known is None:
        # The entry holds the model, so that its id cannot pass to another one.
        known = _compiled[id(model)] = (model, _Compiler().compile(model))
    return known[1](occasion)(value)


class _Compiler:
    """Writes the expression of one Model, and keeps what its names stand for."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"present": _present}
        self._of_document: list[str] = []
        self._numbers = count()

    def compile(self, model: Model) -> Callable[[Any], Write]:
        """Return what begins a document, and returns what writes it."""
        expression = self._object(model, "it", skip_none=False)
        begin = "".join(f"    {name} = {name}_begin(occasion)\n" for name in self._of_document)
        exec(f"def begin(occasion):\n{begin}    return lambda it: {expression}", self._names)  # noqa: S102 - it is ours
        made: Callable[[Any], Write] = self._names["begin"]
        return made

    def _object(self, model: Model, it: str, *, skip_none: bool) -> str:
        made = {name: field() if isinstance(field, type) else field for name, field in model.resolved.items()}
        members = ", ".join(f"{name!r}: {self._member(name, field, it)}" for name, field in made.items())
        return f"present({{{members}}})" if skip_none else f"{{{members}}}"

    def _member(self, name: str, field: fields.Raw, it: str) -> str:
        """Return the expression of what is written of *it* as *name*."""
        value = self._new("value")
        default = self._name("default", field.default)
        read = self._attribute(name, field, it)
        return f"({default} if ({value} := {read}) is None else {self._written(field, value)})"

    def _attribute(self, name: str, field: fields.Raw, it: str) -> str:
        if callable(field.attribute):
            return f"{self._name('read', field.attribute)}({it})"
        path = field.attribute or name
        if not all(part.isidentifier() for part in path.split(".")):
            raise ValueError(f"a field cannot be read from {path!r}")
        return f"{it}.{path}"

    def _written(self, field: fields.Raw, value: str) -> str:
        """Return the expression of *value*, the name of what is not None, as *field* writes it."""
        if isinstance(field, fields.Nested):
            return self._object(field.nested, value, skip_none=field.skip_none)
        if isinstance(field, fields.List):
            item = self._new("item")
            return f"[{self._written(field.container, item)} for {item} in {value}]"
        return f"{self._writer(field)}({value})"

    def _writer(self, field: fields.Raw) -> str:
        """Return the name of the function that writes a value of *field*."""
        if hasattr(field, "for_document"):
            name = self._new("write")
            self._names[f"{name}_begin"] = field.for_document
            self._of_document.append(name)
            return name
        return _PLAIN.get(type(field).format) or self._name("write", field.format)

    def _name(self, kind: str, value: Any) -> str:
        """Return a name for *value*."""
        name = self._new(kind)
        self._names[name] = value
        return name

    def _new(self, kind: str) -> str:
        return f"{kind}_{next(self._numbers)}"


def _present(members: dict[str, Any]) -> dict[str, Any]:
    """Return those *members* that have a value."""
    return {name: value for name, value in members.items() if value is not None}
