"""What bodies and paths may look like, and that nothing of any shape makes a 500."""

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

from app.models import User
from test import hostile
from test.databases import application_on
from test.util import EMAIL, INVALID_INPUT, LOGIN, PASSWORD, REGISTER, USER, WIDGET, WIDGETS, account, widget

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


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("a=1&" * 101, FORM), (json.dumps({f"f{n}": n for n in range(101)}), "application/json")],
)
def test_body_with_too_many_fields_is_refused(as_nobody: FlaskClient, body: str, content_type: str):
    response = as_nobody.post(REGISTER, data=body, content_type=content_type)

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


class BrokenStream(BytesIO):
    """What Werkzeug's own server gives for chunks that are none, and any server for a lost connection."""

    def read(self, _size: int | None = -1) -> bytes:
        raise OSError("Invalid chunk header")


@pytest.mark.parametrize("length", ["", "10"])
def test_body_that_cannot_be_read_is_refused(as_nobody: FlaskClient, length: str):
    unreadable = cut_short(b"", "application/json", CONTENT_LENGTH=length)
    unreadable["environ_overrides"]["wsgi.input"] = BrokenStream()

    response = as_nobody.post(REGISTER, **unreadable)

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["status"] == "fail"


class Unasked(BytesIO):
    """What some servers give for a body in chunks: where those are broken, they raise errors of their own."""

    def read(self, _size: int | None = -1) -> bytes:
        raise RuntimeError("Invalid header name in a trailer")


def test_body_in_chunks_is_refused_without_reading_it(as_nobody: FlaskClient):
    chunks = cut_short(b"", "application/json", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="gzip, chunked")
    chunks["environ_overrides"]["wsgi.input"] = Unasked()

    response = as_nobody.post(REGISTER, **chunks)

    assert response.status_code == HTTPStatus.LENGTH_REQUIRED
    assert response.json["status"] == "fail"


@pytest.mark.parametrize(
    "value",
    [
        b'"\xff@x.com"',
        b'"\xed\xa0\x80@x.com"',
        b'"\\u0000@x.com"',
        b"9" * 5_000,
        b"NaN",
        b"-Infinity",
        b"1e999",
    ],
    ids=lambda value: value[:12].decode(errors="replace"),
)
def test_json_with_a_value_that_is_no_text_is_refused_by_its_name(as_nobody: FlaskClient, value: bytes):
    body = b'{"password": "test1234", "email": %s}' % value

    response = as_nobody.post(REGISTER, data=body, content_type="application/json")

    assert is_refusal_of("email", response)


def test_endless_number_in_a_field_that_nobody_knows_is_ignored(as_nobody: FlaskClient):
    body = json.dumps(account()).replace("{", '{"x": ' + "9" * 5_000 + ", ", 1)

    response = as_nobody.post(REGISTER, data=body, content_type="application/json")

    assert response.status_code == HTTPStatus.CREATED


def test_multipart_with_too_many_parts_is_refused(as_nobody: FlaskClient):
    response = as_nobody.post(
        REGISTER, data={f"f{n}": "x" for n in range(101)}, content_type="multipart/form-data"
    )

    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_file_is_not_a_field(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data={"email": EMAIL, "password": (BytesIO(b"test1234"), "password")})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["password"]


Send = Callable[[FlaskClient, str, str, dict[str, Any]], Any]
CREATE, UPDATE = ("POST", WIDGETS), ("PUT", WIDGET)


def with_json(client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> Any:
    return client.open(path, method=method, data=json.dumps(fields), content_type="application/json")


def with_form(client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> Any:
    texts = {name: str(value).encode(errors="surrogatepass") for name, value in fields.items()}
    return client.open(path, method=method, data=texts, content_type=FORM)


def with_parts(client: FlaskClient, method: str, path: str, fields: dict[str, Any]) -> Any:
    parts = [
        b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), str(value).encode(errors="surrogatepass"))
        for name, value in fields.items()
    ]
    content_type = "multipart/form-data; boundary=XX"
    return client.open(path, method=method, data=b"".join(parts) + b"--XX--\r\n", content_type=content_type)


def escaped(text: str) -> str:
    return quote(text.encode(errors="surrogatepass"), safe="")


