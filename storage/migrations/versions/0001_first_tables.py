"""The tables of the first release. Frozen: a later change is a later revision, so this repeats schema.py on purpose."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("state = 'waiting'")
_UNHEARD = sa.text("NOT heard")


def _id() -> sa.Column[Any]:
    return sa.Column("id", _ID, autoincrement=True, nullable=False)


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=null)


def _big(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=null)


def upgrade() -> None:
    """Make the tables, and the counters' first rows."""
    op.create_table(
        "binding",
        _text("conversation"),
        _text("platform"),
        _text("workspace"),
        _text("channel"),
        _text("thread"),
        sa.PrimaryKeyConstraint("conversation", name="pk_binding"),
    )
    op.create_index("ix_binding_place", "binding", ["platform", "workspace", "channel", "thread"])
    op.create_table(
        "calendar",
        _text("name"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("name", "version", name="pk_calendar"),
    )
    op.create_table(
        "client",
        _text("key"),
        _text("name"),
        _text("zone"),
        sa.Column("auto_open", sa.Boolean, nullable=False),
        sa.Column("auto_close_days", sa.Integer, nullable=False),
        sa.Column("reopen_days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_client"),
    )
    op.create_table(
        "counter",
        _text("name"),
        _big("value"),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "inbox",
        _text("platform"),
        _text("event_id"),
        _big("at", null=True),
        _text("result"),
        sa.PrimaryKeyConstraint("platform", "event_id", name="pk_inbox"),
    )
    op.create_table(
        "outbox",
        _id(),
        _text("key"),
        _text("op"),
        _text("conversation"),
        _text("slot", null=True),
        _text("opens", null=True),
        _text("title"),
        _text("body", null=True),
        sa.Column("urgency", sa.Integer, nullable=False),
        _big("not_before", null=True),
        _big("retry_at", null=True),
        _text("state"),
        sa.Column("unclear", sa.Boolean, nullable=False),
        _text("owner", null=True),
        _big("lease_until", null=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_slot_state", "outbox", ["slot", "state"])
    op.create_index("ix_outbox_state", "outbox", ["state"])
    op.create_table(
        "policy",
        _id(),
        _text("client"),
        _text("name"),
        sa.Column("version", sa.Integer, nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("id", name="pk_policy"),
        sa.UniqueConstraint("client", "name", "version", name="uq_policy_client_name_version"),
    )
    op.create_table(
        "request",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        _text("ref"),
        _text("client"),
        _text("requester"),
        _text("owner", null=True),
        _text("status"),
        _text("priority"),
        _text("title"),
        _text("words"),
        _big("opened_at"),
        _big("version"),
        _text("state"),
        sa.PrimaryKeyConstraint("number", name="pk_request"),
    )
    op.create_index("ix_request_client_number", "request", ["client", "number"])
    op.create_index("ix_request_owner_number", "request", ["owner", "number"])
    op.create_index("ix_request_status_number", "request", ["status", "number"])
    op.create_table(
        "slot",
        _text("name"),
        _text("platform"),
        _text("workspace"),
        _text("channel"),
        _text("thread"),
        _text("message"),
        sa.PrimaryKeyConstraint("name", name="pk_slot"),
    )
    op.create_index("ix_slot_message", "slot", ["platform", "workspace", "channel", "message"])
    op.create_table(
        "source",
        _id(),
        _text("platform"),
        _text("workspace"),
        _text("channel"),
        _text("thread"),
        _text("message"),
        _text("author"),
        _big("at"),
        _text("text"),
        _text("head"),
        _big("request", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint(
            "platform", "workspace", "channel", "message", name="uq_source_platform_workspace_channel_message"
        ),
    )
    op.create_index("ix_source_head", "source", ["platform", "workspace", "channel", "head"])
    op.create_index("ix_source_author", "source", ["platform", "workspace", "channel", "thread", "author", "at"])
    op.create_table(
        "timer",
        _id(),
        _text("subject"),
        _text("kind"),
        _big("due_at"),
        _big("generation"),
        _text("state"),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
        sa.UniqueConstraint("subject", "kind", name="uq_timer_subject_kind"),
    )
    op.create_index("ix_timer_waiting", "timer", ["due_at", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    op.create_table(
        "used_token",
        _text("token"),
        _big("expires_at"),
        sa.PrimaryKeyConstraint("token", name="pk_used_token"),
    )
    op.create_index("ix_used_token_expires_at", "used_token", ["expires_at"])
    op.create_table(
        "ws_channel",
        _text("id"),
        _text("name"),
        _text("kind"),
        _text("topic"),
        _text("client", null=True),
        _text("person", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_ws_channel"),
    )
    op.create_table(
        "ws_read",
        _text("person"),
        _text("channel"),
        _big("up_to"),
        sa.PrimaryKeyConstraint("person", "channel", name="pk_ws_read"),
    )
    op.create_table(
        "history",
        _big("request"),
        _big("seq"),
        _big("at"),
        _text("kind"),
        _text("actor"),
        _text("role"),
        _text("body"),
        sa.ForeignKeyConstraint(["request"], ["request.number"], name="fk_history_request"),
        sa.PrimaryKeyConstraint("request", "seq", name="pk_history"),
    )
    op.create_table(
        "person",
        _text("id"),
        _text("name"),
        _text("role"),
        _text("zone"),
        _text("client", null=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["client"], ["client.key"], name="fk_person_client"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "ws_message",
        _id(),
        _text("channel"),
        _big("thread", null=True),
        _text("author", null=True),
        _text("text"),
        _text("body", null=True),
        _big("at"),
        _big("edited_at", null=True),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("heard", sa.Boolean, nullable=False),
        _text("key", null=True),
        sa.ForeignKeyConstraint(["channel"], ["ws_channel.id"], name="fk_ws_message_channel"),
        sa.PrimaryKeyConstraint("id", name="pk_ws_message"),
        sa.UniqueConstraint("key", name="uq_ws_message_key"),
    )
    op.create_index("ix_ws_message_channel_thread_id", "ws_message", ["channel", "thread", "id"])
    op.create_index("ix_ws_message_thread", "ws_message", ["thread"])
    op.create_index("ix_ws_message_unheard", "ws_message", ["id"], sqlite_where=_UNHEARD, postgresql_where=_UNHEARD)
    op.create_table(
        "identity",
        _text("platform"),
        _text("workspace"),
        _text("user_id"),
        _text("person"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_identity_person"),
        sa.PrimaryKeyConstraint("platform", "workspace", "user_id", name="pk_identity"),
    )
    op.create_table(
        "ws_reaction",
        _id(),
        sa.Column("message", _ID, nullable=False),
        _text("person"),
        _text("emoji"),
        sa.ForeignKeyConstraint(["message"], ["ws_message.id"], name="fk_ws_reaction_message"),
        sa.PrimaryKeyConstraint("id", name="pk_ws_reaction"),
        sa.UniqueConstraint("message", "person", "emoji", name="uq_ws_reaction_message_person_emoji"),
    )
    op.execute("INSERT INTO counter (name, value) VALUES ('request', 0), ('directory', 0)")
