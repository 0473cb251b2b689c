"""How many rows a table has, without counting them: triggers keep the number, as the migrations set up.

A database that has none, because ``create_all`` made it or somebody dropped them, is counted instead; and so
is a table whose model does not ask for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Table, cast, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class RowCount(Model):
    """A part of the number of *rows* of a table.

    There are several parts, *slots*, so that transactions which insert at the same time do not wait for
    each other.
    """

    __tablename__ = "row_count"

    table_name: Mapped[str] = mapped_column(String(63), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int] = mapped_column(BigInteger)


def number_of_rows(table: Table) -> ColumnElement[Any]:
    """Return the exact number of rows of *table*, as a column."""
    counted = select(func.count()).select_from(table).scalar_subquery()
    if not table.info.get("rows_are_counted"):  # it may have been, and its triggers be gone since
        return counted
    kept = select(cast(func.sum(RowCount.rows), BigInteger)).where(RowCount.table_name == table.name)
    return func.coalesce(kept.scalar_subquery(), counted)
