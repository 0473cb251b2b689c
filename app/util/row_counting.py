"""The triggers that keep the number of a table's rows in ``row_count``, one kind for each database.

On PostgreSQL a transaction adds to one of SLOTS rows, by the connection that it runs on: otherwise every
insert would wait for the one before it to be committed.  SQLite has one writer at a time anyway.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

SLOTS = 16

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION keep_row_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE row_count SET rows = 0 WHERE table_name = TG_TABLE_NAME;
    ELSE
        UPDATE row_count
        SET rows = rows + (SELECT count(*) FROM changed) * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
        WHERE table_name = TG_TABLE_NAME AND slot = pg_backend_pid() % {SLOTS};
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - a number of ours


def keep_row_count(connection: Connection, table: Table) -> None:
    """Set the triggers of *table* up anew, and the number to what is there: that mends whatever was lost.

    It belongs into a transaction; on PostgreSQL writers of *table* wait for its end.
    """
    statements = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    for statement in statements(table.name):
        connection.execute(text(statement))
    slots = 1 if connection.dialect.name == "sqlite" else SLOTS
    _count_anew(connection, table.name, slots)


def _on_sqlite(table: str) -> Iterator[str]:
    for event, sign in (("INSERT", "+"), ("DELETE", "-")):
        trigger = f"keep_row_count_{table}_{event.lower()}"
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        keep = f"UPDATE row_count SET rows = rows {sign} 1 WHERE table_name = '{table}'"  # noqa: S608 - our names
        yield f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {keep}; END"


def _on_postgresql(table: str) -> Iterator[str]:
    yield f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
    yield _POSTGRESQL_FUNCTION
    for event, seen in (
        ("INSERT", "REFERENCING NEW TABLE AS changed"),
        ("DELETE", "REFERENCING OLD TABLE AS changed"),
        ("TRUNCATE", ""),
    ):
        trigger = f"keep_row_count_{event.lower()}"
        yield f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
        yield (
            f"CREATE TRIGGER {trigger} AFTER {event} ON {table} {seen} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_row_count()"
        )


def _count_anew(connection: Connection, table: str, slots: int) -> None:
    connection.execute(text("DELETE FROM row_count WHERE table_name = :table"), {"table": table})
    insert = text(
        f"INSERT INTO row_count (table_name, slot, rows) "  # noqa: S608 - our own names
        f"SELECT :table, :slot, CASE :slot WHEN 0 THEN count(*) ELSE 0 END FROM {table}"
    )
    connection.execute(insert, [{"table": table, "slot": slot} for slot in range(slots)])
