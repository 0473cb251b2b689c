"""A second try of a request that lost its connection to the database, because the database has restarted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from sqlalchemy.exc import DBAPIError

from app.errors import ApplicationError
from app.extensions import close_session
from app.util.methods import IDEMPOTENT_METHODS, SAFE_METHODS


def retried_if_lost(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let *view* answer once more if it lost its connection.

    What it had begun is undone then: a database that goes away commits nothing that it has not been told to.
    Where it may have been told to, *view* answers once more only if nothing is done twice by that.  And where
    the second try is refused, that may be because the first was done: then the loss of the connection is
    what is told.
    """

    @wraps(view)
    def retried(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except DBAPIError as lost:
            if not lost.connection_invalidated or isinstance(lost.orig, TimeoutError):
                raise  # it is there and refuses; or it is silent, and to ask again would take as long
            if _was_committing(lost) and request.method not in IDEMPOTENT_METHODS:
                raise
            close_session()
            try:
                return view(*args, **kwargs)
            except ApplicationError:
                if request.method in SAFE_METHODS:
                    raise
                raise lost from None

    return retried


def _was_committing(lost: DBAPIError) -> bool:
    """Tell whether the connection was lost at the end of a transaction, and not by a statement in it."""
    return lost.statement is None
