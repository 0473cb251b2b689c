"""What the production server does with requests that come slowly, in pieces, or from an enemy."""

import asyncio
import json
import re
import resource
import select
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from unittest.mock import Mock
from wsgiref.types import WSGIEnvironment

import pytest
from flask import Flask, Response, send_file
from werkzeug.test import EnvironBuilder

from app import db
from app.api.auth.business import add_user
from app.models import User, Widget
from app.ui import FILES
from app.util.server.rsgi_to_wsgi import environ_of
from gateway import Gateway
from serve import MAX_HEAD, allow_connections
from test.databases import application_on
from test.server import FORM, THREADS, Server, head, running_server, started
from test.util import (
    ADMIN_EMAIL,
    EMAIL,
    LOGIN,
    PASSWORD,
    REGISTER,
    USER,
    WIDGET,
    WIDGETS,
    account,
    widget,
    widget_row,
)

HALF_SENT = 500
SLOW_READERS = 50
LARGE = "swagger-ui-bundle.js"
HOST = "Host: 127.0.0.1\r\nConnection: close\r\n"
GET = f"GET {USER} HTTP/1.1\r\n{HOST}"
OF_EVERY_ANSWER = (
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Referrer-Policy",
    "Access-Control-Allow-Origin",
    "X-Request-ID",
    "Vary",
)


@pytest.fixture(scope="module")
def running(migrated_app: Flask) -> Iterator[Server]:
    with running_server(migrated_app, BODY_SECONDS="1") as made:
        yield made


@pytest.fixture
def server(running: Server, app: Flask) -> Server:
    """A server with one worker, on an empty database."""
    return running


def headers_of(answer: bytes) -> dict[str, str]:
    lines = answer.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def memory_of(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


@contextmanager
def held_up(server: Server, app: Flask) -> Iterator[None]:
    """All threads of the server wait for the database, where somebody else is about to add the same row."""
    with app.app_context():
        admin = add_user(email=ADMIN_EMAIL, password=PASSWORD, admin=True)
        body = json.dumps(widget()).encode()
        token = f"Authorization: Bearer {admin.encode_access_token()}"
        begin = head(WIDGETS, token, "Content-Type: application/json", f"Content-Length: {len(body)}")
        with waiting_for(Widget(**widget_row("first-widget"), owner=admin), server, begin + body):
            wait_until_silent(server)
            yield


@contextmanager
def registrations_held_up(server: Server, app: Flask, path: str = REGISTER) -> Iterator[None]:
    """More registrations than the server has threads wait for the database, one after the other."""
    body = json.dumps(account()).encode()
    message = started(path, len(body), body, "application/json")
    with app.app_context(), waiting_for(User(email=EMAIL, password=PASSWORD), server, message):
        yield


@contextmanager
def waiting_for(row: db.Model, server: Server, message: bytes) -> Iterator[None]:
    """The *row* is about to be added, and so it is by each of THREADS clients that have sent *message*."""
    with ExitStack() as stack:
        db.session.add(row)
        db.session.flush()
        waiting = [stack.enter_context(server.connect()) for _ in range(THREADS)]
        for connection in waiting:
            connection.sendall(message)
        yield
        assert select.select(waiting, [], [], 0)[0] == []
        db.session.rollback()
        assert sorted(connection.recv(12)[9:] for connection in waiting) == [b"201"] + [b"409"] * 3


def wait_until_silent(server: Server) -> None:
    """Wait until a request that needs no database gets no answer either: no thread is left."""
    while True:
        with server.connect() as connection:
            connection.settimeout(0.5)
            connection.sendall(f"{GET}\r\n".encode())
            try:
                assert connection.recv(4096).startswith(b"HTTP/1.1 401 ")
            except TimeoutError:
                return


def test_probes_are_answered_while_every_thread_waits_for_the_database(server: Server, app: Flask):
    with held_up(server, app):
        alive = server.exchange("GET", "/healthz")
        head_of_alive = server.exchange("HEAD", "/healthz")
        ready, _ = server.request("GET", "/readyz")

    assert (alive[0], json.loads(alive[2])) == (200, {"status": "success", "message": "alive"})
    assert all(name in alive[1] for name in OF_EVERY_ANSWER)
    assert (head_of_alive[0], head_of_alive[2]) == (200, b"")
    assert alive[1].keys() == head_of_alive[1].keys()
    assert ready == 200


@pytest.mark.parametrize("path", [REGISTER, f"{REGISTER}/", f"/{REGISTER}"])
def test_registrations_keep_no_other_request_waiting(server: Server, app: Flask, path: str):
    with registrations_held_up(server, app, path):
        assert server.request("GET", USER)[0] == 401
        assert server.exchange("OPTIONS", LOGIN)[0] == 200


def test_registration_whose_client_has_gone_is_not_made(server: Server, app: Flask):
    body = json.dumps(account("gone@email.com")).encode()
    with registrations_held_up(server, app):
        with server.connect() as leaving:
            leaving.sendall(started(REGISTER, len(body), body, "application/json"))
            assert server.request("GET", USER)[0] == 401  # it waits for its turn by now
        server.wait_for_log(r'"path":"/api/v1/auth/register","status":499,')
        assert [server.request("GET", USER)[0] for _ in range(5)] == [401] * 5

    assert server.post(REGISTER, account("next@email.com"))[0] == 201
    with app.app_context():
        assert User.find_by_email("gone@email.com") is None


def test_half_sent_requests_keep_nobody_waiting(server: Server):
    assert allow_connections() > HALF_SENT  # of this process too
    with ExitStack() as stack:
        for number in range(HALF_SENT):
            half = stack.enter_context(server.connect())
            half.sendall(started(LOGIN, 100, b"email=a") if number % 2 else b"POST /api/v1/auth/login HTT")

        answers = [server.request("GET", USER)[0] for _ in range(5)]
        answers.append(server.post(REGISTER, account())[0])

    assert answers == [401] * 5 + [201]


def test_body_that_does_not_come_is_given_up_like_any_other_error(server: Server):
    with server.connect() as half:
        half.sendall(head(LOGIN, "Content-Length: 100", f"Content-Type: {FORM}", "X-Request-ID: late") + b"a")
        answer = half.recv(4096)
        ended = half.recv(4096)

    headers = headers_of(answer)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.split(b"\r\n\r\n")[1]) == {
        "status": "fail",
        "message": "The request body did not arrive in time.",
    }
    assert all(name.lower() in headers for name in OF_EVERY_ANSWER)
    assert (headers["x-request-id"], headers["connection"], ended) == ("late", "close", b"")
    server.wait_for_log(r'"status":408,.*"request_id":"late"')


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
        b"ZZ\r\n",
    ],
    ids=["small", "large", "broken", "broken at once"],
)
def test_chunked_body_is_refused(server: Server, chunks: bytes):
    with server.connect() as connection:
        connection.sendall(head(REGISTER, f"Content-Type: {FORM}", "Transfer-Encoding: chunked") + chunks)
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 411 ")


