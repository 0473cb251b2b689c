"""A long list, page by page: by number from its nearer end, or by cursor from where another page ended.

A page by number begins at a row that only a walk along the index can find: it counts from the end that is
nearer.  A cursor names the row itself, so that the millionth page costs what the first one does.
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
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.models.listable import check_listable
from app.models.reading import Query
from app.models.row_count import number_of_rows
from app.util.page import Cursor, CursorPage, Page
from app.util.prepared import AnySelect

_SKIP: ColumnElement[int] = bindparam("skip", type_=BigInteger)
_EDGE: ColumnElement[int] = bindparam("edge", type_=BigInteger)
Key: TypeAlias = InstrumentedAttribute[int]


class Listing:
    """All rows of *view*, a SELECT whose first column is *key*, in the order of that key.

    Raises ValueError if *view* leaves rows of that table out, or repeats them: then use a ``Query``.
    """

    def __init__(self, view: AnySelect, key: Key) -> None:
        check_listable(view, key.class_.__table__)
        self._pages_of = cache(partial(_Pages, view, key))
        self._last_total = 0  # as it was lately: it only decides from which end to count

    def page_at(self, *, per_page: int, page: int = 1, cursor: Cursor | None = None) -> Page[Any]:
        """Return the page number *page*, or the one to which *cursor* points; past the end it is empty.

        Raises TokenRefused if what is read tells that the caller is to be refused.
        """
        pages = self._pages_of(per_page)
        return self._numbered(pages, page, per_page) if cursor is None else _follow(pages, cursor, per_page)

    def _numbered(self, pages: _Pages, page: int, per_page: int) -> Page[Any]:
        skip = (page - 1) * per_page
        query = pages.from_start if skip <= self._last_total // 2 else pages.from_end
        found = query.read(skip=skip)
        (total,) = found.beside
        self._last_total = total
        # From the end come the last rows up to this page's, more than it has where the list ends within it.
        wanted = min(max(total - skip, 0), len(found.rows))
        return Page(found.rows[len(found.rows) - wanted :], page, per_page, total)


class _Pages:
    """The statements that read pages of *size* rows.

    The size stands in them as a number: so PostgreSQL knows how few rows are wanted, and keeps the plan of
    a prepared statement, where it would plan each time anew for a size that it does not know.
    """

    def __init__(self, view: AnySelect, key: Key, size: int) -> None:
        counted = select(number_of_rows(key.class_.__table__).label("total")).cte("counted")
        total: ScalarSelect[int] = select(counted.c.total).scalar_subquery()
        self.from_start = Query(_from_start(view, key, size), total)
        self.from_end = Query(_from_end(view, key, size, total), total)
        # One row more tells whether there are others.
        after = view.where(key > _EDGE).order_by(key).limit(_number(size + 1))
        before = view.where(key < _EDGE).order_by(key.desc()).limit(_number(size + 1))
        self.after = Query(after, total, _some(key, key <= _EDGE, key.desc()))
        self.before = Query(before, total, _some(key, key >= _EDGE, key))


def _follow(pages: _Pages, cursor: Cursor, per_page: int) -> CursorPage[Any]:
    found = (pages.after if cursor.forwards else pages.before).read(edge=cursor.edge)
    total, has_some_behind = found.beside
    return CursorPage.at(cursor, found.rows, per_page, total, comes_from_some=bool(has_some_behind))


def _from_start(view: AnySelect, key: Key, size: int) -> AnySelect:
    skip = select(_SKIP).scalar_subquery()  # as a bare number PostgreSQL would plan anew for each page
    first = _key_at(key, key, skip)
    return view.where(key >= first).order_by(key).limit(_number(size))


def _from_end(view: AnySelect, key: Key, size: int, total: ScalarSelect[int]) -> AnySelect:
    end = _SKIP + size
    last = _key_at(key, key.desc(), case((total > end, total - end), else_=0))
    return view.where(key <= last).order_by(key.desc()).limit(_number(size))


def _key_at(key: Key, order: Any, offset: ColumnElement[int]) -> ScalarSelect[int]:
    """Return the key that comes after *offset* others, which only a walk along its index finds."""
    return select(key).order_by(order).limit(_number(1)).offset(offset).correlate(None).scalar_subquery()


def _some(key: Key, condition: ColumnElement[bool], order: Any) -> ColumnElement[bool]:
    """Return whether there is a row of this *condition*: whether there is a first one, in this *order*.

    EXISTS has no order: PostgreSQL, expecting many such rows, would look through a table that has none.
    """
    first = select(key).where(condition).order_by(order).limit(_number(1)).correlate(None).scalar_subquery()
    return first.is_not(None)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value))
