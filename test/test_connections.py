"""Connections to the database that are lost, silent or locked: what is tried again, and for how long."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

from app import db
from app.models import User
from app.models.reading import Query
from app.models.widget import Widget
from app.util.database import compiled, outage, postgresql, sqlite
from app.util.database.alone import rows_alone
from app.util.database.engine import get_connection_ready
from app.util.database.outage import Outage, ServerSilent
from app.util.database.postgresql import BoundedConnection
from app.util.database.prepared_statements import PreparedStatements
from app.util.database.sqlite import PatientConnection, merge_log
from test.databases import application_on
from test.util import LOGIN, REGISTER, WIDGET, WIDGETS, account, widget

QUOTED = f'"{Widget.__tablename__}"'  # it may be a word of SQL


class Clock:
    """A clock that moves only when somebody sleeps."""

    on_sleep: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which connections wait."""
    clock = Clock()
    monkeypatch.setattr(outage, "time", clock)
    monkeypatch.setattr(sqlite, "time", clock)
    return clock


def back_after(clock: Clock, seconds: float) -> Mock:
    """Return what connects to a server that comes back in so many *seconds*."""
    until = clock.now + seconds

    def connect() -> str:
        if clock.now < until:
            raise psycopg.OperationalError("refused")
        return "a connection"

    return Mock(side_effect=connect)


def test_restart_of_the_server_is_waited_for(clock: Clock):
    assert Outage().outlive(back_after(clock, 0.5)) == "a connection"


def test_server_that_stays_away_is_waited_for_once(clock: Clock):
    away, connect = Outage(), back_after(clock, 3600)
    with pytest.raises(psycopg.OperationalError):
        away.outlive(connect)
    waited = clock.now - 1000
    tries = connect.call_count

    with pytest.raises(psycopg.OperationalError):
        away.outlive(connect)

    assert 0 < waited < 1
    assert connect.call_count == tries + 1


def test_next_restart_is_waited_for_again(clock: Clock):
    away = Outage()
    away.outlive(back_after(clock, 0.5))
    clock.now += 60

    assert away.outlive(back_after(clock, 0.5)) == "a connection"


def test_refusal_of_an_hour_ago_does_not_count(clock: Clock):
    """There were too many connections for a moment; those that were kept have served since."""
    away = Outage()
    with pytest.raises(psycopg.OperationalError):
        away.outlive(back_after(clock, 2))
    clock.now += 3600

    assert away.outlive(back_after(clock, 0.3)) == "a connection"


def test_server_that_is_asked_for_rarely_while_it_is_away_is_waited_for_once(clock: Clock):
    away, connect = Outage(), back_after(clock, 3600)
    tries = []
    for _ in range(9):
        with pytest.raises(psycopg.OperationalError):
            away.outlive(connect)
        tries.append(connect.call_count)
        clock.now += 30

    assert tries == [*range(tries[0], tries[0] + 9)]


def silent(clock: Clock) -> Mock:
    """Return what connects to a server that never answers."""

    def connect() -> None:
        clock.sleep(4)
        raise psycopg.OperationalError("timeout expired")

    return Mock(side_effect=connect)


def test_silent_server_is_asked_once_a_call(clock: Clock):
    connect = silent(clock)

    with pytest.raises(psycopg.OperationalError):
        Outage().outlive(connect)

    assert connect.call_count == 1


def test_silent_server_is_asked_by_one_call_at_a_time_and_others_do_not_wait(clock: Clock):
    hanging = Outage()
    hanging.fall_silent()
    at_the_same_time = Mock(return_value="a connection")
    waited = []

    def ask() -> str:
        clock.sleep(1)
        began = clock.now
        with pytest.raises(ServerSilent):
            hanging.outlive(at_the_same_time)
        waited.append(clock.now - began)
        return "a connection"

    assert hanging.outlive(ask) == "a connection"
    assert waited == [0]
    at_the_same_time.assert_not_called()


def test_server_that_has_answered_the_one_that_asked_is_asked_by_those_who_waited():
    hanging = Outage()
    hanging.fall_silent()
    is_asked, may_answer, given = Event(), Event(), []

    def ask() -> str:
        is_asked.set()
        assert may_answer.wait(10)
        return "a connection"

    first = Thread(target=lambda: given.append(hanging.outlive(ask)))
    first.start()
    assert is_asked.wait(10)
    hanging._patience = lambda: may_answer.set() or 10
    given.append(hanging.outlive(lambda: "another connection"))
    first.join(10)

    assert sorted(given) == ["a connection", "another connection"]
    assert not hanging._asking.locked()


