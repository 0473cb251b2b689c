"""Connections to PostgreSQL that wait for it, and for no longer than a client would."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from select import POLLIN, poll
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError
from psycopg.abc import PQGen
from sqlalchemy import Dialect
from sqlalchemy.exc import InvalidatePoolError

from app.util.server_statements import ServerStatements

T = TypeVar("T")

STATEMENT_SECONDS = 3  # for a statement, or the wait for somebody else's lock: as long as a client waits
ANSWER_SECONDS = 4.0  # longer than the server's own limit for a statement
RESTART_SECONDS = 0.8  # that the server may be away without anybody noticing
PAUSE_SECONDS = 0.02


class ServerSilent(OperationalError, TimeoutError):
    """The server did not answer in time: it hangs, or the network to it does."""


class BoundedConnection(Connection[Any]):
    """A connection that gives up where the server does not answer within *answer_seconds*.

    The server's own limit is of no use where the server is stopped.  None means no limit.
    """

    manners = (f"SET statement_timeout = '{STATEMENT_SECONDS}s'",)
    answer_seconds: float | None = ANSWER_SECONDS

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Run *gen*, which talks to the server.  Raises ServerSilent, and is closed then."""
        limit = self.answer_seconds if timeout is None else timeout
        began = time.monotonic()
        try:
            return super().wait(gen, interval, limit)
        except OperationalError as error:
            if limit is None or time.monotonic() - began < limit:
                raise
            self.pgconn.finish()
            raise ServerSilent(f"no answer within {limit} seconds") from error

    def rows_alone(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of the statement *sql*, which is committed at once."""
        if not self.autocommit:
            self.autocommit = True  # else psycopg sends BEGIN, and waits for the answer
        return self._statements.rows(sql, arguments)

    @cached_property
    def _statements(self) -> ServerStatements:
        """The statements that were run in this way before."""
        return ServerStatements(self)

    def get_ready(self) -> None:
        """Begin a transaction with the next statement.

        Raises InvalidatePoolError, with which the pool makes its connections anew, if this one has ended.
        """
        if self.has_ended():
            raise InvalidatePoolError
        if self.autocommit:
            self.autocommit = False

    def has_ended(self) -> bool:
        """Tell whether the server has ended this connection, which was idle: then there is something to read.

        To look needs no round trip, where asking the server, as ``pool_pre_ping`` does, costs one.
        """
        poller = poll()
        poller.register(self.pgconn.socket, POLLIN)
        return bool(poller.poll(0))


class Outage:
    """Whether a server is away, and for how long."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._lock = Lock()

    def outlive(self, connect: Callable[[], T]) -> T:
        """Return what *connect* returns, which is tried again while the server may just be restarting.

        A server that has been away for longer than that gets one try a call: nobody waits for it.
        Raises what *connect* raises.
        """
        while True:
            try:
                connection = connect()
            except OperationalError:
                if self._seconds() > RESTART_SECONDS:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                self._since = None
                return connection

    def _seconds(self) -> float:
        with self._lock:
            now = time.monotonic()
            self._since = self._since or now
            return now - self._since


_outages: WeakKeyDictionary[Dialect, Outage] = WeakKeyDictionary()


def connect(dialect: Dialect, arguments: list[Any], options: dict[str, Any]) -> BoundedConnection:
    """Return a new connection to the server that *dialect* speaks with, which may just be restarting."""
    outage = _outages.setdefault(dialect, Outage())
    return outage.outlive(lambda: BoundedConnection.connect(*arguments, **options))
