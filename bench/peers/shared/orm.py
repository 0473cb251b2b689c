"""What a SQLAlchemy engine on SQLite is told, whoever makes it."""

from typing import Any

from sqlalchemy import Engine, event

from bench.peers.shared.settings import DATABASE_URL, IS_SQLITE, SQLITE_PRAGMAS


def url_for_driver(sqlite: str, postgresql: str) -> str:
    """Return the database's URL with the driver *sqlite* or *postgresql*."""
    scheme, _, rest = DATABASE_URL.partition("://")
    return f"{scheme}+{sqlite if IS_SQLITE else postgresql}://{rest}"


if IS_SQLITE:

    @event.listens_for(Engine, "connect")
    def prepare_connection(connection: Any, _record: Any) -> None:
        """Tell each new connection how it has to behave."""
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
