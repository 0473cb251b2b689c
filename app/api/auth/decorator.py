"""Who may call: the guards of the views.  A caller's identity is decided here, once per request."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask_restx.utils import merge
from sqlalchemy.exc import SQLAlchemyError

from app.errors import PermissionDenied, Unauthenticated
from app.models.caller import Allow, Caller, Identity, answer_for, present_caller
from app.models.user import token_signer
from app.util.database.errors import is_untranslatable
from app.util.environ import CALLER_KEY
from app.util.methods import SAFE_METHODS
from app.util.present import present_request
from app.util.token import AccessToken, TokenRefused

View = Callable[..., Any]

_auth_log = logging.getLogger("app.auth")


def token_required(view: View) -> View:
    """Let every user through to *view*, whose ``current_identity()`` then says who it is."""
    return _guarded(view, admins_only=False)


def admin_token_required(view: View) -> View:
    """Let administrators through to *view*."""
    return _guarded(view, admins_only=True)


def confirms_caller(view: View) -> View:
    """Say that *view* changes something in one statement, which does nothing for a caller who may not.

    A transaction of the session asks first in any case.
    """
    view.confirms_caller = True  # type: ignore[attr-defined]
    return view


def current_identity() -> Identity:
    """Return who is calling; only a guarded view may ask."""
    return present_caller().identity


def current_token() -> AccessToken:
    """Return the token that was sent; only a guarded view may ask."""
    return present_caller().token


def bearer_token(authorization: str) -> str | None:
    """Return the token in the value of an Authorization header (RFC 6750, 2.1), if it is one.

    The scheme may be in any case, and may be missing: Swagger UI sends what its user typed.
    """
    scheme, _, token = authorization.strip(" ").partition(" ")
    if token:
        return token.strip(" ") if scheme.lower() == "bearer" else None
    return scheme if scheme and scheme.lower() != "bearer" else None


def _guarded(view: View, *, admins_only: bool) -> View:
    allow = _administrators if admins_only else _everybody

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        environ = present_request().environ
        token = _sent_token(environ, admins_only=admins_only)
        try:
            # The log and the links find it in the environ; statements do by answer_for(), without a request.
            caller = environ[CALLER_KEY] = _verified(token, allow)
            # What could change something does not begin before that.
            if environ["REQUEST_METHOD"] not in SAFE_METHODS and not hasattr(view, "confirms_caller"):
                caller.confirm()
            return _let_through(caller, lambda: view(*args, **kwargs))
        except TokenRefused as refusal:
            _auth_log.warning("token refused", {"reason": str(refusal)})
            raise Unauthenticated(str(refusal), admins_only=admins_only, token_refused=True) from refusal
        except PermissionDenied:
            if admins_only and not caller.identity.admin:
                _auth_log.warning("admin refused", {"public_id": caller.token.public_id})
            raise

    guarded.__apidoc__ = merge(getattr(view, "__apidoc__", {}), _documented(admins_only=admins_only))  # type: ignore[attr-defined]
    return guarded


def _sent_token(environ: Mapping[str, Any], *, admins_only: bool) -> str:
    token = bearer_token(environ.get("HTTP_AUTHORIZATION", ""))
    if token is None:
        raise Unauthenticated(admins_only=admins_only)
    return token


def _verified(token: str, allow: Allow) -> Caller:
    result = token_signer().decode(token)
    if result.failure:
        raise TokenRefused(result.error)
    return Caller(result.value, allow)


def _let_through(caller: Caller, answer: Callable[[], Any]) -> Any:
    """Return what *answer* returns, but let nothing of it out before the database has confirmed *caller*.

    Its first statement may do that on the way.  What is wrong with the request is told to nobody who is not
    let through.
    """
    try:
        answered = answer_for(caller, answer)
    except SQLAlchemyError as error:
        if is_untranslatable(error):  # which is the request's fault, and the database can be asked
            caller.confirm()
        raise
    except Exception:
        caller.confirm()
        raise
    caller.confirm()
    return answered


def _everybody(_identity: Identity) -> None:
    """Let anybody call."""


def _administrators(identity: Identity) -> None:
    """Let administrators call.  Raises PermissionDenied for others."""
    if not identity.admin:
        raise PermissionDenied("You are not an administrator")


def _documented(*, admins_only: bool) -> dict[str, Any]:
    """Return what a guard adds to the documentation of a view.  What is secured has its 401 by itself."""
    documented: dict[str, Any] = {"security": "Bearer"}
    if admins_only:
        forbidden = str(int(HTTPStatus.FORBIDDEN))
        documented["responses"] = {forbidden: ("The caller is not an administrator.", None, {})}
    return documented
