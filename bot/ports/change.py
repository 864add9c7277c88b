"""One change, one transaction: everything that a use case writes, and the timers that ask for the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.domain.events import Entry
from bot.domain.files import Attachment
from bot.domain.frozen import frozen
from bot.domain.people import Directory
from bot.domain.recurring import Run
from bot.domain.request import Request
from bot.domain.review import Review
from bot.messages.model import Message
from bot.ports.places import MessageRef, Place


class Mend(StrEnum):
    """How a send is put right whose outcome nobody knows."""

    LOOK = "look"
    """Looked for by its key (`Chat.find`), and made again only where it is not there."""
    AGAIN = "again"
    """Made again: done twice it is as done once."""


class Op(StrEnum):
    """What the outbox does on a logical conversation, and by what it is mended once it is unclear."""

    mend: Mend
    """Of a put this is its first one; an edit is made again, since it shows the same. A chat whose readers keep the
    keys of what they heard (`KeepsKeys`) has its posts made again, too."""

    def __new__(cls, value: str, mend: Mend = Mend.LOOK) -> Op:
        made = str.__new__(cls, value)
        made._value_ = value
        made.mend = mend
        return made

    POST = "post", Mend.LOOK
    PUT = "put", Mend.LOOK
    """Make a slot show this: posted once, edited in place ever after; pending puts of a slot coalesce."""
    OPEN_THREAD = "open_thread", Mend.AGAIN
    """Start the thread of `slot`'s message, and bind it to the conversation named in `opens`: one that is open already
    is answered alike."""
    DELETE = "delete", Mend.AGAIN
    """Delete what stands in the slot; one that is gone stays gone."""


class Urgency(IntEnum):
    """What overtakes what on its way out; the smaller goes first."""

    ALERT = 0
    ANSWER = 1
    CARD = 2
    COPY = 3
    DIGEST = 5


@frozen
class Flood:
    """More than `limit` new ones of a conversation within `seconds` of desk time are told as one message."""

    limit: int
    seconds: int


@frozen
class Draft:
    """A message to send, as a use case writes it. `key` makes it once only; `not_before` is desk time."""

    key: str
    op: Op
    conversation: str
    body: Message | None = None
    slot: str | None = None
    opens: str | None = None
    title: str = ""
    urgency: Urgency = Urgency.ANSWER
    not_before: datetime | None = None
    flood: Flood | None = None
    """For a put of an alert that may be told among others; `not_before` is then the time it counts at."""
    withdrawn: bool = False
    """What still waits to be put into the slot is not sent: its matter ended before anybody could be told. What stands
    there already shows this instead."""
    amends: bool = False
    """Only where the slot shows a message, or will: nobody reads of an end who never read of a beginning. Without a
    body, what stands there keeps its words and loses its buttons."""
    again: bool = False
    """What stands in the slot is taken away, and this is posted anew, so that it rings."""
    relived: bool = False
    """A desk that was lost may have sent it: it is looked for before it goes. Set by the store alone."""


@frozen
class InboxId:
    """An inbound event by its platform's own id; it is handled once, and a redelivery is answered alike."""

    platform: str
    event_id: str
    digest: str = ""
    """Of what it carries, where whoever sends it chose the id: another thing under the same id is refused."""


@frozen
class Source:
    """A message heard in a client's conversation. Lines of one burst share `head`, the ref of its first (itself
    included)."""

    ref: MessageRef
    author: str
    at: datetime
    text: str
    head: str
    request: int | None = None
    files: tuple[Attachment, ...] = ()
    revision: int = 0
    """How often its author has changed it; a commit made of another revision is a Conflict."""
    edited_at: datetime | None = None
    """When it was changed last (desk time), by its platform where that says so."""
    deleted: bool = False
    """Its words are gone; it is kept so that it is never heard again."""
    slip: bool = False
    """Words for the team where the client reads: no reply, unless its author says that it was meant for them."""

    @property
    def key(self) -> str:
        """What a request's history calls the message."""
        return key_of(self.ref)


def key_of(ref: MessageRef) -> str:
    """A message's name in a request's history; the thread it stands in is no part of it."""
    place = ref.place
    return "/".join((place.platform, place.workspace, place.channel, ref.message))


