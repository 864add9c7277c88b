"""Timing that a drifting machine does not spoil: what is compared takes turns, and of its rounds the best counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from timeit import Timer

Call = Callable[[], object]
Say = Callable[[str], None]

SECONDS, RATE, BYTES = "s", "/s", "B"


@dataclass(frozen=True)
class Row:
    """One comparison. `ratio` is what the target is about; where nothing could be measured it is None, and `note` says
    why."""

    name: str
    against: str
    ours: float | None
    peer: float | None
    ratio: float | None
    target: str
    met: bool | None
    """None where there is no target."""
    unit: str = SECONDS
    """Of `ours` and `peer`: seconds, so many a second, or bytes."""
    note: str = ""

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


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of them (0.99) does not exceed. Raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def faster(name: str, against: str, ours: float, peer: float, least: float | None = None, note: str = "") -> Row:
    """How many times faster we are; at least `least` is the target."""
    ratio = peer / ours
    target = f"≥ {least:,.0f}" if least else ""
    return Row(name, against, ours, peer, ratio, target, ratio >= least if least else None, note=note)


def no_slower(
    name: str, against: str, ours: float, peer: float, most: float, *, unit: str = SECONDS, note: str = ""
) -> Row:
    """How much more the first takes than the second; at most `most` is the target."""
    ratio = ours / peer
    return Row(name, against, ours, peer, ratio, f"≤ {most:g}", ratio <= most, unit, note)


def as_many(name: str, against: str, ours: float, peer: float, least: float | None = None, note: str = "") -> Row:
    """How many times the peer's rate ours is; at least `least` is the target."""
    ratio = ours / peer
    target = f"≥ {least:.2g}" if least else ""
    return Row(name, against, ours, peer, ratio, target, ratio >= least if least else None, RATE, note)


def alone(name: str, ours: float | None, note: str = "") -> Row:
    """A rate beside no other, to reckon with; None where it could not be measured: the note says why."""
    return Row(name, "", ours, None, None, "", None, RATE, note)


def missed(name: str, against: str, target: str, why: str, unit: str = SECONDS) -> Row:
    """A target that could not be measured here is not met."""
    return Row(name, against, None, None, None, target, False, unit, why)


def say(value: float | None, unit: str = SECONDS) -> str:
    """A figure in the unit that fits."""
    if value is None:
        return "-"
    if unit == RATE:
        return f"{value:,.0f}/s"
    if unit == BYTES:
        return f"{value / 2**20:,.1f} MiB"
    name, size = next(((u, s) for u, s in (("s", 1.0), ("ms", 1e-3)) if value >= s), ("µs", 1e-6))
    return f"{value / size:,.2f} {name}"


def table(rows: Sequence[Row]) -> str:
    """The rows as a text table, and what there is to know about single ones below it."""
    head = ("what", "against", "ours", "theirs", "ratio", "target", "met")
    verdict = {True: "yes", False: "NO", None: ""}
    body = [
        (
            *(r.name, r.against, say(r.ours, r.unit), say(r.peer, r.unit)),
            *("-" if r.ratio is None else f"{r.ratio:,.2f}", r.target, verdict[r.met]),
        )
        for r in rows
    ]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in (head, *body)]
    return "\n".join([*lines, *(f"  {', '.join(filter(None, (r.name, r.against)))}: {r.note}" for r in rows if r.note)])
