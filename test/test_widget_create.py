"""POST /widgets."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import db
from app.api.widgets.dto import info_url
from app.models import User, Widget
from app.util.database import compiled
from app.util.datetime_util import local_today
from test.test_connections import Losing
from test.util import ADMIN_EMAIL, INVALID_INPUT, WIDGET, WIDGETS, widget

NAME_REFUSED = (
    "'{}' contains one or more invalid characters. Widget name must contain only letters, "
    "numbers, hyphen and/or underscore characters."
)
DATE_REFUSED = (
    "Failed to parse '{}' as a valid date. You can use any format recognized by dateutil.parser. "
    "For example, all of the strings below are valid ways to represent the same date: "
    "'2018-5-13' -or- '05/13/2018' -or- 'May 13 2018'."
)
NOT_TEXT = "must be valid text without NUL characters"


@pytest.mark.parametrize("how", ["data", "json"])
def test_admin_creates_a_widget_by_form_or_json(as_admin: FlaskClient, how: str):
    response = as_admin.post(WIDGETS, **{how: widget(name="new_widget1")})

    assert response.status_code == HTTPStatus.CREATED
    assert response.json == {"status": "success", "message": "New widget added: new_widget1."}
    assert response.headers["Location"] == "http://localhost/api/v1/widgets/new_widget1"


def test_location_leads_to_the_widget(as_admin: FlaskClient):
    location = as_admin.post(WIDGETS, data=widget(name="CamelCase")).headers["Location"]

    response = as_admin.get(location)

    assert response.json["name"] == "CamelCase"
    assert response.json["link"] == location


def test_widget_belongs_to_the_admin_who_made_it(app: Flask, as_admin: FlaskClient, admin: User):
    as_admin.post(WIDGETS, data=widget())

    assert as_admin.get(WIDGET).json["owner"] == {"email": ADMIN_EMAIL, "public_id": admin.public_id}


def test_owner_and_times_cannot_be_sent(as_admin: FlaskClient, user: User, admin: User):
    extra = {"owner_id": user.id, "id": 77, "created_at": "2001-01-01", "owner": user.public_id}

    as_admin.post(WIDGETS, json=widget() | extra)

    created = as_admin.get(WIDGET).json
    assert created["owner"]["public_id"] == admin.public_id
    assert not created["created_at_iso8601"].startswith("2001")


@pytest.mark.parametrize("name", ["a", "abc123", "widget-name", "new_widget1", "-", "x" * 100, "ABC"])
def test_name_of_letters_digits_hyphen_and_underscore_is_taken(as_admin: FlaskClient, name: str):
    assert as_admin.post(WIDGETS, data=widget(name=name)).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize(
    "name",
    [
        "two words",
        "newline\n",
        "\n",
        "nul\0",
        "ümlaut",
        "числа",
        "a/b",
        "a.b",
        "٣٤",
        "ａ",
        "a\u202eb",
        "😀",
        "'",
    ],
)
def test_name_with_another_character_is_refused(as_admin: FlaskClient, name: str):
    response = as_admin.post(WIDGETS, json=widget(name=name))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json == {
        "status": "fail",
        "message": INVALID_INPUT,
        "errors": {"name": NAME_REFUSED.format(name)},
    }


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_name_of_the_wrong_length_has_its_own_reason(as_admin: FlaskClient, name: str):
    response = as_admin.post(WIDGETS, data=widget(name=name))

    assert response.json["errors"] == {"name": "must have 1 to 100 characters"}


@pytest.mark.parametrize("again", ["first-widget", "FIRST-WIDGET", "First-Widget"])
def test_name_is_taken_whatever_its_case(as_admin: FlaskClient, first_widget: dict[str, str], again: str):
    response = as_admin.post(WIDGETS, data=widget(name=again))

    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json == {
        "status": "fail",
        "message": f"Widget name: {again} already exists, must be unique.",
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://www.widget.info",
        "https://www.widget.info/path?query=1#part",
        f"http://www.widget.info/{'x' * 232}",
        "https://xn--bcher-kva.example/",
        "https://www.widget.info/\u0645\u06cc\u200c\u062e",  # which Persian joins with U+200C
    ],
)
def test_absolute_http_url_is_taken(as_admin: FlaskClient, url: str):
    assert as_admin.post(WIDGETS, data=widget(info_url=url)).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "must have 1 to 255 characters"),
        (f"http://www.widget.info/{'x' * 233}", "must have 1 to 255 characters"),
        ("www.widget.info", "www.widget.info is not a valid URL"),
        ("//www.widget.info", "//www.widget.info is not a valid URL"),
        ("ftp://www.widget.info", "ftp://www.widget.info is not a valid URL"),
        ("javascript:alert(1)", "javascript:alert(1) is not a valid URL"),
        ("http://localhost/", "http://localhost/ is not a valid URL"),
        ("http://10.0.0.1/", "http://10.0.0.1/ is not a valid URL"),
        ("http://user:secret@www.widget.info/", "http://user:secret@www.widget.info/ is not a valid URL"),
        ("http://www.widget.info/\n", "must not contain control characters"),
        ("http://www.widget.info/\x7f", "must not contain control characters"),
        ("http://www.widget.info/\u202e", "must not contain control characters"),
        ("http://www.widget.info/\u200b", "must not contain control characters"),
        ("http://www.widget.info/\0", NOT_TEXT),
        ("http://www.widget.info/\udcff", NOT_TEXT),
        ("http://[::1", "Invalid IPv6 URL"),
        (17, "must be a text"),
    ],
)
def test_other_url_is_refused(as_admin: FlaskClient, url: Any, reason: str):
    response = as_admin.post(WIDGETS, json=widget(info_url=url))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"]["info_url"].startswith(reason)


@pytest.mark.parametrize("character", "\u0600\u061c\u06dd\u070f\u0890\u08e2\u180e\u2060\ufeff\ufff9")
def test_url_with_a_character_that_nobody_sees_is_refused(character: str):
    with pytest.raises(ValueError, match="must not contain control characters"):
        info_url(f"http://www.widget.info/{character}")


@pytest.mark.parametrize(
    "form", ["%m/%d/%Y", "%Y-%m-%d", "%b %d %Y", "%d %B %Y", "%Y%m%d", "%A %d %B %Y", "%m/%d/%y"]
)
@pytest.mark.parametrize("days", [0, 3])
def test_deadline_today_or_later_is_taken_in_any_format(as_admin: FlaskClient, form: str, days: int):
    day = local_today() + timedelta(days=days)

    response = as_admin.post(WIDGETS, data=widget(deadline=day.strftime(form)))

    assert response.status_code == HTTPStatus.CREATED
    assert as_admin.get(WIDGET).json["deadline"].startswith(day.strftime("%m/%d/%y 11:59:59 PM"))


@pytest.mark.parametrize(
    ("deadline", "meant"),
    [
        ("1/1/1970", "Jan 01 1970"),
        ("2026-11-20", "Nov 20 2026"),
        ("1 2 3", "Jan 02 2003"),
        ("0100-01-01", "Jan 01 0100"),
    ],
)
def test_deadline_in_the_past_is_refused(as_admin: FlaskClient, deadline: str, meant: str):
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        with_token = as_admin.post(
            "/api/v1/auth/login", data={"email": ADMIN_EMAIL, "password": "test1234"}
        ).json
        bearer = {"Authorization": with_token["access_token"]}
        response = as_admin.post(WIDGETS, data=widget(deadline=deadline), headers=bearer)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {
        "deadline": f"Successfully parsed {deadline} as {meant}. However, this value must be a date in "
        f"the future and {meant} is BEFORE Nov 21 2026"
    }


@pytest.mark.parametrize(
    "deadline",
    [
        "a long time ago, in a galaxy far, far away",
        "25",
        "Dec",
        "10 h",
        "2030",
        "Friday",
        "Dec 25",
        "2030-12",
        "12/2030",
        "31 2030",
        "Friday 2030",
        "23:59",
        "2030-13-45",
        "2030-02-29",
        "2030-01-01T25:00",
        "2030-01-01T00:00+25:00",
        "99999999999999999999",
        "1e999",
        "nan",
        "999999999999999999999999999999h",
        "٢٠٣٠-٠١-٠١x",
        "²030-01-01",
        "\0",
        "",
        "  ",
        "today",
        "1.2.3.4.5.6",
        "0000-01-01",
        "10000-01-01",
    ],
)
def test_text_that_does_not_name_day_month_and_year_is_refused(as_admin: FlaskClient, deadline: str):
    response = as_admin.post(WIDGETS, json=widget(deadline=deadline))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"deadline": DATE_REFUSED.format(deadline)}


def test_endless_deadline_is_refused(as_admin: FlaskClient):
    response = as_admin.post(WIDGETS, data=widget(deadline="9" * 101))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"deadline": "must have 1 to 100 characters"}


@pytest.mark.parametrize("field", ["name", "info_url", "deadline"])
def test_every_field_is_required(as_admin: FlaskClient, field: str):
    response = as_admin.post(WIDGETS, data=widget(**{field: None}))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {
        field: "Missing required parameter in the request body, a form or a JSON object"
    }


@pytest.mark.parametrize("field", ["name", "info_url", "deadline"])
@pytest.mark.parametrize("value", [None, True, 20301231, 1.5, ["2030-12-31"], {"a": "b"}])
def test_json_of_another_type_is_refused(as_admin: FlaskClient, field: str, value: object):
    response = as_admin.post(WIDGETS, json=widget() | {field: value})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {field: "must be a text"}


def test_nothing_is_stored_where_something_is_refused(app: Flask, as_admin: FlaskClient):
    as_admin.post(WIDGETS, data=widget(deadline="Dec"))

    with app.app_context():
        assert Widget.query.count() == 0


def test_nobody_is_told_that_a_name_is_taken_which_the_request_itself_has_taken(
    as_admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compiled, "rows_alone", Losing(compiled.rows_alone, is_done=True))

    response = as_admin.post(WIDGETS, json=widget())

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert as_admin.get(WIDGETS).json["total_items"] == 1


def test_who_gets_the_right_after_nothing_was_inserted_is_not_told_that_it_was(
    app: Flask, as_user: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    def run_and_promote(*statement: Any) -> Any:
        found = run(*statement)
        with db.engine.begin() as connection:
            connection.execute(update(User).values(admin=True))
        return found

    run = compiled.rows_alone
    monkeypatch.setattr(compiled, "rows_alone", run_and_promote)

    response = as_user.post(WIDGETS, json=widget())

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    with app.app_context():
        assert Widget.query.count() == 0
