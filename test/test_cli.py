"""The command line."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import make_url, select

import run
from app import db
from app.models import BlacklistedToken, User, Widget
from app.util.database import sqlite
from test.databases import application_on, migrate
from test.util import EMAIL, PASSWORD

Command = Callable[..., Result]
OF_THE_DATABASE = "the database is not there, not migrated (flask db upgrade) or busy"


def invoke(app: Flask, *args: str, typed: str = "") -> Result:
    """Run a command of run.py with *app*."""
    return CliRunner().invoke(run.app.cli, args, input=typed, obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def flask_command(app: Flask) -> Command:
    """A function that runs a command of run.py on the test's database."""
    return partial(invoke, app)


def users(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context():
        return [(user.email, user.admin) for user in db.session.scalars(select(User))]


@pytest.mark.parametrize(("flags", "what", "admin"), [([], "user", False), (["--admin"], "admin user", True)])
def test_user_is_added_and_shown(
    app: Flask, flask_command: Command, flags: list[str], what: str, admin: bool
):
    result = flask_command("add-user", *flags, EMAIL, "--password", PASSWORD)

    assert result.exit_code == 0
    with app.app_context():
        user = User.find_by_email(EMAIL)
    assert result.stdout == (
        f"Successfully added new {what}:\n <User email={EMAIL}, public_id={user.public_id}, admin={admin}>\n"
    )
    assert users(app) == [(EMAIL, admin)]


def test_password_is_asked_for_twice_and_not_shown(app: Flask, flask_command: Command):
    result = flask_command("add-user", EMAIL, typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == 0
    assert result.stdout.startswith("Password: \nRepeat for confirmation: \n")
    assert PASSWORD not in result.output
    with app.app_context():
        assert User.find_by_email(EMAIL).check_password(PASSWORD)


def test_passwords_that_differ_add_nobody(app: Flask, flask_command: Command):
    result = flask_command("add-user", EMAIL, typed=f"{PASSWORD}\nanother1\n")

    assert result.exit_code != 0
    assert users(app) == []


def test_address_that_is_taken_is_an_error(app: Flask, flask_command: Command, user: User):
    result = flask_command("add-user", "--admin", EMAIL.upper(), "--password", PASSWORD)

    assert result.exit_code != 0
    assert result.stderr == f"Error: {EMAIL.upper()} is already registered\n"
    assert users(app) == [(EMAIL, False)]


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("first last", PASSWORD, "first last is not a valid email"),
        (EMAIL, "short", "must have at least 8 characters"),
        (EMAIL, "x" * 129, "must have 1 to 128 characters"),
    ],
)
def test_refused_input_adds_nobody(
    app: Flask, flask_command: Command, email: str, password: str, message: str
):
    result = flask_command("add-user", email, "--password", password)

    assert result.exit_code != 0
    assert result.stdout == ""
    assert message in result.stderr
    assert users(app) == []


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("MIN_PASSWORD_LENGTH", "20", "must have at least 20 characters"),
        ("CHECK_COMMON_PASSWORDS", "true", "must not be one of the most common passwords"),
    ],
)
def test_weak_password_adds_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, message: str
):
    monkeypatch.setenv(setting, value)
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as strict:
        result = invoke(strict, "add-user", EMAIL, "--password", "Password1")

    assert result.exit_code != 0
    assert result.stderr == f"Error: {message}\n"
    assert users(app) == []


def test_help_lists_the_commands():
    help_text = CliRunner().invoke(run.app.cli, ["--help"], obj=ScriptInfo(create_app=lambda: run.app)).output

    assert re.search(r"^  add-user +add a new user$", help_text, re.MULTILINE)
    assert re.search(r"^  purge-tokens +forget logged-out tokens that have expired$", help_text, re.MULTILINE)


def test_shell_knows_the_models(app: Flask):
    with app.app_context():
        known = app.make_shell_context() | run.shell_context()

    assert {known[name] for name in ("db", "User", "BlacklistedToken", "Widget")} == {
        db,
        User,
        BlacklistedToken,
        Widget,
    }


def test_missing_migration_is_named(tmp_path: Path):
    with application_on(f"sqlite:///{tmp_path / 'empty.sqlite'}") as app:
        result = invoke(app, "add-user", EMAIL, "--password", PASSWORD)

    assert result.exit_code != 0
    assert result.stderr == f"Error: {OF_THE_DATABASE}: no such table: site_user\n"


def test_schema_that_is_not_there_is_named(postgresql_url: str):
    url = make_url(postgresql_url).update_query_dict({"options": "-c search_path=nowhere"})
    with application_on(url.render_as_string(hide_password=False)) as app:
        result = invoke(app, "count-rows")

    assert result.exit_code != 0
    assert result.stderr == f'Error: {OF_THE_DATABASE}: relation "{Widget.__tablename__}" does not exist\n'


def test_database_that_somebody_else_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite, "WAIT_SECONDS", 0)
    monkeypatch.setattr(sqlite.PatientCursor, "in_vain_at", 0.0)
    file = tmp_path / "locked.sqlite"
    with application_on(f"sqlite:///{file}") as app:
        migrate(app)
        with closing(sqlite3.connect(file, isolation_level=None)) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            result = invoke(app, "add-user", EMAIL, "--password", PASSWORD)

    assert result.exit_code != 0
    assert result.stderr == f"Error: {OF_THE_DATABASE}: database is locked\n"
