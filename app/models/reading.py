"""How rows are read: in one statement that also confirms the caller, where that has not been done yet.

Who is calling comes in columns of its own; if the caller is refused, what was read beside that is never
seen by anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Join, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.models.caller import ASKED, CALLER, caller_to_confirm, present_caller
from app.models.listable import check_plain
from app.util.database.compiled import AnySelect, Columns, CompiledStatement
from app.util.database.rows import maker_of

Cut: TypeAlias = Callable[[AnySelect], AnySelect]

_WIDTH = len(CALLER.c)
_ONE_ROW = select(literal(1)).subquery("_one_row")
_KEY = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Found:
    """The *rows* that a query found, and the values that were read *beside* them."""

    rows: Sequence[Any]
    beside: Sequence[Any]


class Query:
    """*rows* that are read in the order of their first column, a key, and values *beside* them.

    *at_most_one* says that *rows*, which has a WHERE and nothing after it then, finds a row or none.  To such
    *rows* that are more, *cut* adds which are wanted: ORDER BY and LIMIT.  The parameters of the statement
    are ``bindparam``; the rows are named tuples (see ``maker_of``).

    It is run on a connection of its own, which sees what is committed: not what the session has written since
    its transaction began.
    """

    def __init__(
        self, rows: AnySelect, *beside: ColumnElement[Any], cut: Cut | None = None, at_most_one: bool = False
    ) -> None:
        check_plain(rows)
        read_both = _one_and_another if at_most_one else partial(_one_and_all, cut=cut)
        self._confirming = read_both(CALLER, [*CALLER.c, *beside], rows)
        self._alone = read_both(_ONE_ROW, beside, rows)
        self._beside = len(beside)
        self._make = maker_of(rows)

    def read(self, **parameters: str | int) -> Found:
        """Return what there is.  Raises TokenRefused if that tells that the caller is to be refused."""
        columns = self._columns(parameters)
        beside, rows = columns[: self._beside], columns[self._beside :]
        found = self._make(rows) if rows and rows[0][0] is not None else []
        found.sort(key=_KEY)
        return Found(found, [column[0] for column in beside])

    def one_or_none(self, **parameters: str | int) -> Any:
        """Return the row that there is, or None.  Raises TokenRefused as ``read`` does."""
        rows = self.read(**parameters).rows
        return rows[0] if rows else None

    def _columns(self, parameters: dict[str, str | int]) -> Columns:
        caller = caller_to_confirm()
        if caller is None:
            return self._alone.columns(db.engine, parameters)
        columns = self._confirming.columns(db.engine, parameters | caller.claims)
        caller.learn(columns[:_WIDTH])
        return columns[_WIDTH:]


class OwnRow:
    """The caller's own row of the table of users: *columns* of it beside what confirms who is calling."""

    def __init__(self, *columns: InstrumentedAttribute[Any]) -> None:
        rows = ASKED.add_columns(*columns)
        self._statement = CompiledStatement(rows)
        self._make = maker_of(rows)

    def read(self) -> Any:
        """Return the row.  Raises TokenRefused if it tells that the caller is to be refused."""
        caller = present_caller()
        columns = self._statement.columns(db.engine, caller.claims)
        caller.learn(columns[:_WIDTH])
        return self._make(columns)[0]


def _one_and_all(
    one: FromClause, columns: Sequence[ColumnElement[Any]], rows: AnySelect, *, cut: Cut | None
) -> CompiledStatement:
    """Return the statement of *columns* beside *one* row, and of all *rows*, if any, that *cut* leaves.

    It does not say in which order: a database would sort what it has found in an order already.

    SQLite would make a table of *rows* in brackets, as of inner joins.  But by an index it knows that there
    is one caller, beside whom others keep their order: so they can be joined first and cut then.  Where a
    database does not know that, it would sort them all.
    """
    data = (cut(rows) if cut else rows).subquery("_data")
    statement = select(*columns, *data.c).select_from(one.outerjoin(data, true()))
    if cut and one is CALLER and _has_outer_joins_only(*rows.get_final_froms()):
        return CompiledStatement(statement, on_sqlite=cut(_joined(one, columns, rows)))
    return CompiledStatement(statement)


def _one_and_another(
    one: FromClause, columns: Sequence[ColumnElement[Any]], row: AnySelect
) -> CompiledStatement:
    """Return the statement of *columns* beside *one* row, and of another *row*, if there is one."""
    return CompiledStatement(_joined(one, columns, row))


def _joined(one: FromClause, columns: Sequence[ColumnElement[Any]], rows: AnySelect) -> AnySelect:
    """Return the SELECT of *columns* and those of *rows*, whose tables are joined to *one* row in turn."""
    (tables,) = rows.get_final_froms()
    both = _in_turn(one, tables, rows.whereclause)
    return select(*columns, *rows.selected_columns).select_from(both)


def _in_turn(one: FromClause, tables: FromClause, condition: ColumnElement[bool] | None) -> FromClause:
    """Return *one* row and what meets the *condition* in *tables*: one table after the other.

    Of tables in brackets, which inner joins need here, SQLite would make another table first.
    """
    if isinstance(tables, Join) and _is_left(tables):
        return _in_turn(one, tables.left, condition).outerjoin(tables.right, tables.onclause)
    return one.outerjoin(tables, true() if condition is None else condition)


def _has_outer_joins_only(tables: FromClause) -> bool:
    """Tell whether *tables* can be joined one after the other to something that they may lack."""
    return not isinstance(tables, Join) or (_is_left(tables) and _has_outer_joins_only(tables.left))


def _is_left(join: Join) -> bool:
    """Tell whether *join* is a LEFT OUTER JOIN: a FULL one counts as outer, too."""
    return join.isouter and not join.full
