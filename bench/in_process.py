"""Microseconds per request with no server between: each peer in a process of its own, in turn."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench.callers import Timing
from bench.catalogue import OURS, Peer
from bench.check import check, stopped_clock
from bench.databases import Database, create_each
from bench.dataset import Dataset
from bench.progress import say
from bench.workers import Worker
from bench.workload import Workload

BATCH = {"one": 2000, "page10": 1000, "page100": 400, "user": 3000, "create": 600}  # at most; time ends most
WARM_UP = 0.25  # of a batch


@dataclass(frozen=True)
class Plan:
    """What is measured: batches of *seconds* at most, *rounds* of them, of these *peers* and *operations*.

    *share* is how much of a BATCH a batch is.
    """

    peers: Sequence[Peer]
    operations: Sequence[str]
    rounds: int
    seconds: float
    share: float = 1


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{operation: {peer: {"wall_us", "cpu_us", "fastest_us", "slowest_us"}}}``."""
    return {
        operation: {name: _summary(several) for name, several in timings.items()}
        for operation, timings in timed(database, dataset, plan).items()
    }


def timed(database: Database, dataset: Dataset, plan: Plan) -> dict[str, dict[str, list[Timing]]]:
    """Return ``{operation: {peer: timings}}``, a timing for each round.

    A round is one batch of each peer, so that what disturbs the machine disturbs all of them.
    """
    urls = create_each(database, plan.peers, dataset)
    checked(plan.peers, urls, dataset)
    workload = Workload(dataset)
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(peer, urls[peer.name])) for peer in plan.peers]
        return {
            operation: _operation(workers, workload, operation, plan, database.label)
            for operation in plan.operations
        }


def checked(peers: Sequence[Peer], urls: dict[str, str], dataset: Dataset) -> None:
    """Let every peer answer as this project does, or end the run."""
    if OURS not in peers:
        say("this project is left out: nothing is checked")
        return
    with ExitStack() as stack:
        order = [OURS, *(peer for peer in peers if peer is not OURS)]
        workers = [
            stack.enter_context(Worker(peer, urls[peer.name], at=stopped_clock(dataset))) for peer in order
        ]
        count = check(workers, dataset)
    say(f"{len(order)} peers give the same {count} answers")


def _operation(
    workers: Sequence[Worker], workload: Workload, operation: str, plan: Plan, label: str
) -> dict[str, list[Timing]]:
    workers = [worker for worker in workers if operation in worker.peer.operations]
    count = int(BATCH[operation] * plan.share)
    timings: dict[str, list[Timing]] = {worker.peer.name: [] for worker in workers}
    for number in range(-1, plan.rounds):
        say(f"{label}, {operation}, round {number + 1} of {plan.rounds}", end="\r")
        requests = workload.requests(operation, count=count, seed=f"round{number}")
        for worker in _in_turn(workers, number):
            timing = worker.measure(requests, seconds=plan.seconds * (WARM_UP if number < 0 else 1))
            if number >= 0:
                timings[worker.peer.name].append(timing)
    say("")
    return timings


def _in_turn(workers: Sequence[Worker], number: int) -> list[Worker]:
    """Return *workers*, another one first in each round."""
    first = number % len(workers)
    return [*workers[first:], *workers[:first]]


def _summary(timings: Sequence[Timing]) -> dict[str, float]:
    wall = [timing.seconds * 1e6 for timing in timings]
    cpu = [timing.cpu / timing.requests * 1e6 for timing in timings]
    return {
        "wall_us": round(statistics.median(wall), 1),
        "cpu_us": round(statistics.median(cpu), 1),
        "fastest_us": round(min(wall), 1),
        "slowest_us": round(max(wall), 1),
    }
