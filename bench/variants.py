"""This project without one of its optimisations at a time, and once more as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.catalogue import OURS, Peer
from bench.workload import OPERATIONS

PAGES = ("page10", "page100")
READING = ("one", *PAGES, "user")
EVERYTHING = tuple(OPERATIONS)
PAUSE = "pause"  # no operation, but what the garbage collector takes at a time


@dataclass(frozen=True)
class Optimisation:
    """What ``bench.without`` can take away, how tables call it, and the operations that it can matter to."""

    label: str
    operations: Sequence[str] = EVERYTHING
    databases: Sequence[str] = ("SQLite", "PostgreSQL")
    is_for_long_lists: bool = False


OPTIMISATIONS = {
    "serializer": Optimisation("compiled serialiser", READING),
    "links": Optimisation("URLs made of parts", ("one", *PAGES, "create")),
    "orjson": Optimisation("orjson"),
    "instants": Optimisation("instants remembered", READING),
    "tokens": Optimisation("verified tokens remembered"),
    "whole": Optimisation("bodies in one piece"),
    "cors": Optimisation("CORS remembered"),
    "routing": Optimisation("routing remembered"),
    "sessions": Optimisation("no session"),
    "gc": Optimisation("frozen garbage collector", (*EVERYTHING, PAUSE)),
    "compiled": Optimisation("compiled statements"),
    "autocommit": Optimisation("no transaction around one statement"),
    "cursor": Optimisation("statements run without a cursor", databases=["PostgreSQL"]),
    "alone": Optimisation("connections lent as they are"),
    "ping": Optimisation("connections looked at, not asked", databases=["PostgreSQL"]),
    "caller": Optimisation("caller confirmed on the way"),
    "insertion": Optimisation("one INSERT that confirms its caller", ("create",)),
    "count": Optimisation("rows counted by triggers", (*PAGES, "create"), is_for_long_lists=True),
    "nearer_end": Optimisation("pages from the nearer end", PAGES, is_for_long_lists=True),
    "index": Optimisation("pages found in the index", PAGES, is_for_long_lists=True),
    "in_turn": Optimisation("tables of a page joined in turn", PAGES, databases=["SQLite"]),
}
AGAIN = replace(OURS, name="again", label="nothing", operations=(*EVERYTHING, PAUSE))


def without(name: str) -> Peer:
    """Return this project without the optimisation called *name*."""
    optimisation = OPTIMISATIONS[name]
    return replace(
        OURS,
        name=f"without-{name}",
        label=optimisation.label,
        application="bench.without:application",
        environ={"WITHOUT": name},
        operations=optimisation.operations,
    )


VARIANTS = {peer.name: peer for peer in (AGAIN, *map(without, OPTIMISATIONS))}
