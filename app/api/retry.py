"""A second try of a request that lost its connection to the database, because the database has restarted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from sqlalchemy.exc import DBAPIError

from app.errors import ApplicationError
from app.extensions import close_session
from app.util.methods import SAFE_METHODS


def retried_if_lost(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let *view* answer once more if it lost its connection.

    What it had begun is undone then, most likely: a database that goes away commits nothing that it has
    not been told to.  Where it had, and the second try is refused because of that, nobody can say whether
    the client's request was done: then the loss of the connection is what is told.
    """

    @wraps(view)
    def retried(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except DBAPIError as lost:
            if not lost.connection_invalidated or isinstance(lost.orig, TimeoutError):
                raise  # it is there and refuses; or it is silent, and to ask again would take as long
            close_session()
            try:
                return view(*args, **kwargs)
            except ApplicationError:
                if request.method in SAFE_METHODS:
                    raise
                raise lost from None

    return retried
