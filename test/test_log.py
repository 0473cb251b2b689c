"""The log: one line for each request and for each event, and nothing in it that belongs to a client alone."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.logging import default_handler
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from werkzeug.serving import make_server

import run
from app import db
from app.models import User
from app.util.log_format import JsonFormatter, TextFormatter
from test.databases import application_on, empty
from test.hostile import NO_TEXTS_AT_ALL, OF_EVERY_KIND
from test.test_input import with_form, with_json
from test.test_tokens import FORGERIES, Forge, bearer
from test.util import (
    ADMIN_EMAIL,
    BLACKLISTED,
    EMAIL,
    INVALID,
    LOGIN,
    LOGOUT,
    PASSWORD,
    REGISTER,
    USER,
    WIDGET,
    WIDGETS,
    account,
    widget,
)

Log = Callable[[], list[dict[str, Any]]]
OF_A_BODY = "0nly-in-a-b0dy"
SECRET = "a-secret-that-is-nobodys-business"
TOKEN = f"eyJhbGciOiJIUzI1NiJ9.eyJ{'x' * 200}.{'y' * 43}"


def execute(statement: str) -> None:
    db.session.execute(sql(statement), {"value": SECRET})


FAILURES: dict[str, Callable[[], None]] = {
    "/defect": lambda: json.loads(TOKEN),
    "/failure": lambda: execute("SELECT :value FROM nowhere"),
    "/broken-constraint": lambda: execute("INSERT INTO site_user (password_hash) VALUES (:value)"),
}


@pytest.fixture(autouse=True)
def _log_of_other_tests() -> Iterator[None]:
    """Give the log of the process back as it was."""
    log, formatter = logging.getLogger("app"), default_handler.formatter
    level = log.level
    yield
    log.setLevel(level)
    default_handler.setFormatter(formatter)


@pytest.fixture
def app(migrated_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on an empty database that logs as in production, and some paths that fail."""
    empty(migrated_app)
    monkeypatch.setenv("LOG_FORMAT", "json")
    with application_on(migrated_app.config["SQLALCHEMY_DATABASE_URI"]) as app:
        app.testing = False
        for path, view in FAILURES.items():
            app.add_url_rule(path, endpoint=path, view_func=view)
        yield app


@pytest.fixture
def log(app: Flask, capsys: pytest.CaptureFixture[str]) -> Log:
    """A function that returns what was logged since it was called last; each line is a JSON object."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.split("\n") if line]


def events(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what *entries* say of authentication, without what every entry has."""
    common = {"time", "logger", "level", "request_id"}
    return [
        {name: value for name, value in entry.items() if name not in common}
        for entry in entries
        if entry["logger"] == "app.auth"
    ]


def test_request_is_one_line_that_says_who_what_and_how_long(as_user: FlaskClient, user: User, log: Log):
    response = as_user.get(WIDGETS, query_string={"page": 1, "secret": SECRET})

    (entry,) = log()
    assert entry.pop("time").endswith("+00:00")
    assert 0 < entry.pop("duration_ms") < 60_000
    assert entry == {
        "level": "INFO",
        "logger": "app.access",
        "message": "request",
        "method": "GET",
        "path": WIDGETS,
        "status": 200,
        "public_id": user.public_id,
        "request_id": response.headers["X-Request-ID"],
    }


def test_line_knows_nobody_where_no_token_was_sent(as_nobody: FlaskClient, log: Log):
    as_nobody.get(WIDGETS)

    (entry,) = log()
    assert entry["status"] == 401
    assert entry["public_id"] is None


def test_line_knows_a_user_who_is_no_administrator(as_user: FlaskClient, user: User, log: Log):
    as_user.delete(WIDGET)

    assert log()[-1]["public_id"] == user.public_id


