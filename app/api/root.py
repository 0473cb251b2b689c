"""The root: where a client begins that knows no other URL."""

from collections.abc import Collection
from http import HTTPStatus
from types import SimpleNamespace

from flask import Response, current_app, request
from flask_restx import Model, Namespace, Resource

from app.api.conditional import representation
from app.api.link_fields import RootLinks
from app.api.urls import url_of

# Documents have relations that everybody knows (RFC 8631); anything else is called as the end of its path,
# by as much of it as no path before has taken: what is added changes no name.
RELATIONS = {"entry": "self", "root": "self", "openapi": "service-desc", "doc": "service-doc"}

root_model = Model("Root", {"links": RootLinks(required=True, always=dict.fromkeys(RELATIONS.values()))})

root_ns = Namespace("root", description="Where to begin", path="/")
root_ns.add_model(root_model.name, root_model)


@root_ns.route("/", endpoint="root", strict_slashes=True)
@root_ns.route("", endpoint="entry", doc=False)
class Root(Resource):
    """/"""

    @root_ns.doc("get_root")
    @root_ns.response(HTTPStatus.OK, "Links to everything else.", root_model)
    def get(self) -> Response:
        """Find out what there is.  It is the same for everybody, whoever may use it."""
        return representation(root_model, SimpleNamespace(links=root_links()), {"Cache-Control": "no-cache"})


def root_links() -> dict[str, str]:
    """Return the absolute URLs of all paths of this API that have no parameter, by relation."""
    prefix = f"{request.blueprint}."
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith(prefix)]
    endpoints = {rule.endpoint.removeprefix(prefix): rule.rule for rule in rules if not rule.arguments}
    relations = dict(RELATIONS)
    for endpoint, path in endpoints.items():
        relations.setdefault(endpoint, _end_of(path, relations.values()))
    return {relations[endpoint]: url_of(f"{prefix}{endpoint}") for endpoint in endpoints}


def _end_of(path: str, taken: Collection[str]) -> str:
    """Return the shortest end of *path* that is not *taken*, or all of it."""
    parts = path.strip("/").split("/")
    ends = ("/".join(parts[start:]) for start in reversed(range(len(parts))))
    return next((end for end in ends if end not in taken), path)
