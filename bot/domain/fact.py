"""What every fact is made of: its base, where a request stands, and what a message is to the clocks."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a request stands."""

    NEW = "new"
    ACTIVE = "active"
    WAITING_CLIENT = "waiting_client"
    WAITING_OTHER = "waiting_other"
    SET_ASIDE = "set_aside"
    """No answer came from the client: out of the lists of work, until a message brings it back."""
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something."""
        return self in (Status.NEW, Status.ACTIVE, Status.WAITING_CLIENT, Status.WAITING_OTHER, Status.SET_ASIDE)


class MessageClass(StrEnum):
    """What a message is to the clocks: a courtesy ("thanks", "hello") touches none (rule 5)."""

    SUBSTANCE = "substance"
    COURTESY = "courtesy"


class Event:
    """Base of all facts."""

    __slots__ = ()
