"""How errors are told."""

from typing import Any

from rest_framework.exceptions import (
    AuthenticationFailed,
    NotAuthenticated,
    ParseError,
    PermissionDenied,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler

from bench.peers.drf.authentication import TokenRefused
from bench.peers.shared.refusals import (
    INVALID,
    Refusal,
    invalid_input,
    no_token,
    not_administrator,
    refused_token,
)
from bench.peers.shared.rules import NOT_AN_OBJECT


def refuse(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return what the contract says to *error*, or let Django deal with it."""
    refusal = _refusal(error, admins_only=context["request"].method == "POST")
    if refusal is None:
        return exception_handler(error, context)
    return Response(refusal.body, refusal.status, headers=refusal.headers)


def _refusal(error: Exception, *, admins_only: bool) -> Refusal | None:
    match error:
        case Refusal():
            return error
        case TokenRefused():
            return refused_token(error.message, admins_only=admins_only)
        case NotAuthenticated():
            return no_token(admins_only=admins_only)
        case AuthenticationFailed():
            return refused_token(INVALID, admins_only=admins_only)
        case PermissionDenied():
            return not_administrator()
        case ParseError():
            return invalid_input({"body": NOT_AN_OBJECT})
        case ValidationError():
            return invalid_input(_reasons(error))
    return None


def _reasons(error: ValidationError) -> dict[str, str]:
    if "non_field_errors" in error.detail:
        return {"body": NOT_AN_OBJECT}
    return {name: str(reasons[0]) for name, reasons in error.detail.items()}
