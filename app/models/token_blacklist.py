"""The tokens that their owners have logged out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, db
from app.util.database.utc_datetime import UtcDateTime
from app.util.datetime_util import CLOCK_SECONDS, utc_now


class BlacklistedToken(Model):
    """A token that is refused until it expires, known by its ``jti``: what is kept here opens nothing."""

    __tablename__ = "token_blacklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(String(36), unique=True)
    blacklisted_on: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def __repr__(self) -> str:
        return f"<BlacklistedToken jti={self.jti}>"

    @classmethod
    def contains(cls, jti: str) -> bool:
        """Tell whether the token that *jti* names has been logged out."""
        return bool(db.session.scalar(select(exists().where(cls.jti == jti))))

    @classmethod
    def purge_expired(cls) -> int:
        """Delete the tokens that have expired, which are refused anyway, and return their number.

        Those of just now stay: to an instance whose clock is behind they are still good.
        """
        expired = delete(cls).where(cls.expires_at < utc_now() - timedelta(seconds=CLOCK_SECONDS))
        return db.session.connection().execute(expired).rowcount
