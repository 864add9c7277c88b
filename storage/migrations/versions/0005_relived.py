"""Which messages a desk may have sent already before it was brought back from a backup."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; no desk of an earlier release says that it was brought back."""
    op.add_column("outbox", sa.Column("relived", sa.Boolean, nullable=False, server_default=sa.text("FALSE")))
