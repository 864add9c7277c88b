"""Facts about a request, in the past tense and frozen.

A request's history is its entries in order; nothing else changes it.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import alarms
from bot.domain.alarms import Breached, Warned
from bot.domain.fact import Event, MessageClass, Status
from bot.domain.files import Attachment
from bot.domain.frozen import frozen
from bot.domain.labels import KindChanged, Tagged, Untagged
from bot.domain.people import Role
from bot.domain.policy import Impact, Priority, Terms
from bot.domain.revisions import MessageClassCorrected, MessageDeleted, MessageEdited, Reworded


@frozen
class Opened(Event):
    """A request came in. `since` is when the client first asked (a message may be older than its request, rule 6)."""

    number: int
    client: str
    title: str
    requester: str
    since: datetime
    source: str
    """command, message, emoji or phone."""
    details: str = ""
    kind: str = ""
    stopped: Impact | None = None
    outcome: str = ""
    priority: Priority = Priority.P3
    follows: str = ""
    """The ended request in whose thread it was written, as ACME-42."""
    private: bool = False
    """Seen by its requester, its stakeholders and the team only."""
    stakeholders: tuple[str, ...] = ()
    """People of the client named beside the requester, by id."""
    answers: tuple[tuple[str, str], ...] = ()
    """What the kind's own form asked, and what was answered."""
    from_client: bool = True
    """False where staff opened it for the client without the client having asked: no first response is owed."""
    messages: tuple[str, ...] = ()
    """The messages whose words the details are, a line each."""
    files: tuple[Attachment, ...] = ()
    split_from: str = ""
    """The request from which its words were split off, as ACME-42."""
    tags: tuple[str, ...] = ()


@frozen
class PolicyApplied(Event):
    """These terms hold from now on: at opening, when a field changes by which it is matched (rules 11 and 13), and when
    somebody applies an edited policy to open requests (rule 12)."""

    terms: Terms
    edited: bool = False
    """Whether an edit of the policy, its hours or the client's plan is the reason, and no change of the request."""


@frozen
class Assigned(Event):
    """The owner changed; `to` None puts the request back to the team."""

    from_: str | None
    to: str | None


@frozen
class PriorityChanged(Event):
    """The priority changed, by impact × urgency or by a person's override with its reason."""

    from_: Priority
    to: Priority
    reason: str = ""


@frozen
class ClientWrote(Event):
    """Somebody of the client wrote in the request's thread."""

    text: str
    cls: MessageClass = MessageClass.SUBSTANCE
    message: str = ""
    """The message it was written in; empty where it came by a form or a command."""
    files: tuple[Attachment, ...] = ()


@frozen
class Replied(Event):
    """A public message to the client. `imported` marks an answer read from another system's log, without its words."""

    text: str
    cls: MessageClass = MessageClass.SUBSTANCE
    automatic: bool = False
    """An acknowledgement that nobody wrote; it answers nothing (rule 5)."""
    imported: bool = False
    message: str = ""
    """The message it was written in, as for a client's."""
    files: tuple[Attachment, ...] = ()
    bot: bool = False
    """Written by a bot in place of a person; whether that answers the client, their policy says."""


@frozen
class NoteAdded(Event):
    """Words that stay with the team."""

    text: str
    message: str = ""
    """The message it was written in, as for a client's."""
    files: tuple[Attachment, ...] = ()


@frozen
class AskedClient(Event):
    """The client was asked something; the request waits for the answer."""

    from_: Status
    question: str


@frozen
class WaitedOn(Event):
    """The request waits for a third party; `chaser` asks them again from `until` on, each day it still waits."""

    from_: Status
    party: str
    until: datetime | None = None
    chaser: str | None = None
    label: str = ""
    """The team's own name for such a wait, as a key (`vendor`), by which a policy may pause for it (rule 9)."""


@frozen
class ChaserNudged(Event):
    """Whoever chases the third party was reminded; `again` is the next time, should it still wait then."""

    again: datetime


@frozen
class NewsPromised(Event):
    """Somebody of the team promised the client news by then (rule 10a)."""

    due_at: datetime


@frozen
class MarkedUrgent(Event):
    """The client said that it is urgent: who is stopped, by when it is needed. `paged` were called at once, by id."""

    impact: Impact
    needed: str = ""
    paged: tuple[str, ...] = ()


@frozen
class UrgencyLifted(Event):
    """It is urgent no longer; the client reads the reason."""

    reason: str


@frozen
class Resumed(Event):
    """Work goes on after a wait."""

    from_: Status
    to: Status
    reason: str


@frozen
class Resolved(Event):
    """Staff believe it is solved; the client has not been asked yet."""

    from_: Status
    summary: str


@frozen
class ResolveUndone(Event):
    """The resolution was taken back before the client heard of it."""

    to: Status


@frozen
class ResolutionAnnounced(Event):
    """The client was asked whether it works; `closes_at` is when silence closes it."""

    closes_at: datetime


@frozen
class Reopened(Event):
    """Not solved after all: by *not yet*, by a message, or by staff."""

    from_: Status
    to: Status
    reason: str
    client_knew: bool = True
    """Whether the client had heard that it was solved; where not, there is nothing to take back."""


