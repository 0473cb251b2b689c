"""Widgets: the resource that another one will replace."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Model, db
from app.models.user import User
from app.util.database.caseless import caseless_string, lower_ascii
from app.util.database.compiled import AnySelect
from app.util.database.utc_datetime import UtcDateTime
from app.util.datetime_util import utc_now


class Widget(Model):
    """A thing with a deadline.  Its name keeps its case and is unique whatever the case."""

    __tablename__ = "widget"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(caseless_string(100))
    info_url: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    deadline: Mapped[datetime] = mapped_column(UtcDateTime)
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)

    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("uq_widget_name_lower", text("lower(name)"), unique=True),
        {"info": {"rows_are_counted": True}},
    )

    def __repr__(self) -> str:
        return f"<Widget name={self.name}, info_url={self.info_url}>"

    # The tutorial asks a widget itself; what the API tells is worked out by HasPassed and TimeUntil
    # (app/api/fields.py), which compare all of a document with one instant.
    @property
    def deadline_passed(self) -> bool:
        """Tell whether the deadline is over."""
        return utc_now() > self.deadline

    @property
    def time_remaining(self) -> timedelta:
        """Return the time until the deadline, zero once it has passed."""
        return max(self.deadline - utc_now(), timedelta(0))

    @classmethod
    def view(cls) -> AnySelect:
        """Return the SELECT of what is told of widgets, their key first.

        Each has an owner.  An outer join tells the database to look for the widget first.
        """
        owner = (User.email.label("owner.email"), User.public_id.label("owner.public_id"))
        own = (cls.id, cls.name, cls.info_url, cls.created_at, cls.deadline, cls.owner_id)
        return select(*own, *owner).outerjoin(cls.owner)

    @classmethod
    def has_name(cls, name: str) -> ColumnElement[bool]:
        """Return the condition of being called *name*, whatever the case of letters of ASCII.

        Others are in names that the tutorial took.
        """
        return cls.has_lower_name(lower_ascii(name))

    @classmethod
    def has_lower_name(cls, name: Any) -> ColumnElement[bool]:
        """Return the condition of having *name*, a value or a parameter, as its name in lower case."""
        matches: ColumnElement[bool] = func.lower(cls.name) == name
        return matches

    @classmethod
    def find_by_name(cls, name: str) -> Widget | None:
        """Return the widget called *name*, whatever the case.  The API asks for a row of its view instead."""
        return db.session.scalar(select(cls).where(cls.has_name(name)))
