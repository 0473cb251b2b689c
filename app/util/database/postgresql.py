"""Connections to PostgreSQL that wait for it, and for no longer than a client would."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from select import POLLIN, poll
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from psycopg import Connection, OperationalError, ProgrammingError
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from sqlalchemy import Dialect

from app.util.database.outage import Outage, ServerSilent
from app.util.database.prepared_statements import PreparedStatements

T = TypeVar("T")

STATEMENT_SECONDS = 3  # for a statement, or the wait for somebody else's lock: as long as a client waits
CONNECT_SECONDS = 4
MIN_CONNECT_SECONDS = 2  # psycopg, like libpq, waits no shorter
ANSWER_SECONDS = 4.0  # longer than the server's own limit for a statement

# Whatever the server, the database or the role has for others.
SESSION_SETTINGS = f"""
SET statement_timeout = '{STATEMENT_SECONDS}s';
SET default_transaction_isolation = 'read committed';
SET DateStyle = 'ISO'
"""

OURS = {
    "client_encoding": "utf8",
    "autocommit": True,
    # What psycopg would prepare by itself, a migration may spoil, and a pooler may take for what another
    # client has prepared under the same name.  rows_alone() copes with both.
    "prepare_threshold": None,
    "tcp_user_timeout": int(ANSWER_SECONDS * 1000),  # milliseconds
    "keepalives_idle": 30,  # seconds, after which firewalls are reminded of a connection
}


class BoundedConnection(Connection[Any]):
    """A connection that gives up where the server does not answer within *answer_seconds*.

    The server's own limit is of no use where the server is stopped.  None means no limit.
    """

    answer_seconds: float | None = ANSWER_SECONDS
    outage: Outage | None = None  # of the server, which is to know when it has been silent

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
            if self.outage:
                self.outage.fall_silent()
            raise ServerSilent(f"no answer within {limit} seconds") from error

    def rows_alone(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of the statement *sql*, which is committed at once."""
        if not self.autocommit:
            self.autocommit = True  # else psycopg sends BEGIN, and waits for the answer
        return self._statements.rows(sql, arguments)

    @cached_property
    def _statements(self) -> PreparedStatements:
        """The statements that were run in this way before."""
        return PreparedStatements(self)

    def get_ready(self) -> None:
        """Begin a transaction with the next statement."""
        if self.autocommit:
            self.autocommit = False

    def has_ended(self) -> bool:
        """Tell whether the server has ended this connection, which was idle: then there is something to read.

        To look needs no round trip, where asking the server, as ``pool_pre_ping`` does, costs one.
        """
        poller = poll()
        poller.register(self.pgconn.socket, POLLIN)
        return bool(poller.poll(0))


outages: WeakKeyDictionary[Dialect, Outage] = WeakKeyDictionary()


def knows(options: Mapping[str, Any]) -> bool:
    """Tell whether libpq knows all *options*: with one that it does not, no connection could ever be made."""
    try:
        make_conninfo(**options)
    except ProgrammingError:
        return False
    return True


def connect(dialect: Dialect, arguments: list[Any], options: dict[str, Any]) -> BoundedConnection:
    """Return a new connection to the server that *dialect* speaks with, which may just be restarting."""
    outage = outages.setdefault(dialect, Outage())
    ours = {**OURS, "connect_timeout": connect_seconds(options)}

    def connected() -> BoundedConnection:
        connection = BoundedConnection.connect(*arguments, **options | ours)
        connection.outage = outage
        try:
            # In one round trip; a pooler may have nobody behind it who answers.
            connection.execute(SESSION_SETTINGS)
        except BaseException:
            connection.close()  # nobody else knows it
            raise
        return connection

    return outage.outlive(connected)


def connect_seconds(options: dict[str, Any]) -> int:
    """Return for how long to wait for each host of *options*, which may want less than the limit.

    Several hosts share the limit, as far as libpq can wait so shortly; a name with several addresses counts
    as one, and psycopg waits for each of them.
    """
    hosts = str(options.get("host", "")).count(",") + 1
    limit = max(CONNECT_SECONDS // hosts, MIN_CONNECT_SECONDS)
    given = int(options.get("connect_timeout", 0))
    return min(given, limit) if given > 0 else limit
