"""Who may call: the guards of the views.  A caller's identity is decided here, once per request."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import g, request
from flask_restx.utils import merge

from app.errors import PermissionDenied, Unauthenticated
from app.models.identity import Identity, identify

View = Callable[..., Any]
NOT_ADMINISTRATOR = "You are not an administrator"

_auth_log = logging.getLogger("app.auth")


def token_required(view: View) -> View:
    """Let every user through to *view*, whose ``current_identity()`` then says who it is."""
    return _guarded(view, admins_only=False)


def admin_token_required(view: View) -> View:
    """Let administrators through to *view*."""
    return _guarded(view, admins_only=True)


def current_identity() -> Identity:
    """Return who is calling; only a guarded view may ask."""
    identity: Identity = g.identity
    return identity


def bearer_token(authorization: str) -> str | None:
    """Return the token in the value of an Authorization header (RFC 6750, 2.1), if it is one.

    The scheme may be in any case, and may be missing: Swagger UI sends what its user typed.
    """
    scheme, _, token = authorization.strip(" ").partition(" ")
    if token:
        return token.strip(" ") if scheme.lower() == "bearer" else None
    return scheme if scheme and scheme.lower() != "bearer" else None


def _guarded(view: View, *, admins_only: bool) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.identity = _authenticate(request.headers.get("Authorization", ""), admins_only=admins_only)
        if admins_only:
            _require_admin(g.identity)
        return view(*args, **kwargs)

    guarded.__apidoc__ = merge(getattr(view, "__apidoc__", {}), _documented(admins_only))  # type: ignore[attr-defined]
    return guarded


def _authenticate(authorization: str, *, admins_only: bool) -> Identity:
    token = bearer_token(authorization)
    if token is None:
        raise Unauthenticated(admins_only=admins_only)
    result = identify(token)
    if result.failure:
        _auth_log.warning("token refused", {"reason": result.error})
        raise Unauthenticated(result.error, admins_only=admins_only, token_refused=True)
    identity: Identity = result.value
    return identity


def _require_admin(identity: Identity) -> None:
    if not identity.admin:
        _auth_log.warning("admin refused", {"public_id": identity.public_id})
        raise PermissionDenied(NOT_ADMINISTRATOR)


def _documented(admins_only: bool) -> dict[str, Any]:
    """Return what a guard adds to the documentation of a view."""
    responses: dict[str, Any] = {
        str(int(HTTPStatus.UNAUTHORIZED)): ("No access token, or one that is refused.", None, {})
    }
    if admins_only:
        responses[str(int(HTTPStatus.FORBIDDEN))] = ("The caller is not an administrator.", None, {})
    return {"security": "Bearer", "responses": responses}
