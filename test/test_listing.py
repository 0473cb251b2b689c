"""Long lists: pages by number from either end, pages by cursor, rows that are counted as they come and go."""

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from threading import Barrier
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased
from sqlalchemy.pool import NullPool

import run
from app import create_app, db
from app.api.pagination import cursor as read_cursor
from app.api.pagination import write_cursor
from app.models import User, Widget
from app.models.caller import Caller, answer_for
from app.models.listing import Listing
from app.models.reading import Query
from app.models.row_count import RowCount, number_of_rows
from app.util.database.row_counting import SLOTS, keep_row_count
from app.util.database.sqlite import PatientConnection
from app.util.datetime_util import utc_now
from app.util.page import END, MAX_KEY, START, Cursor
from app.util.token import AccessToken
from test.test_cli import OF_THE_DATABASE
from test.util import WIDGETS, widget, widget_row

TOTAL = 23
PATIENCE = 20  # seconds
TABLE = Widget.__tablename__
QUOTED = f'"{TABLE}"'  # it may be a word of SQL
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": f"SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = '{QUOTED}'::regclass",  # noqa: S608 - ours
}


@pytest.fixture
def names(app: Flask, user: User) -> list[str]:
    """The names of the widgets there are, in the order of their creation; their keys, from 1, have gaps."""
    rows = [
        {"id": number * 3 - 2, "owner_id": user.id, **widget_row(f"w{number}")}
        for number in range(1, TOTAL + 1)
    ]
    with app.app_context():
        db.session.execute(insert(Widget), rows)
        db.session.commit()
    return [row["name"] for row in rows]


def names_on(page: Any) -> list[str]:
    return [item["name"] for item in page["items"]]


def caller_of(user: User) -> Caller:
    return Caller(AccessToken(user.public_id, False, "a token", utc_now()), lambda _identity: None)


def walk(client: FlaskClient, url: str, relation: str) -> Iterator[Any]:
    """Yield the pages from *url* on, by the links called *relation*."""
    while url:
        response = client.get(url)
        assert response.status_code == HTTPStatus.OK
        yield response.json
        url = response.json["links"].get(relation, "")


@pytest.mark.parametrize("page", range(1, 7))
@pytest.mark.parametrize("seen_before", [0, 10**9], ids=["from the end", "from the start"])
def test_page_is_the_same_from_whichever_end_it_is_counted(
    as_user: FlaskClient, names: list[str], monkeypatch: pytest.MonkeyPatch, page: int, seen_before: int
):
    from app.api.widgets import business

    monkeypatch.setattr(business._ALL, "_last_total", seen_before)

    response = as_user.get(WIDGETS, query_string={"page": page, "per_page": 5})

    assert names_on(response.json) == names[(page - 1) * 5 : page * 5]
    assert response.json["total_items"] == TOTAL


