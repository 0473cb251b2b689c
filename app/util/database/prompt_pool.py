"""A pool of connections that gives out one that is idle at once."""

from __future__ import annotations

import time

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.util.queue import Empty, Queue


class _Idle(Queue[ConnectionPoolEntry]):
    """Connections that nobody uses, of which the one that was used last goes first: its caches are warm.

    A deque gives up its last entry in one step, so nobody needs a lock to take one that is there.
    """

    def get(self, block: bool = True, timeout: float | None = None) -> ConnectionPoolEntry:
        """Return an idle connection at once; if there is none, SQLAlchemy waits for one."""
        try:
            return self.queue.pop()
        except IndexError:
            return self._wait(block, timeout)

    def _wait(self, block: bool, timeout: float | None) -> ConnectionPoolEntry:
        until = timeout and time.monotonic() + timeout
        while True:
            try:
                return super().get(block, timeout)
            except IndexError:  # it was there, and somebody took it in one step
                if not block:
                    raise Empty from None
                timeout = until and max(0, until - time.monotonic())


class PromptPool(QueuePool):
    """A QueuePool whose idle connections are not locked up."""

    _queue_class = _Idle
    _sqla_logger_namespace = "sqlalchemy.pool.PromptPool"  # else it would be of our log, with each connection
