"""How an application is called without a server: with what a server would hand to it, ready-made.

No test client, which costs more than the application.  A batch is prepared before the clock starts.
"""

from __future__ import annotations

import asyncio
import importlib
import io
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bench.workload import HOST, Request


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of *headers* are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Timing:
    """What *requests* requests took, in seconds: of the clock, and of this process' processor.

    *pause* is what a full garbage collection took before them.
    """

    requests: int
    wall: float
    cpu: float
    pause: float = 0

    @property
    def seconds(self) -> float:
        """Return what one request took, by the clock."""
        return self.wall / self.requests


class Caller(Protocol):
    """Calls an application."""

    def answer(self, request: Request) -> Answer:
        """Return the answer to one request."""

    def measure(self, requests: Sequence[Request], *, seconds: float) -> Timing:
        """Time *requests*, or as many as fit into *seconds*.  Raises AssertionError on another status."""


def load(application: str) -> Any:
    """Return what ``module:name`` names."""
    module, _, name = application.partition(":")
    return getattr(importlib.import_module(module), name)


class WsgiCaller:
    """Calls a WSGI application (PEP 3333) in this thread."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application

    def answer(self, request: Request) -> Answer:
        """Return the answer to one request."""
        return self._call(_environ(request))

    def measure(self, requests: Sequence[Request], *, seconds: float) -> Timing:
        """Time *requests*, or as many as fit into *seconds*."""
        batch = [(_environ(request), request.status) for request in requests]
        done, end = 0, time.perf_counter() + seconds
        wall, cpu = time.perf_counter(), time.process_time()
        for environ, status in batch:
            answer = self._call(environ)
            assert answer.status == status, answer
            done += 1
            if time.perf_counter() > end:
                break
        return Timing(done, time.perf_counter() - wall, time.process_time() - cpu)

    def _call(self, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started[:] = status, headers

        parts = self.application(environ, start_response)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        return Answer(int(started[0][:3]), started[1], body)


class AsgiCaller:
    """Calls an ASGI application in an event loop of uvloop, as uvicorn does, one request after the other."""

    def __init__(self, application: Callable[..., Any]) -> None:
        import uvloop

        self.application = application
        self.runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self.state: dict[str, Any] = {}
        self.runner.run(self._start())

    def answer(self, request: Request) -> Answer:
        """Return the answer to one request."""
        return self.runner.run(self._call(_scope(request), request.body.encode()))

    def measure(self, requests: Sequence[Request], *, seconds: float) -> Timing:
        """Time *requests*, or as many as fit into *seconds*."""
        return self.runner.run(self._measure(requests, seconds))

    async def _measure(self, requests: Sequence[Request], seconds: float) -> Timing:
        batch = [(_scope(request), request.body.encode(), request.status) for request in requests]
        done, end = 0, time.perf_counter() + seconds
        wall, cpu = time.perf_counter(), time.process_time()
        for scope, body, status in batch:
            answer = await self._call(scope, body)
            assert answer.status == status, answer
            done += 1
            if time.perf_counter() > end:
                break
        return Timing(done, time.perf_counter() - wall, time.process_time() - cpu)

    async def _call(self, scope: dict[str, Any], body: bytes) -> Answer:
        scope["state"] = self.state
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"]]
        return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))

    async def _start(self) -> None:
        """Let the application open what it keeps open for its life (the lifespan protocol)."""
        started = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not started.is_set():
                return {"type": "lifespan.startup"}
            await asyncio.Event().wait()  # for ever: the process ends before the application does
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            assert message["type"] == "lifespan.startup.complete", message
            started.set()

        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}
        self.lifespan = asyncio.ensure_future(self.application(scope, receive, send))
        await asyncio.wait(
            [self.lifespan, asyncio.ensure_future(started.wait())], return_when="FIRST_COMPLETED"
        )
        assert started.is_set(), self.lifespan


def _environ(request: Request) -> dict[str, Any]:
    host, port = HOST.split(":")
    body = request.body.encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "HTTP_ACCEPT": "*/*",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if request.token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {request.token}"
    if body:
        environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
    return environ


def _scope(request: Request) -> dict[str, Any]:
    host, port = HOST.split(":")
    headers = [(b"host", HOST.encode()), (b"accept", b"*/*")]
    if request.token:
        headers.append((b"authorization", f"Bearer {request.token}".encode()))
    if request.body:
        length = str(len(request.body.encode())).encode()
        headers += [(b"content-type", b"application/json"), (b"content-length", length)]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": (host, int(port)),
        "client": ("127.0.0.1", 50_000),
        "scheme": "http",
        "method": request.method,
        "root_path": "",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "headers": headers,
    }
