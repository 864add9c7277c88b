"""The tables, for Alembic, the auditor and the tests only; queries are SQL in `queries/`.

Instants are BIGINT microseconds since the epoch, UTC. `at`, `due_at`, `not_before` are desk time; `retry_at`,
`lease_until`, `unclear_since`, `first_at`, `tried_at`, `until`, `expires_at`, `put_at`, `made_at`, `used_at`,
`revoked_at`, `arrived_at`, `gone_at` and `link_until` are machine time. JSON is TEXT on both databases. A thread that
is none is '', since NULL equals nothing, not even NULL.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from storage.columns import ID as _ID
from storage.columns import big as _big
from storage.columns import metadata as metadata
from storage.columns import place as _place
from storage.columns import row_id as _id
from storage.columns import words as _text
from storage.schema_linking import departure as departure
from storage.schema_linking import former_owner as former_owner
from storage.schema_linking import let_in as let_in
from storage.schema_linking import link_code as link_code
from storage.schema_linking import link_try as link_try
from storage.schema_once import api_token as api_token
from storage.schema_once import counter as counter
from storage.schema_once import delivery as delivery
from storage.schema_once import form_draft as form_draft
from storage.schema_once import inbox as inbox
from storage.schema_once import installation as installation
from storage.schema_once import oauth_state as oauth_state
from storage.schema_once import setup_code as setup_code
from storage.schema_once import used_token as used_token

# Words are folded and split by `bot.domain.indexing`, so both databases index the same ones, parted by spaces:
# PostgreSQL as lexemes taken as they are, SQLite by its plainest tokenizer, for which all beyond ASCII is a letter.
WORDS_PUBLIC = "array_to_tsvector(string_to_array(public, ' '))"
WORDS_ALL = "array_to_tsvector(string_to_array(btrim((public || ' ') || team), ' '))"
WORDS_SQLITE = (
    "CREATE VIRTUAL TABLE request_fts USING fts5("
    "public, team, content='request_words', content_rowid='request', tokenize='ascii', detail=column, prefix='2 3')",
    "CREATE TRIGGER request_words_added AFTER INSERT ON request_words BEGIN "
    "INSERT INTO request_fts (rowid, public, team) VALUES (new.request, new.public, new.team); END",
    "CREATE TRIGGER request_words_removed AFTER DELETE ON request_words BEGIN "
    "INSERT INTO request_fts (request_fts, rowid, public, team) "
    "VALUES ('delete', old.request, old.public, old.team); END",
    "CREATE TRIGGER request_words_changed AFTER UPDATE ON request_words BEGIN "
    "INSERT INTO request_fts (request_fts, rowid, public, team) "
    "VALUES ('delete', old.request, old.public, old.team); "
    "INSERT INTO request_fts (rowid, public, team) VALUES (new.request, new.public, new.team); END",
)

# --- the directory ------------------------------------------------------------------------------------------

client = Table(
    "client",
    metadata,
    Column("key", Text, primary_key=True),
    _text("name"),
    _text("zone"),
    Column("settings", Text, nullable=False, server_default=text("'{}'")),
)
catalogue = Table(
    "catalogue", metadata, _text("kind"), _text("key"), _text("body"), PrimaryKeyConstraint("kind", "key")
)
team = Table("team", metadata, Column("id", Integer, primary_key=True, autoincrement=False), _text("settings"))
person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("role"),
    _text("zone"),
    Column("client", Text, ForeignKey("client.key"), nullable=True),
    Column("active", Boolean, nullable=False),
    Column("work", Text, nullable=False, server_default=text("'{}'")),
    Column("home", Text, nullable=False, server_default=text("''")),
)
identity = Table(
    "identity",
    metadata,
    _text("platform"),
    _text("workspace"),
    _text("user_id"),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "user_id"),
)
calendar = Table(
    "calendar",
    metadata,
    _text("name"),
    Column("version", Integer, nullable=False),
    _text("body"),
    PrimaryKeyConstraint("name", "version"),
)
policy = Table(
    "policy",
    metadata,
    _id(),
    _text("client"),
    _text("name"),
    Column("version", Integer, nullable=False),
    _text("body"),
    UniqueConstraint("client", "name", "version"),
)

setting_change = Table(
    "setting_change", metadata, _id(), _big("at"), _text("actor"), _text("path"), _text("before"), _text("after")
)

erasure = Table(
    "erasure",
    metadata,
    _id(),
    _big("at"),
    _text("actor"),
    _text("why"),
    _text("alias"),
    _text("subject"),
    _big("changed"),
    _big("done_at", null=True),
)

# --- requests -----------------------------------------------------------------------------------------------

request = Table(
    "request",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _text("client"),
    _text("requester"),
    _text("owner", null=True),
    _text("status"),
    _text("priority"),
    _text("title"),
    _big("opened_at"),
    _big("version"),
    _text("state"),
    _text("kind", null=True),
    _text("viewers", null=True),
    _big("updated_at", null=True),
    _big("spoken_at", null=True),
    _big("next_due_at", null=True),
    _big("late_since", null=True),
    Index(None, "client", "number"),
    Index(None, "requester", "number"),
    Index(None, "owner", "number"),
    # All that lists ask for: they read this index alone, not the rows with their long state.
    Index(
        "ix_request_listing",
        *("status", "number", "client", "owner", "requester", "priority", "kind", "viewers"),
        *("opened_at", "updated_at", "spoken_at", "next_due_at", "late_since"),
    ),
)
request_words = Table(
    "request_words",
    metadata,
    Column("request", BigInteger, ForeignKey("request.number"), primary_key=True, autoincrement=False),
    _text("public"),
    _text("team"),
    Index("ix_request_words_public", text(WORDS_PUBLIC), postgresql_using="gin").ddl_if(dialect="postgresql"),
    Index("ix_request_words_all", text(WORDS_ALL), postgresql_using="gin").ddl_if(dialect="postgresql"),
)
for _ddl in WORDS_SQLITE:
    event.listen(request_words, "after_create", DDL(_ddl).execute_if(dialect="sqlite"))
history = Table(
    "history",
    metadata,
    Column("request", BigInteger, ForeignKey("request.number"), nullable=False),
    _big("seq"),
    _big("at"),
    _text("kind"),
    _text("actor"),
    _text("role"),
    _text("body"),
    Column("via", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("request", "seq"),
    Index(None, "at", "request", "seq"),
)
_waiting = text("state = 'waiting'")
_jobs = text("state = 'waiting' AND substr(subject, 1, 8) <> 'request:'")
timer = Table(
    "timer",
    metadata,
    _id(),
    _text("subject"),
    _text("kind"),
    _big("due_at"),
    _big("generation"),
    _text("state"),
    UniqueConstraint("subject", "kind"),
    Index("ix_timer_waiting", "due_at", "id", sqlite_where=_waiting, postgresql_where=_waiting),
    Index("ix_timer_jobs", "due_at", "id", sqlite_where=_jobs, postgresql_where=_jobs),
)

# --- messages heard and placed ------------------------------------------------------------------------------

source = Table(
    "source",
    metadata,
    _id(),
    *_place(),
    _text("message"),
    _text("author"),
    _big("at"),
    _text("text"),
    _text("head"),
    _big("request", null=True),
    Column("files", Text, nullable=False, server_default=text("'[]'")),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    _big("edited_at", null=True),
    Column("deleted", Boolean, nullable=False, server_default=text("FALSE")),
    Column("slip", Boolean, nullable=False, server_default=text("FALSE")),
    UniqueConstraint("platform", "workspace", "channel", "message"),
    Index("ix_source_author", "platform", "workspace", "channel", "thread", "author", "at"),
    Index("ix_source_head", "platform", "workspace", "channel", "head"),
)
binding = Table(
    "binding",
    metadata,
    Column("conversation", Text, primary_key=True),
    *_place(),
    Index("ix_binding_place", "platform", "workspace", "channel", "thread"),
)
slot = Table(
    "slot",
    metadata,
    Column("name", Text, primary_key=True),
    *_place(),
    _text("message"),
    Index("ix_slot_message", "platform", "workspace", "channel", "message"),
)

# --- files --------------------------------------------------------------------------------------------------

file = Table(
    "file",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("media_type"),
    _big("size"),
    _text("sha256"),
    _text("author"),
    _big("put_at"),
    Column("body", LargeBinary, nullable=False),
    Index(None, "put_at"),
)
file_use = Table(
    "file_use",
    metadata,
    Column("file", Text, ForeignKey("file.id"), nullable=False),
    _text("conversation"),
    PrimaryKeyConstraint("file", "conversation"),
)

# --- reviews and recurring requests -----------------------------------------------------------------------

_planned = text("state = 'planned'")
review = Table(
    "review",
    metadata,
    _text("client"),
    Column("number", Integer, nullable=False),
    _text("state"),
    _big("planned_at"),
    _big("version"),
    _text("body"),
    PrimaryKeyConstraint("client", "number"),
    # One that is planned, for each client: the next is planned when it is recorded.
    Index("ix_review_planned", "client", unique=True, sqlite_where=_planned, postgresql_where=_planned),
)
recurring_run = Table(
    "recurring_run",
    metadata,
    _text("entry"),
    _big("at"),
    _big("request"),
    PrimaryKeyConstraint("entry", "at"),
)

# --- what goes out ------------------------------------------------------------------------------------------

_sending, _dead = text("state = 'sending'"), text("state = 'dead'")
_leaving = text("state IN ('ready', 'sending', 'ambiguous')")
_counted = text("batch IS NOT NULL")
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _text("key"),
    _text("op"),
    _text("conversation"),
    _text("slot", null=True),
    _text("opens", null=True),
    _text("title"),
    _text("body", null=True),
    Column("urgency", Integer, nullable=False),
    _big("not_before", null=True),
    _big("retry_at", null=True),
    _text("state"),
    _text("owner", null=True),
    _big("lease_until", null=True),
    Column("attempts", Integer, nullable=False),
    _text("reason"),
    _text("batch", null=True),
    _big("unclear_since", null=True),
    Column("repeated", Boolean, nullable=False, server_default=text("FALSE")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    _big("first_at", null=True),
    _big("tried_at", null=True),
    Column("relived", Boolean, nullable=False, server_default=text("FALSE")),
    UniqueConstraint("key"),
    Index(None, "slot", "state"),
    Index(None, "conversation", "not_before"),
    # No index has all states: each message would be moved in it three times, and be sought among a million sent ones.
    Index("ix_outbox_sending", "conversation", sqlite_where=_sending, postgresql_where=_sending),
    Index("ix_outbox_dead", "id", sqlite_where=_dead, postgresql_where=_dead),
    # Whose turn it is, found without a look at what was sent: that is a million rows, and this a handful.
    Index(
        "ix_outbox_leaving",
        *("conversation", "urgency", "state", "not_before", "id"),
        sqlite_where=_leaving,
        postgresql_where=_leaving,
    ),
    Index("ix_outbox_line", "urgency", "not_before", "id", sqlite_where=_leaving, postgresql_where=_leaving),
    # The alerts that count towards a flood, which is counted as each is written.
    Index(
        "ix_outbox_flood",
        *("conversation", "urgency", "state", "not_before", "batch"),
        sqlite_where=_counted,
        postgresql_where=_counted,
    ),
)
pause = Table(
    "pause",
    metadata,
    *(_text(name) for name in ("platform", "workspace", "channel")),
    _big("until"),
    PrimaryKeyConstraint("platform", "workspace", "channel"),
)

# --- the browser's chat -------------------------------------------------------------------------------------

ws_channel = Table(
    "ws_channel",
    metadata,
    Column("id", Text, primary_key=True),
    _text("name"),
    _text("kind"),
    _text("topic"),
    _text("client", null=True),
    _text("person", null=True),
)
_unheard = text("NOT heard")
ws_message = Table(
    "ws_message",
    metadata,
    _id(),
    Column("channel", Text, ForeignKey("ws_channel.id"), nullable=False),
    _big("thread", null=True),
    _text("author", null=True),
    _text("text"),
    _text("body", null=True),
    _big("at"),
    _big("edited_at", null=True),
    Column("deleted", Boolean, nullable=False),
    Column("heard", Boolean, nullable=False),
    _text("key", null=True),
    _text("words", null=True),
    _text("files", null=True),
    UniqueConstraint("key"),
    Index(None, "channel", "thread", "id"),
    Index(None, "thread"),
    Index("ix_ws_message_unheard", "id", sqlite_where=_unheard, postgresql_where=_unheard),
)
ws_reaction = Table(
    "ws_reaction",
    metadata,
    _id(),
    Column("message", _ID, ForeignKey("ws_message.id"), nullable=False),
    _text("person"),
    _text("emoji"),
    UniqueConstraint("message", "person", "emoji"),
)
ws_read = Table(
    "ws_read", metadata, _text("person"), _text("channel"), _big("up_to"), PrimaryKeyConstraint("person", "channel")
)
ws_thread_read = Table(
    "ws_thread_read",
    metadata,
    _text("person"),
    Column("thread", _ID, nullable=False),
    _big("up_to"),
    PrimaryKeyConstraint("person", "thread"),
)
ws_mention = Table(
    "ws_mention",
    metadata,
    Column("message", _ID, ForeignKey("ws_message.id"), nullable=False),
    _text("person"),
    PrimaryKeyConstraint("message", "person"),
)