def test_server_that_answers_again_is_asked_by_all(clock: Clock):
    hanging = Outage()
    hanging.fall_silent()
    hanging.outlive(lambda: "a connection")

    meanwhile = Mock(side_effect=lambda: hanging.outlive(lambda: "another connection"))
    both = hanging.outlive(meanwhile)

    assert both == "another connection"
    meanwhile.assert_called_once()


def test_connection_that_is_asked_for_while_one_finds_the_server_answering_comes_too(
    monkeypatch: pytest.MonkeyPatch,
):
    """A firewall had forgotten one connection: whoever comes next waits for a moment."""
    monkeypatch.setattr(outage, "PROMPT_SECONDS", 60)
    forgotten, is_asking, may_answer = Outage(), Event(), Event()
    forgotten.fall_silent()

    def ask() -> str:
        is_asking.set()
        may_answer.wait()
        return "one"

    with ThreadPoolExecutor() as threads:
        one = threads.submit(forgotten.outlive, ask)
        is_asking.wait()
        other = threads.submit(forgotten.outlive, lambda: "another")
        may_answer.set()

        assert (one.result(), other.result()) == ("one", "another")


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({}, 4),
        ({"host": "a,b"}, 2),
        ({"host": "a,b,c,d"}, 2),
        ({"connect_timeout": "3"}, 3),
        ({"connect_timeout": "60"}, 4),
        ({"connect_timeout": "0"}, 4),
    ],
)
def test_connecting_takes_as_long_as_a_client_waits_or_less(options: dict[str, str], seconds: int):
    assert postgresql.connect_seconds(options) == seconds


@pytest.fixture
def server(postgresql_url: str) -> str:
    """Where PostgreSQL is, as psycopg wants it."""
    return make_url(postgresql_url).difference_update_query(["options"]).render_as_string(False)


@pytest.fixture
def connection(server: str) -> Iterator[BoundedConnection]:
    """A connection to PostgreSQL."""
    with BoundedConnection.connect(server, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("setting", "elsewhere", "here"),
    [
        ("transaction_isolation", "-c default_transaction_isolation=serializable", "read committed"),
        ("DateStyle", "-c datestyle=German", "ISO, DMY"),
        ("client_encoding", "-c client_encoding=latin1", "UTF8"),
        ("statement_timeout", "-c statement_timeout=0", "3s"),
    ],
)
def test_settings_that_the_application_depends_on_are_its_own(
    server: str, setting: str, elsewhere: str, here: str
):
    url = make_url(server).update_query_dict({"options": elsewhere, "client_encoding": "latin1"})

    with application_on(url.render_as_string(hide_password=False)) as app, app.app_context():
        assert db.session.scalar(text(f"SHOW {setting}")) == here


def test_server_that_hangs_behind_a_pooler_is_silent(server: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgresql, "SESSION_SETTINGS", "SELECT pg_sleep(60)")
    monkeypatch.setattr(BoundedConnection, "answer_seconds", 0.1)
    monkeypatch.setattr(outage, "RESTART_SECONDS", 0.05)

    with application_on(server) as app, app.app_context():
        with pytest.raises(DBAPIError):
            db.session.scalar(text("SELECT 1"))

        assert postgresql.outages[db.engine.dialect].is_silent


@pytest.mark.parametrize(
    "settings", ["SELECT 1 / 0", "SET statement_timeout = 1; SELECT pg_sleep(60)"], ids=["at once", "again"]
)
def test_connection_that_does_not_take_its_settings_is_closed(
    server: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, settings: str
):
    made, make = [], BoundedConnection.connect
    monkeypatch.setattr(postgresql, "SESSION_SETTINGS", settings)
    monkeypatch.setattr(
        BoundedConnection, "connect", lambda *how, **more: made.append(make(*how, **more)) or made[-1]
    )

    with application_on(server) as app, app.app_context(), pytest.raises(DBAPIError):
        db.session.scalar(text("SELECT 1"))

    assert made
    assert [connection for connection in made if not connection.closed] == []


