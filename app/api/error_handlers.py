"""How errors are told: from what went wrong to status, body and headers, for every path alike."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, request
from flask_restx.mask import MaskError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.api.challenges import challenge_of
from app.api.responses import OptionalHeaders, json_response
from app.errors import (
    AlreadyExists,
    ApplicationError,
    InvalidInput,
    NotFound,
    PermissionDenied,
    StateChanged,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from app.util.database.errors import is_deadlock, is_outage, is_row_violation, is_untranslatable, reason_of
from app.util.database.stored import Unreadable

RETRY_AFTER_SECONDS = 2
UNAVAILABLE = "The database cannot be reached at the moment. Please try again."
UNTRANSLATABLE = "There are characters that the database cannot keep, because of its encoding."
IN_CONFLICT = (
    "This conflicts with what is stored: a value is taken, what it refers to is gone, "
    "or something refers to it."
)
CHANGED_MEANWHILE = "What this request refers to was changed at the same time. Please try again."

_STATUS: Mapping[type[ApplicationError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    PermissionDenied: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    AlreadyExists: HTTPStatus.CONFLICT,
    StateChanged: HTTPStatus.PRECONDITION_FAILED,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
}
_OF_THE_BODY = ("Content-Type", "Content-Length")
_TRY_AGAIN = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}


def register_error_handlers(app: Flask) -> None:
    """Answer in JSON whatever goes wrong in *app*."""
    app.register_error_handler(ApplicationError, _application_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(MaskError, _mask_error)
    app.register_error_handler(IntegrityError, _integrity_error)
    app.register_error_handler(StaleDataError, _simultaneous_change)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeoutError, _database_error)
    app.register_error_handler(Unreadable, _database_error)


def _fail(status: int, message: str | None, headers: OptionalHeaders = None, **more: Any) -> Response:
    return json_response({"status": "fail", "message": message, **more}, status, headers)


def _application_error(error: ApplicationError) -> Response:
    more = {"errors": error.errors} if isinstance(error, InvalidInput) else {}
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), None)
    if status is None:
        raise NotImplementedError(
            f"{type(error).__name__} is to come from an error that has a status"
        ) from error
    return _fail(status, error.message, _headers(error), **more)


def _headers(error: ApplicationError) -> OptionalHeaders:
    if isinstance(error, Unavailable):
        return _TRY_AGAIN
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    challenge = challenge_of(error)
    return {"WWW-Authenticate": challenge} if challenge else None


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise, with the headers that they want (Allow, Location)."""
    response = error.get_response(request.environ)
    status = response.status_code
    headers = {name: value for name, value in response.headers if name not in _OF_THE_BODY}
    phrase = HTTPStatus(status).phrase
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _fail(status, phrase, headers)
    data = getattr(error, "data", None)  # of flask-restx, whose abort() and parsers tell more
    given: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
    texts = (text for text in (given.get("message"), error.description) if isinstance(text, str))
    errors = {"errors": given["errors"]} if isinstance(given.get("errors"), Mapping) else {}
    return _fail(status, next(texts, phrase), headers, **errors)


def _mask_error(error: MaskError) -> Response:
    """Answer that the fields which the client asks for cannot be read."""
    return _application_error(InvalidInput({current_app.config["RESTX_MASK_HEADER"]: str(error)}))


def _integrity_error(error: IntegrityError) -> Response:
    """Answer that a row is in conflict with others; one that breaks a rule by itself is a defect."""
    # The error itself, and what it comes from, would show the row.
    kind: Any = type(error.orig)
    told = IntegrityError(error.statement, None, kind(reason_of(error)), hide_parameters=True)
    where = (type(told), told, error.__traceback__)
    if is_row_violation(error):
        current_app.logger.error("A row breaks a rule of its table", exc_info=where)
        return _fail(HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.INTERNAL_SERVER_ERROR.phrase)
    current_app.logger.warning("A row is in conflict with others", exc_info=where)
    return _fail(HTTPStatus.CONFLICT, IN_CONFLICT)


def _simultaneous_change(error: SQLAlchemyError) -> Response:
    """Answer that a row which was to be changed is gone, or locked crosswise."""
    current_app.logger.warning("Simultaneous changes were in each other's way: %s", reason_of(error))
    return _fail(HTTPStatus.CONFLICT, CHANGED_MEANWHILE)


def _database_error(error: SQLAlchemyError) -> Response:
    """Answer that the database is away, read-only, overloaded or not migrated; the log says which.

    Or that it is none of UTF-8, and was to keep, or to look for, what it has no characters for.
    It says too where a statement was made that the database refuses: that may be the defect.
    """
    if is_deadlock(error):
        return _simultaneous_change(error)
    if is_untranslatable(error):
        return _fail(HTTPStatus.BAD_REQUEST, UNTRANSLATABLE)
    current_app.logger.error("The database failed: %s", error, exc_info=None if is_outage(error) else error)
    return _fail(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE, _TRY_AGAIN)
