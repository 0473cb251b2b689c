"""How SQLAlchemy connects to the two databases: their URLs, options, connections and transactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import asbool

from app.util.database.prompt_pool import PromptPool

WAIT_SECONDS = 4
LIBPQ = {
    "tcp_user_timeout": WAIT_SECONDS * 1000,  # milliseconds
    "keepalives_idle": 30,  # seconds, after which firewalls are reminded of a connection
}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
MAX_PORT = 65535
DRIVERS = ("pysqlite", "psycopg")
# What Python's sqlite3 takes of a URL, and what SQLite itself takes of one that begins with file: (uri=true).
SQLITE3_OPTIONS = {"timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements"}
SQLITE_URI_OPTIONS = {"vfs", "mode", "cache", "psow", "nolock", "immutable", "modeof"}
SQLITE_IN_MEMORY = ("sqlite://", "sqlite:///", "sqlite:///:memory:")  # one connection, and no pool of them

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def database_url(text: str) -> str:
    """Return *text* as SQLAlchemy wants it: ``postgres://``, which many platforms give, is an alias."""
    return text.replace("postgres://", "postgresql://", 1) if text.startswith("postgres://") else text


def sqlite_url(file: Path) -> str:
    """Return the URL of the SQLite database in *file*, in whose path a ``?`` or a ``%`` means itself."""
    return f"sqlite:///{str(file).replace('%', '%25').replace('?', '%3F')}"


def is_relative_sqlite_url(text: str) -> bool:
    """Tell whether *text* is the URL of a SQLite file whose path Flask-SQLAlchemy takes from instance/."""
    url = make_url(text)
    file = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or file == ":memory:":
        return False
    return not Path(file.removeprefix("file:")).is_absolute()


def is_database_url(text: str) -> bool:
    """Tell whether *text* is the URL of a database, and names a driver, that is known here."""
    try:
        url = make_url(text)
        dialect = url.get_dialect()
        return dialect.driver in DRIVERS and not dialect.is_async and _has_readable_options(dialect(), url)
    except (ArgumentError, ValueError):
        return False


def _has_readable_options(dialect: Dialect, url: URL) -> bool:
    """Tell whether the options of *url* are known and can be read; ValueError says no too."""
    if dialect.driver != "psycopg" and not _knows_sqlite(url):
        return False
    _, options = dialect.create_connect_args(url)
    if dialect.driver != "psycopg":
        return True
    from app.util.database import postgresql  # loads psycopg, which who has SQLite does not need

    return (
        postgresql.knows(options)
        and str(options.get("connect_timeout", 0)).isdecimal()
        and options.get("sslmode", "prefer") in SSL_MODES
        and url.port != 0  # which SQLAlchemy takes for none
        and all(0 < int(port) <= MAX_PORT for port in str(options.get("port", "")).split(",") if port)
    )


def _knows_sqlite(url: URL) -> bool:
    """Tell whether SQLite heeds all options of *url*: it passes over others, and writes despite mode=ro."""
    options = url.query.keys() - SQLITE3_OPTIONS
    if "uri" not in options:
        return not options
    is_uri = asbool(url.query["uri"]) and str(url.database).startswith("file:")
    return is_uri and options <= {"uri"} | SQLITE_URI_OPTIONS


def engine_options(url: str) -> dict[str, Any]:
    """Return how to connect: nobody waits for longer than some seconds, and no log shows a value."""
    always = {"hide_parameters": True, **({} if url in SQLITE_IN_MEMORY else {"poolclass": PromptPool})}
    if url.startswith("sqlite"):
        from app.util.database import sqlite  # loads sqlite3, which who has PostgreSQL does not need

        return {**always, "connect_args": {"timeout": 0, "factory": sqlite.PatientConnection}}
    return {**always, "connect_args": LIBPQ, "pool_timeout": WAIT_SECONDS}


@event.listens_for(Engine, "do_connect")
def connect(dialect: Dialect, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    """Return a new connection to PostgreSQL; None lets SQLAlchemy make any other one."""
    if dialect.driver != "psycopg":
        return None
    from app.util.database import postgresql  # loads psycopg, which who has SQLite does not need

    return postgresql.connect(dialect, arguments, options)


@event.listens_for(Engine, "checkout")
def get_connection_ready(connection: Any, *_pool: Any) -> None:
    """Let a *connection* of the pool, if it is one of ours, get ready for a transaction."""
    if hasattr(connection, "get_ready"):
        connection.get_ready()


@event.listens_for(Engine, "connect")
def set_pragmas(connection: Any, _record: Any) -> None:
    """Set the pragmas of each new connection to SQLite, if it is one of ours."""
    cursor = connection.cursor()
    for pragma in getattr(connection, "pragmas", ()):
        cursor.execute(pragma)
    cursor.close()
    connection.commit()


def begin_immediate(connection: Connection) -> None:
    """Begin the transaction of *connection* now: sqlite3 would not do so for a CREATE or a DROP."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def lift_time_limits(connection: Connection) -> None:
    """Let the statements of *connection*'s transaction take as long as they do: no client waits for them."""
    if connection.dialect.name == "postgresql":
        connection.connection.dbapi_connection.answer_seconds = None  # type: ignore[union-attr]
        connection.execute(text("SET LOCAL statement_timeout = 0"))
