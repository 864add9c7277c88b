"""What the team reads when something is late or nearly so: warnings, breach alerts, and how each of them ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.domain.attention import BREACH, TEAM, HoldKind, Told
from bot.domain.clocks import Clock, Outcome, due_at, instant_of
from bot.domain.escalation import next_rung
from bot.domain.people import Directory, Person, Role
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.messages.model import Action, Line, Listing, Row, Said, Span, When, Who, line
from bot.messages.words import CLOCK, CLOCK_DUE, STATUS, first_name, hours, owner_of, person, ref, served, span, there

_MOST = 20
"""Rows of a flood: a chat shows no more at a glance, and not every chat could."""


def warning(request: Request, directory: Directory, clock: Clock, reader: Person | None = None) -> Said:
    """To the engineer, or to the triage channel where nobody has it: what is due, and what counts.

    Once the clock has ended the same message says how; once somebody else has it, that they do.
    """
    due = due_at(clock, directory.calendars) or instant_of(clock, directory.calendars, clock.target) or clock.started_at
    if clock.ended_at is not None:
        head = line(ref(request), f", “{request.title}”: {CLOCK[clock.kind]} was due ", When(due), ".")
        return Said("warning", (head, _ending(clock, due, directory)), (_button("show", "Show", request),))
    local = _there(due, clock, directory, reader)
    when = line(f"{CLOCK_DUE[clock.kind].lower()} ", When(due), f"{local}, ", When(due, "relative"), ".")
    owner = owner_of(request, directory)
    if owner is not None and owner != reader:
        head = line(ref(request), f", “{request.title}”: ", person(directory, owner.id), " has it; ", *when)
        return Said("warning", (head,), (_button("show", "Show", request),))
    if clock.kind is ClockKind.RESOLUTION:
        head = line(ref(request), f", “{request.title}”: ", *when)
        advice = "Resolve it, or tell the client what comes next and when."
    elif clock.promised:
        who = "you" if owner_of(request, directory) else "we"
        head = line(ref(request), f": {who} promised {directory.name_of(request.requester)} news; ", *when)
        advice = "A reply keeps the promise, also to say that it takes longer. A new time, set before, moves it."
    else:
        name = directory.name_of(request.requester)
        head = line(ref(request), f": {name} is waiting for {'you' if owner_of(request, directory) else 'us'}; ", *when)
        advice = "Claiming doesn't count; “I'm on it, news at 16:00” does."
    actions = [_button("reply", "Reply", request, "primary"), _button("assign", "Hand over", request)]
    if owner_of(request, directory) is None:
        actions = [_button("claim", "Claim", request, "primary"), _button("reply", "Reply", request)]
    if clock.kind is not ClockKind.RESOLUTION:
        actions.append(_button("next", "I'm on it, news at…", request))
    return Said("warning", (head, line(advice)), (*actions, _button("why", "Why this time?", request)), tone="warn")


def breach(request: Request, directory: Directory, clock: Clock, reader: Person | None = None) -> Said:
    """To the alerts channel and everybody on the ladder: what was promised, who has it, who acts, who hears next.

    The same message tells how it ended, once it has. `reader` is whose copy it is; nobody's, in a channel.
    """
    due = instant_of(clock, directory.calendars, clock.target) or clock.breached_at or clock.started_at
    target = f"{served(clock.target)}, {clock.terms.policy}, {clock.terms.priority}"
    local = _there(due, clock, directory, reader)
    promised = f"{local}: a time we chose ourselves" if clock.promised else f"{local}: {target}"
    lines = [
        line(ref(request), f", “{request.title}”, missed {CLOCK[clock.kind]}, due ", When(due), promised, "."),
    ]
    if clock.ended_at is not None:
        return Said("breach", (*lines, _ending(clock, due, directory)), (_button("show", "Show", request),))
    if clock.kind is not ClockKind.RESOLUTION:
        waits = "the news we promised" if clock.promised else "a personal reply"
        lines.append(line(f"{directory.name_of(request.requester)} waits for {waits}."))
    if clock.cause == "priority_change":
        lines.append(line("It was late already when its priority changed."))
    told = request.attention.of(clock.kind, clock.cycle)
    if told and (late := _noticed_late(told)):
        lines.append(late)
    lines.append(line("Owner: ", *_owner(request, directory)))
    lines += climbed(request, directory, clock)
    assign = "Reassign" if owner_of(request, directory) else "Assign"
    # An engineer acts on what is theirs; of others' a lead says who does. In a channel there is no reader to know.
    acts = reader is None or reader.role is not Role.ENGINEER or reader.id == request.owner
    actions = (
        *((_button("handle", "I'll handle it", request, "primary"),) if acts else ()),
        _button("reply", "Reply", request),
        _button("assign", assign, request),
        _button("draft-note", "Draft note to client", request),
        _button("snooze", "Snooze", request),
        _button("show", "Show", request),
        _button("why", "Why this time?", request),
    )
    return Said("breach", tuple(lines), actions, tone="bad")


def _noticed_late(told: tuple[Told, ...]) -> Line | None:
    """Both times of what a downtime made late (rule 19)."""
    late = max(((t.at - t.due_at).total_seconds() for t in told), default=0)
    if late <= 60:
        return None
    first = max(told, key=lambda t: t.at - t.due_at)
    return line(f"I noticed this {span(late)} late, at ", When(first.at), ".")


def _there(due: datetime, clock: Clock, directory: Directory, reader: Person | None) -> str:
    """The time where the service is given, where it is another than its readers'; a channel's are the whole team."""
    calendar = directory.calendars.get(clock.stretches[-1].calendar) if clock.stretches else None
    return there(due, calendar, (reader,) if reader else directory.staff())


def climbed(request: Request, directory: Directory, clock: Clock) -> list[Line]:
    """Who was told, who acts, and who hears next."""
    lines: list[Line] = []
    above = [t for t in request.attention.of(clock.kind, clock.cycle) if t.rung != BREACH]
    if above:
        told: list[Span | str] = ["Told as well: "]
        for n, t in enumerate(above):
            told += ["; " if n else "", *people(t.to, directory), " ", When(t.at)]
        lines.append(line(*told, "."))
    hold = request.attention.hold
    rung = next_rung(request, clock, directory)
    if hold is not None:
        lines.append(held(request, directory))
    else:
        lines += _ran_out(request, directory, clock)
    if rung is not None and rung.at is not None:
        unless = "If nothing has happened by then, " if hold is not None else "If nobody takes it, "
        verb = " hears at " if len(rung.to) == 1 else " hear at "
        lines.append(line(unless, *people(rung.to, directory), verb, When(rung.at), "."))
    elif rung is None and hold is None and above:
        ends = "a resolution" if clock.kind is ClockKind.RESOLUTION else "a reply to the client"
        lines.append(line(f"Everybody on the ladder has been told; {ends} ends it."))
    return lines


def _ran_out(request: Request, directory: Directory, clock: Clock) -> list[Line]:
    """Who asked for time since it was late, and did not use it."""
    late = clock.breached_at or clock.started_at
    over = [hold for hold in request.attention.holds if hold.ran_out and hold.until >= late]
    if not over:
        return []
    spans: list[Span | str] = []
    for n, hold in enumerate(over):
        had = " had it until " if hold.kind is HoldKind.HANDLED else " let it wait until "
        spans += ["; " if n else "", person(directory, hold.by), had, When(hold.until)]
    return [line(*spans, ". Nothing has happened since, so the alarm goes on.")]


def held(request: Request, directory: Directory) -> Line:
    """Who acts by when, or until when it waits."""
    hold = request.attention.hold
    if hold is None:
        return ()
    who = person(directory, hold.by)
    if hold.kind is HoldKind.HANDLED:
        return line(who, " handles it, by ", When(hold.until), ". The alarm waits; the clock does not.")
    return line("Snoozed by ", who, " until ", When(hold.until), ". The alarm waits; the clock does not.")


def people(ids: tuple[str, ...], directory: Directory) -> Line:
    """Names, as one says them."""
    spans: list[Span | str] = []
    for n, id in enumerate(ids):
        joint = "" if n == 0 else " and " if n == len(ids) - 1 else ", "
        spans += [joint, "the team" if id == TEAM else Who(id, directory.name_of(id))]
    return line(*(s for s in spans if s))


def _ending(clock: Clock, due: datetime, directory: Directory) -> Line:
    ended = clock.ended_at or due
    if clock.outcome is Outcome.CANCELLED:
        return line("Nothing is owed on it any more: it ended ", When(ended, "full"), " without a verdict.")
    how = "Resolved" if clock.kind is ClockKind.RESOLUTION else "Answered"
    if clock.outcome not in (Outcome.MET, Outcome.MISSED):
        how = "Ended without a reply"
    if clock.outcome is Outcome.MET or clock.breached_at is None:
        return line(f"{how} ", When(ended, "full"), ", in time.")
    calendar = directory.calendars.get(clock.stretches[-1].calendar)
    late = calendar.between(due, ended) if calendar else max(0.0, (ended - due).total_seconds())
    return line(f"{how} ", When(ended, "full"), f", {hours(late)} late.")


def _owner(request: Request, directory: Directory) -> Line:
    if owner := owner_of(request, directory):
        return line(person(directory, owner.id), ".")
    return line("nobody yet. Assign it to somebody who can answer now.")


def _button(command: str, label: str, request: Request, style: Literal["plain", "primary"] = "plain") -> Action:
    return Action(command, label, {"request": request.number}, style, staff_only=True)


def flood(found: Sequence[tuple[Request, Clock]], directory: Directory) -> Listing:
    """Many alerts as one: what is late, what was dealt with; each opens to its request. Of very many, those that are
    still late come first, and the rest is counted."""
    late = sum(clock.running for _, clock in found)
    title = (
        f"{late} {'request is' if late == 1 else 'requests are'} late" if late else f"All {len(found)} are dealt with"
    )
    rows: list[Row] = []
    shown = sorted(found, key=lambda each: not each[1].running)[:_MOST] if len(found) > _MOST else found
    for request, clock in shown:
        due = instant_of(clock, directory.calendars, clock.target) or clock.breached_at or clock.started_at
        missed = line(f"Missed {CLOCK[clock.kind]}, due ", When(due), ".")
        note = missed if clock.running else _ending(clock, due, directory)
        owner = owner_of(request, directory)
        status, tone = STATUS[request.status], "bad" if clock.running else "plain"
        name = owner.name if owner else "nobody yet"
        rows.append(Row(request.number, request.ref, request.title, request.priority, status, name, note, tone))
    lines = [line("So many at once are told as one. Open a request to act on it.")]
    if len(found) > _MOST:
        lines.append(line(f"These are {_MOST} of {len(found):,}; the button lists all that is late."))
    actions = (Action("find", "All that is late", {"words": "late"}, staff_only=True),) if len(found) > _MOST else ()
    return Listing(title, tuple(rows), tuple(lines), actions)


def draft_note(request: Request, directory: Directory, by: Person) -> str:
    """A kind and honest word to a client who waits too long, for somebody to change and send under their own name."""
    hello = f"Hi {first_name(directory, request.requester)}, "
    late = "this has taken us longer than we promised, and I am sorry."
    return f"{hello}{late} I am looking at “{request.title}” now and will tell you here how it goes on.\n\n{by.name}"


# --- what the one who acts reads ------------------------------------------------------------------


def handling(request: Request, directory: Directory) -> Said:
    """They act; everybody who was told sees it."""
    change = Action("handle", "Another time", {"request": request.number, "ask": True}, staff_only=True)
    lines = (
        line("Thank you. ", *held(request, directory)),
        line("Everybody who was told of ", ref(request), " sees it."),
    )
    return Said("handling", lines, (_button("reply", "Reply", request, "primary"), change), tone="good")


def snoozed(request: Request, directory: Directory) -> Said:
    """It waits; everybody who was told sees it."""
    lines = (line(ref(request), ": ", *held(request, directory)), line("Everybody who was told of it sees that."))
    return Said("snoozed", lines, tone="good")


def has_it_already(request: Request, directory: Directory) -> Said:
    """A second person wants to handle it: who has said so first."""
    return Said(
        "handling",
        (
            line(ref(request), ": ", *held(request, directory)),
            line("Speak with them, or reply to the client yourself."),
        ),
        (_button("reply", "Reply", request, "primary"), _button("show", "Show", request)),
        tone="warn",
    )
