"""The answers that every resource gives: a document, a message, nothing."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
from flask import Response, current_app
from flask_restx import Model
from werkzeug.wsgi import ClosingIterator

from app.api.occasion import Occasion
from app.api.serializer import serialize

OptionalHeaders: TypeAlias = Mapping[str, str] | None
_WITHOUT_CONTENT = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)  # RFC 9110, 15.3.5 and 15.4.5


class WholeResponse(Response):
    """Gives a server its body in one piece, and its headers as they are.

    What Werkzeug does for any other answer has nothing to do here: Location and the like are absolute, and
    no file is to be closed.
    """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request of *environ* (PEP 3333)."""
        start_response(self.status, self.headers.to_wsgi_list())
        is_without = environ["REQUEST_METHOD"] == "HEAD" or self.status_code in _WITHOUT_CONTENT
        parts: Iterable[bytes] = () if is_without else self.response  # type: ignore[assignment]
        return ClosingIterator(parts, self.close) if self._on_close else parts


def json_response(body: Any, status: int = HTTPStatus.OK, headers: OptionalHeaders = None) -> Response:
    """Return *body*, plain data, as JSON."""
    return json_bytes(_json_of(body), status, headers)


def json_bytes(body: bytes, status: int = HTTPStatus.OK, headers: OptionalHeaders = None) -> Response:
    """Return *body*, which is JSON."""
    return WholeResponse(body, status, headers, content_type="application/json")


def document(model: Model, value: Any) -> Response:
    """Return 200 and *value* as *model* describes it."""
    return json_bytes(written(model, value, Occasion.present()))


def written(model: Model, value: Any, occasion: Occasion) -> bytes:
    """Return the JSON of *value* as *model* describes it on *occasion*."""
    return _json_of(serialize(model, value, occasion))


def _json_of(body: Any) -> bytes:
    """Return *body*, plain data, as JSON; what orjson does not know, Flask's own provider does."""
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # keys that are no texts, decimals, numbers of more than 64 bits
        return current_app.json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def success(
    message: str, status: int = HTTPStatus.OK, headers: OptionalHeaders = None, **more: Any
) -> Response:
    """Return a success with a *message* for people, and *more* members for programs."""
    return json_response({"status": "success", "message": message, **more}, status, headers)


def created(message: str, *, location: str) -> Response:
    """Return 201 and where the new thing is (RFC 9110, 10.2.2)."""
    return success(message, HTTPStatus.CREATED, {"Location": location})


def no_content() -> Response:
    """Return 204 and no body."""
    return empty(HTTPStatus.NO_CONTENT)


def empty(status: int, headers: OptionalHeaders = None) -> Response:
    """Return an answer that has no body."""
    response = Response(status=status, headers=headers)
    del response.headers["Content-Type"]
    return response
