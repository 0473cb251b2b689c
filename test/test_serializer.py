"""The compiled serializer, and the Page that it writes."""

import enum
import gc
import weakref
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask_restx import Model, Namespace, fields, marshal

from app.api.marshalling import marshaller
from app.api.restx_api import RestxApi
from app.api.serializer import serialize, serializer_of
from app.util.database.rows import row_maker
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

    assert serialize(THING, value) == serializer_of(THING)(None)(value) == marshal(value, THING)


class Colour(enum.Enum):
    RED = "red"


class Kind:
    """Something of a class that a Polymorph knows."""

    def __init__(self, **members: Any) -> None:
        vars(self).update(members)


class OtherKind(Kind):
    """Something of another class."""


class Upper(fields.Raw):
    """Has a format of its own."""

    def format(self, value: str) -> str:
        return value.upper()


class Reversed(fields.List):
    """A list with a format of its own."""

    def format(self, value: list[str]) -> list[str]:
        return super().format(value)[::-1]  # type: ignore[no-any-return]


class Successor(fields.Raw):
    """Has an output of its own."""

    def output(self, key: str, obj: Any, **_options: Any) -> int:
        return int(obj.a) + 1


NS = SimpleNamespace
AHEAD = datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2)))
NAMED = Model("Named", {"n": fields.String})
MASKED = Model("Masked", {"n": fields.String, "secret": fields.String}, mask="{n}")
STARRED = SimpleNamespace(apply=lambda _value: "***")
BASE, OTHER_BASE = (Model(name, {"t": fields.String(discriminator=True)}) for name in ("Base", "Other Base"))
LONE_CHILD = OTHER_BASE.inherit("Lone Child", {"c": fields.String})
CHILD, OTHER_CHILD = BASE.inherit("Child", {"c": fields.String}), BASE.inherit("Other", {"d": fields.String})
COMPUTED = Model("Computed", {"n": fields.String(attribute=lambda it: getattr(it, "n", None))})
POLYMORPH = {Kind: CHILD, OtherKind: OTHER_CHILD}

FIELDS = {
    "string": fields.String,
    "string with a default": fields.String(default="d"),
    "string with a default that is no string": fields.String(default=5),
    "string with an empty default": fields.String(default=""),
    "string with a computed default": fields.String(default=lambda: "computed"),
    "string with a computed default of nothing": fields.String(default=lambda: None),
    "masked string": fields.String(mask=STARRED),
    "integer": fields.Integer,
    "integer with a default": fields.Integer(default=0),
    "float": fields.Float,
    "fixed": fields.Fixed(decimals=2),
    "fixed with a default": fields.Fixed(decimals=2, default=3),
    "arbitrary": fields.Arbitrary,
    "arbitrary with a default": fields.Arbitrary(default=1.5),
    "boolean": fields.Boolean,
    "boolean with a default": fields.Boolean(default=False),
    "date": fields.Date,
    "date with a default": fields.Date(default=date(2026, 1, 2)),
    "date-time": fields.DateTime,
    "date-time as in mail": fields.DateTime(dt_format="rfc822"),
    "raw": fields.Raw,
    "masked raw": fields.Raw(mask=STARRED, default="d"),
    "format of its own": Upper,
    "format of its own, and a default": Upper(default="dd"),
    "output of its own": Successor,
    "class name": fields.ClassName,
    "formatted": fields.FormattedString("<{a}>"),
    "wildcard": fields.Wildcard(fields.String),
    "from elsewhere": fields.String(attribute="b"),
    "from a callable": fields.String(attribute=lambda it: getattr(it, "a", None), default="d"),
    "from a path": fields.String(attribute="a.n"),
    "from a longer path": fields.String(attribute="a.n.real", default="d"),
    "from a place": fields.String(attribute=0),
    "from a keyword": fields.String(attribute="class"),
    "from a name with a dash": fields.String(attribute="a-b"),
    "from what a dict has": fields.String(attribute="items"),
    "nested": fields.Nested(NAMED, allow_null=True),
    "nested with a default that is not used": fields.Nested(NAMED, allow_null=True, default={"x": 1}),
    "nested with a default": fields.Nested(NAMED, default={"x": 1}),
    "nested as a list": fields.Nested(NAMED, allow_null=True, as_list=True),
    "nested without what is None": fields.Nested(NAMED, allow_null=True, skip_none=True),
    "nested fields": fields.Nested({"n": fields.String, "class": fields.String}, allow_null=True),
    "nested with a name that a list has": fields.Nested({"count": fields.String}, allow_null=True),
    "nested without what is empty": fields.Nested(
        {"n": fields.Nested(NAMED, allow_null=True, skip_none=True)}, allow_null=True, skip_none=True
    ),
    "nested and masked": fields.Nested(MASKED, allow_null=True),
    "nested polymorph": fields.Polymorph(POLYMORPH),
    "nested child": fields.Nested(LONE_CHILD, allow_null=True),
    "nested callables": fields.Nested(COMPUTED, allow_null=True),
    "list": fields.List(fields.String),
    "list with a default": fields.List(fields.String, default=["d"]),
    "list with a computed default": fields.List(fields.String, default=list),
    "list of integers": fields.List(fields.Integer),
    "list of integers with a default": fields.List(fields.Integer(default=9)),
    "list of booleans": fields.List(fields.Boolean),
    "list of masked strings": fields.List(fields.String(mask=STARRED)),
    "list of raw": fields.List(fields.Raw),
    "list of lists": fields.List(fields.List(fields.String)),
    "list of attributes": fields.List(fields.String(attribute="n")),
    "list with a format of its own": Reversed(fields.String),
    "list of nested": fields.List(fields.Nested(NAMED, allow_null=True)),
    "list of masked": fields.List(fields.Nested(MASKED, allow_null=True)),
    "list of polymorphs": fields.List(fields.Polymorph(POLYMORPH)),
}
OBJECT = NS(n="v", secret="s", c=None)
VALUES = [
    *(None, "x", "xy", "", "false", "no", "1", 0, 1, 2, 3.9, True, False, float("nan"), Decimal("1.10")),
    *(date(2026, 1, 2), AHEAD, AHEAD.astimezone(UTC), Colour.RED, {}, {"n": "v"}, {"n": None, "secret": 1}),
    *(OBJECT, NS(), NS(n=None), NS(n={"real": 1}), Kind(c="C", t="T"), OtherKind(d="D", t="T")),
    *([], ["x", None], ("x", "y"), {"x"}, [1, None, 2], [["x"], ["y", None]], [True, "false"]),
    *(
        [OBJECT],
        [OBJECT, None],
        [{"n": 1}, NS()],
        [Kind(c="C", t="T"), OtherKind(d="D", t="T")],
        [OBJECT, [OBJECT]],
    ),
]