def ref_of(key: str) -> MessageRef:
    """The message of that name; what is none names a message that nobody wrote."""
    platform, workspace, channel, id = (key.split("/", 3) + [""] * 4)[:4]
    return MessageRef(Place(platform, workspace, channel), id)


@frozen
class Turn:
    """What the writer of a heard message took to be that author's latest one at that place, when they decided.

    The commit is a Conflict where another line came in meanwhile, or a request was made of it: so two lines at once are
    one burst, and a line that races its burst's request joins it.
    """

    place: Place
    author: str
    last: str | None
    request: int | None


@frozen
class Timer:
    """A waiting deadline. `subject` is `request:42`, or a job's such as `team`; `kind` is the name it gave it; `due_at`
    is desk time."""

    subject: str
    kind: str
    due_at: datetime
    generation: int = 1


@frozen
class Stuck:
    """A timer that could not be decided: when it was due first (desk time), and how often it failed since."""

    subject: str
    kind: str
    due_at: datetime
    failures: int


@frozen
class RequestChange:
    """A request after its new entries, with all timers it now wants: name → due (desk time). Replaces its waiting
    ones."""

    request: Request
    entries: tuple[Entry, ...]
    timers: Mapping[str, datetime]

    @property
    def expected_version(self) -> int:
        """The version the stored row must have; 0 for a new request."""
        return self.entries[0].seq - 1


@frozen
class ReviewChange:
    """A service review after what was done to it; `expected` is the version the stored row must have, 0 for a new
    one."""

    review: Review
    expected: int = 0


@frozen
class Change:
    """Everything one use case writes, in one transaction."""

    requests: tuple[RequestChange, ...] = ()
    outbox: tuple[Draft, ...] = ()
    sources: tuple[Source, ...] = ()
    """Heard messages to keep: inserted; an existing one only gets its `request` set, and it is a Conflict to have
    another, or another revision."""
    revised: tuple[Source, ...] = ()
    """Heard messages that were changed or deleted, as they are now; each must follow the revision that is kept and
    have the same request, or it is a Conflict."""
    shown_files: tuple[tuple[str, str], ...] = ()
    """File ids and the conversations in which people put them; those in outbox rows are shown there by themselves."""
    hidden_files: tuple[tuple[str, str], ...] = ()
    """File ids and the conversations from which they were taken; done before any are shown."""
    hears: MessageRef | None = None
    """The message whose words these are: a Conflict where it was heard before."""
    turn: Turn | None = None
    timers: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict[str, Mapping[str, datetime]])
    """The timers of jobs, by subject: name → due (desk time). Each subject's waiting ones are replaced."""
    fires: Timer | None = None
    """The job's timer that this change answers; a Conflict where it waits no longer, or otherwise."""
    reviews: tuple[ReviewChange, ...] = ()
    runs: tuple[Run, ...] = ()
    """Occurrences of recurring requests that were done; a Conflict where one was before."""
    bindings: tuple[tuple[str, Place], ...] = ()
    slots: tuple[tuple[str, MessageRef], ...] = ()
    """Messages that the desk did not post, by the slot under which it will change or delete them."""
    lost: tuple[tuple[str, Place], ...] = ()
    """Conversations, and threads of theirs that are no more: each is nowhere from now on, and none of the messages
    stands there; a Conflict where one is not there any more. Done before anything is bound, placed or sent."""
    emptied: tuple[Place, ...] = ()
    """Threads that are no more, and no conversation's: none of the desk's messages stands there."""
    inbox: InboxId | None = None
    result: str = ""
    """What to answer a redelivery of `inbox`."""
    at: datetime | None = None
    """When the event was handled (desk time); kept beside it, so that old ones can be forgotten one day."""
    suppressed: bool = False
    """Write the outbox rows as `suppressed`: imports and replays send nothing."""


class Conflict(Exception):
    """Somebody else changed the request first; run the use case again."""


class AlreadyHandled(Exception):
    """The inbound event was handled before; `result` is what was answered."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


class Reused(Exception):
    """The inbound event was handled before, and carried something else then."""


class StoreBusy(Exception):
    """Another process owns the database; the message names it and the mend."""


Decide = Callable[[Timer, Request | None, Directory], Change]
"""Pure and synchronous: what happens now that the timer is due. An empty Change lets it lapse; one that raises has the
timer come again."""
