"""The probes of load balancers: /healthz and /readyz."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import db, health
from app.health import NO_ANSWER, OTHER_REVISION
from app.util import shared_check
from app.util.shared_check import SharedCheck
from test.databases import application_on

PROBES = ["/healthz", "/readyz"]
EARLIER, UNKNOWN = "7c66df0e878f", "ffffffffffff"


@contextmanager
def at_revision(app: Flask, revision: str | None) -> Iterator[None]:
    """Let the database say in the block that it is at *revision*, or at none."""
    with app.app_context():
        head = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    say_revision(app, revision)
    try:
        yield
    finally:
        say_revision(app, head)


def say_revision(app: Flask, revision: str | None) -> None:
    with app.app_context():
        db.session.execute(text("DELETE FROM alembic_version"))
        if revision is not None:
            db.session.execute(text("INSERT INTO alembic_version VALUES (:r)"), {"r": revision})
        db.session.commit()


def assert_not_ready(response: TestResponse, message: str) -> None:
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json == {"status": "fail", "message": message}
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The URL of a PostgreSQL server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/nothing"


def test_application_that_does_not_know_its_migrations_is_not_ready(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health, "_heads", frozenset)

    with at_revision(app, None):
        response = app.test_client().get("/readyz")

    assert_not_ready(response, OTHER_REVISION)


@pytest.mark.parametrize("path", PROBES)
def test_probe_of_a_sound_instance_succeeds(as_nobody: FlaskClient, path: str):
    response = as_nobody.get(path)

    assert response.status_code == HTTPStatus.OK
    assert response.content_type == "application/json"
    assert response.json["status"] == "success"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PROBES)
@pytest.mark.parametrize("host", ["10.0.0.7", "10.0.0.7:8000", "lb.internal", "[::1]:8000", "_"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_probe_is_answered_whatever_the_host(as_nobody: FlaskClient, method: str, path: str, host: str):
    response = as_nobody.open(path, method=method, headers={"Host": host})

    assert response.status_code == HTTPStatus.OK
    assert response.headers["Cache-Control"] == "no-store"
    assert bool(response.data) is (method == "GET")


@pytest.mark.parametrize("path", ["/healthz/x", "/api/v1/healthz", "/healthz/../api/v1/widgets", "/nothing"])
def test_no_other_path_is_answered_to_a_foreign_host(as_nobody: FlaskClient, path: str):
    assert as_nobody.get(path, headers={"Host": "evil.example"}).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("path", PROBES)
def test_probe_takes_no_other_method(as_nobody: FlaskClient, path: str):
    response = as_nobody.post(path)

    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_probes_are_not_in_the_documents(as_nobody: FlaskClient):
    assert "healthz" not in as_nobody.get("/api/v1/swagger.json").text
    assert "readyz" not in as_nobody.get("/api/v1/swagger.json").text


@pytest.mark.parametrize("revision", [EARLIER, UNKNOWN, None])
def test_database_at_another_revision_is_not_ready_until_it_is_migrated(
    app: Flask, as_nobody: FlaskClient, revision: str | None
):
    with at_revision(app, revision):
        refused = as_nobody.get("/readyz")

    assert_not_ready(refused, OTHER_REVISION)
    assert as_nobody.get("/readyz").status_code == HTTPStatus.OK


def test_database_that_was_never_migrated_is_not_ready(tmp_path: Path):
    with application_on(f"sqlite:///{tmp_path / 'empty.sqlite'}") as app:
        assert_not_ready(app.test_client().get("/readyz"), OTHER_REVISION)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:secret@127.0.0.1:1/nothing", "sqlite:////no/such/directory/x.sqlite"]
)
def test_database_that_is_gone_is_not_ready_while_the_process_is_healthy(url: str):
    with application_on(url) as app:
        ready, healthy = (app.test_client().get(path) for path in ("/readyz", "/healthz"))

    assert_not_ready(ready, NO_ANSWER)
    assert healthy.status_code == HTTPStatus.OK


def test_database_that_hangs_is_told_in_less_than_a_second_however_often_one_asks(
    silent_url: str, caplog: pytest.LogCaptureFixture
):
    with application_on(silent_url) as app:
        check = app.extensions["health"]
        promised, check.seconds = check.seconds, 0.05  # all ask before a connection is given up
        for _ in range(6):
            assert_not_ready(app.test_client().get("/readyz"), NO_ANSWER)

    assert promised < 1
    told = [message.removeprefix("Not ready: ") for message in caplog.messages if "Not ready" in message]
    assert told == ["no answer in time"] * 4 + ["earlier checks are still going on"] * 2


def test_check_is_shared_by_all_who_ask_at_one_time():
    shared, end, begun = SharedCheck[bool](seconds=5, at_most=1), Event(), []

    def check() -> bool:
        begun.append(True)
        return end.wait()

    asked = [shared._shared(check) for _ in range(8)]
    end.set()

    assert [future.result() for future in asked] == [True] * 8
    assert begun == [True]


def test_checks_that_are_late_are_bounded_and_recover():
    shared, end = SharedCheck[bool](seconds=0.01, at_most=2), Event()

    for _ in range(2):
        with pytest.raises(TimeoutError):
            shared.ask(end.wait)
    with pytest.raises(TimeoutError, match="still going on"):
        shared.ask(lambda: True)
    end.set()
    for late in shared._late:
        late.result()
    shared.seconds = 60

    assert shared.ask(lambda: True)


def test_checks_recover_from_a_system_that_had_no_threads(monkeypatch: pytest.MonkeyPatch):
    shared = SharedCheck[bool](seconds=5, at_most=2)

    def start(_thread: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(shared_check.Thread, "start", start)
        for _ in range(3):
            with pytest.raises(TimeoutError, match="new thread"):
                shared.ask(lambda: True)

    assert shared.ask(lambda: True)
