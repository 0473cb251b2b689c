"""The Widget API.  ``create_app`` makes an application; the rooms of this package make its parts."""

from flask import Flask

from app.api import api_bp
from app.api.auth.limits import register_limits
from app.api.error_handlers import register_error_handlers
from app.api.headers import CORS_EXPOSED
from app.api.request import ApiRequest
from app.config import get_config
from app.edge import Edge
from app.extensions import bcrypt, cors, db, migrate
from app.health import register_health
from app.request_log import register_request_log
from app.routing import KeyConverter, RememberingFlask
from app.stateless import NoSessions
from app.ui import ui_bp
from app.util.proxies import DeclaredProxies

__all__ = ["bcrypt", "cors", "create_app", "db", "migrate"]


def create_app(config_name: str) -> Flask:
    """Return a new application for the environment *config_name*.

    The names are development, testing and production; any other one means production.
    Raises ConfigurationError if a setting keeps it from starting.
    """
    app = RememberingFlask(__name__, static_folder=None)
    app.request_class = ApiRequest
    app.session_interface = NoSessions()
    app.config.from_object(get_config(config_name)())
    register_request_log(app)
    _bind_extensions(app)
    _register_api(app)
    register_health(app)
    _wrap(app)
    return app


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app)
    bcrypt.init_app(app)
    register_limits(app)


def _register_api(app: Flask) -> None:
    # One path, one resource: no redirects, which would answer in HTML.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = KeyConverter
    register_error_handlers(app)
    app.register_blueprint(api_bp)
    app.register_blueprint(ui_bp)


def _wrap(app: Flask) -> None:
    """Put the outer layers around *app*; X-Forwarded-For, -Proto, -Host count as far as PROXY_HOPS says."""
    cors.init_app(
        app,
        origins=list(app.config["CORS_ORIGINS"]),
        expose_headers=list(CORS_EXPOSED),
        send_wildcard=True,
    )
    app.wsgi_app = Edge(app.wsgi_app, cors=cors.headers_of(app))  # type: ignore[method-assign]
    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = DeclaredProxies(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
