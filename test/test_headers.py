"""The headers of every answer, whoever made it: what browsers must not do with it."""

from http import HTTPStatus

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from test.databases import application_on
from test.util import LOGIN, REGISTER, USER, WIDGET, WIDGETS, account, widget

UI = "/api/v1/ui"
PART = "/swaggerui/start.js"
NOTHING_TO_RUN = "default-src 'none'; frame-ancestors 'none'"
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost", "X-Forwarded-For": "1.2.3.4"}

# A request to the server of one widget, and what it answers.
ANSWERS = [
    ("GET", WIDGETS, {}, 200),
    ("HEAD", WIDGETS, {}, 200),
    ("POST", WIDGETS, {"json": widget(name="another")}, 201),
    ("DELETE", WIDGET, {}, 204),
    ("GET", WIDGET, {"headers": {"If-None-Match": "*"}}, 304),
    ("PUT", WIDGET, {"headers": {"If-Match": '"another"'}, "json": widget()}, 412),
    ("POST", WIDGETS, {"data": "{", "content_type": "application/json"}, 400),
    ("GET", WIDGETS, {"base_url": "http://evil.example"}, 400),
    ("GET", USER, {"headers": {"Authorization": "Bearer x"}}, 401),
    ("GET", "/api/v1/nothing", {}, 404),
    ("GET", "/nothing", {}, 404),
    ("GET", "/swaggerui/nothing", {}, 404),
    ("PATCH", WIDGETS, {}, 405),
    ("POST", UI, {}, 405),
    ("POST", WIDGETS, {"json": widget()}, 409),
    ("POST", LOGIN, {"data": b"x" * 70_000}, 413),
    ("OPTIONS", WIDGETS, {}, 200),
    ("OPTIONS", WIDGET, {"headers": {"Origin": "https://elsewhere.example"}}, 200),
    ("GET", "/api/v1/swagger.json", {}, 200),
    ("GET", "/healthz", {}, 200),
    ("GET", "/readyz", {"base_url": "http://10.0.0.7"}, 200),
    ("GET", PART, {}, 200),
    ("GET", PART, {"headers": {"If-None-Match": "*"}}, 304),
]


def assert_guarded(response: TestResponse, policy: str = NOTHING_TO_RUN) -> None:
    guards = ("X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy")
    assert [response.headers.getlist(name) for name in guards] == [["nosniff"], [policy], ["no-referrer"]]


@pytest.mark.usefixtures("first_widget")
@pytest.mark.parametrize(("method", "path", "sent", "status"), ANSWERS)
def test_every_kind_of_answer_is_guarded(
    as_admin: FlaskClient, method: str, path: str, sent: dict, status: int
):
    with as_admin.open(path, method=method, **sent) as response:
        assert response.status_code == status
        assert_guarded(response)


def test_answer_to_a_user_without_the_right_is_guarded(as_user: FlaskClient):
    response = as_user.delete(WIDGET)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert_guarded(response)


def test_answer_of_a_broken_server_is_guarded(database_url: str):
    with application_on(database_url) as app:
        app.testing = False
        app.add_url_rule("/broken", view_func=lambda: 1 / 0)
        response = app.test_client().get("/broken")

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert_guarded(response)


def test_answer_without_a_database_is_guarded():
    with application_on("postgresql://nobody@127.0.0.1:1/nothing") as app:
        response = app.test_client().post(LOGIN, data=account())

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.headers["Cache-Control"] == "no-store"
    assert_guarded(response)


def test_what_a_view_says_that_it_depends_on_is_said(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORS_ORIGINS", "https://one.example")
    with application_on(database_url) as app:
        app.add_url_rule("/depending", view_func=lambda: Response(headers={"Vary": "Accept"}))
        response = app.test_client().get("/depending")

    assert response.headers.getlist("Vary") == ["Accept, Origin, Authorization"]


def test_page_of_swagger_ui_runs_files_of_this_server_only(as_nobody: FlaskClient):
    response = as_nobody.get(UI)

    policy = response.headers["Content-Security-Policy"]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert_guarded(response, policy)


@pytest.mark.parametrize("path", [USER, UI, PART, "/nothing", "/healthz"])
def test_browser_that_came_by_https_is_told_to_stay(as_user: FlaskClient, path: str):
    with as_user.get(path, base_url="https://localhost") as response:
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("path", [USER, UI, PART, "/nothing", "/healthz"])
def test_browser_that_came_by_http_is_told_nothing_of_https(as_user: FlaskClient, path: str):
    with as_user.get(path, headers=FORWARDED) as response:
        assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_https_of_a_declared_proxy_counts(app: Flask, monkeypatch: pytest.MonkeyPatch, scheme: str):
    monkeypatch.setenv("PROXY_HOPS", "1")
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as behind:
        response = behind.test_client().get(USER, headers=FORWARDED | {"X-Forwarded-Proto": scheme})

    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_guards_leave_the_headers_for_caches_alone(as_user: FlaskClient):
    mine, new = as_user.get(USER), as_user.post(REGISTER, data=account("another@example.com"))

    assert mine.headers["Cache-Control"] == "private, no-cache"
    assert new.headers.getlist("Cache-Control") == ["no-store"]
    assert "Authorization" in mine.headers["Vary"]
    assert "Authorization" in new.headers["Vary"]