def outcome(write: Callable[..., Any], *arguments: Any) -> str:
    """Return what *write* returns, or that it fails."""
    try:
        return repr(write(*arguments))
    except Exception:  # noqa: BLE001 - whatever it is, restx's own or Python's
        return "fails"


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS.keys())
def test_every_field_writes_every_value_as_marshal_does(field: Any):
    model = Model("Any", {"a": field})
    wholes = [NS(a=value, b="b", items="i", **{"class": "k", "a-b": "d"}) for value in VALUES]
    dicts = [vars(whole) for whole in wholes]
    others = [NS(), {}, [], ["first"], [NS(a="x"), NS(a=None)], [{"a": "x"}], None, "text"]

    for whole in (*wholes, *dicts, *others):
        expected = outcome(marshal, whole, model)
        written = outcome(serialize, model, whole)
        by_restx = outcome(marshaller(model, None), whole)

        if expected != "fails":  # what restx cannot write may be written
            assert written == by_restx == expected, whole


@pytest.mark.parametrize("name", ["a-b", "class", "items", "_x", "__class__", "ﬁ", "0", "None"])
def test_field_may_have_any_name(name: str):
    model = Model("Any", {name: fields.String})

    for whole in (NS(**{"fi": 0, name: 1}) if name != "__class__" else NS(), {name: 1}, NS(), {}):
        assert serialize(model, whole) == marshal(whole, model)


@pytest.mark.parametrize("whole", [NS(a=1, b=2, c=3), {"a": 1, "b": 2, "c": 3}], ids=["object", "dict"])
def test_wildcard_writes_what_the_fields_before_it_leave(whole: Any):
    model = Model("Rest", {"b": fields.Integer, "*": fields.Wildcard(fields.String)})

    assert serialize(model, whole) == marshal(whole, model) == {"b": 2, "a": "1", "c": "3"}


def test_nested_wildcard_leaves_out_what_is_none():
    rest = {"b": fields.Integer, "*": fields.Wildcard(fields.String)}
    model = Model("Outer", {"rest": fields.Nested(rest, skip_none=True)})

    for whole in (NS(rest=NS(a=1, b=None)), {"rest": {"a": 1, "b": None}}):
        assert serialize(model, whole) == marshal(whole, model) == {"rest": {"a": "1"}}


class Left(fields.String):
    """What an occasion has to say."""

    def for_document(self, occasion: Any) -> Any:
        return occasion.__add__

    def format(self, _value: str) -> str:
        return "never"


@pytest.mark.parametrize(
    "whole", [NS(t="x", n=NS(t="y"), l=[NS(t="z")]), {"t": "x", "n": {"t": "y"}, "l": [{"t": "z"}]}]
)
def test_occasion_is_the_same_for_objects_and_dicts(whole: Any):
    inner = Model("Inner", {"t": Left})
    model = Model("Outer", {"t": Left, "n": fields.Nested(inner), "l": fields.List(fields.Nested(inner))})

    assert serialize(model, whole, "at ") == {"t": "at x", "n": {"t": "at y"}, "l": [{"t": "at z"}]}


