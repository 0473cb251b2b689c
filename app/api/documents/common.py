"""What every operation may answer: the one place where the documents have it from.

A resource declares the statuses that are its own.  Their bodies and headers, and the statuses that any
operation of its kind has, come from here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

SAFE = ("get", "head", "options", "trace")  # RFC 9110, 9.2.1
BODY = ("formData", "body")


def _outcome(status: str, example: str, **more: Schema) -> Schema:
    """Return the schema of a body that says how it went, in a word for programs and a text for people."""
    properties = {
        "status": {"type": "string", "enum": [status]},
        "message": {"type": "string", "example": example},
    }
    return {"type": "object", "required": list(properties), "properties": properties | more}


MESSAGE = "Message"
ERROR = "Error"
VALIDATION_ERROR = "Validation Error"
DEFINITIONS: Mapping[str, Schema] = {
    MESSAGE: _outcome("success", "successfully logged out"),
    ERROR: _outcome("fail", "Unauthorized"),
    VALIDATION_ERROR: _outcome(
        "fail",
        "Input payload validation failed",
        errors={
            "type": "object",
            "description": "The reason for each field that is refused; missing where no field is to blame",
            "additionalProperties": {"type": "string"},
        },
    ),
}


def _header(description: str, *, always: bool = True, **schema: Any) -> Schema:
    """Return a header; Swagger 2.0 has no word for one that an answer *always* has."""
    return {"type": "string", "description": description} | schema | ({"x-required": True} if always else {})


# Any answer may have these.
GENERAL_HEADERS: Mapping[str, Schema] = {
    "X-Request-ID": _header("Name of the request in the server's log", always=False),
    "Cache-Control": _header("Who may store the answer", always=False),
}
PAGE_HEADERS: Mapping[str, Schema] = {
    "Link": _header("URLs of this page and its neighbours (RFC 8288)"),
    "Total-Count": _header("Number of items on all pages", type="integer", minimum=0),
}
# What a document is sent with that may be asked for, or changed, on a condition (RFC 9110, 13).
ETAG = {"ETag": _header("Names the state and the bytes of this document; strong")}
CONDITIONS: tuple[Schema, ...] = (
    {
        "name": "If-Match",
        "in": "header",
        "type": "string",
        "description": "ETags of states, or *: in no other state than one of them it is done; else 412",
    },
    {
        "name": "If-None-Match",
        "in": "header",
        "type": "string",
        "description": "ETags of states, or *: in one of them the answer is 304, or 412 to a change",
    },
)
_RETRY_AFTER = {"Retry-After": _header("Seconds until it may be tried again", type="integer", minimum=1)}
_LOCATION = {"Location": _header("URL of what is new", format="uri")}
_CHALLENGE = {"WWW-Authenticate": _header("What kind of token is wanted (RFC 6750, 3)")}
_NOT_STORED = {"Cache-Control": _header("Nobody stores the answer", enum=["no-store"])}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers with a status if it says no more: a body of *schema*, or none."""

    description: str
    schema: str | None = ERROR
    headers: Mapping[str, Schema] = field(default_factory=dict)


ANSWERS: Mapping[int, Answer] = {
    HTTPStatus.OK: Answer("Done.", MESSAGE),
    HTTPStatus.CREATED: Answer("Created.", MESSAGE, _LOCATION),
    HTTPStatus.NO_CONTENT: Answer("Done.", None),
    HTTPStatus.NOT_MODIFIED: Answer("The client has the present state.", None, ETAG),
    HTTPStatus.BAD_REQUEST: Answer("The input is refused.", VALIDATION_ERROR),
    HTTPStatus.UNAUTHORIZED: Answer("No access token, or one that is refused.", ERROR, _CHALLENGE),
    HTTPStatus.FORBIDDEN: Answer("The caller lacks the right.", ERROR, _CHALLENGE),
    HTTPStatus.NOT_FOUND: Answer("There is no such thing."),
    HTTPStatus.REQUEST_TIMEOUT: Answer("The body did not arrive in time."),
    HTTPStatus.CONFLICT: Answer("This conflicts with what is stored, or with a change at the same time."),
    HTTPStatus.PRECONDITION_FAILED: Answer("This is not in the state that the request wants."),
    HTTPStatus.LENGTH_REQUIRED: Answer("The body came without a Content-Length."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Answer("The body is too large."),
    HTTPStatus.TOO_MANY_REQUESTS: Answer("Too many attempts.", ERROR, _RETRY_AFTER),
    HTTPStatus.SERVICE_UNAVAILABLE: Answer(
        "The database cannot be reached at the moment.", ERROR, _RETRY_AFTER | _NOT_STORED
    ),
}


_OF_A_BODY = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)


def common_statuses(operation: Schema, method: str, parameters: list[Schema]) -> Iterator[HTTPStatus]:
    """Yield the statuses that *operation* can have because of what it is."""
    places = {parameter["in"] for parameter in parameters}
    yield HTTPStatus.BAD_REQUEST  # a foreign Host, whatever is asked for
    yield HTTPStatus.SERVICE_UNAVAILABLE
    if operation["security"]:
        yield HTTPStatus.UNAUTHORIZED
    if "path" in places:
        yield HTTPStatus.NOT_FOUND  # a slash in an argument makes another path
    if method not in SAFE:
        yield HTTPStatus.CONFLICT
    if places.intersection(BODY):
        yield from _OF_A_BODY


def name_in(reference: str) -> str:
    """Return the name of the model to which *reference* leads, a URI, which has no spaces (RFC 3986)."""
    return reference.rpartition("/")[2].replace("%20", " ")


def properties_of(schema: Schema, models: Schema) -> Schema:
    """Return the properties, inherited ones too, of *schema* or of the one among *models* that it names."""
    found = models.get(name_in(schema.get("$ref", "")), schema)
    properties: Schema = {}
    for part in found.get("allOf", ()):
        properties |= properties_of(part, models)
    properties |= found.get("properties", {})
    return properties
