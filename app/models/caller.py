"""Who is calling.

Whoever sent a token is known by its claims at once, but only the database can say whether that user still
exists, is still an administrator and has not logged out.  Asked on its own, that is a second round trip
for every request.  So a statement that a request makes anyway can bring the answer along.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, bindparam, event, exists, select, true

from app.extensions import db
from app.models.token_blacklist import BlacklistedToken
from app.models.user import User
from app.util.database.compiled import Columns, CompiledStatement
from app.util.token import BLACKLISTED, INVALID, AccessToken, TokenRefused

T = TypeVar("T")

_IS_REVOKED = exists().where(BlacklistedToken.jti == bindparam("caller_jti"))
# SQLite keeps whatever an operator writes: only what is true there makes an administrator, not 'false'.
_IS_ADMIN = User.admin == true()
ASKED = select(User.id, _IS_ADMIN.label("admin"), _IS_REVOKED.label("revoked")).where(
    User.public_id == bindparam("caller_public_id")
)
_CONFIRM = CompiledStatement(ASKED)
# One row, or none, for the parameters that Caller.claims gives.  No table of a model is called so.
CALLER = ASKED.subquery("_caller")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling: rights as the database has them at this moment, the rest from the token's claims."""

    user_id: int
    public_id: str
    admin: bool
    token: AccessToken


Allow: TypeAlias = Callable[[Identity], None]  # raises an error for who may not call


class Caller:
    """Whoever sent *token*: known by its claims, and by the database as soon as that has been asked."""

    def __init__(self, token: AccessToken, allow: Allow) -> None:
        self.token = token
        self._allow = allow
        self._identity: Identity | None = None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the database has been asked."""
        return self._identity is not None

    @property
    def identity(self) -> Identity:
        """Who it is, by the database.  Raises TokenRefused."""
        if self._identity is None:
            self.learn(_CONFIRM.columns(db.engine, self.claims))
        assert self._identity is not None  # noqa: S101 - learn() has raised otherwise
        return self._identity

    @property
    def known_public_id(self) -> str | None:
        """Return who it is if the database has said so."""
        return self._identity.public_id if self._identity else None

    @property
    def claims(self) -> dict[str, str]:
        """What the token claims, as parameters of the statement that confirms it."""
        return {"caller_public_id": self.token.public_id, "caller_jti": self.token.jti}

    def confirm(self) -> None:
        """Ask the database, if it has not been asked.  Raises TokenRefused, and what *allow* raises."""
        self._allow(self.identity)

    def learn(self, columns: Columns) -> None:
        """Take what the database says.  Raises TokenRefused."""
        if not columns:
            raise TokenRefused(INVALID)
        (user_id, *_), (admin, *_), (is_revoked, *_) = columns
        if is_revoked:
            raise TokenRefused(BLACKLISTED)
        self._identity = Identity(user_id, self.token.public_id, bool(admin), self.token)


_present: ContextVar[Caller] = ContextVar("caller")


def present_caller() -> Caller:
    """Return who is calling.  Raises LookupError where nobody is."""
    return _present.get()


def caller_to_confirm() -> Caller | None:
    """Return the caller whom the next statement is to confirm."""
    caller = _present.get(None)
    return None if caller is None or caller.is_confirmed else caller


def answer_for(caller: Caller, answer: Callable[[], T]) -> T:
    """Return what *answer* returns, whose first statement confirms *caller*."""
    before = _present.set(caller)
    try:
        return answer()
    finally:
        _present.reset(before)


@event.listens_for(db.session, "after_begin")
def confirm_first(_session: Any, _transaction: Any, connection: Connection) -> None:
    """Let no transaction do anything for a caller whom the database has not confirmed."""
    caller = caller_to_confirm()
    if caller is not None:
        if connection.engine is db.engine:  # another bind's database knows no users
            caller.learn([*zip(*connection.execute(ASKED, caller.claims), strict=True)])
        caller.confirm()
