"""A long list, page by page: by number from its nearer end, or by cursor from where another page ended.

A page by number begins at a row that only a walk along the index can find: it counts from the end that is
nearer.  A cursor names the row itself, so that the millionth page costs what the first one does (keyset
pagination).
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.models.listable import check_key, check_listable, check_plain
from app.models.reading import Cut, Query
from app.models.row_count import number_of_rows
from app.util.database.compiled import AnySelect
from app.util.page import Cursor, CursorPage, Page

_SKIP: ColumnElement[int] = bindparam("_skip", type_=BigInteger)
_EDGE: ColumnElement[int] = bindparam("_edge", type_=BigInteger)
Key: TypeAlias = InstrumentedAttribute[int]


class Listing:
    """All rows of *view*, a SELECT whose first column is *key*, in the order of that key.

    Or those alone that meet a condition of the key's table, *only*: they are counted each time.
    Raises ValueError if *view* leaves rows of that table out, or repeats them, or does not begin with a whole
    number, *key*.
    """

    _last_total = 0  # as it was lately: it only decides from which end to count

    def __init__(self, view: AnySelect, key: Key, *, only: ColumnElement[bool] | None = None) -> None:
        check_plain(view)
        check_key(view, key)
        check_listable(view, key.class_.__table__, only)
        self._pages_of = cache(partial(_Pages, view, key, only))

    def page_at(
        self, *, per_page: int, page: int = 1, cursor: Cursor | None = None, **values: Any
    ) -> Page[Any]:
        """Return the page number *page*, or the one to which *cursor* points; past the end it is empty.

        *values* are those of the parameters in the condition.
        Raises TokenRefused if what is read tells that the caller is to be refused.
        """
        pages = self._pages_of(per_page)
        if cursor is not None:
            return _follow(pages, cursor, per_page, values)
        return self._numbered(pages, page, per_page, values)

    def _numbered(self, pages: _Pages, page: int, per_page: int, values: dict[str, Any]) -> Page[Any]:
        skip = (page - 1) * per_page
        query = pages.from_start if skip <= self._last_total // 2 else pages.from_end
        found = query.read(_skip=skip, **values)
        (total,) = found.beside
        self._last_total = total
        # From the end come the last rows up to this page's: more than it has where the list ends within it,
        # and where it ends before it, less than none are wanted.
        wanted = min(total - skip, len(found.rows))
        return Page(found.rows[len(found.rows) - wanted :], page, per_page, total)


class _Pages:
    """The statements that read pages of *size* rows.

    The size stands in them as a number: so PostgreSQL knows how few rows are wanted, and keeps the plan of
    a prepared statement, where it would plan each time anew for a size that it does not know.
    """

    def __init__(self, view: AnySelect, key: Key, only: ColumnElement[bool] | None, size: int) -> None:
        keys = select(key)
        number: ColumnElement[Any] = number_of_rows(key.class_.__table__)
        if only is not None:
            view, keys = view.where(only), keys.where(only)
            number = select(func.count()).select_from(keys.subquery()).scalar_subquery()
        counted = select(number.label("total")).cte("_counted")
        total: ScalarSelect[int] = select(counted.c.total).scalar_subquery()
        self.from_start = Query(_from_start(view, keys, key), total, cut=_first(size, key))
        self.from_end = Query(_from_end(view, keys, key, size, total), total, cut=_first(size, key.desc()))
        # One row more tells whether there are others.
        after, before = _first(size + 1, key), _first(size + 1, key.desc())
        self.after = Query(view.where(key > _EDGE), total, _some(keys, key <= _EDGE, key.desc()), cut=after)
        self.before = Query(view.where(key < _EDGE), total, _some(keys, key >= _EDGE, key), cut=before)


def _follow(pages: _Pages, cursor: Cursor, per_page: int, values: dict[str, Any]) -> CursorPage[Any]:
    found = (pages.after if cursor.forwards else pages.before).read(_edge=cursor.edge, **values)
    total, has_some_behind = found.beside
    return CursorPage.at(cursor, found.rows, per_page, total, comes_from_some=bool(has_some_behind))


def _first(size: int, order: ColumnElement[int] | Key) -> Cut:
    """Return what leaves *size* rows, the first in that *order*."""
    return lambda rows: rows.order_by(order).limit(_number(size))


def _from_start(view: AnySelect, keys: AnySelect, key: Key) -> AnySelect:
    skip = select(_SKIP).scalar_subquery()  # as a bare number PostgreSQL would plan anew for each page
    return view.where(key >= _key_at(keys, key, skip))


def _from_end(view: AnySelect, keys: AnySelect, key: Key, size: int, total: ScalarSelect[int]) -> AnySelect:
    end = _SKIP + size
    return view.where(key <= _key_at(keys, key.desc(), case((total > end, total - end), else_=0)))


def _key_at(keys: AnySelect, order: Any, offset: ColumnElement[int]) -> ScalarSelect[int]:
    """Return the key that comes after *offset* others, which only a walk along its index finds."""
    return keys.order_by(order).limit(_number(1)).offset(offset).correlate(None).scalar_subquery()


def _some(keys: AnySelect, condition: ColumnElement[bool], order: Any) -> ColumnElement[bool]:
    """Return whether there is a row of this *condition*: whether there is a first one, in this *order*.

    EXISTS has no order: PostgreSQL, expecting many such rows, would look through a table that has none.
    """
    first = keys.where(condition).order_by(order).limit(_number(1)).correlate(None).scalar_subquery()
    return first.is_not(None)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))
