"""What a refused client is asked for (RFC 9110, 11.6.1), in the words of RFC 6750."""

from flask import current_app

from app.errors import ApplicationError, PermissionDenied, Unauthenticated


def challenge_of(error: ApplicationError) -> str | None:
    """Return the value of WWW-Authenticate (RFC 6750, 3) with which *error* is told."""
    if isinstance(error, Unauthenticated):
        challenge = _bearer(admins_only=error.admins_only)
        return _explained(challenge, "invalid_token", error) if error.token_refused else challenge
    if isinstance(error, PermissionDenied):
        return _explained(_bearer(admins_only=True), "insufficient_scope", error)
    return None


def _bearer(*, admins_only: bool) -> str:
    realm = current_app.config["REALM_ADMIN_USERS" if admins_only else "REALM_REGULAR_USERS"]
    return f'Bearer realm="{realm}"'


def _explained(challenge: str, code: str, error: ApplicationError) -> str:
    return f'{challenge}, error="{code}", error_description="{error.message}"'
