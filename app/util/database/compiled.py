"""Statements that every request repeats: compiled once, and run without a transaction around them.

SQLAlchemy looks a statement up in its cache, sets up an execution and a result, and begins and ends a
transaction, each time anew.  A single statement needs none of it: it sees one state of the database, and is
done whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Dialect, Engine, Select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from app.util.database.alone import rows_alone
from app.util.database.stored import Unreadable

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
AnyInsert: TypeAlias = ReturningInsert[*tuple[Any, ...]]
Columns: TypeAlias = list[Sequence[Any]]
Convert: TypeAlias = Callable[[Any], Any]

_BY_POSITION = {"postgresql": "numeric_dollar", "sqlite": "qmark"}  # as the databases themselves have it
_SOME_TYPE, _FLOAT8, _NUMERIC = 0, 701, 1700  # as PostgreSQL numbers types; 0 is none of them

# What the types of SQLAlchemy raise of a value that somebody else has stored.
_NO_VALUE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class CompiledStatement:
    """A SELECT, or an INSERT that returns what it inserts; only its parameters change from run to run.

    *on_sqlite* is the same in the words with which SQLite is faster, if there are any.
    Raises ValueError if a parameter stands for a list: with its length the statement would change too.
    """

    def __init__(self, statement: AnySelect | AnyInsert, *, on_sqlite: AnySelect | None = None) -> None:
        for part in iterate(statement):
            if isinstance(part, BindParameter) and part.expanding and part.required:
                raise ValueError(f"a parameter is one value, and {part.key!r} a list: give in_() the values")
        self._statement = statement
        self._on_sqlite = statement if on_sqlite is None else on_sqlite
        self._plans: dict[str, _Plan] = {}

    def columns(self, engine: Engine, parameters: Mapping[str, Any]) -> Columns:
        """Return what the database answers, column by column; no columns where there are no rows.

        What it changed is committed.  Raises DBAPIError, or TimeoutError, as ``rows_alone`` does, and
        Unreadable.
        """
        plan = self._plans.get(engine.dialect.name) or self._plan(engine.dialect)
        columns: Columns = list(zip(*rows_alone(engine, plan.sql, plan.arguments(parameters)), strict=True))
        if columns:
            for index, convert, name in plan.results:
                try:
                    columns[index] = list(map(convert, columns[index]))
                except _NO_VALUE as error:
                    raise Unreadable(f"{name} has {error}") from error
        return columns

    def _plan(self, dialect: Dialect) -> _Plan:
        plan = self._plans[dialect.name] = _Plan.of(self._worded_for(dialect), dialect)
        return plan

    def _worded_for(self, dialect: Dialect) -> AnySelect | AnyInsert:
        return self._on_sqlite if dialect.name == "sqlite" else self._statement


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement in the words of one database; *binds* and *results* are what needs to be converted."""

    sql: str
    positions: Sequence[str]
    fixed: Mapping[str, Any]
    binds: Sequence[tuple[str, Convert]]
    results: Sequence[tuple[int, Convert, str]]

    @classmethod
    def of(cls, statement: AnySelect | AnyInsert, dialect: Dialect) -> _Plan:
        by_position: Any = type(dialect)
        compiled = statement.compile(dialect=by_position(paramstyle=_BY_POSITION[dialect.name]))
        expanded = compiled.construct_expanded_state(compiled.params)  # IN has as many places as values now
        of_lists = expanded.parameter_expansion
        binds = {  # by name: a parameter may stand in several places, and is converted once
            place: bind.type.dialect_impl(dialect)
            for bind, name in compiled.bind_names.items()
            for place in of_lists.get(name, [name])
        }
        results = [(column, column.type.dialect_impl(dialect)) for column in statement.exported_columns]
        return cls(
            sql=expanded.statement,
            positions=expanded.positiontup or (),
            fixed=expanded.parameters,
            binds=[(name, to) for name, type_ in binds.items() if (to := type_.bind_processor(dialect))],
            results=[
                (at, read, _origin(column))
                for at, (column, type_) in enumerate(results)
                if (read := _reader(type_, dialect))
            ],
        )

    def arguments(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Return *parameters* as the driver wants them."""
        values = {**self.fixed, **parameters}
        for name, convert in self.binds:
            values[name] = convert(values[name])
        return [values[name] for name in self.positions]


def _origin(column: ColumnElement[Any]) -> str:
    """Return the name, with its table's, of the stored column that *column* tells."""
    return str(next(iter(column.base_columns)))


def _reader(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """Return what converts values of *type_* as the driver gives them, if that is needed."""
    try:
        return type_.result_processor(dialect, _SOME_TYPE)
    except InvalidRequestError:
        return _number_reader(type_, dialect)


def _number_reader(type_: TypeEngine[Any], dialect: Dialect) -> Convert:
    """Return what converts numbers: which type PostgreSQL gave them, psycopg's values tell."""
    of_float = type_.result_processor(dialect, _FLOAT8) or _same
    of_decimal = type_.result_processor(dialect, _NUMERIC) or _same
    return lambda value: of_float(value) if isinstance(value, float) else of_decimal(value)


def _same(value: Any) -> Any:
    return value
