"""Whether a column still has the value that was read from it.

PostgreSQL compares no JSON as it was written, and SQLite compares its text, which has blanks; a value that
is null is stored as NULL or as JSON's null.  So both are asked to compare what that JSON means.

An instant is a text on SQLite, which somebody else may have written otherwise than the application does;
so it is compared as a number, of whole seconds there.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, extract, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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
    if isinstance(column.type, JSON):
        return _means(column, value)
    if isinstance(value, datetime):
        return extract("epoch", column) == extract("epoch", literal(value, column.type))
    same: ColumnElement[bool] = column == value
    return same


def _means(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    told, nothing = (Meaning(literal(json.dumps(it), String())) for it in (value, None))
    return func.coalesce(Meaning(column), nothing) == told
