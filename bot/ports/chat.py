"""A chat the desk speaks on, what it is asked to send, and how that may end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    ambiguous: bool = False
    """An earlier attempt may have arrived: look for `name` before sending again."""
    relived: bool = False
    """The desk was brought back from a backup, and may have said this before, in other words even."""
    others: tuple[str, ...] = ()
    """What else the message may be called where it is relived: look for each of these too."""


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
