"""From columns to rows that have names."""

from collections import namedtuple
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

Columns: TypeAlias = Sequence[Sequence[Any]]


def row_maker(labels: Sequence[str]) -> Callable[[Columns], list[Any]]:
    """Return what makes named tuples of columns that are called *labels*.

    Of ``owner.email`` and ``owner.public_id`` it makes one value, ``owner``, a named tuple itself.
    """
    places: dict[str, dict[str, int]] = {}
    for place, label in enumerate(labels):
        name, _, inner = label.partition(".")
        places.setdefault(name, {})[inner] = place
    row = namedtuple("Row", places)  # type: ignore[misc]  # its names are known at run time
    parts = [_part(inner) for inner in places.values()]
    return lambda columns: list(map(row, *(part(columns) for part in parts)))


def _part(inner: dict[str, int]) -> Callable[[Columns], Sequence[Any]]:
    """Return what makes one value of each row: a column as it is, or tuples of several."""
    if "" in inner:
        return itemgetter(inner[""])
    make, places = row_maker(list(inner)), list(inner.values())
    return lambda columns: make([columns[place] for place in places])
