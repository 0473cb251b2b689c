"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Required, TypedDict, TypeVar

T = TypeVar("T")
MAX_KEY = 2**63 - 1  # of a BigInteger


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


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the page after, or before, the row whose key is *edge*.

    *page* is what to call that page; None where only the number of all rows can tell.
    """

    forwards: bool
    edge: int
    page: int | None


START = Cursor(forwards=True, edge=0, page=1)
END = Cursor(forwards=False, edge=MAX_KEY, page=None)


class Place(TypedDict, total=False):
    """Which page is wanted: number *page*, the first if nothing else is said, or the one at *cursor*."""

    per_page: Required[int]
    page: int
    cursor: Cursor | None


@dataclass(frozen=True, slots=True)
class CursorPage(Page[T]):
    """A page that was asked for by *cursor*.

    Its number is counted along the way that the client came; rows that are inserted or deleted
    meanwhile make no page overlap with another, but the numbers are those of before.
    """

    cursor: Cursor
    prev: Cursor | None
    next: Cursor | None

    @property
    def has_prev(self) -> bool:
        """Tell whether there are rows before this page."""
        return self.prev is not None

    @property
    def has_next(self) -> bool:
        """Tell whether there are rows after this page."""
        return self.next is not None

    @classmethod
    def at(
        cls, cursor: Cursor, rows: Sequence[Any], per_page: int, total_items: int, *, comes_from_some: bool
    ) -> CursorPage[Any]:
        """Return the page at *cursor* of *rows*, whose first value is their key.

        *rows* are one more than a page if others follow in the cursor's direction; *comes_from_some*
        tells whether there are any on the other side of it.
        """
        more = len(rows) > per_page
        page = cursor.page or max(-(-total_items // per_page), 1)
        if cursor.forwards:
            items, before, after = rows[:per_page], comes_from_some, more
            low, high = (items[0][0], items[-1][0]) if items else (min(cursor.edge + 1, MAX_KEY), cursor.edge)
        else:
            items, before, after = rows[-per_page:], more, comes_from_some
            low, high = (items[0][0], items[-1][0]) if items else (cursor.edge, max(cursor.edge - 1, 0))
        return cls(
            items,
            page,
            per_page,
            total_items,
            cursor=cursor,
            prev=Cursor(forwards=False, edge=low, page=max(page - 1, 1)) if before else None,
            next=Cursor(forwards=True, edge=high, page=page + 1) if after else None,
        )
