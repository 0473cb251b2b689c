"""The extensions, made here unbound and bound to an application by its factory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Flask
from flask_bcrypt import Bcrypt
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase

from app.util.cors import RememberingCors
from app.util.database.errors import broken_constraints, is_unique_violation
from app.util.database.lazy_migrate import LazyMigrate
from app.util.server.affinity import on_any_processor

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# What to raise where a value is taken, by the name of the constraint or unique index that says so.
Refusals: TypeAlias = Mapping[str, Exception]


class Base(DeclarativeBase):
    """The declarative base: every constraint and index gets a name by rule."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, whose sessions end without an error."""

    def _teardown_session(self, exc: BaseException | None) -> None:
        close_session()


class FreeBcrypt(Bcrypt):
    """Flask-Bcrypt, which hashes on whatever processor has room: that takes long, and hinders no thread."""

    def generate_password_hash(self, *arguments: Any) -> bytes:
        """Return a new hash."""
        with on_any_processor():
            return bytes(super().generate_password_hash(*arguments))

    def check_password_hash(self, *arguments: Any) -> bool:
        """Tell whether a hash is that of a password."""
        with on_any_processor():
            return bool(super().check_password_hash(*arguments))


# What was committed stays readable: another request may have deleted it in the meantime.
db = Database(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # made at run time, where no type checker can follow
migrate = LazyMigrate(db=db)
bcrypt = FreeBcrypt()
cors = RememberingCors()


def close_session() -> None:
    """End the session of a request, if it has one, without an error if its connection has died since.

    The answer is made by then; a failing ROLLBACK would turn it into a 500 that no handler sees.
    """
    if not db.session.registry.has():
        return
    try:
        db.session.remove()
    except DBAPIError:
        db.session().invalidate()
        db.session.registry.clear()


def leave_connections(app: Flask) -> None:
    """Leave the open connections of *app* to the process of which this one is a copy, and use others.

    Two processes that talk over one connection get each other's answers.
    """
    _dispose(app, close=False)


def close_connections(app: Flask) -> None:
    """Close the connections of *app*: with the last one, SQLite moves what its ``-wal`` has into the file."""
    _dispose(app, close=True)


def leave_one_file(app: Flask) -> None:
    """Leave each database of SQLite in its one file, once nobody uses it any more."""
    with app.app_context():
        files = [engine.url.database for engine in db.engines.values() if engine.dialect.name == "sqlite"]
    for file in filter(None, files):
        from app.util.database import sqlite  # loads sqlite3, which who has PostgreSQL does not need

        sqlite.merge_log(file)


def _dispose(app: Flask, *, close: bool) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=close)


@contextmanager
def refused_if_duplicate(refusals: Refusals) -> Iterator[None]:
    """Raise what *refusals* have for a unique constraint, where the block breaks it.

    The database alone decides whether a value is taken, so nothing is looked up beforehand.
    """
    try:
        yield
    except IntegrityError as broken:
        is_duplicate = is_unique_violation(broken)
        names = broken_constraints(broken, db.metadata, db.engine.dialect) if is_duplicate else ()
        for name in names:
            if name in refusals:
                raise refusals[name] from broken
        raise


@contextmanager
def transaction(*, if_duplicate: Refusals | None = None) -> Iterator[None]:
    """Commit what the block does; on any error undo it.

    Raises what *if_duplicate* has for the name of a unique constraint, where the block breaks it.
    """
    with refused_if_duplicate(if_duplicate or {}):
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
