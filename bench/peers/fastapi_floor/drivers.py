"""asyncpg's pool, or a connection of aiosqlite, for the life of the application."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
import asyncpg
from fastapi import FastAPI

from bench.peers.shared.settings import (
    DATABASE_URL,
    IS_SQLITE,
    SQLITE_FILE,
    SQLITE_PRAGMAS,
    SQLITE_WAIT_SECONDS,
)
from bench.peers.shared.statements import for_asyncpg, for_sqlite

UniqueViolation: type[Exception] = sqlite3.IntegrityError if IS_SQLITE else asyncpg.UniqueViolationError
prepare = for_sqlite if IS_SQLITE else for_asyncpg
_open: list[Any] = []


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Open the database, and close it at the end."""
    database = await (_open_sqlite() if IS_SQLITE else _open_postgresql())
    _open.append(database)
    yield
    _open.remove(database)
    await database.close()


async def fetch(statement: str, parameters: tuple[Any, ...]) -> list[Any]:
    """Return all rows of *statement*, a transaction of its own."""
    if IS_SQLITE:
        return list(await _open[-1].execute_fetchall(statement, parameters))
    return await _open[-1].fetch(statement, *parameters)  # type: ignore[no-any-return]


async def _open_sqlite() -> aiosqlite.Connection:
    connection = await aiosqlite.connect(SQLITE_FILE, isolation_level=None, timeout=SQLITE_WAIT_SECONDS)
    for pragma in SQLITE_PRAGMAS:
        await connection.execute(pragma)
    return connection


async def _open_postgresql() -> asyncpg.Pool:
    async def leave_as_it_is(_connection: asyncpg.Connection) -> None:
        """Ask the server nothing when a connection comes back: no statement here leaves anything behind."""

    return await asyncpg.create_pool(DATABASE_URL, min_size=1, max_size=10, reset=leave_as_it_is)
