"""A real browser, which can reach nothing but 127.0.0.1, and a server to visit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from test.util import ADMIN_EMAIL, LOGIN, account
from test_browser.swagger_page import SwaggerPage
from test_faults.alone import DevelopmentServer, serving_alone
from test_faults.processes import Instance, find_tool
from test_faults.tools import (
    pytest_configure,  # noqa: F401 - pytest looks for its hooks here
    pytest_sessionfinish,  # noqa: F401
    pytest_terminal_summary,  # noqa: F401
    want,
)

SWITCHES = (
    "--headless",
    "--no-sandbox",  # CI may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--hide-scrollbars",
    "--window-size=1280,1000",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--picture", type=Path, help="write the picture of Swagger UI to this file")


@pytest.fixture(scope="session", params=[Instance, DevelopmentServer], ids=["serve.py", "flask run"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A running server with an administrator."""
    with serving_alone(request.param, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def token(server: Instance) -> str:
    """The administrator's token."""
    text: str = server.post(LOGIN, account(ADMIN_EMAIL)).body["access_token"]
    return text


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Chromium with a new profile, which logs what its pages load and complain of."""
    want(request.config, "chromium", "chromedriver")
    options = ChromeOptions()
    options.binary_location = str(find_tool("chromium"))
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    driver = Chrome(options, Service(find_tool("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: Chrome, server: Instance) -> Iterator[SwaggerPage]:
    """The page of Swagger UI, just opened.  Whatever is done on it, it complains of nothing."""
    made = SwaggerPage(browser, f"http://127.0.0.1:{server.port}")
    made.open()
    yield made
    assert made.complaints() == []
