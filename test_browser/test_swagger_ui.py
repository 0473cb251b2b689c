"""What a person does with Swagger UI."""

from itertools import count
from pathlib import Path

import pytest

from test.util import ADMIN_EMAIL, INVALID, WIDGETS, account, widget
from test_browser.swagger_page import JSON, SwaggerPage
from test_faults.processes import Instance

NUMBERS = count(1)
INLINE_SCRIPT = """
    const script = document.createElement("script");
    script.textContent = "window.wasRun = true";
    document.body.append(script);
    return window.wasRun === true;
"""


@pytest.fixture
def new_widget() -> dict[str, str]:
    """The fields of a widget that is not there."""
    return widget(name=f"widget-{next(NUMBERS)}")


@pytest.fixture
def stored_widget(server: Instance, token: str, new_widget: dict[str, str]) -> dict[str, str]:
    """The fields of a widget that is there."""
    assert server.post(WIDGETS, new_widget, token).status == 201
    return new_widget


def test_page_is_whole_and_asks_nobody_but_its_server(page: SwaggerPage):
    requested = page.requested()

    assert {"swagger-ui-bundle.js", "swagger-ui.css", "start.js"} <= {Path(url).name for url in requested}
    assert [url for url in requested if not url.startswith(f"{page.origin}/")] == []


def test_policy_lets_no_script_in_the_page_run(page: SwaggerPage):
    assert page.browser.execute_script(INLINE_SCRIPT) is False

    (complaint,) = page.complaints()
    assert "Content Security Policy" in complaint


def test_every_operation_and_every_model_opens(page: SwaggerPage):
    operations = page.open_all(".opblock-summary-control", ".opblock-body .responses-wrapper")
    models = page.open_all(
        ".models .json-schema-2020-12-accordion", ".json-schema-2020-12-accordion__icon--expanded"
    )

    assert operations >= 9
    assert models >= 10


@pytest.mark.parametrize("media_type", [JSON, "application/x-www-form-urlencoded", "multipart/form-data"])
def test_login_shows_a_token(page: SwaggerPage, media_type: str):
    answer = page.try_out("POST", "/auth/login", account(ADMIN_EMAIL), media_type)

    assert answer.status == 200
    assert answer.body["token_type"] == "bearer"


def test_refused_login_shows_why(page: SwaggerPage):
    answer = page.try_out("POST", "/auth/login", account(ADMIN_EMAIL, "not the password"))

    assert (answer.status, answer.body["message"]) == (401, "email or password does not match")
    (complaint,) = page.complaints()
    assert "status of 401" in complaint


def test_pasted_token_opens_the_list(page: SwaggerPage, token: str, stored_widget: dict[str, str]):
    page.authorize(token)

    answer = page.try_out("GET", "/widgets", per_page="100")

    assert answer.status == 200
    assert stored_widget["name"] in [item["name"] for item in answer.body["items"]]


def test_admin_creates_a_widget(page: SwaggerPage, server: Instance, token: str, new_widget: dict[str, str]):
    page.authorize(token)

    answer = page.try_out("POST", "/widgets", new_widget)

    assert (answer.status, answer.body["message"]) == (201, f"New widget added: {new_widget['name']}.")
    assert server.get(f"{WIDGETS}/{new_widget['name']}", token).body["info_url"] == new_widget["info_url"]


def test_wrong_token_shows_the_refusal(page: SwaggerPage, token: str):
    page.authorize(f"{token}x")

    answer = page.try_out("GET", "/auth/user")

    assert (answer.status, answer.body["message"]) == (401, INVALID)
    (complaint,) = page.complaints()
    assert "status of 401" in complaint


def test_picture_shows_every_operation(page: SwaggerPage, request: pytest.FixtureRequest, tmp_path: Path):
    file = request.config.getoption("--picture") or tmp_path / "swagger-ui.png"

    file.write_bytes(page.picture())

    assert file.stat().st_size > 10_000
