"""*Why this time?*: the story of each clock of a request, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendar import WEEKDAYS, Calendar
from bot.domain.clocks import Clock, Outcome, due_at, elapsed, instant_of
from bot.domain.events import Entry
from bot.domain.people import Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.messages import alerts
from bot.messages.model import Line, Said, Span, When, line, strong
from bot.messages.words import CLOCK, hours, ref, span

_STARTED = {
    ClockKind.FIRST_RESPONSE: "the request came in",
    ClockKind.NEXT_REPLY: "the client wrote again",
    ClockKind.PERIODIC_UPDATE: "the last public reply",
    ClockKind.RESOLUTION: "the request came in",
    ClockKind.PROMISE: "somebody of the team promised news",
}


def story(request: Request, entries: Sequence[Entry], directory: Directory, at: datetime, *, for_staff: bool) -> Said:
    """Started by what, which hours count, paused when, due when, and how it stands. Clients see no warnings and no
    policy."""
    shown = [c for c in request.sla.clocks if for_staff or c.kind is not ClockKind.PERIODIC_UPDATE]
    clocks = sorted(shown, key=lambda c: list(ClockKind).index(c.kind))  # replies first: they are due first
    if not clocks:
        return Said("why", (line(ref(request), " has no promised times. A person will answer in its thread."),))
    lines: list[Line] = [line("Why these times for ", ref(request), "?")]
    for clock in clocks:
        lines.append(_one(clock, directory, at, for_staff=for_staff))
        if for_staff and clock.running:
            lines += alerts.climbed(request, directory, clock)
    calendars = {s.calendar for c in clocks for s in c.stretches}
    lines += [_hours(directory.calendars[name]) for name in sorted(calendars) if name in directory.calendars]
    return Said("why", tuple(lines))


def _one(clock: Clock, directory: Directory, at: datetime, *, for_staff: bool) -> Line:
    name = CLOCK[clock.kind].capitalize() + (f" ({clock.cycle})" if clock.cycle > 1 else "")
    spans: list[Span | str] = [
        strong(name),
        ": started ",
        When(clock.started_at, "full"),
        f" when {_STARTED[clock.kind]}; ",
    ]
    if clock.promised:
        spans += ["promised for ", When(clock.promised, "full")]
    else:
        spans.append(f"target {hours(clock.target)} of service hours")
    if for_staff and not clock.promised:
        spans.append(f" ({clock.terms.policy}, {clock.terms.priority}, version {clock.terms.version})")
    spans.append(". ")
    for before, after in zip(clock.stretches, clock.stretches[1:], strict=False):
        if before.until and before.until < after.since:
            calendar = directory.calendars[after.calendar]
            given = calendar.between(before.until, after.since)
            spans += [
                "Paused ",
                When(before.until, "full"),
                " to ",
                When(after.since, "full"),
                f": {hours(given)} given back. ",
            ]
    if clock.paused:
        spans += [
            "Paused since ",
            When(clock.stretches[-1].until or at, "full"),
            "; nothing is due while it waits. ",
        ]
    end = clock.ended_at or at
    used = elapsed(clock, directory.calendars, end)
    due = due_at(clock, directory.calendars) or instant_of(clock, directory.calendars, clock.target)
    if clock.outcome is Outcome.RUNNING and due and not clock.paused and not clock.promised:
        spans += [f"{hours(used)} used, so it is due ", When(due, "full"), ". "]
    if for_staff and clock.warned:
        spans.append(f"Warned at {', '.join(f'{p} %' for p in clock.warned)}. ")
    if clock.breached_at:
        cause = "when the priority changed" if clock.cause == "priority_change" else "as the target was used up"
        spans += ["Passed ", When(clock.breached_at, "full"), f" {cause}. "]
    spans += _verdict(clock, used)
    return line(*spans)


def _verdict(clock: Clock, used: float) -> list[Span | str]:
    if clock.ended_at is None:
        return []
    took = f" after {hours(used)}"
    match clock.outcome:
        case Outcome.MET:
            return [
                "Met ",
                When(clock.ended_at, "full"),
                f"{took}, {span(max(0, clock.target - used))} to spare.",
            ]
        case Outcome.MISSED:
            return [
                "Answered " if clock.kind is not ClockKind.RESOLUTION else "Ended ",
                When(clock.ended_at, "full"),
                f"{took}: missed.",
            ]
        case Outcome.CLOSED_WITHOUT_REPLY:
            return ["Ended ", When(clock.ended_at, "full"), " without a personal reply."]
        case _:
            return ["Ended ", When(clock.ended_at, "full"), " without a verdict."]


def _hours(calendar: Calendar) -> Line:
    days: dict[str, list[str]] = {}
    for name, windows in zip(WEEKDAYS, calendar.hours, strict=True):
        text = " and ".join(f"{_clock(a)} to {_clock(b)}" for a, b in windows)
        if text:
            days.setdefault(text, []).append(name.capitalize())
    parts = [f"{', '.join(names)} {text}" for text, names in days.items()]
    off = len(calendar.holidays)
    holidays = f"; {off} holiday{'s' if off > 1 else ''} off" if off else ""
    return line(f"Service hours: {'; '.join(parts)} ({calendar.zone}){holidays}.")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
