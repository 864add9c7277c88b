"""What went over the wire, for tests to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One call of a method of the Web API."""

    method: str
    given: dict[str, Any]
    """What was sent, decoded; never the token."""
    at: float
    team: str | None = None
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict[str, Any])
    """What was answered, also where the answer was dropped on its way."""
    dropped: bool = False

    @property
    def error(self) -> str | None:
        """Slack's word for what was wrong."""
        return self.answer.get("error")


@dataclass
class Told:
    """One event, command, press or form that the app was told of."""

    kind: str
    """`events_api`, `slash_commands`, `interactive` or `url_verification`."""
    payload: dict[str, Any]
    at: float
    tries: int = 0
    acked: bool = False
    took: float = 0.0
    """Real seconds until it was acknowledged, at the last try."""
    answer: Any = None
    lost: bool = False
    """Nobody was connected, or every try was in vain."""


class Record:
    """All calls and all that was told, in order; and what the app did that Slack would not even have noticed."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.told: list[Told] = []
        self.complaints: list[str] = []

    def of(self, method: str, **given: Any) -> list[Call]:
        """The calls of that method, of those arguments."""
        return [c for c in self.calls if c.method == method and given.items() <= c.given.items()]

    @property
    def refused(self) -> list[Call]:
        """The calls that were answered with an error which no test asked for and no limit explains."""
        return [c for c in self.calls if c.error and c.error != "ratelimited" and c.status < 500]

    @property
    def lost(self) -> list[Told]:
        """What the app never acknowledged."""
        return [told for told in self.told if told.lost]
