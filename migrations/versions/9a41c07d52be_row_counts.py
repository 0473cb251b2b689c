"""A table where triggers keep how many rows the others have.

Revision: 9a41c07d52be, after 3f0b6c1d9a24
"""

import sqlalchemy as sa
from alembic import op

revision = "9a41c07d52be"
down_revision = "3f0b6c1d9a24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "row_count",
        sa.Column("table_name", sa.String(63), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "slot", name="pk_row_count"),
    )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS keep_row_count() CASCADE")  # and the triggers that call it
    else:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep_row_count_%'"
        for trigger in connection.scalars(sa.text(triggers)).all():
            op.execute(f'DROP TRIGGER "{trigger}"')
    op.drop_table("row_count")
