"""Let the case of names mean the same whatever the locale of the database: only letters of ASCII have one.

On PostgreSQL ``lower()`` goes by the collation of its column.  SQLite knows no other letters anyway.

Revision: c3f1a86b20de, after 9a41c07d52be
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "c3f1a86b20de"
down_revision = "9a41c07d52be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        refuse_doubles()
        collate_names('"C"')


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        collate_names('"default"')


def refuse_doubles() -> None:
    """Stop before anything is changed where the locale took for two names what is one from now on."""
    folded = 'lower(name COLLATE "C")'
    query = f"SELECT {folded} FROM widget GROUP BY {folded} HAVING count(*) > 1"  # noqa: S608 - ours
    if doubles := op.get_bind().scalars(sa.text(query)).all():
        raise CommandError(f"widget.name: rename all but one of those that differ in case alone: {doubles}")


def collate_names(collation: str) -> None:
    """Give names another *collation*; PostgreSQL makes the index of lower(name) anew, and no row."""
    op.execute(f"ALTER TABLE widget ALTER COLUMN name TYPE varchar(100) COLLATE {collation}")
