"""The Swagger UI and the OpenAPI document."""

import re
from html.parser import HTMLParser
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV2SpecValidator

DOCUMENT = "/api/v1/swagger.json"
OPENAPI = "/api/v1/openapi.json"
UI = "/api/v1/ui"
FOR_EVERYBODY = {("/", "get"), ("/auth/register", "post"), ("/auth/login", "post")}
FOR_EVERY_USER = {("/auth/user", "get"), ("/auth/logout", "post")}


@pytest.fixture
def document(as_nobody: FlaskClient) -> dict:
    response = as_nobody.get(DOCUMENT)
    assert response.status_code == HTTPStatus.OK
    assert response.content_type == "application/json"
    return response.json


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

    for body in bodies:
        name = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
        spelled_out = {"schema": document["components"]["schemas"][name]}
        assert body["application/x-www-form-urlencoded"] == body["multipart/form-data"] == spelled_out
    assert len(bodies) >= 4


def test_every_guarded_operation_says_so(document: dict):
    found = operations(document)
    guarded = found.keys() - FOR_EVERYBODY
    admins_only = {key for key in guarded - FOR_EVERY_USER if key[1] != "get"}

    assert {key for key, operation in found.items() if operation.get("security")} == guarded
    assert all(found[key]["security"] == [{"Bearer": []}] for key in guarded)
    assert all("401" in found[key]["responses"] for key in guarded)
    assert {key for key, operation in found.items() if "403" in operation["responses"]} == admins_only


def test_bodies_are_documented_as_form_data_with_their_limits(document: dict):
    (name,) = [
        parameter
        for parameter in operations(document)["/widgets", "post"]["parameters"]
        if parameter["name"] == "name"
    ]

    assert name == {
        "name": "name",
        "in": "formData",
        "type": "string",
        "required": True,
        "minLength": 1,
        "maxLength": 100,
        "pattern": "^[A-Za-z0-9_-]+$",
        "x-example": "first-widget",
    }


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


def test_models_are_those_of_the_tutorial(document: dict):
    assert {"User", "Widget", "Widget Owner", "Nav Links", "Pagination"} <= set(document["definitions"])


def test_time_that_is_no_date_time_is_a_plain_string(document: dict):
    properties = document["definitions"]["Widget"]["properties"]

    assert "format" not in properties["created_at_rfc822"]
    assert properties["created_at_iso8601"]["format"] == "date-time"


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
