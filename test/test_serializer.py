"""The compiled serializer, and the Page that it writes."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask_restx import Model, fields, marshal

from app.api.serializer import serialize
from app.util.datetime_util import utc_now
from app.util.page import Page

OWNER = Model("Owner", {"name": fields.String, "age": fields.Integer(default=7)})
THING = Model(
    "Thing",
    {
        "text": fields.String(attribute="other"),
        "number": fields.Integer,
        "flag": fields.Boolean,
        "when": fields.DateTime,
        "deep": fields.String(attribute="owner.name"),
        "computed": fields.String(attribute=lambda thing: thing.number * 2),
        "owner": fields.Nested(OWNER),
        "present": fields.Nested(OWNER, attribute="owner", skip_none=True),
        "numbers": fields.List(fields.Integer),
        "owners": fields.List(fields.Nested(OWNER)),
    },
)


def thing(**changes: Any) -> Any:
    owner = SimpleNamespace(name="me", age=None)
    whole = {"other": "text", "number": 3, "flag": True, "when": utc_now(), "owner": owner, "numbers": [1, 2]}
    return SimpleNamespace(**(whole | {"owners": [owner, owner]} | changes))


@pytest.mark.parametrize(
    "changes", [{}, {"number": 0, "other": ""}, {"numbers": [], "owners": []}, {"when": None, "flag": None}]
)
def test_it_writes_what_marshal_writes(changes: dict[str, Any]):
    value = thing(**changes)

    assert serialize(THING, value) == marshal(value, THING)


def test_nested_thing_that_is_not_there_is_null():
    simple = Model("Simple", {"owner": fields.Nested(OWNER)})

    assert serialize(simple, SimpleNamespace(owner=None)) == {"owner": None}


@pytest.mark.parametrize(
    ("page", "total", "pages", "prev", "following"),
    [
        (1, 0, 0, None, None),
        (2, 0, 0, 1, None),
        (1, 1, 1, None, None),
        (1, 5, 1, None, None),
        (1, 6, 2, None, 2),
        (2, 6, 2, 1, None),
        (2, 11, 3, 1, 3),
        (9, 11, 3, 3, None),
    ],
)
def test_page_knows_its_neighbours(
    page: int, total: int, pages: int, prev: int | None, following: int | None
):
    made: Page[Any] = Page(items=(), page=page, items_per_page=5, total_items=total)

    assert (made.total_pages, made.prev_page, made.next_page) == (pages, prev, following)
    assert (made.has_prev, made.has_next) == (prev is not None, following is not None)
    assert made.last_page == max(pages, 1)
