"""The schema: one history for both databases, upgraded equals fresh, and every query fits the tables."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from store_builders import ANNA, DIRECTORY, ERIK, T0, execute, opening, step

import storage.transactions
from bot.codec import calendar_to_json, event_to_json, kind_of, policy_to_json, request_to_json
from bot.domain import patience
from bot.domain.alarms import ClientNudged
from bot.domain.events import AskedClient, Status
from bot.domain.settings import ClientSettings
from storage import CannotOpen, SchemaOutdated, SqlStore, open_store, read_store, releases, upgrade_database
from storage import upgrade as schema
from storage.instants import micros
from storage.schema import metadata
from storage.statements import Statement, load, parse
from storage.urls import parse as database_of


def test_the_releases_are_those_of_the_migrations() -> None:
    """A start reads them off the files' names; Alembic, which it does not load, knows the same, in that order."""
    script = ScriptDirectory.from_config(schema._config())
    assert [each.revision for each in reversed(list(script.walk_revisions()))] == list(releases.known())
    assert script.get_current_head() == releases.head()


DESCRIBE_SQLITE = """
WITH tables AS (SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version')
SELECT 'column', tables.name || '.' || c.name, c.type || c."notnull" || COALESCE(c.dflt_value, '') || c.pk
FROM tables, pragma_table_info(tables.name) AS c
UNION ALL
SELECT 'constraint', tables.name || '.' || f."from", f."table" || '.' || f."to"
FROM tables, pragma_foreign_key_list(tables.name) AS f
UNION ALL
SELECT 'constraint', tables.name, i.origin || (SELECT group_concat(c.name) FROM pragma_index_info(i.name) AS c)
FROM tables, pragma_index_list(tables.name) AS i WHERE i.origin <> 'c'
UNION ALL
SELECT type, name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND (type IN ('index', 'trigger') OR sql LIKE 'CREATE VIRTUAL%')
ORDER BY 1, 2, 3
"""
DESCRIBE_POSTGRES = """
SELECT 'column', table_name || '.' || column_name, data_type || is_nullable || COALESCE(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
ORDER BY 1, 2, 3
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of each kind in turn."""
    if request.param == "postgres":
        return request.getfixturevalue("empty_postgres_url")
    return f"sqlite:///{tmp_path}/empty.db"


async def describe(url: str) -> list[tuple[object, ...]]:
    """Every table, column, index and constraint, as the database itself writes it."""
    rows = await execute(url, DESCRIBE_SQLITE if url.startswith("sqlite:") else DESCRIBE_POSTGRES)
    return [tuple(" ".join(str(part).split()) for part in row) for row in rows]


