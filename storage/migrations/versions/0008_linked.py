"""Accounts that are linked by a code: the codes by their digest, wrong tries, whose an account was before, and on which
platform somebody chose to be spoken with."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables and the column; nobody has chosen yet."""
    op.create_table(
        "link_code",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_link_code"),
        sa.UniqueConstraint("digest", name="uq_link_code_digest"),
    )
    op.create_table(
        "link_try",
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_link_try"),
    )
    names = ("platform", "workspace", "user_id", "person")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "former_owner",
        sa.Column("id", number, nullable=False, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in names),
        sa.PrimaryKeyConstraint("id", name="pk_former_owner"),
        sa.UniqueConstraint(*names, name="uq_former_owner_platform_workspace_user_id_person"),
    )
    op.add_column("person", sa.Column("home", sa.Text, nullable=False, server_default=sa.text("''")))
