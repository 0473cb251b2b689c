"""From what was measured to tables in Markdown: figures first, then ratios to this project."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bench import gains
from bench.catalogue import OURS, PEERS
from bench.tables import table, times
from bench.workload import OPERATIONS

Figures = Mapping[str, Any]
# Where a peer was written twice, the faster of the two counts, row by row.
RIVALS = {
    "plain Flask-RESTx": ("plain",),
    "FastAPI as taught": ("taught",),
    "FastAPI by an expert": ("expert-sync", "expert-async"),
    "Django REST Framework": ("drf",),
    "floor of FastAPI": ("fastapi-floor-sync", "fastapi-floor-async"),
    "floor of Flask": ("floor",),
}
SUMMED_UP = "page10"
# Of a start: what each figure is, and with how many digits.
START = {
    "start_s": ("start, seconds", 2),
    "fresh_mb": ("fresh worker, resident MB", 0),
    "used_mb": ("used worker, resident MB", 0),
    "server_mb": ("server, MB in all", 0),
}


def summary(results: Figures) -> str:
    """Return the line that README.md has, too: one operation, in process."""
    lines = []
    for label, figures in results["in_process"].items():
        ratios = _ratios([figures[SUMMED_UP]], _wall)
        lines.append(
            f"{label}: " + ", ".join(f"{rival} {times(ratio)}" for rival, (ratio,) in ratios.items())
        )
    asked = f"A {OPERATIONS[SUMMED_UP]} widgets, time in multiples of this project's"
    return f"{asked} ({results['machine']['date']}). {'; '.join(lines)}."


def markdown(results: Figures) -> str:
    """Return all tables."""
    sections = {
        "machine": lambda facts: table(("", ""), [(name, fact) for name, fact in facts.items()]),
        "in_process": _in_process,
        "gains": gains.section,
        "sockets": _sockets,
        "growth": _growth,
        "start": _start,
    }
    parts = [summary(results)] if {"machine", "in_process"} <= results.keys() else []
    parts += [sections[name](results[name]) for name in sections if name in results]
    return "# Results\n\n" + "\n\n".join(parts) + "\n"


def _in_process(by_database: Figures) -> str:
    parts = ["## In process", "Microseconds per request by the clock (of the process' processor)."]
    for label, figures in by_database.items():
        heads = [OPERATIONS[operation] for operation in figures]
        rows = [
            (
                PEERS[peer].label,
                *(f"{cell[peer]['wall_us']:,.0f} ({cell[peer]['cpu_us']:,.0f})" for cell in figures.values()),
            )
            for peer in _peers(figures.values())
        ]
        parts += [f"### {label}", table((label, *heads), rows)]
        cells = list(figures.values())
        parts += _ratio_table("clock", cells, heads, _wall)
        parts += _ratio_table("processor", cells, heads, lambda cell: cell["cpu_us"])
    return "\n\n".join(parts)


def _wall(cell: Figures) -> float:
    return float(cell["wall_us"])


def _sockets(by_database: Figures) -> str:
    parts = ["## Over sockets", "Requests per second (p50 / p99 in milliseconds), 2 workers."]
    for label, figures in by_database.items():
        for operation, by_connections in figures.items():
            heads = [f"{connections} connections" for connections in by_connections]
            rows = [
                (PEERS[peer].label, *(_load(cell[peer]) for cell in by_connections.values()))
                for peer in _peers(by_connections.values())
            ]
            parts += [f"### {label}, {OPERATIONS[operation]}", table(("", *heads), rows)]
            cells = list(by_connections.values())
            parts += _ratio_table("clock", cells, heads, _seconds)
    return "\n\n".join(parts)


def _seconds(cell: Figures) -> float:
    """Return the seconds per request; where none was answered in time, there is no telling."""
    return 1 / cell["per_second"] if cell["per_second"] else math.inf


def _load(cell: Figures) -> str:
    return f"{cell['per_second']:,.0f} ({cell['p50_ms']:.1f} / {cell['p99_ms']:.1f})"


def _growth(by_database: Figures) -> str:
    parts = ["## Growth", "Microseconds per request by the clock."]
    for label, figures in by_database.items():
        for place, by_size in figures["pages"].items():
            parts += [f"### {label}, {place} page", _by_size(by_size, "widgets")]
        parts += [f"### {label}, /auth/user", _by_size(figures["logged_out"], "logged-out tokens")]
        walks = [
            (
                PEERS[peer].label,
                f"{walk['pages']:,}",
                f"{walk['share']:.0%}",
                *(f"{us:,.0f}" for us in (walk["us"][0], walk["us"][-1])),
            )
            for peer, walk in figures["walks"].items()
        ]
        heads = ("", "pages", "of all widgets", "a page at the start", "at the end")
        parts += [f"### {label}, a walk along next", table(heads, walks)]
    return "\n\n".join(parts)


def _by_size(by_size: Figures, unit: str) -> str:
    heads = [f"{int(size):,} {unit}" for size in by_size]
    rows = [
        (PEERS[peer].label, *(f"{cell[peer]:,.0f}" for cell in by_size.values()))
        for peer in _peers(by_size.values())
    ]
    return table(("", *heads), rows)


def _start(figures: Figures) -> str:
    plain = figures.get("plain")
    rows = [
        (
            PEERS[peer].label,
            *(f"{cell[name]:.{digits}f}" for name, (_, digits) in START.items()),
            *((times(cell[name] / plain[name]) if plain else "") for name in START),
        )
        for peer, cell in figures.items()
    ]
    kinds = [kind for kind, _ in START.values()]
    heads = ("", *kinds, *(f"{kind.partition(',')[0]}, of plain's" for kind in kinds))
    return "## Start and size\n\n" + table(heads, rows)


def _ratio_table(
    kind: str, cells: Sequence[Figures], heads: Sequence[str], cost: Callable[[Figures], float]
) -> list[str]:
    """Return how many times as much time of a *kind* as this project each rival takes; below 1 is less."""
    rows = [(rival, *map(times, ratios)) for rival, ratios in _ratios(cells, cost).items()]
    return [table((f"time of this project, by the {kind} = 1", *heads), rows)] if rows else []


def _peers(cells: Iterable[Figures]) -> list[str]:
    return list(next(iter(cells)))


def _ratios(cells: Sequence[Figures], cost: Callable[[Figures], float]) -> dict[str, list[float]]:
    """Return, of each rival that is there, how many times this project's *cost* it has, cell by cell."""
    if not cells or OURS.name not in cells[0]:
        return {}
    present = {rival: [name for name in names if name in cells[0]] for rival, names in RIVALS.items()}
    return {
        rival: [min(cost(cell[name]) for name in names) / cost(cell[OURS.name]) for cell in cells]
        for rival, names in present.items()
        if names
    }