def test_documents_of_two_occasions_that_are_written_at_once_do_not_mix():
    """What a field begins for one caller is not for another, whose document another thread writes."""
    model = Model("Shared", {"t": Left, "l": fields.List(Left)})

    mine, yours = marshaller(model, "my "), marshaller(model, "your ")

    assert mine({"t": "x", "l": ["y"]}) == {"t": "my x", "l": ["my y"]}
    assert yours({"t": "x", "l": ["y"]}) == {"t": "your x", "l": ["your y"]}


def test_masked_model_tells_no_secret():
    assert serialize(MASKED, OBJECT) == serialize(MASKED, vars(OBJECT)) == {"n": "v"}


@pytest.mark.parametrize(
    "field",
    [
        fields.Nested(NAMED, mask="{n}"),
        fields.List(fields.String, mask="{n}"),
        fields.List(fields.Nested(NAMED, mask="{n}", attribute="b")),
        {"n": fields.String},
    ],
    ids=["nested", "list", "list of nested", "no field"],
)
def test_model_that_restx_would_not_write_as_it_says_is_refused_at_start(field: Any):
    namespace = Namespace("any")
    namespace.add_model("Any", Model("Any", {"a": field}))

    with pytest.raises(ValueError, match=r"mask|no field"):
        RestxApi().add_namespace(namespace)


def test_model_may_contain_itself():
    tree = Model("Tree", {"n": fields.String, "up": fields.Nested({"n": fields.String}, allow_null=True)})
    tree["left"] = tree["right"] = fields.Nested(tree, allow_null=True)
    tree["all"] = fields.List(fields.Nested(tree, skip_none=True))
    leaf = NS(n="leaf", up=None, left=None, right=None, all=[])
    whole = NS(n="root", up=leaf, left=leaf, right=NS(**vars(leaf) | {"left": leaf}), all=[leaf, leaf])

    assert serialize(tree, whole) == marshal(whole, tree)
    assert serialize(tree, {"n": "root", "left": {"n": "leaf"}}) == marshal(
        {"n": "root", "left": {"n": "leaf"}}, tree
    )


def test_each_child_of_a_model_tells_its_own_name():
    models = [CHILD, OTHER_CHILD, Model("Both", {"a": fields.Nested(CHILD), "b": fields.Nested(OTHER_CHILD)})]
    whole = NS(c="c", d="d")
    whole.a = whole.b = whole
    for write in (serialize, lambda model, value: serializer_of(model)(None)(value)):
        child, other, both = [write(model, whole) for model in models]

        assert (child["t"], other["t"]) == (both["a"]["t"], both["b"]["t"]) == ("Child", "Other")


def test_row_is_an_object_to_every_field():
    (row,) = row_maker(["id", "name", "owner.name"])([[1], ["w"], ["me"]])
    model = Model(
        "Row",
        {
            "id": fields.Integer,
            "missing": fields.String,
            "owner": fields.Nested(NAMED | {"n": fields.String(attribute="name")}),
            "hello": fields.FormattedString("{name} of {owner.name}"),
        },
    )

    assert serialize(model, row) == {"id": 1, "missing": None, "owner": {"n": "me"}, "hello": "w of me"}


def test_model_is_compiled_once():
    assert serializer_of(THING) is serializer_of(THING)


def test_model_that_is_forgotten_leaves_nothing_behind():
    model = Model("Passing", {"n": fields.String})
    serialize(model, NS(n=1))
    kept = weakref.ref(serializer_of(model))

    del model
    gc.collect()

    assert kept() is None


def test_nested_thing_that_is_not_there_is_null():
    simple = Model("Simple", {"owner": fields.Nested(OWNER)})

    assert serialize(simple, SimpleNamespace(owner=None)) == serialize(simple, {}) == {"owner": None}


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


def test_whatever_has_items_is_a_list():
    model = Model("Many", {"all": fields.List(fields.Integer)})

    for many in ({1: 2}.values(), {2}, (2,), (n for n in [2])):
        assert serialize(model, NS(all=many)) == {"all": [2]}


def test_field_that_says_what_to_use_for_a_document_is_written_so():
    class Shout(fields.String):
        def for_document(self, _occasion: Any) -> Any:
            return str.upper

    assert serialize(Model("Call", {"word": Shout}), SimpleNamespace(word="x")) == {"word": "X"}


def test_two_models_of_one_name_are_not_taken_for_one():
    inner = Model("Thing", {"id": fields.Integer(attribute="number"), "part": fields.String})
    outer = Model("Thing", {"id": fields.Integer, "part": fields.Nested(inner)})

    written = serialize(outer, SimpleNamespace(id=1, part=SimpleNamespace(number=2, part="z")))

    assert written == {"id": 1, "part": {"id": 2, "part": "z"}}
