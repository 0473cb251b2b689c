"""From granian to the application: a request gets a thread only when its body is there.

A WSGI server hands a request over when its headers are there, and the thread that takes it waits for
the body, however slowly it comes: a few half-sent requests and no thread is left.  Here an event loop
waits instead, for thousands at once, and only for so long.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from granian.rsgi import HTTPProtocol, ProtocolClosed, ProtocolError, Scope

from run import app as flask_app
from serve import DEFAULT_BODY_SECONDS, DEFAULT_THREADS, whole_number

TIMED_OUT = b'{"status":"fail","message":"The request body did not arrive in time."}'

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Gateway:
    """Serves the WSGI application *wsgi* over RSGI, with so many *threads*.

    A body is read up to *max_body* bytes and for *body_seconds*.
    """

    def __init__(
        self, wsgi: Callable[..., Iterable[bytes]], *, threads: int, max_body: int, body_seconds: int
    ) -> None:
        self.wsgi = wsgi
        self.max_body = max_body
        self.body_seconds = body_seconds
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        try:
            body = await asyncio.wait_for(self.read_body(scope, protocol), self.body_seconds)
        except TimeoutError:
            headers = [("content-type", "application/json"), ("connection", "close")]
            protocol.response_bytes(408, headers, TIMED_OUT)
            return
        except (ProtocolClosed, ProtocolError):
            return  # the client has gone
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self.pool, self.call, environ_of(scope, body))
        protocol.response_bytes(status, headers, content)

    async def read_body(self, scope: Scope, protocol: HTTPProtocol) -> bytes:
        """Return the body as far as the application could want it: it refuses what is longer."""
        if scope.method in ("GET", "HEAD"):
            return b""
        body = b""
        async for chunk in protocol:
            body += chunk
            if len(body) > self.max_body:
                break
        return body

    def call(self, environ: Environ) -> Answer:
        """Run the application in this thread."""
        started: list[tuple[int, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started.append((int(status[:3]), [(name.lower(), value) for name, value in headers]))

        parts = self.wsgi(environ, start_response)
        try:
            content = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        return *started[-1], content


def environ_of(scope: Scope, body: bytes) -> Environ:
    """Return the WSGI environment (PEP 3333) of *scope*."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


app = Gateway(
    flask_app,
    threads=whole_number("THREADS", DEFAULT_THREADS),
    max_body=flask_app.config["MAX_CONTENT_LENGTH"],
    body_seconds=whole_number("BODY_SECONDS", DEFAULT_BODY_SECONDS),
)
