"""What a person sees: channels, threads, what they alone are shown, direct conversations, whose names light up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fakes.discord.discord_messages import Message
from fakes.discord.discord_things import DM, FORUM, Channel, User
from fakes.discord.errors import CannotDo
from fakes.discord.mentions import pings
from fakes.discord.permissions import P, may, sees
from fakes.discord.screen import Seen

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord


class Looking:
    """Somebody before their screen."""

    def __init__(self, discord: FakeDiscord, user: User) -> None:
        self._discord, self.user = discord, user

    def __repr__(self) -> str:
        return f"<{self.user.shown_name}, {self.user.id}>"

    @property
    def id(self) -> str:
        """Discord's id for them."""
        return self.user.id

    def sees(self, channel: Channel) -> list[Seen]:
        """What stands there, and what they alone see there; the oldest first."""
        return [Seen(message, self._discord.world) for message in self._there(channel)]

    def alone(self, channel: Channel) -> list[Seen]:
        """What they alone see there."""
        return [seen for seen in self.sees(channel) if seen.alone]

    def find(self, words: str, channel: Channel) -> Message:
        """The last message there in which they read that."""
        for message in reversed(self._there(channel)):
            if words in Seen(message, self._discord.world).text:
                return message
        shown = "\n".join(seen.text for seen in self.sees(channel))
        raise CannotDo(f"nobody says “{words}” in #{channel.name}; there is:\n{shown}")

    def threads(self, channel: Channel, *, archived: bool = False) -> list[Channel]:
        """The threads there that they see, the oldest first; those of a forum are its posts."""
        self._inside(channel)
        found = [thread for thread in channel.home.threads.values() if thread.parent is channel]
        return [thread for thread in found if thread.archived == archived and sees(thread, self.id)]

    def post(self, words: str, forum: Channel) -> Channel:
        """The forum's post whose title says so."""
        found = [thread for thread in self.threads(forum) if words in thread.name]
        if len(found) != 1:
            raise CannotDo(f"{len(found)} posts say “{words}” in #{forum.name}")
        return found[0]

    def tags(self, post: Channel) -> list[str]:
        """What a forum's post is tagged with, by name."""
        self._inside(post)
        forum = post.parent
        names = {tag["id"]: tag["name"] for tag in (forum.tags if forum and forum.type == FORUM else ())}
        return [names[tag] for tag in post.applied_tags if tag in names]

    @property
    def pings(self) -> list[Message]:
        """The messages that lit up their screen, the oldest first."""
        world = self._discord.world
        found = [m for channel in self._mine() for m in channel.messages.values() if pings(m, self.user)]
        return sorted((m for m in found if m.author is not world.users.get(self.id)), key=lambda m: int(m.id))

    @property
    def dms(self) -> list[Seen]:
        """Their direct conversation with the app."""
        return self.sees(self.dm_channel)

    @property
    def dm_channel(self) -> Channel:
        """The same, to act in."""
        return self._discord.world.direct(self.user)

    def reload(self) -> None:
        """What they alone saw is gone."""
        for channel in self._discord.world.channels.values():
            channel.ephemerals[:] = [m for m in channel.ephemerals if m.only_for != self.id]

    def _there(self, channel: Channel) -> list[Message]:
        self._inside(channel)
        own = [message for message in channel.ephemerals if message.only_for == self.id]
        return sorted([*channel.messages.values(), *own], key=lambda message: int(message.id))

    def _mine(self) -> Iterator[Channel]:
        for channel in self._discord.world.channels.values():
            if sees(channel, self.id) and (channel.type == DM or may(channel, self.id) & P.READ_MESSAGE_HISTORY):
                yield channel

    def _inside(self, channel: Channel) -> None:
        if not sees(channel, self.id):
            raise CannotDo(f"{self!r} does not see #{channel.name or channel.id}")

    def _may(self, channel: Channel, needed: P) -> None:
        self._inside(channel)
        if lacks := needed & ~may(channel, self.id):
            raise CannotDo(f"{self!r} may not do that in #{channel.name}: {lacks.name}")
