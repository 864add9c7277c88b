"""What the desk needs from outside, as protocols: a store, the chats, and what the browser's chat keeps.

Every instant is aware and in UTC. `now` is desk time, `machine` is machine time (bot/clock.py); columns and arguments
say which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from bot.domain.calendar import Calendar
from bot.domain.events import Entry, Status
from bot.domain.people import Client, Directory, Person
from bot.domain.policy import Policy, Priority
from bot.domain.request import Request
from bot.messages.model import Message

# --- places ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where on a platform: a channel, or a thread in it."""

    platform: str
    workspace: str
    channel: str
    thread: str | None = None


@dataclass(frozen=True)
class MessageRef:
    """One message on a platform. `place.thread` is the thread it stands in, None at the channel's top level."""

    place: Place
    message: str


# --- one change, one transaction ------------------------------------------------------------------


class Op(StrEnum):
    """What the outbox does on a logical conversation."""

    POST = "post"
    PUT = "put"
    """Make a slot show this: posted once, edited in place ever after; pending puts of a slot coalesce."""
    OPEN_THREAD = "open_thread"
    """Start the thread of `slot`'s message, and bind it to the conversation named in `opens`."""
    DELETE = "delete"
    """Delete what stands in the slot."""


class Urgency(IntEnum):
    """What overtakes what on its way out; the smaller goes first."""

    ALERT = 0
    ANSWER = 1
    CARD = 2
    COPY = 3
    DIGEST = 5


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class InboxId:
    """An inbound event by its platform's own id; it is handled once, and a redelivery is answered alike."""

    platform: str
    event_id: str


@dataclass(frozen=True)
class Source:
    """A message heard in a client's conversation. Lines of one burst share `head`, the ref of its first (itself
    included)."""

    ref: MessageRef
    author: str
    at: datetime
    text: str
    head: str
    request: int | None = None


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Change:
    """Everything one use case writes, in one transaction."""

    requests: tuple[RequestChange, ...] = ()
    outbox: tuple[Draft, ...] = ()
    sources: tuple[Source, ...] = ()
    """Heard messages to keep: inserted; an existing one only gets its `request` set, and it is a Conflict to have
    another."""
    bindings: tuple[tuple[str, Place], ...] = ()
    inbox: InboxId | None = None
    result: str = ""
    """What to answer a redelivery of `inbox`."""
    suppressed: bool = False
    """Write the outbox rows as `suppressed`: imports and replays send nothing."""


class Conflict(Exception):
    """Somebody else changed the request first; run the use case again."""


class AlreadyHandled(Exception):
    """The inbound event was handled before; `result` is what was answered."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


class StoreBusy(Exception):
    """Another process owns the database; the message names it and the mend."""


# --- timers ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timer:
    """A waiting deadline. `subject` is `request:42`; `kind` is the name its request gave it; `due_at` is desk time."""

    subject: str
    kind: str
    due_at: datetime
    generation: int = 1


Decide = Callable[[Timer, Request | None, Directory], Change]
"""Pure and synchronous: what happens now that the timer is due. An empty Change lets it lapse."""


# --- outbox ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sending:
    """An outbox row this process has taken to send; its intent is committed.

    `op` is POST, EDIT-like PUT with `ref` set, OPEN_THREAD or DELETE; `ref` is what the slot shows now. `attempts`
    counts from 1.
    """

    id: int
    key: str
    op: Op
    conversation: str
    place: Place | None
    """None for a direct conversation that no platform has opened yet."""
    body: Message | None
    slot: str | None
    ref: MessageRef | None
    opens: str | None
    title: str
    urgency: Urgency
    attempts: int
    ambiguous: bool = False
    """An earlier attempt may have arrived: look for `key` before sending again."""


@dataclass(frozen=True)
class Sent:
    """It arrived: `ref` is kept under the slot (a DELETE empties it), `opened` is bound to what the row opens, `place`
    to its conversation."""

    ref: MessageRef | None = None
    opened: Place | None = None
    place: Place | None = None


@dataclass(frozen=True)
class RetryAt:
    """The platform said wait; `at` is machine time. A row that was ambiguous stays so; what is behind it waits too."""

    at: datetime


@dataclass(frozen=True)
class Unclear:
    """It may or may not have arrived; look for it from `at` on (machine time)."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Dead:
    """It cannot be sent; a person must look."""

    reason: str


