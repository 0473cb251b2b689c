"""The rules of accounts: registration, login, logout."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from app.api.auth.password_rules import check_strength, make_hash_anew, spend_the_rest_of_the_time
from app.errors import AlreadyExists, Unauthenticated
from app.extensions import db, transaction
from app.models import BlacklistedToken, User
from app.models.caller import Identity
from app.models.reading import OwnRow
from app.models.user import token_lifetime
from app.util.datetime_util import utc_now
from app.util.keyed_digest import keyed_digest
from app.util.token import BLACKLISTED, AccessToken

_ACCOUNT = OwnRow(User.email, User.registered_on)
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

    Raises InvalidInput if the password is too weak, AlreadyExists if the address is taken.
    """
    user = add_user(email=email, password=password)
    _auth_log.info("registered", {"public_id": user.public_id})
    return _grant_access(user)


def process_login_request(*, email: str, password: str) -> AccessGrant:
    """Log a user in.

    Raises Unauthenticated, with the same message in the same time, for an unknown address and for a
    wrong password.  A hash that was made at another cost, or by the tutorial, is made anew.
    """
    user = User.find_by_email(email)
    db.session.commit()  # to hash takes long, and nobody is to wait for the connection meanwhile
    if user is None or not user.check_password(password):
        spend_the_rest_of_the_time(password, user)
        _auth_log.warning("login refused", {"account": _pseudonym(email)})
        raise Unauthenticated("email or password does not match")
    _auth_log.info("login succeeded", {"public_id": user.public_id})
    grant = _grant_access(user)
    if user.needs_new_hash:
        make_hash_anew(user, password)
    return grant


def get_logged_in_user(*, token: AccessToken) -> LoggedInUser:
    """Return what the caller may know of the account and of *token*, which was sent.  Raises TokenRefused."""
    user = _ACCOUNT.read()
    return LoggedInUser(
        email=user.email,
        public_id=token.public_id,
        admin=user.admin,
        registered_on=user.registered_on,
        token_expires_in=max(token.expires_at - utc_now(), timedelta(0)),
    )


def process_logout_request(*, identity: Identity) -> None:
    """Refuse the token of *identity* from now on.  Raises Unauthenticated if it is logged out already."""
    logged_out = Unauthenticated(BLACKLISTED, token_refused=True)
    with transaction(if_duplicate={"uq_token_blacklist_jti": logged_out}):
        db.session.add(BlacklistedToken(jti=identity.token.jti, expires_at=identity.token.expires_at))
    _auth_log.info("logged out", {"public_id": identity.public_id})


def add_user(*, email: str, password: str, admin: bool = False) -> User:
    """Add a user and return it, committed.

    Raises InvalidInput if the password is too weak, AlreadyExists if the address is taken.
    """
    check_strength(password)
    user = User(email=email, password=password, admin=admin)
    with transaction(if_duplicate={"uq_site_user_email": AlreadyExists(f"{email} is already registered")}):
        db.session.add(user)
        _refuse_schema_of_the_tutorial()
    return user


def purge_tokens() -> int:
    """Forget the logged-out tokens that have expired by now, and return their number."""
    with transaction():
        return BlacklistedToken.purge_expired()


def _refuse_schema_of_the_tutorial() -> None:
    """Raise SQLAlchemyError before ``flask db upgrade``, which takes each hash there for the tutorial's."""
    BlacklistedToken.contains("any")  # asks for a column that is not there yet


def _grant_access(user: User) -> AccessGrant:
    return AccessGrant(user.encode_access_token(), int(token_lifetime().total_seconds()))


def _pseudonym(email: str) -> str:
    """Return what stands for *email* in the log.

    It is the same for all attempts on an account, so that they can be counted; only the key tells whose.
    """
    return keyed_digest(current_app.config["SECRET_KEY"], "log", email.lower())[:16]
