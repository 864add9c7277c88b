"""Discord as the desk has it: its parts put together, started and stopped."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from adapters.discord.acting import Acting
from adapters.discord.channels import Channels
from adapters.discord.chat import DiscordChat
from adapters.discord.departing import Private
from adapters.discord.drawing import Drawing
from adapters.discord.emoji import Emoji
from adapters.discord.events import Listening
from adapters.discord.files import DiscordFiles
from adapters.discord.forums import Forums
from adapters.discord.gone import Lost
from adapters.discord.history import DiscordHistory
from adapters.discord.hooks import Hooks
from adapters.discord.inbound import Inbound
from adapters.discord.keeping import Keeping
from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM
from adapters.discord.reading import Reading
from adapters.discord.rooms import Rooms
from adapters.discord.threads import Threads
from adapters.discord.tree import same, tree
from adapters.discord.wire import Wire
from adapters.discord.wiring import pressable
from bot.config import Settings
from bot.desk.backfill import Backfill
from bot.desk.context import Desk, Heard
from bot.desk.departing import Departing
from bot.desk.leaving import Rolls
from bot.messages.model import Answer

log = logging.getLogger("steward.discord")

AGAIN = 15.0
"""Seconds until it is looked again for what could not be looked up."""


@dataclass(frozen=True)
class Config:
    """What the settings say of Discord."""

    token: str
    api_base: str = ""
    gateway_url: str = ""
    staff: Collection[str] = ()
    clients: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    channels: Mapping[str, str] = field(default_factory=dict[str, str])
    emoji: Mapping[str, str] = field(default_factory=dict[str, str])


class DiscordFace:
    """One app, in as many servers as it was invited to."""

    def __init__(self, config: Config, desk: Desk) -> None:
        self._desk = desk
        self.wire = Wire(config.token, api_base=config.api_base, gateway_url=config.gateway_url)
        self.wire.workers = desk.store.workers
        self._people = People(self.wire, desk, staff=config.staff, clients=config.clients)
        channels = Channels(self.wire)
        self.rooms = Rooms(self.wire, desk, self._people, channels, said=config.channels)
        hooks, files = Hooks(self.wire), DiscordFiles(desk)
        reading = Reading(self.wire, desk.clock, hooks)
        drawing = Drawing(desk, self.wire, self._people)
        forums = Forums(self.wire, desk, channels, reading)
        lost = Lost(self.wire, desk)
        threads = Threads(self.wire, desk, self.rooms, self._people, channels, lost)
        self.chat = DiscordChat(self.wire, self.rooms, threads, forums, hooks, reading, drawing, files, lost)
        self.keeping = Keeping(desk, self.wire)
        self._acting = Acting(
            desk, self.wire, drawing, self._people, self.rooms, channels, files, self.keeping, missed=self._missed
        )
        listening = Listening(self._acting, self.rooms, reading, hooks, Emoji(config.emoji), lost, apart=self._apart)
        self._history = DiscordHistory(desk, self.wire, channels, reading, listening, lost)
        inbound = Inbound(self._acting, listening, reading, self.chat)
        self.keeping.again = inbound.again
        self.wire.handlers = {
            **listening.handlers(),
            "interaction": inbound.interaction,
            "begun": self._begun,
            "guild_unavailable": self._apart,
            "guild_available": self._apart,
        }
        self.wire.items = pressable(inbound)
        self.wire.lost = self._missed
        self._departing = Departing(desk, PLATFORM, Private(self.wire, desk, self._people).take_out)
        self.rolls = Rolls(desk, PLATFORM, self._people.side_now)
        self._backfills: dict[str, Backfill] = {}
        self._not_before = 0.0
        self._catching = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, settings: Settings, desk: Desk) -> DiscordFace:
        """As the settings have it."""
        return cls(
            Config(
                settings.discord_token.get_secret_value(),
                settings.discord_api_base,
                settings.discord_gateway_url,
                settings.discord_staff,
                settings.discord_clients,
                settings.discord_channels,
                settings.discord_emoji,
            ),
            desk,
        )

    def doors(self, key: bytes, address: str) -> Mapping[str, Any]:
        """Nothing is posted to the desk: all comes over the gateway."""
        return {}

    def open(self) -> None:
        """From now on calls can be made. Within a running event loop."""
        self.wire.open()

    def start(self) -> None:
        """Listen from now on; what was missed is read as soon as Discord is there."""
        self.wire.start()

    async def stop(self) -> None:
        """Hear nothing more; answers when what is under way has ended."""
        await self.wire.stop()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._departing.stop()
        await self._acting.stop()

    async def close(self) -> None:
        """Let go of the connections; nothing is sent after this."""
        await self.wire.close()

    async def follow(self) -> None:
        """Channels and people as the directory has them by now, and what somebody left behind. While Discord is away it
        is for later."""
        await self.keeping.take_up()
        now = asyncio.get_running_loop().time()
        if now < self._not_before:
            return
        try:
            await self.rooms.follow()
            await self._departing.soon()
        except Exception as error:
            self._not_before = now + AGAIN
            log.warning("Discord's channels cannot be looked up yet: %s", error)

    def look_soon(self) -> None:
        """The same by itself: with many channels it may take minutes."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.look())

    async def look(self) -> None:
        """Each minute: read again what could not be read, and move the mark up to which all is heard."""
        if not self.wire.there.is_set():
            return
        try:
            await self.rolls.look()
        except Exception as error:
            log.warning("who is still on the lists cannot be told yet: %s", error)
        await self._departing.look()
        async with self._catching:
            for backfill in await self._each():
                try:
                    await backfill.look()
                except Exception as error:
                    log.warning("what was written in Discord meanwhile cannot be read yet: %s", error)

    async def _begun(self) -> None:
        """A session has begun: the commands are told, and what was missed is read."""
        try:
            await self._tell_commands()
        except Exception as error:
            log.error("Discord does not take the desk's commands: %s", error)
        await self.follow()
        await self.look()

    async def _tell_commands(self) -> None:
        """Only where they are other ones by now: Discord counts how often they are told."""
        client = await self.wire.client()
        app, wanted = client.application_id, tree(self._desk.rules.command)
        if app is None:
            return
        there = await client.http.get_global_commands(app)
        known = {(each.get("type", 1), each.get("name")): each for each in there}
        if len(there) == len(wanted) and all(same(each, known.get((each["type"], each["name"]))) for each in wanted):
            return
        await client.http.bulk_upsert_global_commands(app, payload=wanted)  # type: ignore[arg-type]
        log.info("Discord was told the desk's commands")

    def _missed(self) -> None:
        """Something that was told could not be heard, or was never told: history has it."""
        for backfill in self._backfills.values():
            backfill.disconnected()

    async def _apart(self, guild: discord.Guild) -> None:
        """Of one server something may have been missed, though the connection holds: Discord had trouble with it, or
        somebody put the desk out of it."""
        if (backfill := self._backfills.get(str(guild.id))) is not None:
            backfill.disconnected()

    async def _each(self) -> list[Backfill]:
        """One for each server the desk speaks in, and one for direct conversations' private threads. Where it is told
        of nothing now the mark stays where it is."""
        client = await self.wire.client()
        there = [*(str(guild.id) for guild in client.guilds if not guild.unavailable), DIRECT]
        for server in there:
            if server not in self._backfills:
                self._backfills[server] = Backfill(
                    self._desk, self._history, platform=PLATFORM, workspace=server, show=self._show
                )
        return [self._backfills[server] for server in there]

    async def _show(self, heard: Heard, answer: Answer) -> None:
        user = await self._people.user_of(heard.author)
        if user is None:
            return
        client = await self.wire.client()
        try:
            who = client.get_user(int(user)) or await client.fetch_user(int(user))
        except discord.DiscordException as error:
            log.warning("%s cannot be answered: %s", user, error)
            return
        await self._acting.answered(await self._acting.act(who, heard.ref.place), answer)
