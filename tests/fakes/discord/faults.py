"""What a test lets go wrong: the next requests of a route, `download` for attachments, or the events that are told.
What happens to sockets is in `gateway.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes import fault
from fakes.discord.routes import known
from fakes.fault import striking


@dataclass
class Fault(fault.Fault):
    """Its name is a route's: `POST /channels/{channel_id}/messages`."""

    retry_after: float = 0.05
    everywhere: bool = False
    """With 429: the global limit. With `garbage=True` a 429 has no Via: what stands before Discord said it."""
    code: int = 0
    """Answer with that of Discord's numbers instead of doing it."""
    held: asyncio.Event | None = None
    """Do it, and answer once that is set."""
    fail_after: int = 0
    """Do it, then answer with that status all the same: 502, 504."""


@dataclass
class Faults:
    """Which are waiting to strike."""

    waiting: list[Fault] = field(default_factory=list[Fault])
    away: bool = False
    """Nobody answers anything: every request ends as it is made. Sockets that are open stay so until they are cut."""
    tell_twice: Callable[[str], bool] = lambda name: False
    """Events of which name are told a second time."""
    lose: Callable[[str, dict[str, Any]], bool] = lambda name, data: False
    """Which events are never told."""

    def add(self, route: str | None = None, **how: Any) -> Fault:
        """Let the next requests of that route go wrong: `status=429`, `drop_answer=True`, `delay=0.2` …"""
        made = Fault(known(route) if route else None, **how)
        self.waiting.append(made)
        return made

    def strike(self, route: str, given: Any) -> Fault | None:
        """The one that this request meets."""
        return Fault(drop=True) if self.away else striking(self.waiting, route, given)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.__init__()
