"""What an import did, and how the imported requests kept their promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.desk.importing.log import Refused
from bot.domain.clocks import Calendars, Outcome, elapsed
from bot.domain.policy import ClockKind, Priority
from bot.domain.request import Request

MEASURED = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)


@dataclass(frozen=True)
class Report:
    """The summary. Breaches and medians are of the file's requests as they stand now, by their present priority."""

    client: str
    requests_added: int
    requests_refused: int
    events_added: int
    rows_refused: int
    breaches: Mapping[Priority, int]
    medians: Mapping[Priority, Mapping[ClockKind, int | None]]
    """Minutes of service time, floored, of the clocks that were judged; None where there were none."""
    refused: tuple[Refused, ...]
    """Rows and whole incidents, by line."""

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "requests_added": self.requests_added,
            "requests_refused": self.requests_refused,
            "events_added": self.events_added,
            "rows_refused": self.rows_refused,
            "breaches": {str(priority): count for priority, count in self.breaches.items()},
            "medians": {
                str(priority): {str(kind): minutes for kind, minutes in by_kind.items()}
                for priority, by_kind in self.medians.items()
            },
            "refused": [{"line": r.line, "number": r.number, "reason": r.reason} for r in self.refused],
        }


def breaches(requests: Iterable[Request]) -> dict[Priority, int]:
    """How many cycles of clocks were breached."""
    counts = dict.fromkeys(Priority, 0)
    for request in requests:
        counts[request.priority] += sum(clock.breached_at is not None for clock in request.sla.clocks)
    return counts


def medians(requests: Iterable[Request], calendars: Calendars) -> dict[Priority, dict[ClockKind, int | None]]:
    """How long the first answer and the resolution took in the middle, of those that came."""
    taken: dict[tuple[Priority, ClockKind], list[float]] = {}
    for request in requests:
        for clock in request.sla.clocks:
            if clock.kind in MEASURED and clock.ended_at and clock.outcome in (Outcome.MET, Outcome.MISSED):
                seconds = elapsed(clock, calendars, clock.ended_at)
                taken.setdefault((request.priority, clock.kind), []).append(seconds)
    return {
        priority: {
            kind: int(median(found) // 60) if (found := taken.get((priority, kind))) else None for kind in MEASURED
        }
        for priority in Priority
    }
