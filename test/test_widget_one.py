"""GET, PUT and DELETE /widgets/{name}."""

from datetime import timedelta, timezone
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_restx import marshal

from app.api.occasion import Occasion
from app.api.serializer import serialize
from app.api.widgets.dto import widget_model
from app.models import User, Widget
from app.util.datetime_util import local_today, utc_now
from test.util import ADMIN_EMAIL, LOGIN, WIDGET, WIDGETS, account, widget

TOO_LONG = f"{WIDGETS}/{'x' * 101}"
CLEAN_BUT_IMPOSSIBLE = ["no such", "ü", "a'b", "%25", "a;b", "..%3b", "😀"]
UNCLEAN = [f"{WIDGETS}/a%00b", f"{WIDGETS}/%ff%fe", TOO_LONG]


def test_widget_is_told_whole(as_admin: FlaskClient, admin: User):
    with time_machine.travel("2026-11-21T19:07:21Z", tick=False):
        token = as_admin.post(LOGIN, data=account(ADMIN_EMAIL)).json["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        as_admin.post(WIDGETS, data=widget(deadline="12/31/2026"), headers=bearer)
        response = as_admin.get(WIDGET, headers=bearer)

    assert response.status_code == HTTPStatus.OK
    assert response.json == {
        "name": "first-widget",
        "info_url": "https://www.widget.info",
        "created_at": "11/21/26 07:07:21 PM UTC",
        "created_at_iso8601": "2026-11-21T19:07:21+00:00",
        "created_at_rfc822": "Sat, 21 Nov 2026 19:07:21 -0000",
        "deadline": "12/31/26 11:59:59 PM UTC",
        "deadline_iso8601": "2026-12-31T23:59:59+00:00",
        "deadline_passed": False,
        "time_remaining": "40 days, 04:52:38",
        "owner": {"email": ADMIN_EMAIL, "public_id": admin.public_id},
        "link": "http://localhost/api/v1/widgets/first-widget",
        "links": dict.fromkeys(("self", "update", "delete"), "http://localhost/api/v1/widgets/first-widget"),
    }


@pytest.mark.parametrize(
    ("moment", "remaining", "passed"),
    [
        ("2026-12-30T23:59:58Z", "1 day, 00:00:01", False),
        ("2026-12-31T00:00:00Z", "23:59:59", False),
        ("2026-12-31T23:59:58Z", "00:00:01", False),
        ("2026-12-31T23:59:59Z", "00:00:00", False),
        ("2027-01-01T00:00:00Z", "No time remaining", True),
    ],
)
def test_time_runs_out(as_admin: FlaskClient, moment: str, remaining: str, passed: bool):
    with time_machine.travel("2026-11-21T19:07:21Z", tick=False) as clock:
        token = as_admin.post(LOGIN, data=account(ADMIN_EMAIL)).json["access_token"]
        created = as_admin.post(WIDGETS, data=widget(deadline="12/31/2026"), headers={"Authorization": token})
        assert created.status_code == HTTPStatus.CREATED
        clock.move_to(moment)
        token = as_admin.post(LOGIN, data=account(ADMIN_EMAIL)).json["access_token"]
        told = as_admin.get(WIDGET, headers={"Authorization": token}).json

    assert told["time_remaining"] == remaining
    assert told["deadline_passed"] is passed


@pytest.mark.parametrize("name", ["first-widget", "FIRST-widget"])
def test_regular_user_finds_a_widget_whatever_the_case(
    as_user: FlaskClient, first_widget: dict[str, str], name: str
):
    response = as_user.get(f"{WIDGETS}/{name}")

    assert response.status_code == HTTPStatus.OK
    assert response.json["name"] == "first-widget"


@pytest.mark.parametrize("name", ["first-widget", *CLEAN_BUT_IMPOSSIBLE])
def test_widget_that_is_not_there_is_not_found(as_user: FlaskClient, name: str):
    response = as_user.get(f"{WIDGETS}/{name}")

    assert response.status_code == HTTPStatus.NOT_FOUND
    shown = name.replace("%25", "%").replace("%3b", ";")
    assert response.json == {"status": "fail", "message": f"{shown} not found in database."}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", UNCLEAN)
def test_name_that_no_database_should_see_is_refused(as_admin: FlaskClient, method: str, path: str):
    response = as_admin.open(path, method=method, data=widget(name=None) if method == "PUT" else None)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["name"]


@pytest.mark.parametrize("how", ["data", "json"])
def test_admin_updates_a_widget(as_admin: FlaskClient, first_widget: dict[str, str], how: str):
    before = as_admin.get(WIDGET).json
    later = local_today() + timedelta(days=5)

    response = as_admin.put(
        WIDGET, **{how: {"info_url": "https://www.newurl.com", "deadline": later.isoformat()}}
    )

    assert response.status_code == HTTPStatus.OK
    assert response.json["info_url"] == "https://www.newurl.com"
    assert response.json["deadline"].startswith(f"{later:%m/%d/%y}")
    unchanged = ("name", "created_at", "owner", "link")
    assert [response.json[key] for key in unchanged] == [before[key] for key in unchanged]
    assert as_admin.get(WIDGET).json["info_url"] == "https://www.newurl.com"


def test_put_renames(as_admin: FlaskClient, first_widget: dict[str, str]):
    response = as_admin.put(WIDGET, data=widget(name="Renamed"))

    assert response.status_code == HTTPStatus.OK
    assert response.json["name"] == "Renamed"
    assert response.json["link"] == "http://localhost/api/v1/widgets/Renamed"
    assert as_admin.get(WIDGET).status_code == HTTPStatus.NOT_FOUND
    assert as_admin.get(f"{WIDGETS}/renamed").status_code == HTTPStatus.OK


def test_put_may_change_the_case_of_the_name(as_admin: FlaskClient, first_widget: dict[str, str]):
    response = as_admin.put(WIDGET, data=widget(name="FIRST-widget"))

    assert response.status_code == HTTPStatus.OK
    assert response.json["name"] == "FIRST-widget"


def test_put_of_a_name_that_is_taken_changes_nothing(as_admin: FlaskClient, first_widget: dict[str, str]):
    as_admin.post(WIDGETS, data=widget(name="second"))

    response = as_admin.put(WIDGET, data=widget(name="SECOND", info_url="https://www.newurl.com"))

    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json["message"] == "Widget name: SECOND already exists, must be unique."
    assert as_admin.get(WIDGET).json["info_url"] == "https://www.widget.info"


def test_put_of_a_widget_that_is_not_there_is_not_found(as_admin: FlaskClient):
    response = as_admin.put(WIDGET, data=widget())

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert response.json == {"status": "fail", "message": "Widget name: first-widget not found."}


@pytest.mark.parametrize("field", ["info_url", "deadline"])
def test_put_wants_url_and_deadline(as_admin: FlaskClient, first_widget: dict[str, str], field: str):
    response = as_admin.put(WIDGET, data=widget(**{field: None}))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize("name", ["", None, "two words", "x" * 101])
def test_put_refuses_a_name_that_post_refuses(
    as_admin: FlaskClient, first_widget: dict[str, str], name: str | None
):
    response = as_admin.put(WIDGET, json=widget() | {"name": name})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["name"]


def test_put_does_not_change_the_owner(as_admin: FlaskClient, user: User, first_widget: dict[str, str]):
    response = as_admin.put(WIDGET, json=widget() | {"owner_id": user.id, "id": 5})

    assert response.json["owner"]["email"] == ADMIN_EMAIL


def test_admin_deletes_a_widget(as_admin: FlaskClient, first_widget: dict[str, str]):
    response = as_admin.delete(WIDGET.upper().replace("/API/V1/WIDGETS", WIDGETS))

    assert response.status_code == HTTPStatus.NO_CONTENT
    assert response.data == b""
    assert as_admin.get(WIDGET).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["first-widget", *CLEAN_BUT_IMPOSSIBLE])
