"""Conditional requests for widgets, whose time runs out."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import db
from app.api.widgets.business import delete_widget, update_widget
from app.errors import StateChanged
from app.models import User
from test.test_conditional import PAGE, if_match, if_none_match, later, tag_of
from test.util import WIDGET, widget

pytestmark = pytest.mark.usefixtures("first_widget")


def test_same_tag_means_the_same_bytes(as_user: FlaskClient):
    seen = {}
    for seconds in (0, 0, 1, 1, 2):
        with later(seconds=seconds):
            answer = as_user.get(WIDGET)
        assert seen.setdefault(answer.headers["ETag"], answer.data) == answer.data

    assert len(seen) == len({*seen.values()}) >= 3


@pytest.mark.parametrize("path", [WIDGET, PAGE])
def test_deadline_that_has_come_to_pass_makes_the_document_stale(
    as_nobody: FlaskClient, client_of: Callable[[User], FlaskClient], admin: User, path: str
):
    with time_machine.travel("2026-12-31T23:59:50Z", tick=False) as clock:
        as_admin = client_of(admin)
        as_admin.put(WIDGET, json=widget(deadline="2026-12-31"))
        tag = tag_of(as_admin, path)
        clock.shift(9)  # the last second of the day
        before = as_admin.get(path, headers=if_none_match(tag))
        clock.shift(1)
        after = as_admin.get(path, headers=if_none_match(tag))
        change = as_admin.put(WIDGET, json=widget(), headers=if_match(tag))

    assert before.status_code == HTTPStatus.NOT_MODIFIED
    assert after.status_code == HTTPStatus.OK
    assert change.status_code == HTTPStatus.PRECONDITION_FAILED


@pytest.mark.parametrize(
    "change", [{"name": "renamed"}, {"info_url": "https://www.newurl.com"}, {"deadline": "2099-12-31"}, None]
)
@pytest.mark.parametrize(
    "late",
    [
        partial(update_widget, "first-widget", info_url="https://www.late.com"),
        partial(delete_widget, name="first-widget"),
    ],
)
def test_change_between_the_look_and_the_change_is_not_overwritten(
    app: Flask, as_admin: FlaskClient, late: Callable[..., Any], change: dict[str, str] | None
):
    def somebody_is_faster(_widget: Any) -> bool:
        method = "PUT" if change else "DELETE"
        assert as_admin.open(WIDGET, method=method, json=widget(**(change or {}))).status_code < 300
        return True

    with app.app_context(), pytest.raises(StateChanged):
        late(expected=somebody_is_faster)


def test_owner_whom_an_operator_changes_between_the_look_and_the_change_is_noticed(app: Flask, user: User):
    def owner_is_changed(_widget: Any) -> bool:
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE widget SET owner_id = :new"), {"new": user.id})
        return True

    with app.app_context(), pytest.raises(StateChanged):
        update_widget("first-widget", expected=owner_is_changed, info_url="https://www.late.com")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_instant_that_an_operator_wrote_otherwise_is_the_same_instant(
    app: Flask, as_admin: FlaskClient, method: str
):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE widget SET created_at = '2026-11-21 19:07:21'"))
        connection.execute(text("UPDATE widget SET deadline = '2099-12-31T23:59:59'"))

    change = as_admin.open(WIDGET, method=method, json=widget(), headers=if_match(tag_of(as_admin)))

    assert change.status_code < 300
