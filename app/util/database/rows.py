"""From columns to rows that have names."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from keyword import iskeyword
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Column, Label

from app.util.database.compiled import AnySelect

Columns: TypeAlias = Sequence[Iterable[Any]]


def maker_of(rows: AnySelect) -> Callable[[Columns], list[Any]]:
    """Return what makes the rows of a SELECT, whose members are called as in those of SQLAlchemy itself.

    A mapped column is called by its attribute, so that a row and an object of the model are told alike.
    ``__stored__`` of a row has, by member, the columns of tables that are told as they are stored.
    """
    labels = list(map(_label, rows.selected_columns))
    columns = zip(labels, map(stored_column, rows.selected_columns), strict=True)
    return row_maker(labels, {label: column for label, column in columns if column is not None})


def _label(column: Any) -> str:
    """Return what *column* is called in SQLAlchemy's own rows, which nothing public tells beforehand."""
    return str(column._proxy_key or getattr(column, "name", None) or column)


def stored_column(column: Any) -> Column[Any] | None:
    """Return the column of a table that *column*, of a SELECT, tells as it is stored, or None."""
    plain = column.element if isinstance(column, Label) else column
    return plain if isinstance(plain, Column) else None


def row_maker(
    labels: Sequence[str], stored: Mapping[str, Column[Any]] | None = None
) -> Callable[[Columns], list[Any]]:
    """Return what makes named tuples of columns that are called *labels*, of which some are *stored* so.

    Of ``owner.email`` and ``owner.public_id`` it makes one value, ``owner``, a named tuple itself.  Raises
    ValueError if two columns would have one name, or one a name that no member of a row can have.
    """
    make = _maker(labels, stored or {})
    return lambda columns: list(make(columns))


def _maker(labels: Sequence[str], stored: Mapping[str, Column[Any]]) -> Callable[[Columns], Iterable[Any]]:
    places: dict[str, dict[str, int]] = {}
    for place, label in enumerate(labels):
        name, _, inner = label.partition(".")
        _check(label, name, inner, places.get(name, {}))
        places.setdefault(name, {})[inner] = place
    row = namedtuple("Row", places)  # type: ignore[misc]  # its names are known at run time
    # Fields of restx that want all members ask for them so.
    row.__marshallable__ = row._asdict  # type: ignore[attr-defined]
    row.__stored__ = stored  # type: ignore[attr-defined]
    new_row = partial(tuple.__new__, row)  # what a named tuple does, without looking at its arguments
    parts = [_part(inner) for inner in places.values()]
    return lambda columns: map(new_row, zip(*[part(columns) for part in parts], strict=True))


def _check(label: str, name: str, inner: str, others: Mapping[str, int]) -> None:
    if inner in others or (others and "" in {inner, *others}):
        raise ValueError(f"{label!r} collides with another column called {name!r}: give one another label()")
    if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
        raise ValueError(
            f"{label!r} cannot be the name of a member of a row: give the column another label()"
        )


def _part(inner: dict[str, int]) -> Callable[[Columns], Iterable[Any]]:
    """Return what makes one value of each row: a column as it is, or tuples of several."""
    if "" in inner:
        return itemgetter(inner[""])
    make, places = _maker(list(inner), {}), list(inner.values())
    return lambda columns: make([columns[place] for place in places])
