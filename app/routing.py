"""A Flask that does not work out again what is the same each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import CO_COROUTINE
from typing import Any

from flask import Flask, Request, Response
from werkzeug.exceptions import SecurityError
from werkzeug.routing import IntegerConverter, MapAdapter

from app.util.environ import URL_ROOT

MAX_INTEGER = 2**31 - 1  # of the type that Mapped[int] is
MAX_HOST = 253  # characters of a host's name (RFC 1035, 2.3.4)
REMEMBERED = 64  # roots of URLs, which clients choose as far as TRUSTED_HOSTS lets them
_host_and_port = re.compile(r"(\[[^]]*]|[^:]*)(:[0-9]{,5})?").fullmatch  # RFC 9112, 3.2


class KeyConverter(IntegerConverter):
    """A whole number in a path, such as ``<int:id>``.  One that can be no key leads nowhere, so it is a 404.

    PostgreSQL, and SQLite's driver, would fail where they are asked for it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **({"max": MAX_INTEGER} | options))


class RememberingFlask(Flask):
    """Remembers which roots of URLs, a Host in each, it has checked."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._adapters: dict[tuple[Any, ...], tuple[str, MapAdapter]] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the view for *request*; its Host is checked when it first comes."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        if "HTTP_UPGRADE" in environ:  # with it the scheme may be that of WebSockets
            return self._checked(request)
        key = (*map(environ.get, URL_ROOT), *(self.config["TRUSTED_HOSTS"] or ()))
        known = self._adapters.get(key)
        if known is None:
            return self._remembered(key, request)
        request.host, like = known
        return MapAdapter(
            self.url_map,
            like.server_name,
            like.script_name,
            like.subdomain,
            like.url_scheme,
            environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace"),
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
        )

    def _remembered(self, key: tuple[Any, ...], request: Request) -> MapAdapter | None:
        adapter = self._checked(request)
        if adapter is not None:
            if len(self._adapters) >= REMEMBERED:
                self._adapters.clear()
            self._adapters[key] = (request.host, adapter)
        return adapter

    def _checked(self, request: Request) -> MapAdapter | None:
        host = request.environ.get("HTTP_HOST")
        if host:
            request.environ["HTTP_HOST"] = host.removesuffix(":")  # a port may be empty (RFC 3986, 3.2.3)
        adapter = super().create_url_adapter(request)
        # No name that links could begin with.  Before the scheme's own port, Werkzeug takes another one.
        if not request.host or not _is_host_and_port(host or ""):
            raise SecurityError
        return adapter

    def make_default_options_response(self) -> Response:
        """Return the answer to OPTIONS, which says in a header which methods there are, and has no body."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what calls *func*: itself, unless it is a coroutine function, or no function at all."""
        code = getattr(func, "__code__", None)
        if code is None or code.co_flags & CO_COROUTINE:
            return super().ensure_sync(func)
        return func


def _is_host_and_port(text: str) -> bool:
    """Tell whether *text* is as long as a host can be, and a port: it is remembered, and all URLs with it."""
    found = _host_and_port(text)
    return found is not None and len(found[1]) <= MAX_HOST
