"""Schemas as OpenAPI 3.1 spells them, which are those of JSON Schema, made of Swagger 2.0's."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.api.documents.common import DEFINITIONS, Schema, name_in

_BY_NAME = ("properties", "schemas")  # their members have names, which mean nothing here


def class_name(name: str) -> str:
    """Return *name* as the name of a component, where OpenAPI 3 takes no spaces, and of a class."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def refuse_same_names(models: Iterable[str]) -> None:
    """Raise ValueError if one of *models* has the component of another, or of what all answers share."""
    taken = {class_name(name): name for name in DEFINITIONS}
    for name in models:
        component = class_name(name)
        if component in taken:
            raise ValueError(f"Call the model {name!r} otherwise: the documents have {taken[component]!r}.")
        taken[component] = name


def translated(value: Any) -> Any:
    """Return *value* with references and examples as OpenAPI 3.1 spells them."""
    if isinstance(value, list):
        return [translated(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return _or_null(_bounded(_in_bytes(dict(_translated_member(*member) for member in value.items()))))


def _in_bytes(schema: Schema) -> Schema:
    """Return *schema*, which is of bytes if it is that of a file."""
    return schema | {"type": "string", "format": "binary"} if schema.get("type") == "file" else schema


def _bounded(schema: Schema) -> Schema:
    """Return *schema*, whose limits, if they are exclusive, are numbers of their own."""
    for limit in ("minimum", "maximum"):
        exclusive = f"exclusive{limit.capitalize()}"
        if isinstance(is_exclusive := schema.get(exclusive), bool):
            del schema[exclusive]
            if is_exclusive:
                schema[exclusive] = schema.pop(limit)
    return schema


def _or_null(schema: Schema) -> Schema:
    """Return *schema*, with null among its types if it may be null."""
    if schema.pop("x-nullable", None) is not True:
        return schema
    if "type" not in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema | {"type": [schema["type"], "null"]}


def _translated_member(key: str, value: Any) -> tuple[str, Any]:
    if key == "$ref":
        return key, "#/components/schemas/" + class_name(name_in(value))
    if key in ("example", "x-example"):
        return "examples", [value]
    if key == "discriminator" and isinstance(value, str):
        return key, {"propertyName": value}
    if key in _BY_NAME and isinstance(value, Mapping):
        return key, {name: translated(member) for name, member in value.items()}
    return key, translated(value)
