"""A client that reads all pages: it follows ``next`` until there is none."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from urllib.parse import urlsplit

from bench.callers import Caller
from bench.workload import Request


def walk(caller: Caller, start: Request, *, seconds: float) -> tuple[list[float], int]:
    """Return the seconds that each page took, and how many items there were in all.

    What the client itself does in between is not counted.  It gives up after *seconds*.
    """
    durations: list[float] = []
    items, request = 0, start
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        answer = caller.answer(request)
        durations.append(time.perf_counter() - began)
        assert answer.status == request.status, answer
        page = json.loads(answer.body)
        items += len(page["items"])
        if "next" not in page["links"]:
            break
        request = replace(start, query=urlsplit(page["links"]["next"]).query)
    return durations, items
