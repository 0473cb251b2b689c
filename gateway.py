"""From granian to the application: a request gets a thread only when its body is there.

A WSGI server hands a request over when its headers are there, and the thread that takes it waits for
the body, however slowly it comes: a few half-sent requests and no thread is left.  Here an event loop
waits instead, for thousands at once, and only for so long.
"""

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from granian.rsgi import HTTPProtocol, ProtocolClosed, ProtocolError, Scope
from werkzeug.exceptions import RequestTimeout
from werkzeug.wsgi import FileWrapper

from app.api.headers import Headers
from app.edge import Edge
from app.extensions import close_connections, cors, leave_connections, leave_one_file
from app.health import PROBES
from app.request_log import log_request, name_request
from app.util.cpu_bound import cpu_bound_requests
from app.util.environ import FILE_KEY, ID_KEY, TURN_KEY
from app.util.methods import SAFE_METHODS
from app.util.server.affinity import settle
from app.util.server.rsgi_to_wsgi import environ_of
from app.util.server.thread_pool import ThreadPool
from run import app as flask_app
from workers import (
    CPU_BOUND_THREADS,
    body_seconds,
    end_with_parent,
    number_of_threads,
    number_of_workers,
    unblock_stop_signals,
)

ALIVE = "/healthz"
PROBE_THREADS = 2
CLOSE = ("connection", "close")

Content = bytes | str  # itself, or the path of the file that has it
Answer = tuple[int, Headers, Content]
UNHEARD: Answer = (499, [], b"")  # for a client that is gone; nobody reads it
COME, GONE = "come", "gone"


class LateBody(BytesIO):
    """A body that did not come: the application learns of it where it reads, and answers as ever."""

    def read(self, _size: int | None = -1) -> bytes:
        """Raise RequestTimeout."""
        raise RequestTimeout("The request body did not arrive in time.")


class Gateway:
    """Serves the application *flask_app* over RSGI, as one of so many *workers*, with so many *threads*.

    A body is read up to *max_body* bytes and for *body_seconds*.  Probes do not wait for those threads,
    which a database that hangs may hold.  Views that are marked as cpu_bound have threads of their own: a
    login takes hundreds of times as long as a page, and a few dozen at once would keep every reader waiting.
    """

    def __init__(
        self,
        flask_app: Flask,
        *,
        workers: int,
        threads: int,
        max_body: int,
        body_seconds: int,
    ) -> None:
        self.flask_app = flask_app
        self.workers = workers
        self.max_body = max_body
        self.body_seconds = body_seconds
        self.pool = ThreadPool(self.call, threads=threads)
        self.probe_pool = ThreadPool(self.call, threads=PROBE_THREADS)
        self.cpu_bound_pool = ThreadPool(self.call_in_turn, threads=CPU_BOUND_THREADS)
        self.is_cpu_bound = cpu_bound_requests(flask_app)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Choose a processor, and begin what goes on beside the requests."""
        settle(self.workers)
        loop.call_soon(unblock_stop_signals)
        self.watch = loop.create_task(end_with_parent())

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """End when the requests in flight are answered."""
        self.pool.end()
        self.probe_pool.end()
        self.cpu_bound_pool.end()
        close_connections(self.flask_app)

    def end(self) -> None:
        """End the whole server, whose workers have ended."""
        leave_one_file(self.flask_app)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        body, is_whole = await self.read_body(scope, protocol)
        status, headers, content = await self.answer(scope, environ_of(scope, body), protocol)
        headers = headers if is_whole else [*headers, CLOSE]
        if isinstance(content, str):
            protocol.response_file(status, headers, content)
        else:
            protocol.response_bytes(status, headers, content)

    async def read_body(self, scope: Scope, protocol: HTTPProtocol) -> tuple[BytesIO, bool]:
        """Return the body as far as the application could want it, and whether that is all of it."""
        if scope.method in SAFE_METHODS:
            return BytesIO(), True
        if int(scope.headers.get("content-length", 0)) > self.max_body:
            return BytesIO(), False  # refused by its length, before a client that asks first sends it
        if "transfer-encoding" in scope.headers:
            return BytesIO(), False  # refused too: where chunks break, they look as if they ended
        try:
            async with asyncio.timeout(self.body_seconds):
                body: bytes = await protocol()
        except TimeoutError:
            return LateBody(), False
        except (ProtocolClosed, ProtocolError):
            return BytesIO(), False  # it broke off, which the application sees by its length
        return BytesIO(body), True

    async def answer(self, scope: Scope, environ: WSGIEnvironment, protocol: HTTPProtocol) -> Answer:
        """Run the application: in the event loop where it waits for nothing, else in a thread."""
        if scope.path == ALIVE and scope.method in SAFE_METHODS:
            return self.call(environ)
        if self.is_cpu_bound(scope.method, scope.path):
            return await self.answer_unless_gone(environ, protocol)
        pool = self.probe_pool if scope.path in PROBES else self.pool
        return await pool.run(environ)

    async def answer_unless_gone(self, environ: WSGIEnvironment, protocol: HTTPProtocol) -> Answer:
        """Run a view that is cpu_bound, but not for a client that goes away before its turn comes."""
        began = perf_counter()
        call = asyncio.ensure_future(self.cpu_bound_pool.run(environ))
        gone = asyncio.ensure_future(protocol.client_disconnect())
        await asyncio.wait((call, gone), return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if call.done():
            return await call
        call.cancel()
        if environ.setdefault(TURN_KEY, GONE) == GONE:  # else a thread has it, which logs it
            name_request(environ)
            log_request(environ, status=UNHEARD[0], seconds=perf_counter() - began)
        return UNHEARD

    def call_in_turn(self, environ: WSGIEnvironment) -> Answer:
        """Run the application in this thread, unless the client went away before."""
        return self.call(environ) if environ.setdefault(TURN_KEY, COME) == COME else UNHEARD

    def call(self, environ: WSGIEnvironment) -> Answer:
        """Run the application in this thread, and let it tell of a body too that breaks on its way."""
        try:
            return _answer_of(self.flask_app, environ)
        except Exception as error:  # noqa: BLE001 - the server would answer without a body, and log nothing
            named = environ | {"HTTP_X_REQUEST_ID": environ.get(ID_KEY, "")}
            return _answer_of(self.failed(error), named)

    def failed(self, error: Exception) -> WSGIApplication:
        """Return the application that answers with *error*, which is being handled.

        Its line of the log follows the one that told what the view had answered.
        """

        def tell(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self.flask_app.request_context(environ):
                return self.flask_app.handle_exception(error)(environ, start_response)

        return Edge(tell, cors=cors.headers_of(self.flask_app))


def _answer_of(wsgi: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, _error: Any = None) -> Any:  # Flask wants no write()
        started.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))

    parts = wsgi(environ, start_response)
    try:
        # A large file is not held in memory for whoever reads it slowly.  The server opens it by its path,
        # and later: what the application made for this request alone may be gone by then.
        is_lasting = FILE_KEY in environ and isinstance(parts, FileWrapper)
        content = environ[FILE_KEY] if is_lasting else b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return *started[-1], content


app = Gateway(
    flask_app,
    workers=number_of_workers(),
    threads=number_of_threads(),
    max_body=flask_app.config["MAX_CONTENT_LENGTH"],
    body_seconds=body_seconds(),
)
os.register_at_fork(after_in_child=partial(leave_connections, flask_app))
