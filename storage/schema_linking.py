"""The tables of accounts: codes that link them by their digests, wrong tries, whose one was, whom a list let in, and
who is to be taken out of where a platform let them in; a part of `schema.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from storage.columns import big as _big
from storage.columns import metadata
from storage.columns import row_id as _id
from storage.columns import words as _text

link_code = Table(
    "link_code",
    metadata,
    Column("person", Text, primary_key=True),
    _text("digest"),
    _big("expires_at"),
    UniqueConstraint("digest"),
)
link_try = Table(
    "link_try",
    metadata,
    Column("who", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    _big("until"),
)
former_owner = Table(
    "former_owner",
    metadata,
    _id(),
    *(_text(name) for name in ("platform", "workspace", "user_id", "person")),
    UniqueConstraint("platform", "workspace", "user_id", "person"),
)
let_in = Table(
    "let_in",
    metadata,
    *(_text(name) for name in ("platform", "workspace", "user_id", "side")),
    _big("missing_since", null=True),
    Column("out", Boolean, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "user_id"),
)
departure = Table(
    "departure",
    metadata,
    *(_text(name) for name in ("platform", "workspace", "user_id")),
    PrimaryKeyConstraint("platform", "workspace", "user_id"),
)
