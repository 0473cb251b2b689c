"""What each optimisation gains: this project beside itself without one of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bench import in_process
from bench.catalogue import OURS
from bench.databases import Database
from bench.dataset import Dataset
from bench.tables import table, times
from bench.variants import AGAIN, OPTIMISATIONS, VARIANTS, without
from bench.workload import OPERATIONS

# What differs little has to be measured at nearly the same time: short batches, many rounds.
SHARE = 0.2  # of a batch
FIGURE = "quartile_us"  # whatever disturbs a round makes it longer: the quicker ones tell small differences
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
    """Return, as ``in_process`` does, the times of this project without each of the optimisations *names*."""
    variants = [without(name) for name in names if database.label in OPTIMISATIONS[name].databases]
    plan = in_process.Plan([OURS, AGAIN, *variants], operations, rounds, seconds, share=SHARE)
    return in_process.measure(database, dataset, plan)


def section(by_database: Mapping[str, Any]) -> str:
    """Return the tables of ``{database: {operation: {variant: figures}}}``."""
    parts = ["## What each optimisation gains", EXPLANATION]
    for label, figures in by_database.items():
        heads = [OPERATIONS[operation] for operation in figures]
        rows = [
            (peer.label, *(_times(cell, name) for cell in figures.values()))
            for name, peer in VARIANTS.items()
            if any(name in cell for cell in figures.values())
        ]
        parts += [f"### {label}, without one", table(("what is taken away", *heads), rows)]
    return "\n\n".join(parts)


def _times(cell: Mapping[str, Any], name: str) -> str:
    """Return how many times as long requests take without *name*; nothing where it cannot matter."""
    return times(cell[name][FIGURE] / cell[OURS.name][FIGURE]) if name in cell else ""
