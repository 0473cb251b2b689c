"""How long a peer takes to start, and how much memory a worker of it has then."""

from __future__ import annotations

import compileall
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.catalogue import ROOT, Peer
from bench.databases import Database, create_each
from bench.dataset import Dataset
from bench.progress import say
from bench.servers import Server
from bench.workload import OPERATIONS, Workload

REQUESTS = 100  # of each operation, before memory is looked at


@dataclass(frozen=True)
class Plan:
    """How often each of these *peers* is started."""

    peers: Sequence[Peer]
    rounds: int


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{peer: {"start_s", "worker_mb"}}``: until the first answer, one worker; after some work."""
    _compile()
    urls = create_each(database, plan.peers, dataset)
    workload = Workload(dataset)
    starts: dict[str, list[float]] = {peer.name: [] for peer in plan.peers}
    sizes: dict[str, list[float]] = {peer.name: [] for peer in plan.peers}
    for number in range(plan.rounds):
        for peer in plan.peers:
            say(f"start of {peer.name}, {number + 1} of {plan.rounds}", end="\r")
            with Server(peer, urls[peer.name], workers=1) as server:
                first = workload.requests("user", count=1, seed="start")[0]
                starts[peer.name].append(server.wait_until_it_answers(first))
                for operation in OPERATIONS:
                    for request in workload.requests(operation, count=REQUESTS, seed=f"start{number}"):
                        assert server.answers(request), request
                sizes[peer.name].append(server.worker_bytes() / 1e6)
    say("")
    return {
        peer.name: {
            "start_s": round(statistics.median(starts[peer.name]), 3),
            "worker_mb": round(statistics.median(sizes[peer.name]), 1),
        }
        for peer in plan.peers
    }


def _compile() -> None:
    """Have the bytecode of all peers there, as it is where deploy/ or any earlier start has put it."""
    for folder in ("app", "bench/peers"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    for file in ROOT.glob("*.py"):
        compileall.compile_file(file, quiet=1)
