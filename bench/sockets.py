"""Requests per second of each peer behind its production server, over keep-alive connections of wrk.

Server, database and wrk share the machine; what wrk takes of it is told too.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.catalogue import Peer
from bench.databases import Database, create_each
from bench.dataset import Dataset
from bench.in_process import checked
from bench.progress import say
from bench.servers import Server
from bench.workload import HOST, Request, Workload

WORKERS = 2
SCRIPT = Path(__file__).parent / "load.lua"
REQUESTS = 5_000  # before they come again
CREATES_PER_SECOND = 6_000  # more than anybody makes: a name comes only once
WARM_UP = 100  # requests of each operation


@dataclass(frozen=True)
class Plan:
    """What is measured: runs of *seconds* with so many *connections*, *rounds* of them with *typical* ones.

    With other numbers of connections there is one run, which shows how the curve goes.
    """

    peers: Sequence[Peer]
    operations: Sequence[str]
    connections: Sequence[int]
    typical: int
    rounds: int
    seconds: int


def is_possible() -> bool:
    """Tell whether there is wrk."""
    return shutil.which("wrk") is not None


def measure(database: Database, dataset: Dataset, plan: Plan) -> dict[str, Any]:
    """Return ``{operation: {connections: {peer: {"per_second", "p50_ms", "p99_ms", "wrk_cores"}}}}``.

    A round starts each peer's server in turn, and measures all operations on it.
    """
    urls = create_each(database, plan.peers, dataset)
    checked(plan.peers, urls, dataset)
    workload = Workload(dataset)
    runs: dict[tuple[str, int, str], list[dict[str, float]]] = {}
    for number in range(plan.rounds):
        for peer in plan.peers:
            say(f"{database.label}, {peer.name}, round {number + 1} of {plan.rounds}", end="\r")
            with Server(peer, urls[peer.name], workers=WORKERS) as server:
                server.wait_until_it_answers(workload.requests("user", count=1, seed="start")[0])
                for operation, connections, run in _runs(server, workload, plan, number):
                    runs.setdefault((operation, connections, peer.name), []).append(run)
    say("")
    return {
        operation: {
            str(connections): {
                peer.name: _median(runs[operation, connections, peer.name]) for peer in plan.peers
            }
            for connections in plan.connections
        }
        for operation in plan.operations
    }


def _runs(
    server: Server, workload: Workload, plan: Plan, number: int
) -> Iterator[tuple[str, int, dict[str, float]]]:
    _warm_up(server, workload, plan, number)
    for operation in plan.operations:
        for connections in plan.connections if number == 0 else [plan.typical]:
            count = CREATES_PER_SECOND * (plan.seconds + 1) if operation == "create" else REQUESTS
            seed = f"load{number}-{connections}"
            requests = workload.requests(operation, count=count, seed=seed)
            server.wait_until_idle()
            yield operation, connections, _load(server, requests, connections, plan.seconds)


def _warm_up(server: Server, workload: Workload, plan: Plan, number: int) -> None:
    """Let the server do everything, reads again and again: a name that is taken is no matter here."""
    several = [
        workload.requests(operation, count=WARM_UP, seed=f"warm{number}") for operation in plan.operations
    ]
    _wrk(server, [request for together in zip(*several, strict=True) for request in together], 8, 1)


def _load(server: Server, requests: Sequence[Request], connections: int, seconds: int) -> dict[str, float]:
    """Return what one run says.  Raises SystemExit if an answer was not as it has to be."""
    before = _children_seconds()
    run = _wrk(server, requests, connections, seconds)
    if run["refused"] or run["broken"]:
        raise SystemExit(f"{server.peer.name}: {requests[0]} and the like went wrong: {run}")
    return {
        "per_second": run["requests"] / run["seconds"],
        "p50_ms": run["p50_ms"],
        "p99_ms": run["p99_ms"],
        "wrk_cores": (_children_seconds() - before) / run["seconds"],
    }


def _wrk(server: Server, requests: Sequence[Request], connections: int, seconds: int) -> dict[str, float]:
    with tempfile.NamedTemporaryFile() as file:
        for request in requests:
            raw = _raw(request)
            file.write(b"%d\n" % len(raw) + raw)
        file.flush()
        command = [
            *("wrk", "--threads", "1", "--connections", str(connections), "--timeout", "10"),
            *("--duration", f"{seconds}s", "--script", str(SCRIPT), f"http://127.0.0.1:{server.port}"),
            file.name,
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    return result


def _raw(request: Request) -> bytes:
    target = f"{request.path}?{request.query}" if request.query else request.path
    lines = [
        f"{request.method} {target} HTTP/1.1",
        f"Host: {HOST}",
        f"Authorization: Bearer {request.token}",
        "Accept: */*",
    ]
    if request.body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(request.body.encode())}"]
    return ("\r\n".join(lines) + f"\r\n\r\n{request.body}").encode()


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _median(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 2) for name in runs[0]}
