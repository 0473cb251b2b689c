"""What an error of a database says, in the codes of either driver: PostgreSQL's SQLSTATE, SQLite's names."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import MetaData, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

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


def broken_constraints(error: IntegrityError, metadata: MetaData) -> Iterator[str]:
    """Yield the name of the constraint, or unique index, of *metadata* that *error* speaks of.

    SQLite tells its columns: where several have the same ones, all their names come.
    """
    cause: Any = error.orig
    if hasattr(cause, "diag"):
        yield cause.diag.constraint_name
    elif index := _index_in(str(cause)):
        yield index[1]
    else:
        yield from _names_in(metadata, _columns_in(str(cause)))


def _names_in(metadata: MetaData, columns: list[tuple[str, str]]) -> Iterator[str]:
    table = metadata.tables.get(columns[0][0]) if columns else None
    if table is None:  # one of which the models know nothing
        return
    keys = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
    for key in (*keys, *table.indexes):
        if [(table.name, column.name) for column in key.columns] == columns:
            yield str(key.name)


def _code(error: Exception) -> str | None:
    cause: Any = getattr(error, "orig", None)
    return getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
