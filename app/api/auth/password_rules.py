"""The rules of passwords: which may be chosen, how long one is checked, and when its hash is made anew."""

import logging

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.errors import InvalidInput
from app.extensions import bcrypt, transaction
from app.models import User
from app.util.passwords import is_common_password

_auth_log = logging.getLogger("app.auth")


def check_strength(password: str) -> None:
    """Raise InvalidInput if *password* is too short, or so common that it would be guessed."""
    shortest = current_app.config["MIN_PASSWORD_LENGTH"]
    if len(password) < shortest:
        raise InvalidInput({"password": f"must have at least {shortest} characters"})
    if current_app.config["CHECK_COMMON_PASSWORDS"] and is_common_password(password):
        raise InvalidInput({"password": "must not be one of the most common passwords"})


def make_hash_anew(user: User, password: str) -> None:
    """Keep *password* as one is kept today; where nothing can be written, the old hash stays good."""
    try:
        with transaction():
            user.password = password
    except SQLAlchemyError:
        _auth_log.warning("hash not made anew", exc_info=True)


def spend_the_rest_of_the_time(password: str, user: User | None) -> None:
    """Check *password* against hashes that no password has, until it has cost what a hash of today costs.

    One round more doubles the cost, so those from the cost of *user*'s own hash up to the one below today's
    cost together what is missing.
    """
    today = current_app.config["BCRYPT_LOG_ROUNDS"]
    for rounds in range(user.hash_rounds, today) if user and user.hash_rounds else [today]:
        bcrypt.check_password_hash(f"$2b${rounds:02d}${'.' * 53}", password)
