"""What a server loads when it starts: nothing that it does not need, and the rest where it is used."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from app import create_app, migrate
from app.util.database.revisions import heads
from test.databases import MIGRATIONS

ROOT = Path(__file__).parent.parent
FIRST, LEFT, RIGHT, MERGED = "000000000001", "000000000002", "000000000003", "000000000004"


def result_of(code: str, url: str) -> Any:
    """Return the last value that *code* prints, in JSON, in a process of its own in production."""
    settings = {"FLASK_ENV": "production", "SECRET_KEY": "k" * 32, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-W", "error", "-c", f"import gc, json, sys\n{code}"]
    process = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])


def loaded_by(code: str, url: str) -> set[str]:
    """Return the modules that are there after *code*."""
    return set(result_of(f"{code}\nprint(json.dumps(list(sys.modules)))", url))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'start.sqlite'}"


def test_server_on_sqlite_loads_neither_alembic_nor_psycopg(sqlite_url: str):
    loaded = loaded_by("import gateway", sqlite_url)

    assert loaded & {"app.api.widgets.endpoints", "granian"} == {"app.api.widgets.endpoints", "granian"}
    assert loaded & {"alembic", "flask_migrate", "mako", "psycopg", "email_validator"} == set()


def test_server_on_postgresql_loads_psycopg_at_once_and_no_alembic():
    loaded = loaded_by("import gateway", "postgresql://nobody@127.0.0.1:1/nothing")

    assert "psycopg" in loaded
    assert loaded & {"alembic", "flask_migrate", "mako"} == set()


def test_application_can_be_imported_where_there_are_no_sockets_of_unix(sqlite_url: str):
    without = "import os, socket; del socket.AF_UNIX, os.sched_setaffinity, os.sched_getaffinity"

    assert "app.util.server.affinity" in loaded_by(f"{without}; import run", sqlite_url)


@pytest.mark.parametrize("supervised", [False, True])
def test_collector_works_and_leaves_alone_what_is_there_from_the_start(sqlite_url: str, supervised: bool):
    start = "import serve; serve._make_application()" if supervised else "import gateway"
    told = "print(json.dumps([gc.isenabled(), gc.get_freeze_count() > 0]))"

    assert result_of(f"{start}\n{told}", sqlite_url) == [True, True]


def test_supervisor_makes_the_application_for_its_workers_and_opens_nothing(sqlite_url: str):
    made = "import serve; serve._make_application(); app = sys.modules['gateway'].flask_app"
    opened = "with app.app_context(): opened = app.extensions['sqlalchemy'].engine.pool.checkedin()"

    assert result_of(f"{made}\n{opened}\nprint(opened)", sqlite_url) == 0


def test_worker_leaves_a_connection_that_was_open_before_to_its_supervisor(app: Flask):
    """Two that talk to PostgreSQL over one connection get each other's answers."""
    code = """
        import os
        import threading
        import gateway
        from app import db

        def working_connection():
            with gateway.flask_app.app_context(), db.engine.connect() as connection:
                assert connection.exec_driver_sql("SELECT 1").scalar() == 1
                return connection.connection.dbapi_connection

        before = working_connection()
        for timer in threading.enumerate()[1:]:
            timer.join()  # limits starts some that end at once; Python warns of a fork beside any thread
        worker = os.fork()
        is_the_same = working_connection() is before
        if not worker:
            os._exit(is_the_same)
        print(json.dumps([is_the_same, os.waitstatus_to_exitcode(os.wait()[1])]))
    """

    assert result_of(dedent(code), app.config["SQLALCHEMY_DATABASE_URI"]) == [True, False]


def test_migrated_database_is_ready_for_a_process_that_does_not_load_alembic(sqlite_url: str):
    probe = "print(json.dumps([run.app.test_client().get('/readyz').status_code, 'alembic' in sys.modules]))"
    upgrade = "run.app.test_cli_runner().invoke(args=['db', 'upgrade'])"

    before = result_of(f"import run\n{probe}", sqlite_url)
    migrating = result_of(f"import run\n{upgrade}\n{probe}", sqlite_url)
    after = result_of(f"import run\n{probe}", sqlite_url)

    assert (before, migrating, after) == ([503, False], [200, True], [200, False])


def test_flask_migrate_is_bound_to_each_application_that_asks_for_it():
    one, other = create_app("testing"), create_app("testing")

    directories = [str(app.extensions["migrate"].migrate.directory) for app in (one, other)]

    assert directories == ["migrations", "migrations"]
    assert type(one.extensions["migrate"]).__name__ == "_MigrateConfig"
    assert one.extensions["migrate"] is not other.extensions["migrate"]
    assert migrate.db is one.extensions["migrate"].db


def test_command_is_the_one_of_flask_migrate(app: Flask):
    listed = app.test_cli_runner().invoke(args=["--help"])
    called = app.test_cli_runner().invoke(args=["db", "--help"])

    assert "Perform database migrations." in listed.output
    assert called.exit_code == 0
    assert {"current", "downgrade", "migrate", "stamp", "upgrade"} <= set(called.output.split())


def test_heads_are_those_that_alembic_finds():
    assert heads(Path(MIGRATIONS) / "versions") == set(ScriptDirectory(MIGRATIONS).get_heads())


@pytest.mark.parametrize(
    ("revisions", "expected"),
    [
        ({}, set()),
        ({FIRST: None}, {FIRST}),
        ({FIRST: None, LEFT: FIRST, RIGHT: FIRST}, {LEFT, RIGHT}),
        ({FIRST: None, LEFT: FIRST, RIGHT: FIRST, MERGED: (LEFT, RIGHT)}, {MERGED}),
    ],
)
@pytest.mark.parametrize(
    "template",
    ["revision = {!r}\ndown_revision = {!r}\n", "revision: str = {!r}\ndown_revision: str | None = {!r}\n"],
)
def test_heads_of_branches_are_those_that_alembic_finds(
    tmp_path: Path, revisions: dict[str, str | tuple[str, ...] | None], expected: set[str], template: str
):
    versions = tmp_path / "versions"
    versions.mkdir()
    for revision, before in revisions.items():
        (versions / f"{revision}.py").write_text(f'"""One."""\n{template.format(revision, before)}')
    (versions / "__init__.py").write_text('"""A package, for tools that want one."""\n')

    assert heads(versions) == expected == set(ScriptDirectory(str(tmp_path)).get_heads())
