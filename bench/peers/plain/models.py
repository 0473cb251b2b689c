"""The entities.  Instants are kept without a zone, in UTC, as the tutorial does."""

from __future__ import annotations

from datetime import datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

import bench.peers.shared.orm  # noqa: F401 - tells SQLite's connections how to behave
from bench.peers.shared.formats import aware, iso8601, local_time, time_remaining
from bench.peers.shared.rules import utc_now

db = SQLAlchemy()


class User(db.Model):  # type: ignore[misc,name-defined]
    """An account."""

    __tablename__ = "site_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(100))
    registered_on: Mapped[datetime]
    admin: Mapped[bool]
    public_id: Mapped[str] = mapped_column(String(36), unique=True)

    @property
    def registered_on_str(self) -> str:
        """Return when the account was made, for people."""
        return local_time(self.registered_on)

    @classmethod
    def find_by_public_id(cls, public_id: str) -> User | None:
        """Return the user whom tokens call *public_id*."""
        return cls.query.filter_by(public_id=public_id).first()


class BlacklistedToken(db.Model):  # type: ignore[misc,name-defined]
    """A token that its owner has logged out."""

    __tablename__ = "token_blacklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(String(36), unique=True)
    blacklisted_on: Mapped[datetime]
    expires_at: Mapped[datetime]

    @classmethod
    def check_blacklist(cls, jti: str) -> bool:
        """Tell whether the token that *jti* names is logged out."""
        return cls.query.filter_by(jti=jti).first() is not None


class Widget(db.Model):  # type: ignore[misc,name-defined]
    """A thing with a deadline."""

    __tablename__ = "widget"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    info_url: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    deadline: Mapped[datetime]
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    owner: Mapped[User] = relationship()

    @property
    def created_at_str(self) -> str:
        """Return when it was made, for people."""
        return local_time(self.created_at)

    @property
    def deadline_str(self) -> str:
        """Return the deadline for people."""
        return local_time(self.deadline)

    @property
    def created_at_iso8601(self) -> str:
        """Return when it was made, for programs."""
        return iso8601(self.created_at)

    @property
    def deadline_iso8601(self) -> str:
        """Return the deadline for programs."""
        return iso8601(self.deadline)

    @property
    def deadline_passed(self) -> bool:
        """Tell whether the deadline is over."""
        return utc_now() > aware(self.deadline)

    @property
    def time_remaining(self) -> str:
        """Return the time until the deadline, for people."""
        return time_remaining(self.deadline, utc_now())

    @classmethod
    def find_by_name(cls, name: str) -> Widget | None:
        """Return the widget called *name*, whatever the case."""
        return cls.query.filter(db.func.lower(cls.name) == name.lower()).first()
