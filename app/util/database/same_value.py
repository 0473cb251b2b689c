"""Whether a column still has the value that was read from it.

PostgreSQL compares no JSON as it was written, and SQLite compares its text, which has blanks; a value that
is null is stored as NULL or as JSON's null.  So both are asked to compare what that JSON means.

An instant is a text on SQLite, which somebody else may have written otherwise than the application does;
so it is compared as a number, of whole seconds there.

Decimals are rounded where they are read from SQLite, which has no such type and keeps what it is given.  And
a number of four bytes, of PostgreSQL, is another one as soon as it has eight.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Float,
    Numeric,
    String,
    TypeDecorator,
    cast,
    extract,
    func,
    literal,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DECIMALS = 10  # that SQLAlchemy reads of a column that does not say how many it has


class Meaning(FunctionElement[str]):
    """What a text of JSON means, as a value that the database can compare."""

    inherit_cache = True
    type = String()


@compiles(Meaning, "sqlite")
def _on_sqlite(element: Meaning, compiler: Any, **options: Any) -> str:
    return f"json({compiler.process(element.clauses, **options)})"


@compiles(Meaning, "postgresql")
def _on_postgresql(element: Meaning, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS JSONB)"


def has_still(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    """Return the condition that *column* has the *value* that was read from it."""
    stored, told = column.type, literal(value, column.type)
    while isinstance(stored, TypeDecorator):
        stored = stored.impl_instance
    if isinstance(stored, JSON):
        nothing = Meaning(literal(json.dumps(None), String()))
        return func.coalesce(Meaning(column), nothing) == (nothing if value is None else Meaning(told))
    if value is None:
        return column.is_(None)
    if isinstance(value, datetime):
        return extract("epoch", column) == extract("epoch", told)
    if isinstance(stored, Float):
        return column == cast(told, column.type)
    if isinstance(stored, Numeric):
        half = Decimal(5).scaleb(-1 - (DECIMALS if stored.scale is None else stored.scale))
        return func.abs(column - told) <= literal_column(f"{half:f}")
    return column == told
