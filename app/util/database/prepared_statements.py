"""Statements that PostgreSQL keeps prepared, run without a cursor.

A cursor of psycopg converts each query, looks for it among those that are prepared, and makes a result
to move about in: half of what a short statement costs on this side.  Here are the steps that are left,
made of psycopg's own parts: ``pq``, which is libpq, and ``adapt``, which knows PostgreSQL's words for values.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import (
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
    error_from_result,
)
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from app.util.digest import digest

# The server has forgotten all statements, as a pooler asks it to; or a migration has changed the type of a
# column, so that their rows would be others than those that were announced.
_UNPREPARED = (InvalidSqlStatementName, FeatureNotSupported)
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class PreparedStatements:
    """The statements that a *connection* has prepared, in the server's own words: with ``$1``, ``$2``."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._server = connection.pgconn
        self._values = Transformer(connection)
        self._names: dict[str, bytes] = {}
        # Of names: where a migration has spoilt a statement, the server still has its name.
        self._generation = 0

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of the statement *sql*, which returns rows.  Raises psycopg.Error."""
        texts = self._values.dump_sequence(arguments, [PyFormat.TEXT] * len(arguments))
        try:
            result = self._run_prepared(sql, texts)
        except _UNPREPARED:
            self._names.clear()
            self._generation += 1
            self._server.send_query_params(sql.encode(), texts)
            result = self._answer()
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _run_prepared(self, sql: str, texts: Sequence[Buffer | None]) -> PGresult:
        self._server.send_query_prepared(self._names.get(sql) or self._prepare(sql), texts)
        return self._answer()

    def _prepare(self, sql: str) -> bytes:
        """Prepare *sql* and return its name.

        No other statement has that name, on whatever connection: a pooler may lend one to many clients.
        """
        text = sql.encode()
        name = f"alone_{digest(text)}_{self._generation}".encode()
        self._server.send_prepare(name, text)
        with suppress(DuplicatePreparedStatement):
            self._answer()
        self._names[sql] = name
        return name

    def _answer(self) -> PGresult:
        results: list[PGresult] = self._connection.wait(execute(self._server))
        for result in results:
            if result.status not in _DONE:
                raise error_from_result(result)
        return results[-1]
