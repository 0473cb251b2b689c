"""Links of resources whose paths have numbers, or other resources, in them."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_restx import Model, marshal
from werkzeug.routing import BaseConverter

from app.api.link_fields import Link, Links
from app.api.occasion import Occasion
from app.api.pagination import page_model, page_response
from app.api.serializer import serialize
from app.util.environ import CALLER_KEY
from app.util.page import START, CursorPage, Page

ITEM = Model("Item", {"link": Link("item", "id"), "links": Links("item", "id")})
WRITABLE = Model(
    "Writable", {"links": Links("named", "id", for_administrators=("update", "delete", "archive"))}
)
PAGE = page_model("Items", ITEM)
URL = "http://localhost"


@pytest.fixture
def application() -> Flask:
    """An application with paths of many kinds."""
    app = Flask("links")
    app.add_url_rule("/items/<int:id>", "item", methods=["GET"])
    app.add_url_rule("/named/<id>", "named", methods=["GET", "PATCH"])
    app.add_url_rule("/of/<name>/items", "items", methods=["GET"])
    app.add_url_rule("/of/<name>/others", "others", methods=["GET", "POST"])
    return app


@pytest.fixture
def as_administrator(application: Flask) -> Iterator[None]:
    """An administrator's request is being answered."""
    caller = SimpleNamespace(identity=SimpleNamespace(admin=True))
    with application.test_request_context(environ_overrides={CALLER_KEY: caller}):
        yield


def links_on(page: Page[Any], endpoint: str, **values: Any) -> dict[str, str]:
    links: dict[str, str] = page_response(PAGE, page, endpoint=endpoint, **values).json["links"]  # type: ignore[index]
    return links


@pytest.mark.usefixtures("as_administrator")
@pytest.mark.parametrize("key", [1, 2**40])
def test_link_may_have_a_number_in_its_path(key: int):
    item = SimpleNamespace(id=key)

    written = serialize(ITEM, item, Occasion.present())

    assert written == marshal(item, ITEM)
    assert written == {"link": f"{URL}/items/{key}", "links": {"self": f"{URL}/items/{key}"}}


@pytest.mark.usefixtures("as_administrator")
@pytest.mark.parametrize(("key", "path"), [(7, "7"), ("a b", "a%20b"), ("plain", "plain")])
def test_link_is_offered_only_for_what_its_endpoint_does(key: object, path: str):
    links = serialize(WRITABLE, SimpleNamespace(id=key), Occasion.present())["links"]

    assert links == dict.fromkeys(["self", "update", "archive"], f"{URL}/named/{path}")


class Day(BaseConverter):
    """A converter of dates, which it writes as ISO 8601 has them."""

    def to_url(self, value: date) -> str:
        """Write the day."""
        return value.isoformat()


class Lower(BaseConverter):
    """A converter that writes in lower case."""

    def to_url(self, value: str) -> str:
        """Write the text."""
        return value.lower()


@pytest.mark.parametrize(
    ("converter", "key", "end"), [(Day, date(2026, 11, 24), "2026-11-24"), (Lower, "ABC", "abc")]
)
def test_link_is_written_by_the_converter_of_its_path(converter: type[BaseConverter], key: Any, end: str):
    app = Flask("links")
    app.url_map.converters["own"] = converter
    app.add_url_rule("/items/<own:id>", converter.__name__)

    with app.test_request_context():
        written = serialize(
            Model("Item", {"link": Link(converter.__name__, "id")}),
            SimpleNamespace(id=key),
            Occasion.present(),
        )

    assert written == {"link": f"{URL}/items/{end}"}


@pytest.mark.usefixtures("as_administrator")
def test_page_below_another_resource_links_with_its_path_and_its_query():
    page: Page[Any] = Page(items=[], page=1, items_per_page=5, total_items=6)
    url = f"{URL}/of/a%20b/items"

    links = links_on(page, "items", name="a b", color="red", size=None)

    assert links["self"] == f"{url}?color=red&page=1&per_page=5"
    assert links["next"] == f"{url}?color=red&page=2&per_page=5"
    assert "create" not in links


@pytest.mark.usefixtures("as_administrator")
def test_page_by_cursor_keeps_the_query_and_creates_without_it():
    page = CursorPage.at(START, [], 5, 0, comes_from_some=False)

    links = links_on(page, "others", name="x", color="red")

    assert links["self"] == f"{URL}/of/x/others?color=red&cursor=start&per_page=5"
    assert links["create"] == f"{URL}/of/x/others"
