"""A made-up Discord and people in it, who use the command: the tests' own stand-in, over real sockets.

It runs in this process, the desk in another one; its own work is part of the figures.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.discord.places import PLATFORM
from benchmarks.databases import sqlite_url
from benchmarks.lives import LONG, compiled
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client, Person, Role
from bot.ports import DirectoryEdit, Place
from storage import open_store

CLIENTS, PEOPLE = 10, 5
"""Clients, each with a channel, and people of each."""


@dataclass
class Town:
    """The stand-in, and who is there."""

    discord: Any
    people: list[tuple[Any, Any]] = field(default_factory=list[tuple[Any, Any]])
    """Each with the channel they write in."""

    async def type(self, number: int) -> float:
        """Somebody opens a request by the command; seconds until it was answered, if only by a wait. Raises the
        stand-in's NotAnswered where it was not within Discord's three seconds."""
        person, channel = self.people[number % len(self.people)]
        begun = asyncio.get_running_loop().time()
        await person.slash(channel, "/desk new", title=f"The export {number} fails for all of us since this morning")
        return asyncio.get_running_loop().time() - begun

    def answered(self) -> int:
        """How many were told in the end what came of it."""
        return sum("That is C" in seen.text for person, channel in self.people for seen in person.alone(channel))


@asynccontextmanager
async def town(path: Path) -> AsyncIterator[Town]:
    """The stand-in is there, and the desk at that path knows its people."""
    FakeDiscord, Limits = _stand_in()
    async with FakeDiscord(limits=Limits(paced=False)) as discord:
        discord.invite()
        made = Town(discord)
        lead = discord.person("Lee Park")
        triage, alerts = (discord.channel(name, only=[lead]) for name in ("triage", "alerts"))
        edit = DirectoryEdit(
            people=(Person("lee", "Lee Park", Role.MANAGER, "Europe/London"),),
            identities=((PLATFORM, discord.guild.id, lead.id, "lee"),),
            bindings=((TRIAGE, _place(discord, triage)), (ALERTS, _place(discord, alerts))),
        )
        edits = [edit, *(_client(made, number) for number in range(CLIENTS))]
        store = await open_store(sqlite_url(path))
        try:
            for each in edits:
                await store.edit_directory(each)
        finally:
            await store.close()
        yield made


def _client(made: Town, number: int) -> DirectoryEdit:
    discord, client = made.discord, Client(f"C{number}", f"Client {number}", "Europe/London")
    users = [discord.person(f"Dana{number}x{n} Reyes") for n in range(PEOPLE)]
    channel = discord.channel(f"client-{number}", only=users)
    made.people += [(user, channel) for user in users]
    hours = office_hours(client)
    people = [
        Person(f"dana{number}x{n}", user.user.shown_name, Role.CLIENT, client.zone, client.key)
        for n, user in enumerate(users)
    ]
    return DirectoryEdit(
        clients=(client,),
        calendars=(hours,),
        policies=(policy_for(client, hours, Level.SILVER),),
        people=tuple(people),
        identities=tuple(
            (PLATFORM, discord.guild.id, user.id, each.id) for user, each in zip(users, people, strict=True)
        ),
        bindings=((client_channel(client.key), _place(discord, channel)),),
    )


def _place(discord: Any, channel: Any) -> Place:
    return Place(PLATFORM, discord.guild.id, channel.id)


@asynccontextmanager
async def desk(there: Town, path: Path) -> AsyncIterator[None]:
    """`steward run` is at work there, in a process of its own."""
    discord = there.discord
    data = Path(tempfile.mkdtemp(prefix="data-", dir=path.parent))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "DISCORD_"))}
    env |= {"DISCORD_TOKEN": discord.app.token, "DISCORD_API_BASE": discord.api_base}
    env |= {"DISCORD_GATEWAY_URL": discord.gateway_url, "PORT": "0"}
    env |= {"STEWARD_DATABASE_URL": sqlite_url(path), "STEWARD_DATA_DIR": str(data), "STEWARD_LOG_LEVEL": "warning"}
    compiled()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=env, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await discord.until(lambda: discord.app.commands, LONG)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _stand_in() -> tuple[Any, Any]:
    """The tests' fake Discord: a folder beside this one, which is no package."""
    tests = str(Path(__file__).parent.parent / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    from fakes.discord.fake_discord import FakeDiscord
    from fakes.discord.limits import Limits

    return FakeDiscord, Limits
