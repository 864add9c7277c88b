"""What a test lets go wrong: the next requests of a route, `download` for attachments, or the events that are told.
What happens to sockets is in `gateway.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes.discord.routes import known


@dataclass
class Fault:
    """Strikes requests of `route` (or of any), `times` often; then it is over."""

    route: str | None = None
    """`POST /channels/{channel_id}/messages`."""
    times: int = 1
    status: int = 0
    """Answer with that instead of doing it: 429, 500, 502, 503."""
    retry_after: float = 0.05
    everywhere: bool = False
    """With 429: the global limit."""
    code: int = 0
    """Answer with that of Discord's numbers instead of doing it."""
    delay: float = 0.0
    """Real seconds before it is done."""
    late: float = 0.0
    """Real seconds between its being done and the answer."""
    drop: bool = False
    """End the connection instead of doing it. aiohttp asks for a GET, PUT or DELETE once more by itself: `times=2`."""
    drop_answer: bool = False
    """Do it, then end the connection without an answer."""
    fail_after: int = 0
    """Do it, then answer with that status all the same: 502, 504."""
    garbage: bool = False
    """Answer with a page of HTML, as what stands before Discord does; 429 without a Via if that is the status."""
    when: Callable[[Any], bool] = lambda given: True
    struck: int = 0
    before: Callable[[], Any] = lambda: None
    """Called as it strikes, before anything is done."""
    after: Callable[[], Any] = lambda: None
    """Called when it was done, before the answer goes out."""


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
        fault = Fault(known(route) if route else None, **how)
        self.waiting.append(fault)
        return fault

    def strike(self, route: str, given: Any) -> Fault | None:
        """The one that this request meets."""
        if self.away:
            return Fault(drop=True)
        for fault in self.waiting:
            if fault.route in (None, route) and fault.when(given):
                fault.struck += 1
                if fault.struck >= fault.times:
                    self.waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.__init__()
