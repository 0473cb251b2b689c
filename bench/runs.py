"""How much is measured: a whole run, or a quick one."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench import gains, growth, in_process, sockets, start
from bench.catalogue import PEERS, Peer
from bench.databases import Database
from bench.dataset import Dataset
from bench.progress import say

NOT_BEHIND_SERVERS = ("ours-logging", "fastapi-floor-sync")
ONLY_BEHIND_SERVERS = ("ours-crowded", "ours-roaming")
GROWTH_ROUNDS = 3
TYPICAL = 32  # connections
GROWING = ("ours", "floor", "taught")


@dataclass(frozen=True)
class Scale:
    """How often and how long."""

    rounds: int
    gain_rounds: int
    seconds: float
    socket_rounds: int
    connections: Sequence[int]
    sizes: Sequence[int]
    logged_out: Sequence[int]
    walk_seconds: float
    starts: int


WHOLE = Scale(11, 12, 0.25, 5, (1, 8, TYPICAL, 128), (10_000, 100_000, 1_000_000), (0, 1_000_000), 60, 7)
QUICK = Scale(2, 6, 0.15, 1, (TYPICAL,), (10_000, 100_000), (0, 100_000), 3, 1)


def run_in_process(database: Database, dataset: Dataset, scale: Scale, options: Namespace) -> Any:
    """Measure in process."""
    plan = in_process.Plan(
        _peers(options, but=ONLY_BEHIND_SERVERS), options.only, scale.rounds, scale.seconds
    )
    return in_process.measure(database, dataset, plan)


def run_gains(database: Database, dataset: Dataset, scale: Scale, options: Namespace) -> Any:
    """Measure this project without one optimisation at a time."""
    plan = gains.Plan(options.without, options.only, scale.gain_rounds, scale.seconds)
    return gains.measure(database, dataset, plan)


def run_sockets(database: Database, dataset: Dataset, scale: Scale, options: Namespace) -> Any:
    """Measure over sockets, if there is wrk."""
    if not sockets.is_possible():
        say("NOT MEASURED over sockets: there is no wrk (apt-get install wrk)")
        return None
    peers = _peers(options, but=NOT_BEHIND_SERVERS)
    plan = sockets.Plan(peers, options.only, scale.connections, TYPICAL, scale.socket_rounds, seconds=1)
    return sockets.measure(database, dataset, plan)


def run_growth(database: Database, dataset: Dataset, scale: Scale, options: Namespace) -> Any:
    """Measure what more rows cost."""
    peers = [peer for peer in _peers(options) if options.peers or peer.name in GROWING]
    rounds = min(scale.rounds, GROWTH_ROUNDS)
    plan = growth.Plan(peers, scale.sizes, scale.logged_out, rounds, scale.walk_seconds)
    return growth.measure(database, dataset, plan)


def run_start(database: Database, dataset: Dataset, scale: Scale, options: Namespace) -> Any:
    """Measure start and size."""
    peers = _peers(options, but=(*NOT_BEHIND_SERVERS, *ONLY_BEHIND_SERVERS))
    return start.measure(database, dataset, start.Plan(peers, scale.starts))


RUNS: dict[str, Callable[[Database, Dataset, Scale, Namespace], Any]] = {
    "in-process": run_in_process,
    "gains": run_gains,
    "sockets": run_sockets,
    "growth": run_growth,
    "start": run_start,
}


def _peers(options: Namespace, *, but: Sequence[str] = ()) -> list[Peer]:
    """Return the peers that were named, or all of them *but* some."""
    names = options.peers or [name for name in PEERS if name not in but]
    return [PEERS[name] for name in names]
