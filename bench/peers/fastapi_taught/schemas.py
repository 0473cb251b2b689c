"""What is taken and what is told: the shape of a widget stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bench.peers.fastapi_taught.models import User, Widget
from bench.peers.shared.formats import aware, iso8601, local_time, rfc822, time_remaining, timespan
from bench.peers.shared.pages import PATH, widget_links
from bench.peers.shared.rules import future_deadline, info_url, widget_name


class WidgetIn(BaseModel):
    """A widget to be made."""

    name: Annotated[str, BeforeValidator(widget_name)]
    info_url: Annotated[str, BeforeValidator(info_url)]
    deadline: Annotated[datetime, BeforeValidator(future_deadline)]


class OwnerOut(BaseModel):
    """Whose widget it is."""

    model_config = ConfigDict(from_attributes=True)

    email: str
    public_id: str


class WidgetOut(BaseModel):
    """A widget."""

    name: str
    info_url: str
    created_at: str
    created_at_iso8601: str
    created_at_rfc822: str
    deadline: str
    deadline_iso8601: str
    deadline_passed: bool
    time_remaining: str
    owner: OwnerOut
    link: str
    links: dict[str, str]

    @classmethod
    def of(cls, widget: Widget, now: datetime, base_url: str, *, is_admin: bool) -> Self:
        """Return what is told of *widget*."""
        link = f"{base_url}{PATH}/{widget.name}"
        return cls(
            name=widget.name,
            info_url=widget.info_url,
            created_at=local_time(widget.created_at),
            created_at_iso8601=iso8601(widget.created_at),
            created_at_rfc822=rfc822(widget.created_at),
            deadline=local_time(widget.deadline),
            deadline_iso8601=iso8601(widget.deadline),
            deadline_passed=now > aware(widget.deadline),
            time_remaining=time_remaining(widget.deadline, now),
            owner=OwnerOut.model_validate(widget.owner),
            link=link,
            links=widget_links(link, is_admin=is_admin),
        )


class LinksOut(BaseModel):
    """The neighbours of a page."""

    self_: str = Field(serialization_alias="self", validation_alias="self")
    prev: str | None = None
    next: str | None = None
    first: str
    last: str
    create: str | None = None


class PageOut(BaseModel):
    """A page of widgets."""

    links: LinksOut
    has_prev: bool
    has_next: bool
    page: int
    total_pages: int
    items_per_page: int
    total_items: int
    items: list[WidgetOut]


class UserOut(BaseModel):
    """A user."""

    email: str
    public_id: str
    admin: bool
    registered_on: str
    token_expires_in: str

    @classmethod
    def of(cls, user: User, expires_at: datetime, now: datetime) -> Self:
        """Return what *user* may know of the account and of the token."""
        return cls(
            email=user.email,
            public_id=user.public_id,
            admin=user.admin,
            registered_on=local_time(user.registered_on),
            token_expires_in=timespan(expires_at - now),
        )


class CreatedOut(BaseModel):
    """The answer to a widget that was made."""

    status: str
    message: str
