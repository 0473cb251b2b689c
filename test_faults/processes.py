"""Real processes on 127.0.0.1: how they are started, asked and ended."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NGINX_CONF = ROOT / "deploy/nginx.conf"
PUBLIC_HOST = "api.example.com"
TIMEOUT = 20  # seconds for an answer: more than the application waits for anything
# Seconds for what nobody promises a time for, such as a start: a machine may have much else to do, and only
# what never comes takes so long.
PATIENCE = 120
# Of an answer "within seconds".  The application itself waits up to 4, the rest is for a slow machine.  Who
# waits for others, for clients that have stopped, or for the end of a fault, waits longer.
ANSWER_SECONDS = 8
SETTINGS = {
    "FLASK_ENV": "production",
    "SECRET_KEY": "only the tests of deploy know this key",
    "BCRYPT_LOG_ROUNDS": "4",
    "TRUSTED_HOSTS": f"{PUBLIC_HOST},127.0.0.1",
    "PROXY_HOPS": "1",
    "WORKERS": "2",
}


@dataclass(frozen=True)
class Reply:
    """An answer, and the seconds that it took."""

    status: int
    headers: Message
    body: Any
    seconds: float

    @property
    def is_told_as_failure(self) -> bool:
        """Whether it is an error as the contract wants it."""
        return (
            self.headers["Content-Type"] == "application/json"
            and set(self.body) == {"status", "message"}
            and self.body["status"] == "fail"
        )


@dataclass
class Site:
    """Something that speaks HTTP on a port."""

    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT)

    def request(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Reply:
        began = time.monotonic()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        connection = self.open()
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            self.release(connection)
        return Reply(
            response.status,
            response.headers,
            json.loads(content) if content else None,
            time.monotonic() - began,
        )

    def open(self) -> HTTPConnection:
        """Return a connection for one request."""
        return HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def release(self, connection: HTTPConnection) -> None:
        """Take back the *connection* of a request."""
        connection.close()

    def get(self, path: str, token: str = "", **headers: str) -> Reply:
        return self.request("GET", path, None, token, **headers)

    def post(self, path: str, body: Any, token: str = "", **headers: str) -> Reply:
        return self.request("POST", path, body, token, **headers)

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.get("/readyz").status == 200)


class KeptAlive(Site):
    """A site that each thread asks over a connection of its own; one that breaks is a reply of status 0."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.kept = threading.local()
        self.opened: list[HTTPConnection] = []

    def open(self) -> HTTPConnection:
        if not hasattr(self.kept, "connection"):
            self.kept.connection = super().open()
            self.opened.append(self.kept.connection)
        kept: HTTPConnection = self.kept.connection
        return kept

    def release(self, connection: HTTPConnection) -> None:
        """Keep it."""

    def close(self) -> None:
        for connection in self.opened:
            connection.close()

    def request(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Reply:
        try:
            return super().request(method, path, body, token, **headers)
        except (OSError, HTTPException):
            self.open().close()  # the next request opens it again
            time.sleep(0.05)
            return Reply(0, Message(), None, 0)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask until *is_so*; whatever refuses to talk is not so yet."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError, HTTPException, ValueError):
            if is_so():
                return
        time.sleep(0.05)
    raise AssertionError(f"not so after {PATIENCE} seconds")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_tool(name: str) -> str | None:
    """Return where the program *name* is; not every user's PATH names the administrator's programs."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


class Process:
    """A program in a session of its own, so that its children end with it."""

    def __init__(self, command: list[str], log: Path, environ: Mapping[str, str] | None = None) -> None:
        with log.open("a") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | dict(environ or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def end(self) -> None:
        """Ask it to end, and kill what does not."""
        self.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(TIMEOUT)
        self.kill()

    def kill(self) -> None:
        """Kill it and its children, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(TIMEOUT)


class Instance(Site):
    """The production server with the settings *environ*."""

    def __init__(self, directory: Path, environ: Mapping[str, str]) -> None:
        super().__init__(free_port())
        self.log = directory / f"instance-{self.port}.log"
        self.environ = SETTINGS | {"PORT": str(self.port)} | environ
        self.start()

    def start(self) -> None:
        self.process = Process([sys.executable, "serve.py"], self.log, self.environ)

    def workers(self) -> dict[str, int]:
        """Return the process id of each worker, by its number: the last that was spawned under it."""
        return {
            number: int(pid)
            for number, pid in re.findall(r"Spawning worker-(\d+) with PID: (\d+)", self.log.read_text())
        }


class Nginx(Site):
    """nginx as deploy/ configures it; only addresses and the directory are replaced."""

    def __init__(self, directory: Path, upstreams: list[int]) -> None:
        super().__init__(free_port())
        self.directory = directory
        conf = (
            NGINX_CONF.read_text()
            .replace("/tmp/", f"{directory}/")  # noqa: S108 - what is replaced, not used
            .replace("/dev/stdout", f"{directory}/access.log")
        )
        for number, port in enumerate(upstreams, 1):
            assert f"app-{number}:8000" in conf
            conf = conf.replace(f"app-{number}:8000", f"127.0.0.1:{port}")
        conf = conf.replace("listen 8080;", f"listen 127.0.0.1:{self.port};")
        file = directory / "nginx.conf"
        file.write_text(conf)
        command = [find_tool("nginx") or "nginx", "-e", "stderr", "-g", "daemon off;", "-c", str(file)]
        self.process = Process(command, directory / "nginx.log")
        wait_until(lambda: self.connect().close() is None)


def run_flask(environ: Mapping[str, str], *arguments: str) -> None:
    """Run the command line of the application."""
    command = [sys.executable, "-m", "flask", "--app", "run.py", *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | SETTINGS | dict(environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
