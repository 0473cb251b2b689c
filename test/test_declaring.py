"""What a resource of one's own may declare, and how both documents say it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_restx import Api, Model, Namespace, Resource, fields, reqparse
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator
from werkzeug.datastructures import FileStorage

from app.api import api
from app.api.argument_types import described
from app.api.arguments import ArgumentParser
from app.api.documents.media_types import FILE, JSON, MULTIPART
from app.api.documents.naming import operation_id
from app.api.documents.openapi import openapi_document
from app.api.documents.postman import postman_collection
from app.api.documents.swagger import swagger_document
from app.api.pagination import pagination_reqparser
from app.api.restx_api import RestxApi
from test.declared import declared_answers

ns = Namespace("things")
thing = Model("Thing", {"name": fields.String})
Declare = Callable[[Any], Any]


def both(*declared: Declare, on_class: Declare = lambda it: it, path: str = "") -> tuple[dict, dict]:
    """Return what both documents, which are valid, have for a POST at *path* that is so *declared*."""
    swagger, openapi = documents(*declared, on_class=on_class, path=path)
    assert [error.message for error in OpenAPIV2SpecValidator(swagger).iter_errors()] == []
    assert [error.message for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []
    (swagger_item,), (openapi_item,) = swagger["paths"].values(), openapi["paths"].values()
    return swagger_item["post"], openapi_item["post"]


def documents(*declared: Declare, on_class: Declare = lambda it: it, path: str = "") -> tuple[dict, dict]:
    """Return both documents of an API with that POST, and a GET of a thing."""
    namespace = Namespace("things")
    namespace.add_model(thing.name, thing)

    @namespace.route(path)
    @on_class
    class ThingList(Resource):
        @namespace.response(200, "The thing.", thing)
        def get(self, **_: str) -> None: ...

        def post(self, **_: str) -> None: ...

    for declare in declared:
        declare(ThingList.post)
    app = Flask(__name__)
    own_api = Api(app, doc=False, description="Things", default_id=operation_id)
    own_api.authorizations = api.authorizations
    own_api.add_namespace(namespace)
    with app.test_request_context():
        swagger = swagger_document(own_api)
    return swagger, openapi_document(swagger)


def parser(*names: str, location: str = "form", kind: Callable[[Any], Any] = str) -> ArgumentParser:
    """Return a parser of fields that are so called."""
    made = ArgumentParser()
    for name in names:
        made.add_argument(name, type=kind, location=location)
    return made


def test_name_of_a_parameter_may_have_several_words():
    swagger, _ = both(ns.expect(parser("full name", "name", "given name", location="args")))

    assert [each["name"] for each in swagger["parameters"]] == ["full name", "name", "given name"]


@pytest.mark.parametrize(
    "describe", [ns.doc(params={"page": "The page wanted"}), ns.param("page", "The page wanted")]
)
def test_what_is_said_of_a_parameter_is_added_to_what_its_parser_says(describe: Declare):
    swagger, openapi = both(ns.expect(pagination_reqparser), describe)

    found, *_ = [each for each in openapi["parameters"] if each["name"] == "page"]
    assert [each["name"] for each in swagger["parameters"]].count("page") == 1
    assert (found["in"], found["description"]) == ("query", "The page wanted")
    assert (found["schema"]["type"], found["schema"]["minimum"]) == ("integer", 1)


def test_what_is_said_of_a_field_of_the_body_is_added_to_what_its_parser_says():
    swagger, _ = both(ns.expect(parser("name")), ns.doc(params={"name": "What it is called"}))

    (field,) = swagger["parameters"]
    assert field == {"name": "name", "in": "formData", "type": "string", "description": "What it is called"}


def test_what_the_class_says_of_a_parameter_is_said_of_it_in_its_methods():
    say = ns.doc(params={"page": "The page wanted"})

    swagger, _ = both(ns.expect(pagination_reqparser), on_class=say)

    found, *_ = [each for each in swagger["parameters"] if each["name"] == "page"]
    assert (found["type"], found["description"]) == ("integer", "The page wanted")


def test_parameters_of_one_name_in_several_places_stay_apart():
    in_header, in_path = ns.param("name", "In the header", _in="header"), ns.param("key", "In the path")

    swagger, _ = both(ns.expect(parser("name", "key")), in_header, on_class=in_path, path="/<key>")

    own = {(each["in"], each["name"]) for each in swagger["parameters"]}
    assert own == {("formData", "name"), ("formData", "key"), ("header", "name")}


def test_what_all_other_statuses_mean_is_what_the_operation_says():
    for operation in both(ns.response("default", "Something else")):
        answer = operation["responses"]["default"]

        assert answer["description"] == "Something else"
        assert not {"schema", "content"} & answer.keys()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Message", "Message"),
        ("Error", "Error"),
        ("ValidationError", "Validation Error"),
        ("ThingOwners", "Thing Owners"),
        ("Thing Owners", "Thing Owners"),
    ],
)
def test_model_that_the_documents_would_take_for_another_one_is_refused_at_start(name: str, other: str):
    first, second = Namespace("first"), Namespace("second")
    first.model("Thing Owners", {"name": fields.String})
    second.model(name, {"age": fields.Integer})
    own_api = RestxApi(doc=False)
    own_api.add_namespace(first)

    with pytest.raises(ValueError, match=f"'{name}'.*'{other}'"):
        own_api.add_namespace(second)


def test_model_may_be_that_of_several_namespaces():
    own_api = RestxApi(doc=False)
    for namespace in (Namespace("first"), Namespace("second")):
        namespace.add_model(thing.name, thing)

        own_api.add_namespace(namespace)

    assert own_api.models["Thing"] is thing


CSV, ZIP = "text/csv", "application/zip"


@pytest.mark.parametrize(
    ("produced", "expected"),
    [
        ([CSV], {CSV: {"type": "string"}}),
        ([ZIP], {ZIP: {"type": "string", "format": "binary"}}),
        ([CSV, JSON], {CSV: {"type": "string"}, JSON: {"$ref": "#/components/schemas/Message"}}),
    ],
    ids=["text", "bytes", "text or JSON"],
)
def test_answer_is_of_the_types_that_are_produced_and_an_error_is_json(produced: list[str], expected: dict):
    swagger, openapi = both(ns.produces(produced), ns.response(200, "A file"))

    answers = openapi["responses"]
    assert answers["200"]["content"] == {name: {"schema": schema} for name, schema in expected.items()}
    assert answers["400"]["content"].keys() == {JSON}
    assert {*swagger["produces"]} == {*produced, JSON}
    assert (swagger["responses"]["200"]["schema"] == FILE) == (JSON not in produced)
    assert "$ref" in swagger["responses"]["400"]["schema"]


def test_answer_without_a_body_is_no_file():
    _, openapi = both(ns.produces([CSV]), ns.response(204, "Nothing"))

    assert "content" not in openapi["responses"]["204"]


def test_judge_of_answers_knows_files():
    for document in documents(ns.produces([CSV]), ns.response(200, "A file")):
        answer = declared_answers(document)["/things", "post", "200"]

        assert [*answer.problems({"Content-Type": f"{CSV}; charset=utf-8"}, b"a,b")] == []
        assert [*answer.problems({"Content-Type": JSON}, b"{}")] == [f"undeclared type {JSON}"]


def uploaded() -> reqparse.RequestParser:
    """Return a parser, of restx itself, of a picture and its title."""
    made = reqparse.RequestParser()
    made.add_argument("picture", type=FileStorage, location="files", required=True)
    return made.add_argument("title", location="form")


def test_file_that_is_sent_makes_the_body_a_multipart_form():
    picture = {"type": "string", "format": "binary"}

    swagger, openapi = both(ns.expect(uploaded()))
    *_, whole = documents(ns.expect(uploaded()))

    assert swagger["consumes"] == [MULTIPART]
    assert openapi["requestBody"] == {
        "required": True,
        "content": {MULTIPART: {"schema": {"$ref": "#/components/schemas/CreateThingInput"}}},
    }
    assert whole["components"]["schemas"]["CreateThingInput"]["properties"] == {
        "picture": picture,
        "title": {"type": "string"},
    }


def test_postman_sends_a_file_in_a_form():
    *_, openapi = documents(ns.expect(uploaded()))

    (folder,) = postman_collection(openapi, server="http://localhost")["item"]

    (request,) = [each["request"] for each in folder["item"] if each["name"] == "create_thing"]
    assert "header" not in request
    assert request["body"]["mode"] == "formdata"
    assert {each["key"]: each["type"] for each in request["body"]["formdata"]} == {
        "picture": "file",
        "title": "text",
    }


def test_body_with_a_list_is_documented_as_json_alone():
    tags = {"type": "array", "items": {"type": "string"}}
    fields_of_body = parser("tags", kind=described(list, **tags, example=["a"]))
    fields_of_body.add_argument("name", type=str, location="form", required=True)

    swagger, openapi = both(ns.expect(fields_of_body))
    document, _ = documents(ns.expect(fields_of_body))

    (body,) = swagger["parameters"]
    assert swagger["consumes"] == [JSON]
    assert (body["in"], body["required"]) == ("body", True)
    assert body["schema"] == {"$ref": "#/definitions/CreateThingInput"}
    assert document["definitions"]["CreateThingInput"] == {
        "type": "object",
        "required": ["name"],
        "properties": {"tags": tags | {"example": ["a"]}, "name": {"type": "string"}},
    }
    reference = {"$ref": "#/components/schemas/CreateThingInput"}
    assert openapi["requestBody"] == {"required": True, "content": {JSON: {"schema": reference}}}


def test_list_that_a_parser_of_restx_reads_from_a_form_stays_there():
    of_restx = reqparse.RequestParser().add_argument("tags", action="append", location="form")

    _, openapi = both(ns.expect(of_restx))

    assert MULTIPART in openapi["requestBody"]["content"]
