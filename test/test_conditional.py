"""Conditional requests (RFC 9110, 13): ETag, If-None-Match and If-Match."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.api.conditional import MAX_AGE, MAX_TAGS, MIN_AGE
from app.models import User
from app.util.database import compiled
from app.util.datetime_util import utc_now
from test.test_races import at_once
from test.util import WIDGET, WIDGETS, other_value, widget

ROOT = "/api/v1"
PAGE = f"{WIDGETS}?page=1&per_page=5"
WALK = f"{WIDGETS}?cursor=start&per_page=5"
READ = [WIDGET, PAGE, WALK, ROOT]
STALE = f'"6a1f3c20-{"0" * 32}"'
ENDLESS = f'"{"f" * 99}-{"0" * 32}"'  # of an instant that no calendar has
ONE_SECOND = timedelta(seconds=1)
CHANGED = {
    "status": "fail",
    "message": "This is not in the state for which the request was made. Please read it again.",
}


def tag_of(client: FlaskClient, path: str = WIDGET, **more: Any) -> str:
    tag: str = client.get(path, **more).headers["ETag"]
    return tag


def if_match(tag: str) -> dict[str, str]:
    return {"If-Match": tag}


def if_none_match(tag: str) -> dict[str, str]:
    return {"If-None-Match": tag}


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Let the block take place so much later."""
    with time_machine.travel(utc_now() + timedelta(**by), tick=False):
        yield


# What has one of our tags in it, and is none: W/ is in upper case (RFC 9110, 8.8.3).
NO_TAGS = ("w/TAG", "W/ TAG", "TAGjunk", "'TAG'", '"x"TAG', "TAG TAG")

pytestmark = pytest.mark.usefixtures("first_widget")