def test_delete_of_what_is_not_there_succeeds(as_admin: FlaskClient, name: str):
    assert as_admin.delete(f"{WIDGETS}/{name}").status_code == HTTPStatus.NO_CONTENT


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_letter_that_only_python_takes_for_another_names_nothing(as_admin: FlaskClient, method: str):
    as_admin.post(WIDGETS, data=widget(name="kelvin"))

    as_admin.open(f"{WIDGETS}/\N{KELVIN SIGN}elvin", method=method, data=widget(name="other"))

    assert as_admin.get(f"{WIDGETS}/kelvin").status_code == HTTPStatus.OK
    assert as_admin.get(f"{WIDGETS}/\N{KELVIN SIGN}elvin").status_code == HTTPStatus.NOT_FOUND


def test_deleted_name_is_free_again(as_admin: FlaskClient, first_widget: dict[str, str]):
    as_admin.delete(WIDGET)

    assert as_admin.post(WIDGETS, data=first_widget).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("days", [-1, 1])
def test_it_writes_a_widget_as_marshal_does(app: Flask, days: int):
    now = utc_now().astimezone(timezone(timedelta(hours=2)))
    times = {"created_at": now, "deadline": now + timedelta(days=days)}
    owner = User(email="a@b.com", public_id="p")
    widget = Widget(name="w", info_url="http://a.com", owner=owner, **times)
    with app.test_request_context(), time_machine.travel(now, tick=False):
        assert serialize(widget_model, widget, Occasion.present()) == marshal(widget, widget_model)