def is_refusal_of(field: str, response: Any) -> bool:
    """Tell whether *response* says that *field*, and no other one, is wrong."""
    return (
        response.status_code == HTTPStatus.BAD_REQUEST
        and response.json["message"] == INVALID_INPUT
        and list(response.json["errors"]) == [field]
        and len(response.json["errors"][field]) > 0
    )


@pytest.mark.parametrize("send", [with_json, with_form, with_parts])
@pytest.mark.parametrize("path", [REGISTER, LOGIN])
@pytest.mark.parametrize(
    ("field", "texts"),
    [("email", hostile.NO_EMAILS), ("email", hostile.NO_TEXTS), ("password", hostile.NO_TEXTS)],
    ids=["addresses", "email", "password"],
)
def test_account_with_a_hostile_value_is_refused_by_name(
    app: Flask, as_nobody: FlaskClient, send: Send, path: str, field: str, texts: list[str]
):
    taken = [
        text
        for text in texts
        if not is_refusal_of(field, send(as_nobody, "POST", path, account() | {field: text}))
    ]

    assert taken == []
    with app.app_context():
        assert User.query.count() == 0


@pytest.mark.parametrize("path", [REGISTER, LOGIN])
@pytest.mark.parametrize("field", ["email", "password"])
def test_account_takes_texts_only(as_nobody: FlaskClient, path: str, field: str):
    for value in hostile.NO_TEXTS_AT_ALL:
        assert is_refusal_of(field, with_json(as_nobody, "POST", path, account() | {field: value}))


@pytest.mark.parametrize("content_type", hostile.CONTENT_TYPES, ids=lambda text: text[:40] or "none")
def test_body_without_fields_is_refused_whatever_its_type(
    app: Flask, as_admin: FlaskClient, content_type: str
):
    for body, (method, path) in product(hostile.NO_BODIES, [("POST", REGISTER), CREATE, UPDATE]):
        response = as_admin.open(path, method=method, data=body, content_type=content_type)

        assert response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE), body
        assert response.json["status"] == "fail"


def test_password_that_stands_twice_in_json_is_refused(app: Flask, as_nobody: FlaskClient):
    body = b'{"email": "a@x.com", "password": "first1234", "password": "second1234"}'

    response = as_nobody.post(REGISTER, data=body, content_type="application/json")

    assert is_refusal_of("password", response)
    with app.app_context():
        assert User.query.count() == 0


@pytest.mark.parametrize("field", ["page", "per_page"])
def test_number_that_is_none_is_refused_by_name(as_user: FlaskClient, field: str):
    texts = hostile.NO_NUMBERS + (hostile.NO_PAGE_SIZES if field == "per_page" else [])

    taken = [
        text for text in texts if not is_refusal_of(field, as_user.get(f"{WIDGETS}?{field}={escaped(text)}"))
    ]

    assert taken == []


@pytest.mark.parametrize("query", ["page=1&page=2", "page=1&page=1", "page=1&%70age=2", "page=%FF", "page"])
def test_page_that_is_given_in_two_ways_or_none_is_refused(as_user: FlaskClient, query: str):
    assert is_refusal_of("page", as_user.get(f"{WIDGETS}?{query}"))


@pytest.mark.parametrize(
    "query", ["", "Page=0", "page[]=0", "=0", "&&&", "x=%00", "x=%FF", "%00=1", f"x={'y' * 5000}"]
)
def test_what_is_no_field_of_the_query_is_ignored(as_user: FlaskClient, query: str):
    assert as_user.get(f"{WIDGETS}?{query}").json["page"] == 1


def test_fields_of_a_body_are_not_read_from_the_query(as_admin: FlaskClient):
    for path, fields in ((REGISTER, account()), (LOGIN, account()), (WIDGETS, widget())):
        response = as_admin.post(path, query_string=fields)

        assert set(response.json["errors"]) == set(fields)


def answers_to_path(client: FlaskClient, path: str) -> Iterator[Any]:
    for method in ("GET", "PUT", "DELETE"):
        yield client.open(f"{WIDGETS}/{path}", method=method, json=widget(name="another"))


@pytest.mark.parametrize("path", hostile.PATHS, ids=lambda text: text[:24])
def test_path_that_names_no_widget_finds_and_changes_none(
    as_admin: FlaskClient, first_widget: dict[str, str], path: str
):
    got, put, deleted = answers_to_path(as_admin, path)

    assert {got.status_code, put.status_code} <= {400, 404}
    assert deleted.status_code in (204, 400, 404, 405)
    assert got.is_json
    assert as_admin.get(WIDGETS).json["total_items"] == 1
    assert as_admin.get(WIDGET).json["name"] == first_widget["name"]


