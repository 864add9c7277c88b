"""Whom a list of the settings let in, and who is to be taken out of what a platform let them into."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables."""
    account = ("platform", "workspace", "user_id")
    op.create_table(
        "let_in",
        *(sa.Column(name, sa.Text, nullable=False) for name in (*account, "side")),
        sa.Column("missing_since", sa.BigInteger, nullable=True),
        sa.Column("out", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint(*account, name="pk_let_in"),
    )
    op.create_table(
        "departure",
        *(sa.Column(name, sa.Text, nullable=False) for name in account),
        sa.PrimaryKeyConstraint(*account, name="pk_departure"),
    )
