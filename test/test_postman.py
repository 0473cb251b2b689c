"""The Postman collection: its requests, sent, do what they say."""

import json
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.documents.swagger import operations
from test.databases import application_on
from test.test_cli import invoke

HERE = "http://localhost"


@pytest.fixture
def collection(app: Flask) -> dict:
    result = invoke(app, "postman", "--url", f"{HERE}/")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def requests(collection: dict) -> Iterator[tuple[str, dict]]:
    """Yield the name of each request and the request."""
    for folder in collection["item"]:
        for item in folder["item"]:
            yield item["name"], item["request"]


def send(client: FlaskClient, request: dict, base_url: str):
    """Send *request* as Postman would."""
    url = request["url"]
    path = url["raw"].replace("{{baseUrl}}", base_url)
    for variable in url["variable"]:
        path = path.replace(f":{variable['key']}", variable["value"])
    headers = {header["key"]: header["value"] for header in request.get("header", [])}
    data = request.get("body", {}).get("raw")
    return client.open(path, method=request["method"], headers=headers, data=data)


def test_collection_says_what_it_is(collection: dict):
    variables = {each["key"]: each["value"] for each in collection["variable"]}

    assert collection["info"]["schema"].endswith("/collection/v2.1.0/collection.json")
    assert variables == {"baseUrl": f"{HERE}/api/v1", "token": ""}
    assert collection["auth"] == {
        "type": "bearer",
        "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}],
    }


def test_collection_has_every_operation(as_nobody: FlaskClient, collection: dict):
    document = as_nobody.get("/api/v1/openapi.json").json
    described = {each["operationId"]: (method.upper(), each) for _, _, method, each in operations(document)}
    found = dict(requests(collection))

    assert found.keys() == described.keys()
    assert {name: request["method"] for name, request in found.items()} == {
        name: method for name, (method, _) in described.items()
    }
    without_token = {name for name, request in found.items() if request.get("auth") == {"type": "noauth"}}
    assert without_token == {name for name, (_, each) in described.items() if not each["security"]}


def test_query_is_there_to_be_turned_on(collection: dict):
    query = dict(requests(collection))["list_widgets"]["url"]["query"]

    assert {each["key"]: (each["value"], each["disabled"]) for each in query}.items() >= {
        "page": ("1", True),
        "per_page": ("10", True),
    }.items()


def test_requests_that_are_sent_in_turn_are_answered(as_admin: FlaskClient, collection: dict):
    found = dict(requests(collection))
    (base_url,) = (each["value"] for each in collection["variable"] if each["key"] == "baseUrl")
    turn = {
        "register": HTTPStatus.CREATED,
        "login": HTTPStatus.OK,
        "create_widget": HTTPStatus.CREATED,
        "get_widget": HTTPStatus.OK,
        "list_widgets": HTTPStatus.OK,
        "update_widget": HTTPStatus.OK,
        "delete_widget": HTTPStatus.NO_CONTENT,
        "get_user": HTTPStatus.OK,
        "logout": HTTPStatus.OK,
    }

    answered = {name: send(as_admin, found[name], base_url).status_code for name in turn}

    assert answered == turn


@pytest.mark.parametrize("hosts", ["api.example", ".example", "api.example:8443", "bücher.example", "*"])
@pytest.mark.parametrize("command", ["openapi", "postman"])
def test_documents_are_printed_whatever_name_the_api_has(
    app: Flask, monkeypatch: pytest.MonkeyPatch, hosts: str, command: str
):
    monkeypatch.setenv("TRUSTED_HOSTS", hosts)
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as named:
        result = invoke(named, command)

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)
