"""What many tests say."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from app.util.datetime_util import local_today, utc_now

EMAIL = "new_user@email.com"
ADMIN_EMAIL = "new_admin@email.com"
PASSWORD = "test1234"

REGISTER = "/api/v1/auth/register"
LOGIN = "/api/v1/auth/login"
USER = "/api/v1/auth/user"
LOGOUT = "/api/v1/auth/logout"
WIDGETS = "/api/v1/widgets"
WIDGET = "/api/v1/widgets/first-widget"

INVALID_INPUT = "Input payload validation failed"
REGULAR_CHALLENGE = 'Bearer realm="registered_users@mydomain.com"'
ADMIN_CHALLENGE = 'Bearer realm="admin_users@mydomain.com"'
EXPIRED = "Access token expired. Please log in again."
INVALID = "Invalid token. Please log in again."
BLACKLISTED = "Token blacklisted. Please log in again."
NOT_ADMINISTRATOR = "You are not an administrator"


def refusal(challenge: str, message: str, error: str = "invalid_token") -> str:
    """Return *challenge* with the reason for a refused token."""
    return f'{challenge}, error="{error}", error_description="{message}"'


def account(email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
    """Return the fields of register and login."""
    return {"email": email, "password": password}


def widget(**changes: Any) -> dict[str, Any]:
    """Return the fields of a widget that is accepted, with *changes*; None takes a field away."""
    in_ten_days = (local_today() + timedelta(days=10)).isoformat()
    fields = {"name": "first-widget", "info_url": "https://www.widget.info", "deadline": in_ten_days}
    return {name: value for name, value in (fields | changes).items() if value is not None}


def other_value(number: int = 1) -> dict[str, Any]:
    """Return a field of a widget and the *number*th of many other values for it."""
    return {"info_url": f"https://www.widget{number}.info"}


def widget_row(name: str) -> dict[str, Any]:
    """Return the columns of a stored widget but for its key and its owner."""
    return {"name": name, "info_url": "http://a.com", "created_at": utc_now(), "deadline": utc_now()}


class TokenClient(FlaskClient):
    """A test client that sends a token with each request that has no Authorization of its own."""

    token: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if self.token is not None:
            kwargs["headers"] = {"Authorization": f"Bearer {self.token}"} | dict(kwargs.get("headers") or {})
        return super().open(*args, **kwargs)
