"""Give every constraint a name, let no column be empty, revoke tokens by their jti.

Every table is made anew and filled from the old one, the same way on both databases:

- addresses become lower case, and names unique whatever their case;
- password hashes are marked as the tutorial's, which were made of the password itself;
- logged-out tokens, which nothing accepts any more, leave only their places behind.

Revision: 3f0b6c1d9a24, after 7c66df0e878f
"""

from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "3f0b6c1d9a24"
down_revision = "7c66df0e878f"
branch_labels = None
depends_on = None

TUTORIALS_OWN = {"site_user": (), "token_blacklist": ("token",), "widget": ()}
TABLES = ("site_user", "token_blacklist", "widget")
COLUMNS = {
    "site_user": "id, email, password_hash, registered_on, admin, public_id",
    "token_blacklist": "id, jti, blacklisted_on, expires_at",
    "widget": "id, name, info_url, created_at, deadline, owner_id",
}


def upgrade() -> None:
    refuse_columns_of_others()
    refuse_references_of_others()
    lower_emails()
    refuse_doubles("widget", "name", doubles_by_the_index())
    give_public_ids()
    set_aside()
    create_tables()
    fill(
        "site_user",
        "id, email, 'tutorial:' || password_hash, coalesce(registered_on, :now), "
        "coalesce(admin, false), public_id",
    )
    fill("token_blacklist", "id, 'tutorial-' || id, coalesce(blacklisted_on, expires_at), expires_at")
    fill(
        "widget",
        "id, name, coalesce(info_url, ''), coalesce(created_at, :now), "
        "coalesce(deadline, created_at, :now), owner_id",
    )
    forget_set_aside()


def downgrade() -> None:
    raise CommandError("What the tutorial's schema wants is no longer there; restore a backup instead.")


def refuse_columns_of_others() -> None:
    """Stop before anything is changed where columns would be lost that the tutorial has not."""
    inspector = sa.inspect(op.get_bind())
    for table in TABLES:
        present = {column["name"] for column in inspector.get_columns(table)}
        if others := sorted(present - {*TUTORIALS_OWN[table], *COLUMNS[table].split(", ")}):
            raise CommandError(
                f"{table}: the new table would lose {others}; keep them in one of their own first"
            )


def refuse_references_of_others() -> None:
    """Stop before anything is changed where another table refers to one that is made anew."""
    inspector = sa.inspect(op.get_bind())
    for table in sorted({*inspector.get_table_names()} - {*TABLES}):
        found = {key["referred_table"] for key in inspector.get_foreign_keys(table)} & {*TABLES}
        if found:
            raise CommandError(
                f"{table} refers to {sorted(found)}, which are made anew; take its foreign keys away first"
            )


def lower_emails() -> None:
    """Write addresses in lower case as the application does, which no locale of a database changes."""
    connection = op.get_bind()
    emails = connection.execute(sa.text("SELECT id, email FROM site_user")).all()
    times = Counter(email.lower() for _, email in emails)
    refuse_doubles("site_user", "email", [email for email, count in times.items() if count > 1])
    changes = [{"id": user, "email": email.lower()} for user, email in emails if email != email.lower()]
    if changes:
        connection.execute(sa.text("UPDATE site_user SET email = :email WHERE id = :id"), changes)


def doubles_by_the_index() -> list[str]:
    """Return the names that the index below would refuse, in lower case."""
    query = "SELECT lower(name) FROM widget GROUP BY lower(name) HAVING count(*) > 1"
    return list(op.get_bind().scalars(sa.text(query)))


def refuse_doubles(table: str, column: str, doubles: list[str]) -> None:
    """Stop before anything is changed where rows differ in the case of *column* alone."""
    if doubles:
        raise CommandError(
            f"{table}.{column}: rename all but one of those that differ in case alone: {doubles}"
        )


def give_public_ids() -> None:
    """Give the users who have none a public_id each."""
    nameless = op.get_bind().scalars(sa.text("SELECT id FROM site_user WHERE public_id IS NULL")).all()
    give = sa.text("UPDATE site_user SET public_id = :public_id WHERE id = :id")
    for user in nameless:
        op.get_bind().execute(give, {"public_id": str(uuid4()), "id": user})


def set_aside() -> None:
    for table in TABLES:
        op.rename_table(table, f"old_{table}")


def fill(table: str, select: str) -> None:
    """Copy the rows set aside into *table*, and on PostgreSQL count on from the highest id.

    ``:now`` has no zone, as the columns have none.  PostgreSQL's CURRENT_TIMESTAMP has one, and what stands
    beside it would be taken there and back through the zone of the session, which skips an hour in spring.
    """
    copy = sa.text(f"INSERT INTO {table} ({COLUMNS[table]}) SELECT {select} FROM old_{table}")  # noqa: S608
    op.execute(copy.bindparams(**({"now": utc_now()} if ":now" in select else {})))
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608
            f"coalesce((SELECT max(id) FROM {table}), 0) + 1, false)"
        )


def utc_now() -> datetime:
    """Return this second of UTC, as the application stores it."""
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None)


def forget_set_aside() -> None:
    for table in reversed(TABLES):
        op.drop_table(f"old_{table}")


def create_tables() -> None:
    op.create_table(
        "site_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("password_hash", sa.String(100), nullable=False),
        sa.Column("registered_on", sa.DateTime(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("public_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site_user"),
        sa.UniqueConstraint("email", name="uq_site_user_email"),
        sa.UniqueConstraint("public_id", name="uq_site_user_public_id"),
    )
    op.create_table(
        "token_blacklist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jti", sa.String(36), nullable=False),
        sa.Column("blacklisted_on", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_token_blacklist"),
        sa.UniqueConstraint("jti", name="uq_token_blacklist_jti"),
    )
    op.create_index("ix_token_blacklist_expires_at", "token_blacklist", ["expires_at"])
    op.create_table(
        "widget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("info_url", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("deadline", sa.DateTime(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_widget"),
        sa.ForeignKeyConstraint(["owner_id"], ["site_user.id"], name="fk_widget_owner_id_site_user"),
    )
    op.create_index("uq_widget_name_lower", "widget", [sa.text("lower(name)")], unique=True)
    op.create_index("ix_widget_owner_id", "widget", ["owner_id"])
