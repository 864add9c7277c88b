"""Lists of requests, and one request's history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alarms import (
    ClientNudged,
    Escalated,
    Handled,
    LadderResumed,
    Offered,
    OwnerNudged,
    SetAside,
    Snoozed,
    WaitPostponed,
)
from bot.domain.events import (
    Absorbed,
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
    KindChanged,
    MadePrivate,
    MarkedUrgent,
    MessageClass,
    MessageClassCorrected,
    MessageDeleted,
    MessageEdited,
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
    Reworded,
    Shared,
    SplitOff,
    Status,
    StepDone,
    Tagged,
    Unmerged,
    Untagged,
    UrgencyLifted,
    WaitedOn,
    Warned,
    WordsErased,
    from_to,
)
from bot.domain.people import Directory, Person, Role
from bot.domain.request import Request
from bot.domain.said import for_clients, unheard
from bot.domain.search import Search
from bot.domain.sla import next_deadline, next_news
from bot.messages import team
from bot.messages.model import Action, Arg, Line, Listing, Row, Said, Span, When, line
from bot.messages.words import CLOCK, CLOCK_DUE, IMPACT, ROLE, STATUS, at_rung, ref, stands, status_of

PAGE = 20
"""Requests on a page."""
_INTERNAL = (
    NoteAdded
    | Warned
    | Breached
    | PolicyApplied
    | PriorityChanged
    | KindChanged
    | Tagged
    | Untagged
    | ChaserNudged
    | Escalated
    | Handled
    | Snoozed
    | LadderResumed
    | OwnerNudged
    | Offered
)
"""What stays with the team."""

Args = Mapping[str, Arg]


def row(request: Request, directory: Directory, note: Line, *, for_staff: bool, group: str = "") -> Row:
    """One request in a list."""
    return Row(
        request.number,
        request.ref,
        request.title,
        request.priority if for_staff else "",
        status_of(request) if for_staff else stands(request),
        directory.name_of(request.owner) if request.owner else ("nobody yet" if for_staff else "our team"),
        note,
        team.tone(request) if for_staff else "plain",
        group,
    )


def standing(request: Request, directory: Directory, at: datetime, *, for_staff: bool, group: str = "") -> Row:
    """One request with what matters next."""
    note = (_next_for_staff if for_staff else _next_for_client)(request, directory, at)
    return row(request, directory, note, for_staff=for_staff, group=group)


def _next_for_staff(request: Request, directory: Directory, at: datetime) -> Line:
    """The next deadline and how far it is, and whom it waits for."""
    parts: list[Span | str] = []
    if request.status is Status.WAITING_CLIENT:
        parts.append(f"Waits for {directory.name_of(request.requester)}")
    elif request.status is Status.SET_ASIDE:
        parts.append("Set aside: no answer came")
    elif request.status is Status.WAITING_OTHER:
        parts.append(f"Waits for {_short(request.party) or 'a third party'}")
    deadline = next_deadline(request.sla, directory.calendars)
    if deadline:
        due, kind = deadline
        late = "Late: " if due <= at else ""
        parts += ["; " if parts else "", f"{late}{CLOCK_DUE[kind]} ", When(due), ", ", When(due, "relative")]
    return line(*parts)


def _next_for_client(request: Request, directory: Directory, at: datetime) -> Line:
    """What is theirs to do, else when they hear next."""
    if request.status in (Status.WAITING_CLIENT, Status.SET_ASIDE):
        return line(_and("Waits for your answer", request.question).replace(". ", ": ", 1))
    if request.status is Status.RESOLVED and request.announced:
        return line("Does it work for you?")
    news = next_news(request.sla, directory.calendars) if request.status.is_open else None
    if news is None:
        return ()
    return line("You hear by " if news > at else "You were to hear by ", When(news))


def _rows(
    requests: Sequence[Request], directory: Directory, at: datetime, *, for_staff: bool, group: str = ""
) -> tuple[Row, ...]:
    return tuple(standing(r, directory, at, for_staff=for_staff, group=group) for r in requests)


def extent(page: int, shown: int, total: int) -> str:
    """Which of how many: “21–40 of 1,204”."""
    first = (page - 1) * PAGE + 1
    return f"{first:,}–{first + shown - 1:,} of {total:,}" if shown > 1 else f"{first:,} of {total:,}"


def _turn(command: str, args: Args, page: int, total: int) -> tuple[Action, ...]:
    """The buttons to the pages before and after."""
    actions: list[Action] = []
    if page > 1:
        actions.append(Action(command, "Previous page", {**args, "page": page - 1}))
    if page * PAGE < total:
        actions.append(Action(command, "Next page", {**args, "page": page + 1}))
    return tuple(actions)


def my_requests(
    requests: Sequence[Request], page: int, total: int, args: Args, directory: Directory, at: datetime, command: str
) -> Listing:
    """A client's own requests, what waits for their answer first."""
    new = Action("new", "New request", {}, "primary")
    if not requests:
        none = line(f"You have none open. Raise one with {command} new.")
        ended = line(f"What is done is found by {command} find mine status:all.")
        return Listing("Your requests", lines=(none, ended), actions=(new,))
    head = (line(extent(page, len(requests), total), "."),) if total > PAGE else ()
    rows = _rows(requests, directory, at, for_staff=False)
    return Listing("Your requests", rows, head, _turn("my", args, page, total))