@pytest.mark.parametrize("text", hostile.NO_NAMES, ids=lambda text: ascii(text)[:24])
def test_any_text_in_any_path_is_answered_in_json(as_user: FlaskClient, text: str):
    for url in (f"{WIDGETS}/{escaped(text)}", f"/api/v1/{escaped(text)}", f"/{escaped(text)}"):
        response = as_user.get(url)

        assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        assert response.is_json


@pytest.mark.parametrize("host", hostile.NO_HOSTS, ids=lambda text: text[:24] or "none")
def test_host_that_is_none_of_ours_is_refused(as_user: FlaskClient, host: str):
    response = as_user.get(USER, headers={"Host": host})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["status"] == "fail"


@pytest.mark.parametrize("host", ["LOCALHOST", "LocalHost:8000"])
def test_case_of_the_host_means_nothing(as_user: FlaskClient, host: str):
    response = as_user.get(WIDGETS, headers={"Host": host})

    assert response.json["links"]["self"].startswith(f"http://{host.lower()}/")


@pytest.mark.parametrize(
    ("trusted", "protocol", "expected"),
    [
        ("localhost", "HTTP/1.1", "400"),
        ("localhost", "HTTP/1.0", "401"),
        ("localhost", "HTTP/2", "401"),
        ("*", "HTTP/1.1", "400"),
        ("*", "HTTP/1.0", "401"),
    ],
)
def test_host_may_be_missing_where_no_version_of_http_wants_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch, trusted: str, protocol: str, expected: str
):
    monkeypatch.setenv("TRUSTED_HOSTS", trusted)
    environ = create_environ(USER) | {"SERVER_PROTOCOL": protocol}
    del environ["HTTP_HOST"]

    with application_on(database_url) as app:
        _, status, _ = run_wsgi_app(app.wsgi_app, environ)

    assert status[:3] == expected


@pytest.mark.parametrize("host", ["", "a b", "a,b", "evil/path", "user@evil", "?", "evil:99999"])
def test_what_is_no_host_is_refused_where_any_host_is_trusted(
    database_url: str, monkeypatch: pytest.MonkeyPatch, host: str
):
    monkeypatch.setenv("TRUSTED_HOSTS", "*")

    with application_on(database_url) as app:
        answers = [app.test_client().get(path, headers={"Host": host}) for path in ("/api/v1", USER)]

    assert [answer.status_code for answer in answers] == [400, 400]


NAME, LONGER = (".".join([*["a" * 63] * 3, last, "example.com"]) for last in ("b" * 49, "b" * 50))


@pytest.mark.parametrize(
    ("trusted", "host", "expected"),
    [
        ("*", NAME, "401"),
        ("*", f"{NAME}:65535", "401"),
        ("*", LONGER, "400"),
        ("*", f"{LONGER}:65535", "400"),
        ("*", f"[::{'0.' * 125}]", "400"),
        (".example.com", NAME, "401"),
        (".example.com", LONGER, "400"),
    ],
)
def test_host_is_no_longer_than_a_name_may_be(
    database_url: str, monkeypatch: pytest.MonkeyPatch, trusted: str, host: str, expected: str
):
    monkeypatch.setenv("TRUSTED_HOSTS", trusted)
    environ = create_environ(USER) | {"HTTP_HOST": host}

    with application_on(database_url) as app:
        _, status, _ = run_wsgi_app(app.wsgi_app, environ)

    assert (len(NAME), len(LONGER), status[:3]) == (253, 254, expected)


@pytest.mark.parametrize("name", hostile.DISGUISES)
def test_header_makes_no_other_request_of_it(as_user: FlaskClient, name: str):
    plain = as_user.get(USER)

    disguised = as_user.get(USER, headers={name: hostile.DISGUISES[name]})

    assert disguised.status_code == HTTPStatus.OK
    assert disguised.json.keys() == plain.json.keys()
    assert (
        as_user.get(WIDGETS, headers={name: hostile.DISGUISES[name]})
        .json["links"]["self"]
        .startswith("http://localhost/")
    )


def test_password_is_never_echoed(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, json={"email": "bad", "password": PASSWORD + "\0secret"})

    assert "secret" not in response.text
