"""Whom the desk told of what, and who said that they act: the memory that lets no alarm ring twice.

It is a part of the request's state and follows its history as all of it does. Instants are UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.domain.alarms import (
    Breached,
    ClientNudged,
    Escalated,
    Handled,
    LadderResumed,
    Offered,
    OwnerNudged,
    SetAside,
    Snoozed,
    WaitPostponed,
    Warned,
)
from bot.domain.clocks import Clock
from bot.domain.copying import replace
from bot.domain.events import (
    Adopted,
    AskedClient,
    Assigned,
    ClientWrote,
    Entry,
    MarkedUrgent,
    MessageClass,
    Replied,
    Status,
    Unmerged,
)
from bot.domain.frozen import frozen
from bot.domain.policy import REPLY_CLOCKS, ClockKind

TEAM = "team"
"""In a list of who was told: the team's own channel, for what nobody has."""

BREACH = 0
"""The rung that is the breach itself."""


class HoldKind(StrEnum):
    """Why a ladder waits."""

    HANDLED = "handled"
    """Somebody said that they act."""
    SNOOZED = "snoozed"
    """Somebody said that it can wait; the clock and its verdict do not."""


@frozen
class Told:
    """One rung of one clock's cycle: when it was due, when it was told, and to whom (ids, or TEAM)."""

    clock: ClockKind
    cycle: int
    rung: int
    """For a warning which of its terms' it is: the percentage, or what is left in seconds below zero."""
    due_at: datetime
    at: datetime
    to: tuple[str, ...]


@frozen
class Hold:
    """Time in which the ladder waits, half-open; `over` once it was said that it goes on, or there is no alarm."""

    kind: HoldKind
    by: str
    since: datetime
    until: datetime
    over: bool = False
    ran_out: bool = False
    """Its time came while it was still late."""


@frozen
class Page:
    """Somebody was called since the client said that it is urgent; `seq` is the entry that says so."""

    seq: int
    by: str
    """The client's person who said so."""
    to: tuple[str, ...]
    """Who was called, and who had it, by id."""
    taken: bool = False
    """Somebody took it since."""
    answered_by: str = ""
    answered_at: datetime | None = None


class Ask(StrEnum):
    """What a prompt asks for."""

    SIGN = "sign"
    """A word from whoever has it."""
    HAND = "hand"
    """Somebody of the team to take it over."""
    ANSWER = "answer"
    """The client's answer."""


@frozen
class Prompt:
    """A nudge that stands somewhere and tells its end in place; `seq` is the entry that made it."""

    ask: Ask
    seq: int
    to: str = ""
    over_at: datetime | None = None


@frozen
class Wait:
    """A wait for the client: what it was asked when, and what the desk has done about it since."""

    since: datetime
    base: datetime
    """What its days count from: when it was asked, the time until which the client put it off, or a first reminder that
    came after all of them."""
    postponed: bool = False
    nudges: int = 0
    aside_at: datetime | None = None


@frozen
class Attention:
    """What the desk has told people about one request, oldest first."""

    warned: tuple[Told, ...] = ()
    told: tuple[Told, ...] = ()
    holds: tuple[Hold, ...] = ()

    sign_at: datetime | None = None
    """When whoever has it last did anything about it, or was given it."""
    nudged_for: datetime | None = None
    """The silence of its owner, by its begin, for which they were asked for a sign."""
    offered_for: datetime | None = None
    """The silence for which the team was asked to take over."""
    prompts: tuple[Prompt, ...] = ()
    wait: Wait | None = None
    """While it waits for the client."""
    page: Page | None = None
    """The last time that somebody was called."""
    owners: tuple[str, ...] = ()
    """Who had it, in order, each once: they were told so."""
    news: tuple[tuple[int, str], ...] = ()
    """Words of the client's since they were last answered that the owner was told: the entry, and to whom."""
    answered: bool = False
    """Whether those are answered; the next words begin anew."""

    @property
    def hold(self) -> Hold | None:
        """Why the ladder waits now."""
        return self.holds[-1] if self.holds and not self.holds[-1].over else None

    def of(self, kind: ClockKind, cycle: int) -> tuple[Told, ...]:
        """The rungs of that alarm that were told, the breach first."""
        return tuple(t for t in self.told if t.clock is kind and t.cycle == cycle)


def attend(
    attention: Attention, entry: Entry, *, status: Status, owner: str | None, clocks: Sequence[Clock]
) -> Attention:
    """What is remembered after one more entry, which left the request so."""
    attention = _given(_follow(attention, entry), entry, owner)
    if entry.by == owner or isinstance(entry.event, Assigned):
        attention = replace(attention, sign_at=entry.at)
    asks = {Ask.SIGN, Ask.HAND} if entry.at == attention.sign_at or not owed(clocks) else set[Ask]()
    if status not in (Status.WAITING_CLIENT, Status.SET_ASIDE, Status.RESOLVED):  # a resolve may be taken back
        attention = replace(attention, wait=None)
    if status is not Status.WAITING_CLIENT:
        asks.add(Ask.ANSWER)
    prompts = (replace(p, over_at=p.over_at or entry.at) if p.ask in asks else p for p in attention.prompts)
    # What was over before this entry has told its end.
    attention = replace(attention, prompts=tuple(p for p in prompts if p.over_at in (None, entry.at)))
    late = any(clock.running and clock.breached_at for clock in clocks)
    return attention if late else _cut(attention, entry.at)


