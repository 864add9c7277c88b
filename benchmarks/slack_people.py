"""A made-up Slack and people in it, who type commands: the tests' own stand-in, over real sockets.

It runs in this process, the app in another one; its own work is part of both sides' figures.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.slack.manifest import manifest
from adapters.slack.places import EVENTS, PLATFORM
from benchmarks.databases import sqlite_url
from benchmarks.lives import LONG, compiled, said, started
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client, Person, Role
from bot.note import Note
from bot.ports import DirectoryEdit, Place
from storage import open_store

CLIENTS, PEOPLE = 10, 5
"""Clients, each with a channel, and people of each."""


@dataclass
class Town:
    """The stand-in, and who is there."""

    slack: Any
    token: str
    people: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    """Each with the channel they write in."""

    async def type(self, number: int) -> float:
        """Somebody opens a request by the command; seconds until it was acknowledged."""
        person, channel = self.people[number % len(self.people)]
        begun = asyncio.get_running_loop().time()
        await person.slash(channel, f"/desk new The export {number} fails for all of us since this morning")
        return asyncio.get_running_loop().time() - begun


@asynccontextmanager
async def town(path: Path, *, socket: bool) -> AsyncIterator[Town]:
    """The stand-in is there, and the desk at that path knows its people."""
    FakeSlack, Limits = _stand_in()
    async with FakeSlack(limits=Limits(paced=False, strict=False)) as slack:
        slack.app.socket_mode = socket
        slack.use_manifest(manifest(name="Steward", command="/desk", url="" if socket else "https://desk.example.org"))
        bot = slack.install()
        made = Town(slack, bot.token)
        lead = slack.person("Lee Park")
        triage, alerts = (slack.channel(name, lead, bot, private=True) for name in ("triage", "alerts"))
        edit = DirectoryEdit(
            people=(Person("lee", "Lee Park", Role.MANAGER, "Europe/London"),),
            identities=((PLATFORM, slack.team.id, lead.id, "lee"),),
            bindings=((TRIAGE, _place(slack, triage)), (ALERTS, _place(slack, alerts))),
        )
        edits = [edit, *(_client(made, bot, number) for number in range(CLIENTS))]
        store = await open_store(sqlite_url(path))
        try:
            for each in edits:
                await store.edit_directory(each)
        finally:
            await store.close()
        yield made


def _client(made: Town, bot: Any, number: int) -> DirectoryEdit:
    slack, client = made.slack, Client(f"C{number}", f"Client {number}", "Europe/London")
    users = [slack.person(f"Dana{number}x{n} Reyes") for n in range(PEOPLE)]
    channel = slack.channel(f"client-{number}", *users, bot)
    made.people += [(user, channel) for user in users]
    hours = office_hours(client)
    ids = [f"dana{number}x{n}" for n in range(PEOPLE)]
    return DirectoryEdit(
        clients=(client,),
        calendars=(hours,),
        policies=(policy_for(client, hours, Level.SILVER),),
        people=tuple(
            Person(id, user.user.real_name, Role.CLIENT, client.zone, client.key)
            for id, user in zip(ids, users, strict=True)
        ),
        identities=tuple((PLATFORM, slack.team.id, user.id, id) for id, user in zip(ids, users, strict=True)),
        bindings=((client_channel(client.key), _place(slack, channel)),),
    )


def _place(slack: Any, channel: Any) -> Place:
    return Place(PLATFORM, slack.team.id, channel.id)


@asynccontextmanager
async def desk(there: Town, path: Path) -> AsyncIterator[None]:
    """`steward run` is at work there, in a process of its own."""
    app = there.slack.app
    data = Path(tempfile.mkdtemp(prefix="data-", dir=path.parent))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "SLACK_"))}
    env |= {"SLACK_BOT_TOKEN": there.token, "SLACK_API_URL": there.slack.api_url, "PORT": "0"}
    env |= {"STEWARD_DATABASE_URL": sqlite_url(path), "STEWARD_DATA_DIR": str(data), "STEWARD_LOG_LEVEL": "warning"}
    env |= {"SLACK_APP_TOKEN": app.app_token} if app.socket_mode else {"SLACK_SIGNING_SECRET": app.signing_secret}
    compiled()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=env, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(LONG):
            while not (address := Note(data).read()):  # noqa: ASYNC110 -- a file
                await asyncio.sleep(0.05)
            app.request_url = f"{address}{EVENTS}"
            if app.socket_mode:
                await there.slack.sockets.connected(within=LONG)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def bare(there: Town, _: Path) -> AsyncIterator[None]:
    """The app that does nothing is at work there, in a process of its own."""
    app = there.slack.app
    name, key = ("socket", app.app_token) if app.socket_mode else ("http", app.signing_secret)
    with started(f"slack-bare-{name}", there.slack.api_url, there.token, key) as process:
        line = json.loads(await asyncio.to_thread(said, process, LONG))
        if not app.socket_mode:
            app.request_url = f"http://127.0.0.1:{line['port']}{EVENTS}"
        yield


def titles(path: Path) -> list[str]:
    """What stands in the database, read beside the desk."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as raw:
        return [row[0] for row in raw.execute("SELECT title FROM request")]


def _stand_in() -> tuple[Any, Any]:
    """The tests' fake Slack: a folder beside this one, which is no package."""
    tests = str(Path(__file__).parent.parent / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    from fakes.slack.fake_slack import FakeSlack
    from fakes.slack.limits import Limits

    return FakeSlack, Limits
