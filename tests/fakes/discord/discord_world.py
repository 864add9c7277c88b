"""All that there is in the fake's Discord, and how to find it. What is not there is an error of Discord's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fakes.discord.discord_messages import Attachment, Message
from fakes.discord.discord_things import DM, App, Channel, Guild, Role, User, Webhook, iso
from fakes.discord.errors import DiscordError
from fakes.discord.forms import OpenForm
from fakes.discord.permissions import P, may, names, sees
from fakes.times import Times

EPOCH = 1420070400000
"""From when on Discord counts, in milliseconds."""


class World:
    """All of it."""

    def __init__(self, times: Times) -> None:
        self.times = times
        self.base = ""
        """Where the fake listens, for the addresses of files."""
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        """Threads and direct conversations, too."""
        self.webhooks: dict[str, Webhook] = {}
        self.files: dict[str, Attachment] = {}
        self.forms: dict[str, OpenForm] = {}
        """What is open before each person."""
        self.link_lives = 86400.0
        self._last = self._last_moment = 0
        self.app = App(self.id(), "Steward", self._user("Steward", bot=True), "", self._user("Owner"))
        self.app.user.id = self.app.id
        self.users = {user.id: user for user in (self.app.user, self.app.owner)}

    def id(self) -> str:
        """A snowflake that is later than all before it."""
        self._last = max(self._last + 1, self.at(self.times.now()))
        return str(self._last)

    def moment(self) -> str:
        """The id of what expires, as an interaction does: who reads a time in it means the machine's."""
        self._last_moment = max(self._last_moment + 1, self.at(self.times.machine()))
        return str(self._last_moment)

    def at(self, time: float) -> int:
        """Below all ids that were made since then."""
        return int(time * 1000) - EPOCH << 22

    def since(self, id: int) -> float:
        """How many seconds ago that id was made."""
        return self.times.now() - ((id >> 22) + EPOCH) / 1000

    def now(self) -> str:
        """The time as Discord writes it."""
        return iso(self.times.now())

    def _user(self, name: str, **known: Any) -> User:
        bot = known.get("bot")
        made = User(self.id(), name if bot else "".join(name.lower().split()), None if bot else name, **known)
        self.users[made.id] = made
        return made

    def new_user(self, name: str, **known: Any) -> User:
        """One more: `Ann Lee` is annlee."""
        return self._user(name, **known)

    def text(self, value: Any) -> str:
        """An id as it goes over the wire: discord.py writes some as numbers."""
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    # --- finding, for the bot -----------------------------------------------------------------------

    def user(self, id: Any) -> User:
        """That person."""
        found = self.users.get(self.text(id))
        if found is None:
            raise DiscordError(10013)
        return found

    def guild(self, id: Any) -> Guild:
        """That guild, where the bot is in it."""
        found = self.guilds.get(self.text(id))
        if found is None:
            raise DiscordError(10004)
        if self.app.id not in found.members:
            raise DiscordError(50001)
        return found

    def role(self, guild: Guild, id: Any) -> Role:
        """That role."""
        found = guild.roles.get(self.text(id))
        if found is None:
            raise DiscordError(10011)
        return found

    def channel(self, id: Any, *needed: P) -> Channel:
        """That channel, where the bot sees it and may do that there."""
        found = self.channels.get(self.text(id))
        if found is None:
            raise DiscordError(10003)
        if not sees(found, self.app.id):
            raise DiscordError(50001)
        self.need(found, *needed)
        return found

    def need(self, channel: Channel, *needed: P) -> None:
        """50013 where the bot lacks one of these."""
        wanted = P(0)
        for one in needed:
            wanted |= one
        if lacks := wanted & ~may(channel, self.app.id):
            raise DiscordError(50013, say=f"Missing Permissions ({names(lacks)})")

    def message(self, channel: Channel, id: Any) -> Message:
        """That message. What one person alone sees is found by its interaction only."""
        found = channel.messages.get(self.text(id))
        if found is None:
            raise DiscordError(10008)
        return found

    def direct(self, user: User) -> Channel:
        """The bot's conversation with somebody, made where there is none."""
        for channel in self.channels.values():
            if channel.type == DM and user.id in channel.recipients:
                return channel
        made = Channel(self.id(), DM, "", self.now(), recipients={user.id: user, self.app.id: self.app.user})
        self.channels[made.id] = made
        return made

    def shared(self, user: User) -> Iterator[Guild]:
        """The guilds that somebody and the bot are both in."""
        for guild in self.guilds.values():
            if user.id in guild.members and self.app.id in guild.members:
                yield guild

    # --- files --------------------------------------------------------------------------------------

    def link(self, channel: Channel, file: Attachment) -> str:
        """Where it is downloaded: signed, and good for a day."""
        self.files[file.id] = file
        ends = f"{int(self.times.machine() + self.link_lives):x}"
        at = f"/attachments/{channel.id}/{file.id}/{file.filename}"
        return f"{self.base}{quote(at)}?ex={ends}&hm={self.signed(at, ends)}&"

    def signed(self, at: str, ends: str) -> str:
        """What makes such an address good."""
        return hashlib.sha256(f"{self.app.token}{at}{ends}".encode()).hexdigest()
