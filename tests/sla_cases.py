"""Worked cases of service time and clocks, as data, told to the engine: calendars, one clock, or a request's history.

Only names are translated here. What follows from a case is the engine's: `bot.domain` decides, this module asks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, cast

from bot.domain import promising
from bot.domain import request as decide
from bot.domain.calendar import Calendar, CalendarError, aware, wall_seconds, weekly
from bot.domain.clocks import due_at, elapsed
from bot.domain.events import (
    AskedClient,
    Entry,
    Event,
    MessageClass,
    NoteAdded,
    Opened,
    PriorityChanged,
    Replied,
    Status,
    WaitedOn,
)
from bot.domain.measuring import measure
from bot.domain.people import Role
from bot.domain.policy import REPLY_CLOCKS, ClockKind, Match, Policy, Priority
from bot.domain.sla import breached, next_deadline, tick

Case = Mapping[str, Any]
Answer = tuple[Any, ...]
"""What was asked, what the engine answers, what is expected, and the tolerance in seconds where it has its own."""

REOPEN_DAYS = 14


def instant(text: str) -> datetime:
    """An instant of a case, in UTC."""
    return aware(datetime.fromisoformat(text))


def calendar_of(name: str, given: Case) -> Calendar:
    """A calendar of a file."""

    def dated(what: str) -> dict[date, tuple[tuple[int, int], ...]]:
        return {
            date.fromisoformat(day): tuple(
                (wall_seconds(opens), wall_seconds(closes)) for opens, closes in windows or ()
            )
            for day, windows in (given.get(what) or {}).items()
        }

    return weekly(
        name,
        given["tz"],
        {day: [tuple(window) for window in windows or ()] for day, windows in (given.get("hours") or {}).items()},
        holidays=frozenset(map(date.fromisoformat, given.get("holidays") or ())),
        annual=frozenset((int(day[:2]), int(day[3:])) for day in given.get("annual_holidays") or ()),
        overrides=dated("overrides"),
        breaks=dated("breaks"),
    )


def failures(case: Case, calendars: Mapping[str, Case]) -> Iterator[str]:
    """What the engine answers otherwise than the case expects, a line each; none where it passes."""
    known = {key: calendar_of(key, given) for key, given in calendars.items()}
    calendar = known[case["calendar"]]
    for name, got, expected, *own in _answers(case, known):
        tolerance: float = next(iter(own), case.get("tolerance_s", 0))
        if not _same(got, expected, tolerance, calendar if case.get("vs_ref") == "next_open" else None):
            yield f"{name}: {got}, expected {expected}"


def _same(got: Any, expected: Any, tolerance: float, closing: Calendar | None) -> bool:
    if isinstance(expected, str) and isinstance(got, datetime):
        wanted = instant(expected)
        # A target used up exactly at closing: the next opening is the same in service time.
        alike = closing is not None and closing.between(*sorted((got, wanted))) == 0
        return alike or abs(got - wanted) <= timedelta(seconds=tolerance)
    if isinstance(expected, int | float) and not isinstance(expected, bool) and got is not None:
        return abs(got - expected) <= max(tolerance, 1e-6)
    return bool(got == expected)


def _answers(case: Case, calendars: Mapping[str, Calendar]) -> Iterator[Answer]:
    calendar = calendars[case["calendar"]]
    match case["kind"]:
        case "add":
            yield "add", _or_never(calendar.add, instant(case["start"]), case["seconds"]), case["expected"]
        case "sub":
            yield "sub", _or_never(calendar.subtract, instant(case["start"]), case["seconds"]), case["expected"]
        case "between":
            yield "between", calendar.between(instant(case["start"]), instant(case["end"])), case["expected_seconds"]
        case "is_open":
            yield "is_open", calendar.is_open(instant(case["at"])), case["expected"]
        case "next_open":
            yield "next_open", _or_never(calendar.next_open, instant(case["at"])), case["expected"]
        case "next_close":
            yield "next_close", _or_never(calendar.next_close, instant(case["at"])), case["expected"]
        case "windows":
            direction = "forward" if case["direction"] == "forward" else "back"
            wanted = case["expected"]
            found = list(islice(calendar.windows(instant(case["from"]), direction), len(wanted)))
            yield "windows", len(found), len(wanted)
            for number, pairs in enumerate(zip(found, wanted, strict=False)):
                yield from ((f"window {number}", got, edge) for got, edge in zip(*pairs, strict=True))
        case "metric":
            yield from _metric(case, calendar)
        case "ticket":
            yield from Ticket(case, calendars).answers()
        case kind:
            raise ValueError(f"“{kind}” is no kind of case")


def _or_never(ask: Callable[..., datetime], *told: Any) -> datetime | None:
    """The instant, or None where the calendar has no such."""
    try:
        return ask(*told)
    except CalendarError:
        return None


def _metric(case: Case, calendar: Calendar) -> Iterator[Answer]:
    clock = measure(
        calendar,
        instant(case["start"]),
        case["target_s"],
        pauses=[(instant(begins), instant(ends) if ends else None) for begins, ends in case.get("pauses") or ()],
        stop=instant(case["stop"]) if case.get("stop") else None,
        warn_before=case.get("warn_before_s"),
    )
    said = {
        "due": clock.due_at,
        "elapsed_s": clock.elapsed,
        "elapsed_min": clock.minutes,
        "diff_min": clock.minutes_left,
        "breached": clock.breached,
        "late_by_s": clock.late_by,
        "warn_at": clock.warn_at,
    }
    for name, expected in case["expected"].items():
        yield name, said[name], expected


class Ticket:
    """A request's life, told as a case tells it."""

    def __init__(self, case: Case, calendars: Mapping[str, Calendar]) -> None:
        self.case = case
        self.calendars = {calendar.ref: calendar for calendar in calendars.values()}
        self.named = calendars
        self.priorities = [e.get("priority") or e.get("to") or "" for e in case["events"]] + [""]
        self.versions: list[Policy] = [self._policy(case["policy"], calendars[case["calendar"]].ref, 1)]
        self.request: decide.Request | None = None
        self.entries: list[Entry] = []

    def _policy(self, given: Case, calendar: str, version: int) -> Policy:
        own = given.get("by_priority") or {}
        targets = {
            name: {
                kind: round(minutes * 60) for kind in ClockKind if (minutes := chosen.get(f"{kind}_min")) is not None
            }
            for name in {*self.priorities, *own}
            for chosen in [{**given, **(own.get(name) or {})}]
        }
        only = given.get("applies_to_priority") or ()
        return Policy(
            "policy",
            "ACME",
            calendar,
            cast(dict[Priority, dict[ClockKind, int]], targets),
            version,
            pause_statuses=tuple(_status(name) for name in _default(given.get("pause_statuses"), ["waiting_client"])),
            pause_reply_clocks=bool(given.get("pause_reply_clocks")),
            match=Match(priorities=cast(tuple[Priority, ...], (only,) if isinstance(only, str) else tuple(only))),
        )

    def answers(self) -> Iterator[Answer]:
        checks: Sequence[Case] = self.case["checks"]
        for index, event in enumerate(self.case["events"]):
            at = instant(event["at"])
            self.wait(at)
            with suppress(decide.NotAllowed):  # an illegal move changes nothing
                self._happen(event, at)
            for number, check in enumerate(checks):
                if check.get("after_event") == index:
                    yield from self._check(number, check, at)
        later = [(instant(check["at"]), number, check) for number, check in enumerate(checks) if check.get("at")]
        for at, number, check in sorted(later, key=lambda each: each[:2]):
            self.wait(at)
            self._tell(at, "desk", Role.DESK, *tick(self.now.sla, at, self.calendars))
            yield from self._check(number, check, at)

    def wait(self, until: datetime) -> None:
        """Nobody looks at the clocks until the next event."""

    @property
    def now(self) -> decide.Request:
        assert self.request is not None, "a case begins with created"
        return self.request

    def _tell(self, at: datetime, by: str, role: Role, *events: Event) -> None:
        for event in events:
            entry = Entry(self.now.version + 1, at, by, role, event)
            self.request = decide.apply(self.now, entry, self.calendars)
            self.entries.append(entry)

    def _rematch(self, at: datetime) -> None:
        self._tell(at, "desk", Role.DESK, *promising.follow(self.now, promising.kept(self.versions, self.now)))

    def _edit(self, policy: Policy, at: datetime, apply: bool) -> None:
        self.versions.append(policy)
        if apply:
            self._tell(at, "lee", Role.MANAGER, *promising.apply_to_open(self.now, [policy]))

    def _happen(self, event: Case, at: datetime) -> None:
        by = event.get("by") or "agent"
        role = _role(by)
        match event["type"]:
            case "created":
                requester = event.get("requester", by) or ""
                # Rules 5 and 6: who asks is the requester, of whichever side, or a colleague of theirs at the client.
                asked = bool(requester) and (role is Role.CLIENT or (by == requester and role is not Role.DESK))
                priority = cast(Priority, event.get("priority") or "")
                opened = Opened(1, "ACME", "", requester, at, "", priority=priority, from_client=asked)
                self.entries = [Entry(1, at, by, role, opened)]
                self.request = decide.open_request(self.entries[0], self.calendars)
                self._rematch(at)
            case "public_reply" if role is Role.CLIENT:
                if decide.may_reopen(self.now, at=at, days=REOPEN_DAYS):
                    self._tell(at, by, role, *decide.client_writes(self.now, text="", cls=MessageClass.SUBSTANCE))
            case "public_reply":
                self._tell(at, by, role, Replied("", automatic=role is Role.DESK))
            case "private_note":
                self._tell(at, by, role, NoteAdded(""))
            case "status":
                self._move(event["to"], at)
            case "priority":
                to = cast(Priority, event["to"])
                self._tell(at, by, role, PriorityChanged(self.now.priority, to))
                self._rematch(at)
            case "policy_change":
                newest = self.versions[-1]
                policy = self._policy(event["policy"], newest.calendar, newest.version + 1)
                self._edit(policy, at, event.get("apply_to_open", False))
            case "calendar":
                newest = self.versions[-1]
                policy = replace(newest, calendar=self.named[event["to"]].ref, version=newest.version + 1)
                self._edit(policy, at, event.get("apply_to_open", False))
            case "resolved":
                self._tell(at, by, role, *decide.resolve(self.now, summary=""))
            case "closed":
                self._tell(at, by, role, *decide.close(self.now, reason=""))
            case kind:
                raise ValueError(f"“{kind}” is no event of a case")

    def _move(self, to: str, at: datetime) -> None:
        if not self.now.status.is_open:
            self._tell(at, "agent", Role.ENGINEER, *decide.reopen(self.now, reason=""))
        before = self.now.status
        if to == "waiting_client":
            self._tell(at, "agent", Role.ENGINEER, AskedClient(before, ""))
        else:
            self._tell(at, "agent", Role.ENGINEER, WaitedOn(before, to, label=to))

    def _check(self, number: int, check: Case, at: datetime) -> Iterator[Answer]:
        state = self.now.sla
        dues = {c.kind: due for c in state.clocks if (due := due_at(c, self.calendars))}
        nearest = next_deadline(state, self.calendars)
        said: dict[str, Any] = {f"{kind}_due": dues.get(kind) for kind in ClockKind}
        said["reply_due"] = next((dues[kind] for kind in REPLY_CLOCKS if kind in dues), None)
        said["next_deadline"] = nearest[0] if nearest else None
        said["breached"] = sorted(breached(state, at, self.calendars))
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
            clock = state.latest(kind)
            counted = elapsed(clock, self.calendars, at) if clock else None
            said[f"{kind}_elapsed_s"] = counted
            said[f"{kind}_remaining_s"] = clock.target - counted if clock and counted is not None else None
        for name, expected in check.items():
            if name not in ("after_event", "at", "tolerance_s"):
                wanted = sorted(expected) if name == "breached" else expected
                tolerance = check.get("tolerance_s", self.case.get("tolerance_s", 0))
                yield f"check {number}: {name}", said[name], wanted, tolerance


def _default(value: Any, otherwise: Any) -> Any:
    return otherwise if value is None else value


def _status(name: str) -> str:
    return name if name == Status.WAITING_CLIENT else f"{Status.WAITING_OTHER}:{name}"


def _role(by: str) -> Role:
    if by.startswith("customer"):
        return Role.CLIENT
    return Role.DESK if by in ("system", "bot") else Role.ENGINEER
