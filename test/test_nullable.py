"""Fields that may be null, in both documents."""

from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from flask_restx import Model, fields

from app.api.documents.openapi import openapi_document
from app.api.fields import Email, nullable
from app.api.serializer import serialize
from test.declared import closed, first_problem

OWNER = Model("Owner", {"name": fields.String})
FIELDS = {
    "string": (nullable(fields.String(required=True)), "text", 5),
    "email": (nullable(Email(required=True)), "a@b.com", 5),
    "number": (nullable(fields.Integer(required=True, min=1)), 3, 0),
    "choice": (nullable(fields.String(required=True, enum=["a", "b"])), "a", "c"),
    "list": (nullable(fields.List(fields.String, required=True)), ["x"], [1]),
    "thing": (nullable(fields.Nested(OWNER)), {"name": "me"}, {"name": 1}),
    "described": (nullable(fields.Nested(OWNER, description="Whose")), {"name": "me"}, "me"),
}
THING = Model("Thing", {name: field for name, (field, _good, _bad) in FIELDS.items()})
SWAGGER: dict[str, Any] = {
    "info": {},
    "basePath": "/",
    "tags": [],
    "paths": {},
    "securityDefinitions": {},
    "definitions": {model.name: model.__schema__ for model in (OWNER, THING)},
}
DOCUMENTS = {
    "swagger": {"$ref": "#/definitions/Thing"} | closed({"definitions": SWAGGER["definitions"]}),
    "openapi": {"$ref": "#/components/schemas/Thing"}
    | {"components": openapi_document(SWAGGER)["components"]},
}


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("name", FIELDS)
def test_field_that_may_be_null_is_said_to_be_so(document: str, name: str):
    _field, good, bad = FIELDS[name]
    all_null = serialize(THING, SimpleNamespace(**dict.fromkeys(FIELDS)))
    validator = jsonschema_rs.validator_for(DOCUMENTS[document])

    assert all_null[name] is None
    assert first_problem(validator, all_null) == ""
    assert first_problem(validator, all_null | {name: good}) == ""
    assert first_problem(validator, all_null | {name: bad}) != ""


def test_nothing_stands_beside_a_reference_whose_neighbours_are_not_read():
    assert THING.__schema__["properties"]["thing"].keys() == {"allOf", "x-nullable"}