def test_line_never_names_the_user_of_another_request(
    app: Flask, as_user: FlaskClient, as_nobody: FlaskClient, user: User, log: Log
):
    with app.app_context():  # one `g` around both
        as_user.get(USER)
        as_nobody.get(USER)
        as_nobody.post(LOGIN, data=account())

    assert [entry["public_id"] for entry in log() if entry["logger"] == "app.access"] == [
        user.public_id,
        None,
        None,
    ]


@pytest.mark.parametrize("given", ["a", "x" * 128, "5b0e7c3f-6d1a", "A.b_c-9"])
def test_well_formed_request_id_is_kept_and_sent_back(as_nobody: FlaskClient, log: Log, given: str):
    response = as_nobody.get(WIDGETS, headers={"X-Request-ID": given})

    assert response.headers["X-Request-ID"] == given
    assert [entry["request_id"] for entry in log()] == [given]


@pytest.mark.parametrize(
    "given",
    ["", "x" * 129, "two words", "a,b", "new\nline", "a\n", "\r\nSet-Cookie: a=b", "nul\0", "\xfc", "{}"],
)
def test_other_request_id_is_replaced(as_nobody: FlaskClient, log: Log, given: str):
    response = as_nobody.get(WIDGETS, environ_overrides={"HTTP_X_REQUEST_ID": given})

    (entry,) = log()
    assert response.headers["X-Request-ID"] == entry["request_id"]
    assert len(entry["request_id"]) == 32
    assert entry["request_id"].isalnum()


def test_each_request_has_an_id_of_its_own(app: Flask, as_nobody: FlaskClient):
    with app.app_context():
        ids = {as_nobody.get(WIDGETS).headers["X-Request-ID"] for _ in range(5)}

    assert len(ids) == 5


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/ui", 200),
        ("OPTIONS", WIDGETS, 200),
        ("HEAD", WIDGETS, 401),
        ("GET", "/nothing", 404),
        ("PATCH", WIDGETS, 405),
        ("POST", REGISTER, 413),
        ("GET", "/broken-constraint", 500),
        ("GET", "/defect", 500),
    ],
)
def test_every_answer_has_an_id_and_a_line(
    app: Flask, as_nobody: FlaskClient, log: Log, method: str, path: str, status: int
):
    body = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1) if status == 413 else b""

    response = as_nobody.open(path, method=method, data=body)

    (entry,) = [entry for entry in log() if entry["logger"] == "app.access"]
    assert (entry["method"], entry["path"], entry["status"]) == (method, path, status)
    assert response.status_code == status
    assert response.headers["X-Request-ID"] == entry["request_id"]


def test_request_without_an_answer_has_its_line_too(app: Flask, as_nobody: FlaskClient, log: Log):
    app.testing = True  # the exception goes on to the server, as it does where one debugs

    with pytest.raises(json.JSONDecodeError):
        as_nobody.get("/defect")

    assert [(entry["path"], entry["status"]) for entry in log()] == [("/defect", 500)]


def test_context_without_a_request_has_no_line(app: Flask, log: Log):
    with app.test_request_context():
        pass

    assert log() == []


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/line\nbreak", "/line%0Abreak"),
        ("/\x1b[31m\x7f\x9b", "/%1B%5B31m%7F%C2%9B"),
        ("/\u202egnp.exe\u2028", "/%E2%80%AEgnp.exe%E2%80%A8"),
        ('/"},{"', "/%22%7D%2C%7B%22"),
        ("/" + "x" * 10_000, "/" + "x" * 199),
        (f"/{TOKEN}", "/[token]"),
    ],
)
def test_path_is_escaped_and_short(as_nobody: FlaskClient, log: Log, path: str, logged: str):
    as_nobody.get(quote(path))

    assert log()[-1]["path"] == logged


