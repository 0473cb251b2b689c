"""How migrations run: whole or not at all, one at a time, without losing a row, on both databases."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.config import fileConfig
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, TypeDecorator, inspect, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.extensions import db
from app.util.database.engine import lift_time_limits
from app.util.database.errors import is_outage, reason_of
from app.util.database.row_counting import counted_tables, keep_row_count

ADVISORY_LOCK = 7_665_667_871  # any number that nothing else in the database locks


@contextmanager
def outages_in_words() -> Iterator[None]:
    """End in one line where the database is away, busy or not open to us: that is no revision's mistake."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_outage(error):
            raise
        raise CommandError(f"The database cannot be used: {reason_of(error)}") from error


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write a type of the application as the plain type under it, so that revisions do not need it."""
    plain = item
    while isinstance(plain, TypeDecorator):
        plain = plain.impl_instance
    is_ours = kind == "type" and plain is not item and plain.__module__.startswith("sqlalchemy.sql.")
    return f"sa.{plain!r}" if is_ours else False


def drop_empty_revision(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Make no file where ``flask db migrate`` finds nothing to do."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


def keep_row_counts(ctx: MigrationContext, *_step: Any, **_more: Any) -> None:
    """Let triggers count the rows of each table whose model wants it, as far as it is there by now.

    After each step, because a step that makes a table anew, as all do on SQLite, loses its triggers.
    """
    assert ctx.connection is not None  # noqa: S101 - it is refused to run without one
    there = inspect(ctx.connection).get_table_names()
    for table in counted_tables(db.metadata):
        if {table.name, "row_count"} <= set(there):
            keep_row_count(ctx.connection, table)


def run_on(connection: Connection) -> None:
    """Run the migrations in the transaction that *connection* is in."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        process_revision_directives=drop_empty_revision,
        on_version_apply=keep_row_counts,
    )
    with warnings.catch_warnings():
        # SQLite's index of names in lower case cannot be read back; it is compared on PostgreSQL.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        context.run_migrations()


def run_on_sqlite(connection: Connection) -> None:
    """Run the migrations in one transaction, which the driver would not begin for a CREATE or DROP.

    Foreign keys are not checked meanwhile, because a table is changed by making it anew: dropping
    the old one would delete the rows that refer to it.  They are checked at the end.
    """
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        run_on(connection)
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise CommandError(f"Rows refer to rows that are not there: {broken}")
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        with suppress(OperationalError):  # SQLite itself has undone it, where the disk is full
            connection.exec_driver_sql("ROLLBACK")
        raise
    finally:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def run_on_postgresql(connection: Connection) -> None:
    """Run the migrations in one transaction, after those of another instance that has begun first."""
    with connection.begin():
        lift_time_limits(connection)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        run_on(connection)


if context.is_offline_mode():
    raise CommandError("These migrations look at the data that they carry over: run them on a database.")

if not logging.getLogger().handlers:
    fileConfig(str(context.config.config_file_name), disable_existing_loggers=False)
with outages_in_words(), current_app.app_context(), db.engine.connect() as bind:
    if bind.dialect.name == "sqlite":
        run_on_sqlite(bind)
    else:
        run_on_postgresql(bind)
