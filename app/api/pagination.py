"""Lists in pages: the parameters, the envelope, the links in the body and in the header (RFC 8288)."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Response, url_for
from flask_restx import Model, fields

from app.api.argument_types import one_of, whole_number
from app.api.arguments import ArgumentParser
from app.api.responses import document
from app.util.page import Page

MAX_PAGE = 2**31 - 1
DEFAULT_ITEMS_PER_PAGE = 10
RELATIONS = ("self", "prev", "next", "first", "last")

pagination_reqparser = ArgumentParser()
pagination_reqparser.add_argument("page", type=whole_number(1, MAX_PAGE), location="args", default=1)
pagination_reqparser.add_argument(
    "per_page", type=one_of(5, 10, 25, 50, 100), location="args", default=DEFAULT_ITEMS_PER_PAGE
)

pagination_links_model = Model(
    "Nav Links",
    {relation: fields.String(description=f"URL of the {relation} page") for relation in RELATIONS},
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


def page_response(model: Model, page: Page[Any], *, endpoint: str) -> Response:
    """Return *page* as *model*, made by ``page_model``, describes it, with links to *endpoint*."""
    links = page_links(page, endpoint)
    headers = {"Link": link_header(links), "Total-Count": str(page.total_items)}
    return document(model, SimpleNamespace(links=SimpleNamespace(**links), page=page), headers)


def page_links(page: Page[Any], endpoint: str) -> dict[str, str | None]:
    """Return the absolute URLs of *page* and its neighbours by relation; None where there is no such page."""

    def url(number: int | None) -> str | None:
        if number is None:
            return None
        return url_for(endpoint, page=number, per_page=page.items_per_page, _external=True)

    numbers = (page.page, page.prev_page, page.next_page, 1, page.last_page)
    return {relation: url(number) for relation, number in zip(RELATIONS, numbers, strict=True)}


def link_header(links: Mapping[str, str | None]) -> str:
    """Return *links* as the value of a Link header (RFC 8288, 3)."""
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items() if url)
