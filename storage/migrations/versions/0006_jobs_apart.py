"""The waiting jobs by themselves: who looks for those that are due need not pass all due deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_JOBS = sa.text("state = 'waiting' AND substr(subject, 1, 8) <> 'request:'")


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_timer_jobs", "timer", ["due_at", "id"], sqlite_where=_JOBS, postgresql_where=_JOBS)
