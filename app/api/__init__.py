"""The API: a blueprint, the restx Api on it, and a namespace for each resource."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from flask_restx import Api

from app.api.auth.endpoints import auth_ns
from app.api.pagination import pagination_links_model
from app.api.widgets.endpoints import widget_ns


class FlaskErrorsApi(Api):
    """An Api that leaves errors to Flask, whose handlers see those of every path, not of its own only."""

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Hand *e* to Flask's own *original_handler*."""
        return original_handler(e)


api_bp = Blueprint("api", __name__, url_prefix="/api/v1")

api = FlaskErrorsApi(
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
