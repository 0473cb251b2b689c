"""Which other origins may read an answer: Flask-CORS decides, once for each kind of request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeAlias

from flask import Flask
from flask_cors import CORS
from flask_cors.core import get_cors_headers, get_cors_options
from werkzeug.datastructures import Headers

REMEMBERED = 64  # kinds of requests
MAX_LENGTH = 500  # of what is remembered of a request, whose sender chose it
ORIGIN = "HTTP_ORIGIN"
SENT = (  # what it depends on, besides the method and the settings
    ORIGIN,
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
    "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK",
)
Environ: TypeAlias = Mapping[str, Any]
HeaderList: TypeAlias = list[tuple[str, str]]
Decide: TypeAlias = Callable[..., HeaderList]


class RememberingCors(CORS):
    """Flask-CORS, as a function of a request's environ."""

    def init_app(self, app: Flask, **options: Any) -> None:  # type: ignore[override]
        """Decide for *app*, with *options* as Flask-CORS has them."""
        decide = partial(_decide, get_cors_options(app, options), "*" not in options["origins"])
        app.extensions["cors"] = partial(_headers_for, decide, lru_cache(REMEMBERED)(decide))

    @staticmethod
    def headers_of(app: Flask) -> Callable[[Environ], HeaderList]:
        """Return what *app* was told: from a request's environ to the headers of its answer."""
        headers: Callable[[Environ], HeaderList] = app.extensions["cors"]
        return headers


def _headers_for(decide: Decide, remembered: Decide, environ: Environ) -> HeaderList:
    if ORIGIN not in environ:
        return remembered("GET", None, None, None, None)
    values = [environ.get(name) for name in SENT]
    is_short = sum(len(value or "") for value in values) <= MAX_LENGTH
    return (remembered if is_short else decide)(environ["REQUEST_METHOD"], *values)


def _decide(options: Any, is_narrow: bool, method: str, *values: str | None) -> HeaderList:
    names = (name.removeprefix("HTTP_").replace("_", "-") for name in SENT)
    sent = Headers([(name, value) for name, value in zip(names, values, strict=True) if value])
    headers = get_cors_headers(options, sent, method)
    if is_narrow and "Vary" not in headers:
        headers.add("Vary", "Origin")  # an answer to one that is refused is not to be kept for another
    return [(name, str(value)) for name, value in headers.items(multi=True)]
