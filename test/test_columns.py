"""Columns of every common type are read by compiled statements as by SQLAlchemy's own means."""

import enum
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    REAL,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Enum,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    TypeDecorator,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app import db
from app.models import User
from app.models.caller import Caller, answer_for
from app.models.listing import Listing
from app.models.reading import Query
from app.models.row_count import RowCount
from app.target import Target
from app.util.database.utc_datetime import UtcDateTime
from app.util.datetime_util import utc_now
from app.util.page import START
from app.util.token import AccessToken


class Colour(enum.Enum):
    RED = "red"


class Cents(TypeDecorator[int]):
    """A whole number of cents, stored as a price."""

    impl = Numeric(10, 2)
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100

    def process_result_value(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        return None if value is None else int(value * 100)


VALUES = {
    "string": (String(20), "text"),
    "text": (Text(), "long\nüñî"),
    "integer": (Integer(), -3),
    "big_integer": (BigInteger(), 2**62),
    "boolean": (Boolean(), True),
    "float": (Float(), 1.1),
    "decimal_of_float": (Float(asdecimal=True), Decimal("2.25")),
    "numeric": (Numeric(10, 2), Decimal("19.90")),
    "float_of_numeric": (Numeric(10, 2, asdecimal=False), 19.5),
    "cents": (Cents(), 1999),
    "date": (Date(), date(2026, 11, 22)),
    "time": (Time(), time(23, 59, 58)),
    "date_time": (DateTime(), datetime(2026, 11, 22, 1, 2, 3)),
    "utc_date_time": (UtcDateTime(), datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)),
    "enum": (Enum(Colour, name="colour"), Colour.RED),
    "words": (Enum("small", "large", name="words"), "large"),
    "uuid": (Uuid(), UUID(int=7)),
    "uuid_text": (Uuid(as_uuid=False), str(UUID(int=8))),
    "binary": (LargeBinary(), b"\0\xff"),
    "json": (JSON(), {"a": [1, None, "b"]}),
}


class Base(DeclarativeBase):
    """Models beside those of the application, whose migrations know nothing of them."""


class Sample(Base):
    """A row with a column of each type."""

    __tablename__ = "sample"

    id = mapped_column(Integer, primary_key=True)
    for _name, (_type, _value) in VALUES.items():
        locals()[_name] = mapped_column(_type)


VIEW = select(Sample.id, *(getattr(Sample, name) for name in VALUES))


@pytest.fixture(scope="module")
def tables(migrated_app: Flask) -> Iterator[None]:
    """The table is there, for all tests: connections remember what PostgreSQL's enumerations are."""
    with migrated_app.app_context():
        Base.metadata.create_all(db.engine)
        yield
        db.session.remove()
        Base.metadata.drop_all(db.engine)
        db.engine.dispose()


@pytest.fixture
def samples(tables: None) -> None:
    """A row of values and a row of NULLs are there."""
    db.session.execute(delete(Sample))
    db.session.add(Sample(id=1, **{name: value for name, (_type, value) in VALUES.items()}))
    db.session.flush()
    db.session.add(Sample(id=2))
    db.session.commit()


def types_of(row: Any) -> list[type]:
    return [type(value) for value in row]


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("how", ["query", "listing"])
def test_every_column_is_read_as_the_orm_reads_it(how: str):
    expected = db.session.execute(VIEW.order_by(Sample.id)).all()

    rows = Query(VIEW).read().rows if how == "query" else Listing(VIEW, Sample.id).page_at(per_page=5).items

    assert [tuple(row) for row in rows] == [tuple(row) for row in expected]
    assert [types_of(row) for row in rows] == [types_of(row) for row in expected]
    assert rows[0]._asdict() == {"id": 1} | {name: value for name, (_type, value) in VALUES.items()}
    assert set(rows[1][1:]) == {None}


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("name", [name for name in VALUES if name != "json"])
def test_every_column_is_compared_with_a_parameter_of_its_type(name: str):
    column = getattr(Sample, name)
    query = Query(select(Sample.id).where(column == bindparam("value", type_=column.type)))

    assert query.one_or_none(value=VALUES[name][1]) == (1,)


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("type_", [Float(), Numeric(), Numeric(10, 3)])
@pytest.mark.parametrize("name", ["integer", "float", "numeric"])
def test_computed_number_has_the_type_that_it_is_said_to_have(name: str, type_: Any):
    rows = select(Sample.id, func.max(getattr(Sample, name), type_=type_).label("most")).group_by(Sample.id)
    (expected, _) = db.session.execute(rows.order_by(Sample.id)).all()

    found = Query(rows).read().rows[0]

    assert (tuple(found), types_of(found)) == (tuple(expected), types_of(expected))


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("key", [1, 2])
def test_row_is_still_as_it_was_read_until_the_column_is_changed(name: str, key: int):
    column, other = getattr(Sample, name), {1: None, 2: VALUES[name][1]}[key]
    query = Query(select(Sample.id, column).where(Sample.id == key))
    target = Target.of(Sample, Sample.id == key, lambda _row: True, query.one_or_none)
    keys = select(Sample.id).where(target.condition)

    before = db.session.scalar(keys)
    db.session.execute(update(Sample).where(Sample.id == key).values({name: other}))
    after = db.session.scalar(keys)

    assert (before, after) == (key, None)


