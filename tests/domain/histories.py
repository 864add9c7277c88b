"""A request's life, told entry by entry: what the tests of the domain begin with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.calendar import WEEKDAYS, Calendar, weekly
from bot.domain.events import Breached, Entry, Event, MessageClass, Opened, PolicyApplied, PriorityChanged, Replied
from bot.domain.people import Person, Role
from bot.domain.policy import ClockKind, Priority, Terms
from bot.domain.request import Request, apply, client_writes, open_request, resolve
from bot.domain.sla import Clock, State, due_at, tick

FIRST, NEXT, UPDATE, RESOLUTION, PROMISE = ClockKind

ALWAYS = weekly("always", "UTC", {day: [("00:00", "24:00")] for day in WEEKDAYS})
OFFICE = weekly("office", "Europe/London", {day: [("09:00", "17:00")] for day in WEEKDAYS[:5]})
CALENDARS = {calendar.ref: calendar for calendar in (ALWAYS, OFFICE)}

DANA = Person("dana", "Dana", Role.CLIENT, "Europe/London", "ACME")
SAM = Person("sam", "Sam", Role.ENGINEER)
PRIYA = Person("priya", "Priya", Role.MANAGER)

MIN, HOUR = 60, 3600

REPLIES = {"first_response": 60, "next_reply": 120}
ALL = {**REPLIES, "periodic_update": 240, "resolution": 480}
"""Targets in minutes, for `terms`."""


def t(text: str) -> datetime:
    """An instant of UTC from `12 10:00`, a day of January 2026 (the 12th is a Monday), or from the whole of it."""
    return datetime.fromisoformat(text if "-" in text else f"2026-01-{text}").replace(tzinfo=UTC)


def terms(
    calendar: Calendar = ALWAYS,
    *,
    warn: tuple[int, ...] = (75,),
    pause: tuple[str, ...] = ("waiting_client",),
    pause_reply: bool = False,
    priority: Priority = Priority.P3,
    version: int = 1,
    **minutes: int,
) -> Terms:
    """What a request is promised; targets in minutes: `terms(first_response=60)`."""
    targets = {ClockKind(kind): value * MIN for kind, value in minutes.items()}
    return Terms("gold", version, priority, calendar.ref, targets, warn, pause, pause_reply)


class Story:
    """A request and its history. Each step goes through the transition table, as in the desk."""

    def __init__(
        self,
        promised: Terms | None = None,
        *,
        start: str = "12 10:00",
        since: str = "",
        requester: str = "dana",
        from_client: bool = True,
        calendars: Iterable[Calendar] = (),
    ) -> None:
        self.calendars = {**CALENDARS, **{c.ref: c for c in calendars}}
        opening = Opened(42, "ACME", "Export fails", requester, t(since or start), "message", from_client=from_client)
        entry = Entry(1, t(start), requester, Role.CLIENT, opening)
        self.entries = [entry]
        self.request: Request = open_request(entry, self.calendars)
        if promised:
            self.tell(start, PolicyApplied(promised))

    def __copy__(self) -> Story:
        story = Story.__new__(Story)
        story.calendars, story.entries, story.request = self.calendars, list(self.entries), self.request
        return story

    @property
    def state(self) -> State:
        """The clocks."""
        return self.request.sla

    def tell(self, when: str | datetime, *events: Event, by: Person = SAM) -> Story:
        """These facts, then."""
        for event in events:
            at = t(when) if isinstance(when, str) else when
            entry = Entry(self.request.version + 1, at, by.id, by.role, event)
            self.request = apply(self.request, entry, self.calendars)
            self.entries.append(entry)
        return self

    def client(self, when: str | datetime, text: str = "it fails", *, courtesy: bool = False) -> Story:
        """The client writes."""
        cls = MessageClass.COURTESY if courtesy else MessageClass.SUBSTANCE
        return self.tell(when, *client_writes(self.request, text=text, cls=cls), by=DANA)

    def reply(self, when: str | datetime, by: Person = SAM) -> Story:
        """Somebody of the team answers."""
        return self.tell(when, Replied("on it"), by=by)

    def resolve(self, when: str | datetime) -> Story:
        """It is believed solved."""
        return self.tell(when, *resolve(self.request, summary="done"))

    def promise(self, when: str | datetime, promised: Terms) -> Story:
        """The priority changes, and the terms with it."""
        if promised.priority is not self.request.priority:
            self.tell(when, PriorityChanged(self.request.priority, promised.priority))
        return self.tell(when, PolicyApplied(promised))

    def tick(self, when: str | datetime) -> tuple[Event, ...]:
        """What the clocks have to say by then; it is recorded."""
        at = t(when) if isinstance(when, str) else when
        events = tick(self.state, at, self.calendars)
        self.tell(at, *events)
        return events

    def clock(self, kind: ClockKind) -> Clock:
        """The last cycle of that clock."""
        clock = self.state.latest(kind)
        assert clock is not None, f"{kind} never started"
        return clock

    def due(self, kind: ClockKind) -> datetime | None:
        """When the running clock of that kind is due; None where none runs or it is paused."""
        clock = self.state.running(kind)
        return due_at(clock, self.calendars) if clock else None


def breaches(story: Story, when: str) -> list[tuple[ClockKind, int, str]]:
    """The breaches recorded by then: clock, cycle, and when."""
    found = [e for e in story.tick(when) if isinstance(e, Breached)]
    return [(e.clock, e.cycle, e.breached_at.strftime("%d %H:%M")) for e in found]
