"""The Swagger UI and the OpenAPI document."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV2SpecValidator
from werkzeug.test import EnvironBuilder, run_wsgi_app

from test.databases import application_on

DOCUMENT = "/api/v1/swagger.json"
OPENAPI = "/api/v1/openapi.json"
UI = "/api/v1/ui"
FOR_EVERYBODY = {("/", "get"), ("/auth/register", "post"), ("/auth/login", "post")}
FOR_EVERY_USER = {("/auth/user", "get"), ("/auth/logout", "post")}


def operations(document: dict) -> dict[tuple[str, str], dict]:
    methods = ("get", "post", "put", "delete")
    return {
        (path, method): item[method]
        for path, item in document["paths"].items()
        for method in methods
        if method in item
    }


def test_document_introduces_the_api(document: dict):
    assert document["swagger"] == "2.0"
    assert document["basePath"] == "/api/v1"
    assert document["info"] == {
        "title": "Flask API with JWT-Based Authentication",
        "version": "1.0",
        "description": "Welcome to the Swagger UI documentation for the Widget API",
    }
    assert document["securityDefinitions"] == {
        "Bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}
    }


def test_document_is_valid(document: dict):
    assert [error.message for error in OpenAPIV2SpecValidator(document).iter_errors()] == []


def test_forms_spell_out_what_json_refers_to_by_name(as_nobody: FlaskClient):
    document = as_nobody.get(OPENAPI).json
    bodies = [
        found["requestBody"]["content"] for found in operations(document).values() if "requestBody" in found
    ]

    forms = [body for body in bodies if len(body) > 1]  # what a model describes is JSON alone
    for body in forms:
        name = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
        spelled_out = {"schema": document["components"]["schemas"][name]}
        assert body["application/x-www-form-urlencoded"] == body["multipart/form-data"] == spelled_out
    assert len(forms) >= 2


def test_every_guarded_operation_says_so(document: dict):
    found = operations(document)
    guarded = found.keys() - FOR_EVERYBODY
    admins_only = {key for key in guarded - FOR_EVERY_USER if key[1] != "get"}

    assert {key for key, operation in found.items() if operation.get("security")} == guarded
    assert all(found[key]["security"] == [{"Bearer": []}] for key in guarded)
    assert all("401" in found[key]["responses"] for key in guarded)
    assert {key for key, operation in found.items() if "403" in operation["responses"]} == admins_only


def test_page_parameters_are_documented_with_their_limits(document: dict):
    parameters = {p["name"]: p for p in operations(document)["/widgets", "get"]["parameters"]}

    assert parameters["page"] == {
        "name": "page",
        "in": "query",
        "type": "integer",
        "minimum": 1,
        "maximum": 2147483647,
        "default": 1,
    }
    assert parameters["per_page"]["enum"] == [5, 10, 25, 50, 100]
    assert parameters["per_page"]["default"] == 10


def test_only_neighbours_of_a_page_may_be_missing(document: dict):
    assert set(document["definitions"]["Nav Links"]["required"]) == {"self", "first", "last"}


def test_some_links_of_the_root_are_always_there_and_all_are_urls(document: dict):
    links = document["definitions"]["Root"]["properties"]["links"]

    assert links["required"] == ["self", "service-desc", "service-doc"]
    assert links["additionalProperties"] == {"type": "string", "format": "uri"}


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict) and isinstance(part.get("required"), list) and part.get("type") == "object":
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from schemas_in(inner)


@pytest.mark.parametrize("path", [DOCUMENT, OPENAPI])
def test_every_property_that_is_required_is_described(as_nobody: FlaskClient, path: str):
    schemas = list(schemas_in(as_nobody.get(path).json))

    assert len(schemas) > 5
    for schema in schemas:
        assert {*schema["required"]} <= schema.get("properties", {}).keys()


def test_ui_loads_everything_from_this_server(as_nobody: FlaskClient):
    page = as_nobody.get(UI)

    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert page.status_code == HTTPStatus.OK
    assert page.content_type.startswith("text/html")
    assert len(loaded) >= 4
    for url in loaded:
        assert url.startswith("/")
        with as_nobody.get(url) as part:
            assert part.status_code == HTTPStatus.OK
    assert OPENAPI in page.text


class InlineCode(HTMLParser):
    """Collects what stands in a page and would be run or applied there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [name for name in named if name.startswith("on") or name in ("style", "srcdoc")]
        self.found += [url for url in named.values() if (url or "").strip().lower().startswith("javascript:")]
        if tag == "style" or (tag == "script" and not named.get("src")):
            self.found.append(tag)

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and data.strip():
            self.found.append(data)


