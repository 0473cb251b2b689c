"""Access tokens: signed statements of who logged in, when, and until when (RFC 7519, RFC 8725)."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
from jwt.utils import base64url_encode

from app.util.datetime_util import CLOCK_SECONDS, utc_now
from app.util.result import Result

EXPIRED = "Access token expired. Please log in again."
INVALID = "Invalid token. Please log in again."
BLACKLISTED = "Token blacklisted. Please log in again."

ALGORITHM = "HS256"
HEADER = jwt.encode({}, "any key: a header tells nothing of it", ALGORITHM).partition(".")[0]
MAX_LENGTH = 600
MAX_LIFE_SECONDS = 365 * 24 * 3600
REMEMBERED = 4096  # tokens whose signatures have been verified
# PyJWT also takes padding, which no token of ours has, and the names of other things in other headers.
_SHAPE = re.compile(rf"{HEADER}\.[\w-]+\.[\w-]+", re.ASCII)
# What odd claims and deep nesting raise on the way through PyJWT, json and datetime.
_UNREADABLE = (ValueError, TypeError, ArithmeticError, OSError, RecursionError)
_CLAIM_TYPES = {"iss": str, "sub": str, "admin": bool, "iat": int, "exp": int, "jti": str}


def can_sign(key: str) -> bool:
    """Tell whether *key* signs tokens: PyJWT takes none that looks like a key of another algorithm."""
    try:
        jwt.get_algorithm_by_name(ALGORITHM).prepare_key(key)
    except jwt.InvalidKeyError:
        return False
    return True


class TokenRefused(Exception):
    """A token opens nothing; the message is for people."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says.  *jti* names the token itself, *expires_at* is aware, in UTC."""

    public_id: str
    admin: bool
    jti: str
    expires_at: datetime


@dataclass(frozen=True, eq=False)
class TokenSigner:
    """Makes the tokens of one *issuer* with one *key*, and reads those of its *fallbacks* too.

    A fallback is a key of earlier days: what it signed stays good until it expires.
    """

    key: str
    issuer: str
    fallbacks: tuple[str, ...] = ()

    def encode(self, *, public_id: str, admin: bool, lifetime: timedelta) -> str:
        """Return a new token that lives for *lifetime*."""
        issued_at = utc_now()
        claims = {
            "iss": self.issuer,
            "sub": public_id,
            "admin": admin,
            "iat": issued_at,
            "exp": issued_at + lifetime,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)

    def decode(self, text: str) -> Result:
        """Return the AccessToken that *text* is, or a failure with EXPIRED or INVALID.

        Whatever this class did not write is INVALID, well signed or not: a token that was made with
        the same key for something else has other claims or another header.
        """
        try:
            token = _read_token(self, text)
        except (jwt.InvalidTokenError, *_UNREADABLE):
            return Result.Fail(INVALID)
        return Result.Fail(EXPIRED) if token.expires_at <= utc_now() else Result.Ok(token)

    def verified(self, text: str) -> dict[str, Any]:
        """Return the claims of *text*, which one of the keys has signed.  Raises what PyJWT does.

        The signature is checked before any claim, so only it decides whether another key is tried.  When
        the token was issued is looked at below, and when it expires each time that it comes.
        """
        for key in (self.key, *self.fallbacks):
            with contextlib.suppress(jwt.InvalidSignatureError):
                return jwt.decode(
                    text,
                    key,
                    algorithms=[ALGORITHM],
                    issuer=self.issuer,
                    options={"verify_exp": False, "verify_iat": False},
                )
        raise jwt.InvalidSignatureError


@lru_cache(REMEMBERED)
def _read_token(signer: TokenSigner, text: str) -> AccessToken:
    """Return what *text* says, whose signature cannot become wrong later: only its time can run out.

    Raises ValueError, or what PyJWT does.
    """
    if len(text) > MAX_LENGTH or not _SHAPE.fullmatch(text):
        raise ValueError("not in the shape of a token")
    return _read_claims(signer.verified(text), text)


def _read_claims(claims: dict[str, Any], text: str) -> AccessToken:
    """Return what the verified *claims* of *text* say.  Raises ValueError if they are not as ours are.

    They are written as ours are, too: a claim that stands twice means one thing here and another there.
    """
    written = base64url_encode(json.dumps(claims, separators=(",", ":")).encode()).decode()
    if {name: type(value) for name, value in claims.items()} != _CLAIM_TYPES or text.split(".")[1] != written:
        raise ValueError("not an access token of this application")
    if claims["iat"] > utc_now().timestamp() + CLOCK_SECONDS:
        raise ValueError("issued in the future")
    if claims["exp"] - claims["iat"] > MAX_LIFE_SECONDS:
        raise ValueError("no token of this application lives so long")
    return AccessToken(
        public_id=_read_uuid(claims["sub"]),
        admin=claims["admin"],
        jti=_read_uuid(claims["jti"]),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
    )


def _read_uuid(text: str) -> str:
    """Return *text* if it is a UUID as this application writes it.  Raises ValueError."""
    if str(UUID(text)) != text:
        raise ValueError("not a UUID in its usual form")
    return text
