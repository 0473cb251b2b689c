"""The application: extensions, blueprint, Api, namespaces."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, make_response, request
from flask_restx import Api

from bench.peers.plain.models import db
from bench.peers.plain.resources import auth_ns, widget_ns
from bench.peers.shared.pages import privacy_headers
from bench.peers.shared.refusals import Refusal
from bench.peers.shared.settings import DATABASE_URL, SECRET_KEY

api_bp = Blueprint("api", __name__, url_prefix="/api/v1")
api = Api(api_bp, version="1.0", title="Flask API with JWT-Based Authentication", doc="/ui")
api.add_namespace(auth_ns, path="/auth")
api.add_namespace(widget_ns, path="/widgets")


@api.representation("application/json")
def output_json(data: Any, code: int, headers: dict[str, str] | None = None) -> Response:
    """Write JSON without the spaces and the line break of restx's own representation."""
    response = make_response(json.dumps(data, ensure_ascii=False, separators=(",", ":")), code)
    response.headers.extend(headers or {})
    return response


@api.errorhandler(Refusal)
def refuse(refusal: Refusal) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Tell what is refused; restx would add a message of its own to ``refusal.data``."""
    return refusal.body, refusal.status, refusal.headers


def create_app() -> Flask:
    """Return the application."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=SECRET_KEY,
        SQLALCHEMY_DATABASE_URI=DATABASE_URL,
        RESTX_ERROR_404_HELP=False,
        RESTX_MASK_SWAGGER=False,
    )
    db.init_app(app)
    app.register_blueprint(api_bp)
    app.after_request(_keep_private)
    return app


def _keep_private(response: Response) -> Response:
    response.headers.extend(privacy_headers(with_token="Authorization" in request.headers))
    return response


app = create_app()
