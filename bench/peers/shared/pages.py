"""The numbers and the links of a page."""

from dataclasses import dataclass

PATH = "/api/v1/widgets"


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """Which page of how many items, and its neighbours."""

    page: int
    per_page: int
    total: int

    @property
    def total_pages(self) -> int:
        """Return the number of pages that have items."""
        return -(-self.total // self.per_page)

    @property
    def prev(self) -> int | None:
        """Return the number of the page before; past the end, of the last one with items."""
        return min(self.page - 1, max(self.total_pages, 1)) if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """Return the number of the page after, if it has items."""
        return self.page + 1 if self.page < self.total_pages else None

    def links(self, base_url: str) -> dict[str, str]:
        """Return the absolute URLs by relation, where *base_url* is scheme and host."""
        numbers = {
            "self": self.page,
            "prev": self.prev,
            "next": self.next,
            "first": 1,
            "last": max(self.total_pages, 1),
        }
        return {
            relation: f"{base_url}{PATH}?page={number}&per_page={self.per_page}"
            for relation, number in numbers.items()
            if number is not None
        }


def widget_links(url: str, *, is_admin: bool) -> dict[str, str]:
    """Return what the caller may do with the widget at *url*, by relation."""
    return dict.fromkeys(("self", "update", "delete") if is_admin else ("self",), url)


def links_in_body(links: dict[str, str], base_url: str, *, is_admin: bool) -> dict[str, str]:
    """Return the *links* of a page, and for an administrator where to make another widget."""
    return links | {"create": f"{base_url}{PATH}"} if is_admin else links


def page_headers(links: dict[str, str], total: int) -> dict[str, str]:
    """Return the headers of a page: RFC 8288's, and the number of all items."""
    link = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())
    return {"Link": link, "Total-Count": str(total)}


def created_body(name: str) -> dict[str, str]:
    """Return the answer to a widget that was made."""
    return {"status": "success", "message": f"New widget added: {name}."}


def privacy_headers(*, with_token: bool) -> dict[str, str]:
    """Return what tells caches to keep an answer for its owner alone."""
    return {"Vary": "Authorization"} | ({"Cache-Control": "private, no-cache"} if with_token else {})
