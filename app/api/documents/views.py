"""The documents as answers, made once for each application and for each path under which it is mounted."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from flask import Response, current_app, request
from flask_restx import Api

from app.api.documents.common import Schema
from app.api.documents.openapi import openapi_document
from app.api.documents.swagger import swagger_document
from app.api.responses import json_response
from app.api.unchanging import unless_known

MAKERS: Mapping[str, Callable[[Api], Schema]] = {
    "swagger.json": swagger_document,
    "openapi.json": lambda api: openapi_document(swagger_document(api)),
}


def document_of(api: Api, name: str) -> Schema:
    """Return the document *name* of *api*, as it is where this request has come in."""
    made: dict[tuple[str, str], Schema] = current_app.extensions.setdefault("api_documents", {})
    key = (name, request.script_root)
    if key not in made:
        made[key] = MAKERS[name](api)
    return made[key]


@contextmanager
def asked_without_client() -> Iterator[None]:
    """Be asked for a document, within the block, by no client but under a name of this API."""
    host = next(iter(current_app.config["TRUSTED_HOSTS"]), "localhost").lstrip(".")
    with current_app.test_request_context(base_url=f"http://{host.encode('idna').decode()}"):
        yield


def document_view(api: Api, name: str) -> Callable[[], Response]:
    """Return the view of the document *name*.  Caches may keep it, and ask whether it is current."""

    def view() -> Response:
        response = json_response(document_of(api, name), headers={"Cache-Control": "no-cache"})
        return unless_known(response)

    return view
