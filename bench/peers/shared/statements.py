"""One statement for each operation: what is asked for, and whether the caller may have it.

For the floor and for FastAPI by an expert.  Each parameter is a ``?`` and stands once, in the order of
the tuple that goes with it.
"""

from bench.peers.shared.settings import IS_SQLITE

_REVOKED = "EXISTS (SELECT 1 FROM token_blacklist WHERE jti = ?)"
_WIDGET = "w.name, w.info_url, w.created_at, w.deadline, o.email, o.public_id"

# jti, public_id -> revoked, email, admin, registered_on
CALLER = f"SELECT {_REVOKED}, email, admin, registered_on FROM site_user WHERE public_id = ?"

# jti, name in lower case, public_id -> revoked, admin, the widget's six or NULL
ONE = f"""
SELECT {_REVOKED}, caller.admin, {_WIDGET}
FROM site_user AS caller
LEFT JOIN widget AS w ON lower(w.name) = ?
LEFT JOIN site_user AS o ON o.id = w.owner_id
WHERE caller.public_id = ?
"""

# jti, public_id, limit, offset -> revoked, admin, number of all widgets, each widget's six or NULLs
PAGE = f"""
SELECT caller.revoked, caller.admin, (SELECT count(*) FROM widget), {_WIDGET}
FROM (SELECT {_REVOKED} AS revoked, admin FROM site_user WHERE public_id = ?) AS caller
LEFT JOIN (SELECT * FROM widget ORDER BY id LIMIT ? OFFSET ?) AS w ON TRUE
LEFT JOIN site_user AS o ON o.id = w.owner_id
ORDER BY w.id
"""

# name, info_url, created_at, deadline, public_id, jti -> id; no row where the caller may not
CREATE = """
INSERT INTO widget (name, info_url, created_at, deadline, owner_id)
SELECT ?, ?, CAST(? AS TIMESTAMP), CAST(? AS TIMESTAMP), id FROM site_user
WHERE public_id = ? AND admin AND NOT EXISTS (SELECT 1 FROM token_blacklist WHERE jti = ?)
RETURNING id
"""


def for_sqlite(statement: str) -> str:
    """Return *statement* as sqlite3 takes it: an instant is a text there."""
    return statement.replace("CAST(? AS TIMESTAMP)", "?")


def for_psycopg(statement: str) -> str:
    """Return *statement* with the placeholders of psycopg."""
    return statement.replace("?", "%s")


def for_sqlalchemy(statement: str) -> str:
    """Return *statement* with parameters called p0, p1 and so on."""
    first, *rest = (for_sqlite(statement) if IS_SQLITE else statement).split("?")
    return first + "".join(f":p{number}{part}" for number, part in enumerate(rest))


def for_asyncpg(statement: str) -> str:
    """Return *statement* with PostgreSQL's own placeholders."""
    first, *rest = statement.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
