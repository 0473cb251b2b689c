"""How a row is inserted: in one statement that also confirms the caller, an administrator."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, insert, select, true
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute

from app.extensions import db
from app.models.caller import CALLER, present_caller
from app.util.database.compiled import CompiledStatement


class Insertion:
    """A row with values for *columns*, and the caller as *owner*.

    Nothing is inserted for a caller who is no administrator or whose token is revoked.  *model* needs a value
    that is unique, besides its key: where the answer is lost, the row is inserted once more, or refused.
    """

    def __init__(
        self,
        model: type[DeclarativeBase],
        *columns: InstrumentedAttribute[Any],
        owner: InstrumentedAttribute[int],
    ) -> None:
        values = [bindparam(column.key, type_=column.type) for column in columns]
        is_allowed = (CALLER.c.revoked != true()) & (CALLER.c.admin == true())
        rows = select(*values, CALLER.c.id).where(is_allowed)
        into = insert(model).from_select([*columns, owner], rows, include_defaults=False)
        self._statement = CompiledStatement(into.returning(owner))

    def insert(self, **values: Any) -> None:
        """Insert a row with *values*, committed.

        Raises IntegrityError, and TokenRefused if there was nobody for whom it could be inserted.
        """
        caller = present_caller()
        inserted = self._statement.columns(db.engine, values | caller.claims)
        # What came back is the key of an administrator whose token is not revoked: no other gets a row.
        # Where nothing did, the guard asks for the reason.
        caller.learn(inserted and [*inserted, [True], [False]])
