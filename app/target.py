"""What a request changes: whatever has a name, or that alone which is still as the client knows it.

This is optimistic locking, without a column for the version.  The client's state is compared with the row
when that is read, and the row, column by column, by the statement that changes it.  So nothing comes between
the look and the change, and no database has to lock anything meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, and_, false, inspect
from sqlalchemy.orm import DeclarativeBase

from app.errors import StateChanged
from app.util.database.same_value import has_still

# Tells of a row, or of None where there is none, whether it is in the state that somebody expects.
Expectation: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """The *condition* of the row that a statement is to change, which *was_there* if it had to be read."""

    condition: ColumnElement[bool]
    was_there: bool = False

    @classmethod
    def of(
        cls,
        model: type[DeclarativeBase],
        named: ColumnElement[bool],
        expected: Expectation | None,
        read: Callable[[], Any],
        *,
        may_be_missing: bool = False,
    ) -> Target:
        """Return the row of *model* that is *named*, and as *expected* if anything is expected of it.

        Only then *read* is called, for the row of a view.  Raises StateChanged if it is not as expected;
        where there is none, that is asked only if it *may_be_missing*.
        """
        if expected is None:
            return cls(named)
        row = read()
        if (row is not None or may_be_missing) and not expected(row):
            raise StateChanged
        return cls(false()) if row is None else cls(_still(model, row), was_there=True)

    def confirm(self, found: Any) -> None:
        """Raise StateChanged if the statement has *found* no row although there was one a moment ago."""
        if self.was_there and not found:
            raise StateChanged


def _still(model: type[DeclarativeBase], row: Any) -> ColumnElement[bool]:
    """Return the condition of being *row*, with the values that were read.

    Raises ValueError if *row* lacks a reference, with which it would come to tell of something else.
    """
    read = _stored(model, row)
    columns = model.__table__.columns
    for column in columns:
        if column.foreign_keys and column.name not in read:
            raise ValueError(f"the view of {model.__name__} is to have {column.name} among its columns")
    return and_(*(has_still(column, read[column.name]) for column in columns if column.name in read))


def _stored(model: type[DeclarativeBase], row: Any) -> dict[str, Any]:
    """Return what *row* tells of *model*'s table as it is stored there, by the names of its columns.

    Besides those of our queries, an object of *model* will do, and a row that calls columns by their names.
    """
    if isinstance(row, model):
        attributes = inspect(model).column_attrs
        return {column.name: getattr(row, each.key) for each in attributes for column in each.columns}
    stored: Mapping[str, Column[Any]] | None = getattr(row, "__stored__", None)
    if stored is None:
        return dict(row._asdict())
    of_table = {name: column for name, column in stored.items() if column.table == model.__table__}
    return {column.name: attrgetter(name)(row) for name, column in of_table.items()}  # "place.city" too
