"""The OpenAPI 3.1 document, which is made of the Swagger 2.0 one."""

import json
from collections.abc import Iterator
from http import HTTPStatus

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_restx import Api, Model, Namespace, Resource, fields
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from app.api import api
from app.api.documents.media_types import FORMS, JSON
from app.api.documents.naming import operation_id
from app.api.documents.openapi import openapi_document
from app.api.documents.postman import postman_collection
from app.api.documents.swagger import operations, swagger_document
from test import walker
from test.test_cli import invoke

DOCUMENT = "/api/v1/openapi.json"
SWAGGER = "/api/v1/swagger.json"
OF_AUTH = {"register", "login", "get_user", "logout"}
OF_WIDGETS = {"list_widgets", "create_widget", "get_widget", "update_widget", "delete_widget"}
MEMBER = {"get_widget", "update_widget", "delete_widget"}


@pytest.fixture
def swagger(as_nobody: FlaskClient) -> dict:
    return as_nobody.get(SWAGGER).json


def by_id(document: dict) -> dict[str, dict]:
    return {operation["operationId"]: operation for *_, operation in operations(document)}


def inputs(openapi: dict) -> dict[str, dict]:
    """Return the models of bodies by the name of their operation."""
    schemas = openapi["components"]["schemas"]
    return {
        name: schemas[each["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]]
        for name, each in by_id(openapi).items()
        if "requestBody" in each
    }


def test_document_is_valid(openapi: dict):
    assert openapi["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []


def test_methods_of_a_path_stand_in_the_same_order_in_each_process(swagger: dict):
    for item in swagger["paths"].values():
        assert [*item] == sorted(item)


def test_operations_have_names_that_a_programmer_would_choose(openapi: dict):
    assert by_id(openapi).keys() >= OF_AUTH | OF_WIDGETS


@pytest.mark.parametrize(
    ("resource", "method", "name"),
    [
        ("ThingList", "get", "list_things"),
        ("ThingList", "post", "create_thing"),
        ("BigThing", "get", "get_big_thing"),
        ("BigThing", "put", "update_big_thing"),
        ("BigThing", "delete", "delete_big_thing"),
    ],
)
def test_operations_of_a_new_resource_get_such_names(resource: str, method: str, name: str):
    assert operation_id(resource, method) == name


def test_both_documents_have_the_same_operations_answers_and_headers(openapi: dict, swagger: dict):
    def answers(document: dict) -> dict:
        return {
            (path, method, status): {*response["headers"], response["description"]}
            for path, _, method, operation in operations(document)
            for status, response in operation["responses"].items()
        }

    assert answers(openapi) == answers(swagger)


def test_bodies_are_json_or_a_form_of_either_kind(openapi: dict):
    models = inputs(openapi)

    bodies = {name: by_id(openapi)[name]["requestBody"] for name in models}
    assert all(body["required"] for body in bodies.values())
    forms = {name: body["content"] for name, body in bodies.items() if body["content"].keys() != {JSON}}
    assert forms.keys() >= {"register", "login"}
    for name, content in forms.items():
        assert content.keys() == {JSON, *FORMS}
        assert all(content[form]["schema"] == models[name] for form in FORMS)


def test_fields_of_bodies_have_their_limits(openapi: dict):
    register = inputs(openapi)["register"]

    assert register["required"] == ["email", "password"]
    assert register["properties"]["password"]["maxLength"] == 128


@pytest.mark.parametrize("length", [8, 12])
def test_shortest_new_password_is_that_of_the_setting(
    app: Flask, as_nobody: FlaskClient, monkeypatch: pytest.MonkeyPatch, length: int
):
    monkeypatch.setitem(app.config, "MIN_PASSWORD_LENGTH", length)
    monkeypatch.setitem(app.extensions, "api_documents", {})

    models = inputs(as_nobody.get(DOCUMENT).json)

    assert models["register"]["properties"]["password"]["minLength"] == length
    assert models["login"]["properties"]["password"]["minLength"] == 1


def test_every_field_of_a_body_has_an_example(openapi: dict):
    bare = [
        (operation, field)
        for operation, model in inputs(openapi).items()
        for field, schema in model["properties"].items()
        if "examples" not in schema
    ]

    assert bare == []


def test_every_example_is_valid(openapi: dict):
    fields = [
        (name, field)
        for model in openapi["components"]["schemas"].values()
        for name, field in model["properties"].items()
        if "examples" in field
    ]

    assert len(fields) > 10
    for name, field in fields:
        for example in field["examples"]:
            assert jsonschema_rs.is_valid(field, example), name


def test_example_of_every_body_is_accepted(as_admin: FlaskClient, openapi: dict):
    bodies = {operation.name: operation.example for operation in walker.operations(openapi)}

    assert as_admin.post("/api/v1/auth/register", json=bodies["register"]).status_code == HTTPStatus.CREATED
    assert as_admin.post("/api/v1/auth/login", json=bodies["login"]).status_code == HTTPStatus.OK
    created = as_admin.post("/api/v1/widgets", json=bodies["create_widget"])
    assert created.status_code == HTTPStatus.CREATED
    assert as_admin.put(created.location, json=bodies["update_widget"]).status_code == HTTPStatus.OK


def test_token_travels_as_http_bearer(openapi: dict):
    scheme = openapi["components"]["securitySchemes"]["Bearer"]
    public = {name for name, each in by_id(openapi).items() if each["security"] == []}

    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert public & (OF_AUTH | OF_WIDGETS) == {"register", "login"}


def test_whoever_knows_a_name_is_led_on(openapi: dict):
    found = by_id(openapi)
    created = found["create_widget"]["responses"]["201"]["links"]
    listed = found["list_widgets"]["responses"]["200"]["links"]

    assert set(created) == set(listed) == MEMBER
    assert all(link["parameters"] == {"name": "$request.body#/name"} for link in created.values())
    assert all(link["parameters"] == {"name": "$response.body#/items/0/name"} for link in listed.values())


def test_document_names_the_place_where_the_server_is_mounted(as_nobody: FlaskClient):
    below = as_nobody.get(DOCUMENT, base_url="http://localhost/below").json
    at_root = as_nobody.get(DOCUMENT).json

    assert below["servers"] == [{"url": "/below/api/v1"}]
    assert at_root["servers"] == [{"url": "/api/v1"}]


@pytest.mark.parametrize("document", [DOCUMENT, SWAGGER])
def test_document_is_sent_again_only_if_it_has_changed(as_nobody: FlaskClient, document: str):
    first = as_nobody.get(document, headers={"Origin": "https://elsewhere.example"})
    again = as_nobody.get(document, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert again.data == b""


def test_command_prints_the_document(app: Flask, openapi: dict):
    result = invoke(app, "openapi")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == openapi


def test_conditions_are_declared_with_what_they_may_come_to(openapi: dict):
    found = by_id(openapi)
    conditional = {
        name: {"304", "412"} & operation["responses"].keys()
        for name, operation in found.items()
        if {"If-Match", "If-None-Match"} <= {each["name"] for each in operation.get("parameters", [])}
    }

    read, changed = {"304", "412"}, {"412"}
    assert conditional == {
        name: changed if name.startswith(("update_", "change_", "delete_")) else read
        for name in found
        if not name.startswith("create_") and name not in OF_AUTH
    }
    tagged = {
        name for name, each in found.items() if "ETag" in each["responses"].get("200", {}).get("headers", {})
    }
    assert tagged == {name for name, statuses in conditional.items() if statuses == read}


thing = Model("Big Thing", {"name": fields.String(required=True), "weight": fields.Integer(min=1)})


@pytest.fixture
def things() -> Iterator[tuple[dict, dict]]:
    """The documents of an API whose views say no more than they must, and take models of flask-restx."""
    namespace = Namespace("things")
    namespace.add_model(thing.name, thing)

    @namespace.route("")
    class Things(Resource):
        @namespace.expect(thing)
        def post(self) -> None: ...

        @namespace.expect([thing])
        def put(self) -> None: ...

        @namespace.expect((thing, "What it is from now on"))
        def patch(self) -> None: ...

        def delete(self) -> None: ...

    app = Flask(__name__)
    own_api = Api(app, doc=False, description="Things", authorizations=api.authorizations)
    own_api.add_namespace(namespace)
    with app.test_request_context():
        swagger = swagger_document(own_api)
        yield swagger, openapi_document(swagger)


def test_body_that_a_model_describes_is_json(things: tuple[dict, dict]):
    swagger, openapi = things

    bodies = {method: each.get("requestBody") for _, _, method, each in operations(openapi)}
    schema = {"$ref": "#/components/schemas/BigThing"}
    assert list(OpenAPIV2SpecValidator(swagger).iter_errors()) == []
    assert list(OpenAPIV31SpecValidator(openapi).iter_errors()) == []
    assert bodies == {
        "post": {"required": True, "content": {JSON: {"schema": schema}}},
        "put": {"required": True, "content": {JSON: {"schema": {"type": "array", "items": schema}}}},
        "patch": {
            "description": "What it is from now on",
            "required": True,
            "content": {JSON: {"schema": schema}},
        },
        "delete": None,
    }
    assert swagger["paths"]["/things"]["post"]["consumes"] == [JSON]


def test_postman_sends_what_a_model_describes(things: tuple[dict, dict]):
    (folder,) = postman_collection(things[1], server="http://localhost")["item"]

    bodies = [json.loads(each["request"].get("body", {}).get("raw", "null")) for each in folder["item"]]
    assert bodies == [[{"name": "", "weight": 1}], {"name": "", "weight": 1}, None, {"name": "", "weight": 1}]
    assert {each["request"]["description"] for each in folder["item"]} == {""}


def test_statuses_of_bodies_are_declared_where_there_is_a_body(things: tuple[dict, dict], swagger: dict):
    of_bodies = {"408", "411", "413"}

    for _, item, _, operation in (*operations(things[0]), *operations(swagger)):
        parameters = item.get("parameters", []) + operation.get("parameters", [])
        takes_one = any(parameter["in"] in ("body", "formData") for parameter in parameters)
        assert of_bodies & operation["responses"].keys() == (of_bodies if takes_one else set())


def test_nothing_is_declared_that_no_operation_answers(swagger: dict, openapi: dict):
    assert "responses" not in swagger
    assert "responses" not in openapi["components"]


base = Model("Base", {"id": fields.Integer(min=0, exclusiveMin=True), "links": fields.Raw})
whole = base.inherit("Whole", {"example": fields.String, "kind": fields.String(discriminator=True)})


@pytest.fixture
def wholes() -> dict:
    """The OpenAPI document of an API with a class on two paths, and on a third with words of its own."""
    namespace = Namespace("wholes")
    for model in (base, whole):
        namespace.add_model(model.name, model)

    @namespace.route("/all", doc={"description": "All of them"})
    @namespace.route("", "/of/<int:owner>")
    class WholeList(Resource):
        @namespace.response(200, "Here they are.", whole)
        def get(self, owner: int = 0) -> None: ...

    app = Flask(__name__)
    own_api = Api(app, doc=False, authorizations=api.authorizations, default_id=operation_id)
    own_api.add_namespace(namespace)
    with app.test_request_context():
        return openapi_document(swagger_document(own_api))


def test_schema_says_in_the_words_of_its_version_what_restx_says_in_others(wholes: dict):
    schemas = wholes["components"]["schemas"]

    own = schemas["Whole"]["allOf"][1]
    assert list(OpenAPIV31SpecValidator(wholes).iter_errors()) == []
    assert schemas["Base"]["properties"]["id"] == {"type": "integer", "exclusiveMinimum": 0}
    assert own["properties"].keys() == {"example", "kind"}
    assert own["discriminator"] == {"propertyName": "kind"}


def test_what_a_model_inherits_is_its_own(wholes: dict):
    (answers, *_) = [operation["responses"] for _, _, _, operation in operations(wholes)]

    assert "304" in answers
    assert "ETag" in answers["200"]["headers"]


def test_class_on_several_paths_has_an_operation_of_its_own_name_on_each(wholes: dict):
    names = {path: operation["operationId"] for path, _, _, operation in operations(wholes)}

    assert sorted(names.values()) == [
        "list_wholes",
        "list_wholes_at_wholes_all",
        "list_wholes_at_wholes_of_owner",
    ]