def test_events_of_an_account_name_it_by_its_public_id(app: Flask, as_nobody: FlaskClient, log: Log):
    token = as_nobody.post(REGISTER, data=account()).json["access_token"]
    as_nobody.post(LOGIN, data=account())
    as_nobody.delete(WIDGET, headers=bearer(token))
    as_nobody.post(LOGOUT, headers=bearer(token))

    entries = log()
    with app.app_context():
        public_id = User.find_by_email(EMAIL).public_id
    assert events(entries) == [
        {"message": message, "public_id": public_id}
        for message in ("registered", "login succeeded", "admin refused", "logged out")
    ]
    assert {entry["request_id"] for entry in entries if entry["logger"] == "app.auth"} == {
        entry["request_id"] for entry in entries if entry["logger"] == "app.access"
    }


@pytest.mark.parametrize("logged_out", [True, False])
def test_refused_token_is_an_event_with_its_reason(as_user: FlaskClient, log: Log, logged_out: bool):
    if logged_out:
        as_user.post(LOGOUT)
        log()
    else:
        as_user.token = TOKEN

    as_user.get(USER)

    reason = BLACKLISTED if logged_out else INVALID
    assert events(log()) == [{"message": "token refused", "reason": reason}]


def test_refused_logins_can_be_counted_by_account_and_name_nobody(
    as_nobody: FlaskClient, user: User, log: Log, capsys: pytest.CaptureFixture[str]
):
    for email in (EMAIL, EMAIL.upper(), "nobody@email.com"):
        as_nobody.post(LOGIN, data=account(email, "wrong-password"))

    written = capsys.readouterr().err
    found = events([json.loads(line) for line in written.splitlines()])
    assert [event["message"] for event in found] == ["login refused"] * 3
    assert found[0]["account"] == found[1]["account"] != found[2]["account"]
    assert "email.com" not in written.lower()


@pytest.mark.parametrize("admin", [True, False])
def test_command_line_tells_programs_who_was_added(app: Flask, admin: bool):
    args = ["add-user", EMAIL, "--password", PASSWORD, *(["--admin"] if admin else [])]

    result = CliRunner().invoke(run.app.cli, args, obj=ScriptInfo(create_app=lambda: app))

    with app.app_context():
        public_id = User.find_by_email(EMAIL).public_id
    (entry,) = [json.loads(line) for line in result.stderr.splitlines()]
    assert events([entry]) == [{"message": "user added", "public_id": public_id, "admin": admin}]
    assert PASSWORD not in result.output


def test_defect_is_logged_with_its_traceback_and_the_id_of_the_request(as_nobody: FlaskClient, log: Log):
    response = as_nobody.get("/defect")

    defect, request = log()
    assert defect["level"] == "ERROR"
    assert "JSONDecodeError" in defect["traceback"]
    assert defect["request_id"] == request["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/failure", "/broken-constraint"])
def test_failure_of_the_database_is_logged_without_the_values(
    as_nobody: FlaskClient, capsys: pytest.CaptureFixture[str], path: str
):
    as_nobody.get(path)

    failure, _request = capsys.readouterr().err.splitlines()
    assert json.loads(failure)["level"] in ("WARNING", "ERROR")
    assert SECRET not in failure


