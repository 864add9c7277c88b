"""Somebody as a platform knows them, who may be nobody to the desk."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Account


@dataclass(frozen=True)
class Newcomer:
    """Somebody as a platform knows them, whom the desk may not know."""

    platform: str
    workspace: str
    user: str
    name: str
    zone: str = "UTC"
    seen: bool = False
    """Whether others could read what they typed."""

    @property
    def account(self) -> Account:
        """Who they are there."""
        return self.platform, self.workspace, self.user
