"""The triggers that keep the number of a table's rows in ``row_count``, one kind for each database.

On PostgreSQL a transaction adds to one of SLOTS rows, by the connection that it runs on, or to another one
while somebody's open transaction has that: otherwise an insert would wait for others to be committed.  Who
has which, advisory locks tell, which cost less than to look for a row that is not locked; and who has one
already never waits for another.  SQLite has one writer at a time anyway.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from sqlalchemy import Connection, MetaData, Table, func, select, text

SLOTS = 16
Quote: TypeAlias = Callable[[str], str]  # writes a name that may be a word of SQL too

# The schema is named because whoever inserts may have another search_path; pg_restore has none at all.
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION keep_row_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part integer := pg_backend_pid() % {SLOTS};
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE {{schema}}.row_count SET rows = 0 WHERE table_name = TG_TABLE_NAME;
    ELSE
        FOR tried IN 1..{SLOTS} LOOP
            EXIT WHEN pg_try_advisory_xact_lock(TG_RELID::integer, part);
            part := (part + 1) % {SLOTS};
        END LOOP;
        PERFORM pg_advisory_xact_lock(TG_RELID::integer, part);  -- waits if all are taken
        UPDATE {{schema}}.row_count
        SET rows = rows + (SELECT count(*) FROM changed) * CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
        WHERE table_name = TG_TABLE_NAME AND slot = part;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608 - a number of ours


def counted_tables(metadata: MetaData) -> Iterator[Table]:
    """Yield the tables whose rows are to be counted, as their models say."""
    yield from (table for table in metadata.sorted_tables if table.info.get("rows_are_counted"))


def keep_row_count(connection: Connection, table: Table) -> int:
    """Set the triggers of *table* up anew, count its rows, and return how many there are.

    It belongs into a transaction; on PostgreSQL writers of *table* wait for its end.
    """
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "sqlite":
        statements = _on_sqlite(table.name, quote)
    else:
        schema = connection.scalar(text("SELECT current_schema()"))
        statements = _on_postgresql(table.name, quote, schema)
    for statement in statements:
        connection.execute(text(statement))
    return count_anew(connection, table)


def count_anew(connection: Connection, table: Table) -> int:
    """Count the rows of *table*, note their number where the triggers keep it, and return it."""
    connection.execute(text("DELETE FROM row_count WHERE table_name = :table"), {"table": table.name})
    total = connection.scalar(select(func.count()).select_from(table))
    insert = text("INSERT INTO row_count (table_name, slot, rows) VALUES (:table, :slot, :rows)")
    slots = 1 if connection.dialect.name == "sqlite" else SLOTS
    rows = [total, *[0] * (slots - 1)]
    parts = [{"table": table.name, "slot": slot, "rows": n} for slot, n in enumerate(rows)]
    connection.execute(insert, parts)
    return int(total or 0)


def _on_sqlite(table: str, quote: Quote) -> Iterator[str]:
    for event, sign in (("INSERT", "+"), ("DELETE", "-")):
        trigger = quote(f"keep_row_count_{table}_{event.lower()}")
        yield f"DROP TRIGGER IF EXISTS {trigger}"
        keep = f"UPDATE row_count SET rows = rows {sign} 1 WHERE table_name = '{table}'"  # noqa: S608 - our names
        yield f"CREATE TRIGGER {trigger} AFTER {event} ON {quote(table)} BEGIN {keep}; END"


def _on_postgresql(table: str, quote: Quote, schema: str | None) -> Iterator[str]:
    yield f"LOCK TABLE {quote(table)} IN SHARE ROW EXCLUSIVE MODE"  # fails where there is no schema
    yield _POSTGRESQL_FUNCTION.format(schema=quote(schema or ""))
    for event, seen in (
        ("INSERT", "REFERENCING NEW TABLE AS changed"),
        ("DELETE", "REFERENCING OLD TABLE AS changed"),
        ("TRUNCATE", ""),
    ):
        # To drop one would wait for readers too, and they, if they write next, for the lock from above.
        yield (
            f"CREATE OR REPLACE TRIGGER keep_row_count_{event.lower()} AFTER {event} ON {quote(table)} "
            f"{seen} FOR EACH STATEMENT EXECUTE FUNCTION keep_row_count()"
        )
