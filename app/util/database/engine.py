"""How SQLAlchemy connects to the two databases: its options, connections and transactions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError

from app.util.database.prompt_pool import PromptPool

POOL_SECONDS = 4  # to wait for a connection to PostgreSQL while all are in use
SQLITE_IN_MEMORY = ("sqlite://", "sqlite:///", "sqlite:///:memory:")  # one connection, and no pool of them


def engine_options(url: str) -> dict[str, Any]:
    """Return how to connect: nobody waits for longer than some seconds, and no log shows a value."""
    always = {"hide_parameters": True, **({} if url in SQLITE_IN_MEMORY else {"poolclass": PromptPool})}
    if url.startswith("sqlite"):
        from app.util.database import sqlite  # loads sqlite3, which who has PostgreSQL does not need

        return {**always, "connect_args": {"timeout": 0, "factory": sqlite.PatientConnection}}
    return {**always, "pool_timeout": POOL_SECONDS}


@event.listens_for(Engine, "do_connect")
def connect(dialect: Dialect, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    """Return a new connection to PostgreSQL; None lets SQLAlchemy make any other one."""
    if dialect.driver != "psycopg":
        return None
    from app.util.database import postgresql  # loads psycopg, which who has SQLite does not need

    return postgresql.connect(dialect, arguments, options)


@event.listens_for(Engine, "checkout")
def get_connection_ready(connection: Any, *_pool: Any) -> None:
    """Let a *connection* of the pool, if it is one of ours, get ready for a transaction.

    Raises InvalidatePoolError, with which the pool makes its connections anew, if this one has ended.
    """
    if not hasattr(connection, "get_ready"):
        return
    if connection.has_ended():
        raise InvalidatePoolError
    connection.get_ready()


def begin_immediate(connection: Connection) -> None:
    """Begin the transaction of *connection* now: sqlite3 would not do so for a CREATE or a DROP."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def lift_time_limits(connection: Connection) -> None:
    """Let the statements of *connection*'s transaction take as long as they do: no client waits for them."""
    if connection.dialect.name == "postgresql":
        connection.connection.dbapi_connection.answer_seconds = None  # type: ignore[union-attr]
        connection.execute(text("SET LOCAL statement_timeout = 0"))
