"""How long a peer takes to start, and how much memory its server has then."""

from __future__ import annotations

import compileall
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from bench.catalogue import ROOT, Peer
from bench.databases import Database, create_each
from bench.dataset import Dataset
from bench.progress import say
from bench.servers import Server
from bench.workload import OPERATIONS, Workload

WORKERS = 2  # of a server whose memory is looked at
REQUESTS = 100  # of each operation and worker, before that


@dataclass(frozen=True)
class Plan:
    """How often each of these *peers* is started."""

    peers: Sequence[Peer]
    rounds: int


@dataclass(frozen=True)
class _Sample:
    start_s: float  # until the first answer, with one worker
    fresh_mb: float  # of that worker then, resident: what it shares with others counts whole
    used_mb: float  # of the larger one of two, after requests
    server_mb: float  # of all processes: what they share counts once


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{peer: {"start_s", "fresh_mb", "used_mb", "server_mb"}}``, the medians of all rounds."""
    _compile()
    urls = create_each(database, plan.peers, dataset)
    workload = Workload(dataset)
    samples: dict[str, list[_Sample]] = {peer.name: [] for peer in plan.peers}
    for number in range(plan.rounds):
        for peer in plan.peers:
            say(f"start of {peer.name}, {number + 1} of {plan.rounds}", end="\r")
            samples[peer.name].append(_sample(peer, urls[peer.name], workload, seed=f"start{number}"))
    say("")
    return {name: _medians(of_peer) for name, of_peer in samples.items()}


def _sample(peer: Peer, url: str, workload: Workload, *, seed: str) -> _Sample:
    first = workload.requests("user", count=1, seed=seed)[0]
    with Server(peer, url, workers=1) as server:
        start, fresh = server.wait_until_it_answers(first), server.worker_bytes()
    with Server(peer, url, workers=WORKERS) as server:
        server.wait_until_it_answers(first)
        for operation in OPERATIONS:
            for request in workload.requests(operation, count=REQUESTS * WORKERS, seed=seed):
                assert server.answers(request), request
        return _Sample(start, fresh / 1e6, server.worker_bytes() / 1e6, server.bytes() / 1e6)


def _medians(samples: Sequence[_Sample]) -> dict[str, float]:
    names = [field.name for field in fields(_Sample)]
    return {name: round(statistics.median(getattr(sample, name) for sample in samples), 3) for name in names}


def _compile() -> None:
    """Have the bytecode of all peers there, as it is where deploy/ or any earlier start has put it."""
    for folder in ("app", "bench/peers"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    for file in ROOT.glob("*.py"):
        compileall.compile_file(file, quiet=1)
