"""The processors of the workers: each has its own, where there is one for each."""

import os
import signal
import time
from collections.abc import Iterator
from socket import socket
from threading import Thread

import pytest
from flask import Flask

from app.util.server import affinity
from test.server import PATIENCE, running_server

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="only Linux lets a process choose its processor"
)


@pytest.fixture(autouse=True)
def few_processors() -> Iterator[None]:
    """Two processors at most, however many this machine has: there is to be a worker for each."""
    choose, before = os.sched_setaffinity, os.sched_getaffinity(0)
    choose(0, sorted(before)[:2])
    yield
    choose(0, before)  # which a test may have put something else for


def all_processors() -> set[int]:
    return os.sched_getaffinity(0)


def settled(pids: list[int]) -> list[set[int]]:
    """Return the processors of each of *pids* as soon as each has settled on one, or at last."""
    deadline = time.monotonic() + PATIENCE
    while True:
        processors = [os.sched_getaffinity(pid) for pid in pids]
        if all(len(own) == 1 for own in processors) or time.monotonic() > deadline:
            return processors


def test_as_many_workers_as_processors_have_one_each(app: Flask):
    with running_server(app, workers=len(all_processors())) as server:
        server.request("GET", "/healthz")
        own = settled(server.worker_pids())

    assert sorted(map(list, own)) == [[processor] for processor in sorted(all_processors())]


def test_whoever_follows_a_worker_that_died_has_its_processor(app: Flask):
    with running_server(app, workers=len(all_processors())) as server:
        server.request("GET", "/healthz")
        first = server.worker_pids()[0]
        (before,) = settled([first])
        os.kill(first, signal.SIGKILL)
        server.wait_for_worker()
        server.request("GET", "/healthz")

        assert settled(server.worker_pids()[-1:]) == [before]


def test_more_workers_than_processors_share_them_all(app: Flask):
    with running_server(app, workers=len(all_processors()) + 1) as server:
        server.request("GET", "/healthz")

        assert all(os.sched_getaffinity(pid) == all_processors() for pid in server.worker_pids())


def test_where_a_process_may_not_choose_nothing_changes(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    monkeypatch.setattr(affinity, "_all", set())
    claims: list[socket] = []
    monkeypatch.setattr(affinity, "_claims", claims)

    affinity.settle(len(all_processors()))
    claims.pop().close()
    assert not affinity._all
    affinity._all.update(all_processors())
    with affinity.on_any_processor():
        assert os.sched_getaffinity(0) == all_processors()


def test_what_takes_long_goes_where_there_is_room(monkeypatch: pytest.MonkeyPatch):
    everywhere, seen = all_processors(), []
    one = {min(everywhere)}
    monkeypatch.setattr(affinity, "_all", everywhere)

    def hash_something() -> None:
        os.sched_setaffinity(0, one)
        with affinity.on_any_processor():
            seen.append(os.sched_getaffinity(0))
        seen.append(os.sched_getaffinity(0))

    thread = Thread(target=hash_something)
    thread.start()
    thread.join()

    assert seen == [everywhere, one]
