"""The life of the production server: it serves, it stops, and it outlives its workers' deaths."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from resource import RLIM_INFINITY
from typing import Any

import pytest
from flask import Flask

import serve
from app import db
from test.databases import empty
from test.server import PATIENCE, TIMEOUT, Server, free_port, running_server, started, starting_server
from test.util import ADMIN_EMAIL, LOGIN, PASSWORD, REGISTER, USER, WIDGETS, account, widget
from workers import number_setting

WORKERS = 2


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with running_server(app, workers=WORKERS) as made:
        yield made


def wait_until_nobody_listens(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    with suppress(ConnectionError):
        while time.monotonic() < deadline:
            server.connect().close()
        raise AssertionError("somebody listens")


def test_it_serves_the_whole_way_of_a_user(server: Server):
    status, registered = server.post(REGISTER, account())
    token = registered["access_token"]

    assert status == 201
    assert server.post(LOGIN, account())[0] == 200
    assert server.request("GET", USER, Authorization=f"Bearer {token}")[1]["email"] == account()["email"]
    assert server.request("GET", USER)[0] == 401
    assert server.request("GET", f"{WIDGETS}/%ff%00", Authorization=f"Bearer {token}")[0] == 400
    page = server.request("GET", f"{WIDGETS}?page=2&per_page=5", Authorization=token)[1]
    assert page["links"]["self"] == f"http://127.0.0.1:{server.port}{WIDGETS}?page=2&per_page=5"
    assert server.request("HEAD", USER, Authorization=token) == (200, None)
    assert server.request("DELETE", f"{WIDGETS}/x", Authorization=token)[0] == 403


def test_admin_made_by_the_command_line_creates_a_widget(server: Server, app: Flask):
    from test.test_cli import invoke

    empty(app)
    invoke(app, "add-user", "--admin", ADMIN_EMAIL, "--password", PASSWORD)
    token = server.post(LOGIN, account(ADMIN_EMAIL))[1]["access_token"]

    status, message = server.post(WIDGETS, widget(), Authorization=f"Bearer {token}")

    assert status == 201
    assert "first-widget" in message["message"]


def test_second_server_on_the_same_port_refuses_to_start(server: Server, app: Flask):
    with starting_server(app, port=server.port) as second:
        second.wait_for_log(
            rf"Error: cannot listen on 127\.0\.0\.1, port {server.port}: Address already in use\."
        )
        status = second.process.wait(TIMEOUT)

    assert status == 1
    assert server.request("GET", USER)[0] == 401


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has abstract addresses")
def test_of_two_servers_that_start_at_once_on_the_same_port_one_serves(app: Flask):
    port = free_port()
    with starting_server(app, port=port) as one, starting_server(app, port=port) as other:
        for server in (one, other):
            server.wait_for_log(r"Started worker-\d runtime-1|Error: ")
        told = sorted(server.log[-1].partition(":")[0] for server in (one, other))

    assert told[0] == "Error"
    assert "Started worker-1 runtime-1" in told[1]


def test_server_that_is_told_to_end_leaves_its_port_to_the_next_while_requests_complete(
    server: Server, app: Flask
):
    body = json.dumps(account()).encode()
    with server.connect() as in_flight:
        in_flight.sendall(started(REGISTER, len(body), body[:10], "application/json"))
        assert server.request("GET", USER)[0] == 401
        server.process.terminate()
        wait_until_nobody_listens(server)

        with running_server(app, port=server.port) as next_server:
            assert next_server.request("GET", USER)[0] == 401
        assert server.process.poll() is None
        in_flight.sendall(body[10:])
        assert in_flight.recv(4096).startswith(b"HTTP/1.1 201 ")


def test_requests_in_flight_complete_after_sigterm(server: Server):
    bodies = [json.dumps(account(f"user{number}@example.com")).encode() for number in range(4)]
    in_flight = [server.connect() for _ in bodies]
    for connection, body in zip(in_flight, bodies, strict=True):
        connection.sendall(started(REGISTER, len(body), body[:10], "application/json"))
    assert server.request("GET", USER)[0] == 401

    server.process.send_signal(signal.SIGTERM)
    for _ in range(WORKERS):
        server.wait_for_log(r"Stopping worker-\d$")
    answers = []
    for connection, body in zip(in_flight, bodies, strict=True):
        with connection:
            connection.sendall(body[10:])
            answers.append(connection.recv(4096)[:13])

    assert answers == [b"HTTP/1.1 201 "] * len(bodies)
    assert server.process.wait(TIMEOUT) == 0


def test_server_that_was_stopped_leaves_all_in_the_one_file(server: Server, app: Flask):
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL keeps its own files")
        for user in range(4):
            assert server.post(REGISTER, account(f"user{user}@example.com"))[0] == 201
        db.engine.dispose()  # the last one to close it is to be the server
        file = Path(db.engine.url.database or "")
    assert file.with_name(f"{file.name}-wal").exists()

    server.process.send_signal(signal.SIGTERM)

    assert server.process.wait(TIMEOUT) == 0
    assert not file.with_name(f"{file.name}-wal").exists()


@pytest.mark.parametrize("moment", ["Spawning worker-2", "Started worker-2$", "Started worker-2 runtime-1"])
def test_server_that_is_told_to_end_while_it_starts_does_so_at_once(app: Flask, moment: str):
    with starting_server(app, workers=WORKERS) as server:
        server.wait_for_log(moment)

        server.process.terminate()
        server.wait_for_end()

    assert server.process.returncode == 0


def test_killed_workers_are_replaced_and_nothing_is_lost(server: Server):
    assert server.post(REGISTER, account())[0] == 201

    for pid in server.worker_pids():
        os.kill(pid, signal.SIGKILL)
        server.wait_for_worker()

    assert len(server.worker_pids()) == 2 * WORKERS
    assert server.post(LOGIN, account())[0] == 200
    assert server.process.poll() is None


def test_killed_supervisor_leaves_no_worker_behind(server: Server, app: Flask):
    assert server.post(REGISTER, account())[0] == 201

    server.process.kill()
    server.wait_for_end()

    with pytest.raises(ConnectionRefusedError):
        server.connect()
    with running_server(app, port=server.port) as next_server:
        assert next_server.post(LOGIN, account())[0] == 200


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds for which granian serves each time until it gives up; the last time it is told to end."""
    clock, left = [0.0], [60.0, 5.5, 0.0]

    class GivingUp:
        interrupt_signal = False

        def __init__(self, *_: object, **__: object) -> None:
            """Take any settings."""

        def serve(self) -> None:
            clock[0] += left.pop(0)
            if left:
                raise SystemExit(1)

    monkeypatch.setattr(serve, "Supervisor", GivingUp)
    monkeypatch.setattr(serve.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(serve.os, "register_at_fork", lambda **_: None)  # not of the tests' own process
    monkeypatch.setenv("FLASK_ENV", "testing")
    monkeypatch.setenv("PORT", str(free_port()))
    return left


def test_server_that_has_served_for_long_starts_again_when_granian_gives_up(runs: list[float]):
    serve.main()

    assert runs == []


def test_server_that_cannot_start_does_not_try_for_ever(runs: list[float]):
    runs[:] = [4.0, 60.0, 0.0]

    with pytest.raises(SystemExit) as ended:
        serve.main()

    assert ended.value.code == 1
    assert runs == [60.0, 0.0]


def test_server_that_is_told_to_end_while_granian_gives_up_ends(
    runs: list[float], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serve.Supervisor, "interrupt_signal", True)

    serve.main()

    assert runs == [5.5, 0.0]


@pytest.mark.parametrize(("text", "number"), [("", 7), ("1", 1), ("9", 9)])
def test_number_of_a_setting_is_the_given_one_or_the_default(
    monkeypatch: pytest.MonkeyPatch, text: str, number: int
):
    monkeypatch.setenv("THREADS", text)

    assert number_setting("THREADS", 7, at_most=9) == number


@pytest.mark.parametrize("text", ["0", "10", "-1", "1.5", " 3", "٣", "9" * 5000])
def test_other_number_of_a_setting_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("THREADS", text)

    with pytest.raises(SystemExit, match="THREADS must be a whole number from 1 to 9, not"):
        number_setting("THREADS", 7, at_most=9)


@pytest.mark.parametrize(
    ("limits", "raised_to", "connections"),
    [
        ((1024, 100_000), [(4224, 100_000)], 4096),
        ((1024, 2048), [(2048, 2048)], 1920),
        ((1024, RLIM_INFINITY), [(4224, RLIM_INFINITY)], 4096),
        ((RLIM_INFINITY, RLIM_INFINITY), [], 4096),
        ((100_000, 100_000), [], 4096),
        ((64, 64), [], 1),
    ],
)
def test_worker_holds_as_many_connections_as_it_may_open_files_besides_its_own(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], raised_to: Any, connections: int
):
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(serve.resource, "getrlimit", lambda _kind: limits)
    monkeypatch.setattr(serve.resource, "setrlimit", lambda _kind, to: raised.append(to))

    assert (serve.allow_connections(), raised) == (connections, raised_to)
