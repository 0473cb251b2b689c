"""A Postman collection, format 2.1.0, made of the OpenAPI document."""

import json
from typing import Any

from app.api.documents.common import Schema, properties_of
from app.api.documents.media_types import JSON, MULTIPART
from app.api.documents.swagger import operations

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
BASE_URL, TOKEN = "baseUrl", "token"
# Whoever logs in with Postman is logged in for the other requests too.
KEEP_TOKEN = [
    "const token = pm.response.headers.has('Content-Type') && pm.response.json().access_token;",
    f"if (token) pm.collectionVariables.set('{TOKEN}', token);",
]


def postman_collection(openapi: Schema, *, server: str) -> Schema:
    """Return the collection of all requests that *openapi* describes, to the URL of a *server*."""
    base_url = server.rstrip("/") + openapi["servers"][0]["url"]
    return {
        "info": {
            "name": openapi["info"]["title"],
            "description": openapi["info"]["description"],
            "version": openapi["info"]["version"],
            "schema": FORMAT,
        },
        "auth": {"type": "bearer", "bearer": [_variable("token", f"{{{{{TOKEN}}}}}")]},
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": KEEP_TOKEN}}],
        "variable": [_variable(BASE_URL, base_url), _variable(TOKEN, "")],
        "item": [_folder(tag, openapi) for tag in openapi["tags"]],
    }


def _variable(key: str, value: str) -> Schema:
    return {"key": key, "value": value, "type": "string"}


def _folder(tag: Schema, openapi: Schema) -> Schema:
    """Return the requests of all operations with *tag*."""
    items = [
        _item(
            path, [*item.get("parameters", []), *operation.get("parameters", [])], method, operation, openapi
        )
        for path, item, method, operation in operations(openapi)
        if tag["name"] in operation["tags"]
    ]
    return {"name": tag["name"], "description": tag.get("description", ""), "item": items}


def _item(path: str, parameters: list[Schema], method: str, operation: Schema, openapi: Schema) -> Schema:
    request: dict[str, Any] = {
        "method": method.upper(),
        "description": operation.get("summary", ""),
        "url": _url(path, parameters),
    }
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    if "requestBody" in operation:
        request |= _sent(operation["requestBody"]["content"], openapi["components"]["schemas"])
    return {"name": operation["operationId"], "request": request, "response": []}


def _url(path: str, parameters: list[Schema]) -> Schema:
    """Return the URL of *path*; what need not be given is there, but turned off."""
    parts = path.strip("/").replace("{", ":").replace("}", "").split("/")
    query = [
        {**_argument(each), "disabled": not each.get("required", False)}
        for each in parameters
        if each["in"] == "query"
    ]
    host = f"{{{{{BASE_URL}}}}}"
    variables = [_argument(each) for each in parameters if each["in"] == "path"]
    return {
        "raw": "/".join((host, *parts)),
        "host": [host],
        "path": parts,
        "query": query,
        "variable": variables,
    }


def _argument(parameter: Schema) -> Schema:
    value = parameter["schema"].get("default", _example(parameter["schema"]))
    return {"key": parameter["name"], "value": str(value), "description": parameter.get("description", "")}


def _sent(content: Schema, schemas: Schema) -> Schema:
    """Return what is sent with a body of *content*: JSON, or else a form, of whose type Postman tells."""
    if JSON not in content:
        fields = properties_of(content[MULTIPART]["schema"], schemas)
        return {"body": {"mode": "formdata", "formdata": [_form_field(*field) for field in fields.items()]}}
    schema = content[JSON]["schema"]
    example = [_object(schema["items"], schemas)] if "items" in schema else _object(schema, schemas)
    raw = {"mode": "raw", "raw": json.dumps(example, indent=2), "options": {"raw": {"language": "json"}}}
    return {"header": [{"key": "Content-Type", "value": JSON}], "body": raw}


def _form_field(name: str, schema: Schema) -> Schema:
    if schema.get("format") == "binary":
        return {"key": name, "type": "file", "src": None}
    return {"key": name, "type": "text", "value": str(_example(schema))}


def _object(schema: Schema, schemas: Schema) -> Schema:
    """Return an object that *schema*, or the one to which it refers, takes."""
    return {key: _example(field) for key, field in properties_of(schema, schemas).items()}


def _example(schema: Schema) -> Any:
    """Return a value that *schema* takes, as far as it gives one."""
    return next(iter(schema.get("examples") or schema.get("enum") or [schema.get("minimum", "")]))
