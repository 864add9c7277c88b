"""The workspaces of other platforms that let the desk in, and who is being asked whether theirs does."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "installation",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.BigInteger, nullable=True),
        sa.Column("gone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_installation"),
    )
    op.create_table(
        "oauth_state",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("link_until", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_oauth_state"),
    )
    op.create_index("ix_oauth_state_expires_at", "oauth_state", ["expires_at"])