def owed(clocks: Sequence[Clock]) -> Clock | None:
    """The clock by which somebody waits for a word of the team: a reply, or news that was promised and did not come."""
    promised = [c for c in clocks if c.promised and c.running]
    if any(c.breached_at is None for c in promised):
        return None  # they know when they hear next
    return next((c for c in clocks if c.running and not c.paused and (c.kind in REPLY_CLOCKS or c in promised)), None)


def _follow(attention: Attention, entry: Entry) -> Attention:
    at = entry.at
    match entry.event:
        case Warned(clock=clock, cycle=cycle, rung=rung, due_at=due, to=to) if to:
            told = Told(clock, cycle, rung, due, at, (to,))
            return replace(attention, warned=(*attention.warned, told))
        case Breached(clock=clock, cycle=cycle, breached_at=breached_at, to=to) if to:
            return replace(attention, told=(*attention.told, Told(clock, cycle, BREACH, breached_at, at, to)))
        case Escalated(clock=clock, cycle=cycle, rung=rung, due_at=due, to=to):
            return replace(attention, told=(*attention.told, Told(clock, cycle, rung, due, at, to)))
        case Handled(until=until):
            return _held(attention, Hold(HoldKind.HANDLED, entry.by, at, until))
        case Snoozed(until=until):
            return _held(attention, Hold(HoldKind.SNOOZED, entry.by, at, until))
        case LadderResumed() if attention.hold is not None:
            *before, last = _cut(attention, at).holds
            return replace(attention, holds=(*before, replace(last, ran_out=True)))
        case OwnerNudged(owner=owner, since=since):
            prompts = (*attention.prompts, Prompt(Ask.SIGN, entry.seq, owner))
            return replace(attention, nudged_for=since, prompts=prompts)
        case Offered(since=since):
            return replace(attention, offered_for=since, prompts=(*attention.prompts, Prompt(Ask.HAND, entry.seq)))
        case AskedClient():
            return replace(attention, wait=Wait(at, at))
        case Unmerged(to=Status.WAITING_CLIENT):
            # Nobody was reminded while it was part of another one: its days begin anew.
            return replace(attention, wait=Wait(at, at))
        case Unmerged(to=Status.SET_ASIDE):
            return replace(attention, wait=Wait(at, at, aside_at=at))
        case Adopted():
            return replace(attention, wait=None)
        case _ if attention.wait is not None:
            return _waits(attention, attention.wait, entry)
        case _:
            return attention


def _given(attention: Attention, entry: Entry, owner: str | None) -> Attention:
    """Who was called, who took it, who answered, and what its owner was told."""
    page = attention.page
    match entry.event:
        case MarkedUrgent(paged=paged):
            called = tuple(sorted({*paged, *((owner,) if owner else ())}))
            return replace(attention, page=Page(entry.seq, entry.by, called))
        case Assigned(to=str(to)):
            owners = attention.owners if to in attention.owners else (*attention.owners, to)
            return replace(attention, owners=owners, page=replace(page, taken=True) if page else None)
        case ClientWrote() if owner:
            before = () if attention.answered else attention.news
            return replace(attention, news=(*before, (entry.seq, owner)), answered=False)
        case Replied(cls=MessageClass.SUBSTANCE):
            if page and page.answered_at is None:
                page = replace(page, answered_by=entry.by, answered_at=entry.at)
            return replace(attention, page=page, answered=True)
        case _:
            return attention


def _waits(attention: Attention, wait: Wait, entry: Entry) -> Attention:
    match entry.event:
        case ClientNudged(number=number, anew=anew):
            prompts = (*attention.prompts, Prompt(Ask.ANSWER, entry.seq))
            return replace(attention, wait=replace(wait, nudges=number, base=anew or wait.base), prompts=prompts)
        case WaitPostponed(until=until):
            return replace(attention, wait=Wait(wait.since, until, postponed=True))
        case SetAside():
            return replace(attention, wait=replace(wait, aside_at=entry.at))
        case _:
            return attention


def _held(attention: Attention, hold: Hold) -> Attention:
    before = _cut(attention, hold.since)
    return replace(before, holds=(*before.holds, hold))


def _cut(attention: Attention, at: datetime) -> Attention:
    """No hold lasts any longer than `at`."""
    if attention.hold is None:
        return attention
    *before, last = attention.holds
    return replace(attention, holds=(*before, replace(last, until=min(last.until, at), over=True)))
