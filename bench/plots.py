"""Pictures of what was measured, as SVG; lower is better except where an axis says requests per second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.axes import Axes

from bench.catalogue import OURS, PEERS
from bench.report import RIVALS
from bench.workload import OPERATIONS

Figures = Mapping[str, Any]
OUR_COLOUR = "#d62728"
_COLOURS = (
    OUR_COLOUR,
    "#ff9896",
    "#e377c2",
    "#7f7f7f",
    "#8c564b",
    "#1f77b4",
    "#17becf",
    "#2ca02c",
    "#bcbd22",
    "#98df8a",
    "#9467bd",
)
COLOURS = dict(zip(PEERS, cycle(_COLOURS), strict=False))  # a picture with too few is better than none


def draw(results: Figures, directory: Path) -> None:
    """Write a picture of each part of *results* into *directory*."""
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "bench",
            "svg.fonttype": "none",
            "font.size": 9,
            "axes.grid": True,
            "grid.alpha": 0.3,
        }
    )
    pictures: dict[str, Callable[[Figures, Path], None]] = {
        "in_process": _in_process,
        "sockets": _sockets,
        "growth": _growth,
    }
    for name, picture in pictures.items():
        if name in results:
            picture(results[name], directory / f"{name}.svg")


def _in_process(by_database: Figures, file: Path) -> None:
    """Draw bars: a group for each operation, a bar for each rival, in microseconds (log)."""
    figure, panels = pyplot.subplots(len(by_database), 1, figsize=(9, 3.2 * len(by_database)), squeeze=False)
    for axes, (label, figures) in zip(panels[:, 0], by_database.items(), strict=True):
        cells = list(figures.values())
        shown = {OURS.label: (OURS.name,), **RIVALS}
        bars = {name: fastest for name, peers in shown.items() if (fastest := _fastest(cells, peers))}
        width = 0.85 / len(bars)
        for index, (name, heights) in enumerate(bars.items()):
            at = [group + (index - len(bars) / 2 + 0.5) * width for group in range(len(cells))]
            axes.bar(at, heights, width, label=name, color=COLOURS[shown[name][-1]])
        _finish(axes, label, "microseconds per request", y_log=True)
        axes.set_xticks(range(len(cells)), [OPERATIONS[operation] for operation in figures])
    _save(figure, panels[0, 0], file)


def _fastest(cells: Sequence[Figures], peers: Sequence[str]) -> list[float]:
    """Return the time of the fastest of *peers* in each of *cells*; nothing where none was measured."""
    present = [peer for peer in peers if peer in cells[0]]
    return [min(cell[peer]["wall_us"] for peer in present) for cell in cells] if present else []


def _sockets(by_database: Figures, file: Path) -> None:
    """Draw requests per second over the number of connections, a panel for each operation and database."""
    columns = len(next(iter(by_database.values())))
    size = (3.2 * columns, 3 * len(by_database))
    figure, panels = pyplot.subplots(len(by_database), columns, figsize=size, squeeze=False)
    for row, (label, figures) in zip(panels, by_database.items(), strict=True):
        for axes, (operation, by_connections) in zip(row, figures.items(), strict=True):
            _lines(axes, by_connections, lambda cell: cell["per_second"])
            _finish(axes, f"{label}, {OPERATIONS[operation]}", "requests per second", x_log=True, y_log=True)
            axes.set_xticks([int(connections) for connections in by_connections])
            axes.set_xlabel("connections")
    _save(figure, panels[0, 0], file)


def _growth(by_database: Figures, file: Path) -> None:
    """Draw microseconds over the number of widgets, for each place, and along the walk."""
    places = list(next(iter(by_database.values()))["pages"])
    columns = len(places) + 1
    size = (3.2 * columns, 3 * len(by_database))
    figure, panels = pyplot.subplots(len(by_database), columns, figsize=size, squeeze=False)
    for row, (label, figures) in zip(panels, by_database.items(), strict=True):
        for axes, place in zip(row, places, strict=False):
            _lines(axes, figures["pages"][place], float)
            _finish(axes, f"{label}, {place} page of 10", "microseconds per page", x_log=True, y_log=True)
            axes.set_xlabel("widgets")
        _walk(row[-1], figures["walks"])
        _finish(row[-1], f"{label}, walk in pages of 100", "microseconds per page", y_log=True)
    _save(figure, panels[0, 0], file)


def _walk(axes: Axes, walks: Figures) -> None:
    for peer, walk in walks.items():
        step = walk["share"] * 100 / len(walk["us"])
        at = [(index + 0.5) * step for index in range(len(walk["us"]))]
        axes.plot(at, walk["us"], **_style(peer))
    axes.set_xlabel("% of all widgets seen")


def _lines(axes: Axes, by_x: Figures, value: Callable[[Any], float]) -> None:
    for peer in next(iter(by_x.values())):
        axes.plot([int(x) for x in by_x], [value(cell[peer]) for cell in by_x.values()], **_style(peer))


def _style(peer: str) -> dict[str, Any]:
    return {
        "label": PEERS[peer].label,
        "color": COLOURS[peer],
        "marker": "o",
        "markersize": 3,
        "linewidth": 2.5 if peer == OURS.name else 1.2,
    }


def _finish(axes: Axes, title: str, y_label: str, *, x_log: bool = False, y_log: bool = False) -> None:
    axes.set_title(title, fontsize=10)
    axes.set_ylabel(y_label)
    axes.set_xscale("log" if x_log else "linear")
    axes.set_yscale("log" if y_log else "linear")
    for axis, is_log in ((axes.xaxis, x_log), (axes.yaxis, y_log)):
        if is_log:
            axis.set_major_formatter(lambda value, _position: f"{value:,g}")
            axis.set_minor_formatter(lambda _value, _position: "")


def _save(figure: Any, legend_of: Axes, file: Path) -> None:
    handles, labels = legend_of.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8)
    figure.set_layout_engine("constrained")
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