def test_page_is_counted_from_the_end_that_is_nearer(
    app: Flask, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    listing, counted_from = Listing(Widget.view(), Widget.id), []
    for end in ("from_start", "from_end"):
        query = getattr(listing._pages_of(5), end)
        note = partial(counted_from.append, end)
        monkeypatch.setattr(query, "read", lambda note=note, read=query.read, **by: note() or read(**by))

    with app.app_context():
        for page in (5, 1, 3, 4):
            listing.page_at(per_page=5, page=page)

    assert counted_from == ["from_end", "from_start", "from_start", "from_end"]


WITH_OWNER = select(Widget.id, Widget.name, User.email.label("owner.email"))
VIEWS = {
    "of no other table": select(Widget.id, Widget.name),
    "with an outer join": WITH_OWNER.outerjoin(Widget.owner),
    "with an inner join": WITH_OWNER.join(Widget.owner),
}
OTHER_USER = aliased(User)
HAS_OWNER = select(OTHER_USER.id).where(OTHER_USER.id == Widget.owner_id).exists()


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("seen_before", [0, 10**9], ids=["from the end", "from the start"])
def test_pages_are_the_same_whatever_the_joins(app: Flask, names: list[str], view: Any, seen_before: int):
    listing = Listing(view, Widget.id, only=HAS_OWNER)
    listing._last_total = seen_before

    with app.app_context():
        second = listing.page_at(per_page=5, page=2)
        first = listing.page_at(per_page=5, cursor=START)
        others = [listing.page_at(per_page=5, cursor=cursor) for cursor in (first.next, END)]

    assert [row.name for row in second.items] == names[5:10]
    assert [row.name for page in (first, *others) for row in page.items] == [*names[:10], *names[-5:]]
    assert {page.total_items for page in (first, second, *others)} == {TOTAL}


BY_OWNER = Widget.owner_id == OTHER_USER.id
WITH_ALL_USERS = (
    select(OTHER_USER.id, Widget.name).select_from(Widget).outerjoin(OTHER_USER, BY_OWNER, full=True)
)
WITHOUT_A_CONDITION = {
    "of one table": (select(Widget.id, Widget.name), TOTAL),
    "with an outer join": (select(Widget.id, Widget.name).outerjoin(OTHER_USER, BY_OWNER), TOTAL),
    "with a full join": (WITH_ALL_USERS, TOTAL + 1),
    "with a full join, then an outer one": (
        WITH_ALL_USERS.outerjoin(User, User.id == OTHER_USER.id),
        TOTAL + 1,
    ),
}


@pytest.mark.parametrize("how", WITHOUT_A_CONDITION)
def test_rows_are_the_same_for_somebody_who_is_confirmed_by_the_way(
    app: Flask, admin: User, names: list[str], how: str
):
    if "full" in how and sqlite3.sqlite_version_info < (3, 39):
        pytest.skip("SQLite has no FULL JOIN yet")
    view, number = WITHOUT_A_CONDITION[how]
    query = Query(view, cut=lambda rows: rows.order_by(rows.selected_columns[0]).limit(100))
    found: list[Any] = []

    with app.app_context():
        alone = query.read().rows
        answer_for(caller_of(admin), lambda: found.extend(query.read().rows))

    assert len(alone) == number
    assert sorted(map(str, found)) == sorted(map(str, alone))


@pytest.fixture
def plans(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How SQLite runs each statement with which widgets are read, one after the other."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL has other ways")
    plans: list[str] = []
    rows_alone = PatientConnection.rows_alone

    def explained(connection: Any, sql: str, arguments: Any) -> list[Any]:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}", arguments).fetchall()
        if re.search(rf'FROM "?{TABLE}\b', sql):
            plans.append("\n".join(step for *_, step in steps))
        return rows_alone(connection, sql, arguments)

    monkeypatch.setattr(PatientConnection, "rows_alone", explained)
    return plans


@pytest.mark.parametrize("cursor", [None, START, END])
@pytest.mark.parametrize("seen_before", [0, 10**9], ids=["from the end", "from the start"])
@pytest.mark.parametrize("joins", VIEWS)
def test_sqlite_finds_a_page_in_order_and_copies_it_only_where_joins_want_that(
    app: Flask,
    user: User,
    names: list[str],
    plans: list[str],
    joins: str,
    seen_before: int,
    cursor: Cursor | None,
):
    listing = Listing(VIEWS[joins], Widget.id)

    def ask() -> None:
        listing._last_total = seen_before
        listing.page_at(per_page=5, page=2, cursor=cursor)

    with app.app_context():
        ask()
        answer_for(caller_of(user), ask)

    assert len(plans) == 2
    for plan in plans:
        assert f"SEARCH {TABLE} USING INTEGER PRIMARY KEY" in plan
        assert "SCAN site_user" not in plan
        assert "TEMP B-TREE" not in plan
    assert ("MATERIALIZE _data" in plans[1]) == (joins == "with an inner join")


