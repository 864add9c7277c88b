"""Timing that a drifting machine does not spoil: what is compared takes turns, and of its rounds the best counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from timeit import Timer

Call = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One comparison. `ours` and `peer` are seconds a call; `ratio` is what the target is about."""

    name: str
    against: str
    ours: float
    peer: float
    ratio: float
    target: str
    met: bool | None
    """None where there is no target."""

    def as_json(self) -> dict[str, object]:
        """As it is written to results.json."""
        return asdict(self)


def best(calls: Mapping[str, Call], rounds: int, batch: float) -> dict[str, float]:
    """Seconds a call of each, the best of `rounds` turns of about `batch` seconds each. All are warmed first."""
    timers = {name: Timer(call) for name, call in calls.items()}
    loops: dict[str, int] = {}
    for name, timer in timers.items():
        timer.timeit(1)  # warm: tables, caches, imports within the call
        once = min(timer.timeit(1) for _ in range(2))
        loops[name] = max(1, min(100_000, int(batch / max(once, 1e-7))))
    found = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, timer in timers.items():
            found[name] = min(found[name], timer.timeit(loops[name]) / loops[name])
    return found


def faster(name: str, against: str, ours: float, peer: float, least: float | None = None) -> Row:
    """How many times faster we are; at least `least` is the target."""
    ratio = peer / ours
    return Row(name, against, ours, peer, ratio, f"≥ {least:,.0f}" if least else "", ratio >= least if least else None)


def no_slower(name: str, against: str, ours: float, peer: float, most: float) -> Row:
    """How much longer the first takes than the second; at most `most` is the target."""
    ratio = ours / peer
    return Row(name, against, ours, peer, ratio, f"≤ {most:g}", ratio <= most)


def say(seconds: float) -> str:
    """A duration in the unit that fits."""
    unit, size = next(((u, s) for u, s in (("s", 1.0), ("ms", 1e-3)) if seconds >= s), ("µs", 1e-6))
    return f"{seconds / size:,.2f} {unit}"


def table(rows: list[Row]) -> str:
    """The rows as a text table."""
    head = ("what", "against", "ours", "theirs", "ratio", "target", "met")
    verdict = {True: "yes", False: "NO", None: ""}
    body = [(r.name, r.against, say(r.ours), say(r.peer), f"{r.ratio:,.2f}", r.target, verdict[r.met]) for r in rows]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in (head, *body))
