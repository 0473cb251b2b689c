"""The production server, as ``make serve`` starts it: real processes, real sockets."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from flask import Flask

ROOT = Path(__file__).parent.parent
FORM = "application/x-www-form-urlencoded"
TIMEOUT = 20  # seconds for an answer, or an end: less than KILL_SECONDS, after which any server ends
PATIENCE = 120  # seconds for a start: a machine may have much else to do
THREADS = 4
SETTINGS = {
    "FLASK_ENV": "production",
    "BCRYPT_LOG_ROUNDS": "4",
    "THREADS": str(THREADS),
}


@dataclass
class Server:
    """A running server, and the lines of its log that were waited for so far."""

    process: subprocess.Popen[str]
    port: int
    workers: int
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read_log)  # it never stops: a server with a full pipe would
        self._reader.start()

    def _read_log(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)

    def wait_for_workers(self) -> None:
        """Wait until all workers have started, which they say, and listen, which they do not say."""
        for _ in range(self.workers):
            self.wait_for_worker()

    def wait_for_worker(self) -> None:
        """Wait until one more worker serves."""
        self.wait_for_log(r"Started worker-\d runtime-1")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(ConnectionRefusedError), self.connect():
                return
        raise AssertionError("nothing listens")

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        status, _, content = self.exchange(method, path, body, **headers)
        return status, json.loads(content) if content else None

    def exchange(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Return the status, the headers and the bytes of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.headers, content

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        return self.request("POST", path, body, **{"Content-Type": "application/json"} | headers)

    def send(self, message: bytes) -> bytes:
        """Return all that comes back for *message* until the server closes the connection."""
        answer = b""
        with self.connect() as connection, suppress(ConnectionError):
            connection.sendall(message)
            while part := connection.recv(65536):
                answer += part
        return answer

    def wait_for_log(self, pattern: str) -> None:
        """Wait until a new line matches.  Raises queue.Empty where none comes."""
        while True:
            self.log.append(self._lines.get(timeout=PATIENCE))
            if re.search(pattern, self.log[-1]):
                return

    def wait_for_end(self) -> None:
        """Wait until the last process that writes the log has ended."""
        self._reader.join(TIMEOUT)
        assert not self._reader.is_alive()
        self.process.wait(TIMEOUT)

    def worker_pids(self) -> list[int]:
        """Return the process ids of all workers that were ever spawned, the oldest first."""
        return [int(pid) for pid in re.findall(r"worker-\d with PID: (\d+)", "".join(self.log))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(
    app: Flask, *, workers: int = 1, port: int | None = None, **settings: str
) -> Iterator[Server]:
    """Yield a server on the database and with the key of *app*."""
    with starting_server(app, workers=workers, port=port, **settings) as made:
        made.wait_for_workers()
        yield made


@contextmanager
def starting_server(
    app: Flask, *, workers: int = 1, port: int | None = None, **settings: str
) -> Iterator[Server]:
    """Yield such a server before it serves."""
    port = port or free_port()
    environ = SETTINGS | {
        "SECRET_KEY": app.config["SECRET_KEY"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PORT": str(port),
        "WORKERS": str(workers),
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "serve.py"],
        cwd=ROOT,
        env=os.environ | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    made = Server(process, port, workers)
    try:
        yield made
    finally:
        process.terminate()
        made.wait_for_end()


def head(path: str, *lines: str) -> bytes:
    """Return the head of a POST to *path*."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


def started(path: str, length: int, sent: bytes, content_type: str = FORM) -> bytes:
    """Return a request that announces *length* bytes and brings those of *sent*."""
    return head(path, f"Content-Type: {content_type}", f"Content-Length: {length}") + sent
