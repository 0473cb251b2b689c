"""What a resource may declare of its requests, and what the types of fields take."""

import json
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_restx.inputs import boolean, iso8601interval

from app.api.argument_types import described, one_of, or_null, whole_number
from app.api.arguments import ArgumentParser
from app.api.pagination import pagination_reqparser
from app.errors import InvalidInput


def parsed(app: Flask, fields: dict[str, Any], **declared: Any) -> dict[str, Any]:
    """Return what a parser of the field ``x``, so *declared*, makes of *fields* as JSON."""
    parser = ArgumentParser()
    parser.add_argument("x", location="form", **declared)
    with app.test_request_context("/", method="POST", json=fields):
        return parser.parse_args()


@pytest.mark.parametrize(
    "declared",
    [
        {"type": str, "location": "form", "choices": ("red", "green")},
        {"type": str, "location": "form", "action": "append"},
        {"type": str, "location": "form", "dest": "y"},
        {"type": str, "location": "json"},
        {"type": str, "location": ("form", "args")},
        {"location": "form"},
        {"type": str},
    ],
    ids=lambda declared: " ".join(declared),
)
def test_what_the_parser_would_not_heed_cannot_be_declared(declared: dict[str, Any]):
    with pytest.raises((TypeError, ValueError)):
        ArgumentParser().add_argument("x", **declared)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (float, [1]),
        (int, None),
        (Decimal, "x"),
        (int, {"a": 1}),
        (float, "nan?"),
        (UUID, 5),
        (HTTPStatus.__getitem__, "NOTHING"),
        (str, float("nan")),
        (described(iso8601interval), "--"),
    ],
)
def test_value_that_a_plain_type_does_not_take_is_refused_by_name(app: Flask, kind: type, value: Any):
    with pytest.raises(InvalidInput) as refused:
        parsed(app, {"x": value}, type=kind)

    assert list(refused.value.errors) == ["x"]


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": [1, {"b": None}]}], None, 1.5, 10**30])
def test_type_sees_what_json_has(app: Flask, value: Any):
    seen: list[Any] = []

    parsed(app, {"x": value}, type=seen.append)

    assert seen == [value]


@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        "\0",
        float("nan"),
        float("-inf"),
        1e308 * 10,
        2**63,
        -(2**63) - 1,
        json.loads("[" * 101 + "]" * 101),
    ],
    ids=lambda value: str(value)[:9],
)
@pytest.mark.parametrize("within", [lambda it: it, lambda it: [it], lambda it: {"a": [{"b": it}]}])
def test_value_that_no_database_keeps_or_no_answer_tells_is_refused_by_name(
    app: Flask, within: Any, value: Any
):
    with pytest.raises(InvalidInput) as refused:
        parsed(app, {"x": within(value)}, type=lambda sent: sent)

    assert list(refused.value.errors) == ["x"]


@pytest.mark.parametrize("name", ["\ud800", "\0"])
def test_name_within_a_value_is_text_too(app: Flask, name: str):
    with pytest.raises(InvalidInput):
        parsed(app, {"x": {"a": {name: 1}}}, type=lambda sent: sent)


@pytest.mark.parametrize("kind", [float, Decimal])
@pytest.mark.parametrize("value", ["nan", "inf", "-Infinity"])
def test_number_that_is_none_is_refused(app: Flask, kind: type, value: str):
    with pytest.raises(InvalidInput):
        parsed(app, {"x": value}, type=kind)


@pytest.mark.parametrize(
    "value", [{"a": [1, {"b": None}], "\U0001f600": -(2**63)}, [[[2**63 - 1, 1.5, True]]], ""]
)
def test_other_value_of_json_is_taken_as_it_is(app: Flask, value: Any):
    assert parsed(app, {"x": value}, type=lambda sent: sent) == {"x": value}


def test_null_is_taken_and_told_from_what_was_not_sent(app: Flask):
    declared = {"type": or_null(whole_number(1, 300))}

    assert parsed(app, {"x": None}, **declared) == {"x": None}
    assert parsed(app, {"x": 250}, **declared) == {"x": 250}
    assert parsed(app, {}, **declared) == {}
    with pytest.raises(InvalidInput):
        parsed(app, {"x": "null"}, **declared)


def test_plain_type_may_take_null_too(app: Flask):
    assert [parsed(app, {"x": value}, type=or_null(str)) for value in (None, "a")] == [
        {"x": None},
        {"x": "a"},
    ]


def test_type_of_flask_restx_may_be_described_further(app: Flask):
    kind = described(boolean, example=True)

    assert kind.__schema__ == {"type": "boolean", "example": True}
    assert or_null(kind).__schema__ == kind.__schema__ | {"x-nullable": True}
    assert parsed(app, {"x": "false"}, type=or_null(kind)) == {"x": False}
    assert one_of("red", "green", example="red").__schema__["example"] == "red"


def test_copy_of_a_parser_is_changed_alone():
    parser = ArgumentParser()
    parser.add_argument("x", type=str, location="form")

    copy = parser.copy().add_argument("y", type=str, location="form")

    assert [argument.name for argument in parser.args] == ["x"]
    assert [argument.name for argument in copy.args] == ["x", "y"]
    assert type(pagination_reqparser.copy()) is type(pagination_reqparser)


@pytest.mark.parametrize(("sent", "meant"), [("red", "red"), ("green", "green")])
def test_choice_of_texts_is_taken(sent: str, meant: str):
    colour = one_of("red", "green")

    assert colour(sent) == meant
    assert colour.__schema__ == {"type": "string", "enum": ["red", "green"]}
    with pytest.raises(ValueError, match="must be one of red, green"):
        colour("purple")


class Status(str, Enum):  # noqa: UP042 - its text is not its value, as StrEnum's is
    OPEN = "open"
    CLOSED = "closed"


class Level(int, Enum):
    LOW = 1
    HIGH = 2


@pytest.mark.parametrize(
    ("members", "sent", "meant"), [(Status, "open", Status.OPEN), (Level, 2, Level.HIGH)]
)
def test_member_of_an_enum_is_chosen_by_its_value_which_is_described(
    members: type[Enum], sent: Any, meant: Enum
):
    chosen = one_of(*members)

    assert chosen(sent) is meant
    assert [type(value) for value in chosen.__schema__["enum"]] == [type(sent)] * 2
    with pytest.raises(ValueError, match=f"must be one of .*{sent}"):
        chosen(str(meant) + "x")


@pytest.mark.parametrize("sent", [250, "250", 250.0])
def test_whole_number_may_be_written_as_json_has_it(sent: Any):
    assert whole_number(1, 300)(sent) == one_of(250, 300)(sent) == 250


@pytest.mark.parametrize("sent", [250.5, True, None, "250.0", "0250", float("inf"), [250]])
def test_what_is_no_whole_number_is_refused(sent: Any):
    with pytest.raises(ValueError, match="must be a whole number from 1 to 300"):
        whole_number(1, 300)(sent)
