"""Facts about what is late or nearly so: who was told, who said that they act."""

from __future__ import annotations

from datetime import datetime

from bot.domain.fact import Event
from bot.domain.frozen import frozen
from bot.domain.policy import ClockKind


@frozen
class Warned(Event):
    """A clock reached a share of its target, or little of it is left (rule 17)."""

    clock: ClockKind
    cycle: int
    percent: int
    """0 where it comes so long `before` the due time instead."""
    due_at: datetime
    to: str = ""
    """Who was told: an id, or `team` where nobody had it; empty where nobody was (imports)."""
    before: int = 0
    """Business seconds before the due time."""

    @property
    def rung(self) -> int:
        """Which of its terms' warnings it is (`Terms.rungs`)."""
        return self.percent or -self.before


@frozen
class Breached(Event):
    """A clock ran past its target (rule 3). `noticed_at` is later than `breached_at` after a downtime (rule 19)."""

    clock: ClockKind
    cycle: int
    due_at: datetime
    breached_at: datetime
    noticed_at: datetime
    cause: str = "elapsed"
    silent: bool = False
    """Recorded without an alert: adopted or imported work (rule 6)."""
    to: tuple[str, ...] = ()
    """Who was told at once beside the alerts channel: ids, and `team` where nobody had it."""


@frozen
class Escalated(Event):
    """A breach was told further up its ladder. `due_at` is that rung's time; `noticed_at` is later after a downtime."""

    clock: ClockKind
    cycle: int
    rung: int
    due_at: datetime
    noticed_at: datetime
    to: tuple[str, ...]
    """The people it was told to, by id."""


@frozen
class Handled(Event):
    """Somebody said that they act on a late request; until then the ladder waits, and no clock does."""

    until: datetime


@frozen
class Snoozed(Event):
    """A lead or manager lets the ladder wait until then; no clock does."""

    until: datetime


@frozen
class LadderResumed(Event):
    """The time that somebody asked for is over, and the request is still late: the ladder goes on where it paused."""

    by: str
    """Who had asked for the time."""
    until: datetime


@frozen
class OwnerNudged(Event):
    """Whoever has it was asked for a sign: since then neither the client nor the team has heard from them."""

    owner: str
    since: datetime


@frozen
class Offered(Event):
    """Its owner stayed silent, so the team was asked whether somebody takes it over."""

    owner: str
    since: datetime


@frozen
class ClientNudged(Event):
    """The client was reminded of what it was asked; `number` counts the reminders of this wait."""

    number: int
    sets_aside_at: datetime | None = None
    anew: datetime | None = None
    """From when the wait's days are counted, where this came so late that none of them is left."""


@frozen
class WaitPostponed(Event):
    """The client asked to be reminded then."""

    until: datetime


@frozen
class SetAside(Event):
    """No answer came: it leaves the lists of work, until a message brings it back or it closes."""

    closes_at: datetime | None = None


WHILE_OPEN: tuple[type[Event], ...] = (Escalated, Handled, Snoozed, LadderResumed, OwnerNudged, Offered)
WHILE_WAITING: tuple[type[Event], ...] = (ClientNudged, WaitPostponed, SetAside)
"""Facts of an open request, and of one that waits for its client."""
