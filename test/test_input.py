"""What bodies and paths may look like, and that nothing of any shape makes a 500."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import User
from test.util import EMAIL, INVALID_INPUT, LOGIN, PASSWORD, REGISTER, WIDGET, WIDGETS, account, widget

FORM = "application/x-www-form-urlencoded"
NOT_AN_OBJECT = {"body": "must be a form or a JSON object"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b"5",
        b'"text"',
        b"null",
        b"true",
        b"NaN",
        b"[" * 20_000,
        b'{"a":' * 10_000,
        b"9" * 5_000,
        b"\xff\xfe\xff",
        b"{'single': 'quotes'}",
        b'{"email": "a@x.com"} trailing',
    ],
    ids=lambda body: body[:20].decode(errors="replace"),
)
@pytest.mark.parametrize("path", [REGISTER, LOGIN, WIDGETS])
def test_json_that_is_no_object_is_refused(as_admin: FlaskClient, path: str, body: bytes):
    response = as_admin.post(path, data=body, content_type="application/json")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json == {"status": "fail", "message": INVALID_INPUT, "errors": NOT_AN_OBJECT}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "", "nonsense", "multipart/form-data"]
)
def test_body_of_another_type_has_no_fields(as_nobody: FlaskClient, content_type: str):
    response = as_nobody.post(REGISTER, data=json.dumps(account()).encode(), content_type=content_type)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["email", "password"]


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/vnd.api+json"])
def test_json_of_every_kind_is_taken(as_nobody: FlaskClient, content_type: str):
    response = as_nobody.post(REGISTER, data=json.dumps(account()), content_type=content_type)

    assert response.status_code == HTTPStatus.CREATED


def test_unknown_fields_are_ignored(as_admin: FlaskClient):
    response = as_admin.post(WIDGETS, json=widget() | {"x": {"deep": [1, None]}, "": "", "nul\0": "\ud800"})

    assert response.status_code == HTTPStatus.CREATED


def test_form_with_too_many_fields_is_refused(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data="a=1&" * 101, content_type=FORM)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"body": "must have at most 100 fields"}


@pytest.mark.parametrize("content_type", [FORM, "application/json", "multipart/form-data; boundary=b"])
def test_body_over_the_limit_is_refused_unread(app: Flask, as_nobody: FlaskClient, content_type: str):
    body = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)

    response = as_nobody.post(REGISTER, data=body, content_type=content_type)

    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert response.json["status"] == "fail"


def cut_short(body: bytes, content_type: str, **environ: Any) -> dict[str, Any]:
    """Return the arguments of a request whose body ends before its Content-Length does."""
    announced = {"CONTENT_LENGTH": str(len(body) + 10), "wsgi.input_terminated": True} | environ
    return {"data": body, "content_type": content_type, "environ_overrides": announced}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"email=new_user@email.com&password=test1234", FORM),
        (b'{"email": "new_user@email.com", "password": "test1234"}', "application/json"),
        (
            b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.com\r\n',
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_body_that_breaks_off_is_refused(app: Flask, as_nobody: FlaskClient, body: bytes, content_type: str):
    response = as_nobody.post(REGISTER, **cut_short(body, content_type))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["status"] == "fail"
    with app.app_context():
        assert User.query.count() == 0


@pytest.mark.parametrize("size", [1, 100, 200_000])
def test_body_of_unknown_length_is_refused(as_nobody: FlaskClient, size: int):
    unknown = cut_short(b"x" * size, "application/json", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")

    response = as_nobody.post(REGISTER, **unknown)

    assert response.status_code == HTTPStatus.LENGTH_REQUIRED
    assert response.json["status"] == "fail"


def test_multipart_with_too_many_parts_is_refused(as_nobody: FlaskClient):
    response = as_nobody.post(
        REGISTER, data={f"f{n}": "x" for n in range(101)}, content_type="multipart/form-data"
    )

    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_file_is_not_a_field(as_nobody: FlaskClient):
    from io import BytesIO

    response = as_nobody.post(REGISTER, data={"email": EMAIL, "password": (BytesIO(b"test1234"), "password")})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["password"]


HOSTILE_TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\n",
    "\r\nSet-Cookie: a=b",
    "\ud800",
    "\udfff\ud800",
    "\ufffd",
    "\ufffe\uffff",
    "\U0010ffff",
    "\u202eabc",
    "\u200b",
    "İI",
    "ß",
    "ﬁ",
    "１２３",
    "٣",
    "²",
    "x" * 10_000,
    "'; DROP TABLE widget; --",
    '"',
    "\\",
    "{{7*7}}",
    "%00",
    "%s%n",
    "../../etc/passwd",
    "<script>",
    "null",
    "-1",
    "9" * 400,
    "1e309",
    "inf",
    "9999-12-31",
    "0001-01-01",
    "2030-01-01T00:00:00+99:99",
    "T" * 100,
    "1:1:1:1:1",
    ",".join("1" * 40),
]
HOSTILE_VALUES = [None, True, 0, -1, 1.5, 10**30, float("inf"), [], [[]], {}, {"$ne": None}, ["a", "b"]]


def with_json(client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> Any:
    return client.open(path, method=method, data=json.dumps(fields), content_type="application/json")


def with_form(client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> Any:
    texts = {name: str(value).encode(errors="surrogatepass") for name, value in fields.items()}
    return client.open(path, method=method, data=texts, content_type=FORM)


@pytest.mark.parametrize("send", [with_json, with_form])
@pytest.mark.parametrize("hostile", HOSTILE_TEXTS + HOSTILE_VALUES, ids=lambda value: ascii(value)[:24])
def test_no_value_of_any_field_makes_a_500(
    as_admin: FlaskClient, hostile: Any, send: Callable[..., Any], first_widget: dict[str, str]
):
    for method, path, fields in (
        ("POST", REGISTER, account()),
        ("POST", LOGIN, account()),
        ("POST", WIDGETS, widget(name="another")),
        ("PUT", WIDGET, widget()),
    ):
        for field in fields:
            response = send(as_admin, method, path, fields | {field: hostile})
            assert response.status_code < 500
            assert isinstance(response.json, dict)


@pytest.mark.parametrize("hostile", HOSTILE_TEXTS, ids=lambda value: ascii(value)[:24])
def test_no_path_or_query_makes_a_500(as_admin: FlaskClient, hostile: str):
    from urllib.parse import quote

    text = quote(hostile.encode(errors="surrogatepass"), safe="")
    for url in (f"{WIDGETS}/{text}", f"{WIDGETS}?page={text}&per_page={text}", f"/api/v1/{text}", f"/{text}"):
        response = as_admin.get(url)
        assert response.status_code < 500
        assert response.is_json


def test_password_is_never_echoed(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, json={"email": "bad", "password": PASSWORD + "\0secret"})

    assert "secret" not in response.text
