"""What flask-restx says of the API, with each parameter called by its place and its name."""

from typing import Any

from flask_restx.swagger import Swagger, extract_path_params

from app.api.documents.common import Schema


class Documentation(Swagger):
    """restx's, with the fields of a body apart from the path's arguments of the same name."""

    def register_errors(self) -> Schema:
        """Return no answers of restx's own error handlers, which nobody asks."""
        return {}

    def extract_resource_doc(self, resource: Any, url: str, route_doc: Any = None) -> Any:
        """Return what is declared of *resource* at *url*."""
        self._in_path = extract_path_params(url).keys()
        return super().extract_resource_doc(resource, url, route_doc)

    def expected_params(self, doc: Schema) -> Schema:
        """Return the parameters that *doc* expects, by place and name, and call its others so too.

        restx merges what both declare by these names: an argument of the path, which keeps its own,
        is no field of the body.
        """
        expected = super().expected_params(doc)
        doc["params"] = {
            self._place_and_name(name, expected.get(name, {}) | each): each
            for name, each in doc.get("params", {}).items()
        }
        return {f"{each['in']} {name}": each for name, each in expected.items()}

    def parameters_for(self, doc: Schema) -> list[Schema]:
        """Return the parameters of *doc*, under their own names."""
        return [
            each | {"name": each["name"].removeprefix(f"{each['in']} ")}
            for each in super().parameters_for(doc)
        ]

    def _place_and_name(self, name: str, parameter: Schema) -> str:
        return name if name in self._in_path else f"{parameter.get('in', 'query')} {name}"
