"""Settings of clients and of the team. What was a column of a client becomes one of its settings."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite numbers rows by itself only in a column of type INTEGER.
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is new, and move what was there."""
    _settings()
    _lists()
    _workspace()
    _setting_changes()
    _setup_code()
    _mirroring()
    _reviews()
    _floods()
    _erasures()


def _floods() -> None:
    """Which alerts are told as one: null never, empty on their own, else the slot of the message that tells them."""
    op.add_column("outbox", sa.Column("batch", sa.Text, nullable=True))
    op.create_index("ix_outbox_conversation_not_before", "outbox", ["conversation", "not_before"])


def _lists() -> None:
    """What lists are narrowed and sorted by, and the words they are searched for.

    Both are made of a request's state and history by the desk's own rules, so they are empty here: whatever opens the
    database next fills them (`storage/transactions/filling.py`).
    """
    for name in ("kind", "viewers"):
        op.add_column("request", sa.Column(name, sa.Text, nullable=True))
    for name in ("updated_at", "spoken_at", "next_due_at", "late_since"):
        op.add_column("request", sa.Column(name, sa.BigInteger, nullable=True))
    op.drop_index("ix_request_status_number", "request")
    op.drop_column("request", "words")
    op.drop_column("request", "ref")
    op.create_index(
        "ix_request_listing",
        "request",
        [
            *("status", "number", "client", "owner", "requester", "priority", "kind", "viewers"),
            *("opened_at", "updated_at", "spoken_at", "next_due_at", "late_since"),
        ],
    )
    op.create_table(
        "request_words",
        sa.Column("request", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("public", sa.Text, nullable=False),
        sa.Column("team", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.number"], name="fk_request_words_request"),
        sa.PrimaryKeyConstraint("request", name="pk_request_words"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _WORDS:
            op.execute(statement)
        return
    for name, words in (("public", "public"), ("all", "btrim((public || ' ') || team)")):
        lexemes = sa.text(f"array_to_tsvector(string_to_array({words}, ' '))")
        op.create_index(f"ix_request_words_{name}", "request_words", [lexemes], postgresql_using="gin")


_WORDS = (
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


def _settings() -> None:
    op.create_table(
        "catalogue",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_catalogue"),
    )
    op.add_column("person", sa.Column("work", sa.Text, nullable=False, server_default=sa.text("'{}'")))
    op.create_index("ix_request_requester_number", "request", ["requester", "number"])
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


def _workspace() -> None:
    """The browser's chat: marks for each thread, mentions, files, words to search in."""
    op.create_table(
        "ws_thread_read",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("thread", _ID, nullable=False),
        sa.Column("up_to", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", "thread", name="pk_ws_thread_read"),
    )
    # Until now a channel's mark was its threads' too.
    op.execute(
        "INSERT INTO ws_thread_read (person, thread, up_to) "
        "SELECT r.person, m.thread, max(r.up_to) FROM ws_read AS r JOIN ws_message AS m ON m.channel = r.channel "
        "WHERE m.thread IS NOT NULL GROUP BY r.person, m.thread"
    )
    op.create_table(
        "ws_mention",
        sa.Column("message", _ID, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["message"], ["ws_message.id"], name="fk_ws_mention_message"),
        sa.PrimaryKeyConstraint("message", "person", name="pk_ws_mention"),
    )
    op.create_index("ix_history_at_request_seq", "history", ["at", "request", "seq"])
    op.add_column("ws_message", sa.Column("words", sa.Text, nullable=True))
    op.add_column("ws_message", sa.Column("files", sa.Text, nullable=True))
    op.execute("UPDATE ws_message SET words = lower(text) WHERE author IS NOT NULL AND NOT deleted")


def _setting_changes() -> None:
    op.create_table(
        "setting_change",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_setting_change"),
    )


def _erasures() -> None:
    """When words were erased, by whom, and how much; never whose, once it is done."""
    op.create_table(
        "erasure",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )


def _mirroring() -> None:
    """Heard messages that change, and the files that come with them."""
    op.add_column("source", sa.Column("files", sa.Text, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("source", sa.Column("revision", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("source", sa.Column("edited_at", sa.BigInteger, nullable=True))
    op.add_column("source", sa.Column("deleted", sa.Boolean, nullable=False, server_default=sa.text("FALSE")))
    op.add_column("source", sa.Column("slip", sa.Boolean, nullable=False, server_default=sa.text("FALSE")))
    op.create_table(
        "file",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("put_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file"),
    )
    op.create_index("ix_file_put_at", "file", ["put_at"])
    op.create_table(
        "file_use",
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["file"], ["file.id"], name="fk_file_use_file"),
        sa.PrimaryKeyConstraint("file", "conversation", name="pk_file_use"),
    )


def _reviews() -> None:
    """Reviews with clients, and requests that the desk opens by itself."""
    op.create_table(
        "review",
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("planned_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("client", "number", name="pk_review"),
    )
    planned = sa.text("state = 'planned'")
    op.create_index(
        "ix_review_planned", "review", ["client"], unique=True, sqlite_where=planned, postgresql_where=planned
    )
    op.create_table(
        "recurring_run",
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("request", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("entry", "at", name="pk_recurring_run"),
    )


def _setup_code() -> None:
    op.create_table(
        "setup_code",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_setup_code"),
    )
