"""The outermost middleware (WSGI, PEP 3333): what every request and answer has, whatever happens within."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.api.headers import Headers, with_common_headers
from app.request_log import REQUEST_ID, log_request, name_request

NO_ANSWER = "500"  # what a server says in place of an application that gave none


class Edge:
    """Gives each request of *wsgi* an id and a line of the log, and each answer the headers that all have.

    *cors* returns those that let other origins read it.
    """

    def __init__(self, wsgi: WSGIApplication, *, cors: Callable[[WSGIEnvironment], Headers]) -> None:
        self.wsgi = wsgi
        self.cors = cors

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        began, answered = perf_counter(), NO_ANSWER
        request_id = name_request(environ)

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            nonlocal answered
            answered = status
            all_headers = with_common_headers(environ, [*headers, *self.cors(environ)])
            return start_response(status, [*all_headers, (REQUEST_ID, request_id)], exc_info)

        try:
            return self.wsgi(environ, start)
        finally:
            log_request(environ, status=int(answered[:3]), seconds=perf_counter() - began)
