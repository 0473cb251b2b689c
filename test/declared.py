"""What the documents declare, as a judge of answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from app.api.documents.common import ANSWERS, DEFINITIONS, GENERAL_HEADERS
from app.api.documents.media_types import JSON, content

Schema = dict[str, Any]

# Any answer may have these: they belong to HTTP, CORS and browsers, not to an operation.
OF_NO_OPERATION = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "content-length",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
}


@dataclass(frozen=True)
class Header:
    """A header that an answer may have, or always has."""

    schema: Schema
    is_required: bool

    def problem(self, value: str) -> str:
        """Return what is wrong with *value*, or nothing."""
        typed = int(value) if self.schema["type"] == "integer" and value.isdecimal() else value
        return first_problem(jsonschema_rs.validator_for(self.schema), typed)


class Answer:
    """What an operation answers with one status: a body as *schemas* have it, or none, and *headers*."""

    def __init__(self, schemas: Mapping[str, Schema], headers: Mapping[str, Header]) -> None:
        self.headers = {name.lower(): header for name, header in headers.items()}
        self.validators = {
            media_type: jsonschema_rs.validator_for(schema) for media_type, schema in schemas.items()
        }

    def problems(self, headers: Mapping[str, str], body: bytes | None) -> Iterator[str]:
        """Yield what is wrong with an answer; a *body* of None is one that HEAD leaves out."""
        given = {name.lower(): value for name, value in headers.items()}
        for name in given.keys() - self.headers.keys() - OF_NO_OPERATION:
            yield f"undeclared header {name}"
        for name, header in self.headers.items():
            if name in given and (problem := header.problem(given[name])):
                yield f"header {name}: {problem}"
            if name not in given and header.is_required:
                yield f"no header {name}"
        if body is not None:
            yield from self._problems_of_body(given.get("content-type", ""), body)

    def _problems_of_body(self, content_type: str, body: bytes) -> Iterator[str]:
        media_type = content_type.partition(";")[0] if content_type.startswith("text/") else content_type
        if not self.validators:
            if body or content_type:
                yield "undeclared body"
        elif media_type not in self.validators:
            yield f"undeclared type {content_type}"
        elif media_type == JSON and (problem := first_problem(self.validators[JSON], json.loads(body))):
            yield f"body: {problem}"


def first_problem(validator: Any, value: Any) -> str:
    return next((error.message for error in validator.iter_errors(value)), "")


def declared_answers(document: Schema) -> dict[tuple[str, str, str], Answer]:
    """Return what *document*, of either version, declares for each path, method and status."""
    models = {name: closed(document[name]) for name in ("definitions", "components") if name in document}
    bodies_in, headers_in = (
        (bodies_of_swagger, headers_of_swagger)
        if "swagger" in document
        else (bodies_of_openapi, headers_of_openapi)
    )
    return {
        (path, method, status): Answer(
            {
                media_type: each["schema"] | models
                for media_type, each in bodies_in(operation, status, response).items()
            },
            headers_in(response),
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for status, response in operation["responses"].items()
    }


def bodies_of_swagger(operation: Schema, status: str, response: Schema) -> Schema:
    """Return what has a schema, by its media type."""
    produced = operation.get("produces", [JSON])
    return content(status, response["schema"], produced) if "schema" in response else {}


def bodies_of_openapi(_operation: Schema, _status: str, response: Schema) -> Schema:
    found: Schema = response.get("content", {})
    return found


def headers_of_swagger(response: Schema) -> dict[str, Header]:
    return {name: Header(each, each.get("x-required", False)) for name, each in response["headers"].items()}


def headers_of_openapi(response: Schema) -> dict[str, Header]:
    return {
        name: Header(each["schema"], each.get("required", False))
        for name, each in response["headers"].items()
    }


def closed(value: Any) -> Any:
    """Return *value*, schemas, without leave for members that they do not name."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    copy = {key: closed(member) for key, member in value.items()}
    if isinstance(value.get("properties"), Mapping) and value.get("type") == "object":
        copy.setdefault("additionalProperties", False)
    return {"anyOf": [copy, {"type": "null"}]} if copy.get("x-nullable") is True else copy


def _refusal(status: int, **more: Header) -> Answer:
    """Return the answer where there is no operation to declare it."""
    general = {name: Header(schema, is_required=False) for name, schema in GENERAL_HEADERS.items()}
    return Answer({JSON: closed(DEFINITIONS[ANSWERS[status].schema or ""])}, general | more)


# A foreign Host, an unknown path, a method that the path does not have.
NO_OPERATION = {
    "400": _refusal(400),
    "404": _refusal(404),
    "405": _refusal(404, Allow=Header({"type": "string"}, is_required=True)),
}
