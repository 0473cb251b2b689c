"""What bench/ measures is what is here: the same tables, tokens that are taken, requests that come again."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import db
from app.util.token import TokenSigner
from bench.dataset import ISSUER, SECRET_KEY, Dataset
from bench.report import markdown
from bench.workload import OPERATIONS, Workload

SCHEMA = (Path(__file__).parent.parent / "bench/schema.sql").read_text()
DATASET = Dataset(now=datetime.now(UTC).replace(microsecond=0), widgets=100)


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
