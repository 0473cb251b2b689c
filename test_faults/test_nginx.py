"""What nginx does itself, as deploy/nginx.conf tells it to."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from threading import Thread

import pytest

from app.api.headers import ALWAYS, NO_CONTENT_AT_ALL
from app.config import Config
from test.util import LOGIN, REGISTER, USER, WIDGETS
from test_faults.conftest import Topology, want
from test_faults.processes import ANSWER_SECONDS, Nginx, free_port, wait_until

HALF_SENT = 60  # for 10 seconds each, which is longer than anybody else may wait: ANSWER_SECONDS
OF_EVERY_ANSWER = {
    **{name: [value] for name, value in (*ALWAYS, NO_CONTENT_AT_ALL)},
    "Access-Control-Allow-Origin": ["*"],
}


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
    assert max(reply.seconds for reply in (*replies, registered)) < ANSWER_SECONDS


def test_largest_body_is_the_same_for_nginx_and_the_application(topology: Topology):
    size = Config.MAX_CONTENT_LENGTH
    largest, too_large = ({"email": "x" * (length - len('{"email": ""}'))} for length in (size, size + 1))

    assert len(json.dumps(largest)) == size
    assert topology.nginx.post(LOGIN, largest).status == 400
    reply = topology.nginx.post(LOGIN, too_large)
    assert reply.status == 413
    assert reply.is_told_as_failure


def send(nginx: Nginx, message: str) -> tuple[int, Message, bytes]:
    """Return the status, the headers and the body of the one answer to *message*."""
    with nginx.connect() as connection:
        connection.sendall(message.encode("latin-1"))
        response = HTTPResponse(connection)
        response.begin()
        return response.status, response.headers, response.read()


HEAD = f"GET {USER} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = "Content-Type: application/x-www-form-urlencoded\r\n"
POST = f"POST {LOGIN} HTTP/1.1\r\nHost: 127.0.0.1\r\n{BODY}"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (f"GET /{'x' * 40_000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
        ("GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\n\r\n", 400),
        (f"GET {USER} HTTP/1.1\r\n\r\n", 400),
        (f"TRACE {USER} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
        ("CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (f"{HEAD}X-Long: {'x' * 40_000}\r\n\r\n", 400),
        (f"{HEAD}Host: twice.example\r\n\r\n", 400),
        (f"{POST}Content-Length: -1\r\n\r\n", 400),
        (f"{POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (f"{POST}Transfer-Encoding: gzip\r\n\r\n", 400),
        (f"{POST}Transfer-Encoding: chunked\r\n\r\nZZ\r\n", 400),
        (f"{POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n", 400),
        (f"{POST}Transfer-Encoding: chunked\r\n\r\n11170\r\n{'x' * 0x11170}\r\n0\r\n\r\n", 413),
        (f"{POST}Content-Length: 65537\r\n\r\n", 413),
        (f"{POST}Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n", 413),
    ],
)
def test_what_nginx_refuses_is_told_like_any_other_error(topology: Topology, message: str, status: int):
    answered, headers, body = send(topology.nginx, message)

    assert answered == status
    assert set(json.loads(body)) == {"status", "message"}
    assert json.loads(body)["status"] == "fail"
    assert headers["Content-Type"] == "application/json"
    assert {name: headers.get_all(name) for name in OF_EVERY_ANSWER} == OF_EVERY_ANSWER
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
    assert ("Allow" in headers) == (status == 405)


def test_headers_stand_once_whoever_answers(topology: Topology):
    for reply in (
        topology.nginx.get(USER),
        topology.nginx.request("HEAD", "/api/v1/ui"),
        topology.instances[0].get(USER),
    ):
        counts = {name: len(reply.headers.get_all(name)) for name in (*OF_EVERY_ANSWER, "X-Request-ID")}

        assert set(counts.values()) == {1}


def test_request_has_one_name_for_nginx_and_the_application(topology: Topology):
    own, made = (
        topology.nginx.get(USER, X_Request_ID=name).headers["X-Request-ID"] for name in ("a.B-1", "a b")
    )

    logs = [instance.log for instance in topology.instances]
    access = topology.nginx.directory / "access.log"
    assert own == "a.B-1"
    for name in (own, made):
        wait_until(lambda name=name: any(f'"request_id":"{name}"' in log.read_text() for log in logs))
        wait_until(lambda name=name: f" {name}\n" in access.read_text())


def test_what_the_http_library_refuses_itself_has_the_headers_too(topology: Topology):
    for line, status in (("X-A: \x01\r\n", 400), ("X: y\r\n" * 120, 431)):
        answered, headers, body = send(topology.nginx, f"{HEAD}{line}\r\n")

        assert (answered, body) == (status, b"")
        assert {name: headers.get_all(name) for name in OF_EVERY_ANSWER} == OF_EVERY_ANSWER


def test_body_in_chunks_is_taken_and_one_that_stops_keeps_nobody_waiting(
    topology: Topology, new_account: dict[str, str]
):
    body = json.dumps(new_account)
    start = f"POST {REGISTER} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    chunks = f"{start}Transfer-Encoding: chunked\r\n\r\n5\r\n{body[:5]}\r\n"
    rest = f"{len(body) - 5:x}\r\n{body[5:]}\r\n0\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(HALF_SENT):
            stack.enter_context(topology.nginx.connect()).sendall(chunks.encode())
        reply = topology.nginx.get(USER)
        status, _, answer = send(topology.nginx, chunks + rest)

    assert reply.status == 401
    assert reply.seconds < ANSWER_SECONDS
    assert (status, json.loads(answer)["message"]) == (201, "successfully registered")


class Breaking:
    """A server that takes each request, gives its *answer*, if it has one, and breaks off."""

    def __init__(self, answer: bytes = b"") -> None:
        self.answer = answer
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
                connection.sendall(self.answer)

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
    assert reply.status == 503
    assert reply.is_told_as_failure
    assert ("may have been carried out" in reply.body["message"]) == (method != "GET")
    assert reply.headers["Retry-After"] == "5"


def test_who_may_read_an_answer_of_the_application_nginx_does_not_say(
    request: pytest.FixtureRequest, directory: Path
):
    want(request.config, "nginx")
    guarded = "".join(f"{name}: {value}\r\n" for name, value in ALWAYS)
    server = Breaking(f"HTTP/1.1 204 No Content\r\n{guarded}Connection: close\r\n\r\n".encode())
    nginx = Nginx(directory, [server.port, server.port])

    try:
        status, headers, _ = send(nginx, f"{HEAD}Origin: https://elsewhere.example\r\n\r\n")
    finally:
        nginx.process.end()
        server.end()

    assert status == 204
    assert not [name for name in headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_write_that_reached_no_instance_may_be_tried_again(
    request: pytest.FixtureRequest, directory: Path, method: str
):
    want(request.config, "nginx")
    nginx = Nginx(directory, [free_port(), free_port()])

    try:
        reply = nginx.request(method, WIDGETS)
    finally:
        nginx.process.end()

    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.is_told_as_failure
    assert reply.body["message"].endswith("Please try again.")
