"""What the team reads: the card, the client's words, warnings and breach alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.domain.events import Status, Warned
from bot.domain.files import Attachment, names_of
from bot.domain.people import Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.domain.sla import Clock, Outcome, due_at, instant_of
from bot.messages.model import Action, Card, Field, Line, Quote, Relay, Said, Tone, When, line, strong
from bot.messages.words import CLOCK, CLOCK_DUE, IMPACT, STATUS, hours, owner_of, person, ref, span


def card(request: Request, directory: Directory) -> Card:
    """The request at a glance, in the triage channel."""
    client = directory.clients.get(request.client)
    fields = [Field("Urgent", urgent(request))] if request.urgent else []
    fields += [
        Field(
            "From",
            line(person(directory, request.requester), f", {client.name if client else request.client}"),
        ),
        Field("Owner", _has(request, directory)),
    ]
    fields += _clocks(request, directory)
    if request.stopped:
        fields.append(Field("Who is stopped", line(IMPACT[request.stopped])))
    if request.outcome:
        fields.append(Field("Outcome wanted", line(request.outcome)))
    if request.follows:
        fields.append(Field("Follows", line(request.follows)))
    if request.kind:
        kind = directory.kinds.get(request.kind)
        fields.append(Field("Kind", line(kind.label if kind else request.kind.capitalize())))
    fields += [Field(label, line(answer)) for label, answer in request.answers]
    if request.checklist:
        done = sum(bool(step.done_by) for step in request.checklist)
        fields.append(Field("Checklist", line(f"{done} of {len(request.checklist)} done")))
    if request.rating and request.rating.score:
        fields.append(Field("Rated", line(f"{request.rating.score} of 5")))
    if request.question:
        fields.append(Field("Asked the client", line(request.question)))
    if request.party:
        fields.append(Field("Waiting on", waiting_on(request, directory)))
    if request.summary and not request.status.is_open:
        fields.append(Field("What was done", line(request.summary)))
    first, more = _actions(request)
    return Card(
        number=request.number,
        ref=request.ref,
        title=request.title,
        status=STATUS[request.status],
        priority=request.priority,
        tone=tone(request),
        fields=tuple(fields),
        actions=first,
        more=more,
    )


def tone(request: Request) -> Tone:
    """How pressing it looks: bad once a running clock is breached, warn once one was warned."""
    if request.status in (Status.RESOLVED, Status.CLOSED):
        return "good"
    running = [c for c in request.sla.clocks if c.running]
    if request.urgent and request.status.is_open:
        return "bad"
    if any(c.breached_at for c in running):
        return "bad"
    return "warn" if any(c.warned for c in running) else "plain"


def urgent(request: Request) -> Line:
    """Who is stopped, by when it is needed, and since when we know."""
    if request.urgent is None or request.urgent_at is None:
        return ()
    needed = f", needed {request.needed}" if request.needed else ""
    return line(
        strong(f"URGENT: {IMPACT[request.urgent].lower()} stopped{needed}"), "; since ", When(request.urgent_at)
    )


def waiting_on(request: Request, directory: Directory) -> Line:
    """Which third party, who chases it, and when they are reminded."""
    chaser = request.chaser or request.owner
    who = line("; ", person(directory, chaser), " chases") if chaser else line("; nobody chases yet")
    return line(request.party, *who, *((" on ", When(request.chase_at, "full")) if request.chase_at else ()))


def _clocks(request: Request, directory: Directory) -> list[Field]:
    fields: list[Field] = []
    for kind in ClockKind:
        clock = request.sla.latest(kind)
        if clock is None or clock.outcome is Outcome.CANCELLED:
            continue
        target = " (promised)" if clock.promised else f" (target {hours(clock.target)})"
        if clock.paused:
            fields.append(Field(CLOCK_DUE[kind], line("paused while we wait", target)))
        elif clock.breached_at and clock.running:
            due = due_at(clock, directory.calendars) or clock.breached_at
            fields.append(Field(CLOCK_DUE[kind], line(strong("passed"), " ", When(due), target)))
        elif due := due_at(clock, directory.calendars):
            fields.append(Field(CLOCK_DUE[kind], line(When(due), ", ", When(due, "relative"), target)))
        elif clock.kind in (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION):
            word = {Outcome.MET: "met", Outcome.MISSED: "missed"}.get(clock.outcome, "closed without a reply")
            fields.append(Field(CLOCK[kind].capitalize(), line(word, target)))
    return fields


def _actions(request: Request) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    args = {"request": request.number}

    def button(command: str, label: str, *, primary: bool = False, danger: bool = False) -> Action:
        return Action(command, label, args, "primary" if primary else "danger" if danger else "plain", staff_only=True)

    why, history = button("why", "Why this time?"), button("history", "History")
    match request.status:
        case Status.RESOLVED if not request.announced:
            return (button("undo", "Undo resolve", primary=True), button("reply", "Reply")), (why, history)
        case Status.RESOLVED | Status.CLOSED:
            return (button("reopen", "Reopen"), button("reply", "Reply")), (
                button("note", "Note"),
                why,
                history,
            )
        case Status.CANCELLED:
            return (), (button("note", "Note"), history)
        case _:
            first = [button("reply", "Reply", primary=bool(request.owner)), button("resolve", "Resolve")]
            if request.owner is None:
                first.insert(0, button("claim", "Claim", primary=True))
            more = [
                button("next", "News at…"),
                button("ask-client", "Ask client"),
                button("wait-on", "Wait on…"),
                button("priority", "Priority"),
                button("assign", "Assign"),
                button("note", "Note"),
                *((button("checklist", "Checklist"),) if request.checklist else ()),
                why,
                history,
                button("close", "Close"),
                button("cancel", "Not a request", danger=True),
            ]
            if request.status in (Status.WAITING_CLIENT, Status.WAITING_OTHER):
                more.insert(0, button("resume", "Go on without waiting"))
            if request.urgent:
                more.append(button("not-urgent", "Not urgent any more"))
            return tuple(first), tuple(more)


def words(directory: Directory, by: str, text: str, about: Line = (), files: tuple[Attachment, ...] = ()) -> Relay:
    """Somebody's words, copied into the team's thread."""
    who = directory.person(by)
    return Relay(by, directory.name_of(by), who.role if who else "", text, about, files)


def sent_to_client(*, edited: bool = False) -> Line:
    """Above a reply's copy in the team's thread."""
    return line("Sent to the client, edited since" if edited else "Sent to the client")


def from_client(*, edited: bool = False) -> Line:
    """Above the copy of what the client wrote."""
    return line("The client wrote, edited since" if edited else "The client wrote")


def edited_words(*, edited: bool = True) -> Line:
    """Above words that need no more said than that they were changed."""
    return line("Edited") if edited else ()


def deleted(directory: Directory, by: str) -> Said:
    """What stands in place of words that are gone."""
    return Said("deleted", (line("This message was deleted by ", person(directory, by), "."),))


def handed(request: Request, directory: Directory, by: str) -> Said:
    """To the one who now has it."""
    return Said(
        "handed",
        (line(person(directory, by), " handed you ", ref(request), f", “{request.title}”."),),
        (_button("show", "Show", request), _button("reply", "Reply", request, "primary")),
    )


def reopened(request: Request, directory: Directory, reason: str) -> Said:
    """To its owner, or to the team."""
    return Said(
        "reopened",
        (line(ref(request), f" is open again: {reason}. ", *_waits(request, directory)),),
        (_button("reply", "Reply", request, "primary"), _button("show", "Show", request)),
        tone="warn",
    )


def warning(request: Request, directory: Directory, event: Warned) -> Said:
    """To the engineer, or to the triage channel where nobody has it: what is due, and what counts."""
    due = line(f"{CLOCK_DUE[event.clock].lower()} ", When(event.due_at), ", ", When(event.due_at, "relative"), ".")
    if event.clock is ClockKind.RESOLUTION:
        head = line(ref(request), f", “{request.title}”: ", *due)
        advice = "Resolve it, or tell the client what comes next and when."
    elif event.clock is ClockKind.PROMISE:
        who = "you" if owner_of(request, directory) else "we"
        name = directory.name_of(request.requester)
        head = line(ref(request), f": {who} promised {name} news; ", *due)
        advice = "A reply keeps the promise, also to say that it takes longer. A new time, set before, moves it."
    else:
        name = directory.name_of(request.requester)
        head = line(ref(request), f": {name} is waiting for {'you' if owner_of(request, directory) else 'us'}; ", *due)
        advice = "Claiming doesn't count; “I'm on it, news at 16:00” does."
    actions = [_button("reply", "Reply", request, "primary"), _button("assign", "Hand over", request)]
    if owner_of(request, directory) is None:
        actions = [_button("claim", "Claim", request, "primary"), _button("reply", "Reply", request)]
    if event.clock is not ClockKind.RESOLUTION:
        actions.append(_button("next", "I'm on it, news at…", request))
    return Said("warning", (head, line(advice)), (*actions, _button("why", "Why this time?", request)), tone="warn")


def breach(request: Request, directory: Directory, clock: Clock, noticed_at: datetime | None) -> Said:
    """To the owner, the managers and the alerts channel: what was promised, what happened, who has it, what next.

    The same message tells how it ended, once it has; `noticed_at` is None there.
    """
    due = instant_of(clock, directory.calendars, clock.target) or clock.breached_at or clock.started_at
    promised = f" (target {hours(clock.target)}, {clock.terms.policy}, {clock.terms.priority})"
    promised = " (a time we chose ourselves)" if clock.promised else promised
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
    late = (noticed_at - clock.breached_at).total_seconds() if noticed_at and clock.breached_at else 0
    if noticed_at and late > 60:
        lines.append(line(f"I noticed this {span(late)} late, at ", When(noticed_at), "."))
    lines.append(line("Owner: ", *_owner(request, directory)))
    assign = "Reassign" if owner_of(request, directory) else "Assign"
    actions = (
        _button("reply", "Reply", request, "primary"),
        _button("assign", assign, request),
        _button("show", "Show", request),
        _button("why", "Why this time?", request),
    )
    return Said("breach", tuple(lines), actions, tone="bad")


def _ending(clock: Clock, due: datetime, directory: Directory) -> Line:
    ended = clock.ended_at or due
    how = "Resolved" if clock.kind is ClockKind.RESOLUTION else "Answered"
    if clock.outcome not in (Outcome.MET, Outcome.MISSED):
        how = "Ended without a reply"
    calendar = directory.calendars.get(clock.stretches[-1].calendar)
    late = calendar.between(due, ended) if calendar else max(0.0, (ended - due).total_seconds())
    return line(f"{how} ", When(ended, "full"), f", {hours(late)} late.")


def client_wrote(
    request: Request,
    directory: Directory,
    by: str,
    text: str,
    files: tuple[Attachment, ...] = (),
    *,
    edited: bool = False,
) -> Said:
    """To the owner: the client said something, and a reply may be due."""
    wrote = " wrote, and edited since" if edited else " wrote"
    said: list[Line] = [(Quote(text),)] if text else []
    if files:
        said.append(line(f"With {names_of(files)}, to be seen in its thread."))
    return Said(
        "client-wrote",
        (line(ref(request), f", “{request.title}”: ", person(directory, by), wrote), *said),
        (_button("reply", "Reply", request, "primary"), _button("show", "Show", request)),
    )


def _has(request: Request, directory: Directory) -> Line:
    """Who has it, on the card."""
    if owner := owner_of(request, directory):
        return line(person(directory, owner.id))
    if request.owner:
        return line(strong("Nobody now"), f"; {directory.name_of(request.owner)} has left")
    return line(strong("Nobody yet"))


def _owner(request: Request, directory: Directory) -> Line:
    if owner := owner_of(request, directory):
        return line(person(directory, owner.id), ".")
    return line("nobody yet. Assign it to somebody who can answer now.")


def _waits(request: Request, directory: Directory) -> Line:
    if owner := owner_of(request, directory):
        return line(person(directory, owner.id), " has it.")
    return line("Nobody has it yet.")


def _button(command: str, label: str, request: Request, style: Literal["plain", "primary"] = "plain") -> Action:
    return Action(command, label, {"request": request.number}, style, staff_only=True)
