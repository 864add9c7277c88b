"""A request as it stands: what its history has made of it so far."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from bot.domain.attention import Attention
from bot.domain.clocks import State
from bot.domain.events import Status
from bot.domain.frozen import frozen
from bot.domain.parts import Rating, Step
from bot.domain.policy import Impact, Priority


@frozen
class Request:
    """A client's request as it stands after its last entry. Instants are UTC."""

    number: int
    client: str
    title: str
    requester: str
    opened_at: datetime
    source: str
    details: str = ""
    kind: str = ""
    stopped: Impact | None = None
    outcome: str = ""
    """What the client is after; shown on the card."""
    priority: Priority = Priority.P3
    status: Status = Status.NEW
    owner: str | None = None
    question: str = ""
    """What the client was asked, while it waits for them."""
    party: str = ""
    """Whom it waits for, where that is a third party."""
    chaser: str | None = None
    """Who asks the third party again, by id; its owner where nobody is named."""
    chase_at: datetime | None = None
    """When the chaser is reminded next."""
    wait: int = 0
    """The entry with which the wait for a third party began; 0 while it waits for none."""
    urgent: Impact | None = None
    """Who the client says is stopped, while it is urgent."""
    urgent_at: datetime | None = None
    before_urgent: Priority | None = None
    """The priority it had before it was marked urgent."""
    needed: str = ""
    """By when the client needs it, in their words, where it is urgent."""
    summary: str = ""
    """What was done, once resolved."""
    resolved_by: str | None = None
    before_resolve: Status | None = None
    announced: bool = False
    """Whether the client was asked if the resolution works."""
    closes_at: datetime | None = None
    ended_at: datetime | None = None
    sla: State = field(default_factory=State)
    told: str = ""
    """Who of the team wrote it down for the requester, who called, mailed or came by; empty where they asked here."""
    follows: str = ""
    """The ended request in whose thread it was written."""
    private: bool = False
    """Seen by its requester, its stakeholders and the team only."""
    stakeholders: tuple[str, ...] = ()
    """People of the client named beside the requester, by id."""
    answers: tuple[tuple[str, str], ...] = ()
    """What the kind's own form asked, and what was answered."""
    tags: tuple[str, ...] = ()
    """What the team calls it, the oldest first."""
    checklist: tuple[Step, ...] = ()
    rating: Rating | None = None
    """None until it is closed as solved; one for each time it is."""
    attention: Attention = field(default_factory=Attention)
    """Whom the desk told of what is late, and who said that they act."""
    withdrawn: bool = False
    """It was made private after it had stood in the client's channel."""
    merged_into: int = 0
    """The number of the request that goes on in its place; 0 where it was not merged."""
    merged_ref: str = ""
    absorbed: tuple[str, ...] = ()
    """The requests that were merged into it, as ACME-42."""
    split_from: str = ""
    """The request from which its words were split off."""
    split_into: tuple[str, ...] = ()
    """Requests that were made of words said here."""
    version: int = 0
    """The sequence number of the last entry."""
    last_at: datetime | None = None
    """When the last entry was made; history never goes back."""

    @property
    def ref(self) -> str:
        """How people name it: ACME-42."""
        return f"{self.client}-{self.number}"

    @property
    def working(self) -> Status:
        """The status in which work goes on: active with an owner, new without one."""
        return Status.ACTIVE if self.owner else Status.NEW
