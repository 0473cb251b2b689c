"""A Flask that does not work out again what is the same for every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter

REMEMBERED = 64  # names under which the server was called
_CALLED = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "HTTP_UPGRADE")


class RememberingFlask(Flask):
    """Remembers who is trusted to be called here, and which functions are coroutines."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._adapters: dict[tuple[Any, ...], tuple[str, MapAdapter]] = {}
        self._callables: dict[Callable[..., Any], Callable[..., Any]] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the view for *request*; its Host is checked when it first comes."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        called = (*map(environ.get, _CALLED), *(self.config["TRUSTED_HOSTS"] or ()))
        known = self._adapters.get(called)
        if known is None:
            return self._remember(called, request)
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

    def _remember(self, called: tuple[Any, ...], request: Request) -> MapAdapter | None:
        adapter = super().create_url_adapter(request)
        if adapter is not None and len(self._adapters) < REMEMBERED:
            self._adapters[called] = (request.host, adapter)
        return adapter

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what calls *func*, a coroutine function or not."""
        known = self._callables.get(func)
        if known is None:
            known = self._callables[func] = super().ensure_sync(func)
        return known