@pytest.mark.parametrize("sent", [0, 70_000])
def test_body_over_the_limit_is_refused_without_waiting_for_it(server: Server, sent: int):
    with server.connect() as connection:
        connection.sendall(started(REGISTER, 10_000_000, b"x" * sent))
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert headers_of(answer)["connection"] == "close"


@pytest.mark.parametrize(("length", "status"), [(2, 100), (70_000, 413)])
def test_client_that_asks_first_sends_no_body_in_vain(server: Server, length: int, status: int):
    with server.connect() as connection:
        connection.sendall(head(LOGIN, f"Content-Length: {length}", "Expect: 100-continue"))
        answer = connection.recv(4096)

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_requests_in_one_piece_are_answered_in_their_order(server: Server):
    unknown = f"GET {WIDGETS}/x/y HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    answer = server.send(f"{unknown}{unknown}{GET}\r\n".encode())

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"404", b"404", b"401"]


def test_large_file_comes_whole(server: Server):
    expected = (FILES[LARGE] / LARGE).read_bytes()

    status, headers, content = server.exchange("GET", f"/swaggerui/{LARGE}")

    assert (status, content) == (200, expected)
    assert headers["Content-Length"] == str(len(expected))
    assert server.exchange("HEAD", f"/swaggerui/{LARGE}")[2] == b""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc: memory is NOT tested")
