"""From objects to plain data by a restx Model, which stays the only description of what is sent.

``flask_restx.marshal`` asks again for each object what the Model asks for: which fields there are,
where their values come from, whether a mask applies.  Here a Model is read once and becomes a
function from an object to a dict; a field's own ``format`` still writes each value.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias

from flask_restx import Model
from flask_restx.fields import List, Nested, Raw

Write: TypeAlias = Callable[[Any], Any]

_compiled: dict[int, tuple[Model, Write]] = {}


def serialize(model: Model, value: Any) -> Any:
    """Return *value* as plain data with the fields of *model*.

    A field reads the attribute of its name, or what its ``attribute`` says; a value that is None is
    written as the field's default.
    """
    known = _compiled.get(id(model))
    if known is None:
        # The entry holds the model, so that its id cannot pass to another one.
        known = _compiled[id(model)] = (model, _compile_model(model))
    return known[1](value)


def _compile_model(model: Model, *, skip_none: bool = False) -> Write:
    fields = {name: field() if isinstance(field, type) else field for name, field in model.resolved.items()}
    plan = [(name, _compile_field(name, field)) for name, field in fields.items()]

    def write(value: Any) -> dict[str, Any]:
        return {name: read(value) for name, read in plan}

    def write_present(value: Any) -> dict[str, Any]:
        return {name: item for name, item in write(value).items() if item is not None}

    return write_present if skip_none else write


def _compile_field(name: str, field: Raw) -> Write:
    read = field.attribute if callable(field.attribute) else attrgetter(field.attribute or name)
    write = _compile_value(field)
    default = field.default

    def read_and_write(value: Any) -> Any:
        item = read(value)
        return default if item is None else write(item)

    return read_and_write


def _compile_value(field: Raw) -> Write:
    if isinstance(field, Nested):
        return _compile_model(field.nested, skip_none=field.skip_none)
    if isinstance(field, List):
        write_item = _compile_value(field.container)
        return lambda items: [write_item(item) for item in items]
    write: Write = field.format
    return write
