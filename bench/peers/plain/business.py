"""Who is calling, and what is asked of the database."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import g, request
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.exc import IntegrityError

from bench.peers.plain.models import BlacklistedToken, User, Widget, db
from bench.peers.shared.refusals import (
    BLACKLISTED,
    INVALID,
    already_exists,
    not_administrator,
    not_found,
    refused_token,
)
from bench.peers.shared.rules import utc_now
from bench.peers.shared.tokens import read_token

View = Callable[..., Any]


def token_required(view: View) -> View:
    """Let every user through to *view*."""

    @wraps(view)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        _check_access_token(admins_only=False)
        return view(*args, **kwargs)

    return decorated


def admin_token_required(view: View) -> View:
    """Let administrators through to *view*."""

    @wraps(view)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        _check_access_token(admins_only=True)
        if not g.user.admin:
            raise not_administrator()
        return view(*args, **kwargs)

    return decorated


def create_widget(*, name: str, info_url: str, deadline: datetime) -> Widget:
    """Add a widget that belongs to the caller."""
    widget = Widget(
        name=name,
        info_url=info_url,
        created_at=utc_now().replace(tzinfo=None),
        deadline=deadline.replace(tzinfo=None),
        owner_id=g.user.id,
    )
    db.session.add(widget)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise already_exists(name) from None
    return widget


def retrieve_widget_list(*, page: int, per_page: int) -> Pagination:
    """Return a page of widgets."""
    return Widget.query.order_by(Widget.id).paginate(page=page, per_page=per_page, error_out=False)


def retrieve_widget(name: str) -> Widget:
    """Return the widget called *name*."""
    widget = Widget.find_by_name(name)
    if widget is None:
        raise not_found(name)
    return widget


def _check_access_token(*, admins_only: bool) -> None:
    claims = read_token(request.headers.get("Authorization", ""), admins_only=admins_only)
    if BlacklistedToken.check_blacklist(claims.jti):
        raise refused_token(BLACKLISTED, admins_only=admins_only)
    g.user = User.find_by_public_id(claims.public_id)
    if g.user is None:
        raise refused_token(INVALID, admins_only=admins_only)
    g.token_expires_at = datetime.fromtimestamp(claims.expires_at, UTC)
