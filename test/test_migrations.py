"""The schema that the migrations make, and what they do to rows that are there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, migrate, upgrade
from sqlalchemy import Column, Integer, Numeric, Table, TypeDecorator, inspect, make_url

from app import db
from app.models import Widget
from app.util.database.utc_datetime import UtcDateTime
from test.databases import MIGRATIONS, application_on

ROOT = Path(__file__).parent.parent
TUTORIAL = "7c66df0e878f"
TODAYS = "5d2c8e90b7f4"  # later ones may drop tables, and then have no way back themselves
FEW_BYTES = 2**16


def run(app: Flask, command, **options):
    with app.app_context():
        command(directory=MIGRATIONS, **options)


def test_migrations_make_what_the_models_want(bare_app: Flask):
    run(bare_app, upgrade)

    run(bare_app, check)  # exits if there is anything to add


def test_second_upgrade_changes_nothing(bare_app: Flask):
    run(bare_app, upgrade)
    run(bare_app, upgrade)

    run(bare_app, check)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_every_constraint_and_index_has_a_name(bare_app: Flask):
    run(bare_app, upgrade)

    with bare_app.app_context():
        schema = inspect(db.engine)
        for table in db.metadata.tables:
            assert schema.get_pk_constraint(table)["name"] == f"pk_{table}"
            named = schema.get_unique_constraints(table) + schema.get_foreign_keys(table)
            assert all(constraint["name"] for constraint in named)
        table = Widget.__tablename__
        assert {key["name"] for key in schema.get_foreign_keys(table)} == {f"fk_{table}_owner_id_site_user"}
        assert {key["name"] for key in schema.get_unique_constraints("site_user")} == {
            "uq_site_user_email",
            "uq_site_user_public_id",
        }


def test_two_instances_may_upgrade_at_once(bare_app: Flask):
    url = bare_app.config["SQLALCHEMY_DATABASE_URI"]
    environ = os.environ | {"FLASK_ENV": "testing", "FLASK_APP": "run.py", "TEST_DATABASE_URL": url}
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    instances = [subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE) for _ in range(3)]

    messages = [instance.communicate()[1].decode() for instance in instances]

    assert [instance.returncode for instance in instances] == [0, 0, 0], messages
    run(bare_app, check)


class Cents(TypeDecorator[int]):
    """A whole number of cents, stored as a price."""

    impl = Numeric(10, 2)
    cache_ok = True


def test_revision_names_no_type_of_the_application(app: Flask, tmp_path: Path):
    copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    table = Table("sale", db.metadata, Column("id", Integer, primary_key=True), Column("price", Cents()))
    table.append_column(Column("sold_at", UtcDateTime))

    try:
        with app.app_context():
            migrate(directory=str(copy), rev_id="sale")
    finally:
        db.metadata.remove(table)

    (made,) = copy.glob("versions/sale_*")
    assert "sa.Column('price', sa.Numeric(precision=10, scale=2), " in made.read_text()
    assert "sa.Column('sold_at', sa.DateTime(), " in made.read_text()


def test_there_is_no_way_back_to_the_tutorials_schema(bare_app: Flask, caplog: pytest.LogCaptureFixture):
    run(bare_app, upgrade, revision=TODAYS)

    with pytest.raises(SystemExit):
        run(bare_app, downgrade, revision=TUTORIAL)

    assert "restore a backup" in caplog.text
    run(bare_app, upgrade)
    run(bare_app, check)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.sqlite", "postgresql://127.0.0.1:9/nobody?connect_timeout=2"]
)
def test_database_that_is_not_there_is_told_in_a_line(url: str, caplog: pytest.LogCaptureFixture):
    with application_on(url) as app, pytest.raises(SystemExit):
        run(app, upgrade)

    assert "Error: The database cannot be used: " in caplog.text


def test_file_that_is_no_database_is_told_in_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    file = tmp_path / "letter.sqlite"
    file.write_text("Dear database, " * 100)

    with application_on(f"sqlite:///{file}") as app, pytest.raises(SystemExit):
        run(app, upgrade)

    assert "Error: The database cannot be used: file is not a database" in caplog.text


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("search_path=nowhere", "no schema has been selected to create in"),
        ("search_path=pg_catalog", "permission denied to create"),
        (
            "search_path=nowhere -c default_transaction_read_only=on",
            "cannot execute CREATE TABLE in a read-only transaction",
        ),
    ],
)
def test_schema_in_which_nothing_can_be_made_is_told_in_a_line(
    postgresql_url: str, caplog: pytest.LogCaptureFixture, option: str, reason: str
):
    url = make_url(postgresql_url).update_query_dict({"options": f"-c {option}"})

    with application_on(url.render_as_string(hide_password=False)) as app, pytest.raises(SystemExit):
        run(app, upgrade)

    assert f"Error: The database cannot be used: {reason}" in caplog.text


def test_upgrade_that_cannot_be_written_is_told_in_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    resource = pytest.importorskip("resource")  # which Windows has not
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with application_on(f"sqlite:///{tmp_path / 'cut.sqlite'}") as app:
        resource.setrlimit(resource.RLIMIT_FSIZE, (FEW_BYTES, limits[1]))
        try:
            with pytest.raises(SystemExit):
                run(app, upgrade)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert "Error: The database cannot be used: disk I/O error" in caplog.text
