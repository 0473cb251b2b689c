"""Views that are coroutines, on SQLAlchemy Core, each statement on its own connection of the pool."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bench.peers.fastapi_expert.asynchronous import make_app
from bench.peers.shared.orm import url_for_driver
from bench.peers.shared.statements import for_sqlalchemy

engine = create_async_engine(url_for_driver("aiosqlite", "asyncpg"), isolation_level="AUTOCOMMIT")


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Close the pool at the end."""
    yield
    await engine.dispose()


async def fetch(statement: Any, parameters: tuple[Any, ...]) -> list[Any]:
    """Return all rows of *statement*."""
    async with engine.connect() as connection:
        named = {f"p{number}": value for number, value in enumerate(parameters)}
        return list((await connection.execute(statement, named)).all())


app = make_app(fetch, lambda statement: text(for_sqlalchemy(statement)), IntegrityError, lifespan)
