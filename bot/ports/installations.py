"""The workspaces of other platforms that let the desk in, as the store keeps them: never a token that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

TEAM = ""
"""The team's side; a client's is its key."""


@dataclass(frozen=True)
class Installation:
    """The app in one workspace. Instants are machine time."""

    platform: str
    workspace: str
    name: str
    """What its people call it."""
    side: str
    """Whose workspace it is, for good: the team's, or a client's by its key."""
    secret: str
    """Its token, encrypted; empty once it is gone."""
    made_at: datetime
    gone_at: datetime | None = None
    gone: str = ""
    """Why it is gone: in the platform's own word."""

    @property
    def here(self) -> bool:
        """Whether the desk is in there."""
        return self.gone_at is None


@dataclass(frozen=True)
class Asking:
    """Somebody is at the platform's page, and is asked there whether they let the desk in.

    `link` is the digest of the link that they followed, good until `link_until`. Instants are machine time.
    """

    side: str
    link: str
    link_until: datetime


class Kept(StrEnum):
    """How keeping an installation ended."""

    KEPT = "kept"
    SPENT = "spent"
    """Its link has let a workspace in before."""
    OTHERS = "others"
    """The workspace is here for another side, whose conversations and people are in it."""


class Installations(Protocol):
    """A desk's is `desk.store.installations`. Each method is one transaction; instants are machine time."""

    async def all(self) -> tuple[Installation, ...]:
        """Every one there is or was, the oldest first."""
        ...

    async def keep(self, made: Installation, link: str, link_until: datetime) -> Kept:
        """Keep it in place of what was there, and use its link up; nothing is changed unless it answers KEPT."""
        ...

    async def gone(self, was: Installation, at: datetime, why: str) -> bool:
        """Its token is deleted. False where it was already, or where it was made anew meanwhile."""
        ...

    async def reseal(self, was: Installation, secret: str) -> bool:
        """The same token, encrypted anew; False where it is another one by now."""
        ...

    async def spent(self, link: str) -> bool:
        """Whether the link of that digest has let a workspace in."""
        ...

    async def begin(self, state: str, browser: str, asking: Asking, at: datetime, expires_at: datetime) -> None:
        """Somebody is on their way (digests of the state, and of what their browser alone has); who did not come back
        in time is forgotten."""
        ...

    async def take(self, state: str, browser: str, at: datetime) -> Asking | None:
        """They came back, once, in time and in the same browser; None for everybody else."""
        ...
