"""A server, and clients that are generated from its document as README.md says."""

import site
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count

import pytest

from test.util import ADMIN_EMAIL, account, widget
from test_clients.python_clients import AttrsClient, PydanticClient, WidgetClient
from test_clients.recipes import Workshop
from test_faults.alone import serving_alone
from test_faults.processes import Instance
from test_faults.tools import (
    pytest_configure,  # noqa: F401 - pytest looks for its hooks here
    pytest_sessionfinish,  # noqa: F401
    pytest_terminal_summary,  # noqa: F401
    want,
)

NUMBERS = count(1)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """An empty directory beside a running server, which has an administrator."""
    with serving_alone(Instance, tmp_path_factory.mktemp("server")) as server:
        yield Workshop(tmp_path_factory.mktemp("workshop"), f"http://127.0.0.1:{server.port}")


@pytest.fixture(scope="session")
def environment(workshop: Workshop) -> None:
    """A virtual environment for the Python clients, from which this process imports them."""
    site.addsitedir(str(workshop.add_environment()))


@pytest.fixture(scope="session", params=[PydanticClient, AttrsClient])
def generated(request: pytest.FixtureRequest, workshop: Workshop, environment: None) -> type[WidgetClient]:
    """A Python client, just generated."""
    workshop.make(request.param.RECIPE)
    made: type[WidgetClient] = request.param
    return made


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> None:
    """Node, without which there is no TypeScript."""
    want(request.config, "node", "npm", "npx")


@pytest.fixture
def client_of(workshop: Workshop, generated: type[WidgetClient]) -> Iterator[Callable[..., WidgetClient]]:
    """A function that returns the client of whoever has a token, or of nobody."""
    with ExitStack() as stack:

        def client(token: str = "") -> WidgetClient:
            return stack.enter_context(closing(generated(workshop.origin, token)))

        yield client


@pytest.fixture
def nobody(client_of: Callable[..., WidgetClient]) -> WidgetClient:
    """A client without a token."""
    return client_of()


@pytest.fixture
def admin(client_of: Callable[..., WidgetClient], nobody: WidgetClient) -> WidgetClient:
    """The client of the administrator."""
    return client_of(nobody.login(**account(ADMIN_EMAIL)).access_token)


@pytest.fixture
def new_account() -> dict[str, str]:
    """The fields of an account that nobody has."""
    return account(f"user{next(NUMBERS)}@example.com", "battery-staple")


@pytest.fixture
def user(
    client_of: Callable[..., WidgetClient], nobody: WidgetClient, new_account: dict[str, str]
) -> WidgetClient:
    """The client of a regular user."""
    return client_of(nobody.register(**new_account).access_token)


@pytest.fixture
def stored_widget(admin: WidgetClient) -> dict[str, str]:
    """The fields of a widget that is there."""
    fields = widget(name=f"widget-{next(NUMBERS)}", deadline="2099-12-31")
    admin.create(**fields)
    return fields
