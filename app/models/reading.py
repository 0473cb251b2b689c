"""How rows are read: in one statement that also confirms the caller, where that has not been done yet.

Whoever sent a token is known by its claims at once, but only the database can say whether that user still
exists, is still an administrator and has not logged out.  Asked on its own, that is a second round trip
for every request.  So the first statement that a request reads brings the answer along, in columns of its
own; if the caller is refused, what was read beside that is never seen by anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, exists, literal, select, true

from app.extensions import db
from app.models.token_blacklist import BlacklistedToken
from app.models.user import User
from app.util.prepared import AnySelect, Columns, PreparedSelect
from app.util.rows import row_maker
from app.util.token import BLACKLISTED, INVALID, AccessToken, TokenRefused

_IS_REVOKED = exists().where(BlacklistedToken.jti == bindparam("caller_jti"))
_ASKED = select(User.id, User.admin, _IS_REVOKED.label("revoked")).where(
    User.public_id == bindparam("caller_public_id")
)
_CONFIRM = PreparedSelect(_ASKED)
_CALLER = _ASKED.subquery("caller")
_ONE_ROW = select(literal(1)).subquery("one_row")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling: rights as the database has them at this moment, the rest from the token's claims."""

    user_id: int
    public_id: str
    admin: bool
    token: AccessToken


class Caller:
    """Whoever sent *token*: known by its claims, and by the database as soon as that has been asked."""

    def __init__(self, token: AccessToken) -> None:
        self.token = token
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
        """Ask the database, if it has not been asked.  Raises TokenRefused."""
        _ = self.identity

    def learn(self, columns: Columns) -> None:
        """Take what the database says.  Raises TokenRefused."""
        if not columns:
            raise TokenRefused(INVALID)
        (user_id, *_), (admin, *_), (is_revoked, *_) = columns
        if is_revoked:
            raise TokenRefused(BLACKLISTED)
        self._identity = Identity(user_id, self.token.public_id, bool(admin), self.token)


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


@contextmanager
def confirmed_by_reading(caller: Caller) -> Iterator[None]:
    """Let the first statement that the block reads confirm *caller*."""
    previous = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(previous)


@dataclass(frozen=True, slots=True)
class Found:
    """The *rows* that a query found, and the values that were read *beside* them."""

    rows: Sequence[Any]
    beside: Sequence[Any]


class Query:
    """*rows* that are read in the order of their first column, a key, and values *beside* them.

    The parameters of its statement are ``bindparam``; the rows are named tuples (see ``row_maker``).
    """

    def __init__(self, rows: AnySelect, *beside: ColumnElement[Any]) -> None:
        self._confirming = PreparedSelect(_beside(_CALLER, _CALLER.c, rows, beside))
        self._alone = PreparedSelect(_beside(_ONE_ROW, (), rows, beside))
        self._beside = len(beside)
        self._make = row_maker([column.name for column in rows.selected_columns])

    def read(self, **parameters: str | int) -> Found:
        """Return what there is.  Raises TokenRefused if that tells that the caller is to be refused."""
        columns = self._columns(parameters)
        beside, rows = columns[: self._beside], columns[self._beside :]
        found = rows and rows[0][0] is not None
        return Found(self._make(rows) if found else (), [column[0] for column in beside])

    def one_or_none(self, **parameters: str | int) -> Any:
        """Return the row that there is, or None."""
        rows = self.read(**parameters).rows
        return rows[0] if rows else None

    def _columns(self, parameters: dict[str, str | int]) -> Columns:
        caller = _caller.get()
        if caller is None or caller.is_confirmed:
            return self._alone.columns(db.engine, parameters)
        columns = self._confirming.columns(db.engine, parameters | caller.claims)
        caller.learn(columns[: len(_CALLER.c)])
        return columns[len(_CALLER.c) :]


def _beside(one: FromClause, its: Any, rows: AnySelect, beside: Sequence[ColumnElement[Any]]) -> AnySelect:
    """Return the statement of *its* columns of *one* row, values *beside* it, and all *rows*, if any."""
    data = rows.subquery("data")
    joined = select(*its, *beside, *data.c).select_from(one.outerjoin(data, true()))
    return joined.order_by(data.c[0])
