"""What bodies are sent as: JSON, forms, files."""

from collections.abc import Iterable

from app.api.documents.common import Schema

JSON = "application/json"
MULTIPART = "multipart/form-data"
FORMS = ("application/x-www-form-urlencoded", MULTIPART)
FILE: Schema = {"type": "string", "format": "binary"}
_WITHOUT_BODY = ("204", "205")


def declare_files(operation: Schema) -> None:
    """Say of *operation* that it succeeds with a file, if it produces no JSON; its errors are JSON still."""
    produced = operation.get("produces") or [JSON]
    if any(map(_is_json, produced)):
        return
    operation["produces"] = [*produced, JSON]
    for status, response in operation["responses"].items():
        if _is_success(status) and status not in _WITHOUT_BODY:
            response["schema"] = dict(FILE)


def content(status: str, schema: Schema, produced: Iterable[str]) -> Schema:
    """Return what the answer with *status* is sent as, of all that is *produced*, and the schema of each."""
    media_types = produced if _is_success(status) else (JSON,)
    return {
        media_type: {"schema": schema if _is_json(media_type) else _file(media_type)}
        for media_type in media_types
        if not (schema == FILE and _is_json(media_type))
    }


def _is_success(status: str) -> bool:
    return status.startswith("2")


def _is_json(media_type: str) -> bool:
    return media_type == JSON or media_type.endswith("+json")


def _file(media_type: str) -> Schema:
    """Return the schema of text, or of bytes."""
    return {"type": "string"} if media_type.startswith("text/") else FILE