@pytest.mark.usefixtures("samples")
def test_json_is_compared_by_what_it_means():
    db.session.add(Sample(id=3, json=None))
    db.session.execute(text("""UPDATE sample SET json = '{"a" :[1,null,  "b"]}' WHERE id = 1"""))
    db.session.commit()

    for key in (1, 3):
        row = Query(select(Sample.id, Sample.json).where(Sample.id == key)).one_or_none()
        target = Target.of(Sample, Sample.id == key, lambda _row: True, lambda row=row: row)
        assert db.session.scalar(select(Sample.id).where(target.condition)) == key


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("name", [name for name in VALUES if name != "json"])
def test_every_column_is_looked_for_in_a_list(name: str):
    column, value = getattr(Sample, name), VALUES[name][1]
    found = Query(select(Sample.id).where(Sample.id == bindparam("id"), column.in_([value, value])))
    others = Query(select(Sample.id).where(column.not_in([value]), Sample.id.in_([])))

    assert (found.one_or_none(id=1), others.one_or_none()) == ((1,), None)


def test_list_that_is_not_known_yet_is_refused_at_once():
    rows = select(Sample.id).where(Sample.text.in_(bindparam("names")))

    with pytest.raises(ValueError, match="'names' a list: give in_"):
        Query(rows)


