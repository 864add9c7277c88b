"""Nonces: the same one again within minutes is the same message."""

from __future__ import annotations

from typing import Any

from fakes.discord.discord_messages import Message
from fakes.discord.limits import Limits
from fakes.times import Times


class Nonces:
    """The bot's own, as long as Discord remembers them."""

    def __init__(self, limits: Limits, times: Times) -> None:
        self._limits, self._times = limits, times
        self._kept: dict[str, tuple[Message, float]] = {}

    def keep(self, message: Message) -> None:
        """That message has one."""
        self._kept[str(message.nonce)] = (message, self._times.machine())

    def known(self, nonce: Any) -> Message | None:
        """The message that has it already."""
        message, at = self._kept.get(str(nonce), (None, 0.0))
        return message if message and self._times.machine() - at < self._limits.nonce_lives else None
