"""What docs/sla.md asks of a request's life, told as a case of `sla_cases`, reckoned the slow way: step by step of five
minutes, with nothing shared with the engine. Every time, window and target of a case has to lie on such a step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Case = Mapping[str, Any]

STEP = 300
DAY = 86_400 // STEP
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, NEXT, UPDATE, RESOLUTION = KINDS = ("first_response", "next_reply", "periodic_update", "resolution")
REPLIES = (FIRST, NEXT)


class Hours:
    """Rule 1: whether each step from `begin` on is open, found by walking the wall clock along it."""

    def __init__(self, given: Case, begin: datetime, days: int) -> None:
        self.begin, self.given = begin, given
        zone = ZoneInfo(given["tz"])
        walls = [(begin + timedelta(seconds=STEP * n)).astimezone(zone).replace(tzinfo=None) for n in range(days * DAY)]
        self.first: dict[datetime, int] = {}
        for step, wall in enumerate(walls):
            self.first.setdefault(wall, step)  # an ambiguous wall time is its first occurrence
        self.open = [False] * len(walls)
        dates = sorted({wall.date() for wall in walls})
        for day in dates:
            for opens, closes in self._windows(day):
                self._paint(day, opens, closes, True)
        for day in dates:
            for opens, closes in given.get("breaks", {}).get(day.isoformat(), ()):
                self._paint(day, opens, closes, False)

    def _windows(self, day: Any) -> list[list[str]]:
        text = day.isoformat()
        if text in self.given.get("holidays", ()) or text[5:] in self.given.get("annual_holidays", ()):
            return []
        weekly = self.given["hours"].get(WEEKDAYS[day.weekday()], [])
        return self.given.get("overrides", {}).get(text, weekly)

    def _paint(self, day: Any, opens: str, closes: str, value: bool) -> None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- a wall time
        start, end = (midnight + timedelta(hours=int(t[:2]), minutes=int(t[3:])) for t in (opens, closes))
        if closes <= opens:
            end += timedelta(days=1)
        a, b = self._step(start), self._step(end)
        if a is not None and b is not None:
            self.open[a:b] = [value] * max(0, b - a)

    def _step(self, wall: datetime) -> int | None:
        """The step of a wall time; one that does not exist moves forward by the gap. None off the ends."""
        if wall in self.first:
            return self.first[wall]
        before = after = wall
        five = timedelta(seconds=STEP)
        for _ in range(2 * DAY):
            if before not in self.first:
                before -= five
            if after not in self.first:
                after += five
        if before not in self.first or after not in self.first:
            return None
        return self.first[wall + (after - before - five)]

    def step(self, at: datetime) -> int:
        """The step that begins at an instant."""
        count, rest = divmod((at - self.begin).total_seconds(), STEP)
        assert rest == 0, f"{at} lies between two steps"
        return int(count)

    def instant(self, step: int) -> datetime:
        """When a step begins."""
        return self.begin + timedelta(seconds=STEP * step)


@dataclass
class Terms:
    """What holds for the request now, or nothing."""

    targets: dict[str, int]
    pauses: tuple[str, ...]
    reply_too: bool


@dataclass
class Clock:
    """A cycle of a clock, with whether each step since its start counts."""

    kind: str
    start: int
    target: int
    pauses: tuple[str, ...]
    reply_too: bool
    ticks: list[bool] = field(default_factory=list)
    elapsed: int = 0
    """How many of them."""
    running: bool = True
    dropped: bool = False
    late: bool = False

    def tick(self, counts: bool) -> None:
        self.ticks.append(counts)
        self.elapsed += counts


class Oracle:
    """A request's life, one step after another."""

    def __init__(self, case: Case, hours: Mapping[str, Hours]) -> None:
        self.case, self.hours = case, hours
        self.any = next(iter(hours.values()))
        self.policies = [(case["policy"], case["calendar"])]
        self.kept = 0
        self.priority = ""
        self.terms: Terms | None = None
        self.clocks: list[Clock] = []
        self.status, self.open = "new", True
        self.requester: str | None = None
        self.opened: int | None = None
        self.ended = 0
        self.unanswered: int | None = None
        self.owes_first = False
        self.updated: int | None = None
        self.past: list[tuple[str, bool, str]] = []
        """Of each step since the opening: the status, whether it was open, and in whose hours it counts."""
        self.calendar = ""

    # --- the walk -----------------------------------------------------------------------------------

    def walk(self, instants: list[datetime]) -> Iterator[dict[str, Any]]:
        """Right after each event, then at each of these instants: what is to be checked there."""
        now: int | None = None
        for index, event in enumerate(self.case["events"]):
            at = self.any.step(_instant(event["at"]))
            self.advance(now, at)
            now = at
            self.happen(event, at)
            yield {"after_event": index, **self.said(at)}
        for instant in instants:
            at = self.any.step(instant)
            self.advance(now, at)
            now = at
            yield {"at": instant.isoformat(), **self.said(at)}

    def advance(self, since: int | None, until: int) -> None:
        for step in range(until if since is None else since, until):
            for clock in self.clocks:
                if clock.running:
                    self.count(clock, step)
            self.past.append((self.status, self.open, self.calendar))

    def count(self, clock: Clock, step: int) -> None:
        ticks = self.counts(clock, self.status, self.open) and self.hours[self.calendar].open[step]
        if ticks and clock.elapsed == clock.target:
            clock.late = True  # rule 3: the first instant with more than the target
        clock.tick(ticks)

    @staticmethod
    def counts(clock: Clock, status: str, is_open: bool) -> bool:
        """Rule 9: which statuses pause, and which clocks."""
        if clock.kind in REPLIES and not clock.reply_too:
            return True
        return is_open and status not in clock.pauses

    def paused(self, clock: Clock) -> bool:
        return not self.counts(clock, self.status, self.open)

    # --- events -------------------------------------------------------------------------------------

    def happen(self, event: Case, at: int) -> None:
        by = event.get("by", "agent")
        match event["type"]:
            case "created":
                self.requester = event.get("requester", by)
                self.priority = event.get("priority", "")
                self.opened = at
                asks = by.startswith("customer") or (by == self.requester and by != "system")
                self.owes_first = asks and self.requester is not None
                self.unanswered = at if self.owes_first else None
                self.rematch(at)
            case "public_reply" if by.startswith("customer"):
                self.client_writes(at)
            case "public_reply" if by == "system":
                pass
            case "public_reply" if by == self.requester:
                self.unanswered = at if self.unanswered is None else self.unanswered
                self.start(at)
            case "public_reply":
                self.answered(at)
            case "status":
                self.move(event["to"], at)
            case "priority" if self.open:
                self.priority = event["to"]
                self.rematch(at)
            case "policy_change":
                self.edit(event["policy"], self.policies[-1][1], at, event.get("apply_to_open", False))
            case "calendar":
                self.edit(self.policies[-1][0], event["to"], at, event.get("apply_to_open", False))
            case "resolved":
                self.end(at, "resolved")
            case "closed":
                self.end(at, "closed")
            case _:
                pass

    def client_writes(self, at: int) -> None:
        if not self.open:
            if at - self.ended > 14 * DAY:
                return  # rule 15: a new request is opened instead
            self.open, self.status = True, "new"
        elif self.status == "waiting_client" or (self.terms and self.status in self.terms.pauses):
            self.change_status("new", at)
        self.unanswered = at if self.unanswered is None else self.unanswered
        self.start(at)

    def answered(self, at: int) -> None:
        for clock in self.clocks:
            if clock.running and clock.kind in (*REPLIES, UPDATE):
                self.judge(clock)
        self.unanswered, self.owes_first, self.updated = None, False, at
        self.start(at)

    def move(self, to: str, at: int) -> None:
        if not self.open:
            self.open, self.status = True, "new"
            self.start(at)
        self.change_status(to, at)

    def change_status(self, to: str, at: int) -> None:
        self.status = to
        for clock in self.clocks:
            self.overtaken(clock)

    def overtaken(self, clock: Clock) -> None:
        """Rule 11; while paused there is no breach (rule 9), so it is late on resuming."""
        if clock.running and not self.paused(clock) and clock.elapsed > clock.target:
            clock.late = True

    def end(self, at: int, to: str) -> None:
        if not self.open and (to == "resolved" or self.status == "closed"):
            return
        for clock in self.clocks:
            if clock.running:
                self.judge(clock)
        self.unanswered, self.owes_first, self.updated = None, False, None
        self.open, self.status, self.ended = False, to, at

    def judge(self, clock: Clock) -> None:
        clock.running = False
        clock.late = clock.late or clock.elapsed > clock.target

    def edit(self, policy: Case, calendar: str, at: int, apply: bool) -> None:
        self.policies.append((policy, calendar))
        if apply and self.open:
            self.kept = len(self.policies) - 1
            self.rematch(at)

    # --- what is promised ---------------------------------------------------------------------------

    def rematch(self, at: int) -> None:
        policy, self.calendar = self.policies[self.kept]
        only = policy.get("applies_to_priority")
        by = policy.get("by_priority", {})
        chosen = {**policy, **by.get(self.priority, {})} if not only or self.priority in only else {}
        targets = {k: int(chosen[f"{k}_min"] * 60 // STEP) for k in KINDS if chosen.get(f"{k}_min")}
        pauses = tuple(policy.get("pause_statuses", ("waiting_client",))) if chosen else ("waiting_client",)
        self.terms = Terms(targets, pauses, bool(chosen) and policy.get("pause_reply_clocks", False))
        for clock in self.clocks:
            if not clock.running:
                continue
            if clock.kind not in targets:
                clock.running, clock.dropped = False, True
                continue
            clock.target, clock.pauses, clock.reply_too = targets[clock.kind], pauses, self.terms.reply_too
        self.start(at)
        for clock in self.clocks:
            self.overtaken(clock)

    def start(self, at: int) -> None:
        """Rules 4, 6, 8, 10, 13 and 15: what should run now and does not."""
        if not self.open or self.terms is None or self.opened is None:
            return
        self.begin(RESOLUTION, self.opened, at)
        if self.unanswered is not None:
            self.begin(FIRST if self.owes_first else NEXT, self.unanswered, at)
        if any(clock.running and clock.kind in REPLIES for clock in self.clocks):
            for clock in self.clocks:
                if clock.running and clock.kind == UPDATE:
                    clock.running, clock.dropped = False, True
        elif self.updated is not None:
            self.begin(UPDATE, self.updated, at)

    def begin(self, kind: str, since: int, at: int) -> None:
        assert self.terms is not None
        if kind not in self.terms.targets or any(c.running and c.kind == kind for c in self.clocks):
            return
        target, pauses, reply_too = self.terms.targets[kind], self.terms.pauses, self.terms.reply_too
        last = next((c for c in reversed(self.clocks) if c.kind == kind), None)
        if last and last.start == since and (last.dropped or kind == RESOLUTION):
            last.running, last.dropped = True, False
            last.target, last.pauses, last.reply_too = target, pauses, reply_too
            clock = last
        else:
            clock = Clock(kind, since, target, pauses, reply_too)
            self.clocks.append(clock)
        for step in range(clock.start + len(clock.ticks), at):  # the past, as the request stood and in its hours then
            status, was_open, calendar = self.past[step - self.opened]  # type: ignore[operator]
            clock.tick(self.counts(clock, status, was_open) and self.hours[calendar].open[step])
        self.overtaken(clock)

    # --- what is asked ------------------------------------------------------------------------------

    def due(self, clock: Clock, at: int, share: int) -> datetime | None:
        """When that many steps have counted, should nothing else happen; None while not running, or paused."""
        if not clock.running or self.paused(clock):
            return None
        counted = 0
        for n, ticks in enumerate(clock.ticks):
            counted += ticks
            if ticks and counted == share:
                return self.any.instant(clock.start + n + 1)
        hours = self.hours[self.calendar]
        for step in range(at, len(hours.open)):
            counted += hours.open[step]
            if hours.open[step] and counted == share:
                return self.any.instant(step + 1)
        raise AssertionError("the hours that were laid out are too few")

    def said(self, at: int) -> dict[str, Any]:
        dues = {c.kind: self.due(c, at, c.target) for c in self.clocks if c.running}
        running = {kind: due for kind, due in dues.items() if due}
        said: dict[str, Any] = {f"{kind}_due": _text(dues.get(kind)) for kind in KINDS}
        said["reply_due"] = _text(next((running[k] for k in REPLIES if k in running), None))
        said["next_deadline"] = _text(min(running.values(), default=None))
        said["breached"] = sorted({c.kind for c in self.clocks if c.late or self.just_late(c, at)})
        for kind in (FIRST, RESOLUTION):
            clock = next((c for c in reversed(self.clocks) if c.kind == kind), None)
            if clock is not None and not clock.dropped:
                said[f"{kind}_elapsed_s"] = clock.elapsed * STEP
                if kind == RESOLUTION:
                    said["resolution_remaining_s"] = (clock.target - clock.elapsed) * STEP
        return said

    def just_late(self, clock: Clock, at: int) -> bool:
        """Whether its target was used up exactly now, while time counts."""
        counts = self.counts(clock, self.status, self.open) and self.hours[self.calendar].open[at]
        return clock.running and counts and clock.elapsed == clock.target

    def warnings(self, at: int, percent: int) -> dict[str, datetime | None]:
        """Rule 17: when each running clock is warned of."""
        seconds = {c.kind: math.ceil(c.target * STEP * percent / 100) for c in self.clocks if c.running}
        return {c.kind: self.due(c, at, seconds[c.kind] // STEP) for c in self.clocks if c.running}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
