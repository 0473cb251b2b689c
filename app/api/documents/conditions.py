"""Which operations take conditions: what is told with links is told with a tag, and changed by it."""

from http import HTTPStatus

from app.api.documents.common import ANSWERS, CONDITIONS, ETAG, Schema, properties_of

_DEPENDING = {
    "get": (HTTPStatus.NOT_MODIFIED, HTTPStatus.PRECONDITION_FAILED),
    **dict.fromkeys(("put", "patch", "delete"), (HTTPStatus.PRECONDITION_FAILED,)),
}


def declare_conditions(item: Schema, definitions: Schema) -> None:
    """Declare what the operations of *item*, a path, make depend on the state that its GET tells."""
    told = item.get("get", {}).get("responses", {}).get("200", {})
    if "links" not in properties_of(told.get("schema", {}), definitions):
        return
    told["headers"] = ETAG | told.get("headers", {})
    for method in item.keys() & _DEPENDING:
        item[method].setdefault("parameters", []).extend(CONDITIONS)
        for status in _DEPENDING[method]:
            item[method]["responses"][str(int(status))] = {"description": ANSWERS[status].description}
