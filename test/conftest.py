"""Fixtures.  Whatever asks for ``app`` runs twice: on a SQLite file and on a PostgreSQL server."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.config import FROM_ENVIRONMENT
from app.models import User
from app.models.user import token_signer
from test import recorder
from test.databases import (
    application_on,
    can_run_postgresql,
    drop_everything,
    empty,
    in_another_time_zone,
    migrate,
    postgresql_server,
)
from test.util import ADMIN_EMAIL, EMAIL, PASSWORD, WIDGETS, TokenClient, widget

ZONEINFO = Path("/usr/share/zoneinfo")
LEFT_OUT = pytest.StashKey[set[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], help="run on this database only")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = set()
    for name in FROM_ENVIRONMENT:
        os.environ.pop(name, None)  # the tests set what they want
    os.environ |= {"FLASK_ENV": "testing", "TZ": "UTC"}
    if not ZONEINFO.exists():
        import tzdata

        os.environ["TZDIR"] = str(Path(tzdata.__file__).parent / "zoneinfo")
    time.tzset()
    recorder.pytest_configure(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in sorted(config.stash[LEFT_OUT]):
        terminalreporter.section(f"NOT TESTED ON {name.upper()}", sep="!", red=True, bold=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[LEFT_OUT] and os.getenv("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a PostgreSQL server's database, where sessions have a time zone of their own."""
    with postgresql_server() as url:
        yield in_another_time_zone(url)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database that is there, empty or not."""
    only = request.config.getoption("--database")
    if only not in (None, request.param) or (request.param == "postgresql" and not can_run_postgresql()):
        request.config.stash[LEFT_OUT].add(request.param)
        pytest.skip(f"{request.param} is left out")
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.sqlite'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(scope="session")
def migrated_app(database_url: str) -> Iterator[Flask]:
    """An application on a database that the migrations have made."""
    with application_on(database_url) as app:
        drop_everything(app)
        migrate(app)
        yield app


@pytest.fixture
def bare_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database where nothing is; afterwards it is as other tests need it."""
    with application_on(database_url) as app:
        drop_everything(app)
        yield app
        drop_everything(app)
        migrate(app)


@pytest.fixture
def app(migrated_app: Flask) -> Flask:
    """An application on an empty database."""
    empty(migrated_app)
    return migrated_app


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Keep pytest-flask from sharing one context, its identity and its session between requests."""


@pytest.fixture
def add_user(app: Flask) -> Callable[..., User]:
    """A function that adds a user and returns it, detached."""

    def add(email: str = EMAIL, *, admin: bool = False) -> User:
        with app.app_context():
            user = User(email=email, password=PASSWORD, admin=admin)
            db.session.add(user)
            db.session.commit()
            db.session.refresh(user)
            db.session.expunge(user)
            return user

    return add


@pytest.fixture
def user(add_user: Callable[..., User]) -> User:
    """A regular user."""
    return add_user()


@pytest.fixture
def admin(add_user: Callable[..., User]) -> User:
    """An administrator."""
    return add_user(ADMIN_EMAIL, admin=True)


@pytest.fixture
def client_of(app: Flask) -> Callable[[User | None], FlaskClient]:
    """A function that returns a client which sends a token of a user."""

    def client(user: User | None) -> FlaskClient:
        made = TokenClient(app)
        if user is not None:
            with app.app_context():
                made.token = token_signer().encode(
                    public_id=user.public_id, admin=user.admin, lifetime=timedelta(hours=1)
                )
        return made

    return client


@pytest.fixture
def as_nobody(client_of: Callable[[User | None], FlaskClient]) -> FlaskClient:
    """A client without a token."""
    return client_of(None)


@pytest.fixture
def as_user(client_of: Callable[[User | None], FlaskClient], user: User) -> FlaskClient:
    """A client with the token of a regular user."""
    return client_of(user)


@pytest.fixture
def as_admin(client_of: Callable[[User | None], FlaskClient], admin: User) -> FlaskClient:
    """A client with the token of an administrator."""
    return client_of(admin)


@pytest.fixture
def first_widget(as_admin: FlaskClient) -> dict[str, str]:
    """The fields of the widget that is there."""
    fields = widget()
    assert as_admin.post(WIDGETS, json=fields).status_code == 201
    return fields


@pytest.fixture
def document(as_nobody: FlaskClient) -> dict[str, Any]:
    """The Swagger 2.0 document."""
    response = as_nobody.get("/api/v1/swagger.json")
    assert response.status_code == 200
    assert response.content_type == "application/json"
    made: dict[str, Any] = response.json
    return made


@pytest.fixture
def openapi(as_nobody: FlaskClient) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    made: dict[str, Any] = as_nobody.get("/api/v1/openapi.json").json
    return made


@pytest.fixture
def in_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A function that moves the server to a time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()