@pytest.fixture
def another_empty_url(empty_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A second such database, of the same kind."""
    return (
        f"sqlite:///{tmp_path}/other.db" if empty_url.startswith("sqlite:") else request.getfixturevalue("postgres_url")
    )


@pytest.mark.asyncio
async def test_a_clients_columns_become_its_settings(empty_url: str) -> None:
    """What was set before the settings had a place of their own is kept, within the bounds of now."""

    def earlier(connection: Connection) -> None:
        schema.migrate(connection, "0001")
        row = "INSERT INTO client (key, name, zone, auto_open, auto_close_days, reopen_days) VALUES "
        connection.exec_driver_sql(row + "('ACME', 'Acme', 'UTC', TRUE, 5, 30), ('OLD', 'Old', 'UTC', FALSE, 0, 9999)")

    await schema.run_sync(database_of(empty_url), earlier)
    store = await open_store(empty_url)
    try:
        clients = (await store.directory()).clients
    finally:
        await store.close()
    assert clients["ACME"].settings == ClientSettings(auto_open=True, auto_close_days=5, reopen_days=30)
    assert clients["OLD"].settings == ClientSettings(auto_open=False, auto_close_days=1, reopen_days=365)


@pytest.mark.asyncio
async def test_a_wait_of_the_first_release_comes_along(empty_url: str) -> None:
    """A request written in the first tables, whose client is silent for weeks: its row is what its history says, its
    clocks keep their timers, and the first that happens is a reminder, with all its days to come."""
    opened = opening(1)
    asked = step(opened.request, AskedClient(Status.NEW, "Which format?"), by=ERIK)

    def earlier(connection: Connection) -> None:
        schema.migrate(connection, "0001")

        def put(table: str, **values: object) -> None:
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)  # noqa: S608

        put("client", key="ACME", name="Acme", zone="UTC", auto_open=False, auto_close_days=3, reopen_days=14)
        for person in (ANNA, ERIK):
            where = {"role": person.role.value, "zone": person.zone, "client": person.client}
            put("person", id=person.id, name=person.name, active=True, **where)
        (hours,) = DIRECTORY.calendars
        put("calendar", name=hours.name, version=hours.version, body=calendar_to_json(hours))
        (policy,) = DIRECTORY.policies
        put("policy", client="ACME", name=policy.name, version=policy.version, body=policy_to_json(policy))
        state = {
            k: v for k, v in json.loads(request_to_json(asked.request)).items() if k not in ("attention", "rating")
        }
        row = {"number": 1, "ref": "ACME-1", "client": "ACME", "requester": "anna", "status": "waiting_client"}
        row |= {"priority": "P3", "title": asked.request.title, "words": "", "opened_at": micros(T0), "version": 3}
        put("request", **row, state=json.dumps(state))
        for entry in (*opened.entries, *asked.entries):
            who = {"actor": entry.by, "role": entry.role.value, "kind": kind_of(entry.event)}
            put("history", request=1, seq=entry.seq, at=micros(entry.at), body=event_to_json(entry.event), **who)
        held = {"subject": "request:1", "kind": "first_response", "generation": 1, "state": "waiting"}
        put("timer", due_at=micros(T0 + timedelta(hours=1)), **held)

    await schema.run_sync(database_of(empty_url), earlier)
    store = await open_store(empty_url)
    try:
        assert await store.check() == ()
        directory, request = await store.directory(), await store.request(1)
        assert request == asked.request
        kinds = {timer.kind: timer.due_at for timer in await store.timers("request:1")}
        assert kinds["first_response"] == T0 + timedelta(hours=1), "what was waited for keeps its time"
        assert "waiting" in kinds
    finally:
        await store.close()
    later = patience.hours_of(asked.request, directory).next_open(T0 + timedelta(weeks=4))
    (event,) = patience.due(asked.request, directory, later)
    assert isinstance(event, ClientNudged)
    assert event.anew == later
    assert event.sets_aside_at
    assert event.sets_aside_at > later + timedelta(days=4)


# PostgreSQL's full text indexes are no business of SQLite's.
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
@pytest.mark.asyncio
async def test_upgraded_equals_fresh(empty_url: str, another_empty_url: str) -> None:
    """The migrations lead exactly to the tables of schema.py: columns, keys, indexes, their conditions."""
    url = another_empty_url
    await upgrade_database(url)
    fresh = database_of(empty_url)
    await schema.run_sync(fresh, metadata.create_all)
    await execute(empty_url, "CREATE TABLE alembic_version (version_num TEXT)")
    upgraded = await describe(url)
    assert upgraded == await describe(empty_url)
    assert len(upgraded) > 30

    def differences(connection: Connection) -> list[object]:
        # SQLite keeps its full text in a table of its own kind, which SQLAlchemy knows nothing of.
        own = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith("request_fts")}
        return list(compare_metadata(MigrationContext.configure(connection, opts=own), metadata))

    assert await schema.run_sync(database_of(url), differences) == []


@pytest.mark.asyncio
async def test_upgrading_twice_does_nothing(empty_url: str) -> None:
    """The second time it finds its work done, and the data stays."""
    assert await upgrade_database(empty_url) == (None, releases.head())
    await execute(empty_url, "UPDATE counter SET value = 41 WHERE name = 'request' RETURNING value")
    assert await upgrade_database(empty_url) == (releases.head(), releases.head())
    store = await open_store(empty_url)
    try:
        assert await store.reserve_number() == 42
    finally:
        await store.close()


@pytest.mark.asyncio
async def test_a_database_without_a_desk_is_named_with_its_mend(empty_url: str) -> None:
    """Who only reads is told to look at the address, which may be mistyped, and touches nothing."""
    await execute(empty_url, "CREATE TABLE something_else (x TEXT)")
    with pytest.raises(SchemaOutdated, match="holds no desk: check the address; `steward run` makes a new desk"):
        await read_store(empty_url)
    assert await releases.current(database_of(empty_url)) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("opens", [open_store, read_store])
async def test_a_schema_ahead_is_left_alone(url: str, opens: Callable[[str], Awaitable[SqlStore]]) -> None:
    """A database of a later release is not opened by an older one, to write or to read."""
    await upgrade_database(url)
    await execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaOutdated, match="upgrade Steward"):
        await opens(url)


@pytest.mark.asyncio
async def test_a_failed_upgrade_leaves_nothing(empty_url: str) -> None:
    """A table in the way stops it half way; what it had made is undone, and the message is one line."""
    await execute(empty_url, "CREATE TABLE ws_reaction (x TEXT)")
    with pytest.raises(CannotOpen, match="ws_reaction") as caught:
        await upgrade_database(empty_url)
    assert "\n" not in str(caught.value)
    await execute(empty_url, "DROP TABLE ws_reaction")
    assert await upgrade_database(empty_url) == (None, releases.head())


def test_every_query_prepares_on_sqlite(tmp_path: Path) -> None:
    """Each names only tables and columns that exist."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as raw:
        schema._on_sqlite(tmp_path / "x.db", schema.migrate)
        for statement in load(postgres=False).values():
            raw.execute(f"EXPLAIN {statement.sql}", dict.fromkeys(statement.params))


@pytest.mark.postgres
@pytest.mark.asyncio
async def test_every_query_prepares_on_postgres(postgres_url: str) -> None:
    """And PostgreSQL can tell each parameter's type."""
    connection = await asyncpg.connect(postgres_url)
    try:
        for statement in load(postgres=True).values():
            prepared = await connection.prepare(statement.numbered)
            assert len(prepared.get_parameters()) == len(statement.params), statement.name
    finally:
        await connection.close()


def test_every_query_is_used_and_every_used_one_exists() -> None:
    """No query outlives its caller, and no name is misspelt."""
    sources = Path(storage.transactions.__file__).parent.glob("*.py")
    used = {
        name for path in sources for name in re.findall(r'\b(?:ask|one|many|Ask)\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    assert used == load(postgres=False).keys()


def test_a_block_needs_a_name_a_sentence_and_a_query() -> None:
    """What is written down wrongly is refused when it is read, not when it is run."""
    good = "-- name: x\n-- All of it.\nSELECT ':no', :a, :b, :a\n"
    ((name, own, statement),) = parse(good)
    assert (name, own, statement.params) == ("x", False, ("a", "b"))
    assert statement.numbered == "SELECT ':no', $1, $2, $1"
    for bad in ("-- name: x\nSELECT 1\n", "-- name: x\n-- Words.\n", "-- name: x [oracle]\n-- Words.\nSELECT 1\n"):
        with pytest.raises(ValueError, match=r"name|sentence"):
            list(parse(bad))


def test_names_are_there_once_and_on_both(tmp_path: Path) -> None:
    """A second query of a name, or one for PostgreSQL alone, is refused."""
    (tmp_path / "a.sql").write_text("-- name: x\n-- One.\nSELECT 1\n-- name: x\n-- Two.\nSELECT 2\n")
    with pytest.raises(ValueError, match="twice"):
        load(postgres=False, folder=tmp_path)
    (tmp_path / "a.sql").write_text("-- name: x [postgres]\n-- One.\nSELECT 1\n")
    with pytest.raises(ValueError, match="PostgreSQL only"):
        load(postgres=True, folder=tmp_path)


def test_parameters_are_exactly_those_of_the_query() -> None:
    """One too many or too few is a mistake of the caller."""
    statement = Statement("x", "All.", "SELECT :a")
    assert statement.bind({"a": 1}) == {"a": 1}
    for params in ({}, {"a": 1, "b": 2}, {"b": 2}):
        with pytest.raises((TypeError, KeyError)):
            statement.bind(params)
