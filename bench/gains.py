"""What each optimisation gains: this project beside itself without one of them at a time."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
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
EXPLANATION = """\
Time per request without one of them, by the clock, in multiples of this project's time: at 1.25 a request
takes a quarter longer. Where nothing is taken away, what differs from 1 is noise."""


def measure(
    database: Database,
    dataset: Dataset,
    names: Iterable[str],
    operations: list[str],
    rounds: int,
    seconds: float,
) -> dict[str, Any]:
    """Return ``{operation: {variant: times}}`` for those without each of the optimisations *names*.

    That is how many times as long as this project one takes: the median of what each round says.
    """
    variants = [without(name) for name in names if database.label in OPTIMISATIONS[name].databases]
    plan = in_process.Plan([OURS, AGAIN, *variants], operations, rounds, seconds, share=SHARE)
    return {
        operation: {peer: times_of(several, timings[OURS.name]) for peer, several in timings.items()}
        for operation, timings in in_process.timed(database, dataset, plan).items()
    }


def times_of(timings: Sequence[Timing], ours: Sequence[Timing]) -> float:
    """Return how many times as long as *ours* these *timings* are, compared round by round."""
    rounds = zip(timings, ours, strict=True)
    return round(statistics.median(one.seconds / other.seconds for one, other in rounds), 3)


def section(by_database: Mapping[str, Any]) -> str:
    """Return the tables of ``{database: {operation: {variant: times}}}``; empty where it cannot matter."""
    parts = ["## What each optimisation gains", EXPLANATION]
    for label, figures in by_database.items():
        heads = [OPERATIONS[operation] for operation in figures]
        rows = [
            (peer.label, *(times(cell[name]) if name in cell else "" for cell in figures.values()))
            for name, peer in VARIANTS.items()
            if any(name in cell for cell in figures.values())
        ]
        parts += [f"### {label}, without one", table(("what is taken away", *heads), rows)]
    return "\n\n".join(parts)
