"""The schema that the tutorial ends with, under the name that its own last migration has.

A database that was made by following the tutorial starts from here.

Revision: 7c66df0e878f, the first
"""

import sqlalchemy as sa
from alembic import op

revision = "7c66df0e878f"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the names are those that PostgreSQL gave to what the tutorial left nameless."""
    op.create_table(
        "site_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("password_hash", sa.String(100), nullable=False),
        sa.Column("registered_on", sa.DateTime()),
        sa.Column("admin", sa.Boolean()),
        sa.Column("public_id", sa.String(36)),
        sa.PrimaryKeyConstraint("id", name="site_user_pkey"),
        sa.UniqueConstraint("email", name="site_user_email_key"),
        sa.UniqueConstraint("public_id", name="site_user_public_id_key"),
    )
    op.create_table(
        "token_blacklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(500), nullable=False),
        sa.Column("blacklisted_on", sa.DateTime()),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="token_blacklist_pkey"),
        sa.UniqueConstraint("token", name="token_blacklist_token_key"),
    )
    op.create_table(
        "widget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("info_url", sa.String(255)),
        sa.Column("created_at", sa.DateTime()),
        sa.Column("deadline", sa.DateTime()),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="widget_pkey"),
        sa.UniqueConstraint("name", name="widget_name_key"),
        sa.ForeignKeyConstraint(["owner_id"], ["site_user.id"], name="widget_owner_id_fkey"),
    )


def downgrade() -> None:
    for table in ("widget", "token_blacklist", "site_user"):
        op.drop_table(table)
