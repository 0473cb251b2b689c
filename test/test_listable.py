"""A listing takes only views that have one row for each row of its table."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column, relationship

from app.models import User, Widget
from app.models.listing import Listing
from app.models.reading import Query


class Base(DeclarativeBase):
    """Models that no database has."""


class Part(Base):
    """Something that belongs to a whole, and most often to another part."""

    __tablename__ = "part"

    id: Mapped[int] = mapped_column(primary_key=True)
    whole_id: Mapped[int] = mapped_column(ForeignKey("whole.id"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    other: Mapped["Part | None"] = relationship(remote_side="Part.id")


class Whole(Base):
    """What parts belong to."""

    __tablename__ = "whole"

    id: Mapped[int] = mapped_column(primary_key=True)


class Named(Base):
    """Something without a number."""

    __tablename__ = "named"

    id: Mapped[str] = mapped_column(primary_key=True)


OTHER = aliased(Part)
WITH_OTHER = select(Part.id, OTHER.id.label("other.id"))

TAKEN = {
    "view of widgets": (Widget.view(), Widget.id),
    "no join": (select(Part.id), Part.id),
    "inner join by what is never NULL": (select(Part.id).join(Whole), Part.id),
    "outer join by what may be NULL": (WITH_OTHER.outerjoin(Part.other.of_type(OTHER)), Part.id),
    "outer join after an outer join": (
        WITH_OTHER.outerjoin(OTHER, OTHER.id == Part.other_id).outerjoin(Whole, OTHER.whole_id == Whole.id),
        Part.id,
    ),
}
REFUSED = {
    "WHERE": (Widget.view().where(Widget.name == "x"), Widget.id),
    "may be NULL.*outerjoin": (WITH_OTHER.join(Part.other.of_type(OTHER)), Part.id),
    "whole_id may be NULL": (
        WITH_OTHER.outerjoin(OTHER, OTHER.id == Part.other_id).join(Whole, OTHER.whole_id == Whole.id),
        Part.id,
    ),
    f"{Widget.__tablename__} may have many rows": (
        select(User.id).join(Widget, Widget.owner_id == User.id),
        User.id,
    ),
    "may have many rows beside one: join it by a foreign key": (
        select(Part.id).outerjoin(OTHER, OTHER.other_id == Part.id),
        Part.id,
    ),
    "whole may have many rows": (select(Part.id).outerjoin(Whole, Whole.id > Part.whole_id), Part.id),
    "site_user may have many": (
        select(Widget.id).outerjoin(User, Widget.owner_id == User.id, full=True),
        Widget.id,
    ),
    "is not joined": (select(Widget.id, User.email), Widget.id),
    "first column of the view is to be Part.id": (select(Part.whole_id, Part.id), Part.id),
    "first column of the view is to be Part.": (select(OTHER.id).select_from(Part).outerjoin(OTHER), Part.id),
    "Named.id is no whole number": (select(Named.id), Named.id),
    "begins with part": (select(Whole.id).select_from(Part).join(Whole), Whole.id),
}


@pytest.mark.parametrize("name", TAKEN)
def test_view_with_one_row_for_each_row_is_taken(name: str):
    Listing(*TAKEN[name])


@pytest.mark.parametrize("reason", REFUSED)
def test_view_that_may_lose_or_repeat_rows_is_refused_at_once(reason: str):
    with pytest.raises(ValueError, match=reason):
        Listing(*REFUSED[reason])


def test_condition_on_another_table_is_refused_at_once():
    with pytest.raises(ValueError, match="use EXISTS"):
        Listing(select(Widget.id), Widget.id, only=User.admin)
    Listing(select(Widget.id), Widget.id, only=Widget.owner.has(User.admin))


class Vehicle(Base):
    """What shares its table with all that it is the base of."""

    __tablename__ = "vehicle"
    __mapper_args__: ClassVar = {"polymorphic_on": "kind", "polymorphic_identity": "vehicle"}

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]


class Car(Vehicle):
    """A vehicle, told apart by a condition that only SQLAlchemy knows."""

    __mapper_args__: ClassVar = {"polymorphic_identity": "car"}


@pytest.mark.parametrize("entity", [Car, aliased(Car)])
@pytest.mark.parametrize("take", [Query, lambda view: Listing(view, Car.id)])
def test_class_that_shares_a_table_is_refused_at_once(entity: type[Car], take: Callable[[Any], Any]):
    with pytest.raises(ValueError, match="shares a table"):
        take(select(entity.id))


def test_class_that_others_share_a_table_with_is_taken():
    Listing(select(Vehicle.id), Vehicle.id, only=Vehicle.kind == "car")
