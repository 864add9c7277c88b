"""The tables of what happens once, and of who may come in; `storage/schema.py` has them with all others."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from storage.columns import big as _big
from storage.columns import metadata
from storage.columns import words as _text

counter = Table("counter", metadata, Column("name", Text, primary_key=True), _big("value"))
inbox = Table(
    "inbox",
    metadata,
    _text("platform"),
    _text("event_id"),
    _big("at", null=True),
    _text("result"),
    Column("digest", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("platform", "event_id"),
)
delivery = Table(
    "delivery",
    metadata,
    _text("platform"),
    _text("event_id"),
    _text("kind"),
    _text("payload"),
    _big("arrived_at"),
    _text("owner"),
    _big("lease_until"),
    Column("tries", Integer, nullable=False),
    PrimaryKeyConstraint("platform", "event_id"),
)
form_draft = Table(
    "form_draft",
    metadata,
    Column("id", Text, primary_key=True),
    _text("holder"),
    _text("body"),
    _big("put_at"),
    Index(None, "put_at"),
)
used_token = Table(
    "used_token", metadata, Column("token", Text, primary_key=True), _big("expires_at"), Index(None, "expires_at")
)

setup_code = Table(
    "setup_code",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _text("digest"),
    _big("expires_at"),
    Column("tries", Integer, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("name", Text, primary_key=True),
    _text("digest"),
    _text("holder"),
    _text("role"),
    _text("client"),
    _text("made_by"),
    _big("made_at"),
    _big("expires_at", null=True),
    _big("used_at", null=True),
    _big("revoked_at", null=True),
    UniqueConstraint("digest"),
)

installation = Table(
    "installation",
    metadata,
    _text("platform"),
    _text("workspace"),
    _text("name"),
    _text("side"),
    _text("secret"),
    _big("made_at"),
    _big("gone_at", null=True),
    _text("gone"),
    PrimaryKeyConstraint("platform", "workspace"),
)
oauth_state = Table(
    "oauth_state",
    metadata,
    Column("digest", Text, primary_key=True),
    _text("browser"),
    _text("side"),
    _text("link"),
    _big("link_until"),
    _big("expires_at"),
    Index(None, "expires_at"),
)
