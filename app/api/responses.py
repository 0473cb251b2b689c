"""The answers that every resource gives: a document, a message, nothing."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import orjson
from flask import Response
from flask_restx import Model

from app.api.occasion import Occasion
from app.api.serializer import serialize

Headers: TypeAlias = Mapping[str, str] | None


def json_response(body: Any, status: int = HTTPStatus.OK, headers: Headers = None) -> Response:
    """Return *body*, plain data, as JSON."""
    return Response(orjson.dumps(body), status, headers, content_type="application/json")


def document(model: Model, value: Any, headers: Headers = None) -> Response:
    """Return 200 and *value* as *model* describes it."""
    return json_response(serialize(model, value, Occasion.present()), HTTPStatus.OK, headers)


def done(message: str, status: int = HTTPStatus.OK, headers: Headers = None, **more: Any) -> Response:
    """Return a success with a *message* for people, and *more* members for programs."""
    return json_response({"status": "success", "message": message, **more}, status, headers)


def created(message: str, *, location: str) -> Response:
    """Return 201 and where the new thing is (RFC 9110, 10.2.2)."""
    return done(message, HTTPStatus.CREATED, {"Location": location})


def no_content() -> Response:
    """Return 204 and no body."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    del response.headers["Content-Type"]
    return response
