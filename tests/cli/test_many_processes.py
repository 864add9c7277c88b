"""Real processes that share one desk on PostgreSQL: each serves all of it, and whichever dies is missed by nobody."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
from command_line import PATIENCE, Running, free_port, typed

from adapters.web.auth import COOKIE, Sessions
from adapters.web.chat import PLATFORM, WORKSPACE, place_of
from bot.clock import SystemClock
from bot.domain.people import Client, Person, Role
from bot.domain.settings import TeamSettings
from bot.messages.model import Said, line
from bot.ports import Change, DirectoryEdit, Draft, Op
from storage import SqlStore, open_store

pytestmark = [pytest.mark.asyncio, pytest.mark.postgres, pytest.mark.timeout(6 * PATIENCE)]

KEY = "5e" * 32
PEOPLE = (
    Person("manager", "Manager", Role.MANAGER),
    Person("dana", "Dana", Role.CLIENT, "Europe/London", "ACME"),
)
PLACES = {"triage": "triage", "alerts": "alerts", "client:ACME": "client-acme", "dm:manager": "dm:manager"}
SEED = DirectoryEdit(
    clients=(Client("ACME", "Acme", "Europe/London"),),
    people=PEOPLE,
    identities=tuple((PLATFORM, WORKSPACE, person.id, person.id) for person in PEOPLE),
    bindings=tuple((conversation, place_of(channel)) for conversation, channel in PLACES.items()),
    team=TeamSettings(digest_at="00:00", digest_days="mon-sun"),
)


@pytest_asyncio.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    """The desk's database, looked at from beside its processes."""
    opened = await open_store(postgres_url)
    try:
        await opened.edit_directory(SEED)
        yield opened
    finally:
        await opened.close()


