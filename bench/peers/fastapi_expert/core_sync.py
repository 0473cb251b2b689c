"""Views that are functions, on SQLAlchemy Core, each statement on its own connection of the pool."""

from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from bench.peers.fastapi_expert.synchronous import make_app
from bench.peers.shared.orm import url_for_driver
from bench.peers.shared.statements import for_sqlalchemy

engine = create_engine(url_for_driver("pysqlite", "psycopg"), isolation_level="AUTOCOMMIT")


def fetch(statement: Any, parameters: tuple[Any, ...]) -> list[Any]:
    """Return all rows of *statement*."""
    with engine.connect() as connection:
        named = {f"p{number}": value for number, value in enumerate(parameters)}
        return list(connection.execute(statement, named).all())


app = make_app(fetch, lambda statement: text(for_sqlalchemy(statement)), IntegrityError)
