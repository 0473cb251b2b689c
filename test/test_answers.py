"""What every answer is: JSON, with the right headers, for browsers and caches too."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from flask import Flask, Response, abort
from flask import jsonify as flask_json
from flask.testing import FlaskClient
from flask_restx import Model, Namespace, Resource, fields, marshal_with
from psycopg.errors import (
    CheckViolation,
    DeadlockDetected,
    InsufficientPrivilege,
    InvalidSchemaName,
    ReadOnlySqlTransaction,
    SerializationFailure,
)
from sqlalchemy import Executable, insert, text
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import NotFound as NotFoundOfWerkzeug
from werkzeug.test import TestResponse

from app import create_app, db
from app.api import api
from app.api.auth.decorator import token_required
from app.api.error_handlers import IN_CONFLICT
from app.api.responses import json_response
from app.api.restx_api import HANDLED_ELSEWHERE
from app.errors import ApplicationError, NotFound
from app.models import User, Widget
from app.util.database import sqlite
from app.util.datetime_util import utc_now
from test.databases import SESSION_TIME_ZONE, application_on, migrate, spoil
from test.util import (
    EMAIL,
    LOGIN,
    LOGOUT,
    PASSWORD,
    REGISTER,
    USER,
    WIDGET,
    WIDGETS,
    account,
    widget,
    widget_row,
)

ORIGIN = {"Origin": "https://elsewhere.example"}
EXPOSED = {"ETag", "Link", "Total-Count", "Location", "WWW-Authenticate", "X-Request-ID"}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1//", "/api/v1//widgets", "/api/v1/widgets/a/b", "/", "/nothing"],
)
def test_unknown_path_is_404_in_json(as_nobody: FlaskClient, path: str):
    response = as_nobody.get(path)

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert response.content_type == "application/json"
    assert response.json["status"] == "fail"
    assert response.json["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", WIDGETS, {"GET", "HEAD", "POST", "OPTIONS"}),
        ("POST", WIDGET, {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("GET", LOGIN, {"POST", "OPTIONS"}),
        ("DELETE", USER, {"GET", "HEAD", "OPTIONS"}),
        ("BREW", WIDGETS, {"GET", "HEAD", "POST", "OPTIONS"}),
    ],
)
def test_wrong_method_is_405_and_says_which_are_allowed(
    as_nobody: FlaskClient, method: str, path: str, allowed: set[str]
):
    response = as_nobody.open(path, method=method)

    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert response.json["status"] == "fail"
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", [WIDGETS, WIDGET, USER, "/api/v1/nothing"])
def test_head_answers_as_get_without_a_body(as_admin: FlaskClient, first_widget: dict[str, str], path: str):
    same = {"X-Request-ID": "same"}

    with time_machine.travel(utc_now(), tick=False):  # the time that is left is part of a tag
        head, get = as_admin.head(path, headers=same), as_admin.get(path, headers=same)

    assert head.status_code == get.status_code
    assert head.data == b""
    assert head.headers == get.headers


@pytest.mark.parametrize("path", [WIDGETS, LOGIN, "/api/v1/nothing"])
def test_browsers_of_other_origins_may_read_the_answer(as_user: FlaskClient, path: str):
    response = as_user.get(path, headers=ORIGIN)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert set(response.headers["Access-Control-Expose-Headers"].split(", ")) >= EXPOSED


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_preflight_lets_a_token_travel(as_nobody: FlaskClient, method: str):
    asked = ORIGIN | {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    response = as_nobody.options(WIDGET, headers=asked)

    assert response.status_code == HTTPStatus.OK
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert method in response.headers["Access-Control-Allow-Methods"]
    assert "authorization" in response.headers["Access-Control-Allow-Headers"].lower()


def test_cors_origins_narrows_who_may_read(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORS_ORIGINS", "https://one.example, https://two.example")
    with application_on(database_url) as app:
        client = app.test_client()
        friend = client.get(LOGIN, headers={"Origin": "https://two.example"})
        stranger = client.get(LOGIN, headers=ORIGIN)

    assert friend.headers["Access-Control-Allow-Origin"] == "https://two.example"
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert all("Origin" in answer.headers["Vary"] for answer in (friend, stranger))


@pytest.mark.parametrize("path", [USER, WIDGETS, WIDGET, "/api/v1/nothing"])
def test_answer_to_a_token_is_no_shared_caches_business(as_user: FlaskClient, path: str):
    response = as_user.get(path)

    assert "private" in response.headers["Cache-Control"]
    assert "Authorization" in response.headers["Vary"]


def test_answer_that_must_not_be_stored_stays_so(as_user: FlaskClient):
    assert as_user.post(LOGIN, data=account()).headers["Cache-Control"] == "no-store"


def test_foreign_host_is_refused(as_user: FlaskClient):
    response = as_user.get(WIDGETS, base_url="http://evil.example")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["status"] == "fail"


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:8000"])
def test_links_name_the_host_that_was_asked(as_user: FlaskClient, host: str):
    response = as_user.get(WIDGETS, base_url=f"http://{host}")

    assert response.json["links"]["self"] == f"http://{host}/api/v1/widgets?page=1&per_page=10"


@pytest.mark.parametrize("host", ["localhost", "localhost:", "localhost:80", "LOCALHOST:"])
def test_port_that_goes_without_saying_is_not_said(as_user: FlaskClient, host: str):
    answers = [as_user.get(WIDGETS, headers={"Host": host}) for _ in range(2)]

    assert {answer.json["links"]["self"] for answer in answers} == {
        "http://localhost/api/v1/widgets?page=1&per_page=10"
    }


@pytest.mark.parametrize(
    "host",
    ["localhost:80:80", "localhost:8080:80", "localhost::", "localhost::80", "localhost:80:", ":80", ":"],
)
@pytest.mark.parametrize("trusted", ["localhost", "*"])
def test_host_with_more_than_one_port_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch, trusted: str, host: str
):
    monkeypatch.setenv("TRUSTED_HOSTS", trusted)
    with application_on(database_url) as app:
        statuses = [app.test_client().get(USER, headers={"Host": host}).status_code for _ in range(2)]

    assert statuses == [400, 400]


@pytest.mark.parametrize("host", ["[::1]", "[::1]:", "[::1]:80"])
def test_host_may_be_an_address(database_url: str, monkeypatch: pytest.MonkeyPatch, host: str):
    monkeypatch.setenv("TRUSTED_HOSTS", "*")
    with application_on(database_url) as app:
        links = app.test_client().get("/api/v1", headers={"Host": host}).json["links"]

    assert links["self"] == "http://[::1]/api/v1/"


def test_trusted_hosts_is_a_setting(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRUSTED_HOSTS", "api.example, .wild.example")
    with application_on(database_url) as app:
        statuses = [app.test_client().get(USER, base_url=f"http://{host}").status_code for host in HOSTS]

    assert statuses == [401, 401, 400, 400]


def test_server_may_be_called_as_pytest_flask_calls_it(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    """Its ``live_server`` gives the application this SERVER_NAME, by which test clients call it then."""
    monkeypatch.setitem(app.config, "SERVER_NAME", "localhost.localdomain:5000")

    assert client.get(USER).status_code == HTTPStatus.UNAUTHORIZED


HOSTS = ["api.example", "a.wild.example", "localhost", "evil-api.example"]
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example", "X-Forwarded-For": "1.2.3.4"}


def test_forwarded_headers_are_not_believed(as_user: FlaskClient):
    response = as_user.get(WIDGETS, headers=FORWARDED)

    assert response.json["links"]["self"].startswith("http://localhost/")


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_forwarded_headers_are_believed_behind_declared_proxies(
    migrated_app: Flask, as_user: FlaskClient, monkeypatch: pytest.MonkeyPatch, scheme: str
):
    forwarded = FORWARDED | {"X-Forwarded-Proto": scheme}
    monkeypatch.setenv("PROXY_HOPS", "1")
    monkeypatch.setenv("TRUSTED_HOSTS", "api.example")
    with application_on(migrated_app.config["SQLALCHEMY_DATABASE_URI"]) as app:
        response = app.test_client().get(
            WIDGETS, headers=forwarded | {"Authorization": f"Bearer {as_user.token}"}
        )

    assert response.json["links"]["self"].startswith("https://api.example/")


def failing_with(app: Flask, error: Exception) -> FlaskClient:
    """Return a client of *app*, whose /api/v1/failing raises *error*."""

    def fail() -> None:
        raise error

    app.add_url_rule("/api/v1/failing", view_func=fail)
    return app.test_client()


@pytest.fixture
def own_app(database_url: str):
    with application_on(database_url) as app:
        app.testing = False
        yield app


@pytest.mark.undeclared("the path is the test's own")
def test_defect_is_a_500_that_tells_nothing(own_app: Flask):
    response = failing_with(own_app, RuntimeError("secret detail")).get("/api/v1/failing")

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert response.json == {"status": "fail", "message": "Internal Server Error"}


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"message": "No such thing."}, "No such thing."),
        ({"message": "No such thing.", "hint": "x"}, "No such thing."),
        ({}, NotFoundOfWerkzeug.description),
        ({"message": None, "hint": "x"}, NotFoundOfWerkzeug.description),
    ],
)
def test_message_of_restx_abort_is_told(own_app: Flask, given: dict[str, str], message: str):
    own_app.add_url_rule(
        "/api/v1/failing", view_func=partial(Namespace("things").abort, 404, **given), endpoint="x"
    )

    response = own_app.test_client().get("/api/v1/failing")

    assert (response.status_code, response.json) == (404, {"status": "fail", "message": message})


@pytest.mark.undeclared("the path is the test's own")
def test_reasons_of_restx_are_told_beside_its_message(own_app: Flask):
    refuse = partial(Namespace("things").abort, 400, "Not so.", errors={"size": "too small"})
    own_app.add_url_rule("/api/v1/failing", view_func=refuse, endpoint="x")

    response = own_app.test_client().get("/api/v1/failing")

    assert response.json == {"status": "fail", "message": "Not so.", "errors": {"size": "too small"}}


@pytest.mark.undeclared("the path is the test's own")
def test_message_is_a_text_whatever_abort_was_called_with(own_app: Flask):
    own_app.add_url_rule("/api/v1/failing", view_func=partial(abort, 400, {"size": 1}), endpoint="x")

    response = own_app.test_client().get("/api/v1/failing")

    assert (response.status_code, response.json) == (400, {"status": "fail", "message": "Bad Request"})


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize("mask", ["{{", "{a", "a}", "{a{b}}"])
def test_fields_that_nobody_can_read_are_a_400_that_names_the_header(own_app: Flask, mask: str):
    model = Model("Thing", {"a": fields.Integer})
    view = marshal_with(model)(lambda: {"a": 1})
    own_app.add_url_rule("/api/v1/thing", view_func=lambda: flask_json(view()), endpoint="x")

    response = own_app.test_client().get("/api/v1/thing", headers={"X-Fields": mask})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"].keys() == {"X-Fields"}


@pytest.mark.undeclared("the path is the test's own")
def test_error_without_a_status_is_a_500_whose_log_says_so(own_app: Flask, caplog: pytest.LogCaptureFixture):
    response = failing_with(own_app, type("Odd", (ApplicationError,), {})("It is odd.")).get(
        "/api/v1/failing"
    )

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Odd is to come from an error that has a status" in caplog.text


def test_validation_before_authentication_is_refused():
    things, thing = Namespace("things"), Model("Thing", {"name": fields.String})
    things.add_model("Thing", thing)

    class Things(Resource):
        @things.expect(thing, validate=True)
        @token_required
        def post(self) -> None:
            """Add a thing."""

    things.add_resource(Things, "/things")

    with pytest.raises(NotImplementedError, match="post is guarded"):
        api.add_namespace(things)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({2024: "é"}, '{"2024":"é"}'),
        ({"price": Decimal("1.50")}, '{"price":"1.50"}'),
        ({"most": 10**30}, '{"most":1000000000000000000000000000000}'),
    ],
)
def test_what_other_libraries_write_as_json_is_written(app: Flask, body: dict, text: str):
    with app.test_request_context():
        assert json_response(body).get_data(as_text=True) == text


@pytest.mark.undeclared("the path is the test's own")
def test_what_is_to_be_done_after_an_answer_is_done(own_app: Flask):
    done: list[str] = []

    def answer() -> Response:
        response = json_response({})
        response.call_on_close(lambda: done.append("closed"))
        return response

    own_app.add_url_rule("/api/v1/closing", view_func=answer)
    with own_app.test_client().get("/api/v1/closing") as response:
        assert response.json == {}

    assert done == ["closed"]


def test_error_handlers_that_nobody_would_ask_are_refused():
    namespaces = [Namespace("things"), Namespace("things")]
    namespaces[0].errorhandler(ArithmeticError)(print)
    namespaces[1].errorhandler(print)

    for namespace in namespaces:
        with pytest.raises(NotImplementedError, match=HANDLED_ELSEWHERE):
            api.add_namespace(namespace)
    with pytest.raises(NotImplementedError, match=HANDLED_ELSEWHERE):
        api.errorhandler(ArithmeticError)


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError, ProgrammingError])
def test_database_that_does_not_serve_is_a_503_that_says_when_to_try_again(
    own_app: Flask, error: type[DBAPIError]
):
    gone = error("SELECT secret", {}, Exception("refused, read-only, not migrated"))

    response = failing_with(own_app, gone).get("/api/v1/failing")

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json["status"] == "fail"
    assert "secret" not in response.text
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.undeclared("the path is the test's own")
def test_pool_that_has_no_connection_in_time_is_a_503_that_says_when_to_try_again(own_app: Flask):
    response = failing_with(own_app, PoolTimeoutError("limit reached")).get("/api/v1/failing")

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize(
    "broken",
    [
        StaleDataError("UPDATE secret expected to update 1 row(s); 0 were matched."),
        OperationalError("UPDATE secret", {}, DeadlockDetected("deadlock detected")),
        OperationalError("UPDATE secret", {}, SerializationFailure("could not serialize access")),
    ],
    ids=["row gone", "deadlock", "isolation"],
)
def test_simultaneous_change_is_a_409(own_app: Flask, broken: Exception):
    response = failing_with(own_app, broken).get("/api/v1/failing")

    assert response.status_code == HTTPStatus.CONFLICT
    assert "secret" not in response.text


def executing(app: Flask, statement: Executable) -> TestResponse:
    """Return the answer of a view of *app* that executes *statement*, as /api/v1/executing."""

    def execute() -> None:
        db.session.execute(statement)

    app.add_url_rule("/api/v1/executing", view_func=execute)
    return app.test_client().get("/api/v1/executing")


@pytest.mark.undeclared("the path is the test's own")
def test_row_in_conflict_with_others_is_a_409_and_the_log_says_where(
    migrated_app: Flask, own_app: Flask, caplog: pytest.LogCaptureFixture
):
    response = executing(own_app, insert(Widget).values(owner_id=99, **widget_row("secret-name")))

    assert (response.status_code, response.json["message"]) == (HTTPStatus.CONFLICT, IN_CONFLICT)
    assert "in execute" in caplog.text
    assert "INSERT INTO" in caplog.text
    assert "secret-name" not in caplog.text


@pytest.mark.undeclared("the path is the test's own")
def test_row_that_breaks_a_rule_by_itself_is_a_defect_and_the_log_says_where(
    migrated_app: Flask, own_app: Flask, caplog: pytest.LogCaptureFixture
):
    nameless = widget_row("x") | {"name": None, "owner_id": 20131231}

    response = executing(own_app, insert(Widget).values(nameless))

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert response.json == {"status": "fail", "message": "Internal Server Error"}
    assert "in execute" in caplog.text
    assert "20131231" not in caplog.text


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize("kind", [CheckViolation, sqlite3.IntegrityError])
def test_row_that_a_check_refuses_is_a_defect(own_app: Flask, kind: type[Exception]):
    refused = kind("CHECK constraint failed")
    refused.sqlite_errorname = "SQLITE_CONSTRAINT_CHECK"  # type: ignore[attr-defined]

    response = failing_with(own_app, IntegrityError("INSERT", {}, refused)).get("/api/v1/failing")

    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize("statement", ["SELECT nothing FROM site_user", "SELECT 1 FROM nothing", "SELEKT 1"])
def test_statement_that_the_database_refuses_is_found_by_the_log(
    migrated_app: Flask, own_app: Flask, caplog: pytest.LogCaptureFixture, statement: str
):
    response = executing(own_app, text(statement))

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "in execute" in caplog.text
    assert statement in caplog.text


@pytest.mark.undeclared("the path is the test's own")
@pytest.mark.parametrize(
    "outage",
    [
        InterfaceError("SELECT 1", {}, Exception("connection already closed")),
        PoolTimeoutError("limit reached"),
        InternalError("UPDATE widget", {}, ReadOnlySqlTransaction("cannot execute UPDATE")),
        ProgrammingError("SELECT 1", {}, InsufficientPrivilege("permission denied")),
        ProgrammingError("CREATE TABLE x", {}, InvalidSchemaName("no schema")),
    ],
    ids=["lost", "none to give", "read-only", "no right", "no schema"],
)
def test_outage_of_any_kind_is_logged_without_a_trace(
    own_app: Flask, caplog: pytest.LogCaptureFixture, outage: Exception
):
    failing_with(own_app, outage).get("/api/v1/failing")

    assert [record.exc_info for record in caplog.records if record.levelname == "ERROR"] == [None]


@pytest.mark.undeclared("the path is the test's own")
def test_outage_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture):
    with application_on("postgresql://nobody@127.0.0.1:1/nothing") as app:
        executing(app, text("SELECT 1"))

    (record,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert record.exc_info is None


def test_connection_that_dies_after_its_work_does_not_spoil_the_answer(postgresql_url: str):
    with application_on(postgresql_url) as app:
        with app.app_context():
            mine = db.session.scalar(text("SELECT pg_backend_pid()"))
            with db.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        # The context has ended without an error, and the next one has a connection that works.
        with app.app_context():
            assert db.session.scalar(text("SELECT 1")) == 1


def test_write_gives_up_while_another_program_holds_sqlite_and_reads_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(sqlite.PatientCursor, "in_vain_at", 0.0)
    file = tmp_path / "locked.sqlite"
    with application_on(f"sqlite:///{file}") as app:
        migrate(app)
        client = app.test_client()
        with closing(sqlite3.connect(file, isolation_level=None)) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            write, read = client.post(REGISTER, data=account()), client.post(LOGIN, data=account())
        afterwards = client.post(REGISTER, data=account())

    assert write.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(write.headers["Retry-After"]) > 0
    assert read.status_code == HTTPStatus.UNAUTHORIZED
    assert afterwards.status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("stored", ["'tomorrow'", "5", "x'00'"])
@pytest.mark.parametrize(("method", "path"), [("GET", USER), ("POST", LOGIN)])
def test_account_that_cannot_be_read_is_told_as_a_broken_database_and_named_in_the_log(
    app: Flask, as_user: FlaskClient, caplog: pytest.LogCaptureFixture, stored: str, method: str, path: str
):
    spoil(app, "site_user", "registered_on", stored)

    response = as_user.open(path, method=method, data=account())

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "no instant" in caplog.text
    assert method == "POST" or "site_user.registered_on" in caplog.text


def test_no_statement_of_postgresql_outlasts_a_clients_patience(postgresql_url: str):
    with application_on(postgresql_url) as app, app.app_context():
        assert db.session.scalar(text("SHOW statement_timeout")) == "3s"
        assert db.session.scalar(text("SHOW timezone")) == SESSION_TIME_ZONE


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/nothing", "sqlite:////nowhere/nothing.sqlite"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", LOGIN),
        ("GET", USER),
        ("POST", LOGOUT),
        ("GET", WIDGETS),
        ("POST", WIDGETS),
        ("GET", WIDGET),
        ("PUT", WIDGET),
        ("DELETE", WIDGET),
    ],
)
def test_unreachable_database_is_a_503_within_seconds(
    monkeypatch: pytest.MonkeyPatch, url: str, method: str, path: str
):
    monkeypatch.setenv("TEST_DATABASE_URL", url)
    app = create_app("testing")
    with app.app_context():
        somebody = User(email=EMAIL, password=PASSWORD, admin=True, public_id=str(uuid4()))
        token = {"Authorization": f"Bearer {somebody.encode_access_token()}"}
    fields = account() if path == LOGIN else widget()

    response = app.test_client().open(path, method=method, data=fields, headers=token)

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.content_type == "application/json"
    assert response.headers["Retry-After"] == "2"


@pytest.mark.undeclared("the path is the test's own")
def test_error_of_a_finer_kind_is_told_as_its_kind_is(own_app: Flask):
    class Gone(NotFound):
        """It was there."""

    response = failing_with(own_app, Gone("It is gone.")).get("/api/v1/failing")

    assert (response.status_code, response.json["message"]) == (HTTPStatus.NOT_FOUND, "It is gone.")
