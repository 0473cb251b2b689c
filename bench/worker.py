"""A process that holds one peer and calls it when told to: JSON lines in, JSON lines out.

``python -m bench.worker PEER`` runs in the peer's own environment; ``--at SECONDS`` stops its clock at an
instant, in seconds since 1970, so that two peers can be compared byte by byte.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any

from bench.callers import AsgiCaller, Caller, WsgiCaller, load
from bench.catalogue import PEERS, Peer
from bench.variants import VARIANTS
from bench.walk import walk
from bench.workload import Request

EVERYBODY = {**PEERS, **VARIANTS}


def main() -> None:
    """Answer commands until there are no more."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("peer", choices=EVERYBODY)
    arguments.add_argument("--at", type=int)
    options = arguments.parse_args()
    out = _own_stdout()
    with _clock(options.at):
        caller = _caller(EVERYBODY[options.peer])
        for command in _commands():
            print(json.dumps(_run(caller, command)), file=out, flush=True)


def _own_stdout() -> Any:
    """Return where answers go; whatever else is printed goes to standard error."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return out


def _clock(at: int | None) -> AbstractContextManager[Any]:
    if at is None:
        return nullcontext()
    import time_machine  # only here: no measured process has it

    return time_machine.travel(at, tick=False)


def _caller(peer: Peer) -> Caller:
    application = load(peer.application)
    return AsgiCaller(application) if peer.interface == "asgi" else WsgiCaller(application)


def _commands() -> Iterator[dict[str, Any]]:
    yield from map(json.loads, sys.stdin)


def _run(caller: Caller, command: dict[str, Any]) -> Any:
    requests = [Request(**fields) for fields in command["requests"]]
    if command["do"] == "measure":
        pause = _pause()
        return asdict(caller.measure(requests, seconds=command["seconds"])) | {"pause": pause}
    if command["do"] == "walk":
        return walk(caller, requests[0], seconds=command["seconds"])
    answers = (caller.answer(request) for request in requests)
    return [[answer.status, answer.headers, answer.body.decode()] for answer in answers]


def _pause() -> float:
    """Collect the garbage of the batch before, which is not the next one's; return the seconds it took."""
    began = time.perf_counter()
    gc.collect()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
