"""What is remembered from one request to the next, and what is not."""

import gc
from http import HTTPStatus

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_restx import Namespace, Resource

from app import create_app
from app.api.restx_api import RestxApi
from app.routing import REMEMBERED
from test.util import WIDGETS


def test_nothing_of_a_request_outlives_it(as_user: FlaskClient):
    for _ in range(3):
        assert as_user.get(WIDGETS).status_code == HTTPStatus.OK
    gc.collect()

    assert not [thing for thing in gc.get_objects() if issubclass(type(thing), Resource)]


def test_function_is_called_as_it_is_and_a_coroutine_function_is_not(app: Flask):
    async def wait() -> None:
        """Wait for nothing."""

    assert app.ensure_sync(gc.collect) is gc.collect
    assert app.ensure_sync(test_nothing_of_a_request_outlives_it) is test_nothing_of_a_request_outlives_it
    with pytest.raises(RuntimeError, match="async"):
        app.ensure_sync(wait)


@pytest.mark.parametrize(("path", "url"), [("/", "/api/parts"), ("/things/", "/api/things/parts")])
def test_path_of_a_namespace_may_end_with_a_slash(path: str, url: str):
    namespace, blueprint = Namespace("things"), Blueprint("api", __name__, url_prefix="/api")
    namespace.route("/parts")(Resource)
    app = Flask(__name__)
    app.url_map.merge_slashes = False

    RestxApi(blueprint).add_namespace(namespace, path=path)
    app.register_blueprint(blueprint)

    assert url in {rule.rule for rule in app.url_map.iter_rules()}


HANDSHAKE = {"Connection": "Upgrade", "Upgrade": "websocket"}
NO_HANDSHAKE = {"Upgrade": "websocket"}


@pytest.mark.parametrize("first", [HANDSHAKE, NO_HANDSHAKE, {}])
def test_handshake_of_a_websocket_changes_no_other_request(first: dict[str, str]):
    client = create_app("testing").test_client()

    statuses = [
        client.get("/api/v1", headers=headers).status_code
        for headers in (first, HANDSHAKE, NO_HANDSHAKE, {}, HANDSHAKE)
    ]

    refused, served = HTTPStatus.BAD_REQUEST, HTTPStatus.OK
    assert statuses == [refused if first == HANDSHAKE else served, refused, served, served, refused]


def test_roots_that_were_asked_for_once_keep_no_other_from_being_remembered(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("TRUSTED_HOSTS", ".example")
    checked, check = [], Flask.create_url_adapter
    monkeypatch.setattr(
        Flask,
        "create_url_adapter",
        lambda it, request: (request and checked.append(request.host)) or check(it, request),
    )
    client = create_app("testing").test_client()

    for number in (*range(REMEMBERED + 1), REMEMBERED, REMEMBERED):
        assert client.get("/healthz", base_url=f"http://a{number}.example").status_code == HTTPStatus.OK

    assert checked == [f"a{number}.example" for number in range(REMEMBERED + 1)]


@pytest.mark.parametrize(
    ("rule", "number", "status"),
    [
        ("<int:id>", 2**31 - 1, HTTPStatus.OK),
        ("<int:id>", 2**31, HTTPStatus.NOT_FOUND),
        ("<int:id>", 10**30, HTTPStatus.NOT_FOUND),
        ("<int(max=9):id>", 10, HTTPStatus.NOT_FOUND),
        (f"<int(max={2**63 - 1}):id>", 2**63 - 1, HTTPStatus.OK),
    ],
)
def test_number_in_a_path_that_can_be_no_key_leads_nowhere(rule: str, number: int, status: HTTPStatus):
    app = create_app("testing")
    app.add_url_rule(f"/things/{rule}", "thing", lambda id: str(id))

    assert app.test_client().get(f"/things/{number}").status_code == status
