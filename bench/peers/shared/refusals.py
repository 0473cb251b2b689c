"""What is refused, and how it is told."""

from collections.abc import Mapping
from http import HTTPStatus

REALM, ADMIN_REALM = "registered_users@mydomain.com", "admin_users@mydomain.com"
EXPIRED = "Access token expired. Please log in again."
INVALID = "Invalid token. Please log in again."
BLACKLISTED = "Token blacklisted. Please log in again."
NOT_ADMINISTRATOR = "You are not an administrator"


class Refusal(Exception):
    """A request that is answered with *status* and *message*, and with *errors* by field."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        errors: Mapping[str, str] | None = None,
        challenge: str = "",
    ) -> None:
        super().__init__(message)
        self.status = int(status)
        self.headers = {"WWW-Authenticate": challenge} if challenge else {}
        self.body = {"status": "fail", "message": message} | ({"errors": dict(errors)} if errors else {})


def no_token(*, admins_only: bool = False) -> Refusal:
    """Return the refusal of a request without a token."""
    return Refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized", challenge=_bearer(admins_only))


def refused_token(message: str, *, admins_only: bool = False) -> Refusal:
    """Return the refusal of a token that does not count, or not any more."""
    challenge = _explained(_bearer(admins_only), "invalid_token", message)
    return Refusal(HTTPStatus.UNAUTHORIZED, message, challenge=challenge)


def not_administrator() -> Refusal:
    """Return the refusal of a regular user where an administrator is wanted."""
    challenge = _explained(_bearer(True), "insufficient_scope", NOT_ADMINISTRATOR)
    return Refusal(HTTPStatus.FORBIDDEN, NOT_ADMINISTRATOR, challenge=challenge)


def invalid_input(errors: Mapping[str, str]) -> Refusal:
    """Return the refusal of fields, each with its reason."""
    return Refusal(HTTPStatus.BAD_REQUEST, "Input payload validation failed", errors=errors)


def not_found(name: str) -> Refusal:
    """Return the refusal of a widget that is not there."""
    return Refusal(HTTPStatus.NOT_FOUND, f"{name} not found in database.")


def already_exists(name: str) -> Refusal:
    """Return the refusal of a name that is taken."""
    return Refusal(HTTPStatus.CONFLICT, f"Widget name: {name} already exists, must be unique.")


def _bearer(admins_only: bool) -> str:
    return f'Bearer realm="{ADMIN_REALM if admins_only else REALM}"'


def _explained(challenge: str, code: str, message: str) -> str:
    return f'{challenge}, error="{code}", error_description="{message}"'