@frozen
class Closed(Event):
    """Done: by *works*, by staff, or by silence."""

    from_: Status
    reason: str


@frozen
class Cancelled(Event):
    """It was no request after all; it leaves no verdict (rule 7). `into` is the request that it was merged into."""

    from_: Status
    reason: str
    into: int = 0
    into_ref: str = ""


@frozen
class Absorbed(Event):
    """Another request was merged into this one; `since` is its oldest client message without an answer (rule 16)."""

    number: int
    ref: str
    title: str
    since: datetime | None = None
    breached_at: datetime | None = None
    """When the wait for that answer had become late, where it had, and was told already."""


@frozen
class Unmerged(Event):
    """The merge was a mistake: it goes on by itself, as if it had never been merged."""

    to: Status


@frozen
class SplitOff(Event):
    """Some of what was said here is another request's: words that became one, or a merge taken back. `since` is the
    oldest client message that still waits for an answer here."""

    number: int
    ref: str
    since: datetime | None = None
    entries: tuple[int, ...] = ()
    """The entries whose words went along."""
    messages: tuple[str, ...] = ()
    """Of the messages that it was opened with, those that went along."""


@frozen
class ChecklistSet(Event):
    """These are the steps it takes from now on; one that was done stays so where it is still among them."""

    steps: tuple[str, ...]


@frozen
class StepDone(Event):
    """A step of the checklist was done, or is to be done after all; counted from 0."""

    step: int
    done: bool = True


@frozen
class RatingAsked(Event):
    """The requester was asked how it was, after closing."""


@frozen
class RatingSkipped(Event):
    """They are not asked after this closing, or did not want to say."""

    reason: str


@frozen
class Rated(Event):
    """The requester's word on it: 1 (poor) to 5 (great), once a resolution."""

    score: int


@frozen
class RatingExplained(Event):
    """Why they rated it so, in their words."""

    text: str


@frozen
class FollowedUp(Event):
    """Somebody got in touch about a low rating."""

    text: str


@frozen
class MadePrivate(Event):
    """From now on only its requester, its stakeholders and the team see it."""


@frozen
class Shared(Event):
    """One more person of the client may see a private request."""

    person: str


@frozen
class Adopted(Event):
    """Unfinished work was taken over from another system as it stood; its past deadlines count for nothing (rule 6)."""

    system: str


@frozen
class WordsErased(Event):
    """Words of the request were erased: one person's who asked for it, or all once they were old enough."""

    why: str
    """`person` or `age`."""


@frozen
class Entry:
    """One line of a request's history: which fact, when (UTC), by whom, in which role they were then."""

    seq: int
    at: datetime
    by: str
    role: Role
    event: Event
    via: str = ""
    """The token by which they did it; empty where they did it themselves."""


EVENTS: tuple[type[Event], ...] = (
    Opened,
    PolicyApplied,
    Assigned,
    PriorityChanged,
    KindChanged,
    Tagged,
    Untagged,
    ClientWrote,
    Replied,
    NoteAdded,
    MessageEdited,
    MessageDeleted,
    Reworded,
    MessageClassCorrected,
    AskedClient,
    WaitedOn,
    ChaserNudged,
    NewsPromised,
    MarkedUrgent,
    UrgencyLifted,
    Resumed,
    Resolved,
    ResolveUndone,
    ResolutionAnnounced,
    Reopened,
    Closed,
    Cancelled,
    Absorbed,
    Unmerged,
    SplitOff,
    ChecklistSet,
    StepDone,
    RatingAsked,
    RatingSkipped,
    Rated,
    RatingExplained,
    FollowedUp,
    MadePrivate,
    Shared,
    Adopted,
    WordsErased,
    Warned,
    Breached,
    *alarms.WHILE_OPEN,
    *alarms.WHILE_WAITING,
)
"""Every kind of fact, for the codec."""


def from_to(event: Event) -> tuple[str, str]:
    """What changed from what to what, as words for the history; two empty strings where nothing did."""
    match event:
        case Opened(priority=priority):
            return "", f"{Status.NEW}, {priority}"
        case Assigned(from_=before, to=after):
            return before or "", after or ""
        case PriorityChanged(from_=before, to=after) | KindChanged(from_=before, to=after):
            return before, after
        case Resumed(from_=before, to=after) | Reopened(from_=before, to=after):
            return before, after
        case AskedClient(from_=before):
            return before, Status.WAITING_CLIENT
        case alarms.SetAside():
            return Status.WAITING_CLIENT, Status.SET_ASIDE
        case WaitedOn(from_=before):
            return before, Status.WAITING_OTHER
        case Resolved(from_=before):
            return before, Status.RESOLVED
        case ResolveUndone(to=after):
            return Status.RESOLVED, after
        case Closed(from_=before):
            return before, Status.CLOSED
        case Cancelled(from_=before):
            return before, Status.CANCELLED
        case Unmerged(to=after):
            return Status.CANCELLED, after
        case _:
            return "", ""
