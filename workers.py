"""The workers of the production server: how many there are, with how many threads, and how each ends.

Here is what their supervisor, in serve.py, and they themselves, in gateway.py, both have to know.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from threading import Timer

DEFAULT_THREADS = 8
CPU_BOUND_THREADS = 2  # for logins and registrations: a worker has hardly more processors for them
MAX_THREADS = 9  # of the 15 connections that a worker may open, those may hold 2, and readiness 4
DEFAULT_BODY_SECONDS = 10
KILL_SECONDS = 30  # for the requests in flight, after SIGTERM
ORPHAN_SECONDS = 1  # until a worker without a parent notices
MAX_DIGITS = 10
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def number_setting(name: str, default: int, *, at_most: int = 2**31) -> int:
    """Return the number, from 1 to *at_most*, that the environment gives for *name*."""
    text = os.getenv(name) or str(default)
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else 0
    if not 0 < number <= at_most:
        sys.exit(f"Error: {name} must be a whole number from 1 to {at_most}, not {text!r}.")
    return number


def number_of_workers() -> int:
    """Return how many workers there are: unless told otherwise, as many as processors that they may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return number_setting("WORKERS", usable)


def number_of_threads() -> int:
    """Return how many requests a worker answers at once at most, besides those that are cpu_bound."""
    return number_setting("THREADS", DEFAULT_THREADS, at_most=MAX_THREADS)


def body_seconds() -> int:
    """Return for how long a worker waits for a body."""
    return number_setting("BODY_SECONDS", DEFAULT_BODY_SECONDS)


def block_stop_signals() -> None:
    """Let the signals that end this process wait, until they are unblocked."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)


def unblock_stop_signals() -> None:
    """Take the signals that end this process, those that have waited too."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


async def end_with_parent() -> None:
    """End this worker, as SIGTERM would, once its supervisor is gone and can stop nobody any more.

    A process that gets SIGKILL tells nobody, and only Linux tells its children: so they ask.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return
    while os.getppid() == supervisor.pid:
        await asyncio.sleep(ORPHAN_SECONDS)
    print("The supervisor is gone; ending.", file=sys.stderr)
    _exit_at_last()
    os.kill(os.getpid(), signal.SIGTERM)


def _exit_at_last() -> None:
    """End this process after KILL_SECONDS, as its supervisor would, whatever its threads still wait for."""
    timer = Timer(KILL_SECONDS, os._exit, (1,))
    timer.daemon = True
    timer.start()