def my_work(
    mine: Sequence[Request],
    page: int,
    total: int,
    args: Args,
    free: Sequence[Request],
    unowned: int,
    directory: Directory,
    at: datetime,
) -> Listing:
    """An engineer's work, the next deadline first, and on the first page what nobody has yet."""
    rows = _rows(mine, directory, at, for_staff=True, group="Yours")
    rows += _rows(free, directory, at, for_staff=True, group="Nobody has these yet")
    if not rows:
        return Listing("Your work", lines=(line("Nothing is yours, and nothing waits for an owner. Enjoy the quiet."),))
    head = f"{total:,} yours, the next deadline first" if total else "Nothing is yours"
    head += f"; {unowned:,} waiting for an owner." if unowned else "; nothing waits for an owner."
    if total > PAGE:
        head += f" {extent(page, len(mine), total)}."
    actions = _turn("my", args, page, total)
    if unowned > len(free) and page == 1:
        actions += (
            Action("find", f"All {unowned:,} without an owner", {"words": "unowned sort:due"}, staff_only=True),
        )
    return Listing("Your work", rows, (line(head),), actions)


def found(
    requests: Sequence[Request],
    page: int,
    total: int,
    args: Args,
    search: Search,
    directory: Directory,
    at: datetime,
    *,
    actor: Person,
    bulk: bool,
) -> Listing:
    """A page of what a search gave. `bulk` offers to act on all of it."""
    words = str(args.get("words", ""))
    named = f"“{words[:60]}{'…' if len(words) > 60 else ''}”"
    scope = "Only open ones are listed; add status:all for the others." if search.open_only else ""
    if not requests:
        nothing = f"Nothing fits {named}." if words else "Nothing is open."
        tip = scope or "Try one word of the title, a number such as 42, or fewer filters."
        return Listing("Nothing found", lines=(line(f"{nothing} {tip}"),))
    title = f"Found for {named}" if words else "Open requests"
    head = f"{extent(page, len(requests), total)}."
    if not words:
        head += " Narrow it: find status:waiting older:3d, find late, find export."
    actions = _turn("find", args, page, total)
    if bulk:
        label = "Act on this one" if total == 1 else f"Act on all {total:,}"
        actions += (Action("bulk", label, {"words": words}, staff_only=True),)
    lines = (line(" ".join(filter(None, (head, scope)))),)
    return Listing(title, _rows(requests, directory, at, for_staff=actor.is_staff), lines, actions)


@dataclass(frozen=True)
class Section:
    """A part of the overview: its name, how it is searched for, its first requests, and how many there are."""

    name: str
    words: str
    requests: tuple[Request, ...]
    total: int


def overview(sections: Sequence[Section], directory: Directory, at: datetime) -> Listing:
    """What needs a hand across the desk; a request stands in the first part that names it."""
    there = [section for section in sections if section.total]
    title = "What needs a hand"
    if not there:
        return Listing(
            title, lines=(line("Nothing is late, at risk, without an owner, quiet or waiting. All is well."),)
        )
    rows: dict[int, Row] = {}
    for section in there:
        for request in section.requests:
            shown = standing(request, directory, at, for_staff=True, group=f"{section.name} ({section.total:,})")
            rows.setdefault(request.number, shown)
    head = "; ".join(f"{section.total:,} {section.name[0].lower()}{section.name[1:]}" for section in there) + "."
    actions = tuple(
        Action("find", f"All: {s.name}", {"words": s.words}, staff_only=True)
        for s in there
        if s.total > len(s.requests)
    )
    return Listing(title, tuple(rows.values()), (line(head),), actions)


def told(entries: Sequence[Entry], *, for_staff: bool, sees: Collection[int] = ()) -> list[Entry]:
    """The entries that a reader hears of: a client's people none that stays with the team, and of other requests those
    alone that they see."""
    if for_staff:
        return list(entries)
    early = unheard(entries)
    shown = for_clients(entries, sees)
    return [entry for entry in shown if not isinstance(entry.event, _INTERNAL) and entry.seq not in early]