def test_level_is_a_setting(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    with application_on(database_url) as app:
        app.test_client().get(USER)
        app.test_client().get(USER, headers=bearer(TOKEN))

    (line,) = capsys.readouterr().err.splitlines()
    assert "WARNING app.auth: token refused" in line


def test_development_has_a_readable_line(database_url: str, capsys: pytest.CaptureFixture[str]):
    with application_on(database_url) as app:
        app.test_client().get(f"/line%0Abreak?{SECRET}", headers={"X-Request-ID": "mine"})

    (line,) = capsys.readouterr().err.splitlines()
    assert " INFO app.access: request method=GET path=/line%0Abreak status=404 duration_ms=" in line
    assert line.endswith(" request_id=mine")


def test_development_server_does_not_log_the_request_again(app: Flask, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.handle_request)
    thread.start()

    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", f"/api/v1/ui?{SECRET}")
    assert connection.getresponse().status == HTTPStatus.OK

    connection.close()
    thread.join()
    server.log_startup()
    server.server_close()
    names = [record.name for record in caplog.records]
    assert names == ["app.access", "werkzeug"]
    assert "Running on" in caplog.text
    assert SECRET not in caplog.text


def raised(message: str) -> Any:
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("hostile", OF_EVERY_KIND, ids=lambda value: ascii(value)[:24])
@pytest.mark.parametrize("form", [JsonFormatter, TextFormatter])
def test_no_text_makes_another_line_or_a_control_character(form: type[logging.Formatter], hostile: str):
    forged = f"{hostile}\n12:00:00 INFO app.access: request\r\x0b\x0c\x1b\x7f\x85\u2028{TOKEN}"
    record = logging.LogRecord("app", logging.INFO, "", 0, "%(a)s", ({"a": forged},), raised(forged))

    first, *rest = form().format(record).splitlines()

    written = "".join([first, *rest])
    assert written.isascii()
    assert written.isprintable()
    assert "eyJ" not in written
    assert all(line.startswith("    ") for line in rest)
    if form is JsonFormatter:
        assert rest == []
        assert json.loads(first)["message"] == json.loads(first)["a"] == forged.replace(TOKEN, "[token]")


def hostile_bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and fields of a request for each hostile value of each field."""
    of_a_body = {"unknown": OF_A_BODY, "info_url": f"https://www.widget.info/{OF_A_BODY}"}
    for method, path, fields in (
        ("POST", REGISTER, account() | of_a_body),
        ("POST", LOGIN, account() | of_a_body),
        ("POST", WIDGETS, widget(name="another") | of_a_body),
        ("PUT", WIDGET, widget() | of_a_body),
    ):
        for hostile in OF_EVERY_KIND + [OF_A_BODY + text for text in OF_EVERY_KIND] + NO_TEXTS_AT_ALL:
            yield from ((method, path, fields | {name: hostile}) for name in fields if name != "unknown")


def test_hostile_run_leaves_no_secret_in_the_log(
    app: Flask, as_admin: FlaskClient, first_widget: dict[str, str], capsys: pytest.CaptureFixture[str]
):
    key = app.config["SECRET_KEY"]
    forgeries = [forge(Forge(as_admin.token, key)) for forge in FORGERIES.values()]
    requests = 0
    secrets = {
        PASSWORD,
        OF_A_BODY,
        SECRET,
        EMAIL,
        ADMIN_EMAIL,
        key,
        as_admin.token,
        *as_admin.token.split("."),
    }

    for method, path, fields in hostile_bodies():
        for send in (with_json, with_form):
            requests += 1
            secrets.add(send(as_admin, method, path, fields).json.get("access_token", SECRET))
    for hostile in OF_EVERY_KIND:
        path = quote(hostile.encode(errors="surrogatepass"), safe="")
        for url in (
            f"{WIDGETS}/{path}",
            f"{WIDGETS}?page={path}&password={SECRET}",
            f"/{path}?token={TOKEN}",
        ):
            requests += 1
            as_admin.get(url, environ_overrides={"HTTP_X_REQUEST_ID": hostile, "HTTP_COOKIE": SECRET})
    for token in forgeries:
        for header in (f"Bearer {token}", token, f"Basic {SECRET}", f"{token} {SECRET}"):
            requests += 1
            as_admin.get(f"{WIDGETS}/{quote(token)}", headers={"Authorization": header})

    lines = capsys.readouterr().err.split("\n")[:-1]
    written = "\n".join(lines)
    entries = [json.loads(line) for line in lines]
    assert sum(entry["logger"] == "app.access" for entry in entries) == requests
    assert {entry["level"] for entry in entries} == {"INFO", "WARNING"}
    assert all(line.isascii() and line.isprintable() for line in lines)
    secrets |= {token for token in forgeries if len(token) > len("null")}  # which any log may say
    assert [secret for secret in secrets if secret in written] == []
    assert HTTPStatus.INTERNAL_SERVER_ERROR not in {entry.get("status") for entry in entries}
