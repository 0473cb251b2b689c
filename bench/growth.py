"""What more rows cost: the first, the middle and the last page, a walk along ``next``, logged-out tokens."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from bench.catalogue import Peer
from bench.databases import Database
from bench.dataset import Dataset
from bench.progress import say
from bench.workers import Worker
from bench.workload import WIDGETS, Request, Workload

PER_PAGE = 10
BATCH = 60
SECONDS = 0.5  # of a batch, at most
WALK_PARTS = 20


@dataclass(frozen=True)
class Plan:
    """What is measured: *peers* with so many widgets (*sizes*), with so many *logged_out* tokens.

    A walk along ``next`` is broken off after *walk_seconds*.
    """

    peers: Sequence[Peer]
    sizes: Sequence[int]
    logged_out: Sequence[int]
    rounds: int
    walk_seconds: float


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{"pages": {place: {size: {peer: us}}}, "walks": {peer: ...}, "logged_out": ...}``.

    ``"logged_out"`` is ``{rows: {peer: us}}``, and what is asked for is /auth/user.
    """
    pages: dict[str, Any] = {place: {} for place in PLACES}
    walks: dict[str, Any] = {}
    for size in plan.sizes:
        sized = replace(dataset, widgets=size)
        with _Workers(database, sized, plan.peers) as workers:
            for place in PLACES:
                say(f"{database.label}, {place} page of {size:,} widgets")
                pages[place][str(size)] = _page(workers, Workload(sized), place, plan.rounds)
            if size == max(plan.sizes):
                walks = {
                    worker.peer.name: _walk(worker, Workload(sized), plan.walk_seconds) for worker in workers
                }
    return {"pages": pages, "walks": walks, "logged_out": _logged_out(database, dataset, plan)}


def last_page(widgets: int) -> int:
    """Return the number of the last page."""
    return -(-widgets // PER_PAGE)


PLACES: dict[str, Callable[[int, random.Random], int]] = {
    "first": lambda _widgets, _rng: 1,
    "middle": lambda widgets, rng: last_page(widgets) // 2 + rng.randrange(-50, 50),
    "last": lambda widgets, _rng: last_page(widgets),
}


class _Workers(ExitStack):
    """Workers of *peers* on databases that nobody writes to: those with one schema share one."""

    def __init__(self, database: Database, dataset: Dataset, peers: Sequence[Peer]) -> None:
        super().__init__()
        self.database, self.dataset, self.peers = database, dataset, peers

    def __enter__(self) -> list[Worker]:  # type: ignore[override]
        urls: dict[tuple[bool, str], str] = {}
        workers = []
        for peer in self.peers:
            if peer.tables not in urls:
                say(f"{self.database.label}: {self.dataset.widgets:,} widgets for {peer.name}")
                urls[peer.tables] = self.database.create(peer, self.dataset)
            workers.append(self.enter_context(Worker(peer, urls[peer.tables])))
        return workers


def _page(workers: Sequence[Worker], workload: Workload, place: str, rounds: int) -> dict[str, float]:
    rng = random.Random(place)
    number = PLACES[place]
    requests = [
        workload.page(rng, page=number(workload.dataset.widgets, rng), per_page=PER_PAGE)
        for _ in range(BATCH)
    ]
    for worker in workers:
        _check_total(worker, requests[0], workload.dataset.widgets)
    return _in_turn(workers, requests, rounds)


def _check_total(worker: Worker, request: Request, widgets: int) -> None:
    """Raise SystemExit unless a page says how many widgets there are."""
    (answer,) = worker.answers([request])
    total = json.loads(answer.body)["total_items"]
    if total != widgets:
        raise SystemExit(f"{worker.peer.name} counts {total:,} widgets of {widgets:,}.")


def _logged_out(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    found = {}
    for rows in plan.logged_out:
        crowded = replace(dataset, blacklisted=rows)
        with _Workers(database, crowded, plan.peers) as workers:
            say(f"{database.label}, {rows:,} logged-out tokens")
            requests = Workload(crowded).requests("user", count=BATCH * 5, seed="growth")
            found[str(rows)] = _in_turn(workers, requests, plan.rounds)
    return found


def _in_turn(workers: Sequence[Worker], requests: Sequence[Request], rounds: int) -> dict[str, float]:
    """Return the microseconds per request by peer: the median of *rounds*, after one that does not count."""
    found: dict[str, list[float]] = {worker.peer.name: [] for worker in workers}
    for _ in range(rounds + 1):
        for worker in workers:
            timing = worker.measure(requests, seconds=SECONDS)
            found[worker.peer.name].append(timing.seconds * 1e6)
    return {name: round(statistics.median(several[1:]), 1) for name, several in found.items()}


def _walk(worker: Worker, workload: Workload, walk_seconds: float) -> dict[str, Any]:
    """Follow ``next`` from the first page on, and return what a page costs along the way.

    A peer that can be asked in a way made for it (``walk_query``) is.  A walk that takes too long ends early:
    ``share`` is how much of all widgets it has seen, ``us`` are the means of parts of that way.
    """
    say(f"{worker.peer.name} walks through {workload.dataset.widgets:,} widgets")
    start = Request("GET", WIDGETS, worker.peer.walk_query, workload.tokens[0])
    seconds, items = worker.walk(start, seconds=walk_seconds)
    size = max(len(seconds) // WALK_PARTS, 1)
    parts = [seconds[index : index + size] for index in range(0, len(seconds), size)]
    return {
        "pages": len(seconds),
        "share": round(items / workload.dataset.widgets, 4),
        "us": [round(statistics.fmean(part) * 1e6, 1) for part in parts[:WALK_PARTS]],
    }
