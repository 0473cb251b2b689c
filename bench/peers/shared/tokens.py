"""Who a token says that it speaks for; whether that still holds, the database says."""

from dataclasses import dataclass

import jwt

from bench.peers.shared.refusals import EXPIRED, INVALID, no_token, refused_token
from bench.peers.shared.settings import ALGORITHM, ISSUER, SECRET_KEY

REQUIRED = {"require": ["sub", "jti", "exp"]}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.  *expires_at* is in seconds since 1970."""

    public_id: str
    jti: str
    expires_at: int


def read_token(authorization: str, *, admins_only: bool = False) -> Claims:
    """Return what the token in an Authorization header says.  Raises Refusal."""
    token = bearer_token(authorization)
    if token is None:
        raise no_token(admins_only=admins_only)
    try:
        claims = jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM], issuer=ISSUER, options=REQUIRED)
    except jwt.ExpiredSignatureError:
        raise refused_token(EXPIRED, admins_only=admins_only) from None
    except jwt.InvalidTokenError:
        raise refused_token(INVALID, admins_only=admins_only) from None
    return Claims(claims["sub"], claims["jti"], claims["exp"])


def bearer_token(authorization: str) -> str | None:
    """Return the token in the value of an Authorization header; the scheme may be missing."""
    scheme, _, token = authorization.partition(" ")
    if token:
        return token if scheme.lower() == "bearer" else None
    return scheme or None
