"""The session of a request, and who is calling."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.peers.fastapi_taught.models import BlacklistedToken, User
from bench.peers.shared.orm import url_for_driver
from bench.peers.shared.refusals import BLACKLISTED, INVALID, not_administrator, refused_token
from bench.peers.shared.tokens import Claims, read_token

engine = create_async_engine(url_for_driver("aiosqlite", "asyncpg"))
make_session = async_sessionmaker(engine, expire_on_commit=False)


async def get_session() -> AsyncIterator[AsyncSession]:
    """Yield the session of this request."""
    async with make_session() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
Authorization = Annotated[str, Header()]


async def get_claims(authorization: Authorization = "") -> Claims:
    """Return what the token says."""
    return read_token(authorization)


async def get_current_user(session: Session, claims: Annotated[Claims, Depends(get_claims)]) -> User:
    """Return the user whose token was sent."""
    return await _find_user(session, claims)


async def get_current_admin(session: Session, authorization: Authorization = "") -> User:
    """Return the administrator whose token was sent."""
    user = await _find_user(session, read_token(authorization, admins_only=True), admins_only=True)
    if not user.admin:
        raise not_administrator()
    return user


async def get_token_expiry(claims: Annotated[Claims, Depends(get_claims)]) -> datetime:
    """Return when the token ends."""
    return datetime.fromtimestamp(claims.expires_at, UTC)


CurrentUser = Annotated[User, Depends(get_current_user)]
CurrentAdmin = Annotated[User, Depends(get_current_admin)]
TokenExpiry = Annotated[datetime, Depends(get_token_expiry)]


async def _find_user(session: AsyncSession, claims: Claims, *, admins_only: bool = False) -> User:
    if await session.scalar(select(BlacklistedToken).where(BlacklistedToken.jti == claims.jti)):
        raise refused_token(BLACKLISTED, admins_only=admins_only)
    user = await session.scalar(select(User).where(User.public_id == claims.public_id))
    if user is None:
        raise refused_token(INVALID, admins_only=admins_only)
    return user
