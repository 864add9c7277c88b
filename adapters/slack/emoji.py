"""Slack's names of the emoji that mean something to the desk."""

from __future__ import annotations

import re

from bot.commands import REGISTRY

_NAMES = {
    "ticket": "🎫",
    "admission_tickets": "🎫",
    "eyes": "👀",
    "white_check_mark": "✅",
    "heavy_check_mark": "✅",
    "ballot_box_with_check": "✅",
}


def emoji_of(name: str) -> str | None:
    """The emoji of that name, where a command knows it; skin tones do not matter."""
    emoji = _NAMES.get(re.sub(r"::skin-tone-\d$", "", name))
    return emoji if emoji and REGISTRY.for_emoji(emoji) else None
