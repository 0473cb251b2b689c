"""Who may do what: each caller, each operation, and that nothing else of a request is looked at before."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, insert, select
from werkzeug.test import TestResponse

from app import db
from app.api.auth.decorator import admin_token_required, confirms_caller, token_required
from app.errors import PermissionDenied
from app.extensions import transaction
from app.models import BlacklistedToken, User
from app.models.caller import Caller, answer_for, confirm_first
from app.util.database import compiled
from app.util.datetime_util import utc_now
from app.util.token import AccessToken
from test.databases import application_on
from test.util import (
    ADMIN_CHALLENGE,
    BLACKLISTED,
    EXPIRED,
    INVALID,
    LOGIN,
    LOGOUT,
    NOT_ADMINISTRATOR,
    REGISTER,
    REGULAR_CHALLENGE,
    USER,
    WIDGET,
    WIDGETS,
    TokenClient,
    account,
    refusal,
    widget,
)

# An answer is a status, or a refusal: 401 with no token, expired, invalid, logged out (black), or 403.
TABLE = """
                   nobody  user   admin  demoted  deleted  expired  logged_out  tampered
register           201     201    201    201      201      201      201         201
login              200     200    200    200      200      200      200         200
user               none    200    200    200      invalid  expired  black       invalid
HEAD user          none    200    200    200      invalid  expired  black       invalid
logout             none    200    200    200      invalid  expired  black       invalid
list               none    200    200    200      invalid  expired  black       invalid
HEAD list          none    200    200    200      invalid  expired  black       invalid
get                none    200    200    200      invalid  expired  black       invalid
HEAD get           none    200    200    200      invalid  expired  black       invalid
create             none    403    201    403      invalid  expired  black       invalid
put                none    403    200    403      invalid  expired  black       invalid
delete             none    403    204    403      invalid  expired  black       invalid
OPTIONS list       200     200    200    200      200      200      200         200
OPTIONS get        200     200    200    200      200      200      200         200
PATCH list         405     405    405    405      405      405      405         405
"""


class Operation(NamedTuple):
    """A request that would succeed, and the challenge of its realm."""

    method: str
    path: str
    challenge: str = REGULAR_CHALLENGE
    fields: dict[str, Any] | None = None


OPERATIONS = {
    "register": Operation("POST", REGISTER, fields=account("another@email.com")),
    "login": Operation("POST", LOGIN, fields=account("somebody@email.com")),
    "user": Operation("GET", USER),
    "HEAD user": Operation("HEAD", USER),
    "logout": Operation("POST", LOGOUT),
    "list": Operation("GET", WIDGETS),
    "HEAD list": Operation("HEAD", WIDGETS),
    "get": Operation("GET", WIDGET),
    "HEAD get": Operation("HEAD", WIDGET),
    "create": Operation("POST", WIDGETS, ADMIN_CHALLENGE, widget(name="another")),
    "put": Operation("PUT", WIDGET, ADMIN_CHALLENGE, widget(name="renamed")),
    "delete": Operation("DELETE", WIDGET, ADMIN_CHALLENGE),
    "OPTIONS list": Operation("OPTIONS", WIDGETS),
    "OPTIONS get": Operation("OPTIONS", WIDGET),
    "PATCH list": Operation("PATCH", WIDGETS),
}
MESSAGES = {"none": "Unauthorized", "expired": EXPIRED, "invalid": INVALID, "black": BLACKLISTED}


def cells() -> list[tuple[str, str, str]]:
    """Return operation, caller and answer of each cell of the table."""
    head, *lines = TABLE.strip("\n").splitlines()
    callers = head.split()
    return [
        (line[:19].strip(), caller, answer)
        for line in lines
        for caller, answer in zip(callers, line[19:].split(), strict=True)
    ]


def expected_refusal(operation: Operation, answer: str) -> tuple[int, str, str]:
    """Return status, message and WWW-Authenticate of a refusal."""
    if answer == "403":
        return 403, NOT_ADMINISTRATOR, refusal(ADMIN_CHALLENGE, NOT_ADMINISTRATOR, "insufficient_scope")
    message = MESSAGES[answer]
    challenge = operation.challenge if answer == "none" else refusal(operation.challenge, message)
    return 401, message, challenge


def demote(app: Flask, user: User, _client: TokenClient) -> None:
    with app.app_context():
        db.session.get(User, user.id).admin = False
        db.session.commit()


def remove(app: Flask, user: User, _client: TokenClient) -> None:
    with app.app_context():
        db.session.delete(db.session.get(User, user.id))
        db.session.commit()


def log_out(_app: Flask, _user: User, client: TokenClient) -> None:
    assert client.post(LOGOUT).status_code == HTTPStatus.OK


def tamper(_app: Flask, _user: User, client: TokenClient) -> None:
    payload = client.token.split(".")[1]
    client.token = client.token.replace(payload, payload[::-1])


def forget(_app: Flask, _user: User, client: TokenClient) -> None:
    client.token = None


# What befalls a caller, or the token, after the token was made.
FATES = {
    "nobody": forget,
    "demoted": demote,
    "deleted": remove,
    "logged_out": log_out,
    "tampered": tamper,
}


@pytest.fixture
def as_caller(
    app: Flask,
    add_user: Callable[..., User],
    client_of: Callable[[User | None], TokenClient],
    first_widget: dict[str, str],
) -> Callable[[str], TokenClient]:
    """A function that returns a client of one of the table's callers."""
    add_user("somebody@email.com")

    def client(caller: str) -> TokenClient:
        user = add_user("caller@email.com", admin=caller != "user")
        with time_machine.travel(utc_now() - timedelta(hours=2 if caller == "expired" else 0)):
            made = client_of(user)
        if caller in FATES:
            FATES[caller](app, user, made)
        return made

    return client


