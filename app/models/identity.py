"""Who is calling, as the database knows it at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models.token_blacklist import BlacklistedToken
from app.models.user import User, token_signer
from app.util.result import Result
from app.util.token import BLACKLISTED, INVALID, AccessToken


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller of one request: rights from the database, the rest of the token from its claims."""

    user_id: int
    public_id: str
    email: str
    admin: bool
    registered_on: datetime
    token: AccessToken


def identify(access_token: str) -> Result:
    """Return a Result of the Identity for whom *access_token* speaks, or why it is refused.

    One statement asks for the user's rights and for the token's revocation, so that a demoted
    admin, a deleted user and a logged-out token lose their power with the next request.
    """
    result = token_signer().decode(access_token)
    if result.failure:
        return result
    token: AccessToken = result.value
    revoked = exists().where(BlacklistedToken.jti == token.jti)
    statement = select(User.id, User.email, User.admin, User.registered_on, revoked).where(
        User.public_id == token.public_id
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return Result.Fail(INVALID)
    user_id, email, admin, registered_on, is_revoked = row
    if is_revoked:
        return Result.Fail(BLACKLISTED)
    return Result.Ok(Identity(user_id, token.public_id, email, admin, registered_on, token))