def test_cursor_walks_through_all_and_back(as_user: FlaskClient, names: list[str]):
    there = list(walk(as_user, f"{WIDGETS}?cursor=start&per_page=5", "next"))
    back = list(walk(as_user, there[-1]["links"]["self"], "prev"))

    assert [name for page in there for name in names_on(page)] == names
    assert [names_on(page) for page in reversed(back)] == [names_on(page) for page in there]
    assert [page["page"] for page in there] == [1, 2, 3, 4, 5]
    assert [page["page"] for page in back] == [5, 4, 3, 2, 1]
    assert {(page["total_items"], page["total_pages"]) for page in there} == {(TOTAL, 5)}


def test_cursor_from_the_end_walks_to_the_start(as_user: FlaskClient, names: list[str]):
    pages = list(walk(as_user, f"{WIDGETS}?cursor=end&per_page=10", "prev"))

    assert [name for page in reversed(pages) for name in names_on(page)] == names
    assert [page["page"] for page in pages] == [3, 2, 1]
    assert not pages[0]["has_next"]
    assert not pages[-1]["has_prev"]


def test_cursor_misses_and_repeats_nothing_when_rows_come_and_go(
    app: Flask, as_user: FlaskClient, names: list[str]
):
    first = as_user.get(f"{WIDGETS}?cursor=start&per_page=5").json
    with app.app_context():
        db.session.execute(delete(Widget).where(Widget.name.in_(names[:7])))
        db.session.commit()

    rest = list(walk(as_user, first["links"]["next"], "next"))

    assert [name for page in rest for name in names_on(page)] == names[7:]
    assert not rest[0]["has_prev"]


