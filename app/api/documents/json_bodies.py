"""Bodies whose fields no form has: they are JSON alone."""

from app.api.documents.common import Schema
from app.api.documents.media_types import JSON
from app.api.documents.schemas import class_name


def describe_as_json(operation: Schema, definitions: Schema) -> None:
    """Make the fields of *operation* a model among *definitions* if one is a list or an object.

    A form that has a name twice is refused.  Parsers of restx itself, which take it, say so of their lists.
    """
    fields = [each for each in operation.get("parameters", []) if each["in"] == "formData"]
    if not any(_is_of_json(field) for field in fields):
        return
    name = class_name(f"{operation['operationId']}_input")
    model = definitions[name] = object_of([_as_in_models(field) for field in fields])
    body = {"name": "payload", "in": "body", "required": "required" in model}
    body["schema"] = {"$ref": f"#/definitions/{name}"}
    operation["parameters"] = [each for each in operation["parameters"] if each["in"] != "formData"] + [body]
    operation["consumes"] = [JSON]


def _is_of_json(field: Schema) -> bool:
    return field.get("type") in ("array", "object") and "collectionFormat" not in field


def _as_in_models(field: Schema) -> Schema:
    """Return *field* with its example under the name that it has in models."""
    return {"example" if key == "x-example" else key: value for key, value in field.items()}


def object_of(fields: list[Schema]) -> Schema:
    """Return the schema of an object with *fields*, each of which is a parameter of a form."""
    beside = ("name", "in", "required")
    required = [field["name"] for field in fields if field.get("required")]
    properties = {
        field["name"]: {key: value for key, value in field.items() if key not in beside} for field in fields
    }
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})
