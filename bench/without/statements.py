"""How each optimisation of what the database is asked is taken away."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import OperationalError, RawCursor
from sqlalchemy import ColumnElement, Engine, FromClause, ScalarSelect, case, create_engine, text

from app.api.widgets import business
from app.api.widgets.endpoints import WidgetList
from app.errors import AlreadyExists
from app.extensions import db, transaction
from app.models import Widget, listing, reading
from app.models.caller import Caller, answer_for, present_caller
from app.models.listing import Key, Listing
from app.util.database.alone import Rows, _told, rows_alone
from app.util.database.compiled import AnySelect, Columns, CompiledStatement
from app.util.database.postgresql import BoundedConnection
from app.util.database.prepared_statements import PreparedStatements
from app.util.database.sqlite import PatientConnection
from bench.without.replace import everywhere, member

_UNCOUNTED = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS keep_row_count_widget_insert",
        "DROP TRIGGER IF EXISTS keep_row_count_widget_delete",
    ),
    "postgresql": ("DROP FUNCTION IF EXISTS keep_row_count() CASCADE",),
}


def compiled() -> None:
    """Let SQLAlchemy run each statement, in a transaction as it does."""

    def columns(self: CompiledStatement, engine: Engine, parameters: Mapping[str, Any]) -> Columns:
        with engine.begin() as connection:
            return list(zip(*connection.execute(self._worded_for(engine.dialect), parameters), strict=True))

    member(CompiledStatement, "columns", columns)


def autocommit() -> None:
    """Let the driver begin and commit a transaction for each statement."""

    def on_postgresql(connection: Any, sql: str, arguments: Any) -> Rows:
        with connection.transaction():
            found: Rows = connection._statements.rows(sql, arguments)
        return found

    def on_sqlite(connection: Any, sql: str, arguments: Any) -> Rows:
        with connection:
            found: Rows = connection.execute(sql, arguments).fetchall()
        return found

    member(BoundedConnection, "rows_alone", on_postgresql)
    member(PatientConnection, "rows_alone", on_sqlite)


def cursor() -> None:
    """Let a cursor of psycopg run each statement, always the same of a connection."""

    def rows(statements: Any, sql: str, arguments: Any) -> Rows:
        if not hasattr(statements, "cursor"):
            statements.cursor = RawCursor(statements._connection)
        found: Rows = statements.cursor.execute(sql, arguments).fetchall()
        return found

    member(PreparedStatements, "rows", rows)


def alone() -> None:
    """Let the pool watch the connection that a statement is given."""

    def rows(engine: Engine, sql: str, arguments: Any) -> Rows:
        connection: Any = engine.raw_connection()
        try:
            found: Rows = connection.dbapi_connection.rows_alone(sql, arguments)
        except engine.dialect.loaded_dbapi.Error as error:
            raise _told(error, sql, engine.dialect, lost=False) from error
        finally:
            connection.close()
        return found

    everywhere(rows_alone, rows)


def ping() -> None:
    """Let PostgreSQL be asked, before each statement, whether a connection still lives."""

    def has_ended(connection: BoundedConnection) -> bool:
        try:
            connection.execute("")
        except OperationalError:
            return True
        return False

    member(BoundedConnection, "has_ended", has_ended)


def caller() -> None:
    """Let a statement of its own say who is calling, before anything else is asked."""

    def confirmed(caller: Caller, answer: Callable[[], Any]) -> Any:
        caller.confirm()
        return answer_for(caller, answer)

    everywhere(answer_for, confirmed)


def insertion() -> None:
    """Let the caller be confirmed first, and SQLAlchemy's session insert a widget then."""

    def create_widget(*, name: str, info_url: str, deadline: datetime) -> None:
        owner_id = present_caller().identity.user_id
        taken = AlreadyExists(f"Widget name: {name} already exists, must be unique.")
        with transaction(if_duplicate={"uq_widget_name_lower": taken}):
            db.session.add(Widget(name=name, info_url=info_url, deadline=deadline, owner_id=owner_id))

    everywhere(business.create_widget, create_widget)
    del WidgetList.post.__wrapped__.confirms_caller


def count() -> None:
    """Let the database count the rows each time, and have no triggers that do."""
    engine = create_engine(os.environ["DATABASE_URL"])
    with engine.begin() as connection:
        for statement in (*_UNCOUNTED[engine.dialect.name], "DELETE FROM row_count"):
            connection.execute(text(statement))
    engine.dispose()


def nearer_end() -> None:
    """Let each page be counted from the start."""
    member(Listing, "_last_total", property(lambda _listing: 2**63, lambda _listing, _total: None))


def index() -> None:
    """Let a page be found among the rows as they are told, joined with their owners."""

    def from_start(view: AnySelect, _keys: AnySelect, _key: Key) -> AnySelect:
        return view.offset(listing._SKIP)

    def from_end(
        view: AnySelect, _keys: AnySelect, _key: Key, size: int, total: ScalarSelect[int]
    ) -> AnySelect:
        end = listing._SKIP + size
        return view.offset(case((total > end, total - end), else_=0))

    def joined(one: FromClause, columns: Sequence[ColumnElement[Any]], rows: AnySelect) -> AnySelect:
        return without_offset(one, columns, rows).offset(rows._offset_clause)

    without_offset = reading._joined
    everywhere(listing._from_start, from_start)
    everywhere(listing._from_end, from_end)
    everywhere(reading._joined, joined)


def in_turn() -> None:
    """Let SQLite, too, find a page first, and join it with who is calling then."""
    everywhere(reading._has_outer_joins_only, lambda _tables: False)
