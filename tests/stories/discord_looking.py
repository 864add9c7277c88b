"""What people read in Discord: its markup as it looks, a message with all that goes on from it, and its buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chat_hands import Control
from fakes.discord.component_rules import BUTTON
from fakes.discord.discord_messages import Message
from fakes.discord.discord_things import Channel
from fakes.discord.discord_world import World
from fakes.discord.screen import controls, label_of, plain, words

from adapters.discord import pressing
from adapters.discord.elsewhere import taken
from adapters.discord.marks import further, read
from adapters.discord.render import WHOLE

_NOWHERE: Mapping[str, Channel] = {}
_wanted = cache(pressing.read)
_CALLED = re.compile(r"<@!?(\d+)>")
_LOOKS = re.compile("^(?:-# |#{1,3} )|[\u200b\u2060]", re.MULTILINE)
"""What makes a line small or large, and what is not seen at all."""


def said(message: Message, world: World) -> str:
    """Its words, in which people are called as they are typed."""

    def called(found: re.Match[str]) -> str:
        user = world.users.get(found[1])
        return f"@{user.username}" if user else found[0]

    lines = [_CALLED.sub(called, each) for each in (message.content, *words(message.components)) if each]
    return _LOOKS.sub("", "\n".join(plain(each, world, message.channel.guild) for each in lines))


def reading(message: Message, world: World) -> str:
    """All that is to be read of it: whose it is, its words, its files, what can be pressed and chosen."""
    there = controls(message.components)
    entries = [
        f"{option['label']} {option.get('description') or ''}"
        for part in there
        if part["type"] != BUTTON
        for option in part.get("options") or ()
    ]
    texts = [file.content.decode() for file in message.attachments if file.filename == WHOLE]
    files = [file.filename for file in message.attachments]
    return "\n".join([message.shown_name, said(message, world), *map(label_of, there), *entries, *files, *texts])


def whole(first: Message, world: World) -> str:
    """A message of the desk's, with the posts in which it goes on."""
    words = [said(each, world) for each in (first, *_further(first))]
    return "\n".join([*words, reading(first, world)])


def _further(first: Message) -> Iterator[Message]:
    mark, more = read(first.components[0].get("id")) if first.components else (0, 0)
    for number in range(2, more + 2):
        wanted = further(mark, number)
        for each in first.channel.messages.values():
            if each.components and read(each.components[0].get("id"))[0] == wanted:
                yield each


@dataclass(frozen=True)
class How:
    """Where a control stands."""

    on: Message
    part: Mapping[str, Any]
    value: str = ""
    """Of a menu's entry."""
    asks: bool = False
    """Whether it asks once more first."""


def pressable(message: Message, channels: Mapping[str, Channel] = _NOWHERE) -> Iterator[Control]:
    """What can be pressed and chosen in it, where it is about: what is answered in person says so."""
    for part in controls(message.components):
        for value in [option["value"] for option in part.get("options") or ()] or [""]:
            wanted = _wanted(value or part.get("custom_id", ""))
            if wanted is not None:
                at, args = taken(wanted.args)
                where = channels.get(at, message.channel)
                channel, thread = (where.parent or where, where.id) if where.is_thread else (where, None)
                how = How(message, part, value, wanted.asks)
                yield Control(wanted.command, args, channel.id, thread, how)
