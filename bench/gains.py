"""What each optimisation gains: this project beside itself without one of them at a time."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench import in_process
from bench.callers import Timing
from bench.catalogue import OURS
from bench.databases import Database
from bench.dataset import Dataset
from bench.tables import table, times
from bench.variants import AGAIN, OPTIMISATIONS, VARIANTS, without
from bench.workload import OPERATIONS

# What differs little has to be measured at nearly the same time: short batches, many rounds.
SHARE = 0.2  # of a batch
GROWN = 100_000  # widgets, where those are measured once more that are for long lists
GROWN_OPERATION = "page10"
EXPLANATION = """\
Time per request without one of them, by the clock, in multiples of this project's time: at 1.25 a request
takes a quarter longer. Where nothing is taken away, what differs from 1 is noise."""


@dataclass(frozen=True)
class Plan:
    """What is measured: each of the optimisations *names*, as ``in_process`` measures peers."""

    names: Sequence[str]
    operations: Sequence[str]
    rounds: int
    seconds: float


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{widgets: {operation: {variant: times}}}``, a variant being the project without one of them.

    That is how many times as long as this project it takes: the median of what each round says.
    """
    found = {str(dataset.widgets): _gains(database, dataset, plan)}
    long = [name for name in plan.names if OPTIMISATIONS[name].is_for_long_lists]
    if long and GROWN_OPERATION in plan.operations:
        grown = replace(plan, names=long, operations=[GROWN_OPERATION])
        found[str(GROWN)] = _gains(database, replace(dataset, widgets=GROWN), grown)
    return found


def _gains(database: Database, dataset: Dataset, plan: Plan) -> dict[str, dict[str, float]]:
    variants = [without(name) for name in plan.names if database.label in OPTIMISATIONS[name].databases]
    peers = [OURS, AGAIN, *variants]
    timed = in_process.timed(
        database, dataset, in_process.Plan(peers, plan.operations, plan.rounds, plan.seconds, share=SHARE)
    )
    return {
        operation: {peer: times_of(several, timings[OURS.name]) for peer, several in timings.items()}
        for operation, timings in timed.items()
    }


def times_of(timings: Sequence[Timing], ours: Sequence[Timing]) -> float:
    """Return how many times as long as *ours* these *timings* are, compared round by round."""
    rounds = zip(timings, ours, strict=True)
    return round(statistics.median(one.seconds / other.seconds for one, other in rounds), 3)


def section(by_database: Mapping[str, Any]) -> str:
    """Return the tables of what was measured; cells are empty where an optimisation cannot matter."""
    parts = ["## What each optimisation gains", EXPLANATION]
    for label, by_size in by_database.items():
        for size, figures in by_size.items():
            parts += [f"### {label}, {int(size):,} widgets, without one", _table(figures)]
    return "\n\n".join(parts)


def _table(figures: Mapping[str, Mapping[str, float]]) -> str:
    heads = [OPERATIONS[operation] for operation in figures]
    rows = [
        (peer.label, *(times(cell[name]) if name in cell else "" for cell in figures.values()))
        for name, peer in VARIANTS.items()
        if any(name in cell for cell in figures.values())
    ]
    return table(("what is taken away", *heads), rows)
