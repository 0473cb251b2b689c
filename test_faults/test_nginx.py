"""What nginx does itself, as deploy/nginx.conf tells it to."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from app.config import Config
from test.util import LOGIN, REGISTER, USER, WIDGETS
from test_faults.conftest import Topology, want
from test_faults.processes import Nginx

HALF_SENT = 60


def test_half_sent_requests_keep_nobody_waiting(topology: Topology, new_account: dict[str, str]):
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=a"
    with ExitStack() as stack:
        for number in range(HALF_SENT):
            half = stack.enter_context(topology.nginx.connect())
            half.sendall((head + body if number % 2 else head).encode())

        replies = [topology.nginx.get(USER) for _ in range(5)]
        registered = topology.nginx.post(REGISTER, new_account)

    assert [reply.status for reply in replies] == [401] * 5
    assert registered.status == 201
    assert max(reply.seconds for reply in (*replies, registered)) < 1


def test_largest_body_is_the_same_for_nginx_and_the_application(topology: Topology):
    size = Config.MAX_CONTENT_LENGTH
    largest, too_large = ({"email": "x" * (length - len('{"email": ""}'))} for length in (size, size + 1))

    assert len(json.dumps(largest)) == size
    assert topology.nginx.post(LOGIN, largest).status == 400
    reply = topology.nginx.post(LOGIN, too_large)
    assert reply.status == 413
    assert reply.is_told_as_failure


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (f"GET /{'x' * 40_000} HTTP/1.1", 414),
        (f"TRACE {USER} HTTP/1.1", 405),
        (f"GET {USER} HTTP/1.1\r\nX-Long: {'x' * 40_000}", 400),
        (f"GET {USER} HTTP/1.1\r\nHost: twice.example", 400),
    ],
)
def test_what_nginx_refuses_is_told_in_json(topology: Topology, request_line: str, status: int):
    with topology.nginx.connect() as connection:
        connection.sendall(f"{request_line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Content-Type: application/json" in head
    assert json.loads(body)["status"] == "fail"


class Breaking:
    """A server that takes each request and breaks off without an answer."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                request = connection.recv(65536)
                if not request:
                    return
                self.taken.append(request)

    @property
    def port(self) -> int:
        port: int = self.socket.getsockname()[1]
        return port

    def end(self) -> None:
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join()
        self.socket.close()


@pytest.fixture
def breaking(request: pytest.FixtureRequest, directory: Path) -> Iterator[tuple[Nginx, list[Breaking]]]:
    """nginx before two servers that break off."""
    want(request.config, "nginx")
    servers = [Breaking(), Breaking()]
    nginx = Nginx(directory, [server.port for server in servers])
    try:
        yield nginx, servers
    finally:
        nginx.process.end()
        for server in servers:
            server.end()


@pytest.mark.parametrize(
    ("method", "times"), [("POST", 1), ("PUT", 1), ("DELETE", 1), ("PATCH", 1), ("GET", 2)]
)
def test_no_write_is_passed_on_twice(breaking: tuple[Nginx, list[Breaking]], method: str, times: int):
    nginx, servers = breaking

    reply = nginx.request(method, f"{WIDGETS}/x", {"name": "y"} if method != "GET" else None)

    assert sum(len(server.taken) for server in servers) == times
    assert all(taken.startswith(method.encode()) for server in servers for taken in server.taken)
    assert reply.status == 502
    assert reply.is_told_as_failure
