"""How each optimisation of what is read and answered is taken away."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
from flask import Flask, Response, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_restx import Model, marshal

from app.api.responses import WholeResponse
from app.api.serializer import serialize
from app.api.urls import url_of, url_writer
from app.models.reading import Found, Query
from app.routing import RememberingFlask
from app.stateless import NoSessions
from app.util.cors import _headers_for
from app.util.database.stored import in_utc
from app.util.time_format import LocalFormat, _write_local, format_iso8601, format_rfc822
from app.util.token import _read_token
from bench.without.replace import everywhere, forgetful, member


def serializer() -> None:
    """Let restx marshal each value; its rows are objects then, because it takes any tuple for a list."""
    read = Query.read

    def read_objects(query: Query, **parameters: str | int) -> Found:
        found = read(query, **parameters)
        return Found([_as_object(row) for row in found.rows], found.beside)

    def marshalled(model: Model, value: Any, _occasion: Any = None) -> Any:
        return marshal(value, model)

    member(Query, "read", read_objects)
    everywhere(serialize, marshalled)


def _as_object(row: Any) -> SimpleNamespace:
    members = row._asdict().items()
    return SimpleNamespace(
        **{name: _as_object(value) if isinstance(value, tuple) else value for name, value in members}
    )


def links() -> None:
    """Let Flask build each URL."""

    def build(endpoint: str, _root: Any = None, **parameters: str) -> str:
        return url_for(endpoint, _external=True, **parameters)

    def writer(endpoint: str, key: str, _root: Any = None) -> Callable[[str], str]:
        return lambda value: build(endpoint, **{key: value})

    everywhere(url_of, build)
    everywhere(url_writer, writer)


def fast_json() -> None:
    """Let the standard library write JSON."""

    def dumps(body: Any, **options: Any) -> bytes:
        return json.dumps(body, separators=(",", ":"), ensure_ascii=False, **options).encode()

    everywhere(orjson, SimpleNamespace(dumps=dumps))


def instants() -> None:
    """Let each instant be read and written anew."""
    for function in (in_utc, format_iso8601, format_rfc822):
        forgetful(function)
    member(LocalFormat, "writer", lambda _: _write_local)


def tokens() -> None:
    """Let each token be verified each time that it comes."""
    forgetful(_read_token)


def whole() -> None:
    """Let Flask hand its answers over in its own way."""
    everywhere(WholeResponse, Response)


def cors() -> None:
    """Let Flask-CORS decide for each request."""

    def headers_for(decide: Any, _remembered: Any, environ: Any) -> Any:
        return _headers_for(decide, decide, environ)

    everywhere(_headers_for, headers_for)


def routing() -> None:
    """Let Flask ask all its questions of each request."""
    everywhere(RememberingFlask, Flask)


def sessions() -> None:
    """Let Flask look for a session in a cookie."""
    everywhere(NoSessions, SecureCookieSessionInterface)


def frozen_gc() -> None:
    """Let the garbage collector look at what has been there from the start."""
    member(gc, "freeze", lambda: None)
