"""The command line: ``python -m bench in-process --only one,page10 --peers ours,floor``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bench import in_process
from bench.catalogue import PEERS
from bench.databases import databases
from bench.dataset import WIDGETS, Dataset
from bench.report import print_in_process
from bench.workload import OPERATIONS


def main() -> None:
    """Measure what was asked for."""
    options = _options()
    dataset = Dataset(now=datetime.now(UTC).replace(microsecond=0), widgets=options.widgets)
    plan = in_process.Plan(
        peers=[PEERS[name] for name in options.peers],
        operations=options.only,
        rounds=options.rounds,
        seconds=options.seconds,
    )
    with databases(options.databases) as found:
        for database in found:
            print_in_process(database.label, in_process.measure(database, dataset, plan))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", choices=["in-process"])
    parser.add_argument("--peers", type=_some_of(PEERS), default=list(PEERS), help=", ".join(PEERS))
    parser.add_argument(
        "--only", type=_some_of(OPERATIONS), default=list(OPERATIONS), help=", ".join(OPERATIONS)
    )
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    parser.add_argument("--databases", type=_some_of(names), default=list(names), help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=7, help="batches of each peer (7)")
    parser.add_argument("--seconds", type=float, default=0.4, help="of a batch, at most (0.4)")
    parser.add_argument("--widgets", type=int, default=WIDGETS, help=f"rows ({WIDGETS})")
    return parser.parse_args()


def _some_of(known: Mapping[str, Any]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        found = text.split(",")
        if unknown := set(found) - set(known):
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return found

    return names


if __name__ == "__main__":
    main()