SendResult = Sent | RetryAt | Unclear | Dead


# --- asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequestQuery:
    """Which requests: each field narrows; None and empty ask for all. `words` are looked for in number, title and
    details."""

    client: str | None = None
    owner: str | None = None
    requester: str | None = None
    statuses: tuple[Status, ...] = ()
    priority: Priority | None = None
    unowned: bool = False
    words: str = ""
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class DirectoryEdit:
    """What to set in the directory; existing rows with the same id or key are replaced, calendars and policies by
    version."""

    clients: tuple[Client, ...] = ()
    people: tuple[Person, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    policies: tuple[Policy, ...] = ()
    identities: tuple[tuple[str, str, str, str], ...] = ()
    """platform, workspace, the platform's user id, the person's id."""
    bindings: tuple[tuple[str, Place], ...] = ()


class Store(Protocol):
    """The desk's memory. Each method is one transaction, and no transaction spans an await of the caller."""

    async def directory(self) -> Directory:
        """The current snapshot, cached by its version."""
        ...

    async def edit_directory(self, edit: DirectoryEdit) -> None:
        """Set clients, people, calendars, policies, identities and bindings."""
        ...

    async def identify(self, platform: str, workspace: str, user: str) -> str | None:
        """The person behind a platform's user id; None for a stranger."""
        ...

    async def reserve_number(self) -> int:
        """The next request number of the desk, never given twice; a number that is not used leaves a gap."""
        ...

    async def request(self, number: int) -> Request | None:
        """A request by its number. Who may see it is the caller's to check."""
        ...

    async def history(self, number: int) -> tuple[Entry, ...]:
        """A request's entries in order; empty where there is none."""
        ...

    async def requests(self, query: RequestQuery) -> tuple[Request, ...]:
        """Matching requests, newest number first."""
        ...

    async def commit(self, change: Change) -> None:
        """Write all of it or nothing. Raises Conflict and AlreadyHandled."""
        ...

    async def handled(self, inbox: InboxId) -> str | None:
        """What was answered to that event, None where it is new."""
        ...

    async def fire_due(self, now: datetime, limit: int, decide: Decide) -> int:
        """Claim at most `limit` timers due at `now`, decide each, write what it decided, mark it fired; one
        transaction.

        In order of due time. Answers how many fired.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the earliest waiting timer is due (desk time)."""
        ...

    async def timers(self, subject: str) -> tuple[Timer, ...]:
        """The waiting timers of a subject, by due time."""
        ...

    # messages heard and placed

    async def source(self, ref: MessageRef) -> Source | None:
        """A message heard before."""
        ...

    async def last_source(self, place: Place, author: str) -> Source | None:
        """The author's latest message heard at that very place (channel and thread)."""
        ...

    async def burst(self, ref: MessageRef) -> tuple[Source, ...]:
        """All lines of the burst that this message belongs to, in order."""
        ...

    async def binding(self, conversation: str) -> Place | None:
        """Where a logical conversation is."""
        ...

    async def conversation_at(self, place: Place) -> str | None:
        """Which logical conversation that place is; a thread that is bound to none answers None, not its channel."""
        ...

    async def slot(self, name: str) -> MessageRef | None:
        """The message that shows a slot."""
        ...

    async def slot_at(self, ref: MessageRef) -> str | None:
        """The slot that this message shows (`ACME-42:card`); `ref.place.thread` is not compared."""
        ...

    # outbox

    async def claim_outbox(
        self, *, now: datetime, machine: datetime, owner: str, lease_until: datetime, limit: int
    ) -> tuple[Sending, ...]:
        """Take rows to send and commit the intent: the most urgent of each conversation, never two of one at a time.

        A row waits for its conversation's binding, a put or a thread for what it builds on; an ambiguous row comes
        again, marked so, once its time has come.
        """
        ...

    async def settle(self, id: int, owner: str, result: SendResult) -> bool:
        """Write how a send ended; False where the row is no longer this owner's."""
        ...

    async def recover(self, machine: datetime) -> int:
        """Rows left `sending` past their lease become ambiguous. Answers how many."""
        ...

    async def outbox_states(self) -> Mapping[str, int]:
        """How many rows stand in each state."""
        ...

    async def use_once(self, token: str, at: datetime, expires_at: datetime) -> bool:
        """Remember a one-time token (machine time); False where it was used before. Expired ones are forgotten."""
        ...

    async def check(self) -> tuple[str, ...]:
        """What is wrong with the database, a line each: integrity, and requests whose row is not their replayed
        history."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


# --- chats ----------------------------------------------------------------------------------------


class RateLimited(Exception):
    """The platform said to wait that many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class Refused(Exception):
    """The platform will not take it, now or later; the message says why."""


class Chat(Protocol):
    """A platform the desk speaks on. Anything other than RateLimited and Refused leaves the send unclear."""

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once: the platform is told `key`, by which `find` knows the message again."""
        ...

    async def edit(self, ref: MessageRef, message: Message) -> None:
        """Show this instead."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take it away."""
        ...

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """The thread under that message; the same one when asked again."""
        ...

    async def direct(self, user: str) -> Place:
        """The direct conversation with a platform's user."""
        ...

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted with that key, None where none arrived."""
        ...


# --- what the browser's chat keeps ----------------------------------------------------------------


class ChannelKind(StrEnum):
    """Who may enter: `client` its client's people and staff, `team` staff, `direct` one person."""

    CLIENT = "client"
    TEAM = "team"
    DIRECT = "direct"


@dataclass(frozen=True)
class Channel:
    """A conversation of the workspace's sidebar."""

    id: str
    name: str
    kind: ChannelKind
    topic: str = ""
    client: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class Reaction:
    """An emoji and who put it there."""

    emoji: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Posted:
    """A message of the workspace: words of a person (`author`, `text`), or of the desk (`body`). Instants are desk
    time."""

    id: int
    channel: str
    thread: int | None
    author: str | None
    text: str
    body: Message | None
    at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    replies: int = 0
    last_reply_at: datetime | None = None
    reactions: tuple[Reaction, ...] = field(default=())


class Workspace(Protocol):
    """Messages, reactions and read marks of the browser's chat. Who may enter a channel is the adapter's to check."""

    async def channels(self) -> Sequence[Channel]:
        """All channels, clients' first, then the team's, then direct ones; by name."""
        ...

    async def put_channel(self, channel: Channel) -> None:
        """Make or change a channel."""
        ...

    async def messages(
        self, channel: str, *, thread: int | None = None, before: int | None = None, limit: int = 60
    ) -> Sequence[Posted]:
        """The latest messages in order of id: a channel's top level, or a thread's replies without its root."""
        ...

    async def message(self, id: int) -> Posted | None:
        """One message."""
        ...

    async def add(
        self,
        channel: str,
        *,
        at: datetime,
        thread: int | None = None,
        author: str | None = None,
        text: str = "",
        body: Message | None = None,
        key: str | None = None,
    ) -> tuple[Posted, bool]:
        """Add a message; with a key that is there already, the existing one and False."""
        ...

    async def edit(self, id: int, *, at: datetime, text: str = "", body: Message | None = None) -> None:
        """Replace what it says."""
        ...

    async def delete(self, id: int) -> None:
        """Blank it and mark it deleted; its reactions go."""
        ...

    async def by_key(self, key: str) -> Posted | None:
        """The message added with that key."""
        ...

    async def react(self, id: int, person: str, emoji: str) -> bool:
        """Put an emoji, or take it away where it was put already; answers whether it is there now."""
        ...

    async def mark_read(self, person: str, channel: str, up_to: int) -> None:
        """The person has seen the channel up to that message id; never moves back."""
        ...

    async def unread(self, person: str) -> Mapping[str, int]:
        """Messages of others, threads included, after the person's mark, by channel; channels without any are left
        out."""
        ...