def test_silent_server_is_given_up(connection: BoundedConnection):
    connection.answer_seconds = 0.1

    connection.outage = Outage()

    with pytest.raises(ServerSilent):
        connection.execute("SELECT pg_sleep(60)")

    assert connection.closed
    assert connection.outage.is_silent


def test_connection_that_the_server_has_ended_is_not_used(connection: BoundedConnection, server: str):
    get_connection_ready(connection)
    with psycopg.connect(server) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])

    with pytest.raises(InvalidatePoolError):
        get_connection_ready(connection)


def test_statement_that_the_server_has_forgotten_is_prepared_again(connection: BoundedConnection):
    before = connection.rows_alone("SELECT $1::int + 1", [1])

    connection.execute("DEALLOCATE ALL")
    after = [connection.rows_alone(f"SELECT $1::int + {number}", [1]) for number in (1, 2, 1)]

    assert (before, after) == ([(2,)], [[(2,)], [(3,)], [(2,)]])


def test_statement_is_prepared_once(connection: BoundedConnection, monkeypatch: pytest.MonkeyPatch):
    prepared, prepare = [], PreparedStatements._prepare
    monkeypatch.setattr(
        PreparedStatements, "_prepare", lambda it, sql: prepared.append(sql) or prepare(it, sql)
    )

    for sql in ("SELECT 1", "SELECT 2", "SELECT 1", "SELECT 2"):
        connection.rows_alone(sql, [])

    assert prepared == ["SELECT 1", "SELECT 2"]


def test_statement_whose_rows_a_migration_has_changed_is_run_anew(connection: BoundedConnection):
    connection.execute("CREATE TEMPORARY TABLE changing AS SELECT 'a'::varchar(1) AS letter")
    before = connection.rows_alone("SELECT letter FROM changing", [])

    connection.execute("ALTER TABLE changing ALTER letter TYPE varchar(2)")
    after = [connection.rows_alone("SELECT letter FROM changing", []) for _ in range(4)]

    prepared = connection.execute(
        "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%changing%'"
    )
    assert (before, after) == ([("a",)], [[("a",)]] * 4)
    assert sorted(prepared.fetchall()) == [(1,), (3,)]


def test_statement_has_its_own_name_where_a_pooler_lends_one_connection_to_many(
    connection: BoundedConnection,
):
    """Two clients, neither of which knows what the other one has prepared on the server that they share."""
    one, other = PreparedStatements(connection), PreparedStatements(connection)

    found = [one.rows("SELECT 1", []), other.rows("SELECT 2", []), other.rows("SELECT 1", [])]

    assert found == [[(1,)], [(2,)], [(1,)]]


def test_error_of_a_statement_alone_leaves_the_connection_as_it_was(connection: BoundedConnection):
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.rows_alone("SELECT 1 / $1::int", [0])
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.rows_alone("SELECT * FROM nowhere", [])

    assert connection.rows_alone("SELECT 1 / $1::int", [1]) == [(1,)]


def test_answer_that_is_neither_rows_nor_an_error_is_refused(connection: BoundedConnection):
    with pytest.raises(psycopg.DatabaseError):
        connection.rows_alone("COPY (SELECT 1) TO STDOUT", [])

    connection.close()  # it still wants to copy


def test_statement_alone_that_a_silent_server_does_not_answer_is_given_up(connection: BoundedConnection):
    connection.answer_seconds = 0.1

    with pytest.raises(ServerSilent):
        connection.rows_alone("SELECT pg_sleep(60)", [])

    assert connection.closed


