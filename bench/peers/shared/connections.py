"""A connection for each thread, kept open, each statement a transaction of its own."""

import sqlite3
import threading
from datetime import datetime
from typing import Any

import psycopg

from bench.peers.shared.settings import (
    DATABASE_URL,
    IS_SQLITE,
    SQLITE_FILE,
    SQLITE_PRAGMAS,
    SQLITE_WAIT_SECONDS,
)
from bench.peers.shared.statements import for_psycopg, for_sqlite

Parameters = tuple[Any, ...]
UniqueViolation: type[Exception] = sqlite3.IntegrityError if IS_SQLITE else psycopg.errors.UniqueViolation
prepare = for_sqlite if IS_SQLITE else for_psycopg
_local = threading.local()


def fetch(statement: str, parameters: Parameters) -> list[Any]:
    """Return all rows of *statement*, which ``prepare`` has made."""
    try:
        connection = _local.connection
    except AttributeError:
        connection = _local.connection = _connect()
    if IS_SQLITE:
        return connection.execute(statement, parameters).fetchall()  # type: ignore[no-any-return]
    return connection.execute(statement, parameters, prepare=True).fetchall()  # type: ignore[no-any-return]


def stored(instant: datetime) -> str | datetime:
    """Return the aware *instant* as the database keeps it: without a zone, in UTC."""
    naive = instant.replace(tzinfo=None)
    return naive.isoformat(" ", "microseconds") if IS_SQLITE else naive


def _connect() -> Any:
    if not IS_SQLITE:
        return psycopg.connect(DATABASE_URL, autocommit=True)
    connection = sqlite3.connect(SQLITE_FILE, isolation_level=None, timeout=SQLITE_WAIT_SECONDS)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    return connection
