"""Lists in pages: the parameters, the envelope, the links in the body and in the header (RFC 8288)."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Request, Response
from flask_restx import Model, fields

from app.api.argument_types import one_of, text_type, whole_number
from app.api.arguments import ArgumentParser
from app.api.conditional import representation
from app.api.occasion import Occasion
from app.api.urls import methods_of, url_of
from app.util.page import END, MAX_KEY, START, Cursor, CursorPage, Page

MAX_PAGE = 2**31 - 1
MAX_CURSOR_LENGTH = 31
DEFAULT_ITEMS_PER_PAGE = 10
RELATIONS = ("self", "prev", "next", "first", "last")
NOT_ALWAYS = ("prev", "next")

_WORDS = {"start": START, "end": END}


@text_type(
    max_length=MAX_CURSOR_LENGTH,
    pattern=r"(start|end|[ab][0-9]{1,19}-[0-9]{1,10})",
    refusal="must be start, end, or a cursor that a page has given",
    description="A place in the list, as the links of a page give it: it counts, and not page",
    example="start",
)
def cursor(text: str) -> Cursor:
    """Return the place that *text* names: after or before a row, and the number of the page there."""
    if text in _WORDS:
        return _WORDS[text]
    edge, page = text[1:].split("-")
    return Cursor(forwards=text[0] == "a", edge=min(int(edge), MAX_KEY), page=min(int(page), MAX_PAGE) or 1)


def write_cursor(place: Cursor) -> str:
    """Return the text of *place*."""
    for word, known in _WORDS.items():
        if place == known:
            return word
    return f"{'a' if place.forwards else 'b'}{place.edge}-{place.page}"


class PaginationParser(ArgumentParser):
    """Reads which page is asked for: by its number, or by a cursor."""

    def parse_args(self, req: Request | None = None, strict: bool = False) -> dict[str, Any]:
        """Return ``per_page``, and ``page`` or ``cursor``.  Raises InvalidInput."""
        wanted = super().parse_args(req, strict)
        if "cursor" in wanted:
            del wanted["page"]  # refused together, no document could say which requests are valid
        return wanted


pagination_reqparser = PaginationParser()
pagination_reqparser.add_argument("page", type=whole_number(1, MAX_PAGE), location="args", default=1)
pagination_reqparser.add_argument(
    "per_page", type=one_of(5, 10, 25, 50, 100), location="args", default=DEFAULT_ITEMS_PER_PAGE
)
pagination_reqparser.add_argument("cursor", type=cursor, location="args")

pagination_links_model = Model(
    "Nav Links",
    {
        relation: fields.String(
            required=relation not in NOT_ALWAYS, description=f"URL of the {relation} page"
        )
        for relation in RELATIONS
    }
    | {"create": fields.String(description="URL that takes a new item; for administrators only")},
)


def page_model(name: str, item_model: Model) -> Model:
    """Return the model *name* of a page of items that *item_model* describes."""
    return Model(
        name,
        {
            "links": fields.Nested(pagination_links_model, skip_none=True, required=True),
            "has_prev": fields.Boolean(required=True, attribute="page.has_prev"),
            "has_next": fields.Boolean(required=True, attribute="page.has_next"),
            "page": fields.Integer(required=True, attribute="page.page"),
            "total_pages": fields.Integer(required=True, attribute="page.total_pages"),
            "items_per_page": fields.Integer(required=True, attribute="page.items_per_page"),
            "total_items": fields.Integer(required=True, attribute="page.total_items"),
            "items": fields.List(fields.Nested(item_model), required=True, attribute="page.items"),
        },
    )


def page_response(model: Model, page: Page[Any], *, endpoint: str, **values: Any) -> Response:
    """Return *page* as *model*, made by ``page_model``, describes it, with links to *endpoint*.

    *values* are those of the parameters in its path, and those of its query that choose a part of the list.
    In the body administrators find besides where they ``create`` another item, if it takes one.
    """
    occasion = Occasion.present()
    url = url_of(endpoint, occasion.root, **values)
    links = page_links(page, url)
    headers = {"Link": link_header(links), "Total-Count": str(page.total_items)}
    may_create = occasion.for_administrator and "POST" in methods_of(endpoint)
    create = url.partition("?")[0] if may_create else None
    envelope = SimpleNamespace(links=SimpleNamespace(**links, create=create), page=page)
    return representation(model, envelope, headers, occasion=occasion)


def page_links(page: Page[Any], url: str) -> dict[str, str | None]:
    """Return the absolute URLs of *page* of the list at *url*, and of its neighbours, by relation.

    They are None where there is no such page.  They ask for pages in the way in which this one was asked for,
    by number or by cursor.
    """
    begin, rest = "&" if "?" in url else "?", f"&per_page={page.items_per_page}"
    if isinstance(page, CursorPage):
        cursors = (page.cursor, page.prev, page.next, START, END)
        places = [f"{begin}cursor={write_cursor(place)}" if place else None for place in cursors]
    else:
        numbers = (page.page, page.prev_page, page.next_page, 1, page.last_page)
        places = [f"{begin}page={number}" if number else None for number in numbers]
    urls = [f"{url}{place}{rest}" if place else None for place in places]
    return dict(zip(RELATIONS, urls, strict=True))


def link_header(links: Mapping[str, str | None]) -> str:
    """Return *links* as the value of a Link header (RFC 8288, 3)."""
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items() if url)
