"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The *items* of page number *page*, counted from 1, of a list with *total_items*."""

    items: Sequence[T]
    page: int
    items_per_page: int
    total_items: int

    @property
    def total_pages(self) -> int:
        """Return the number of pages that have items."""
        return -(-self.total_items // self.items_per_page)

    @property
    def last_page(self) -> int:
        """Return the number of the last page: an empty list has a first page, which is also its last."""
        return max(self.total_pages, 1)

    @property
    def prev_page(self) -> int | None:
        """Return the number of the page before; past the end, of the last page with items."""
        return min(self.page - 1, self.last_page) if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        """Return the number of the page after, if it has items."""
        return self.page + 1 if self.page < self.total_pages else None

    @property
    def has_prev(self) -> bool:
        """Tell whether there is a page before this one."""
        return self.prev_page is not None

    @property
    def has_next(self) -> bool:
        """Tell whether there is a page after this one."""
        return self.next_page is not None


def fetch_page(session: Session, statement: Select[Any], *, page: int, per_page: int) -> Page[Any]:
    """Run the ordered *statement* for one page only; a page past the end has no items."""
    count = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    total = session.scalars(count).one()
    offset = (page - 1) * per_page
    items: Sequence[Any] = ()
    if offset < total:
        items = session.scalars(statement.offset(offset).limit(per_page)).all()
    return Page(items=items, page=page, items_per_page=per_page, total_items=total)
