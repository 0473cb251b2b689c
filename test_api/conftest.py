"""The production server on each database, with an administrator."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from test.databases import can_run_postgresql, postgresql_server
from test_faults.alone import serving_alone
from test_faults.processes import Instance
from test_faults.tools import (
    MISSING,
    pytest_configure,  # noqa: F401 - pytest looks for its hooks here
    pytest_sessionfinish,  # noqa: F401
    pytest_terminal_summary,  # noqa: F401
)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A running server."""
    if request.param == "postgresql" and not can_run_postgresql():
        request.config.stash[MISSING].add("postgresql")
        pytest.skip("there is no PostgreSQL")
    with ExitStack() as stack:
        url = stack.enter_context(postgresql_server()) if request.param == "postgresql" else ""
        directory = tmp_path_factory.mktemp(request.param)
        yield stack.enter_context(serving_alone(Instance, directory, url))
