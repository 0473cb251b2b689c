"""A client that knows one URL.  It reads others from answers, and methods and inputs from the document."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ENTRY = "/api/v1"
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """What the document says of an operation."""

    name: str
    method: str
    path: re.Pattern[str]
    example: dict[str, Any] | None


@dataclass
class Walker:
    """Somebody who follows links, and remembers by the names of the document what has been done."""

    client: FlaskClient
    done: set[str] = field(default_factory=set)

    def enter(self) -> dict[str, str]:
        """Ask for the one URL that is known, read the document to which it links, and return the links."""
        links: dict[str, str] = self.client.get(ENTRY).json["links"]
        self.operations = list(operations(self.client.get(links["service-desc"]).json))
        self.follow(links, "self")
        return links

    def follow(self, links: Mapping[str, str], relation: str, **changes: Any) -> TestResponse:
        """Do what the link called *relation* is for, with the document's example, and *changes*, as input."""
        operation = self.operation(relation, links[relation])
        body = operation.example and operation.example | changes
        answer = self.client.open(links[relation], method=operation.method, json=body)
        assert answer.status_code < 400, (operation, answer.json)
        self.done.add(operation.name)
        return answer

    def operation(self, relation: str, url: str) -> Operation:
        """Return the operation at *url* whose name begins with *relation*; where none does, its GET."""
        there = [each for each in self.operations if each.path.fullmatch(urlsplit(url).path)]
        named = [each for each in there if f"{each.name}_".startswith(f"{relation}_")]
        (found,) = named or [each for each in there if each.method == "get"]
        return found


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI 3 *document*."""
    base = urlsplit(document["servers"][0]["url"]).path
    for template, item in document["paths"].items():
        path = re.compile(base + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)))
        for method, described in item.items():
            if "operationId" in described:
                example = body_example(described, document)
                yield Operation(described["operationId"], method, path, example)


def body_example(described: dict[str, Any], document: dict[str, Any]) -> dict[str, Any] | None:
    """Return the example of a body for the operation *described*; None where it has no body.

    It has the fields of which there is an example.
    """
    if "requestBody" not in described:
        return None
    name = described["requestBody"]["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
    properties = document["components"]["schemas"][name]["properties"]
    return {name: schema["examples"][0] for name, schema in properties.items() if "examples" in schema}
