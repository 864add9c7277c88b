"""A chat the desk speaks on, what it is asked to send, and how that may end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.messages.model import Message
from bot.ports.change import Op, Urgency
from bot.ports.places import MessageRef, Place


@dataclass(frozen=True)
class Sending:
    """An outbox row this process has taken to send; its intent is committed.

    `op` is POST, EDIT-like PUT with `ref` set, OPEN_THREAD or DELETE; `ref` is what the slot shows now. `attempts`
    counts from 1.
    """

    id: int
    key: str
    name: str
    """What the chat is told, and finds the message by: a post's key. What stands in a slot is called after the slot and
    how often that was emptied before, whichever words it is posted with. No two messages have one name."""
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
    failures: int = 0
    """How many of them were made and failed; waiting as a platform told us to, or looking, is no failure."""
    first_at: datetime | None = None
    """When the first of them began (machine time)."""
    unclear_since: datetime | None = None
    """An earlier attempt, at that time (machine time), may have arrived: look for `name` before sending again."""
    reason: str = ""
    """How the attempt before this one ended."""
    repeated: bool = False
    """Nobody could tell whether it arrived, and so it goes once more; its reader is told that it may be a repeat."""

    relived: bool = False
    """The desk was brought back from a backup, and may have said this before, in other words even."""
    unreadable: ValueError | None = None
    """Why the body, which is None then, cannot be read."""
    others: tuple[str, ...] = ()
    """What else the message may be called where it is relived: look for each of these too."""

    @property
    def ambiguous(self) -> bool:
        """Whether an earlier attempt may have arrived."""
        return self.unclear_since is not None


@dataclass(frozen=True)
class Sent:
    """It arrived: `ref` is kept under the slot (a DELETE empties it), `opened` is bound to what the row opens, `place`
    to its conversation."""

    ref: MessageRef | None = None
    opened: Place | None = None
    place: Place | None = None


@dataclass(frozen=True)
class RetryAt:
    """It was not made, or may be made twice: it goes again at `at` (machine time). A row that was ambiguous stays so;
    what is behind it waits too. `failed` counts it as a failure."""

    at: datetime
    reason: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Paused:
    """The platform said wait: nothing goes to the place's channel until then (machine time), from any worker, or to its
    whole workspace where `everywhere`. No place: no direct conversation is opened until then."""

    until: datetime
    place: Place | None = None
    everywhere: bool = False


@dataclass(frozen=True)
class Unclear:
    """It may or may not have arrived; look for it from `at` on (machine time). `since` is when the try began that may
    have arrived; without it, it was looked for only, and is unclear as long as it was."""

    at: datetime
    reason: str
    since: datetime | None = None


@dataclass(frozen=True)
class Repeat:
    """Nobody can tell whether it arrived: it goes once more, marked as a possible repeat."""

    reason: str


@dataclass(frozen=True)
class Dropped:
    """It is not sent: nobody can tell whether it arrived, and it is not worth a repeat, or something else goes in its
    place."""

    reason: str


@dataclass(frozen=True)
class Dead:
    """It cannot be sent; a person must look."""

    reason: str


@dataclass(frozen=True)
class Astray:
    """What it was for was deleted (`Gone`, `NotThere`): the relay has it made anew, and settles by what came of it."""

    reason: str
    thread: Place | None = None
    """None for a message that was to be changed (`NotThere`)."""


SendResult = Sent | RetryAt | Paused | Unclear | Repeat | Dropped | Dead

LEAST_WAIT, MOST_WAIT = 1.0, 900.0
"""Seconds between which a platform's word to wait is believed: a day off by a slip must not silence a channel."""


def patience(seconds: float) -> float:
    """How long to wait, of what a platform said: never negative, never for days; what is no number is the least."""
    if seconds != seconds or seconds <= 0:
        return LEAST_WAIT
    return min(seconds, MOST_WAIT)


class RateLimited(Exception):
    """The platform said to wait that many seconds: in the place's channel and its threads, or, `everywhere`, in its
    whole workspace."""

    def __init__(self, seconds: float, everywhere: bool = False) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = patience(seconds)
        self.everywhere = everywhere


class CannotTell(Exception):
    """The platform has no way to look whether a message arrived; the message says why."""


class Refused(Exception):
    """The platform will not take it, now or later; the message says why."""


class NotThere(Refused):
    """What was to be changed stands there no more: somebody deleted it."""


class Gone(Refused):
    """The thread, or the forum's post, that it was meant for was deleted, though its channel is there."""

    def __init__(self, why: str, thread: Place) -> None:
        super().__init__(why)
        self.thread = thread


class Unreachable(Refused):
    """Nobody here is that person: the desk speaks with them elsewhere."""


class Chat(Protocol):
    """A platform the desk speaks on. Anything other than RateLimited and Refused (and what are kinds of it) leaves the
    send unclear; so does a call that takes longer than the relay waits (`bot/delivering.py`), which is cancelled.
    Whoever waits for anything before it writes asks once more whether the message is still its own
    (`bot/ports/lease.py`)."""

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once: the platform is told `key`, by which `find` knows the message again."""
        ...

    async def edit(self, ref: MessageRef, message: Message) -> MessageRef | None:
        """Show this instead. Where it could not be changed in its place and went anew, answers which message it is
        now."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take it away."""
        ...

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """The thread under that message; the same one when asked again."""
        ...

    async def direct(self, user: str) -> Place:
        """The direct conversation with a person of the desk. Raises Unreachable for who is not to be found here."""
        ...

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted with that key, None where none arrived. Raises CannotTell where that cannot be looked
        up; whatever else is raised is asked again later."""
        ...


class KeepsKeys(Protocol):
    """What a chat says of itself whose readers know a repetition by its key: what is unclear is sent again, under the
    same key."""

    keeps_keys: Literal[True]
