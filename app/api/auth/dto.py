"""What register and login take, and what auth tells of users and tokens."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import current_app
from flask_restx import Model, fields

from app.api.argument_types import printable, text_type
from app.api.arguments import ArgumentParser
from app.api.fields import Duration, Email, LocalTime, Uuid
from app.util.passwords import MAX_PASSWORD_LENGTH

MAX_EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3
NOT_AN_EMAIL = "{} is not a valid email"


@text_type(
    max_length=MAX_EMAIL_LENGTH,
    refusal=NOT_AN_EMAIL,
    empty_refusal=NOT_AN_EMAIL,
    format="email",
    example="user@example.com",
)
def email_address(value: str) -> str:
    """Return *value* if it is an address in ASCII with a full domain name.  Raises ValueError."""
    try:
        _validate_email()(value.encode("ascii"), check_deliverability=False, strict=True)
    except ValueError:
        raise ValueError(NOT_AN_EMAIL.format(printable(value))) from None
    return value


@cache
def _validate_email() -> Callable[..., object]:
    """Return what judges addresses, loaded for the first one: it compiles patterns for some 20 ms."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email

    # Special-use domains, .test and .local among them (RFC 6761), are for the operator to judge.
    SPECIAL_USE_DOMAIN_NAMES.clear()
    return validate_email


@text_type(max_length=MAX_PASSWORD_LENGTH, format="password", example="battery-staple")
def password_text(value: str) -> str:
    """Return *value* as it is: any password may be asked for."""
    return value


def _min_password_length() -> int:
    length: int = current_app.config["MIN_PASSWORD_LENGTH"]
    return length


@text_type(
    max_length=MAX_PASSWORD_LENGTH,
    minLength=_min_password_length,
    format="password",
    example="battery-staple",
)
def new_password_text(value: str) -> str:
    """Return *value* as it is: whether a new password is good enough is a rule of business."""
    return value


def _auth_reqparser(password_type: Callable[[Any], str]) -> ArgumentParser:
    """Return the parser of an address and a password of *password_type*."""
    parser = ArgumentParser()
    parser.add_argument("email", type=email_address, location="form", required=True)
    parser.add_argument("password", type=password_type, location="form", required=True)
    return parser


auth_reqparser = _auth_reqparser(password_text)
register_reqparser = _auth_reqparser(new_password_text)

user_model = Model(
    "User",
    {
        "email": Email(required=True),
        "public_id": Uuid(required=True),
        "admin": fields.Boolean(required=True),
        "registered_on": LocalTime(required=True),
        "token_expires_in": Duration(required=True, example="00:14:59"),
    },
)

token_model = Model(
    "Token",
    {
        "status": fields.String(required=True, enum=["success"]),
        "message": fields.String(required=True),
        "access_token": fields.String(required=True),
        "token_type": fields.String(required=True, enum=["bearer"]),
        "expires_in": fields.Integer(required=True, min=1, description="Life of the token in seconds"),
    },
)
