"""Which requests run a view that is marked as one that keeps a processor busy for long."""

import pytest
from flask import Blueprint, Flask
from flask_restx import Api, Resource

from app.util.cpu_bound import cpu_bound, cpu_bound_requests
from test.util import LOGIN, LOGOUT, REGISTER, USER, WIDGETS


class Report(Resource):
    def get(self) -> None: ...

    @cpu_bound
    def post(self) -> None: ...


@pytest.fixture
def shop() -> Flask:
    """An application with a resource of which one method is marked, and with a function that is."""
    app, blueprint = Flask(__name__), Blueprint("v1", __name__, url_prefix="/v1.0")
    Api(blueprint).add_resource(Report, "/shops/<int:id>/reports")
    app.register_blueprint(blueprint)
    app.add_url_rule("/sums", view_func=cpu_bound(lambda: "3"))
    return app


@pytest.mark.parametrize(
    ("method", "path", "is_marked"),
    [
        ("POST", REGISTER, True),
        ("POST", LOGIN, True),
        ("POST", f"{LOGIN}/", True),
        ("POST", f"/{LOGIN}", True),
        ("POST", f"///{REGISTER}/", True),
        ("OPTIONS", LOGIN, False),
        ("POST", LOGOUT, False),
        ("GET", USER, False),
        ("POST", WIDGETS, False),
    ],
)
def test_logins_and_registrations_are_cpu_bound(app: Flask, method: str, path: str, is_marked: bool):
    assert cpu_bound_requests(app)(method, path) is is_marked


@pytest.mark.parametrize(
    ("method", "path", "is_marked"),
    [
        ("POST", "/v1.0/shops/7/reports", True),
        ("GET", "/v1.0/shops/7/reports", False),
        ("POST", "/v1.0/shops/7", False),
        ("POST", "/v1x0/shops/7/reports", False),
        ("GET", "/sums", True),
        ("POST", "/sums", False),
    ],
)
def test_view_of_any_kind_may_be_marked(shop: Flask, method: str, path: str, is_marked: bool):
    assert cpu_bound_requests(shop)(method, path) is is_marked


def test_application_may_mark_none():
    assert not cpu_bound_requests(Flask(__name__))("GET", "/")
