"""What is on a person's screen: a message or a form, as they read it and not as it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fakes.discord.component_rules import BUTTON, SELECTS, TEXT, children, walk
from fakes.discord.discord_messages import EPHEMERAL, LOADING, THREAD_STARTER, Message
from fakes.discord.discord_things import Guild, iso
from fakes.discord.discord_world import World

LINKS = re.compile(r"<(@!?|@&|#|t:)(-?\d+)(?::[tTdDfFR])?>|<a?:(\w+):\d+>")


def plain(text: str, world: World, guild: Guild | None) -> str:
    """Discord's markup as people see it: names for ids, a time for a timestamp."""

    def shown(found: re.Match[str]) -> str:
        kind, id = found[1], found[2]
        if found[3]:
            return f":{found[3]}:"
        if kind == "#":
            channel = world.channels.get(id)
            return f"#{channel.name}" if channel else "#unknown"
        if kind == "@&":
            role = guild.roles.get(id) if guild else None
            return f"@{role.name}" if role else "@unknown-role"
        if kind == "t:":
            return iso(float(id))[:16]
        user = world.users.get(id)
        member = guild.members.get(id) if guild and user else None
        return f"@{(member or user).shown_name}" if user and (member or user) else "@unknown-user"

    return LINKS.sub(shown, text)


def words(parts: list[dict[str, Any]]) -> Iterator[str]:
    """All that can be read in components."""
    for part in parts:
        kind = part.get("type")
        if kind == TEXT:
            yield part["content"]
        for name in ("label", "description"):
            if kind == 18 and part.get(name):
                yield part[name]
        yield from words([inner for _, inner in children(part)])
        yield from (item["description"] for item in part.get("items") or () if item.get("description"))


def label_of(part: dict[str, Any]) -> str:
    """By what people find a button or a select: its words, its emoji, or what stands in it while it is empty."""
    return part.get("label") or part.get("placeholder") or (part.get("emoji") or {}).get("name") or ""


def controls(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything that can be used."""
    return [part for _, part in walk(parts) if part.get("type") in (BUTTON, *SELECTS)]


@dataclass(frozen=True)
class Seen:
    """A message on a screen."""

    message: Message
    world: World

    @property
    def text(self) -> str:
        """All that can be read in it; where a thread begins, what it hangs on."""
        message = self.message
        if message.type == THREAD_STARTER and message.replies_to:
            return Seen(message.replies_to, self.world).text
        lines = [message.content, *words(message.components)]
        for embed in message.embeds:
            lines += [embed.get("title") or "", embed.get("description") or ""]
            lines += [f"{field['name']}: {field['value']}" for field in embed.get("fields") or ()]
        lines += [f"[{file.filename}]" for file in message.attachments]
        return "\n".join(plain(line, self.world, message.channel.guild) for line in lines if line)

    @property
    def author(self) -> str:
        """Whose name stands above it."""
        return self.message.shown_name

    @property
    def picture(self) -> str | None:
        """Beside the name: the address that a webhook gave."""
        return self.message.author.avatar

    @property
    def link(self) -> str:
        """What “Copy Message Link” gives."""
        channel = self.message.channel
        at = channel.guild.id if channel.guild else "@me"
        return f"https://discord.com/channels/{at}/{channel.id}/{self.message.id}"

    @property
    def buttons(self) -> list[str]:
        """What can be pressed at it; what is greyed out is not among them."""
        return [label_of(p) for p in controls(self.message.components) if p["type"] == BUTTON and not p.get("disabled")]

    @property
    def selects(self) -> list[str]:
        """What can be chosen in, by what stands there while nothing is chosen."""
        return [label_of(part) for part in controls(self.message.components) if part["type"] != BUTTON]

    @property
    def reactions(self) -> dict[str, int]:
        """How many reacted with what."""
        return {emoji: len(people) for emoji, people in self.message.reactions.items()}

    @property
    def files(self) -> dict[str, bytes]:
        """What hangs on it."""
        return {file.filename: file.content for file in self.message.attachments}

    @property
    def edited(self) -> bool:
        """Whether “(edited)” stands beside it."""
        return self.message.edited is not None

    @property
    def alone(self) -> bool:
        """Whether nobody else sees it."""
        return bool(self.message.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Whether it says only that the app is thinking."""
        return bool(self.message.flags & LOADING)