def test_large_file_does_not_wait_in_memory_for_slow_readers(server: Server):
    (pid,) = server.worker_pids()
    before = memory_of(pid)
    with ExitStack() as stack:
        for _ in range(SLOW_READERS):
            slow = stack.enter_context(socket.socket())
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect(("127.0.0.1", server.port))
            # The system itself takes the first few for the server.
            slow.sendall(f"GET /swaggerui/{LARGE} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * 5)
            assert slow.recv(12) == b"HTTP/1.1 200"
        assert server.request("GET", USER)[0] == 401
        grown = memory_of(pid) - before

    assert grown < SLOW_READERS * (FILES[LARGE] / LARGE).stat().st_size / 2


@pytest.mark.parametrize(("also", "named"), [("", r"[0-9a-f]{32}"), ("X-Request-ID: mine\r\n", "mine")])
def test_header_with_an_underscore_does_not_pass_for_another(server: Server, also: str, named: str):
    answer = server.send(f"{GET}{also}X_Request_ID: made-up\r\n\r\n".encode())

    assert re.fullmatch(named, headers_of(answer)["x-request-id"])


# What reaches the application, and how it answers.
ODD = {
    "HTTP/1.0": (f"GET {USER} HTTP/1.0\r\n\r\n", {401}),
    "absolute target": (f"GET http://127.0.0.1{USER} HTTP/1.1\r\n{HOST}\r\n", {401}),
    "foreign host": (f"GET {USER} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", {400}),
    "two hosts": (f"{GET}Host: evil.example\r\n\r\n", {400}),
    "OPTIONS *": (f"OPTIONS * HTTP/1.1\r\n{HOST}\r\n", {200, 404}),
    "CONNECT": (
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
        {400, 404, 405},
    ),
    "TRACE": (f"TRACE {USER} HTTP/1.1\r\n{HOST}\r\n", {405}),
    "unknown method": (f"!#$ {USER} HTTP/1.1\r\n{HOST}\r\n", {405}),
    "huge method": (f"{'X' * 5000} {USER} HTTP/1.1\r\n{HOST}\r\n", {405}),
    "WebSocket": (
        f"{GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        {400},
    ),
    "h2c": (
        f"{GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
        {401},
    ),
    "two equal lengths": (f"{GET}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}", {401}),
    "NUL and line ends in the path": (f"GET /api/v1/%00%0d%0a%zz HTTP/1.1\r\n{HOST}\r\n", {404}),
    "two slashes": (f"GET //evil.example/api/v1 HTTP/1.1\r\n{HOST}\r\n", {404}),
    "no ASCII in a header": (f"{GET}Authorization: Bearer \u00ff\u20ac\r\nOrigin: \u00ff\r\n\r\n", {401}),
    "many headers": (GET + "".join(f"X-{number}: y\r\n" for number in range(90)) + "\r\n", {401}),
}

# What is no HTTP, or no more than a worker reads: the HTTP library refuses it, without a body.
BROKEN = {
    "HTTP/0.9": "GET /\r\n",
    "HTTP/3": "GET / HTTP/3.0\r\n\r\n",
    "HTTP/2 without asking": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\x00" * 9,
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "relative target": "GET api/v1 HTTP/1.1\r\n\r\n",
    "long target": f"GET /{'x' * 70_000} HTTP/1.1\r\n\r\n",
    "long header": f"{GET}X-Long: {'x' * MAX_HEAD * 4}\r\n\r\n",
    "too many headers": GET + "X: y\r\n" * 101 + "\r\n",
    "control character": f"{GET}X-A: \x01\r\n\r\n",
    "folded header": f"{GET}X-A: b\r\n c\r\n\r\n",
    "space before the colon": f"{GET}X-A : b\r\n\r\n",
    "two lengths": f"{GET}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}",
    "negative length": f"{GET}Content-Length: -1\r\n\r\n",
    "endless length": f"{GET}Content-Length: 99999999999999999999999\r\n\r\n",
    "coding that is none": f"{GET}Transfer-Encoding: gzip\r\n\r\nx",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_request_is_answered_like_any_other(server: Server, name: str):
    message, statuses = ODD[name]

    answer = server.send(message.encode())

    headers = headers_of(answer)
    assert int(answer.split()[1]) in statuses
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == "fail"
    assert all(header.lower() in headers for header in OF_EVERY_ANSWER)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_http_ends_the_connection_and_nothing_else(server: Server, name: str):
    answer = server.send(BROKEN[name].encode("latin-1"))

    assert answer == b"" or re.match(rb"HTTP/1.1 (400|414|431) [\s\S]*\r\n\r\n$", answer)
    assert server.request("GET", USER)[0] == 401


@pytest.mark.parametrize("path", [WIDGETS, USER, REGISTER, "/healthz", "/", "/api/v1"])
def test_query_that_is_not_ascii_is_read_as_any_other(server: Server, path: str):
    wanted = server.request("GET", f"{path}?x=1")[0]

    answer = server.send(f"GET {path}?x=☃&é=€ HTTP/1.1\r\n{HOST}\r\n".encode())

    assert answer.startswith(f"HTTP/1.1 {wanted} ".encode())


def test_path_that_is_not_ascii_is_read_as_utf_8(server: Server):
    token = server.post(REGISTER, account())[1]["access_token"]

    status, answer = server.request("GET", f"{WIDGETS}/%C3%BC%E2%98%83", Authorization=token)

    assert status == 404
    assert "ü☃" in answer["message"]


def test_number_of_a_page_that_is_not_ascii_is_refused_by_name(server: Server):
    token = server.post(REGISTER, account())[1]["access_token"]

    answer = server.send(
        f"GET {WIDGETS}?page=١ HTTP/1.1\r\n{HOST}Authorization: Bearer {token}\r\n\r\n".encode()
    )

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert list(json.loads(answer.split(b"\r\n\r\n")[1])["errors"]) == ["page"]


def test_token_that_is_not_ascii_is_an_invalid_one(server: Server):
    answer = server.send(f"GET {USER} HTTP/1.1\r\n{HOST}Authorization: Bearer é\r\n\r\n".encode())

    assert json.loads(answer.split(b"\r\n\r\n")[1])["message"] == "Invalid token. Please log in again."
    assert 'error="invalid_token"' in headers_of(answer)["www-authenticate"]
    assert headers_of(answer)["cache-control"] == "private, no-cache"


def test_condition_that_is_not_ascii_does_not_hold(server: Server, app: Flask):
    with app.app_context():
        token = add_user(email=ADMIN_EMAIL, password=PASSWORD, admin=True).encode_access_token()
    assert server.post(WIDGETS, widget(), Authorization=token)[0] == 201

    answer = server.send(
        f'DELETE {WIDGET} HTTP/1.1\r\n{HOST}Authorization: {token}\r\nIf-Match: "é"\r\n\r\n'.encode()
    )

    assert answer.startswith(b"HTTP/1.1 412 ")
    assert server.request("GET", WIDGET, Authorization=token)[0] == 200


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [("http://127.0.0.1", "evil.example", 401), ("http://evil.example", "127.0.0.1", 400)],
)
def test_authority_in_the_target_outdoes_host(server: Server, target: str, host: str, status: int):
    answer = server.send(f"GET {target}{USER} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ("192.0.2.7:80", "192.0.2.7"),
        ("[2001:db8::7]:80", "2001:db8::7"),
        ("[::ffff:10.0.0.7]:80", "::ffff:10.0.0.7"),
    ],
)
def test_address_of_a_client_is_one(client: str, address: str):
    scope = Mock(client=client, server="[::]:80", method="GET", path="/", query_string="", authority=None)
    scope.headers.keys.return_value = []

    environ = environ_of(scope, BytesIO())

    assert environ["REMOTE_ADDR"] == address
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("[::]", "80")


