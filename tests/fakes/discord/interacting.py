"""Interactions: what a person does to the app waits three seconds for its answer, and the app has fifteen minutes to
say more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fakes.discord.discord_messages import Message
from fakes.discord.discord_things import Channel, User
from fakes.discord.errors import DiscordError, NotAnswered
from fakes.discord.permissions import may

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


@dataclass
class Answer:
    """What the app answered first."""

    kind: int
    data: dict[str, Any]
    message: Message | None = None


@dataclass
class Interaction:
    """One of them."""

    id: str
    token: str
    kind: int
    user: User
    channel: Channel
    data: dict[str, Any]
    made: float
    message: Message | None = None
    """On which something was pressed, here or before the form was opened."""
    opened_by: Interaction | None = None
    """What opened the form that is sent in."""
    answered: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    answer: Answer | None = None
    too_late: bool = False
    took: float = 0.0
    """Real seconds until it was answered."""
    original: Message | None = None
    """What `@original` is."""
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    """All that the app may change with this token."""

    def metadata(self) -> dict[str, Any]:
        """As messages carry what they answer."""
        owners = {"0": self.channel.guild.id if self.channel.guild else "0"}
        told: dict[str, Any] = {"id": self.id, "type": self.kind, "user": self.user.seen()}
        told["authorizing_integration_owners"] = owners
        if self.kind == COMMAND:
            told["name"] = self.data.get("name", "")
        if self.kind == COMPONENT and self.message:
            told["interacted_message_id"] = self.message.id
        if self.opened_by:
            told["triggering_interaction_metadata"] = self.opened_by.metadata()
        return told


class Interactions:
    """All of them."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord
        self.all: list[Interaction] = []

    async def ask(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: dict[str, Any],
        *,
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        """Tell the app, and wait for its first answer; NotAnswered where there is none in time."""
        discord, guild = self._discord, channel.guild.id if channel.guild else None
        made = Interaction(
            discord.world.moment(),
            uuid4().hex * 3,
            kind,
            user,
            channel,
            data,
            discord.times.machine(),
            message,
            opened_by,
        )
        self.all.append(made)
        sessions = discord.gateway.sessions_of(guild)
        if not sessions:
            made.too_late = True
            raise NotAnswered("The application did not respond: nobody is connected")
        asked = discord.times.wall()
        for session in sessions:
            discord.gateway.tell_session(session, "INTERACTION_CREATE", self._told(made))
        try:
            made.answer = await discord.times.within(made.answered, discord.limits.answer_within)
        except TimeoutError:
            made.too_late = True
            raise NotAnswered(
                f"The application did not respond to {data.get('name') or data.get('custom_id')}"
            ) from None
        finally:
            made.took = discord.times.wall() - asked
        return made

    @property
    def lost(self) -> list[Interaction]:
        """What the app never answered, or too late."""
        return [one for one in self.all if one.too_late]

    def _told(self, made: Interaction) -> dict[str, Any]:
        world, channel, user = self._discord.world, made.channel, made.user
        told: dict[str, Any] = {
            "id": made.id,
            "application_id": world.app.id,
            "type": made.kind,
            "token": made.token,
            "version": 1,
            "data": made.data,
            "channel_id": channel.id,
            "channel": channel.seen(world.app.id) | {"permissions": str(int(may(channel, user.id)))},
            "locale": user.locale,
            "app_permissions": str(int(may(channel, world.app.id))),
            "entitlements": [],
            "authorizing_integration_owners": made.metadata()["authorizing_integration_owners"],
            "context": 0 if channel.guild else 1,
            "attachment_size_limit": self._discord.limits.file_bytes,
        }
        if channel.guild:
            home = channel.guild
            told |= {"guild_id": home.id, "guild_locale": home.locale}
            told["guild"] = {"id": home.id, "locale": home.locale, "features": []}
            told["member"] = home.members[user.id].seen(permissions=may(channel, user.id))
        else:
            told["user"] = user.seen()
        if made.message is not None:
            told["message"] = made.message.seen(world.app.id, world.link)
        return told

    # --- what the app may still say -----------------------------------------------------------------

    def to_answer(self, id: str, token: str) -> Interaction:
        """That one, where it waits for its first answer."""
        found = next((one for one in self.all if one.id == id and one.token == token), None)
        if found is None or found.too_late:
            raise DiscordError(10062)
        if found.answered.done():
            raise DiscordError(40060)
        return found

    def by_token(self, token: str) -> Interaction | None:
        """That one, where it was answered and its token is still good; None where there is no such token."""
        found = next((one for one in self.all if one.token == token), None)
        if found is None:
            return None
        if self._discord.times.machine() - found.made > self._discord.limits.token_lives:
            raise DiscordError(50027)
        if found.too_late or not found.answered.done():
            raise DiscordError(10015)
        return found