def test_links_of_a_cursor_are_those_of_the_header(as_user: FlaskClient, names: list[str]):
    response = as_user.get(f"{WIDGETS}?cursor=start&per_page=5")

    header = {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', response.headers["Link"])}
    assert header == {name: response.json["links"][name] for name in ("self", "next", "first", "last")}
    assert header["self"] == f"http://localhost{WIDGETS}?cursor=start&per_page=5"
    assert header["last"] == f"http://localhost{WIDGETS}?cursor=end&per_page=5"
    assert response.headers["Total-Count"] == str(TOTAL)


@pytest.mark.parametrize("start", ["numbers", START, END])
@pytest.mark.parametrize("seen_before", [0, 10**9], ids=["from the end", "from the start"])
def test_list_of_some_rows_has_their_number_and_their_pages(
    app: Flask, names: list[str], admin: User, start: Any, seen_before: int
):
    some = Listing(Widget.view(), Widget.id, only=Widget.owner_id == bindparam("owner"))
    some._last_total = seen_before
    with app.app_context():
        db.session.execute(update(Widget).where(Widget.name.in_(names[::3])).values(owner_id=admin.id))
        db.session.commit()

        place = {} if start == "numbers" else {"cursor": start}
        pages = [some.page_at(per_page=5, owner=admin.id, **place)]
        while following := pages[-1].prev if start is END else getattr(pages[-1], "next", None):
            pages.append(some.page_at(per_page=5, owner=admin.id, cursor=following))
        if start == "numbers":
            pages.append(some.page_at(per_page=5, owner=admin.id, page=2))
        nothing = some.page_at(per_page=5, owner=0)

    pages = pages[::-1] if start is END else pages
    assert [row.name for page in pages for row in page.items] == names[::3]
    assert {page.total_items for page in pages} == {len(names[::3])}
    assert (list(nothing.items), nothing.total_items) == ([], 0)


@pytest.mark.parametrize("cursor", ["start", "end", f"a{'9' * 19}-9", "b1-1"])
def test_cursor_on_an_empty_list_is_an_empty_page(as_user: FlaskClient, cursor: str):
    page = as_user.get(WIDGETS, query_string={"cursor": cursor}).json

    assert (page["items"], page["has_prev"], page["has_next"]) == ([], False, False)
    assert (page["total_items"], page["total_pages"]) == (0, 0)
    assert page["page"] == (9 if cursor.endswith("-9") else 1)


@pytest.mark.parametrize("cursor", [f"a{'9' * 19}-9", "b1-1"])
def test_cursor_beyond_an_end_leads_back(as_user: FlaskClient, names: list[str], cursor: str):
    page = as_user.get(WIDGETS, query_string={"cursor": cursor, "per_page": 5}).json
    relation = "prev" if cursor[0] == "a" else "next"

    assert page["items"] == []
    following = as_user.get(page["links"][relation]).json
    assert names_on(following) == (names[-5:] if relation == "prev" else names[:5])


@pytest.mark.parametrize(
    ("cursor", "on", "back", "edge"), [("start", "next", "prev", -1), ("end", "prev", "next", 0)]
)
def test_page_whose_rows_are_gone_leads_back_to_the_row_beside_it(
    app: Flask, as_user: FlaskClient, names: list[str], cursor: str, on: str, back: str, edge: int
):
    first = as_user.get(f"{WIDGETS}?cursor={cursor}&per_page=5").json
    left = names_on(first)[edge]
    with app.app_context():
        db.session.execute(delete(Widget).where(Widget.name != left))
        db.session.commit()

    gone = as_user.get(first["links"][on]).json

    assert gone["items"] == []
    assert names_on(as_user.get(gone["links"][back]).json) == [left]


@pytest.mark.parametrize("key", [1, 10**18, 13 * 10**17, MAX_KEY])
def test_cursor_at_any_key_is_read_as_it_was_written(key: int):
    place = Cursor(forwards=True, edge=key, page=2)

    assert read_cursor(write_cursor(place)) == place


@pytest.mark.parametrize(
    "cursor", ["", "*", "middle", "a", "a1", "a-1", "a1-", "c1-1", "a1-1 ", "A1-1", "a１-1"]
)
def test_text_that_no_page_has_given_is_no_cursor(as_user: FlaskClient, cursor: str):
    response = as_user.get(WIDGETS, query_string={"cursor": cursor})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["cursor"]


def test_cursor_goes_before_a_number(as_user: FlaskClient):
    response = as_user.get(WIDGETS, query_string={"cursor": "start", "page": 3})

    assert response.status_code == HTTPStatus.OK
    assert response.json["links"]["self"].endswith("?cursor=start&per_page=10")


def kept() -> int | None:
    """Return how many widgets the triggers say that there are."""
    return db.session.scalar(
        select(func.sum(RowCount.rows)).where(RowCount.table_name == Widget.__tablename__)
    )


def test_rows_are_counted_from_zero_in_every_test(app: Flask):
    with app.app_context():
        assert kept() == 0


def test_triggers_count_what_is_inserted_and_deleted(app: Flask, names: list[str]):
    with app.app_context():
        inserted = kept()
        db.session.execute(update(Widget).values(owner_id=Widget.owner_id))
        db.session.execute(delete(Widget).where(Widget.id > 30))
        db.session.commit()

        assert (inserted, kept()) == (TOTAL, 10)


def test_what_is_rolled_back_is_not_counted(app: Flask, names: list[str]):
    with app.app_context():
        db.session.execute(delete(Widget))
        db.session.rollback()

        assert kept() == TOTAL


def test_rows_are_counted_one_by_one_where_nothing_keeps_their_number(app: Flask, names: list[str]):
    with app.app_context():
        db.session.execute(delete(RowCount))
        db.session.commit()

        assert kept() is None
        assert db.session.scalar(select(number_of_rows(Widget.__table__))) == TOTAL


def test_command_counts_anew_and_mends_the_triggers(app: Flask, names: list[str]):
    with app.app_context():
        db.session.execute(delete(RowCount))
        for trigger in db.session.scalars(text(TRIGGERS[db.engine.dialect.name])).all():
            on = f" ON {QUOTED}" if db.engine.dialect.name == "postgresql" else ""
            db.session.execute(text(f'DROP TRIGGER "{trigger}"{on}'))
        db.session.commit()

    result = CliRunner().invoke(run.count_rows_command, obj=ScriptInfo(create_app=lambda: app))

    lines = result.output.splitlines()
    assert f"{TABLE}: {TOTAL}" in lines
    assert not any(line.startswith(("site_user:", "token_blacklist:")) for line in lines)
    with app.app_context():
        db.session.execute(delete(Widget).where(Widget.id > 30))
        db.session.commit()
        assert kept() == 10


def test_command_that_breaks_off_leaves_everything_as_it_was(
    app: Flask, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    def break_off(connection: Connection, _table: Table) -> int:
        for statement in ("DELETE FROM row_count", "CREATE TABLE left_over (id INTEGER)"):
            connection.execute(text(statement))
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "keep_row_count", break_off)
    CliRunner().invoke(run.count_rows_command, obj=ScriptInfo(create_app=lambda: app))

    with app.app_context():
        assert kept() == TOTAL
        assert "left_over" not in inspect(db.engine).get_table_names()


def test_command_whose_output_cannot_be_written_has_counted(
    app: Flask, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    with app.app_context():
        db.session.execute(delete(RowCount))
        db.session.commit()
    monkeypatch.setattr(run.click, "echo", Mock(side_effect=BrokenPipeError))  # as "flask count-rows | true"

    result = CliRunner().invoke(run.count_rows_command, obj=ScriptInfo(create_app=lambda: app))

    assert result.exit_code == 1
    with app.app_context():
        assert kept() == TOTAL


@pytest.mark.parametrize("name", ["select", "Order Line"])
def test_rows_of_a_table_whose_name_needs_quotes_are_counted(app: Flask, name: str):
    table = Table(name, MetaData(), Column("id", Integer, primary_key=True))
    with app.app_context():
        table.create(db.engine)
        try:
            first = keep_row_count(db.session.connection(), table)
            db.session.execute(insert(table), [{"id": 1}, {"id": 2}])
            again = keep_row_count(db.session.connection(), table)
            db.session.execute(delete(table).where(table.c.id == 1))
            in_the_end = db.session.scalar(select(number_of_rows(table)))
        finally:
            db.session.rollback()
            table.drop(db.engine)

    assert (first, again, in_the_end) == (0, 2, 1)


def test_counting_anew_and_a_change_that_has_begun_with_reading_do_not_wait_for_each_other(app: Flask):
    with app.app_context(), db.engine.connect() as change, db.engine.begin() as counting:
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        change.execute(select(Widget.id))
        counting.execute(text("SET LOCAL lock_timeout = '1s'"))

        assert keep_row_count(counting, Widget.__table__) == 0


def test_commands_are_not_held_to_a_clients_patience(
    app: Flask, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no limits for a statement")
    limits: list[str] = []

    def look(connection: Connection, _table: Table) -> int:
        assert connection.connection.dbapi_connection.answer_seconds is None
        limits.append(connection.scalar(text("SHOW statement_timeout")))
        return 0

    monkeypatch.setattr(run, "keep_row_count", look)
    result = CliRunner().invoke(run.count_rows_command, obj=ScriptInfo(create_app=lambda: app))

    assert (result.exit_code, {*limits}) == (0, {"0"})


@pytest.mark.parametrize("command", ["count-rows", "purge-tokens"])
def test_command_that_cannot_work_with_the_database_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, command: str
):
    monkeypatch.setenv("TEST_DATABASE_URL", "sqlite:////nowhere/nothing.sqlite")
    app = create_app("testing")

    result = CliRunner().invoke(run.app.cli.commands[command], obj=ScriptInfo(create_app=lambda: app))

    assert result.exit_code == 1
    assert result.output == f"Error: {OF_THE_DATABASE}: unable to open database file\n"


@pytest.mark.parametrize(
    "cursor", ["b0-1", "a0-9999999999", "a999999999999999999-9999999999", "b1-9999999999"]
)
def test_links_of_a_page_by_any_cursor_can_be_followed(as_user: FlaskClient, names: list[str], cursor: str):
    links = as_user.get(f"{WIDGETS}?cursor={cursor}&per_page=5").json["links"]

    assert {as_user.get(url).status_code for url in links.values()} == {HTTPStatus.OK}


def test_page_before_the_first_is_called_the_first_too(as_user: FlaskClient, names: list[str]):
    called_first = as_user.get(f"{WIDGETS}?cursor=b31-1&per_page=5").json

    assert called_first["links"]["prev"].endswith("?cursor=b16-1&per_page=5")
    assert names_on(as_user.get(called_first["links"]["prev"]).json) == names[:5]


def test_truncated_table_counts_as_empty(app: Flask, names: list[str]):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no TRUNCATE")
        db.session.execute(text(f"TRUNCATE {QUOTED}"))
        db.session.commit()

        assert kept() == 0


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE"])
def test_rows_are_counted_whatever_the_search_path(app: Flask, names: list[str], statement: str):
    """pg_restore, for one, has none."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no search_path")
        db.session.execute(text("SET LOCAL search_path = ''"))
        db.session.execute(text(f"{statement} public.{QUOTED}"))
        db.session.commit()

        assert kept() == 0


def test_insert_does_not_wait_for_what_others_have_not_committed(
    app: Flask, admin: User, as_admin: FlaskClient
):
    """What keeps the number prefers a part by the connection; here two connections prefer the same one."""
    with app.app_context(), ExitStack() as stack:
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        preferred = preference(db.session)
        db.session.remove()
        others = create_engine(db.engine.url, poolclass=NullPool)
        connections = (stack.enter_context(others.connect()) for _ in range(4 * SLOTS))
        transaction = next(it for it in connections if preference(it) == preferred)
        transaction.execute(insert(Widget).values(owner_id=admin.id, **widget_row("not-committed")))

        response = as_admin.post(WIDGETS, json=widget())

        assert response.status_code == HTTPStatus.CREATED
        assert kept() == 1


def test_insert_waits_where_all_parts_of_the_number_are_taken(app: Flask, admin: User):
    """It would have one that is another's too, and then could wait for that other one crosswise."""
    with app.app_context(), db.engine.begin() as others, db.engine.connect() as late:
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        take = text(f"SELECT pg_advisory_xact_lock('{QUOTED}'::regclass::oid::integer, :part)")
        others.execute(take, [{"part": part} for part in range(SLOTS)])
        late.execute(text("SET LOCAL lock_timeout = '200ms'"))

        with pytest.raises(OperationalError, match="lock timeout"):
            late.execute(insert(Widget).values(owner_id=admin.id, **widget_row("late")))


def test_many_transactions_of_many_statements_do_not_wait_for_each_other_for_ever(app: Flask, admin: User):
    """There are more of them than parts of the number, so that some wait; nobody who has a part may."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has one writer at a time")
        engine = create_engine(db.engine.url, poolclass=NullPool)
        crowd = 2 * SLOTS
        at_once = Barrier(crowd)

        def insert_in_pairs(writer: int) -> None:
            with engine.connect() as connection:
                at_once.wait(PATIENCE)
                for number in range(20):
                    row = widget_row(f"w{writer}-{number}")
                    connection.execute(insert(Widget).values(owner_id=admin.id, **row))
                    if number % 2:
                        connection.commit()

        with ThreadPoolExecutor(crowd) as writers:
            list(writers.map(insert_in_pairs, range(crowd)))

        assert kept() == 20 * crowd


def preference(connection: Any) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()"))) % SLOTS