@pytest.mark.parametrize("method", ["get", "delete", "Delete", "head", "options"])
def test_case_of_the_method_means_something(server: Server, method: str):
    answer = server.send(f"{method} {USER} HTTP/1.1\r\n{HOST}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 405 ")
    assert "GET" in headers_of(answer)["allow"]


@pytest.fixture
def gateway_of(database_url: str) -> Callable[[Callable[[], Response]], Gateway]:
    """A function that returns a gateway to an application, as in production, with one more view, at /more."""

    def gateway(view: Callable[[], Response]) -> Gateway:
        with application_on(database_url) as app:
            app.testing = False
            app.add_url_rule("/more", view_func=view)
            return Gateway(app, workers=1, threads=1, max_body=1000, body_seconds=1)

    return gateway


def view_of_a_buffer() -> Response:
    return send_file(BytesIO(b"a,b"), mimetype="text/csv")


def view_of_a_file_that_goes_away() -> Response:
    with NamedTemporaryFile(delete=False) as file:
        file.write(b"a,b")
    try:
        return send_file(file.name, mimetype="text/csv")
    finally:
        Path(file.name).unlink()


def view_of_an_open_file() -> Response:
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    file.write(b"a,b")
    file.seek(0)
    return send_file(file, mimetype="text/csv")


def view_of_a_stream() -> Response:
    return Response(iter([b"a,", b"b"]), mimetype="text/csv")