def test_connections_of_before_are_given_up_with_one_that_falls_silent(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    with application_on(postgresql_url) as app, app.app_context():
        idle = [db.engine.raw_connection() for _ in range(2)]
        before = {connection.dbapi_connection.info.backend_pid for connection in idle}
        for connection in idle:
            connection.close()

        monkeypatch.setattr(BoundedConnection, "answer_seconds", 0.1)
        with pytest.raises(DBAPIError):
            rows_alone(db.engine, "SELECT pg_sleep(60)", [])
        monkeypatch.undo()

        idle = [db.engine.raw_connection() for _ in range(2)]
        after = {connection.dbapi_connection.info.backend_pid for connection in idle}
        for connection in idle:
            connection.close()
        assert not before & after


def test_statement_alone_whose_connection_the_server_ends_says_that_it_is_lost(postgresql_url: str):
    with application_on(postgresql_url) as app, app.app_context():
        with pytest.raises(DBAPIError) as lost:
            rows_alone(db.engine, "SELECT pg_terminate_backend(pg_backend_pid())", [])

        assert lost.value.connection_invalidated
        assert rows_alone(db.engine, "SELECT 1", []) == [(1,)]


LOST = psycopg.OperationalError("lost")


class Losing:
    """Runs statements, but loses its connection at the first, before or after that is done."""

    def __init__(
        self, run: Any, *, is_done: bool = False, error: Exception = LOST, is_lost: bool = True
    ) -> None:
        self.run, self.is_done, self.error, self.is_lost, self.calls = run, is_done, error, is_lost, 0

    def __call__(self, engine: Any, sql: str, arguments: Any) -> Any:
        self.calls += 1
        if self.calls == 1:
            if self.is_done:
                self.run(engine, sql, arguments)
            raise DBAPIError(sql, None, self.error, connection_invalidated=self.is_lost)
        return self.run(engine, sql, arguments)


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that loses the connection of the next statement."""

    def lose(**how: Any) -> Losing:
        losing = Losing(compiled.rows_alone, **how)
        monkeypatch.setattr(compiled, "rows_alone", losing)
        return losing

    return lose


def test_request_that_lost_its_connection_is_tried_once_more(as_admin: FlaskClient, lose: Any):
    losing = lose()

    response = as_admin.post(WIDGETS, json=widget())

    assert response.status_code == HTTPStatus.CREATED
    assert losing.calls == 2


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [(ServerSilent("no answer"), True), (psycopg.OperationalError("out of memory"), False)],
    ids=["silent", "not lost"],
)
def test_request_is_not_tried_again_where_that_would_take_as_long_or_be_in_vain(
    as_admin: FlaskClient, lose: Any, error: Exception, is_lost: bool
):
    losing = lose(error=error, is_lost=is_lost)

    response = as_admin.post(WIDGETS, json=widget())

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert losing.calls == 1


def test_login_that_lost_its_connection_is_tried_once_more(app: Flask, as_nobody: FlaskClient, user: User):
    with app.app_context():
        engine = db.engine
    seen = []

    @event.listens_for(engine, "before_cursor_execute", once=True)
    def lose(connection: Any, *_statement: Any) -> None:
        seen.append(connection)
        connection.connection.dbapi_connection.close()

    response = as_nobody.post(LOGIN, data=account())

    assert len(seen) == 1
    assert response.status_code == HTTPStatus.OK


def test_read_that_is_tried_once_more_may_find_nothing(as_user: FlaskClient, lose: Any):
    lose()

    assert as_user.get(f"{WIDGETS}/nothing").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("method", "path", "status", "times"),
    [("POST", REGISTER, HTTPStatus.SERVICE_UNAVAILABLE, 1), ("PUT", WIDGET, HTTPStatus.OK, 2)],
)
@pytest.mark.usefixtures("first_widget")
def test_change_that_may_be_committed_is_made_again_only_where_that_makes_no_other(
    as_admin: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    status: HTTPStatus,
    times: int,
):
    commit, calls = db.session.commit, []

    def lose() -> None:
        calls.append(method)
        if len(calls) == 1:
            raise DBAPIError(None, None, LOST, connection_invalidated=True)
        commit()

    monkeypatch.setattr(db.session, "commit", lose)

    response = as_admin.open(path, method=method, json=widget() | account("next@email.com"))

    assert (response.status_code, len(calls)) == (status, times)


def test_lock_that_was_waited_for_in_vain_is_not_waited_for_again_at_once(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite.PatientCursor, "in_vain_at", 0.0)
    file = tmp_path / "locked.sqlite"
    holder = sqlite3.connect(file, isolation_level=None)
    waiting = sqlite3.connect(file, timeout=0, factory=PatientConnection)
    holder.execute("BEGIN IMMEDIATE")

    def seconds_waited() -> float:
        began = clock.now
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            waiting.execute("CREATE TABLE a (b)")
        return clock.now - began

    first, at_once = seconds_waited(), seconds_waited()
    clock.now += 60
    later = seconds_waited()
    holder.close()
    waiting.close()

    assert (first, at_once, later) == pytest.approx((3, 0.05, 3), abs=0.01)


def test_many_rows_wait_for_another_writer_as_one_does(tmp_path: Path, clock: Clock):
    file = tmp_path / "locked.sqlite"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE a (b)")
    waiting = sqlite3.connect(file, timeout=0, factory=PatientConnection)
    rows = iter([(1,), (2,)])
    holder.execute("BEGIN IMMEDIATE")
    clock.on_sleep = lambda: holder.execute("COMMIT") if holder.in_transaction else None

    waiting.cursor().executemany("INSERT INTO a VALUES (?)", rows)
    waiting.commit()

    assert holder.execute("SELECT b FROM a").fetchall() == [(1,), (2,)]
    holder.close()
    waiting.close()


@pytest.mark.parametrize(
    "read",
    [
        lambda sql: rows_alone(db.engine, sql, [])[0][0],
        lambda sql: db.session.scalar(text(sql)),
    ],
)
def test_file_that_was_restored_is_read_instead_of_the_one_of_before(
    tmp_path: Path, read: Callable[[str], Any]
):
    file, backup = tmp_path / "served.sqlite", tmp_path / "backup.sqlite"
    for path, value in ((file, "before"), (backup, "restored")):
        with closing(sqlite3.connect(path)) as made:
            made.execute(f"CREATE TABLE state AS SELECT '{value}' AS value")

    with application_on(f"sqlite:///{file}") as app, app.app_context():
        found = [read("SELECT value FROM state")]
        db.session.remove()
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink()
        backup.replace(file)
        found.append(read("SELECT value FROM state"))

    assert found == ["before", "restored"]


def test_copy_into_a_file_that_was_made_meanwhile_is_read(tmp_path: Path):
    """While the file was away, SQLite made an empty one for who asked, into which a backup is copied."""
    file, backup = tmp_path / "served.sqlite", tmp_path / "backup.sqlite"
    with closing(sqlite3.connect(backup)) as made:
        made.execute("CREATE TABLE state AS SELECT 'restored' AS value")

    with application_on(f"sqlite:///{file}") as app, app.app_context():
        with pytest.raises(DBAPIError, match="no such table"):
            rows_alone(db.engine, "SELECT value FROM state", [])
        file.write_bytes(backup.read_bytes())

        assert rows_alone(db.engine, "SELECT value FROM state", []) == [("restored",)]


def test_connection_that_could_only_read_is_not_kept(tmp_path: Path):
    """It was opened while the file was read-only, and would refuse to write for ever."""
    with application_on(f"sqlite:///{tmp_path / 'a.sqlite'}") as app, app.app_context():
        rows_alone(db.engine, "PRAGMA query_only = ON", [])
        with pytest.raises(DBAPIError, match="readonly"):
            rows_alone(db.engine, "CREATE TABLE a (b)", [])

        assert rows_alone(db.engine, "CREATE TABLE a (b)", []) == []


def test_prepared_statement_reads_and_writes_what_the_session_does(
    app: Flask, as_admin: FlaskClient, admin: User
):
    as_admin.post(WIDGETS, json=widget())
    instants = select(Widget.id, User.registered_on.label("owner.registered_on")).join(Widget.owner)
    with app.app_context():
        entity = db.session.query(Widget).one()
        row = Query(instants).one_or_none()

        assert (row.id, row.owner.registered_on) == (entity.id, admin.registered_on)


def test_error_of_a_prepared_statement_is_the_one_that_the_session_raises(app: Flask):
    with app.app_context():
        with pytest.raises(DBAPIError) as of_session:
            db.session.execute(text("SELECT 1 FROM nowhere"))
        db.session.rollback()
        db.session.execute(text(f"ALTER TABLE {QUOTED} RENAME TO elsewhere"))
        db.session.commit()
        try:
            with pytest.raises(DBAPIError) as of_statement:
                Query(Widget.view()).read()
        finally:
            db.session.execute(text(f"ALTER TABLE elsewhere RENAME TO {QUOTED}"))
            db.session.commit()

    assert type(of_statement.value) is type(of_session.value)
    assert not of_statement.value.connection_invalidated


def test_statement_alone_leaves_no_connection_that_commits_by_itself(app: Flask, user: User):
    with app.app_context():
        Query(Widget.view()).read()

        db.session.execute(update(User).values(email="else@example.com"))
        db.session.rollback()

        assert User.find_by_email(user.email)


def test_statement_alone_that_failed_leaves_its_connection_in_order(app: Flask, as_admin: FlaskClient):
    as_admin.post(WIDGETS, json=widget())
    for _ in range(20):  # more than the pool has connections
        assert as_admin.post(WIDGETS, json=widget()).status_code == HTTPStatus.CONFLICT

    assert as_admin.get(WIDGETS).json["total_items"] == 1
    with app.app_context():
        assert db.engine.pool.checkedout() == 0


def test_statement_alone_that_was_broken_off_gives_its_connection_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    with app.app_context():
        Query(Widget.view()).read()
        before = db.engine.raw_connection()
        kind, used = type(before.dbapi_connection), before.dbapi_connection
        before.close()
        monkeypatch.setattr(kind, "rows_alone", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            Query(Widget.view()).read()

        with db.engine.connect() as after:
            assert after.connection.dbapi_connection is not used


@pytest.mark.usefixtures("first_widget")
def test_change_is_made_after_a_migration_of_what_it_reads(app: Flask, as_admin: FlaskClient, request: Any):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite prepares anew by itself")
    before = [
        as_admin.put(WIDGET, json=widget()) for _ in range(8)
    ]  # psycopg would prepare what comes so often

    with psycopg.connect(request.getfixturevalue("server"), autocommit=True) as migrating:
        collate_names(migrating, "default")
        after = as_admin.put(WIDGET, json=widget())
        collate_names(migrating, "C")

    assert {response.status_code for response in (*before, after)} == {HTTPStatus.OK}


def collate_names(connection: Any, collation: str) -> None:
    """Change the type of a column, as a migration does."""
    connection.execute(f'ALTER TABLE {QUOTED} ALTER name TYPE varchar(100) COLLATE "{collation}"')


@pytest.fixture
def idle_connections_end(app: Flask, request: Any) -> None:
    """The connection of the pool, after the server has ended it."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no server that could restart")
        db.session.scalar(text("SELECT 1"))
    with psycopg.connect(request.getfixturevalue("server")) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.mark.usefixtures("idle_connections_end")
