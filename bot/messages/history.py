"""What happened to a request, entry by entry, in words: who did what when, as far as its reader may know."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
from bot.domain.people import Directory, Role
from bot.domain.request import Request
from bot.domain.said import for_clients, unheard
from bot.messages.model import Said, When, line
from bot.messages.words import CLOCK, IMPACT, ROLE, STATUS, at_rung, ref, short, with_more

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
        return with_more(deed, reason if for_staff or not entry.role.is_staff else "")

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
            return f"wrote: {short(text)}"
        case Replied(text="", imported=True):
            return "answered (imported)"
        case Replied(text=text):
            return f"replied: {short(text)}"
        case NoteAdded(text=text):
            return f"noted: {short(text)}"
        case MessageEdited(text=text, was=was):
            return f"edited a message: {short(text)}" + (f" (it said: {short(was)})" if was else "")
        case MessageDeleted(was=was):
            return "deleted a message" + (f" (it said: {short(was)})" if was else "")
        case Reworded(title=title):
            return f"so it is about: {short(title)}"
        case MessageClassCorrected(cls=cls):
            return (
                "said that a message was only thanks" if cls is MessageClass.COURTESY else "said that a message counts"
            )
        case AskedClient(question=question):
            return with_more(_moved("asked the client", event), question)
        case WaitedOn(party=party):
            return with_more(_moved("waits for a third party", event), party if for_staff else "")
        case ChaserNudged():
            return "reminded whoever chases the third party"
        case MadePrivate():
            return "made it private"
        case Shared(person=whom):
            return f"shared it with {directory.name_of(whom)}"
        case NewsPromised(due_at=due):
            return f"promised news by {due:%Y-%m-%d %H:%M} UTC"
        case MarkedUrgent(impact=impact, needed=needed):
            return with_more(f"said it is urgent: {IMPACT[impact].lower()} stopped", needed)
        case UrgencyLifted(reason=reason):
            return with_more("took the urgent mark off", reason)
        case Resumed(reason=reason):
            return because(_moved("went on", event), reason)
        case Resolved(summary=summary):
            return with_more(_moved("resolved it", event), summary)
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
            return with_more(f"merged {ref_ or _ANOTHER} into it", title)
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
            return with_more("asked for no rating", reason)
        case Rated(score=score):
            return f"rated it {score} of 5"
        case RatingExplained(text=text):
            return f"said why: {short(text)}"
        case FollowedUp(text=text):
            return f"got in touch about the rating: {short(text)}"
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


def _status(value: str) -> str:
    return next((words for status, words in STATUS.items() if status == value), value)
