"""The rules of accounts: registration, login, logout."""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from app.errors import AlreadyExists, InvalidInput, Unauthenticated
from app.extensions import bcrypt, db, transaction
from app.models import BlacklistedToken, User
from app.models.identity import Identity
from app.models.user import token_lifetime
from app.util.datetime_util import utc_now
from app.util.token import BLACKLISTED

MIN_PASSWORD_LENGTH = 8

_auth_log = logging.getLogger("app.auth")


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """A new *access_token* and the seconds that it lives."""

    access_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class LoggedInUser:
    """What a user may know of the account and of the token that was sent."""

    email: str
    public_id: str
    admin: bool
    registered_on: datetime
    token_expires_in: timedelta


def process_registration_request(*, email: str, password: str) -> AccessGrant:
    """Register a regular user and log that user in.

    Raises InvalidInput if the password is too short, AlreadyExists if the address is taken.
    """
    user = add_user(email=email, password=password)
    _auth_log.info("registered", {"public_id": user.public_id})
    return _grant_access(user)


def process_login_request(*, email: str, password: str) -> AccessGrant:
    """Log a user in.

    Raises Unauthenticated, with the same message in the same time, for an unknown address and for a
    wrong password.
    """
    user = User.find_by_email(email)
    if user is None:
        bcrypt.check_password_hash(_hash_of_nothing(), password)
    if user is None or not user.check_password(password):
        _auth_log.warning("login refused", {"account": _pseudonym(email)})
        raise Unauthenticated("email or password does not match")
    _auth_log.info("login succeeded", {"public_id": user.public_id})
    return _grant_access(user)


def get_logged_in_user(*, identity: Identity) -> LoggedInUser:
    """Return what *identity* may know of itself."""
    return LoggedInUser(
        email=identity.email,
        public_id=identity.public_id,
        admin=identity.admin,
        registered_on=identity.registered_on,
        token_expires_in=max(identity.token.expires_at - utc_now(), timedelta(0)),
    )


def process_logout_request(*, identity: Identity) -> None:
    """Refuse the token of *identity* from now on.  Raises Unauthenticated if it is logged out already."""
    logged_out = Unauthenticated(BLACKLISTED, token_refused=True)
    with transaction(if_duplicate=logged_out):
        db.session.add(BlacklistedToken(jti=identity.token.jti, expires_at=identity.token.expires_at))
    _auth_log.info("logged out", {"public_id": identity.public_id})


def add_user(*, email: str, password: str, admin: bool = False) -> User:
    """Add a user and return it, committed.

    Raises InvalidInput if the password is too short, AlreadyExists if the address is taken.
    """
    if len(password) < MIN_PASSWORD_LENGTH:
        raise InvalidInput({"password": f"must have at least {MIN_PASSWORD_LENGTH} characters"})
    user = User(email=email, password=password, admin=admin)
    with transaction(if_duplicate=AlreadyExists(f"{email} is already registered")):
        db.session.add(user)
    return user


def purge_tokens() -> int:
    """Forget the logged-out tokens that have expired by now, and return their number."""
    with transaction():
        return BlacklistedToken.purge_expired()


def _grant_access(user: User) -> AccessGrant:
    return AccessGrant(user.encode_access_token(), int(token_lifetime().total_seconds()))


def _hash_of_nothing() -> str:
    """Return a hash that no password has, as costly to check as a new one."""
    return f"$2b${current_app.config['BCRYPT_LOG_ROUNDS']:02d}${'.' * 53}"


def _pseudonym(email: str) -> str:
    """Return what stands for *email* in the log.

    It is the same for every attempt on an account, so that attempts can be counted, and nobody without the
    key can tell whose it is.
    """
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, f"log:{email.lower()}".encode(), "sha256").hex()[:16]
