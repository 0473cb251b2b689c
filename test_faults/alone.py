"""One server that stands alone, with a database of its own and an administrator in it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from test.util import ADMIN_EMAIL, PASSWORD
from test_faults.processes import Instance, Process, run_flask


class DevelopmentServer(Instance):
    """The server that ``make run`` starts."""

    def start(self) -> None:
        command = [sys.executable, "-m", "flask", "--app", "run.py", "run", "--port", str(self.port)]
        self.process = Process(command, self.log, self.environ | {"FLASK_ENV": "development"})


@contextmanager
def serving_alone(
    kind: type[Instance], directory: Path, database_url: str = "", *, workers: int = 1
) -> Iterator[Instance]:
    """Yield a server of *kind* with *workers* that keeps its files in *directory*, ready, and end it.

    Its database is a SQLite file there, or the empty one at *database_url*.
    """
    environ = {
        "DATABASE_URL": database_url or f"sqlite:///{directory / 'widgets.sqlite'}",
        "PROXY_HOPS": "0",
        "WORKERS": str(workers),
    }
    run_flask(environ, "db", "upgrade")
    run_flask(environ, "add-user", "--admin", ADMIN_EMAIL, "--password", PASSWORD)
    server = kind(directory, environ)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.process.end()