def rows(app: Flask) -> dict[str, list[Any]]:
    """Return all that is stored."""
    with app.app_context():
        return {
            table.name: sorted(db.session.execute(select(table)), key=repr)
            for table in db.metadata.sorted_tables
        }


def send(client: TokenClient, operation: Operation, **changes: Any) -> TestResponse:
    sent: dict[str, Any] = {"json": operation.fields} if operation.fields else {}
    return client.open(**{"path": operation.path, "method": operation.method} | sent | changes)


def assert_refused(response: TestResponse, operation: Operation, answer: str) -> None:
    status, message, challenge = expected_refusal(operation, answer)
    assert response.status_code == status
    assert response.headers["WWW-Authenticate"] == challenge
    if operation.method != "HEAD":
        assert response.json == {"status": "fail", "message": message}


@pytest.mark.parametrize(("name", "caller", "answer"), cells())
def test_each_caller_gets_what_the_table_says(
    app: Flask, as_caller: Callable[[str], TokenClient], name: str, caller: str, answer: str
):
    operation, client = OPERATIONS[name], as_caller(caller)
    before = rows(app)

    response = send(client, operation)

    if answer in MESSAGES or answer == "403":
        assert_refused(response, operation, answer)
    else:
        assert response.status_code == int(answer)
        assert "WWW-Authenticate" not in response.headers
    changes = {"register", "create", "put", "delete", "logout"}
    assert (rows(app) != before) == (name in changes and response.status_code < 300)


# What would be refused for another reason, if anything but the token were looked at.
BAD_REQUESTS: dict[str, dict[str, Any]] = {
    "broken JSON": {"data": b"{", "content_type": "application/json"},
    "nested JSON": {"data": b"[" * 30_000, "content_type": "application/json"},
    "no fields": {"data": b"", "content_type": "text/plain"},
    "bytes that are no text": {"data": b"name=%FF&\xff", "content_type": "application/x-www-form-urlencoded"},
    "too large": {"data": b"x" * 70_000, "content_type": "application/json"},
    "too many fields": {"data": b"a=1&" * 200, "content_type": "application/x-www-form-urlencoded"},
    "unknown length": {"environ_overrides": {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}},
    "cut short": {"data": b"x", "environ_overrides": {"CONTENT_LENGTH": "100"}},
    "bad query": {"query_string": "page=0&per_page=x&%FF&page=2"},
}
BAD_NAMES = ["unknown", "x" * 101, "%00", "%FF", "%0a", "two%20words"]
GUARDED = [cell for cell in cells() if cell[2] in MESSAGES or cell[2] == "403"]


