"""The other end of ``bench.worker``: start one, tell it what to do, end it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from bench.callers import Answer, Timing
from bench.catalogue import ROOT, Peer, environ_of
from bench.workload import Request


class Worker:
    """A process that holds *peer* on a database, its clock stopped *at* an instant if there is one."""

    def __init__(self, peer: Peer, database_url: str, *, at: int | None = None) -> None:
        self.peer = peer
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", peer.name, *(["--at", str(at)] if at else [])],
            cwd=ROOT,
            env=environ_of(peer, database_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if peer.environ.get("LOG_LEVEL") else None,
            text=True,
        )

    def answers(self, requests: Sequence[Request]) -> list[Answer]:
        """Return the answers to *requests*."""
        return [
            Answer(status, [(name.lower(), value) for name, value in headers], body.encode())
            for status, headers, body in self._tell("answer", requests)
        ]

    def measure(self, requests: Sequence[Request], *, seconds: float) -> Timing:
        """Return what *requests*, or as many as fit into *seconds*, took."""
        return Timing(**self._tell("measure", requests, seconds=seconds))

    def walk(self, start: Request, *, seconds: float) -> tuple[list[float], int]:
        """Follow ``next`` from *start*, and return the seconds of each page and the number of items seen."""
        durations, items = self._tell("walk", [start], seconds=seconds)
        return durations, items

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def _tell(self, do: str, requests: Sequence[Request], **more: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        command = {"do": do, "requests": [request.as_dict() for request in requests], **more}
        print(json.dumps(command), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.peer.name} has died; what it said last stands above.")
        return json.loads(line)
