"""What the emoji of Discord mean to the desk."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import REGISTRY

_ALIKE = {"🎟": "🎫", "✔": "✅", "☑": "✅"}


class Emoji:
    """Reads them; `further` are the installation's own, by themselves or by the names of the server's, each with the
    verb it stands for. Who may is the verb's."""

    def __init__(self, further: Mapping[str, str] | None = None) -> None:
        self._further = {name.strip(":").removesuffix("\ufe0f"): verb for name, verb in (further or {}).items()}

    def named(self, name: str) -> str | None:
        """The emoji, where a command knows it."""
        bare = name.removesuffix("\ufe0f")
        verb = REGISTRY.find(self._further.get(bare, ""))
        if verb is not None and verb.emoji:
            return verb.emoji[0]
        emoji = _ALIKE.get(bare, bare)
        return emoji if REGISTRY.for_emoji(emoji) else None
