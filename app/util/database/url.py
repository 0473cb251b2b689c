"""The URLs of the two databases: how they are written, and which ones can be used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import asbool

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
MAX_PORT = 65535
DRIVERS = ("pysqlite", "psycopg")
# What Python's sqlite3 may be told by a URL, and what SQLite itself takes of one that begins with file:
# (uri=true).  Types are read, and transactions begun, as they are wanted here.
SQLITE3_OPTIONS = {"timeout", "check_same_thread"}
SQLITE_URI_OPTIONS = {"vfs", "mode", "cache", "psow", "nolock", "immutable", "modeof"}


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
    except (ArgumentError, ValueError, TypeError):  # TypeError of an option that stands twice
        return False


def _has_readable_options(dialect: Dialect, url: URL) -> bool:
    """Tell whether the options of *url* are known and can be read; ValueError says no too."""
    is_sqlite = dialect.name == "sqlite"
    if is_sqlite and not _sqlite_heeds(url):
        return False
    _, options = dialect.create_connect_args(url)
    return is_sqlite or _postgresql_knows(options, url)


def _postgresql_knows(options: Mapping[str, Any], url: URL) -> bool:
    """Tell whether PostgreSQL's driver can connect with *options*, which it has read from *url*."""
    from app.util.database import postgresql  # loads psycopg, which who has SQLite does not need

    return (
        postgresql.knows(options)
        and str(options.get("connect_timeout", 0)).isdecimal()
        and options.get("sslmode", "prefer") in SSL_MODES
        and url.port != 0  # which SQLAlchemy takes for none
        and all(0 < int(port) <= MAX_PORT for port in str(options.get("port", "")).split(",") if port)
    )


def _sqlite_heeds(url: URL) -> bool:
    """Tell whether SQLite heeds all options of *url*: it passes over others, and writes despite mode=ro."""
    if asbool(url.query.get("check_same_thread", False)):  # connections go from one thread to another
        return False
    options = url.query.keys() - SQLITE3_OPTIONS
    if "uri" not in options:
        return not options
    is_uri = asbool(url.query["uri"]) and str(url.database).startswith("file:")
    return is_uri and options <= {"uri"} | SQLITE_URI_OPTIONS
