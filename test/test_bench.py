"""What bench/ measures is what is here: the same tables, tokens that are taken, requests that come again."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import db
from app.util.token import TokenSigner
from bench import gains, servers
from bench.callers import Timing
from bench.catalogue import OURS
from bench.check import check, sample, stopped_clock
from bench.databases import Sqlite, create_each
from bench.dataset import ISSUER, SECRET_KEY, Dataset
from bench.report import markdown, summary
from bench.variants import OPTIMISATIONS, VARIANTS
from bench.workers import Worker
from bench.workload import OPERATIONS, Workload

ROOT = Path(__file__).parent.parent
SCHEMA = (ROOT / "bench/schema.sql").read_text()
PATIENCE = 30  # seconds
DATASET = Dataset(now=datetime.now(UTC).replace(microsecond=0), widgets=100)


def test_readme_says_what_was_measured():
    results = json.loads((ROOT / "bench/results/results.json").read_text())

    assert summary(results) in (ROOT / "README.md").read_text()
    assert (ROOT / "bench/results/results.md").read_text() == markdown(results)


@pytest.mark.parametrize("table", ["site_user", "widget", "token_blacklist"])
def test_peers_have_the_columns_of_the_models(table: str):
    body = re.search(rf"CREATE TABLE {table} \((.*?)\n\);", SCHEMA, re.S).group(1)

    columns = re.findall(r"^    ([a-z_]+) ", body, re.M)

    assert columns == list(db.metadata.tables[table].columns.keys())


def test_every_token_is_taken_and_another_one():
    workload = Workload(DATASET)
    signer = TokenSigner(key=SECRET_KEY, issuer=ISSUER)

    results = [signer.decode(token) for token in workload.tokens + workload.admin_tokens]

    assert all(result.success for result in results)
    assert len(set(workload.tokens)) == len(set(workload.admin_tokens)) == 100


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests_come_again_from_their_seed(operation: str):
    requests = Workload(DATASET).requests(operation, count=50, seed="a")

    assert requests == Workload(DATASET).requests(operation, count=50, seed="a")
    assert requests != Workload(DATASET).requests(operation, count=50, seed="b")
    assert len({request.token for request in requests}) > 25


def test_ratio_is_how_many_times_as_long_a_rival_takes_and_of_two_the_faster_counts():
    times = {"ours": 100, "expert-sync": 250, "expert-async": 300}
    cell = {peer: {"wall_us": us, "cpu_us": us} for peer, us in times.items()}

    text = markdown({"in_process": {"SQLite": {"one": cell}}})

    assert "| FastAPI by an expert | 2.50 |" in text
    assert "| FastAPI by an expert, async | 300 (300) |" in text


def test_answers_are_the_same_without_any_one_optimisation(tmp_path: Path):
    peers = [OURS, *VARIANTS.values()]
    urls = create_each(Sqlite(tmp_path), peers, DATASET)

    with ExitStack() as stack:
        now = stopped_clock(DATASET)
        workers = [stack.enter_context(Worker(peer, urls[peer.name], at=now)) for peer in peers]
        count = check(workers, DATASET)

    assert count == len(sample(DATASET))


def test_gains_are_told_by_operation_and_nothing_is_where_an_optimisation_cannot_matter():
    figures = {
        "one": {"ours": 1.0, "again": 1.01, "without-orjson": 1.25},
        "page10": {"ours": 1.0, "again": 0.99},
    }

    text = markdown({"gains": {"SQLite": {"10000": figures}}})

    assert "| nothing | 1.01 | 0.99 |" in text
    assert "| orjson | 1.25 |  |" in text


def test_gain_is_the_median_of_rounds_in_which_only_what_ran_side_by_side_is_compared():
    ours = [Timing(10, wall, wall) for wall in (1, 4, 1)]
    slower = [Timing(5, wall, wall) for wall in (1, 4, 9)]

    assert gains.compared({"ours": ours, "slower": slower}) == {"ours": 1, "slower": 2}


def test_readme_tells_of_each_optimisation_that_is_measured_and_where_it_stands():
    text = (ROOT / "bench/README.md").read_text().partition("## What each optimisation gains")[2]

    rows = re.findall(r"^\| ([^|]+) \| (`[^|]+`) \|", text, re.M)

    assert [label for label, _ in rows] == [each.label for each in OPTIMISATIONS.values()]
    assert all((ROOT / file).is_file() for _, where in rows for file in re.findall(r"`(.+?)`", where))


def test_thread_that_ends_while_processes_are_looked_for_has_started_none():
    assert servers._children(Path("/proc/self/task/0")) == []


def servers_of(measurement: int) -> list[int]:
    """Return the processes below *measurement* that serve, as far as they are there by now."""
    time.sleep(0.01)
    with suppress(FileNotFoundError, ProcessLookupError):  # one that ended since it was found
        below = servers._descendants(measurement)
        return [pid for pid in below if b"serve.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_servers_end_with_the_measurement_that_started_them(tmp_path: Path):
    of_one_peer = ["--peers", "ours", "--databases", "sqlite", "--widgets", "100"]
    measurement = subprocess.Popen(
        [sys.executable, "-m", "bench", "start", *of_one_peer],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # Until there is a worker, too: by then whoever has started the server knows of it.
    while len(started := servers_of(measurement.pid)) < 2:
        assert measurement.poll() is None
    measurement.terminate()
    measurement.wait(PATIENCE)

    assert not any(Path(f"/proc/{pid}").exists() for pid in started)
    assert list(tmp_path.iterdir()) == []