class Tags(TypeDecorator[list[str]]):
    """Some words, stored as an object of JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, _dialect: Dialect) -> Any:
        return value and {"tags": value}

    def process_result_value(self, value: Any, _dialect: Dialect) -> list[str] | None:
        return value and value["tags"]


class Approximate(Base):
    """A row of what a database keeps otherwise than it is read."""

    __tablename__ = "approximate"

    id = mapped_column(Integer, primary_key=True)
    price = mapped_column(Numeric(10, 2))
    share = mapped_column(Numeric())
    size = mapped_column(REAL())
    tags = mapped_column(Tags())


KEPT = {"price": Decimal("19.999"), "share": Decimal("0.12345678901"), "size": 1.1, "tags": ["a", "b"]}
OTHER = {"price": Decimal("20.01"), "share": Decimal("0.1234567892"), "size": 1.2, "tags": ["b", "a"]}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("name", KEPT)
def test_value_that_is_kept_otherwise_than_it_is_read_is_still_the_same(name: str):
    db.session.execute(delete(Approximate))
    db.session.add(Approximate(id=1, **KEPT))
    db.session.commit()
    column = getattr(Approximate, name)
    query = Query(select(Approximate.id, column))
    target = Target.of(Approximate, Approximate.id == 1, lambda _row: True, query.one_or_none)
    keys = select(Approximate.id).where(target.condition)

    before = db.session.scalar(keys)
    db.session.execute(update(Approximate).values({name: OTHER[name]}))
    after = db.session.scalar(keys)

    assert (before, after) == (1, None)


class Note(Base):
    """Something that belongs to a sample."""

    __tablename__ = "note"

    id = mapped_column(Integer, primary_key=True)
    sample_id = mapped_column(ForeignKey(Sample.id))


def test_row_without_its_reference_is_no_state_on_which_a_change_could_depend():
    row = namedtuple("row", "id")(1)

    with pytest.raises(ValueError, match="the view of Note is to have sample_id among its columns"):
        Target.of(Note, Note.id == 1, lambda _row: True, lambda: row)


class Renamed(Base):
    """A row whose attributes are called otherwise than its columns, some of which others may want."""

    __tablename__ = "caller"

    id = mapped_column(Integer, primary_key=True)
    metadata_ = mapped_column("metadata", String(20))
    title = mapped_column(String(20))


class Counted(Base):
    """A row of a table whose name is a word of our own."""

    __tablename__ = "counted"

    id = mapped_column(Integer, primary_key=True)


@pytest.fixture
def renamed(tables: None) -> None:
    """A row with a NULL is there."""
    db.session.execute(delete(Renamed))
    db.session.add(Renamed(id=1, metadata_="old"))
    db.session.commit()


RENAMED = {
    "attribute": select(Renamed.id, Renamed.metadata_),
    "label": select(Renamed.id, Renamed.metadata_.label("kind")),
    "computed under a column's name": select(
        Renamed.id, Renamed.metadata_, func.coalesce(Renamed.title, "").label("title")
    ),
    "part of a member": select(Renamed.id, Renamed.metadata_.label("about.kind")),
    "another's label": select(Renamed.id, Renamed.metadata_.label("title"), Renamed.title.label("metadata")),
}


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("how", [*RENAMED, "object"])
def test_change_is_seen_whatever_a_column_is_called(how: str):
    read = Query(RENAMED[how]).one_or_none if how in RENAMED else lambda: db.session.get(Renamed, 1)
    target = Target.of(Renamed, Renamed.id == 1, lambda _row: True, read)
    keys = select(Renamed.id).where(target.condition)

    before = db.session.scalar(keys)
    db.session.execute(update(Renamed).values(metadata_="new").execution_options(synchronize_session=False))
    after = db.session.scalar(keys)

    assert (before, after) == (1, None)


@pytest.mark.usefixtures("renamed")
def test_member_of_a_row_is_called_as_that_of_an_object():
    row = Query(select(Renamed.id, Renamed.metadata_)).one_or_none()

    assert row.metadata_ == db.session.get(Renamed, 1).metadata_ == "old"


@pytest.mark.usefixtures("renamed")
def test_table_may_be_called_as_we_call_parts_of_our_statements(user: User):
    db.session.execute(delete(Counted))
    db.session.add(Counted(id=1))
    db.session.commit()

    caller = Caller(AccessToken(user.public_id, False, "a token", utc_now()), lambda _identity: None)

    def ask() -> list[int]:
        one = Query(select(Renamed.id).where(Renamed.id == 1), at_most_one=True).one_or_none()
        lists = [Listing(select(model.id), model.id).page_at(per_page=5) for model in (Renamed, Counted)]
        return [*one, *(page.total_items for page in lists)]

    assert answer_for(caller, ask) == ask() == [1, 1, 1]


@pytest.mark.usefixtures("samples")
@pytest.mark.parametrize("name", ["skip", "edge"])
@pytest.mark.parametrize("where", [{"page": 1}, {"cursor": START}])
def test_parameter_of_a_condition_may_have_any_name(name: str, where: dict[str, Any]):
    listing = Listing(select(Sample.id), Sample.id, only=Sample.integer == bindparam(name))

    page = listing.page_at(per_page=5, **where, **{name: VALUES["integer"][1]})

    assert (page.items, page.total_items) == ([(1,)], 1)


@pytest.mark.usefixtures("samples")
def test_parameter_that_stands_twice_is_converted_once():
    column, value = Sample.utc_date_time, VALUES["utc_date_time"][1]
    query = Query(select(Sample.id).where(column <= bindparam("at"), column >= bindparam("at")))

    assert query.one_or_none(at=value) == (1,)


@pytest.mark.usefixtures("samples")
def test_table_that_is_no_longer_counted_by_triggers_is_counted():
    db.session.add(RowCount(table_name="sample", slot=0, rows=99))
    db.session.commit()

    try:
        assert Listing(select(Sample.id), Sample.id).page_at(per_page=5).total_items == 2
    finally:
        db.session.execute(delete(RowCount).where(RowCount.table_name == "sample"))
        db.session.commit()
