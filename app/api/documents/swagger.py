"""The Swagger 2.0 document: what flask-restx says of the API, completed by what all operations share."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_restx import Api

from app.api.documents.common import (
    ANSWERS,
    DEFINITIONS,
    GENERAL_HEADERS,
    PAGE_HEADERS,
    Answer,
    Schema,
    common_statuses,
    name_in,
    properties_of,
)
from app.api.documents.conditions import declare_conditions
from app.api.documents.json_bodies import describe_as_json
from app.api.documents.media_types import JSON, declare_files
from app.api.documents.naming import operation_id_at
from app.api.documents.parameters import Documentation

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_OF_MODELS = {"example": "x-example"}
PAGE_LINKS = "Nav Links"


def swagger_document(api: Api) -> Schema:
    """Return the Swagger 2.0 document of *api*, mounted where the current request found it."""
    document: Schema = Documentation(api).as_dict()
    del document["consumes"]  # JSON for all, says restx; each operation says what it takes
    document["definitions"] = {**DEFINITIONS, **_with_valid_references(document["definitions"])}
    # A view has a set of methods: unsorted, each process would have a document, and a tag, of its own.
    document["paths"] = {path: dict(sorted(item.items())) for path, item in document["paths"].items()}
    for item in document["paths"].values():
        _clean_parameters(item)
        declare_conditions(item, document["definitions"])
    _name_apart(document)
    for _, item, method, operation in operations(document):
        _clean_parameters(operation)
        describe_as_json(operation, document["definitions"])
        _complete(operation, method, item.get("parameters", []), document)
    return document


def operations(document: Schema) -> Iterator[tuple[str, Schema, str, Schema]]:
    """Yield path, path item, method and operation of all that *document* describes."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, item, method, item[method]


def _name_apart(document: Schema) -> None:
    """Give each operation a name of its own, where a class has several paths."""
    named: set[str] = set()
    for path, _, _, operation in operations(document):
        if operation["operationId"] in named:
            operation["operationId"] = operation_id_at(path, operation["operationId"])
        named.add(operation["operationId"])


def _complete(operation: Schema, method: str, shared: list[Schema], document: Schema) -> None:
    """Say of *operation* what goes without saying.

    A body is documented as form fields, though a JSON object is taken alike: Swagger 2.0 has either
    the one or the other, and fields are what its tools make forms and arguments of.  OpenAPI 3, which
    has both, is made from the same fields.
    """
    operation.setdefault("security", [])
    parameters = [*shared, *operation.get("parameters", [])]
    if any(parameter["in"] == "body" for parameter in parameters):
        operation.setdefault("consumes", [JSON])
    responses = operation["responses"]
    for status in common_statuses(operation, method, parameters):
        responses.setdefault(str(int(status)), {"description": ANSWERS[status].description})
    declare_files(operation)
    for status, response in responses.items():
        _fill(response, _answer(status), document["definitions"])
    operation["responses"] = dict(sorted(responses.items()))


def _answer(status: str) -> Answer:
    """Return what *status* means everywhere: nothing where only the operation says it, as of "default"."""
    return ANSWERS.get(int(status) if status.isdecimal() else 0, Answer("", None))


def _clean_parameters(place: Schema) -> None:
    """Ask for what depends on a setting, and rename what Swagger 2.0 knows in models only."""
    if "parameters" in place:
        place["parameters"] = [
            {_OF_MODELS.get(key, key): value() if callable(value) else value for key, value in each.items()}
            for each in place["parameters"]
        ]


def _fill(response: Schema, answer: Answer, definitions: Schema) -> None:
    """Give *response* the body and headers of *answer* unless it has a body of its own."""
    headers: dict[str, Any] = dict(GENERAL_HEADERS)
    if "schema" not in response:
        headers |= answer.headers
        if answer.schema:
            response["schema"] = {"$ref": "#/definitions/" + answer.schema.replace(" ", "%20")}
    elif _is_page(response["schema"], definitions):
        headers |= PAGE_HEADERS
    response["headers"] = headers | response.get("headers", {})


def _with_valid_references(value: Any) -> Any:
    """Return *value* with its references as URIs (RFC 3986): restx leaves spaces in those between models."""
    if isinstance(value, list):
        return [_with_valid_references(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: member.replace(" ", "%20") if key == "$ref" else _with_valid_references(member)
        for key, member in value.items()
    }


def _is_page(schema: Schema, definitions: Schema) -> bool:
    """Tell whether *schema* is that of a page: its links are those between pages."""
    links = properties_of(schema, definitions).get("links", {})
    return any(name_in(part.get("$ref", "")) == PAGE_LINKS for part in (links, *links.get("allOf", ())))
