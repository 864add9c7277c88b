"""What went over the wire, for tests to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fakes.discord.routes import known


@dataclass
class Call:
    """One request."""

    route: str
    """`POST /channels/{channel_id}/messages`."""
    path: str
    at: float
    params: dict[str, str] = field(default_factory=dict[str, str])
    """What stood in the path, and after its question mark."""
    given: Any = None
    """The body, decoded; never the token."""
    files: list[str] = field(default_factory=list[str])
    reason: str | None = None
    status: int = 0
    answer: Any = None
    """What was answered, also where the answer was dropped on its way."""
    dropped: bool = False
    meant: bool = False
    """A fault: some test asked for this answer."""

    @property
    def code(self) -> int | None:
        """Discord's number for what was wrong."""
        return self.answer.get("code") if self.status >= 400 and isinstance(self.answer, dict) else None


@dataclass
class Told:
    """One event that a session was told of."""

    name: str
    data: dict[str, Any]
    at: float
    shard: int = 0
    seq: int = 0


class Record:
    """All requests and all that was told, in order; and what the app did that Discord would not even have noticed."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.told: list[Told] = []
        self.complaints: list[str] = []

    def of(self, route: str, **given: Any) -> list[Call]:
        """The requests of that route, with these in the path, the query or the body."""
        name = known(route)
        return [c for c in self.calls if c.route == name and given.items() <= _flat(c).items()]

    def told_of(self, name: str) -> list[dict[str, Any]]:
        """The events of that name."""
        return [told.data for told in self.told if told.name == name]

    @property
    def refused(self) -> list[Call]:
        """What was answered with an error which no test asked for and no limit explains."""
        return [c for c in self.calls if 400 <= c.status < 500 and c.status != 429 and not c.meant]


def _flat(call: Call) -> dict[str, Any]:
    return {**call.params, **(call.given if isinstance(call.given, dict) else {})}
