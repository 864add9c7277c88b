"""Slack's names of the emoji that mean something to the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands import REGISTRY

_NAMES = {
    "ticket": "🎫",
    "admission_tickets": "🎫",
    "eyes": "👀",
    "white_check_mark": "✅",
    "heavy_check_mark": "✅",
    "ballot_box_with_check": "✅",
}


class Emoji:
    """Reads names; `further` are the installation's own, each with the verb it stands for. Who may is the verb's."""

    def __init__(self, further: Mapping[str, str] | None = None) -> None:
        self._further = {name.strip(":"): verb for name, verb in (further or {}).items()}

    def named(self, name: str) -> str | None:
        """The emoji of that name, where a command knows it; skin tones do not matter."""
        bare = re.sub(r"::skin-tone-\d$", "", name)
        verb = REGISTRY.find(self._further.get(bare, ""))
        if verb is not None and verb.emoji:
            return verb.emoji[0]
        emoji = _NAMES.get(bare)
        return emoji if emoji and REGISTRY.for_emoji(emoji) else None
