"""What a resource of one's own may declare, and how both documents say it."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_restx import Api, Model, Namespace, Resource, fields
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from app.api import api
from app.api.arguments import ArgumentParser
from app.api.documents.naming import operation_id
from app.api.documents.openapi import openapi_document
from app.api.documents.swagger import swagger_document

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
