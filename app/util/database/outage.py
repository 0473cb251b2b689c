"""A circuit breaker: how long to wait for a server that is away or silent, and who waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from psycopg import OperationalError

T = TypeVar("T")

RESTART_SECONDS = 0.8  # that the server may be away without anybody noticing
PAUSE_SECONDS = 0.02
# After which a refusal tells nothing of the next one: connections that were kept may have served since.
FORGOTTEN_SECONDS = 60
# In which a server answers if something else was silent, such as a firewall that forgets.
PROMPT_SECONDS = 0.1


class ServerSilent(OperationalError, TimeoutError):
    """The server did not answer in time: it hangs, or the network to it does."""


class Outage:
    """Whether a server is away, or silent, and for how long."""

    def __init__(self) -> None:
        self._since = self._refused_at = float("-inf")
        self._lock = Lock()
        self.is_silent = False
        self._asked_at = float("-inf")
        self._asking = Lock()

    def outlive(self, connect: Callable[[], T]) -> T:
        """Return what *connect* returns, which is tried again while the server may just be restarting.

        A server that has been away for longer than that gets one try a call: nobody waits for it.  One that
        was silent when it was last asked is asked by one call at a time, and the others do not wait for
        that: else those that queue for a thread would wait one after the other.
        Raises what *connect* raises, and ServerSilent.
        """
        if self.is_silent and self._asking.acquire(timeout=self._patience()):
            try:
                if self.is_silent:
                    return self._connected(connect)
            finally:
                self._asking.release()
        if self.is_silent:
            raise ServerSilent("no answer to others")
        return self._connected(connect)

    def fall_silent(self) -> None:
        """Note that the server has just not answered."""
        self._asked_at, self.is_silent = time.monotonic(), True

    def _patience(self) -> float:
        """Return for how many seconds to wait for the answer to the call that asks."""
        return max(0, self._asked_at + PROMPT_SECONDS - time.monotonic())

    def _connected(self, connect: Callable[[], T]) -> T:
        while True:
            self._asked_at = began = time.monotonic()
            try:
                connection = connect()
            except OperationalError:
                if self._seconds_away(began) > RESTART_SECONDS:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                self._refused_at, self.is_silent = float("-inf"), False
                return connection

    def _seconds_away(self, began: float) -> float:
        """Return for how long the server has been away, which a try that *began* then has found again."""
        with self._lock:
            now = time.monotonic()
            if began - self._refused_at > FORGOTTEN_SECONDS:
                self._since = began
            self._refused_at = now
            self.is_silent = now - began > RESTART_SECONDS  # a host without the server refuses at once
            return now - self._since
