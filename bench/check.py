"""Every peer answers as this project does, byte for byte, or nothing is measured.

The clocks stand still meanwhile, at the same instant everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bench.callers import Answer
from bench.dataset import TOKEN_LIFE, Dataset, token
from bench.workers import Worker
from bench.workload import OPERATIONS, USER, WIDGETS, Request, Workload

HEADERS = (
    "content-type",
    "content-length",
    "link",
    "total-count",
    "location",
    "www-authenticate",
    "cache-control",
    "vary",
)
JTI = "9c0e8cb1-7f0c-4b1e-9c43-0cdb5e1d0a11"  # of tokens that differ otherwise
SECONDS_LATER = 100  # than the tokens were issued


def check(workers: Iterable[Worker], dataset: Dataset) -> int:
    """Compare the answers of all *workers* with those of the first, and return how many each gave.

    Raises SystemExit with the first difference.
    """
    requests = sample(dataset)
    reference, *others = workers
    expected = reference.answers(requests)
    for worker in others:
        for request, mine, theirs in zip(requests, expected, worker.answers(requests), strict=True):
            if _compared(mine) != _compared(theirs):
                raise SystemExit(_difference(reference, worker, request, mine, theirs))
    for request, answer in zip(requests, expected, strict=True):
        if answer.status != request.status:
            raise SystemExit(f"{reference.peer.name} answers {request} with {answer}")
    return len(requests)


def stopped_clock(dataset: Dataset) -> int:
    """Return the instant of the comparison, in seconds since 1970."""
    return int(dataset.now.timestamp()) + SECONDS_LATER


def sample(dataset: Dataset) -> list[Request]:
    """Return requests of every kind: the five operations, and each refusal of the contract."""
    workload = Workload(dataset)
    good = [
        request
        for operation in OPERATIONS
        for request in workload.requests(operation, count=20, seed="check")
    ]
    return good + _odd_pages(workload) + _refused_tokens(workload) + _refused_input(workload)


def _odd_pages(workload: Workload) -> list[Request]:
    token, last = workload.tokens[0], workload.dataset.widgets // 10
    good = ["", "page=2", "per_page=5", f"page={last}", f"page={last + 3}", f"page={2**31 - 1}&per_page=100"]
    bad = ["page=0", "page=x", "per_page=7", f"page={2**31}", "page=-1&per_page=ten", "page="]
    return [Request("GET", WIDGETS, query, token) for query in good] + [
        Request("GET", WIDGETS, query, token, status=400) for query in bad
    ]


def _refused_tokens(workload: Workload) -> list[Request]:
    user, admin, *_ = workload.dataset.users()
    fresh = partial(token, jti=JTI, issued_at=workload.dataset.now, life=TOKEN_LIFE)
    refused = {
        "none": "",
        "garbage": "nonsense",
        "other key": fresh(admin, key="k" * 40),
        "expired": fresh(admin, life=timedelta(seconds=1)),
        "logged out": fresh(admin, jti=workload.dataset.revoked_jti()),
        "nobody's": fresh(replace(user, public_id=JTI)),
    }
    kinds = (
        Request("GET", USER),
        Request("GET", f"{WIDGETS}/Widget-1"),
        Request("GET", WIDGETS, "page=0"),
        Request("GET", WIDGETS),
        Request("POST", WIDGETS, body="{}"),
        Request("POST", WIDGETS, body=_fields(name="refused")),
    )
    return [replace(kind, token=text, status=401) for text in refused.values() for kind in kinds] + [
        replace(kind, token=fresh(user), status=403) for kind in kinds[-2:]
    ]


def _refused_input(workload: Workload) -> list[Request]:
    admin = workload.admin_tokens[0]
    bodies = {
        _fields(name="WIDGET-1"): 409,
        _fields(name="two words"): 400,
        _fields(name=""): 400,
        _fields(name="x" * 101): 400,
        _fields(name="nul\0"): 400,
        _fields(name=5): 400,
        _fields(info_url="nonsense"): 400,
        _fields(deadline="nonsense"): 400,
        _fields(deadline="25"): 400,
        _fields(deadline="2020-02-29"): 400,
        _fields(deadline="Dec 31 2060"): 201,
        "{}": 400,
        "[1]": 400,
        "{": 400,
    }
    missing = Request("GET", f"{WIDGETS}/no-such-widget", token=admin, status=404)
    other_case = Request("GET", f"{WIDGETS}/wIDGET-1", token=admin)
    return [missing, other_case] + [
        Request("POST", WIDGETS, token=admin, body=body, status=status) for body, status in bodies.items()
    ]


def _fields(**changes: object) -> str:
    fields = {"name": "checked", "info_url": "https://www.example.com/x", "deadline": "05/13/2060"}
    return json.dumps(fields | changes)


def _compared(answer: Answer) -> tuple[object, ...]:
    headers = dict(answer.headers)
    return answer.status, answer.body, [(name, headers.get(name)) for name in HEADERS]


def _difference(reference: Worker, worker: Worker, request: Request, mine: Answer, theirs: Answer) -> str:
    return (
        f"{worker.peer.name} differs from {reference.peer.name} on {request}\n"
        f"{reference.peer.name}: {_compared(mine)}\n{worker.peer.name}: {_compared(theirs)}"
    )