def test_nothing_to_run_or_apply_stands_in_the_page_of_the_ui(as_nobody: FlaskClient):
    assert InlineCode(as_nobody.get(UI).text).found == []


def test_ui_names_the_document_where_the_server_is_mounted(as_nobody: FlaskClient):
    page = as_nobody.get(UI, base_url="http://localhost/below")

    assert 'data-document="/below/api/v1/openapi.json"' in page.text
    assert 'src="/below/swaggerui/start.js"' in page.text


@pytest.mark.parametrize("name", ["swagger-ui.js", "oauth2-redirect.html", "..%2Fui.py", "%2E%2E/ui.py", ""])
def test_only_the_files_of_the_page_are_served(as_nobody: FlaskClient, name: str):
    response = as_nobody.get(f"/swaggerui/{name}")

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert response.content_type == "application/json"


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("start.js", {"text/javascript", "application/javascript"}),
        ("swagger-ui-bundle.js", {"text/javascript", "application/javascript"}),
        ("swagger-ui.css", {"text/css"}),
        ("favicon-32x32.png", {"image/png"}),
    ],
)
def test_files_of_the_page_say_what_they_are(as_nobody: FlaskClient, name: str, types: set[str]):
    with as_nobody.get(f"/swaggerui/{name}") as response:
        assert response.mimetype in types


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/swagger.json", "/api/v1/openapi.json", "/swaggerui/start.js"])
def test_conditions_on_what_never_changes_are_kept(
    as_nobody: FlaskClient, path: str, condition: dict[str, str], status: int
):
    with as_nobody.get(path) as known, as_nobody.get(path, headers=condition) as response:
        assert response.status_code == status
        assert response.headers.get("ETag") == (None if status == 412 else known.headers["ETag"])
        if status == 412:
            assert response.json["status"] == "fail"
    for header in ("If-Match", "If-None-Match"):
        with as_nobody.get(path, headers={header: known.headers["ETag"]}) as same:
            assert same.status_code == (200 if header == "If-Match" else 304)


@pytest.mark.parametrize("path", [DOCUMENT, OPENAPI])
def test_answer_to_who_has_it_gives_a_server_nothing_to_send(database_url: str, path: str):
    asked = EnvironBuilder(path=path, headers={"If-None-Match": "*"}).get_environ()

    with application_on(database_url) as app:  # pytest-flask makes other answers of those of its own
        parts, status, _headers = run_wsgi_app(app.wsgi_app, asked)

    assert (status, b"".join(parts)) == ("304 NOT MODIFIED", b"")


@pytest.mark.parametrize(
    "part", ["bytes=0-1", "bytes=-9999999", "bytes=9999999-", "bytes=0-1,3-4", "items=0-5"]
)
def test_file_comes_whole_or_not_at_all(as_nobody: FlaskClient, part: str):
    path, asked = "/swaggerui/start.js", {"Range": part}
    with as_nobody.get(path) as whole, as_nobody.get(path, headers=asked) as response:
        assert (response.status_code, response.data) == (200, whole.data)
    with as_nobody.get(path, headers=asked | {"If-None-Match": whole.headers["ETag"]}) as known:
        assert (known.status_code, known.data) == (304, b"")


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/widgets", "/api/v1/auth/login", "/api/v1/ui"])
def test_answer_to_options_has_no_body_and_no_type(as_nobody: FlaskClient, path: str):
    response = as_nobody.options(path)

    assert (response.status_code, response.data) == (200, b"")
    assert "Content-Type" not in response.headers
    assert "OPTIONS" in response.headers["Allow"]
