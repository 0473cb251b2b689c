"""Tables."""

from __future__ import annotations

from typing import Any


def print_in_process(label: str, results: dict[str, Any]) -> None:
    """Print microseconds per request: of the clock, (of the processor), and the ratio to the first peer."""
    operations = list(results)
    peers = list(results[operations[0]])
    print(f"{label:14}" + "".join(f"{operation:>24}" for operation in operations))
    for peer in peers:
        print(f"{peer:14}" + "".join(f"{_cell(results[operation], peer):>24}" for operation in operations))


def _cell(row: dict[str, Any], peer: str) -> str:
    first = next(iter(row.values()))
    mine = row[peer]
    return f"{mine['wall_us']:.0f} ({mine['cpu_us']:.0f}) x{mine['wall_us'] / first['wall_us']:.2f}"
