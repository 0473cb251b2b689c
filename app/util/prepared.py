"""Reads that every request repeats: compiled once, and run without a transaction around them.

SQLAlchemy looks a statement up in its cache, sets up an execution and a result, and begins and ends a
transaction, each time anew.  A single SELECT needs none of it: it sees one state of the database anyway.
What each step costs stands in bench/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Columns: TypeAlias = list[Sequence[Any]]
Parameters: TypeAlias = Mapping[str, str | int]


class PreparedSelect:
    """A SELECT, of which only the parameters, texts and whole numbers, change from run to run."""

    def __init__(self, statement: AnySelect) -> None:
        self._statement = statement
        self._plans: dict[str, _Plan] = {}

    def columns(self, engine: Engine, parameters: Parameters) -> Columns:
        """Return what the database answers, column by column; no columns where there are no rows.

        Raises DBAPIError, as SQLAlchemy does.
        """
        dialect = engine.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan.of(self._statement, dialect)
        columns: Columns = list(zip(*_fetch(engine, plan.sql, plan.arguments(parameters)), strict=True))
        if columns:
            for index, process in plan.processors:
                columns[index] = [process(value) for value in columns[index]]
        return columns


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement in the words of one database."""

    sql: str
    positions: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    processors: Sequence[tuple[int, Callable[[Any], Any]]]

    @classmethod
    def of(cls, statement: AnySelect, dialect: Dialect) -> _Plan:
        compiled = statement.compile(dialect=dialect)
        positions = tuple(compiled.positiontup or ()) if compiled.positional else None
        return cls(str(compiled), positions, compiled.params, list(_processors(statement, dialect)))

    def arguments(self, parameters: Parameters) -> Mapping[str, Any] | list[Any]:
        """Return *parameters* as the driver wants them."""
        values = {**self.fixed, **parameters}
        return values if self.positions is None else [values[name] for name in self.positions]


def _processors(statement: AnySelect, dialect: Dialect) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    """Yield what makes the value of a column's type of what the driver gives, by the column's place."""
    for index, column in enumerate(statement.selected_columns):
        process = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if process is not None:
            yield index, process


def _fetch(engine: Engine, sql: str, arguments: Any) -> Sequence[tuple[Any, ...]]:
    """Run *sql*, a second time if the first one met a connection that has ended: a read changes nothing."""
    try:
        return _fetch_once(engine, sql, arguments)
    except DBAPIError as error:
        if not error.connection_invalidated or isinstance(error.orig, TimeoutError):
            raise
    return _fetch_once(engine, sql, arguments)


def _fetch_once(engine: Engine, sql: str, arguments: Any) -> Sequence[tuple[Any, ...]]:
    dbapi = engine.dialect.loaded_dbapi
    connection: PoolProxiedConnection | None = None
    try:
        connection = engine.raw_connection()
        rows = _RUN[engine.dialect.name](connection.dbapi_connection, sql, arguments)
    except dbapi.Error as error:
        lost = connection is not None and engine.dialect.is_disconnect(error, connection, None)
        if connection is not None:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, dbapi.Error, hide_parameters=True, connection_invalidated=lost
        ) from error
    connection.close()
    return rows


def _run_on_sqlite(connection: Any, sql: str, arguments: Any) -> Sequence[tuple[Any, ...]]:
    rows: Sequence[tuple[Any, ...]] = connection.execute(sql, arguments).fetchall()
    return rows


def _run_on_postgresql(connection: Any, sql: str, arguments: Any) -> Sequence[tuple[Any, ...]]:
    connection.autocommit = True  # else psycopg sends BEGIN, and waits for the answer
    rows: Sequence[tuple[Any, ...]] = connection.execute(sql, arguments).fetchall()
    connection.autocommit = False
    return rows


_RUN = {"sqlite": _run_on_sqlite, "postgresql": _run_on_postgresql}
