"""Where one operation leads to others (OpenAPI 3.1, Link Object), read from paths and models."""

from collections.abc import Iterator

from app.api.documents.common import Schema, properties_of


def link_operations(document: Schema) -> None:
    """Say in *document* how the answers of a collection name its members.

    ``/things/{name}`` is a member of ``/things``.  Whoever has sent or read a thing's ``name`` knows
    the path of the thing, and each operation there.
    """
    for path, member in document["paths"].items():
        collection, _, key = path.rpartition("/")
        if key.startswith("{") and collection in document["paths"]:
            _link(document["paths"][collection], member, key.strip("{}"), document["components"]["schemas"])


def _link(collection: Schema, member: Schema, key: str, schemas: Schema) -> None:
    for status, operation, expression in _sources(collection, key, schemas):
        if status in operation["responses"]:
            operation["responses"][status]["links"] = _links(member, key, expression)


def _sources(collection: Schema, key: str, schemas: Schema) -> Iterator[tuple[str, Schema, str]]:
    """Yield status, operation and where the *key* of a member stands in the request or in the answer."""
    if key in properties_of(_json(collection.get("post", {}).get("requestBody", {})), schemas):
        yield "201", collection["post"], f"$request.body#/{key}"
    page = _json(collection.get("get", {}).get("responses", {}).get("200", {}))
    item = properties_of(page, schemas).get("items", {}).get("items", {})
    if key in properties_of(item, schemas):
        yield "200", collection["get"], f"$response.body#/items/0/{key}"


def _links(member: Schema, key: str, expression: str) -> Schema:
    targets = [part["operationId"] for part in member.values() if "operationId" in part]
    return {name: {"operationId": name, "parameters": {key: expression}} for name in targets}


def _json(message: Schema) -> Schema:
    """Return the schema of a request or of a response, as JSON."""
    schema: Schema = message.get("content", {}).get("application/json", {}).get("schema", {})
    return schema
