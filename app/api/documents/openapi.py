"""The OpenAPI 3.1 document, made of the Swagger 2.0 one: nothing is described twice."""

from app.api.documents.common import BODY, Schema
from app.api.documents.json_bodies import object_of
from app.api.documents.links import link_operations
from app.api.documents.media_types import FORMS, JSON, MULTIPART, content
from app.api.documents.schemas import class_name, translated
from app.api.documents.swagger import operations

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
# What stands beside the schema of a parameter; everything else of it is the schema.
_OF_PARAMETER = ("name", "in", "required", "description")
_OF_HEADER = ("description", "x-required")


def openapi_document(swagger: Schema) -> Schema:
    """Return the OpenAPI 3.1 document of the API that *swagger*, a Swagger 2.0 document, describes."""
    document = {
        "openapi": "3.1.0",
        "info": swagger["info"],
        "servers": [{"url": swagger["basePath"]}],
        "tags": swagger["tags"],
        "paths": {path: _shared(item) for path, item in swagger["paths"].items()},
        "components": {
            "schemas": {class_name(name): model for name, model in swagger["definitions"].items()},
            "securitySchemes": dict.fromkeys(swagger["securityDefinitions"], BEARER),
        },
    }
    for path, _, method, operation in operations(swagger):
        document["paths"][path][method] = _operation(operation, document["components"]["schemas"])
    finished: Schema = translated(document)
    link_operations(finished)
    return finished


def _shared(item: Schema) -> Schema:
    return {"parameters": [*map(_parameter, item["parameters"])]} if "parameters" in item else {}


def _operation(operation: Schema, schemas: Schema) -> Schema:
    """Return *operation*; the fields of its body become a model among *schemas*."""
    parameters = operation.get("parameters", [])
    fields = [parameter for parameter in parameters if parameter["in"] == "formData"]
    models = [parameter for parameter in parameters if parameter["in"] == "body"]
    others = [_parameter(parameter) for parameter in parameters if parameter["in"] not in BODY]
    produced = operation.get("produces", [JSON])
    changed: Schema = {
        "responses": {
            status: _response(status, response, produced)
            for status, response in operation["responses"].items()
        }
    }
    if fields:
        name = class_name(f"{operation['operationId']}_input")
        schemas[name] = object_of(fields)
        changed["requestBody"] = _body(name, schemas[name])
    for model in models:
        changed["requestBody"] = _json_body(model)
    if others:
        changed["parameters"] = others
    left_out = ("parameters", "consumes", "produces")
    return {key: value for key, value in operation.items() if key not in left_out} | changed


def _parameter(parameter: Schema) -> Schema:
    return _split(parameter, _OF_PARAMETER)


def _response(status: str, response: Schema, produced: list[str]) -> Schema:
    changed: Schema = {"description": response["description"]}
    if "headers" in response:
        changed["headers"] = {name: _split(each, _OF_HEADER) for name, each in response["headers"].items()}
    if "schema" in response:
        changed["content"] = content(status, response["schema"], produced)
    return changed


def _split(described: Schema, beside: tuple[str, ...]) -> Schema:
    """Return *described* with a schema of its own, *beside* which the keys of that name stay."""
    outside = {key.removeprefix("x-"): value for key, value in described.items() if key in beside}
    return outside | {"schema": {key: value for key, value in described.items() if key not in beside}}


def _body(name: str, model: Schema) -> Schema:
    """Return a body that is *model*, which is called *name*, as JSON or as a form of either kind.

    With a file it is a form of one kind.  One type alone refers to it by name: generators of clients
    tell the types of bodies apart by their names.
    """
    has_file = any(field.get("type") == "file" for field in model["properties"].values())
    named = {MULTIPART if has_file else JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    forms = {} if has_file else {media_type: {"schema": model} for media_type in FORMS}
    return {"required": "required" in model, "content": named | forms}


def _json_body(model: Schema) -> Schema:
    """Return a body that is JSON only, as the parameter *model* describes it."""
    beside = {key: model[key] for key in ("description", "required") if key in model}
    return beside | {"content": {JSON: {"schema": model["schema"]}}}
