"""What each optimisation gains: this project beside itself without one of them at a time."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, truediv
from typing import Any

from bench import in_process
from bench.callers import Timing
from bench.catalogue import OURS
from bench.databases import Database
from bench.dataset import Dataset
from bench.tables import table, times
from bench.variants import AGAIN, OPTIMISATIONS, PAUSE, VARIANTS, without
from bench.workload import OPERATIONS

# What differs little has to be measured at nearly the same time: short batches, many rounds.
SHARE = 0.05  # of a batch
GROWN = 100_000  # widgets, where those are measured once more that are for long lists
GROWN_OPERATION = "page10"
EXPLANATION = """\
Time per request without one of them, by the clock, in multiples of this project's time: at 1.25 a request
takes a quarter longer. Where nothing is taken away, what differs from 1 is noise. A full collection is what
Python's garbage collector does now and then, while everybody waits."""
HEADS = {**OPERATIONS, PAUSE: "full collection"}


@dataclass(frozen=True)
class Plan:
    """What is measured: each of the optimisations *names*, as ``in_process`` measures peers."""

    names: Sequence[str]
    operations: Sequence[str]
    rounds: int
    seconds: float


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{widgets: {operation: {variant: times}}}``, variants being this project without one."""
    found = {str(dataset.widgets): _gains(database, dataset, plan)}
    long = [name for name in plan.names if OPTIMISATIONS[name].is_for_long_lists]
    if long and GROWN_OPERATION in plan.operations:
        grown = replace(plan, names=long, operations=[GROWN_OPERATION])
        found[str(GROWN)] = _gains(database, replace(dataset, widgets=GROWN), grown)
    return found


def _gains(database: Database, dataset: Dataset, plan: Plan) -> dict[str, dict[str, float]]:
    variants = [without(name) for name in plan.names if database.label in OPTIMISATIONS[name].databases]
    peers = [OURS, AGAIN, *variants]
    batches = in_process.Plan(peers, plan.operations, plan.rounds, plan.seconds, share=SHARE)
    timed = in_process.timed(database, dataset, batches)
    found = {operation: compared(timings) for operation, timings in timed.items()}
    if any(PAUSE in peer.operations for peer in variants):
        paused = [OURS.name, *(peer.name for peer in peers if PAUSE in peer.operations)]
        timings = timed[plan.operations[0]]
        found[PAUSE] = compared({name: timings[name] for name in paused}, of=attrgetter("pause"))
    return found


def compared(
    timings: Mapping[str, Sequence[Timing]], of: Callable[[Timing], float] = attrgetter("seconds")
) -> dict[str, float]:
    """Return how many times as much as this project each variant takes, the median of what rounds say."""
    ours = [of(timing) for timing in timings[OURS.name]]
    return {
        name: round(statistics.median(map(truediv, map(of, several), ours)), 3)
        for name, several in timings.items()
    }


def section(by_database: Mapping[str, Any]) -> str:
    """Return the tables of what was measured; cells are empty where an optimisation cannot matter."""
    parts = ["## What each optimisation gains", EXPLANATION]
    for label, by_size in by_database.items():
        for size, figures in by_size.items():
            parts += [f"### {label}, {int(size):,} widgets, without one", _table(figures)]
    return "\n\n".join(parts)


def _table(figures: Mapping[str, Mapping[str, float]]) -> str:
    heads = [HEADS[operation] for operation in figures]
    rows = [
        (peer.label, *(times(cell[name]) if name in cell else "" for cell in figures.values()))
        for name, peer in VARIANTS.items()
        if any(name in cell for cell in figures.values())
    ]
    return table(("what is taken away", *heads), rows)
