"""A long list, page by page: by number from its nearer end, or by cursor from where another page ended.

A page by number begins at a row that only a walk along the index can find: it counts from the end that is
nearer.  A cursor names the row itself, so that the millionth page costs what the first one does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, bindparam, case, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from app.models.reading import Query
from app.models.row_count import number_of_rows
from app.util.page import Cursor, CursorPage, Page
from app.util.prepared import AnySelect

_SKIP: ColumnElement[int] = bindparam("skip", type_=BigInteger)
_LIMIT: ColumnElement[int] = bindparam("limit", type_=BigInteger)
_EDGE: ColumnElement[int] = bindparam("edge", type_=BigInteger)


class Listing:
    """All rows of *view*, a SELECT whose first column is *key*, in the order of that key."""

    def __init__(self, view: AnySelect, key: InstrumentedAttribute[int]) -> None:
        counted = select(number_of_rows(key.class_.__table__).label("total")).cte("counted")
        total: ScalarSelect[int] = select(counted.c.total).scalar_subquery()
        self._from_start = Query(_from_start(view, key), total)
        self._from_end = Query(_from_end(view, key, total), total)
        after = view.where(key > _EDGE).order_by(key).limit(_LIMIT)
        before = view.where(key < _EDGE).order_by(key.desc()).limit(_LIMIT)
        self._after = Query(after, total, exists(select(key).where(key <= _EDGE).correlate(None)))
        self._before = Query(before, total, exists(select(key).where(key >= _EDGE).correlate(None)))
        self._last_total = 0  # as it was lately: it only decides from which end to count

    def page_at(self, *, per_page: int, page: int = 1, cursor: Cursor | None = None) -> Page[Any]:
        """Return the page number *page*, or the one to which *cursor* points; past the end it is empty."""
        return self._page(page, per_page) if cursor is None else self._follow(cursor, per_page)

    def _page(self, page: int, per_page: int) -> Page[Any]:
        skip = (page - 1) * per_page
        query = self._from_start if skip <= self._last_total // 2 else self._from_end
        found = query.read(skip=skip, limit=per_page)
        (total,) = found.beside
        self._last_total = total
        return Page(found.rows, page, per_page, total)

    def _follow(self, cursor: Cursor, per_page: int) -> CursorPage[Any]:
        query = self._after if cursor.forwards else self._before
        found = query.read(edge=cursor.edge, limit=per_page + 1)
        total, has_some_behind = found.beside
        return CursorPage.at(cursor, found.rows, per_page, total, comes_from_some=bool(has_some_behind))


def _from_start(view: AnySelect, key: InstrumentedAttribute[int]) -> AnySelect:
    first = select(key).order_by(key).limit(1).offset(_SKIP).correlate(None).scalar_subquery()
    return view.where(key >= first).order_by(key).limit(_LIMIT)


def _from_end(view: AnySelect, key: InstrumentedAttribute[int], total: ScalarSelect[int]) -> AnySelect:
    behind = case((total > _SKIP + _LIMIT, total - _SKIP - _LIMIT), else_=0)
    last = select(key).order_by(key.desc()).limit(1).offset(behind).correlate(None).scalar_subquery()
    there = case((total >= _SKIP + _LIMIT, _LIMIT), (total > _SKIP, total - _SKIP), else_=0)
    return view.where(key <= last).order_by(key.desc()).limit(there)
