"""The production server, as ``make serve`` starts it: real processes, real sockets."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from flask import Flask

from test.databases import empty
from test.util import ADMIN_EMAIL, LOGIN, PASSWORD, REGISTER, USER, WIDGETS, account

ROOT = Path(__file__).parent.parent
FORM = "application/x-www-form-urlencoded"
TIMEOUT = 20
MAX_LIFE = 60


@dataclass
class Server:
    """A running server with one worker of four threads."""

    process: subprocess.Popen[str]
    port: int
    log: list[str]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)

    def wait_for_worker(self) -> None:
        """Wait until a worker has started, which it says, and listens, which it does not say."""
        self.wait_for_log("Started worker-1 runtime-1")
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with suppress(ConnectionRefusedError), self.connect():
                return
        raise AssertionError("nothing listens")

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Return the status and the JSON of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        connection.request(method, path, json.dumps(body) if body else None, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, json.loads(content) if content else None

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        return self.request("POST", path, body, **{"Content-Type": "application/json"} | headers)

    def wait_for_log(self, pattern: str) -> re.Match[str]:
        """Read the log until a new line matches."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.log.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError("".join(self.log))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    environ = os.environ | {
        "FLASK_ENV": "production",
        "SECRET_KEY": app.config["SECRET_KEY"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "BCRYPT_LOG_ROUNDS": "4",
        "PORT": str(free_port()),
        "WORKERS": "1",
        "THREADS": "4",
        "BODY_SECONDS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "serve.py"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    guard = Timer(MAX_LIFE, process.kill)  # no test waits for ever for a line that does not come
    guard.start()
    made = Server(process, int(environ["PORT"]), [])
    try:
        made.wait_for_worker()
        yield made
    finally:
        guard.cancel()
        process.terminate()
        process.communicate(timeout=TIMEOUT)


def head(path: str, *lines: str) -> bytes:
    """Return the head of a POST to *path*."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


def started(path: str, length: int, sent: bytes, content_type: str = FORM) -> bytes:
    """Return a request that announces *length* bytes and brings those of *sent*."""
    return head(path, f"Content-Type: {content_type}", f"Content-Length: {length}") + sent


def test_it_serves_the_whole_way_of_a_user(server: Server):
    status, registered = server.post(REGISTER, account())
    token = registered["access_token"]

    assert status == 201
    assert server.post(LOGIN, account())[0] == 200
    assert server.request("GET", USER, Authorization=f"Bearer {token}")[1]["email"] == account()["email"]
    assert server.request("GET", USER)[0] == 401
    assert server.request("GET", f"{WIDGETS}/%ff%00", Authorization=f"Bearer {token}")[0] == 400
    assert server.request("GET", f"{WIDGETS}?page=2&per_page=5", Authorization=token)[1]["page"] == 2
    assert server.request("HEAD", USER, Authorization=token) == (200, None)
    assert server.request("DELETE", f"{WIDGETS}/x", Authorization=token)[0] == 403


def test_half_sent_requests_keep_nobody_waiting(server: Server):
    with ExitStack() as stack:
        for number in range(100):
            half = stack.enter_context(server.connect())
            half.sendall(started(LOGIN, 100, b"email=a") if number % 2 else b"POST /api/v1/auth/login HTT")

        answers = [server.request("GET", USER)[0] for _ in range(5)]
        answers.append(server.post(REGISTER, account())[0])

    assert answers == [401] * 5 + [201]


def test_body_that_does_not_come_is_given_up(server: Server):
    with server.connect() as half:
        half.sendall(started(LOGIN, 100, b"email=a"))
        answer = half.recv(4096)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.split(b"\r\n\r\n")[1])["status"] == "fail"


def test_body_that_breaks_off_is_refused_and_nothing_is_stored(server: Server):
    with server.connect() as half:
        half.sendall(started(REGISTER, 100, b"email=new_user@email.com&password=test1234"))
        half.shutdown(socket.SHUT_WR)
        answer = half.recv(4096)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert server.post(LOGIN, account())[0] == 401


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nemail\r\n0\r\n\r\n",
        b"11170\r\n" + b"x" * 0x11170 + b"\r\n0\r\n\r\n",
        b"5\r\nemail\r\nZZ\r\n",
    ],
    ids=["small", "large", "broken"],
)
def test_chunked_body_is_refused(server: Server, chunks: bytes):
    with server.connect() as connection:
        connection.sendall(head(REGISTER, f"Content-Type: {FORM}", "Transfer-Encoding: chunked") + chunks)
        answer = connection.recv(4096)

    assert answer == b"" or re.match(rb"HTTP/1.1 (400|411) ", answer)


def test_body_over_the_limit_is_refused_without_waiting_for_it(server: Server):
    with server.connect() as connection:
        connection.sendall(started(REGISTER, 10_000_000, b"x" * 70_000))
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_requests_in_flight_complete_after_sigterm(server: Server):
    body = json.dumps(account()).encode()
    with server.connect() as in_flight, server.connect() as half:
        half.sendall(started(LOGIN, 100, b"email=a"))
        in_flight.sendall(started(REGISTER, len(body), body[:10], "application/json"))
        assert server.request("GET", USER)[0] == 401
        server.process.send_signal(signal.SIGTERM)
        server.wait_for_log("Stopping worker-1")
        in_flight.sendall(body[10:])
        answer = in_flight.recv(4096)

        assert answer.startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(TIMEOUT) == 0


def test_killed_worker_is_replaced_and_nothing_is_lost(server: Server):
    (pid,) = re.findall(r"worker-1 with PID: (\d+)", "".join(server.log))
    assert server.post(REGISTER, account())[0] == 201

    os.kill(int(pid), signal.SIGKILL)
    server.wait_for_worker()

    assert server.post(LOGIN, account())[0] == 200
    assert server.process.poll() is None


def test_admin_made_by_the_command_line_creates_a_widget(server: Server, app: Flask):
    from test.test_cli import invoke

    empty(app)
    invoke(app, "add-user", "--admin", ADMIN_EMAIL, "--password", PASSWORD)
    token = server.post(LOGIN, account(ADMIN_EMAIL))[1]["access_token"]
    fields = {"name": "first", "info_url": "https://www.widget.info", "deadline": "2999-12-31"}

    status, message = server.post(WIDGETS, fields, Authorization=f"Bearer {token}")

    assert (status, message["message"]) == (201, "New widget added: first.")
