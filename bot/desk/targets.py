"""A priority's targets in one line: “30m / 1h / 4h” is first reply, next reply, solved; a fourth is the update."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.hours import read_length, say_length
from bot.domain.policy import ClockKind, PolicyError

ORDER = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.RESOLUTION, ClockKind.PERIODIC_UPDATE)


def read_targets(text: str) -> dict[str, str]:
    """The targets by clock, as a file writes them; “none” where there is none. Raises PolicyError."""
    parts = [part.strip() for part in text.split("/")] if text.strip() else []
    if len(parts) not in (0, 3, 4):
        raise PolicyError(
            "Write three times with a / between: first reply / next reply / solved, such as 30m / 1h / 4h."
        )
    found: dict[str, str] = {}
    for kind, part in zip(ORDER, [*parts, *["none"] * (4 - len(parts))], strict=True):
        seconds = read_length(part)
        found[kind.value] = say_length(seconds) if seconds else "none"
    return found


def say_targets(targets: Mapping[ClockKind, int]) -> str:
    """The targets in one line; empty where nothing is promised."""
    kinds = ORDER if ClockKind.PERIODIC_UPDATE in targets else ORDER[:3]
    return " / ".join(say_length(targets[kind]) if kind in targets else "none" for kind in kinds) if targets else ""
