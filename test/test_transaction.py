"""What the database refuses in a transaction is raised as the error that is meant."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.exc import IntegrityError

from app import db
from app.errors import AlreadyExists
from app.extensions import refused_if_duplicate, transaction

# With which the names of constraints by rule are longer than PostgreSQL has any.
LONG = "Number_by_which_the_books_of_its_maker_know_it_in_that_year"
LONG_INDEXED = "number_by_which_the_books_of_its_seller_know_it_in_that_year"
PART = {"id": 1, "name": "Bolt", "serial": "1", "maker": "a", "number": 1, LONG: 1, LONG_INDEXED: 1}
OTHER = {"id": 2, "name": "Nut", "serial": "2", "maker": "b", "number": 2, LONG: 2, LONG_INDEXED: 2}


@pytest.fixture
def part(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A table with unique constraints of all kinds, which has one row."""
    metadata = MetaData(naming_convention=db.metadata.naming_convention)
    monkeypatch.setattr(type(db), "metadata", metadata)
    table = Table(
        "part",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(50)),
        Column("serial", String(50), unique=True),
        Column("maker", String(50)),
        Column("number", Integer),
        Column(LONG, Integer, unique=True),
        Column(LONG_INDEXED, Integer, unique=True, index=True),
        UniqueConstraint("maker", "number", name="one_of_its_maker"),
        Index("uq_part_name_lower", text("lower(name)"), unique=True),
    )
    with app.app_context():
        table.create(db.engine)
        with transaction():
            db.session.execute(table.insert(), PART)
        yield table
        db.session.rollback()
        table.drop(db.engine)


@pytest.mark.parametrize(
    ("taken", "constraint"),
    [
        ({"id": 1}, "pk_part"),
        ({"serial": "1"}, "uq_part_serial"),
        ({"maker": "a", "number": 1}, "one_of_its_maker"),
        ({"name": "BOLT"}, "uq_part_name_lower"),
        ({LONG: 1}, f"uq_part_{LONG}"),
        ({LONG_INDEXED: 1}, f"ix_part_{LONG_INDEXED}"),
    ],
)
def test_each_unique_constraint_has_its_own_error(part: Table, taken: dict[str, object], constraint: str):
    names = [
        "pk_part",
        "uq_part_serial",
        "one_of_its_maker",
        "uq_part_name_lower",
        f"uq_part_{LONG}",
        f"ix_part_{LONG_INDEXED}",
    ]

    with (
        pytest.raises(AlreadyExists, match=f"^{constraint}$"),
        transaction(if_duplicate={name: AlreadyExists(name) for name in names}),
    ):
        db.session.execute(part.insert(), OTHER | taken)


def test_constraint_without_an_error_is_told_as_it_is(part: Table):
    with (
        pytest.raises(IntegrityError),
        transaction(if_duplicate={"uq_part_name_lower": AlreadyExists("name")}),
    ):
        db.session.execute(part.insert(), OTHER | {"serial": "1"})


def test_single_statement_is_refused_alike(part: Table):
    refusals = {"uq_part_serial": AlreadyExists("taken")}

    with pytest.raises(AlreadyExists, match="taken"), refused_if_duplicate(refusals):
        db.session.execute(part.insert(), OTHER | {"serial": "1"})


def test_trigger_that_tells_no_constraint_breaks_as_it_does(part: Table):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("triggers of SQLite cannot say that a value is taken")
    refuse = text("DO $$ BEGIN RAISE unique_violation USING TABLE = 'part'; END $$")

    with pytest.raises(IntegrityError), transaction(if_duplicate={"pk_part": AlreadyExists("taken")}):
        db.session.execute(refuse)


def test_table_of_which_the_models_know_nothing_breaks_as_it_does(part: Table):
    twice = text("""INSERT INTO "of others" VALUES ('x'), ('x')""")
    db.session.execute(text('CREATE TABLE "of others" ("the name" VARCHAR(9) UNIQUE)'))
    db.session.commit()

    try:
        with pytest.raises(IntegrityError), transaction(if_duplicate={"pk_part": AlreadyExists("taken")}):
            db.session.execute(twice)
    finally:
        db.session.execute(text('DROP TABLE "of others"'))
        db.session.commit()
