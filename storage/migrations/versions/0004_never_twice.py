"""Pauses that a platform asked for, how long a send has been unclear, and indexes for claims and floods."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SENDING = sa.text("state = 'sending'")
_DEAD = sa.text("state = 'dead'")
_LEAVING = sa.text("state IN ('ready', 'sending', 'ambiguous')")
_COUNTED = sa.text("batch IS NOT NULL")


def upgrade() -> None:
    """What was unclear before has been so since it was to be looked for; what may go at once says so by a 0."""
    op.create_table(
        "pause",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", name="pk_pause"),
    )
    op.add_column("outbox", sa.Column("unclear_since", sa.BigInteger, nullable=True))
    op.add_column("outbox", sa.Column("repeated", sa.Boolean, nullable=False, server_default=sa.text("FALSE")))
    op.add_column("outbox", sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("outbox", sa.Column("first_at", sa.BigInteger, nullable=True))
    op.add_column("outbox", sa.Column("tried_at", sa.BigInteger, nullable=True))
    op.execute("UPDATE outbox SET unclear_since = COALESCE(retry_at, lease_until, 0) WHERE unclear")
    op.execute(
        "UPDATE outbox SET not_before = 0 WHERE not_before IS NULL AND state IN ('ready', 'sending', 'ambiguous')"
    )
    op.drop_column("outbox", "unclear")
    op.drop_index("ix_outbox_state", "outbox")
    op.create_index("ix_outbox_sending", "outbox", ["conversation"], sqlite_where=_SENDING, postgresql_where=_SENDING)
    op.create_index("ix_outbox_dead", "outbox", ["id"], sqlite_where=_DEAD, postgresql_where=_DEAD)
    op.create_index(
        "ix_outbox_leaving",
        "outbox",
        ["conversation", "urgency", "state", "not_before", "id"],
        sqlite_where=_LEAVING,
        postgresql_where=_LEAVING,
    )
    op.create_index(
        "ix_outbox_line",
        "outbox",
        ["urgency", "not_before", "id"],
        sqlite_where=_LEAVING,
        postgresql_where=_LEAVING,
    )
    op.create_index(
        "ix_outbox_flood",
        "outbox",
        ["conversation", "urgency", "state", "not_before", "batch"],
        sqlite_where=_COUNTED,
        postgresql_where=_COUNTED,
    )
