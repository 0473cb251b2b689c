"""Workers are killed again and again under load: what was acknowledged is there."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from test.util import ADMIN_EMAIL, LOGIN, account
from test_faults.alone import serving_alone
from test_faults.load import Load, stored_names
from test_faults.processes import Instance, KeptAlive, wait_until

ACKNOWLEDGED = 2_500  # on each database
KILLS = 6
EVERY_SECONDS = 3  # the same worker 6 after it began: one that dies within 5.5 of that is given up


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    """An instance with two workers on an empty database, with an administrator."""
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        server.psql("CREATE DATABASE workers")
        url = server.get_uri("workers")
    with serving_alone(Instance, tmp_path, url, workers=2) as made:
        yield made


def kill_worker(instance: Instance, number: str) -> None:
    """Kill a worker, and wait until another one has been spawned in its place."""
    killed = instance.workers()[number]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: instance.workers()[number] != killed)


def test_killed_workers_cost_no_acknowledged_write(instance: Instance):
    token = instance.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
    first = instance.workers()
    with (
        closing(KeptAlive(instance.port)) as site,
        Load(site, token, "worker") as load,
    ):
        for number in range(KILLS):
            kill_worker(instance, str(number % 2 + 1))
            next_kill = time.monotonic() + EVERY_SECONDS
            load.wait_for_more(ACKNOWLEDGED // KILLS + 1)
            time.sleep(max(0, next_kill - time.monotonic()))
        load.stop()

    print(f"{len(load.acknowledged)} writes acknowledged, {KILLS} workers killed: {load.statuses}")
    assert len(load.acknowledged) >= ACKNOWLEDGED
    assert set(load.statuses) <= {0, 200, 201}
    assert load.statuses[0] > 0
    assert not set(first.values()) & set(instance.workers().values())
    assert load.acknowledged <= set(stored_names(instance, token))
    assert instance.process.popen.poll() is None