@pytest.mark.parametrize(
    "view", [view_of_a_buffer, view_of_a_file_that_goes_away, view_of_an_open_file, view_of_a_stream]
)
def test_whatever_a_view_sends_is_sent(gateway_of: Callable[..., Gateway], view: Callable[[], Response]):
    status, headers, content = gateway_of(view).call(EnvironBuilder("/more").get_environ())

    assert (status, content) == (200, b"a,b")
    assert ("content-type", "text/csv; charset=utf-8") in headers


def test_liveness_is_told_without_a_thread_and_readiness_is_not(gateway_of: Callable[..., Gateway]):
    gateway = gateway_of(view_of_a_stream)
    gateway.pool = gateway.probe_pool = Mock(run=Mock(side_effect=RuntimeError("no thread is left")))

    def answered(path: str) -> int:
        scope, environ = Mock(method="GET", path=path), EnvironBuilder(path).get_environ()
        return asyncio.run(gateway.answer(scope, environ, Mock()))[0]

    assert answered("/healthz") == 200
    with pytest.raises(RuntimeError, match="no thread is left"):
        answered("/readyz")


def test_login_that_is_answered_waits_no_longer_for_its_client_to_go(gateway_of: Callable[..., Gateway]):
    gateway = gateway_of(view_of_a_stream)

    async def still_waiting() -> int:
        protocol = Mock(client_disconnect=lambda: asyncio.Event().wait())
        await gateway.answer(Mock(method="POST", path=LOGIN), EnvironBuilder(LOGIN).get_environ(), protocol)
        await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - 1

    assert asyncio.run(still_waiting()) == 0


@pytest.mark.parametrize(("turn_has_come", "status"), [(False, 499), (True, 400)])
def test_login_whose_client_goes_has_one_line_of_the_log(
    gateway_of: Callable[..., Gateway],
    capfd: pytest.CaptureFixture[str],
    turn_has_come: bool,
    status: int,
):
    gateway = gateway_of(view_of_a_stream)
    environ = EnvironBuilder(LOGIN, method="POST", headers={"X-Request-ID": "left"}).get_environ()

    async def wait_for_ever(environ: WSGIEnvironment) -> None:
        if turn_has_come:
            gateway.call_in_turn(environ)
        await asyncio.Event().wait()

    gateway.cpu_bound_pool = Mock(run=wait_for_ever)
    protocol = Mock(client_disconnect=lambda: asyncio.sleep(0))
    asyncio.run(gateway.answer(Mock(method="POST", path=LOGIN), environ, protocol))

    (line,) = capfd.readouterr().err.splitlines()
    assert re.search(rf" path={LOGIN} status={status} .* request_id=left$", line)


def test_login_whose_client_has_gone_is_not_made_when_its_turn_comes(gateway_of: Callable[..., Gateway]):
    gateway = gateway_of(view_of_a_stream)
    environ = EnvironBuilder(LOGIN, method="POST").get_environ()
    gateway.call = Mock()

    async def take_turn_afterwards() -> int:
        gateway.cpu_bound_pool = Mock(run=lambda _: asyncio.Event().wait())
        protocol = Mock(client_disconnect=lambda: asyncio.sleep(0))
        await gateway.answer(Mock(method="POST", path=LOGIN), environ, protocol)
        return gateway.call_in_turn(environ)[0]

    assert asyncio.run(take_turn_afterwards()) == 499
    assert gateway.call.mock_calls == []


@pytest.mark.parametrize("sent", [{}, {"X-Request-ID": "broken"}])
def test_body_that_fails_on_the_way_is_told_and_logged_like_any_other_error(
    gateway_of: Callable[..., Gateway], capfd: pytest.CaptureFixture[str], sent: dict[str, str]
):
    def parts() -> Iterator[bytes]:
        yield b"a,"
        raise ArithmeticError("no b")

    gateway = gateway_of(lambda: Response(parts(), mimetype="text/csv"))

    status, headers, content = gateway.call(EnvironBuilder("/more", headers=sent).get_environ())

    assert (status, json.loads(content)) == (500, {"status": "fail", "message": "Internal Server Error"})
    assert {name.lower() for name in OF_EVERY_ANSWER} <= dict(headers).keys()
    log = capfd.readouterr().err
    assert "ArithmeticError: no b" in log
    request_id = dict(headers)["x-request-id"]
    assert set(re.findall(r"request_id=(\w+)", log)) == {request_id}
    assert request_id == sent.get("X-Request-ID", request_id)