def test_statement_alone_survives_the_end_of_idle_connections(app: Flask):
    with app.app_context():
        assert Query(Widget.view()).one_or_none() is None


@pytest.mark.usefixtures("idle_connections_end")
def test_registration_survives_the_end_of_idle_connections(as_nobody: FlaskClient):
    assert as_nobody.post(REGISTER, data=account()).status_code == HTTPStatus.CREATED


@pytest.fixture
def left_over(tmp_path: Path) -> Path:
    """A file of SQLite whose last row stands in its ``-wal``, as killed processes leave it."""
    file, used = tmp_path / "left.sqlite", tmp_path / "used.sqlite"
    with closing(sqlite3.connect(used, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE thing AS SELECT 1 AS id")
        for end in ("", "-wal"):
            shutil.copy(f"{used}{end}", f"{file}{end}")
    return file


def test_log_that_was_left_over_is_merged_into_its_file(left_over: Path):
    merge_log(str(left_over))

    assert not Path(f"{left_over}-wal").exists()
    with closing(sqlite3.connect(left_over)) as connection:
        assert connection.execute("SELECT id FROM thing").fetchall() == [(1,)]


def test_log_that_somebody_uses_is_left_to_them(left_over: Path):
    with closing(sqlite3.connect(left_over, isolation_level=None)) as other:
        other.execute("INSERT INTO thing VALUES (2)")

        merge_log(str(left_over))

        assert Path(f"{left_over}-wal").exists()
        assert other.execute("SELECT id FROM thing").fetchall() == [(1,), (2,)]


def test_file_that_is_gone_or_none_of_sqlite_is_left_alone(tmp_path: Path):
    file = tmp_path / "some.sqlite"
    merge_log(str(file))
    assert not file.exists()

    for end in ("", "-wal"):
        Path(f"{file}{end}").write_text("something else, long enough to be looked at" * 100)
    merge_log(str(file))

    assert file.read_text().startswith("something else")
