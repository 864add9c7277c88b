"""The demo's two levers: who one is, and what time it is. Without a `Demo` neither exists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Skip = Literal["15m", "1h", "deadline", "monday"]

SKIPS: tuple[tuple[Skip, str], ...] = (
    ("15m", "+15 min"),
    ("1h", "+1 h"),
    ("deadline", "Next deadline"),
    ("monday", "Monday"),
)


@dataclass(frozen=True)
class Demo:
    """What the composition root supplies; anything with these attributes will do."""

    people: Sequence[tuple[str, str, str]]
    """Person's id, label (Dana) and blurb (client at Acme), in the order of the switch."""
    skip: Callable[[Skip], Awaitable[str]]
    """Moves desk time, fires and sends what falls due on the way, and says what happened in a sentence."""
    now: Callable[[], datetime]
    """Desk time."""
    speed: float = 1.0
    """Simulated seconds per real one, so that the clock on the page keeps step."""
    zone: str | None = None
    """The zone of the clock on the page; None for that of whoever one acts as."""
