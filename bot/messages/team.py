"""What the team reads: the card, the client's words, warnings and breach alerts."""

from __future__ import annotations

from typing import Literal

from bot.domain.events import MessageClass, Status
from bot.domain.files import Attachment, names_of
from bot.domain.people import DESK, Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.domain.said import Saying
from bot.domain.sla import Outcome, due_at
from bot.messages import alerts
from bot.messages.model import Action, Card, Field, Line, Quote, Ref, Relay, Said, Tone, When, line, strong
from bot.messages.words import CLOCK, CLOCK_DUE, IMPACT, audience, due, owner_of, person, ref, served, status_of


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
    if request.private:
        fields.append(Field("Private", line(strong("Only "), *audience(request, directory))))
    fields += _clocks(request, directory)
    if request.stopped:
        fields.append(Field("Who is stopped", line(IMPACT[request.stopped])))
    if request.outcome:
        fields.append(Field("Outcome wanted", line(request.outcome)))
    if request.merged_into:
        fields.append(Field("Goes on in", line(Ref(request.merged_into, request.merged_ref))))
    if request.absorbed:
        fields.append(Field("Merged in", line(", ".join(request.absorbed))))
    if request.split_from:
        fields.append(Field("Split from", line(request.split_from)))
    if request.split_into:
        fields.append(Field("Split into", line(", ".join(request.split_into))))
    if request.follows:
        fields.append(Field("Follows", line(request.follows)))
    if request.kind:
        kind = directory.kinds.get(request.kind)
        fields.append(Field("Kind", line(kind.label if kind else request.kind.capitalize())))
    if request.tags:
        fields.append(Field("Tags", line(", ".join(request.tags))))
    if request.sla.terms and not request.sla.terms.matched and request.status.is_open:
        fields.append(Field("Promised", line("nothing: no policy matches it, so it has no deadlines")))
    fields += [Field(label, line(answer)) for label, answer in request.answers]
    if request.checklist:
        done = sum(bool(step.done_by) for step in request.checklist)
        fields.append(Field("Checklist", line(f"{done} of {len(request.checklist)} done")))
    if request.rating and request.rating.score:
        fields.append(Field("Rated", line(f"{request.rating.score} of 5")))
    if request.question:
        fields.append(Field("Asked the client", line(request.question)))
    if request.party and request.status is Status.WAITING_OTHER:
        fields.append(Field("Waiting on", waiting_on(request, directory)))
    if request.attention.hold:
        fields.append(Field("Alarm", alerts.held(request, directory)))
    if request.summary and not request.status.is_open:
        fields.append(Field("What was done", line(request.summary)))
    first, more = _actions(request)
    return Card(
        number=request.number,
        ref=request.ref,
        title=request.title,
        status=status_of(request),
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
        target = " (promised)" if clock.promised else f" (target\u00a0{served(clock.target)})"
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
            take_back = Action("split", "Take the merge back", {**args, "back": True}, staff_only=True)
            back = (take_back,) if request.merged_into else ()
            return back, (button("note", "Note"), history)
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
                button("merge", "Merge into…"),
                button("split", "Split…"),
                button("close", "Close"),
                button("cancel", "Not a request", danger=True),
            ]
            if request.status in (Status.WAITING_CLIENT, Status.WAITING_OTHER, Status.SET_ASIDE):
                more.insert(0, button("resume", "Go on without waiting"))
            if request.urgent:
                more.append(button("not-urgent", "Not urgent any more"))
            return tuple(first), tuple(more)


def words(
    directory: Directory,
    by: str,
    text: str,
    about: Line = (),
    files: tuple[Attachment, ...] = (),
    actions: tuple[Action, ...] = (),
) -> Relay:
    """Somebody's words, copied into the team's thread."""
    who = directory.person(by)
    return Relay(by, directory.name_of(by), who.role if who else "", text, about, files, actions)


def another(request: Request, saying: Saying) -> tuple[Action, ...]:
    """Under the copy of a client's message: what makes exactly that message a request of its own."""
    message = getattr(saying.entry.event, "message", "")
    if not message or saying.cls is MessageClass.COURTESY or request.status is Status.CANCELLED:
        return ()
    return (Action("another", "This is another matter", {"message": message}, staff_only=True),)


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
    """To the one who now has it: who gave it to them, what is due, and what is known already."""
    gave = line("It is your turn: ") if by == DESK.id else line(person(directory, by), " handed you ")
    told = "The client was told that you have it; what was said so far is in its thread."
    return Said(
        "handed",
        (line(*gave, ref(request), f", “{request.title}”. ", *due(request, directory)), line(told)),
        (_button("reply", "Reply", request, "primary"), _button("show", "Show", request)),
    )


def reopened(request: Request, directory: Directory, reason: str) -> Said:
    """To its owner, or to the team: what is due, and whose it is."""
    mine = owner_of(request, directory) is not None
    whose = "You have it. " if mine else "Nobody has it yet; whoever claims it does. "
    said = line(ref(request), f", “{request.title}”, is open again: {reason}. {whose}", *due(request, directory))
    reply = _button("reply", "Reply", request, "primary" if mine else "plain")
    claim = () if mine else (_button("claim", "Claim", request, "primary"),)
    return Said("reopened", (said,), (*claim, reply, _button("show", "Show", request)), tone="warn")


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
        (_button("reply", "Reply", request, "primary"), _button("show", "Show", request))
        if request.status.is_open
        else (),
    )


def _has(request: Request, directory: Directory) -> Line:
    """Who has it, on the card."""
    if owner := owner_of(request, directory):
        return line(person(directory, owner.id))
    if request.owner:
        return line(strong("Nobody now"), f"; {directory.name_of(request.owner)} has left")
    return line(strong("Nobody yet"))


def _button(command: str, label: str, request: Request, style: Literal["plain", "primary"] = "plain") -> Action:
    return Action(command, label, {"request": request.number}, style, staff_only=True)
