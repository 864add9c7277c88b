"""Lists of requests, and one request's history."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import (
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ChaserNudged,
    ChecklistSet,
    ClientWrote,
    Closed,
    Entry,
    Event,
    FollowedUp,
    MarkedUrgent,
    NewsPromised,
    NoteAdded,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Rated,
    RatingAsked,
    RatingExplained,
    RatingSkipped,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    StepDone,
    UrgencyLifted,
    WaitedOn,
    Warned,
    from_to,
)
from bot.domain.people import Directory, Role
from bot.domain.request import Request
from bot.domain.sla import next_deadline
from bot.messages import team
from bot.messages.model import Action, Line, Listing, Row, Said, When, line
from bot.messages.words import CLOCK, CLOCK_DUE, IMPACT, ROLE, STATUS, STATUS_FOR_CLIENT, ref

PAGE = 20
_INTERNAL = NoteAdded | Warned | Breached | PolicyApplied | PriorityChanged | ChaserNudged


def row(request: Request, directory: Directory, *, for_staff: bool) -> Row:
    """One request, with what matters next."""
    deadline = next_deadline(request.sla, directory.calendars)
    note: Line = ()
    if deadline:
        note = line(f"{CLOCK_DUE[deadline[1]]} ", When(deadline[0]))
    return Row(
        request.number,
        request.ref,
        request.title,
        request.priority if for_staff else "",
        (STATUS if for_staff else STATUS_FOR_CLIENT)[request.status],
        directory.name_of(request.owner) if request.owner else ("nobody yet" if for_staff else "our team"),
        note,
        team.tone(request) if for_staff else "plain",
    )


def _rows(requests: Sequence[Request], directory: Directory, *, for_staff: bool) -> tuple[Row, ...]:
    return tuple(row(r, directory, for_staff=for_staff) for r in requests)


def my_requests(requests: Sequence[Request], directory: Directory, command: str) -> Listing:
    """A client's own requests."""
    if not requests:
        new = (Action("new", "New request", {}, "primary"),)
        return Listing(
            "Your requests", lines=(line(f"You have none open. Raise one with {command} new."),), actions=new
        )
    return Listing("Your requests", _rows(requests, directory, for_staff=False))


def my_work(mine: Sequence[Request], free: Sequence[Request], directory: Directory) -> Listing:
    """An engineer's work, the next deadline first, and what nobody has yet."""
    rows = _rows(mine, directory, for_staff=True) + _rows(free, directory, for_staff=True)
    if not rows:
        return Listing("Your work", lines=(line("Nothing is yours, and nothing waits for an owner. Enjoy the quiet."),))
    head = line(f"{len(mine)} yours, the next deadline first; {len(free)} waiting for an owner.")
    return Listing("Your work", rows, (head,))


def found(requests: Sequence[Request], words: str, directory: Directory, *, for_staff: bool) -> Listing:
    """What a search gave."""
    shown = requests[:PAGE]
    if not shown:
        nothing = line(f"Nothing fits “{words[:60]}”. Try one word of the title, or a number such as 42.")
        return Listing("Found", lines=(nothing,))
    more = (line(f"These are the newest {PAGE}; add a word to narrow it."),) if len(requests) > PAGE else ()
    return Listing(f"Found for “{words[:60]}”", _rows(shown, directory, for_staff=for_staff), more)


def history(request: Request, entries: Sequence[Entry], directory: Directory, *, for_staff: bool) -> Said:
    """Who did what, in which role, when, from what to what. Notes and the desk's alarms stay with the team."""
    lines = [line("History of ", ref(request), f", “{request.title.replace('**', '')}”")]
    for entry in entries:
        if not for_staff and isinstance(entry.event, _INTERNAL):
            continue
        role = f" ({ROLE[entry.role]})" if entry.role is not Role.DESK else ""
        name = "The desk" if entry.role is Role.DESK else directory.name_of(entry.by)
        lines.append(line(When(entry.at, "full"), f"  {name}{role} {deed(entry, directory, for_staff=for_staff)}"))
    return Said("history", tuple(lines))


def deed(entry: Entry, directory: Directory, *, for_staff: bool) -> str:
    """What an entry says somebody did, with from and to. What staff gave as their reason stays with the team."""
    event = entry.event

    def because(deed: str, reason: str) -> str:
        return _and(deed, reason if for_staff or not entry.role.is_staff else "")

    match event:
        case Opened(source=source, priority=priority):
            return f"opened it by {source}, {priority}" if for_staff else f"opened it by {source}"
        case PolicyApplied(terms=terms):
            return f"applied {terms.policy} (version {terms.version}) for {terms.priority}"
        case Assigned(to=after) if after == entry.by:
            return "took it"
        case Assigned(from_=before, to=after):
            giver = directory.name_of(before) if before else "nobody"
            return f"gave it: {giver} → {directory.name_of(after) if after else 'the team'}"
        case PriorityChanged(from_=before, to=after, reason=reason):
            return because(f"changed the priority: {before} → {after}", reason)
        case ClientWrote(text=text):
            return f"wrote: {_short(text)}"
        case Replied(text="", imported=True):
            return "answered (imported)"
        case Replied(text=text):
            return f"replied: {_short(text)}"
        case NoteAdded(text=text):
            return f"noted: {_short(text)}"
        case AskedClient(question=question):
            return _and(_moved("asked the client", event), question)
        case WaitedOn(party=party):
            return _and(_moved("waits for a third party", event), party if for_staff else "")
        case ChaserNudged():
            return "reminded whoever chases the third party"
        case NewsPromised(due_at=due):
            return f"promised news by {due:%Y-%m-%d %H:%M} UTC"
        case MarkedUrgent(impact=impact, needed=needed):
            return _and(f"said it is urgent: {IMPACT[impact].lower()} stopped", needed)
        case UrgencyLifted(reason=reason):
            return _and("took the urgent mark off", reason)
        case Resumed(reason=reason):
            return because(_moved("went on", event), reason)
        case Resolved(summary=summary):
            return _and(_moved("resolved it", event), summary)
        case ResolveUndone():
            return _moved("took the resolve back", event)
        case ResolutionAnnounced():
            return "asked the client whether it works"
        case Reopened(reason=reason):
            return because(_moved("reopened it", event), reason)
        case Closed(reason=reason):
            return because(_moved("closed it", event), reason)
        case Cancelled(reason=reason):
            return because(_moved("set it aside", event), reason)
        case ChecklistSet(steps=steps):
            return f"wrote a checklist of {len(steps)} steps"
        case StepDone(step=step, done=done):
            return f"{'did' if done else 'reopened'} step {step + 1} of the checklist"
        case RatingAsked():
            return "asked how it was"
        case RatingSkipped(reason=reason):
            return _and("asked for no rating", reason)
        case Rated(score=score):
            return f"rated it {score} of 5"
        case RatingExplained(text=text):
            return f"said why: {_short(text)}"
        case FollowedUp(text=text):
            return f"got in touch about the rating: {_short(text)}"
        case Warned(clock=clock, percent=percent):
            return f"warned: {CLOCK[clock]} at {percent} % of its target"
        case Breached(clock=clock):
            return f"recorded a breach: {CLOCK[clock]}"
        case _:
            return type(event).__name__


def _moved(deed: str, event: Event) -> str:
    before, after = from_to(event)
    return f"{deed}: {_status(before)} → {_status(after)}"


def _and(deed: str, more: str) -> str:
    return f"{deed}. {_short(more)}" if more.strip() else deed


def _status(value: str) -> str:
    return next((words for status, words in STATUS.items() if status == value), value)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 140 else flat[:139] + "…"
