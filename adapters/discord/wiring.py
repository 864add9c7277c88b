"""What is pressed, wherever it stands and however old it is: a button says in its own id what it does."""

from __future__ import annotations

import re
from typing import Any, Protocol

import discord

from adapters.discord.pressing import ANY, MENU


class Presses(Protocol):
    """Who takes what is pressed."""

    async def press(self, used: discord.Interaction[Any]) -> None:
        """Carry it out, and answer."""
        ...


def pressable(presses: Presses) -> tuple[type[discord.ui.DynamicItem[Any]], ...]:
    """What discord.py is told of: our buttons and menus, by what their ids begin with."""

    class Pressed(
        discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(f"(?:{ANY.pattern}).*", re.DOTALL)
    ):
        """A button."""

        @classmethod
        async def from_custom_id(cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /) -> Any:
            return cls(item)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await presses.press(interaction)

    class Chosen(
        discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.compile(f"(?:{MENU.pattern}).*", re.DOTALL)
    ):
        """A menu."""

        @classmethod
        async def from_custom_id(cls, interaction: discord.Interaction[Any], item: Any, match: re.Match[str], /) -> Any:
            return cls(item)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await presses.press(interaction)

    return Pressed, Chosen
