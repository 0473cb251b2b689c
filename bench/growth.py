"""What more rows cost: the first, the middle and the last page, a walk along ``next``, logged-out tokens."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
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
    sizes = [replace(dataset, widgets=size) for size in plan.sizes]
    with _Crews(database, sizes, plan.peers) as crews:
        pages = {place: _pages(database, crews, place, plan.rounds) for place in PLACES}
        longest = crews[-1]
        walks = {worker.peer.name: _walk(worker, longest.workload, plan.walk_seconds) for worker in longest}
    return {"pages": pages, "walks": walks, "logged_out": _logged_out(database, dataset, plan)}


def last_page(widgets: int) -> int:
    """Return the number of the last page."""
    return -(-widgets // PER_PAGE)


PLACES: dict[str, Callable[[int, random.Random], int]] = {
    "first": lambda _widgets, _rng: 1,
    "middle": lambda widgets, rng: last_page(widgets) // 2 + rng.randrange(-50, 50),
    "last": lambda widgets, _rng: last_page(widgets),
}


@dataclass(frozen=True)
class Crew:
    """Workers of the peers, all with the data of one size."""

    workers: Sequence[Worker]
    workload: Workload

    def __iter__(self) -> Iterator[Worker]:
        return iter(self.workers)

    @property
    def dataset(self) -> Dataset:
        """The data."""
        return self.workload.dataset


class _Crews(ExitStack):
    """A crew for each of *datasets*, all at once, so that they can be asked in turn.

    Nobody writes to their databases: *peers* with one schema share one.
    """

    def __init__(self, database: Database, datasets: Sequence[Dataset], peers: Sequence[Peer]) -> None:
        super().__init__()
        self.database, self.datasets, self.peers = database, datasets, peers

    def __enter__(self) -> list[Crew]:  # type: ignore[override]
        return [Crew(list(self._workers(dataset)), Workload(dataset)) for dataset in self.datasets]

    def _workers(self, dataset: Dataset) -> Iterator[Worker]:
        urls: dict[tuple[bool, str], str] = {}
        for peer in self.peers:
            if peer.tables not in urls:
                say(f"{self.database.label}: {dataset.widgets:,} widgets for {peer.name}")
                urls[peer.tables] = self.database.create(peer, dataset)
            yield self.enter_context(Worker(peer, urls[peer.tables]))


def _pages(database: Database, crews: Sequence[Crew], place: str, rounds: int) -> dict[str, Any]:
    say(f"{database.label}, {place} page")
    requests = [_page_requests(crew.workload, place) for crew in crews]
    for crew, (first, *_) in zip(crews, requests, strict=True):
        for worker in crew:
            _check_total(worker, first, crew.dataset.widgets)
    found = _in_turn(crews, requests, rounds)
    return {str(crew.dataset.widgets): figures for crew, figures in zip(crews, found, strict=True)}


def _page_requests(workload: Workload, place: str) -> list[Request]:
    rng = random.Random(place)
    number = PLACES[place]
    return [
        workload.page(rng, page=number(workload.dataset.widgets, rng), per_page=PER_PAGE)
        for _ in range(BATCH)
    ]


def _check_total(worker: Worker, request: Request, widgets: int) -> None:
    """Raise SystemExit unless a page says how many widgets there are."""
    (answer,) = worker.answers([request])
    total = json.loads(answer.body)["total_items"]
    if total != widgets:
        raise SystemExit(f"{worker.peer.name} counts {total:,} widgets of {widgets:,}.")


def _logged_out(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    sizes = [replace(dataset, blacklisted=rows) for rows in plan.logged_out]
    with _Crews(database, sizes, plan.peers) as crews:
        say(f"{database.label}, logged-out tokens")
        requests = [crew.workload.requests("user", count=BATCH * 5, seed="growth") for crew in crews]
        found = _in_turn(crews, requests, plan.rounds)
    return {str(crew.dataset.blacklisted): figures for crew, figures in zip(crews, found, strict=True)}


def _in_turn(
    crews: Sequence[Crew], requests: Sequence[Sequence[Request]], rounds: int
) -> list[dict[str, float]]:
    """Ask each crew its *requests*, peer by peer, and return the microseconds per request by peer.

    It is the median of *rounds*, after one that does not count.  A peer's sizes follow each other at once,
    another one first each time.
    """
    found: list[dict[str, list[float]]] = [{worker.peer.name: [] for worker in crew} for crew in crews]
    turns = list(zip(found, crews, requests, strict=True))
    for _ in range(rounds + 1):
        turns = [*turns[1:], turns[0]]
        for place in range(len(crews[0].workers)):
            for figures, crew, asked in turns:
                worker = crew.workers[place]
                figures[worker.peer.name].append(worker.measure(asked, seconds=SECONDS).seconds * 1e6)
    return [
        {name: round(statistics.median(several[1:]), 1) for name, several in figures.items()}
        for figures in found
    ]


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