def history(
    request: Request,
    entries: Sequence[Entry],
    directory: Directory,
    *,
    for_staff: bool,
    sees: Collection[int] = (),
) -> Said:
    """Who did what, in which role, when, from what to what. Notes and the desk's alarms stay with the team."""
    lines = [line("History of ", ref(request), f", “{request.title.replace('**', '')}”")]
    for entry in told(entries, for_staff=for_staff, sees=sees):
        role = f" ({ROLE[entry.role]})" if entry.role is not Role.DESK else ""
        name = "The desk" if entry.role is Role.DESK else directory.name_of(entry.by)
        role += f" by the token {entry.via}" if entry.via and for_staff else ""
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
        case PolicyApplied(terms=terms, edited=edited):
            what = f"applied {terms.policy} (version {terms.version})" if terms.matched else "no policy matches it"
            return f"{what} for {terms.priority}" + ("; the policy was edited" if edited else "")
        case Assigned(to=after) if after == entry.by:
            return "took it"
        case Assigned(from_=before, to=after):
            giver = directory.name_of(before) if before else "nobody"
            return f"gave it: {giver} → {directory.name_of(after) if after else 'the team'}"
        case PriorityChanged(from_=before, to=after, reason=reason):
            return because(f"changed the priority: {before} → {after}", reason)
        case KindChanged(from_=before, to=after):
            return f"changed the kind: {before or 'none'} → {after or 'none'}"
        case Tagged(tag=tag):
            return f"tagged it {tag}"
        case Untagged(tag=tag):
            return f"took the tag {tag} off"
        case ClientWrote(text=text):
            return f"wrote: {_short(text)}"
        case Replied(text="", imported=True):
            return "answered (imported)"
        case Replied(text=text):
            return f"replied: {_short(text)}"
        case NoteAdded(text=text):
            return f"noted: {_short(text)}"
        case MessageEdited(text=text, was=was):
            return f"edited a message: {_short(text)}" + (f" (it said: {_short(was)})" if was else "")
        case MessageDeleted(was=was):
            return "deleted a message" + (f" (it said: {_short(was)})" if was else "")
        case Reworded(title=title):
            return f"so it is about: {_short(title)}"
        case MessageClassCorrected(cls=cls):
            return (
                "said that a message was only thanks" if cls is MessageClass.COURTESY else "said that a message counts"
            )
        case AskedClient(question=question):
            return _and(_moved("asked the client", event), question)
        case WaitedOn(party=party):
            return _and(_moved("waits for a third party", event), party if for_staff else "")
        case ChaserNudged():
            return "reminded whoever chases the third party"
        case MadePrivate():
            return "made it private"
        case Shared(person=whom):
            return f"shared it with {directory.name_of(whom)}"
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
        case Cancelled(reason="merged", into_ref=into):
            return f"merged it into {into or _ANOTHER}"
        case Absorbed(ref=ref_, title=title):
            return _and(f"merged {ref_ or _ANOTHER} into it", title)
        case Unmerged():
            return _moved("took the merge back", event)
        case SplitOff(ref=ref_):
            return f"split {ref_ or _ANOTHER} off"
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
        case WordsErased(why=why):
            return "erased a person's words" if why == "person" else "erased its words, which were old enough"
        case Warned(clock=clock, rung=rung):
            return f"warned: {CLOCK[clock]} {at_rung(rung)}"
        case Breached(clock=clock):
            return f"recorded a breach: {CLOCK[clock]}"
        case Escalated(clock=clock, to=to):
            return f"told {' and '.join(directory.name_of(id) for id in to)} of the late {CLOCK[clock]}"
        case Handled():
            return "said that they handle it; the alarm waits"
        case Snoozed():
            return "let the alarm wait"
        case OwnerNudged(owner=owner):
            return f"asked {directory.name_of(owner)} for a sign"
        case Offered():
            return "asked the team whether somebody takes it over"
        case ClientNudged(number=number):
            return f"reminded the client of what we asked ({number})"
        case WaitPostponed():
            return "asked to be reminded later"
        case SetAside():
            return _moved("set it aside, since no answer came", event)
        case LadderResumed(by=by):
            return f"let the alarm go on: the time that {directory.name_of(by)} asked for was over"
        case _:
            return type(event).__name__


_ANOTHER = "another request"
"""One that its reader may not see."""


def _moved(deed: str, event: Event) -> str:
    before, after = from_to(event)
    return f"{deed}: {_status(before)} → {_status(after)}"


def _and(deed: str, more: str) -> str:
    return f"{deed}. {_begun(_short(more))}" if more.strip() else deed


def _begun(text: str) -> str:
    """As a sentence begins; a name such as iPhone stays as it is written."""
    return text[:1].upper() + text[1:] if text.split(" ", 1)[0].islower() else text


def _status(value: str) -> str:
    return next((words for status, words in STATUS.items() if status == value), value)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 140 else flat[:139] + "…"
