"""Which SELECTs have one row for each row of a table, so that its rows may be counted instead of theirs."""

from __future__ import annotations

from operator import eq
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Join, inspect, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import BinaryExpression

from app.util.database.compiled import AnySelect
from app.util.database.rows import stored_column


def check_plain(view: AnySelect) -> None:
    """Raise ValueError if *view* selects from a class that shares its table with others.

    SQLAlchemy adds the condition that tells them apart as it compiles the statement, unseen.
    """
    for entity in {column.get("entity") for column in view.column_descriptions} - {None}:
        if inspect(entity).mapper.single:
            raise ValueError(f"{entity} shares a table: select from the class that has it, with a condition")


def check_key(view: AnySelect, key: InstrumentedAttribute[int]) -> None:
    """Raise ValueError unless the first column of *view* is *key*, a whole number: cursors have it."""
    first = stored_column(next(iter(view.selected_columns)))
    if first is None or first.table != key.class_.__table__ or first.name != key.expression.name:
        raise ValueError(f"the first column of the view is to be {key}, in whose order the list is told")
    if not isinstance(key.type, Integer):
        raise ValueError(f"{key} is no whole number, which a list wants for its order: give the table one")


def check_listable(view: AnySelect, table: FromClause, only: ColumnElement[bool] | None = None) -> None:
    """Raise ValueError unless *view* has one row for each row of *table*, as far as can be seen.

    A condition, *only*, may choose some of them, by that table's own columns.
    """
    if only is not None and [*select(table).where(only).get_final_froms()] != [table]:
        raise ValueError(f"rows of {table} are counted, and the condition speaks of others: use EXISTS")
    if view.whereclause is not None:
        raise ValueError(f"all rows of {table} are counted, so a WHERE makes totals wrong: give it as only=")
    (first, *others) = view.get_final_froms()
    if others:
        raise ValueError(f"{others[0]} is not joined to {first}")
    _tables_that_may_lack(first)
    while isinstance(first, Join):
        first = first.left
    if first != table:
        raise ValueError(f"the view begins with {first}, and its rows are those of {table}")


def _tables_that_may_lack(tables: FromClause) -> set[Any]:
    """Return which of *tables* may have no row beside one of the first, which none may repeat or drop."""
    if not isinstance(tables, Join):
        return set()
    lacking = _tables_that_may_lack(tables.left)
    reference = _reference(tables)
    if reference is None or tables.full:
        raise ValueError(
            f"{tables.right.description} may have many rows beside one: join it by a foreign key to it"
        )
    if not (reference.nullable or reference.table in lacking):
        return lacking
    if not tables.isouter:
        raise ValueError(f"{reference} may be NULL, and rows with NULL would be left out: use outerjoin()")
    return {*lacking, tables.right}


def _reference(join: Join) -> Any:
    """Return the foreign key by which *join* finds the one row to its right, or None."""
    on = join.onclause
    if not isinstance(on, BinaryExpression) or on.operator is not eq:
        return None
    sides: list[tuple[ColumnElement[Any], ColumnElement[Any]]] = [(on.left, on.right), (on.right, on.left)]
    return next((here for here, there in sides if _refers(here, there, join.right)), None)


def _refers(column: Any, to: Any, table: FromClause) -> bool:
    """Tell whether *column* is a foreign key to *to*, of *table*: both may be any other expression."""
    are_columns = hasattr(column, "references") and hasattr(to, "references")
    return are_columns and to.table == table and bool(column.references(to))
