"""The API: a blueprint, the restx Api on it, and a namespace for each resource."""

from flask import Blueprint

from app.api.auth.endpoints import auth_ns
from app.api.documents.naming import operation_id
from app.api.pagination import pagination_links_model
from app.api.restx_api import RestxApi
from app.api.retry import retried_if_lost
from app.api.root import root_ns
from app.api.widgets.endpoints import widget_ns

api_bp = Blueprint("api", __name__, url_prefix="/api/v1")

api = RestxApi(
    api_bp,
    version="1.0",
    title="Flask API with JWT-Based Authentication",
    description="Welcome to the Swagger UI documentation for the Widget API",
    doc="/ui",
    decorators=[retried_if_lost],
    default_id=operation_id,
    authorizations={"Bearer": {"type": "apiKey", "in": "header", "name": "Authorization"}},
)

api.add_model(pagination_links_model.name, pagination_links_model)
api.add_namespace(root_ns)
api.add_namespace(auth_ns, path="/auth")
api.add_namespace(widget_ns, path="/widgets")
