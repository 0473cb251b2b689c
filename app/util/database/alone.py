"""A statement on its own: on a connection of the pool, without what a transaction needs around it.

``Engine.raw_connection`` watches what it gives out, tells its listeners, and rolls back what may be left when
it comes back.  For a single statement, after which nothing is left, that costs as much as the statement
itself.  So here the entry of the pool is taken out and put back as it is, by the two steps (``_do_get`` and
``_do_return_conn``) of which every pool of SQLAlchemy consists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

Rows: TypeAlias = Sequence[tuple[Any, ...]]


def rows_alone(engine: Engine, sql: str, arguments: Any) -> Rows:
    """Return all rows of the statement *sql*; what it changed is committed.

    Raises DBAPIError, and TimeoutError if the pool has no connection to give in time, as SQLAlchemy does.
    """
    pool, dialect = engine.pool, engine.dialect
    try:
        entry = pool._do_get()
    except dialect.loaded_dbapi.Error as error:  # there was none idle, and a new one could not be made
        raise _told(error, sql, dialect, lost=False) from error
    try:
        return _connected(entry).rows_alone(sql, arguments)  # type: ignore[no-any-return]
    except dialect.loaded_dbapi.Error as error:
        raise _told(error, sql, dialect, lost=_is_lost(error, entry, engine)) from error
    except BaseException:
        entry.invalidate()  # nobody knows what it was about to do
        raise
    finally:
        pool._do_return_conn(entry)


def _connected(entry: Any) -> Any:
    """Return the connection of *entry*, which is new if the one of before has ended."""
    connection = entry.get_connection()
    if connection.has_ended():
        entry.invalidate()
        connection = entry.get_connection()
    return connection


def _is_lost(error: Exception, entry: ConnectionPoolEntry, engine: Engine) -> bool:
    """Tell whether *error* says that the connection of *entry* is lost, and give it up then.

    Those that were made before it are given up too, as SQLAlchemy does, when they are next used: what has
    silenced one, such as a firewall that forgets, has most often silenced them all.
    """
    connection = entry.dbapi_connection
    if connection is None or not engine.dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type]
        return False
    engine.pool._invalidate(entry, error, _checkin=False)  # type: ignore[arg-type]
    entry.invalidate(error)
    return True


def _told(error: Exception, sql: str, dialect: Dialect, *, lost: bool) -> DBAPIError:
    """Return *error* as SQLAlchemy tells it."""
    told = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost
    )
    assert isinstance(told, DBAPIError)  # noqa: S101 - only what is no error of the driver is told otherwise
    return told