@pytest_asyncio.fixture
async def database(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The same, in SQL."""
    connection = await asyncpg.connect(postgres_url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
def desk(postgres_url: str, tmp_path: Path, store: SqlStore) -> Iterator[dict[str, Running]]:
    """An intake, and two that fire and send; each has a folder of its own, as on machines of their own."""
    env = {"STEWARD_DATABASE_URL": postgres_url, "STEWARD_SECRET": KEY}
    with ExitStack() as stack:
        running: dict[str, Running] = {}
        for name, role in (("intake", "intake"), ("whole", "all"), ("worker", "worker")):
            folder = tmp_path / name
            folder.mkdir()
            args = ["run", "--role", role, *(["--port", str(free_port())] if role != "worker" else [])]
            running[name] = stack.enter_context(Running(args, folder, **env))
        for each in running.values():
            each.wait_for("Stop it with Ctrl", 3 * PATIENCE)  # three start at once
        yield running


@asynccontextmanager
async def browser(desk: Running, person: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser at that process. The cookie is of none of them: they share the key."""
    address = desk.wait_for(r"http://127\.0\.0\.1:\d+")

    async def used(*_: object) -> bool:
        return True

    cookie = Sessions(bytes.fromhex(KEY), SystemClock(), used).cookie(person)
    async with httpx.AsyncClient(
        base_url=address, cookies={COOKIE: cookie}, headers={"origin": address}, timeout=PATIENCE, trust_env=False
    ) as client:
        yield client


async def say(client: httpx.AsyncClient, channel: str, text: str) -> None:
    """The composer."""
    answer = await client.post(f"/c/{channel}/messages", json={"id": str(uuid4()), "text": text})
    assert answer.status_code == 200, answer.text


async def news(client: httpx.AsyncClient) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """What an open page hears."""
    async with client.stream("GET", "/events") as stream:
        event = ""
        async for row in stream.aiter_lines():
            if row.startswith("event: "):
                event = row.removeprefix("event: ")
            elif row.startswith("data: "):
                yield event, json.loads(row.removeprefix("data: "))


async def value(database: asyncpg.Connection, sql: str, *args: object, wanted: object) -> float:
    """Wait until the database says so; answers how many seconds that took."""
    begun = time.monotonic()
    while (found := await database.fetchval(sql, *args)) != wanted:
        assert time.monotonic() - begun < PATIENCE, f"{sql} {args} is {found}, not {wanted}"
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


async def test_processes_share_one_desk(
    desk: dict[str, Running], store: SqlStore, database: asyncpg.Connection, postgres_url: str, tmp_path: Path
) -> None:
    """What is said at one shows at once in the pages of another; an intake's messages are sent by the others; a digest
    comes once; and what one was sending when it was killed another sends, once."""
    async with browser(desk["intake"], "manager") as page, browser(desk["whole"], "dana") as dana:
        assert (await page.get("/healthz")).text == "ok"
        heard = news(page)
        assert (await anext(heard))[0] == "hello"
        async with asyncio.timeout(PATIENCE):
            await say(dana, "client-acme", "said at the other process")
            event, data = await anext(heard)
            assert (event, data["channel"]) == ("changed", "client-acme")
            async with browser(desk["intake"], "dana") as there:
                await say(there, "client-acme", "/desk new The export fails")
            while data["channel"] != "triage":
                event, data = await anext(heard)
        await heard.aclose()  # type: ignore[attr-defined]
    cards = "SELECT count(*) FROM ws_message WHERE channel = 'triage' AND author IS NULL AND thread IS NULL"
    assert await database.fetchval(cards) == 1, "the intake does not send; the request's card came from another"

    moved = await database.execute("UPDATE timer SET due_at = 1 WHERE subject = 'digest' AND state = 'waiting'")
    assert moved == "UPDATE 1"
    digests = "SELECT count(*) FROM outbox WHERE key LIKE 'digest:%:team' AND state = 'sent'"
    await value(database, digests, wanted=1)

    await kill_while_sending(desk, store, database)
    assert await database.fetchval(digests) == 1
    assert await database.fetchval("SELECT count(*) FROM ws_message WHERE key LIKE 'digest:%:team'") == 1

    stranger = tmp_path / "stranger"
    stranger.mkdir()
    env = {"STEWARD_DATABASE_URL": postgres_url, "STEWARD_SECRET": "0f" * 32, "PORT": str(free_port())}
    refused = await asyncio.to_thread(typed, "run", cwd=stranger, **env)
    assert refused.exit_code == 1
    assert "STEWARD_SECRET" in refused.stderr
    assert desk["intake"].stop(signal.SIGTERM) == 0
    assert "Traceback" not in desk["intake"].log.read_text()


async def kill_while_sending(desk: dict[str, Running], store: SqlStore, database: asyncpg.Connection) -> None:
    """Whoever takes the message waits for a table that is locked, and is killed there."""
    numbers = {each.wait_for(r"this is worker (\d+)").split()[-1]: each for each in (desk["whole"], desk["worker"])}
    async with database.transaction():
        await database.execute("LOCK TABLE ws_message IN ACCESS EXCLUSIVE MODE")
        await store.commit(Change(outbox=(Draft("half sent", Op.POST, "triage", Said("x", (line("half sent"),))),)))
        owner = "SELECT coalesce(max(owner), '') FROM outbox WHERE key = 'half sent'"
        await value(database, f"SELECT ({owner}) <> ''", wanted=True)
        sender = numbers[await database.fetchval(owner)]
        sender.process.send_signal(signal.SIGKILL)
        sender.process.wait(PATIENCE)
        took = await value(
            database, "SELECT unclear_since IS NOT NULL FROM outbox WHERE key = 'half sent'", wanted=True
        )
        assert took < 5, "its lock tells that it is gone; its lease would take a minute"
    await value(database, "SELECT state FROM outbox WHERE key = 'half sent'", wanted="sent")
    assert await database.fetchval("SELECT count(*) FROM ws_message WHERE key = 'half sent'") == 1
