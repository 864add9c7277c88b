"""What people wrote in Discord, as plain words: its own marks for mentions, channels and emoji are read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import discord

from bot.messages import around

_MARK = re.compile(r"<(?:@(!|&)?(\d{1,20})|#(\d{1,20})|a?:(\w{1,64}):\d{1,20}|t:(-?\d{1,12})(?::[a-zA-Z])?)>", re.ASCII)


def shown(message: Any) -> str:
    """What a message says: its words, and what stands there beside or instead of them. Of one that was passed on, what
    that said, be it an app's."""
    found = [message.content, *_beside(message)]
    for each in message.message_snapshots:
        found += [each.content, *_beside(each)]
        if not each.content:
            found += [text for embed in each.embeds for text in (embed.title, embed.description)]
            found += _texts(each.components)
    return "\n".join(filter(None, found))


def _beside(message: Any) -> list[str]:
    found = [around.sticker(each.name) for each in message.stickers]
    if (asked := getattr(message, "poll", None)) is not None:
        found.append(around.poll(asked.question, [answer.text or str(answer.emoji or "") for answer in asked.answers]))
    return found


def _texts(components: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for each in components:
        found += [each.content] if isinstance(each, discord.TextDisplay) else _texts(getattr(each, "children", ()))
    return found


Names = Callable[[str], str | None]
"""What somebody or something is called; None for what nobody knows."""


def users_in(text: str) -> list[str]:
    """The users that a text mentions, each once."""
    return list(dict.fromkeys(found[2] for found in _MARK.finditer(text) if found[2] and found[1] != "&"))


def plain(text: str, users: Names, channels: Names, strangers: Collection[str] = ()) -> str:
    """The words as their writer saw them. Strangers are named without the sign that calls somebody: elsewhere another
    one may be called so."""

    def read(found: re.Match[str]) -> str:
        kind, mentioned, channel, emoji, instant = found.groups()
        if mentioned:
            name = "role" if kind == "&" else users(mentioned) or "somebody"
            return f"{'' if mentioned in strangers else '@'}{name.removeprefix('@')}"
        if channel:
            return f"#{channels(channel) or 'channel'}"
        if emoji:
            return f":{emoji}:"
        try:
            return f"{datetime.fromtimestamp(int(instant), UTC):%Y-%m-%d %H:%M} UTC"
        except (OverflowError, OSError, ValueError):
            return found[0]

    return _MARK.sub(read, text) if "<" in text else text


def called(text: str, bot: int) -> str | None:
    """What follows a mention of the desk with which a text begins; None where it does not."""
    found = re.match(rf"\s*<@!?{bot}>[,:]*\s*(.*)", text, re.DOTALL)
    return found[1] if found else None
