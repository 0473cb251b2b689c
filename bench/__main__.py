"""Measures this project and its peers.

``python -m bench all`` measures everything and writes bench/results/; one part alone is only printed, unless
it is to be kept: ``python -m bench in-process --only one,page10 --peers ours,floor``.
"""

from __future__ import annotations

import argparse
import json
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bench.catalogue import PEERS
from bench.databases import databases
from bench.dataset import WIDGETS, Dataset
from bench.machine import description
from bench.report import markdown
from bench.runs import QUICK, RUNS, WHOLE, Scale
from bench.variants import OPTIMISATIONS
from bench.workload import OPERATIONS

RESULTS = Path(__file__).parent / "results"
QUICK_RESULTS = Path(__file__).parent / ".quick"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def main() -> None:
    """Measure what was asked for."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers that it started end with it
    options = _options()
    directory = QUICK_RESULTS if options.quick else RESULTS
    if options.what == "render":
        _write(_kept(directory), directory)
    elif options.what == "all" or options.keep:
        results = {} if options.what == "all" else _kept(directory)
        _write(_measure(options, results | {"machine": description()}, partial(_keep, directory)), directory)
    else:
        print(markdown(_measure(options, {}, lambda _: None)))


def _measure(
    options: argparse.Namespace, results: dict[str, Any], keep: Callable[[Mapping[str, Any]], None]
) -> dict[str, Any]:
    """Return *results* with ``{part: {database: figures}}``; start and size are those on the last database.

    Part by part they are given to *keep*, so that none is lost where a later one fails.
    """
    dataset = Dataset(now=datetime.now(UTC).replace(microsecond=0), widgets=options.widgets)
    with databases(options.databases) as found:
        for name in RUNS if options.what == "all" else [options.what]:
            for database in found[-1:] if name == "start" else found:
                figures = RUNS[name](database, dataset, _scale(options), options)
                if figures and name == "start":
                    results[name] = figures
                elif figures:
                    results.setdefault(name.replace("-", "_"), {})[database.label] = figures
                keep(results)
    return results


def _scale(options: argparse.Namespace) -> Scale:
    scale = QUICK if options.quick else WHOLE
    return replace(
        scale,
        rounds=options.rounds or scale.rounds,
        gain_rounds=options.rounds or scale.gain_rounds,
        seconds=options.seconds or scale.seconds,
    )


def _kept(directory: Path) -> dict[str, Any]:
    results: dict[str, Any] = json.loads((directory / "results.json").read_text())
    return results


def _keep(directory: Path, results: Mapping[str, Any]) -> None:
    directory.mkdir(exist_ok=True)
    (directory / "results.json").write_text(json.dumps(results, indent=1) + "\n")


def _write(results: Mapping[str, Any], directory: Path) -> None:
    from bench.plots import draw  # slow to load, and only wanted here

    _keep(directory, results)
    (directory / "results.md").write_text(markdown(results))
    draw(results, directory)
    print(markdown(results))
    print(f"Written to {directory}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", choices=["all", *RUNS, "render"], help="render: draw results.json again")
    parser.add_argument("--quick", action="store_true", help="less of everything, for a first look")
    parser.add_argument("--keep", action="store_true", help="of one part: put it into what there is of all")
    parser.add_argument("--peers", type=_some_of(PEERS), help=", ".join(PEERS))
    parser.add_argument(
        "--without",
        type=_some_of(OPTIMISATIONS),
        default=list(OPTIMISATIONS),
        help="of gains: " + ", ".join(OPTIMISATIONS),
    )
    parser.add_argument(
        "--only", type=_some_of(OPERATIONS), default=list(OPERATIONS), help=", ".join(OPERATIONS)
    )
    parser.add_argument(
        "--databases", type=_some_of(DATABASES), default=list(DATABASES), help=", ".join(DATABASES)
    )
    parser.add_argument("--rounds", type=int, help="batches of each peer in process, and for growth")
    parser.add_argument("--seconds", type=float, help="of a batch in process, at most")
    parser.add_argument("--widgets", type=int, default=WIDGETS, help=f"rows, except for growth ({WIDGETS})")
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
