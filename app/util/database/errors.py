"""What an error of a database says, in the codes of either driver: PostgreSQL's SQLSTATE, SQLite's names."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Dialect, Index, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.schema import conv

UNIQUE_VIOLATIONS = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
ROW_VIOLATIONS = {"23502", "23514", "SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK"}
DEADLOCKS = {"40001", "40P01"}
UNTRANSLATABLE = "22P05"
# No file of SQLite, or a broken one; no right, schema or write: the drivers have no class of errors for them.
CANNOT_BE_USED = {"SQLITE_NOTADB", "SQLITE_CORRUPT", "42501", "3F000", "25006"}
SQLITE_DOES_NOT_UNDERSTAND = "SQLITE_ERROR"  # a syntax error, an unknown table or column

_index_in = re.compile(r": index '(.+)'$").search  # SQLite names an index of an expression, else columns
_columns_in = re.compile(r"(\w+)\.(\w+)(?:, |$)").findall


def is_unique_violation(error: IntegrityError) -> bool:
    """Tell whether *error* says that a value which must be unique is there already."""
    return _code(error) in UNIQUE_VIOLATIONS


def is_row_violation(error: IntegrityError) -> bool:
    """Tell whether *error* says that a row breaks a rule by itself, whatever other rows there are."""
    return _code(error) in ROW_VIOLATIONS


def is_deadlock(error: Exception) -> bool:
    """Tell whether *error* ended one of two transactions that waited for each other."""
    return _code(error) in DEADLOCKS


def is_untranslatable(error: Exception) -> bool:
    """Tell whether *error* says that a value has characters which the encoding of the database has not."""
    return _code(error) == UNTRANSLATABLE


def is_outage(error: Exception) -> bool:
    """Tell whether *error* is about the database or the way to it, and not about a statement."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return _code(error) != SQLITE_DOES_NOT_UNDERSTAND
    return _code(error) in CANNOT_BE_USED


def reason_of(error: SQLAlchemyError) -> str:
    """Return what the driver says in its first line: PostgreSQL's next ones show the row."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def broken_constraints(error: IntegrityError, metadata: MetaData, dialect: Dialect) -> Iterator[str]:
    """Yield the name of the constraint, or unique index, of *metadata* that *error* speaks of.

    PostgreSQL tells its name; SQLite its columns: where several have the same ones, all their names come.
    """
    cause: Any = error.orig
    if hasattr(cause, "diag"):
        yield from _names_told(cause.diag, metadata, dialect)
    elif index := _index_in(str(cause)):
        yield index[1]
    else:
        yield from _names_in(metadata, _columns_in(str(cause)))


def _names_told(told: Any, metadata: MetaData, dialect: Dialect) -> Iterator[str]:
    """Yield the name that the server has *told*, and that by rule which SQLAlchemy had cut to it."""
    name = told.constraint_name
    if name is None:  # a trigger need not tell one
        return
    yield name
    preparer = dialect.identifier_preparer
    for table in (table for table in metadata.tables.values() if table.name == told.table_name):
        by_rule = (key for key in _keys_of(table) if isinstance(key.name, conv))  # it cuts no others
        yield from (
            str(key.name) for key in by_rule if preparer.format_constraint(key) == preparer.quote(name)
        )


def _names_in(metadata: MetaData, columns: list[tuple[str, str]]) -> Iterator[str]:
    table = metadata.tables.get(columns[0][0]) if columns else None
    if table is None:  # one of which the models know nothing
        return
    for key in _keys_of(table):
        if [(table.name, column.name) for column in key.columns] == columns:
            yield str(key.name)


def _keys_of(table: Table) -> Iterator[PrimaryKeyConstraint | UniqueConstraint | Index]:
    """Yield what says in *table* which values are unique, and its other indexes."""
    yield from (key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint))
    yield from table.indexes


def _code(error: Exception) -> str | None:
    cause: Any = getattr(error, "orig", None)
    return getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
