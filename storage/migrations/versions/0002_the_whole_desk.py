"""Settings of clients and of the team. What was a column of a client becomes one of its settings."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is new, and move what was there."""
    _settings()


def _settings() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_team"),
    )
    op.add_column("client", sa.Column("settings", sa.Text, nullable=False, server_default=sa.text("'{}'")))
    database = op.get_bind()
    moved = ("auto_open", "auto_close_days", "reopen_days")
    for row in database.execute(sa.text("SELECT key, auto_open, auto_close_days, reopen_days FROM client")).mappings():
        settings = {name: row[name] for name in moved} | {"auto_open": bool(row["auto_open"])}
        # An earlier desk took any number of days; nobody's upgrade may fail on one that is out of bounds now.
        settings["auto_close_days"] = min(max(settings["auto_close_days"], 1), 60)
        settings["reopen_days"] = min(max(settings["reopen_days"], 0), 365)
        database.execute(
            sa.text("UPDATE client SET settings = :settings WHERE key = :key"),
            {"settings": json.dumps(settings), "key": row["key"]},
        )
    for name in moved:
        op.drop_column("client", name)
