"""What the fields of a widget may be."""

from http import HTTPStatus
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Widget
from test import hostile
from test.test_input import CREATE, FORM, UPDATE, Send, is_refusal_of, with_form, with_json, with_parts
from test.util import WIDGETS, widget

WAYS = [(with_json, CREATE), (with_json, UPDATE), (with_form, CREATE), (with_parts, CREATE)]
WRONG = [
    *product(WAYS, ["name"], [hostile.NO_NAMES]),
    *product(WAYS, ["info_url"], [hostile.NO_URLS]),
    *product(WAYS, ["deadline"], [hostile.NO_DATES]),
    *product(WAYS[:2], ["name", "info_url", "deadline"], [hostile.NO_TEXTS, hostile.NO_TEXTS_AT_ALL]),
]


@pytest.mark.parametrize(("way", "field", "texts"), WRONG, ids=lambda value: getattr(value, "__name__", None))
def test_widget_with_a_hostile_value_is_refused_by_name(
    app: Flask, as_admin: FlaskClient, way: tuple[Send, tuple[str, str]], field: str, texts: list[Any]
):
    send, (method, path) = way

    taken = [
        text
        for text in texts
        if not is_refusal_of(field, send(as_admin, method, path, widget() | {field: text}))
    ]

    assert taken == []
    with app.app_context():
        assert Widget.query.count() == 0


@pytest.mark.parametrize(
    ("field", "texts"),
    [("name", hostile.NAMES), ("info_url", hostile.URLS), ("deadline", hostile.DATES)],
)
@pytest.mark.parametrize("send", [with_json, with_form, with_parts])
def test_widget_with_an_odd_value_is_kept_as_it_is(
    as_admin: FlaskClient, send: Send, field: str, texts: list[str]
):
    for number, text in enumerate(texts):
        fields = widget(name=f"widget-{number}") | {field: text}

        assert send(as_admin, "POST", WIDGETS, fields).status_code == HTTPStatus.CREATED
        assert field == "deadline" or as_admin.get(f"{WIDGETS}/{fields['name']}").json[field] == text


@pytest.mark.parametrize("field", ["name", "info_url", "deadline"])
@pytest.mark.parametrize("text", hostile.NO_FORM_TEXTS, ids=ascii)
def test_bytes_that_are_no_text_are_refused_by_name(as_admin: FlaskClient, field: str, text: bytes):
    fields = {name: quote(value).encode() for name, value in widget().items()} | {field: text}
    body = b"&".join(b"%s=%s" % (name.encode(), value) for name, value in fields.items())

    assert is_refusal_of(field, as_admin.post(WIDGETS, data=body, content_type=FORM))


@pytest.mark.parametrize("field", ["name", "info_url", "deadline"])
def test_field_that_stands_twice_in_json_is_refused_by_name(as_admin: FlaskClient, field: str):
    body = hostile.duplicated(widget(), field)

    response = as_admin.post(WIDGETS, data=body, content_type="application/json")

    assert is_refusal_of(field, response)
    assert response.json["errors"] == {field: "must be given only once"}
