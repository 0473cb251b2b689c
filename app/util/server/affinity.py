"""On which processor a worker works: on one of its own, where there are as many workers as processors.

Python runs one thread of a process at a time, so that a worker hardly has work for two processors.  Left
alone, the system wakes each thread on another one, to which everything has to be brought, and now and then
two workers share one while the other has nothing to do.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_THREADS = Path("/proc/self/task")
_claims: list[socket.socket] = []  # which others see for as long as this process lives
_all: set[int] = set()  # of which this process would have any, if it has not settled on one


def settle(workers: int) -> None:
    """Let this process, one of so many *workers*, have a processor that none of the others has.

    Nothing changes where there are more processors, because several servers would all settle on the first
    ones; nor where no processor is left, or the system, unlike Linux, does not let processes choose.
    """
    if not hasattr(os, "sched_setaffinity") or _all:
        return
    processors = os.sched_getaffinity(0)
    own = _claim(processors) if len(processors) == workers else None
    if own is None:
        return
    if _move(0, {own}):
        _all.update(processors)
        for thread in _THREADS.iterdir():
            _move(int(thread.name), {own})


@contextmanager
def on_any_processor() -> Iterator[None]:
    """Let this thread go where there is room, for what takes long and hinders no other thread."""
    if not _all:
        yield
        return
    own = os.sched_getaffinity(0)
    _move(0, _all)
    try:
        yield
    finally:
        _move(0, own)


def _move(thread: int, processors: set[int]) -> bool:
    """Move *thread*, 0 for this one, and tell whether it could be: it may have ended, or not be let."""
    try:
        os.sched_setaffinity(thread, processors)
    except OSError:
        return False
    return True


def _claim(processors: set[int]) -> int | None:
    """Return which of *processors* no other worker of the same server has claimed.

    A claim is an abstract address of a socket, of which there is one, and which ends with its process.
    """
    for processor in sorted(processors):
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0processor-{processor}-of-{os.getppid()}")
        except OSError:
            claim.close()
        else:
            _claims.append(claim)
            return processor
    return None
