"""The API: a blueprint, the restx Api on it, and a namespace for each resource."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response
from flask_restx import Api

from app.api.auth.endpoints import auth_ns
from app.api.pagination import pagination_links_model
from app.api.widgets.endpoints import widget_ns
from app.ui import ui_page


class HouseApi(Api):
    """An Api that leaves errors to Flask, whose handlers see those of every path, and its page to us."""

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Hand *e* to Flask's own *original_handler*."""
        return original_handler(e)

    def render_doc(self) -> Response:
        """Return our page of Swagger UI: in restx's stands a script, which our policy does not take."""
        return ui_page(title=self.title, document=self.specs_url)

    def _register_apidoc(self, app: Flask) -> None:
        """Serve none of the files of restx's page."""


api_bp = Blueprint("api", __name__, url_prefix="/api/v1")

api = HouseApi(
    api_bp,
    version="1.0",
    title="Flask API with JWT-Based Authentication",
    description="Welcome to the Swagger UI documentation for the Widget API",
    doc="/ui",
    authorizations={"Bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}},
)

api.add_model(pagination_links_model.name, pagination_links_model)
api.add_namespace(auth_ns, path="/auth")
api.add_namespace(widget_ns, path="/widgets")
