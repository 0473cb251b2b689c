"""The production server of each peer, as its documentation recommends it, on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from math import inf
from pathlib import Path
from types import TracebackType

from bench.catalogue import ROOT, Peer, environ_of
from bench.workload import Request

THREADS = 8  # of a worker, where a server wants to know
PATIENCE = 30  # seconds
LOOK_SECONDS = 0.2
IDLE = 0.2  # share of a processor that a server may take while nobody asks it for anything
BIN = Path(sys.executable).parent


def _granian(peer: Peer, port: int, workers: int) -> list[str]:
    options = ["--interface", "wsgi", "--blocking-threads", str(THREADS), "--no-access-log"]
    where = ["--port", str(port), "--workers", str(workers)]
    return [str(BIN / "granian"), *where, *options, peer.application]


def _gunicorn(peer: Peer, port: int, workers: int) -> list[str]:
    kind = ["--worker-class", "gthread", "--threads", str(THREADS), "--log-level", "error"]
    where = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    return [str(BIN / "gunicorn"), *where, *kind, peer.application]


def _uvicorn(peer: Peer, port: int, workers: int) -> list[str]:
    where = ["--port", str(port), "--workers", str(workers)]
    return [str(BIN / "uvicorn"), *where, "--no-access-log", "--log-level", "error", peer.application]


def _own(_peer: Peer, _port: int, _workers: int) -> list[str]:
    return [sys.executable, "serve.py"]


def _loosened(peer: Peer, _port: int, _workers: int) -> list[str]:
    return [sys.executable, "-m", "bench.loosened", peer.server]


COMMANDS: dict[str, Callable[[Peer, int, int], list[str]]] = {
    "granian": _granian,
    "gunicorn": _gunicorn,
    "uvicorn": _uvicorn,
    "serve.py": _own,
    "crowded": _loosened,
    "roaming": _loosened,
}


class Server:
    """A running server of *peer* with so many *workers*; what it says goes nowhere."""

    def __init__(self, peer: Peer, database_url: str, *, workers: int) -> None:
        self.peer = peer
        self.port = _free_port()
        command = COMMANDS[peer.server](peer, self.port, workers)
        settings = {"HOST": "127.0.0.1", "PORT": str(self.port), "WORKERS": str(workers)}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ_of(peer, database_url) | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and its workers."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait_until_it_answers(self, request: Request) -> float:
        """Return the seconds from its start to its first answer to *request*."""
        while not self.answers(request):
            if time.perf_counter() - self.began > PATIENCE or self.process.poll() is not None:
                raise SystemExit(f"{self.peer.name} does not serve.")
            time.sleep(0.005)
        return time.perf_counter() - self.began

    def answers(self, request: Request) -> bool:
        """Tell whether *request*, on a connection of its own, is answered as it has to be."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {request.token}"}
        if request.body:
            headers["Content-Type"] = "application/json"
        target = f"{request.path}?{request.query}" if request.query else request.path
        try:
            connection.request(request.method, target, request.body or None, headers)
            return connection.getresponse().status == request.status
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def wait_until_idle(self) -> None:
        """Wait until nothing is worked off any more that somebody asked for and did not wait for."""
        before = -inf
        while (worked := sum(map(_worked, _descendants(self.process.pid)))) - before > IDLE * LOOK_SECONDS:
            before = worked
            time.sleep(LOOK_SECONDS)

    def worker_bytes(self) -> int:
        """Return the resident memory of the largest worker, which is not what only supervises others."""
        first, *workers = _descendants(self.process.pid)
        return max(_memory(pid, "Rss") for pid in workers or [first])

    def bytes(self) -> int:
        """Return the memory of the whole server, of which a page that several processes share counts once."""
        return sum(_memory(pid, "Pss") for pid in _descendants(self.process.pid))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _descendants(pid: int) -> list[int]:
    """Return *pid* and the processes below it (proc(5): /proc/PID/task/TID/children)."""
    children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    return [pid, *(below for child in children for below in _descendants(child))]


def _children(task: Path) -> list[int]:
    """Return the processes that a thread has started: none, if it has ended since it was found."""
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _worked(pid: int) -> float:
    """Return the seconds of processor that a process has had (proc(5): utime and stime in /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int, kind: str) -> int:
    """Return the bytes of a process that are resident: "Rss" or, its share of each page, "Pss" (proc(5))."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (kilobytes,) = (int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
    return kilobytes * 1024