@pytest.mark.parametrize(("name", "caller", "answer"), GUARDED)
def test_nothing_is_looked_at_before_the_caller_is_known(
    app: Flask, as_caller: Callable[[str], TokenClient], name: str, caller: str, answer: str
):
    operation, client = OPERATIONS[name], as_caller(caller)
    paths = [{"path": f"{WIDGETS}/{bad}"} for bad in BAD_NAMES if operation.path == WIDGET]
    before = rows(app)

    for changes in [*BAD_REQUESTS.values(), *paths]:
        response = send(client, operation._replace(fields=None), **changes)

        assert_refused(response, operation, answer)
    assert rows(app) == before


@pytest.mark.parametrize("name", ["user", "list", "get", "create"])
def test_one_statement_confirms_the_caller_and_does_what_is_asked(
    as_caller: Callable[[str], TokenClient], monkeypatch: pytest.MonkeyPatch, name: str
):
    client, statements, run = as_caller("admin"), [], compiled.rows_alone
    monkeypatch.setattr(compiled, "rows_alone", lambda *what: statements.append(what) or run(*what))

    response = send(client, OPERATIONS[name])

    assert response.status_code < HTTPStatus.BAD_REQUEST
    assert len(statements) == 1


def test_table_names_every_operation():
    assert {name for name, _, _ in cells()} == set(OPERATIONS)


def test_every_operation_of_the_documents_is_in_the_table(app: Flask):
    document = app.test_client().get("/api/v1/swagger.json").json
    documented = {
        (method.upper(), document["basePath"] + path)
        for path, methods in document["paths"].items()
        if path.startswith(("/auth", "/widgets"))
        for method in methods
        if method != "parameters"
    }

    assert documented <= {
        (operation.method, operation.path.replace("first-widget", "{name}"))
        for operation in OPERATIONS.values()
    }


def add_by_session() -> None:
    with transaction():
        db.session.add(BlacklistedToken(jti="new", expires_at=utc_now()))


def add_by_statement() -> None:
    db.session.execute(insert(BlacklistedToken).values(jti="new", expires_at=utc_now()))
    db.session.commit()


@pytest.mark.parametrize("add", [add_by_session, add_by_statement])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("caller", "status"), [("user", 403), ("demoted", 403), ("logged_out", 401), ("admin", 204)]
)
def test_view_that_confirms_its_caller_late_stores_nothing_for_one_who_may_not_call(
    app: Flask,
    as_caller: Callable[[str], TokenClient],
    caplog: pytest.LogCaptureFixture,
    add: Callable[[], None],
    method: str,
    caller: str,
    status: int,
):
    @admin_token_required
    @confirms_caller
    def view() -> tuple[str, int]:
        add()
        return "", 204

    token = as_caller(caller).token
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as own_app:
        own_app.add_url_rule("/more", view_func=view, methods=[method])
        before = rows(app)
        response = own_app.test_client().open("/more", method=method, headers={"Authorization": token})

    assert response.status_code == status
    assert (rows(app) != before) == (status == 204)
    assert [record.message for record in caplog.records].count("admin refused") == (status == 403)


@pytest.mark.parametrize("admins_only", [True, False])
def test_what_a_rule_denies_is_not_told_to_the_log_as_a_refused_admin(
    app: Flask, as_caller: Callable[[str], TokenClient], caplog: pytest.LogCaptureFixture, admins_only: bool
):
    @(admin_token_required if admins_only else token_required)
    def view() -> None:
        raise PermissionDenied("Not yours")

    token = as_caller("admin" if admins_only else "user").token
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as own_app:
        own_app.add_url_rule("/more", view_func=view)
        response = own_app.test_client().get("/more", headers={"Authorization": token})

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "admin refused" not in [record.message for record in caplog.records]


def test_caller_is_confirmed_by_the_database_of_users_wherever_a_transaction_begins(app: Flask, user: User):
    caller = Caller(AccessToken(user.public_id, False, "a token", utc_now()), lambda _identity: None)

    with app.app_context(), closing(create_engine("sqlite://").connect()) as elsewhere:
        answer_for(caller, lambda: confirm_first(None, None, elsewhere))

    assert caller.is_confirmed
