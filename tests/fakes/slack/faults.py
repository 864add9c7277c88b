"""What a test lets go wrong: the next calls of a method, or at `upload`, `download`, `response_url` and `link` (where
sockets connect); or the events that the app is told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes import fault
from fakes.fault import striking


@dataclass
class Fault(fault.Fault):
    """Its name is a method's."""

    retry_after: int = 1
    error: str = ""
    """Answer with that of Slack's errors instead of doing it."""


@dataclass
class Faults:
    """Which are waiting to strike."""

    waiting: list[Fault] = field(default_factory=list[Fault])
    away: bool = False
    """Nobody answers anything: every call ends as it is made. Sockets that are open stay so until they are cut."""
    tell_twice: bool = False
    """Each event is told once more although it was acknowledged."""
    clock_off: float = 0.0
    """How far off the time is that answers are dated with."""
    late: Callable[[dict[str, Any]], float] = lambda event: 0.0
    """Seconds of machine time after which an event is told: others come before it."""
    lose: Callable[[dict[str, Any]], bool] = lambda event: False
    """Which events are never told."""

    def add(self, method: str | None = None, **how: Any) -> Fault:
        """Let the next calls of that method go wrong: `status=429`, `drop_answer=True`, `delay=0.2` …"""
        made = Fault(method, **how)
        self.waiting.append(made)
        return made

    def strike(self, method: str, given: dict[str, Any]) -> Fault:
        """The one that this call meets; one that does nothing where none waits."""
        return Fault(drop=True) if self.away else striking(self.waiting, method, given) or NONE

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.__init__()


NONE = Fault()
