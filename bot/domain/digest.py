"""What the team should know of its open requests on a morning: each in the most pressing group that it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.clocks import Calendars, breach_at, due_at, instant_of
from bot.domain.events import Status
from bot.domain.people import Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request


class Group(StrEnum):
    """Why a request is named, the most pressing first."""

    LATE = "late"
    AT_RISK = "at_risk"
    PROMISED = "promised"
    UNOWNED = "unowned"
    WAITING = "waiting"
    STALE = "stale"


COMMON = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.NEXT_REPLY,
    ClockKind.PERIODIC_UPDATE,
    ClockKind.RESOLUTION,
)
"""The clocks that a policy sets; what another one counts is a person's own promise."""


@dataclass(frozen=True)
class Item:
    """A request in its group: what is next about it, and when."""

    group: Group
    request: Request
    at: datetime
    """The deadline; since when it waits for an owner or an answer, or is quiet."""
    clock: ClockKind | None = None
    """Whose deadline it is."""


@dataclass(frozen=True)
class Digest:
    """What a morning has to tell."""

    open: int = 0
    loads: tuple[tuple[str | None, int], ...] = ()
    """How many open requests each has, the busiest first; None is nobody."""
    groups: Mapping[Group, tuple[Item, ...]] = field(default_factory=dict[Group, tuple[Item, ...]])
    """Only groups with something in them, in their order."""


def digest(
    requests: Iterable[Request],
    directory: Directory,
    *,
    now: datetime,
    until: datetime,
    quiet: Mapping[int, datetime],
) -> Digest:
    """The digest of these open requests, for the time until the next one.

    `quiet` are the requests that nobody has said or noted anything about for too long, and since when.
    """
    items: dict[Group, list[Item]] = {group: [] for group in Group}
    loads: Counter[str | None] = Counter()
    for request in requests:
        owner = directory.person(request.owner)
        has = owner.id if owner and owner.is_staff else None
        loads[has] += 1
        found = _pressing(request, directory.calendars, now, until) or _resting(request, has, quiet)
        if found:
            items[found.group].append(found)
    return Digest(
        open=loads.total(),
        loads=tuple(sorted(loads.items(), key=lambda load: (-load[1], load[0] is None, load[0] or ""))),
        groups={group: tuple(sorted(those, key=_order)) for group, those in items.items() if those},
    )


def _order(item: Item) -> tuple[datetime, int]:
    return item.at, item.request.number


def _pressing(request: Request, calendars: Calendars, now: datetime, until: datetime) -> Item | None:
    """What a deadline says about it, where one does."""
    late: list[tuple[datetime, ClockKind]] = []
    soon: list[tuple[datetime, ClockKind]] = []
    for clock in request.sla.clocks:
        due, breach = due_at(clock, calendars), clock.breached_at or breach_at(clock, calendars)
        if clock.running and breach and breach <= now:
            late.append((due or instant_of(clock, calendars, clock.target) or breach, clock.kind))
        elif due and (due < until or clock.warned):
            soon.append((due, clock.kind))
    if late:
        return Item(Group.LATE, request, *min(late))
    if soon:
        due, kind = min(soon)
        return Item(Group.AT_RISK if kind in COMMON else Group.PROMISED, request, due, kind)
    return None


def _resting(request: Request, owner: str | None, quiet: Mapping[int, datetime]) -> Item | None:
    """Why it is named although no deadline presses."""
    if owner is None:
        return Item(Group.UNOWNED, request, request.opened_at)
    if request.status in (Status.WAITING_CLIENT, Status.WAITING_OTHER):
        return Item(Group.WAITING, request, _since(request))
    if request.number in quiet:
        return Item(Group.STALE, request, quiet[request.number])
    return None


def _since(request: Request) -> datetime:
    """Since when it stands where it stands."""
    since = request.opened_at
    for phase in reversed(request.sla.phases):
        if phase.status is not request.status:
            break
        since = phase.since
    return since
