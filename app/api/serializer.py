"""From objects to plain data by a restx Model, which stays the only description of what is sent.

``flask_restx.marshal`` asks again for each object what the Model asks for: which fields there are,
where their values come from, whether a mask applies.  Here a Model is read once and becomes the expression
that a person would have written by hand, and Python compiles it.  For a name and an owner that is::

    {"name": str(it.name), "owner": {"email": str(it.owner.email)}}

with a check for None around each value.  A field's own ``format`` still writes each value that is not plain.
What a field has to ask only once for a whole document (the time, the host, who is calling) it asks in a
method ``for_document``, by the occasion on which it is written; that returns what to use as ``format``.

So is written what is known to come out as ``marshal`` has it.  A field with an ``output`` of its own, or a
mask, writes itself.  Where an attribute is not there, or a dict or a list stands for an object, a second
expression of the same Model takes over, which reads all values as restx does.  Two differences are meant:

- a nested thing that is None is null; restx would write an object of which every member is null;
- a named tuple, which a row is, is an object; restx takes any tuple for a list.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask_restx import Model

from app.api.expressions import Begin, Compiler


def serialize(model: Model, value: Any, occasion: Any = None) -> Any:
    """Return *value* as plain data with the fields of *model*, some of which may depend on the *occasion*.

    A field reads the attribute of its name, or what its ``attribute`` says; a value that is None is
    written as the field's default.
    """
    how = serializer_of(model)
    try:
        return how.of_objects(occasion)(value)
    except (AttributeError, TypeError):
        return how.of_anything(occasion)(value)


def serializer_of(model: Model) -> Serializer:
    """Return what writes *model*, which keeps it.  Raises ValueError if it cannot be written as it says."""
    known: Serializer | None = model.__dict__.get("_serializer")
    if known is None:
        known = model.__dict__["_serializer"] = Serializer(model)
    return known


class Serializer:
    """What writes a *model*: begun on an occasion, ``of_objects`` takes those alone, or fails."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.of_objects = Compiler(of_objects=True).compile(model)

    @cached_property
    def of_anything(self) -> Begin:
        """What takes whatever restx takes, at its price."""
        return Compiler(of_objects=False).compile(self._model)
