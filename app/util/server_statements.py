"""Statements that PostgreSQL keeps prepared, run without a cursor.

A cursor of psycopg converts each query, looks for it among those that are prepared, and makes a result
to move about in: half of what a short statement costs on this side.  Here are the steps that are left,
made of psycopg's own parts: ``pq``, which is libpq, and ``adapt``, which knows PostgreSQL's words for values.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class ServerStatements:
    """The statements that a *connection* has prepared, in the server's own words: with ``$1``, ``$2``."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._server = connection.pgconn
        self._values = Transformer(connection)
        self._names: dict[str, bytes] = {}
        self._numbers = count()

    def rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows of the statement *sql*, which returns rows.  Raises psycopg.Error."""
        try:
            return self._rows(sql, arguments)
        except InvalidSqlStatementName:  # psycopg has the server forget all of them after a ROLLBACK
            self._names.clear()
            return self._rows(sql, arguments)

    def _rows(self, sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
        name = self._names.get(sql) or self._prepare(sql)
        texts = self._values.dump_sequence(arguments, [PyFormat.TEXT] * len(arguments))
        self._server.send_query_prepared(name, texts)
        result = self._answer()
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _prepare(self, sql: str) -> bytes:
        name = f"alone_{next(self._numbers)}".encode()
        self._server.send_prepare(name, sql.encode())
        self._answer()
        self._names[sql] = name
        return name

    def _answer(self) -> PGresult:
        results: list[PGresult] = self._connection.wait(execute(self._server))
        for result in results:
            if result.status not in _DONE:
                raise error_from_result(result)
        return results[-1]
