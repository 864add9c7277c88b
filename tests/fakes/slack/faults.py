"""What a test lets go wrong: the next calls of a method, or at `upload`, `download`, `response_url` and `link` (where
sockets connect); or the events that the app is told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """Strikes calls of `method` (or of any), `times` often; then it is over."""

    method: str | None = None
    times: int = 1
    status: int = 0
    """Answer with that instead of doing it: 429, 500, 503."""
    retry_after: int = 1
    error: str = ""
    """Answer with that of Slack's errors instead of doing it."""
    delay: float = 0.0
    """Real seconds before it is done."""
    drop: bool = False
    """End the connection instead of doing it."""
    drop_answer: bool = False
    """Do it, then end the connection without an answer."""
    garbage: bool = False
    """Answer with a page of HTML instead of doing it."""
    when: Callable[[dict[str, Any]], bool] = lambda given: True
    struck: int = 0
    before: Callable[[], Any] = lambda: None
    """Called as it strikes, before anything is done: to kill the caller there, say."""
    after: Callable[[], Any] = lambda: None
    """Called when it was done, before the answer goes out."""


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
        fault = Fault(method, **how)
        self.waiting.append(fault)
        return fault

    def strike(self, method: str, given: dict[str, Any]) -> Fault:
        """The one that this call meets; one that does nothing where none waits."""
        if self.away:
            return Fault(drop=True)
        for fault in self.waiting:
            if fault.method in (None, method) and fault.when(given):
                fault.struck += 1
                if fault.struck >= fault.times:
                    self.waiting.remove(fault)
                return fault
        return NONE

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.__init__()


NONE = Fault()
