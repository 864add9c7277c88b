"""Facts about messages that read, or count, otherwise than when they were written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.fact import Event, MessageClass
from bot.domain.files import Attachment


@dataclass(frozen=True)
class MessageEdited(Event):
    """The author changed a message of the request; it touches no clock (rule 5). What it said before stays here, for
    the team."""

    message: str
    entry: int
    """The entry by which its words came into the history."""
    text: str
    was: str
    files: tuple[Attachment, ...] = ()
    internal: bool = False
    """Whether it is a note of the team."""


@dataclass(frozen=True)
class MessageDeleted(Event):
    """A message of the request was deleted where it stood, and its copies with it; no clock changes (rule 7). What it
    said stays here, for the team."""

    message: str
    entry: int
    was: str
    files: tuple[Attachment, ...] = ()
    internal: bool = False


@dataclass(frozen=True)
class Reworded(Event):
    """What the request is about reads otherwise, since a message it was made of was edited or deleted."""

    title: str
    details: str


@dataclass(frozen=True)
class MessageClassCorrected(Event):
    """Somebody of the team says what a message was to the clocks (rule 5): they are decided anew from its own time.

    What the history gives with the class corrected comes with it: who was unanswered since when, and the last update.
    """

    entry: int
    was: MessageClass
    cls: MessageClass
    said_at: datetime
    reply: bool
    """Whether it was a public message of the team."""
    unanswered_since: datetime | None
    owes_first_response: bool
    updated_at: datetime | None
