"""Forms that somebody is in the middle of, where a platform takes a long one in several steps."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table; what was begun before was known to its process alone."""
    op.create_table(
        "form_draft",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("put_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_form_draft_put_at", "form_draft", ["put_at"])
