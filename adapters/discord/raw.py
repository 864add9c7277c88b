"""Components and forms that are drawn already, as discord.py takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord


class Drawn(discord.ui.LayoutView):
    """A message's components, as Discord is told them. What is pressed comes by its custom id (wiring.py)."""

    def __init__(self, components: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._drawn = [dict(each) for each in components]

    def to_components(self) -> list[dict[str, Any]]:
        """As they were drawn."""
        return self._drawn

    def has_components_v2(self) -> bool:
        """Always."""
        return True

    def is_dispatchable(self) -> bool:
        """Nothing is remembered of it, so that it works after a restart as before."""
        return False


class DrawnForm(discord.ui.Modal):
    """A form, as Discord is told it."""

    def __init__(self, drawn: Mapping[str, Any]) -> None:
        super().__init__(title=str(drawn["title"]), custom_id=str(drawn["custom_id"]), timeout=None)
        self._drawn = dict(drawn)

    def to_dict(self) -> dict[str, Any]:
        """As it was drawn."""
        return self._drawn

    def is_finished(self) -> bool:
        """Nothing is remembered of it: what is submitted comes by its custom id (wiring.py)."""
        return True
