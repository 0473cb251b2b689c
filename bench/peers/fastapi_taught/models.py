"""The entities."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The declarative base."""


class User(Base):
    """An account."""

    __tablename__ = "site_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(100))
    registered_on: Mapped[datetime]
    admin: Mapped[bool]
    public_id: Mapped[str] = mapped_column(String(36), unique=True)


class BlacklistedToken(Base):
    """A token that its owner has logged out."""

    __tablename__ = "token_blacklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(String(36), unique=True)
    blacklisted_on: Mapped[datetime]
    expires_at: Mapped[datetime]


class Widget(Base):
    """A thing with a deadline."""

    __tablename__ = "widget"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    info_url: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    deadline: Mapped[datetime]
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    owner: Mapped[User] = relationship()