@pytest.mark.parametrize("path", READ)
def test_document_has_a_strong_tag_and_head_has_the_same(as_user: FlaskClient, path: str):
    with later():
        get, head = as_user.get(path), as_user.head(path)

    assert get.headers["ETag"].startswith('"')
    assert get.headers["ETag"] == head.headers["ETag"]


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_client_that_has_the_document_gets_304_and_its_tag_back(as_user: FlaskClient, path: str, method: str):
    first = as_user.get(path)

    with later(seconds=2):
        again = as_user.open(path, method=method, headers=if_none_match(first.headers["ETag"]))

    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")
    for name in ("ETag", "Vary", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Type" not in again.headers


@pytest.mark.parametrize("path", [WIDGET, PAGE, WALK])
def test_change_makes_the_document_of_a_client_stale(as_user: FlaskClient, as_admin: FlaskClient, path: str):
    tag = tag_of(as_user, path)
    as_admin.put(WIDGET, json=widget(**other_value()))

    answer = as_user.get(path, headers=if_none_match(tag))

    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["ETag"] != tag


def test_new_widget_makes_the_page_stale(as_user: FlaskClient, as_admin: FlaskClient):
    tag = tag_of(as_user, PAGE)
    as_admin.post(WIDGETS, json=widget(name="second"))

    assert as_user.get(PAGE, headers=if_none_match(tag)).status_code == HTTPStatus.OK


def test_document_that_is_old_or_of_the_future_is_not_current(
    client_of: Callable[[User], FlaskClient], user: User
):
    now = utc_now()
    with time_machine.travel(now, tick=False) as clock:
        client = client_of(user)
        tag = tag_of(client)
        found = []
        for moment in (now + MIN_AGE - ONE_SECOND, now + MIN_AGE, now, now + MAX_AGE - ONE_SECOND):
            clock.move_to(moment)
            found.append(client.get(WIDGET, headers=if_none_match(tag)).status_code)
    with time_machine.travel(now + MAX_AGE + ONE_SECOND, tick=False):
        found.append(client_of(user).get(WIDGET, headers=if_none_match(tag)).status_code)

    assert found == [200, 304, 304, 304, 200]


def test_tag_belongs_to_a_role_and_to_a_host(as_user: FlaskClient, as_admin: FlaskClient):
    tag = tag_of(as_user)

    other_role = as_admin.get(WIDGET, headers=if_none_match(tag))
    other_host = as_user.get(WIDGET, headers=if_none_match(tag), base_url="http://127.0.0.1")

    assert other_role.status_code == other_host.status_code == HTTPStatus.OK
    assert as_admin.put(WIDGET, json=widget(), headers=if_match(tag)).status_code == 412


@pytest.mark.parametrize("among", ["{}", "{}, {stale}", "{stale},{}", 'W/{}, "x"', ' ,{} ,, "a b"'])
def test_tag_is_found_in_a_list_even_if_it_is_called_weak(as_user: FlaskClient, among: str):
    tags = among.format(tag_of(as_user), stale=STALE)

    assert as_user.get(WIDGET, headers=if_none_match(tags)).status_code == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize(
    "header",
    [
        "",
        '""',
        '"*"',
        "nonsense",
        '"',
        "W/",
        STALE,
        f"W/{STALE}",
        ENDLESS,
        "é",
        '"' * 99,
        "-" * 999,
        *NO_TAGS,
    ],
)
def test_condition_that_names_no_current_state_is_none_to_read_and_fails_to_change(
    as_admin: FlaskClient, header: str
):
    header = header.replace("TAG", tag_of(as_admin))

    assert as_admin.get(WIDGET, headers=if_none_match(header)).status_code == HTTPStatus.OK
    for method, path in [("GET", WIDGET), ("GET", PAGE), ("PUT", WIDGET), ("DELETE", WIDGET)]:
        answer = as_admin.open(path, method=method, json=widget(), headers=if_match(header))
        assert (answer.status_code, answer.json) == (HTTPStatus.PRECONDITION_FAILED, CHANGED)


def test_any_state_is_meant_by_an_asterisk(as_admin: FlaskClient):
    with later():
        tag, unchanged = tag_of(as_admin), as_admin.get(WIDGET, headers=if_none_match("*"))
    found = [
        unchanged,
        as_admin.get(WIDGET, headers=if_match("*")),
        as_admin.put(WIDGET, json=widget(), headers=if_none_match("*")),
        as_admin.put(WIDGET, json=widget(), headers=if_match("*")),
        as_admin.delete(WIDGET, headers=if_none_match("*")),
        as_admin.delete(WIDGET, headers=if_match("*")),
        as_admin.delete(WIDGET, headers=if_match("*")),
        as_admin.delete(WIDGET, headers=if_none_match("*")),
    ]

    assert [answer.status_code for answer in found] == [304, 200, 412, 200, 412, 204, 412, 204]
    assert unchanged.headers["ETag"] == tag


def test_tag_that_get_gave_lets_a_change_through_once(as_admin: FlaskClient):
    tag = tag_of(as_admin)

    with later(seconds=90):
        first = as_admin.put(WIDGET, json=widget(**other_value(1)), headers=if_match(tag))
        second = as_admin.put(WIDGET, json=widget(**other_value(2)), headers=if_match(tag))
        third = as_admin.delete(WIDGET, headers=if_match(tag))

    assert first.status_code == HTTPStatus.OK
    assert second.status_code == third.status_code == HTTPStatus.PRECONDITION_FAILED
    assert as_admin.get(WIDGET).json.items() >= other_value(1).items()


def test_answer_to_a_change_has_no_tag(as_admin: FlaskClient):
    # RFC 9110, 9.3.4: what was sent is not stored as it is, so its sender has to read it again.
    assert "ETag" not in as_admin.put(WIDGET, json=widget()).headers


def test_tag_of_what_is_there_now_lets_it_be_deleted(as_admin: FlaskClient):
    assert as_admin.delete(WIDGET, headers=if_match(tag_of(as_admin))).status_code == HTTPStatus.NO_CONTENT


def test_weak_tag_protects_no_change(as_admin: FlaskClient):
    weak = f"W/{tag_of(as_admin)}"

    assert as_admin.put(WIDGET, json=widget(), headers=if_match(weak)).status_code == 412
    assert as_admin.put(WIDGET, json=widget(), headers=if_none_match(weak)).status_code == 412


def test_if_match_comes_before_if_none_match(as_user: FlaskClient):
    tag = tag_of(as_user)

    both = as_user.get(WIDGET, headers=if_match(STALE) | if_none_match(tag))
    held = as_user.get(WIDGET, headers=if_match(tag) | if_none_match(tag))

    assert [both.status_code, held.status_code] == [412, 304]


def test_other_reasons_come_before_a_condition(as_admin: FlaskClient, as_user: FlaskClient, app: Flask):
    missing = f"{WIDGETS}/missing"
    found = [
        app.test_client().put(WIDGET, json=widget(), headers=if_match(STALE)),
        as_user.put(WIDGET, json=widget(), headers=if_match(STALE)),
        as_admin.put(WIDGET, json={}, headers=if_match(STALE)),
        as_admin.put(missing, json=widget(), headers=if_match(STALE)),
        as_admin.put(missing, json=widget(), headers=if_match("*")),
        as_admin.get(missing, headers=if_match(STALE)),
        as_admin.delete(missing, headers=if_match(STALE)),
        as_admin.delete(missing),
    ]

    assert [answer.status_code for answer in found] == [401, 403, 400, 404, 404, 404, 412, 204]


def test_name_that_is_taken_is_a_conflict_in_the_right_state_too(as_admin: FlaskClient):
    as_admin.post(WIDGETS, json=widget(name="second"))

    answer = as_admin.put(WIDGET, json=widget(name="second"), headers=if_match(tag_of(as_admin)))

    assert answer.status_code == HTTPStatus.CONFLICT


def test_only_the_newest_of_many_tags_that_may_be_current_are_looked_at(as_user: FlaskClient):
    tag = tag_of(as_user)
    written = int(tag[1:9], 16)
    newer = [f'"{written + second:08x}-{"0" * 32}"' for second in range(1, MAX_TAGS + 1)]
    impossible = [f'"{second:08x}-{"0" * 32}"' for second in range(2**32 - MAX_TAGS, 2**32)]

    with later(minutes=1):
        found = [
            as_user.get(WIDGET, headers=if_none_match(", ".join([tag, *others]))).status_code
            for others in (newer[1:], impossible, newer)
        ]

    assert found == [304, 304, 200]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_a_condition_costs_another_read(
    as_admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, method: str
):
    tag, reads, fetch = tag_of(as_admin), [], compiled.rows_alone
    monkeypatch.setattr(compiled, "rows_alone", lambda *what: reads.append(what) or fetch(*what))

    def reads_of(headers: dict[str, str]) -> int:
        reads.clear()
        assert as_admin.open(WIDGET, method=method, json=widget(), headers=headers).status_code < 300
        return len(reads)

    assert [reads_of(if_match(tag)), reads_of({})] == [2, 1]


@pytest.mark.parametrize("round_", range(5))
def test_one_of_many_changes_the_state_that_all_have_read(
    client_of: Callable[[User], FlaskClient], admin: User, round_: int
):
    tag = tag_of(client_of(admin))

    def put(number: int) -> Any:
        new_name = {} if round_ % 2 else {"name": f"name{number}"}
        fields = widget(**other_value(number), **new_name)
        return client_of(admin).put(WIDGET, json=fields, headers=if_match(tag))

    answers = at_once(put)

    (won,) = [answer.json for answer in answers if answer.status_code == HTTPStatus.OK]
    assert {answer.status_code for answer in answers} - {200} <= {412, 404 if round_ % 2 == 0 else 412}
    kept = client_of(admin).get(f"{WIDGETS}/{won['name']}").json
    assert [kept[field] for field in other_value()] == [won[field] for field in other_value()]


@pytest.mark.parametrize("round_", range(3))
def test_one_of_a_change_and_a_deletion_finds_the_state_that_both_have_read(
    client_of: Callable[[User], FlaskClient], admin: User, round_: int
):
    tag = tag_of(client_of(admin))
    fields = widget(**other_value())

    def change_or_delete(number: int) -> Any:
        method = "DELETE" if number % 2 else "PUT"
        return client_of(admin).open(WIDGET, method=method, json=fields, headers=if_match(tag))

    answers = at_once(change_or_delete)

    assert len([answer for answer in answers if answer.status_code < 300]) == 1
    assert {answer.status_code for answer in answers if answer.status_code >= 300} <= {404, 412}
