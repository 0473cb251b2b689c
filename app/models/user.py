"""Users: their accounts, their passwords and the tokens that speak for them."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4

from bcrypt import checkpw
from flask import current_app
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.extensions import Model, bcrypt, db
from app.models.token_blacklist import BlacklistedToken
from app.util.database.utc_datetime import UtcDateTime
from app.util.datetime_util import utc_now
from app.util.present import present_app
from app.util.result import Result
from app.util.token import BLACKLISTED, AccessToken, TokenSigner

BCRYPT_MAX_BYTES = 72
TUTORIAL_HASH = "tutorial:"  # marks a hash that was brought along from a database of the tutorial

_as_bcrypt_writes_it = re.compile(
    r"\$2[abxy]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}"
).fullmatch


class User(Model):
    """An account.  The address is kept in lower case, so that one address is one account."""

    __tablename__ = "site_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password_hash: Mapped[str] = mapped_column(String(100))
    registered_on: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    admin: Mapped[bool] = mapped_column(default=False)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))

    def __repr__(self) -> str:
        return f"<User email={self.email}, public_id={self.public_id}, admin={self.admin}>"

    @validates("email")
    def _lower_email(self, _key: str, email: str) -> str:
        return email.lower()

    @property
    def password(self) -> str:
        """Write-only: only a hash is kept.  Reading it raises AttributeError."""
        raise AttributeError("password: write-only field")

    @password.setter
    def password(self, password: str) -> None:
        rounds = current_app.config["BCRYPT_LOG_ROUNDS"]
        self.password_hash = bcrypt.generate_password_hash(password, rounds).decode()

    def check_password(self, password: str) -> bool:
        """Tell whether *password* is this user's.  It takes as long as a hash does, by design."""
        if not self.hash_rounds:
            return False
        if self.password_hash.startswith(TUTORIAL_HASH):
            return _check_tutorial_hash(self.password_hash.removeprefix(TUTORIAL_HASH), password)
        return bcrypt.check_password_hash(self.password_hash, password)

    @property
    def hash_rounds(self) -> int:
        """Return the cost at which the hash was made; 0 of what is none, such as "!" in a locked account."""
        made = _as_bcrypt_writes_it(self.password_hash.removeprefix(TUTORIAL_HASH))
        return int(made[1]) if made else 0

    @property
    def needs_new_hash(self) -> bool:
        """Tell whether the password's hash was made otherwise than one would be made today."""
        return not self.password_hash.startswith(f"$2b${current_app.config['BCRYPT_LOG_ROUNDS']:02d}$")

    def encode_access_token(self) -> str:
        """Return a new access token for this user."""
        return token_signer().encode(public_id=self.public_id, admin=self.admin, lifetime=token_lifetime())

    @staticmethod
    def decode_access_token(access_token: str) -> Result:
        """Return what *access_token* says: a Result of ``{"public_id", "admin", "jti", "expires_at"}``.

        It fails with a message for people if the token is expired, invalid or logged out.

        Scripts may ask so.  The guards of the API have it asked on the way (``app.models.caller``).
        """
        result = token_signer().decode(access_token)
        if result.failure:
            return result
        token: AccessToken = result.value
        if BlacklistedToken.contains(token.jti):
            return Result.Fail(BLACKLISTED)
        return Result.Ok(asdict(token))

    @classmethod
    def find_by_email(cls, email: str) -> User | None:
        """Return the user with this address, in whatever case it is written."""
        return db.session.scalar(select(cls).where(cls.email == email.lower()))

    @classmethod
    def find_by_public_id(cls, public_id: str) -> User | None:
        """Return the user whom tokens call *public_id*."""
        return db.session.scalar(select(cls).where(cls.public_id == public_id))


def _check_tutorial_hash(password_hash: str, password: str) -> bool:
    """Tell whether the tutorial made *password_hash* of *password* itself, not of its digest.

    Of a password that bcrypt would cut nobody can tell, so it is refused.
    """
    as_bytes = password.encode()
    matches = checkpw(as_bytes[:BCRYPT_MAX_BYTES], password_hash.encode())
    return matches and len(as_bytes) <= BCRYPT_MAX_BYTES


def token_lifetime() -> timedelta:
    """Return how long a new token lives."""
    config = current_app.config
    return timedelta(
        hours=config["TOKEN_EXPIRE_HOURS"],
        minutes=config["TOKEN_EXPIRE_MINUTES"],
        seconds=config["TOKEN_EXPIRE_SECONDS"],
    )


def token_signer() -> TokenSigner:
    """Return what signs and reads this application's tokens."""
    config = present_app().config
    return _signer(config["SECRET_KEY"], config["TOKEN_ISSUER"], tuple(config["SECRET_KEY_FALLBACKS"]))


_signer = lru_cache(TokenSigner)  # the same one again, which knows the tokens that it has verified
