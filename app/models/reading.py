"""How rows are read: in one statement that also confirms the caller, where that has not been done yet.

Who is calling comes in columns of its own; if the caller is refused, what was read beside that is never
seen by anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, literal, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.models.caller import ASKED, CALLER, caller_to_confirm, present_caller
from app.util.prepared import AnySelect, Columns, Prepared
from app.util.rows import row_maker

_WIDTH = len(CALLER.c)
_ONE_ROW = select(literal(1)).subquery("one_row")


@dataclass(frozen=True, slots=True)
class Found:
    """The *rows* that a query found, and the values that were read *beside* them."""

    rows: Sequence[Any]
    beside: Sequence[Any]


class Query:
    """*rows* that are read in the order of their first column, a key, and values *beside* them.

    *at_most_one* says that there is nothing to bring in order.  The parameters of the statement are
    ``bindparam``; the rows are named tuples (see ``row_maker``).
    """

    def __init__(self, rows: AnySelect, *beside: ColumnElement[Any], at_most_one: bool = False) -> None:
        data = rows.subquery("data")
        order = () if at_most_one else (data.c[0],)
        self._confirming = Prepared(_beside(CALLER, CALLER.c, data, beside).order_by(*order))
        self._alone = Prepared(_beside(_ONE_ROW, (), data, beside).order_by(*order))
        self._beside = len(beside)
        self._make = row_maker([column.name for column in rows.selected_columns])

    def read(self, **parameters: str | int) -> Found:
        """Return what there is.  Raises TokenRefused if that tells that the caller is to be refused."""
        columns = self._columns(parameters)
        beside, rows = columns[: self._beside], columns[self._beside :]
        found = rows and rows[0][0] is not None
        return Found(self._make(rows) if found else (), [column[0] for column in beside])

    def one_or_none(self, **parameters: str | int) -> Any:
        """Return the row that there is, or None."""
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
        self._prepared = Prepared(rows)
        self._make = row_maker([column.name for column in rows.selected_columns])

    def read(self) -> Any:
        """Return the row.  Raises TokenRefused if it tells that the caller is to be refused."""
        caller = present_caller()
        columns = self._prepared.columns(db.engine, caller.claims)
        caller.learn(columns[:_WIDTH])
        return self._make(columns)[0]


def _beside(one: FromClause, its: Any, data: FromClause, beside: Sequence[ColumnElement[Any]]) -> AnySelect:
    """Return the statement of *its* columns of *one* row, values *beside* it, and all of *data*, if any."""
    return select(*its, *beside, *data.c).select_from(one.outerjoin(data, true()))
