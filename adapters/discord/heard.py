"""What people wrote in Discord, as plain words: its own marks for mentions, channels and emoji are read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime

_MARK = re.compile(r"<(?:@(!|&)?(\d{1,20})|#(\d{1,20})|a?:(\w{1,64}):\d{1,20}|t:(-?\d{1,12})(?::[a-zA-Z])?)>", re.ASCII)

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
