"""Swagger UI: a page and the few files that it loads, all of them from this server."""

from http import HTTPStatus
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound

from app.api.unchanging import unless_known
from app.util.environ import FILE_KEY

SWAGGER_UI = Path(flask_swagger_ui.__file__).with_name("dist")
FILES = {
    "favicon-32x32.png": SWAGGER_UI,
    "index.css": SWAGGER_UI,
    "start.js": Path(__file__).with_name("static"),
    "swagger-ui-bundle.js": SWAGGER_UI,
    "swagger-ui.css": SWAGGER_UI,
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "connect-src 'self'",
        "img-src 'self' data:",  # the icons of swagger-ui.css
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

ui_bp = Blueprint("ui", __name__)


@ui_bp.get("/swaggerui/<name>")
def file(name: str) -> Response:
    """Answer one of the files that the page loads, and always the whole.  Raises NotFound for any other."""
    if name not in FILES:
        raise NotFound
    request.environ[FILE_KEY] = str(FILES[name] / name)
    return unless_known(send_from_directory(FILES[name], name, conditional=False))


def ui_page(*, title: str, document: str) -> Response:
    """Return the page that shows the OpenAPI document at the URL *document*."""
    page = render_template("ui.html", title=title, document=document)
    return Response(page, HTTPStatus.OK, {"Content-Security-Policy": POLICY})
