"""What a client is promised, in one piece: its hours, its holidays, its policies in order. A change of it makes new
versions of the calendars and of all the policies, so that requests which are open keep what they were promised
(rule 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.desk import holidays
from bot.desk.templates import LEVELS, Level, targets_of
from bot.domain.calendar import Calendar, Window
from bot.domain.hours import Week, read_hours
from bot.domain.people import OWN, Client, Directory
from bot.domain.policy import ANY, ClockKind, Match, Policy, Priority, check

OFFICE = read_hours("Mon-Fri 09:00-17:00")
Targets = Mapping[Priority, Mapping[ClockKind, int]]


@dataclass(frozen=True)
class OwnHours:
    """Hours of one policy instead of the client's. `holidays`: closed on the client's days off, too."""

    zone: str
    hours: Week
    holidays: bool = True


@dataclass(frozen=True)
class Promise:
    """One policy, as people write it: for which requests, and what is promised them."""

    name: str = LEVELS[Level.SILVER]
    targets: Targets = field(default_factory=lambda: targets_of(Level.SILVER))
    match: Match = ANY
    own: OwnHours | None = None
    """Its own hours; None for the client's."""
    warn_percents: tuple[int, ...] = (75,)
    pause_statuses: tuple[str, ...] = ("waiting_client",)
    pause_reply_clocks: bool = False
    warn_before: tuple[int, ...] = ()
    bot_counts: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is for every request, in the client's hours."""
        return self.match == ANY and self.own is None


@dataclass(frozen=True)
class Service:
    """A client's hours and policies. `region` gives the public holidays, `dates` are further closed days."""

    zone: str
    hours: Week = OFFICE
    region: str = ""
    dates: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    promises: tuple[Promise, ...] = (Promise(),)
    """In the order in which they are tried; never none."""
    breaks: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    """Times of a date that are taken out of what is open then."""
    annual: frozenset[tuple[int, int]] = frozenset()
    """Closed days of every year, as month and day."""

    @property
    def single(self) -> bool:
        """Whether all requests are promised the same."""
        return len(self.promises) == 1 and self.promises[0].plain


def service_of(directory: Directory, key: str) -> Service | None:
    """What a client is promised now; None where it was promised nothing yet."""
    calendar = directory.calendar_of(key)
    if calendar is None:
        return None
    return Service(
        calendar.zone,
        calendar.hours,
        calendar.region,
        calendar.holidays - calendar.public,
        calendar.overrides,
        tuple(_promise(directory, policy, calendar) for policy in directory.policies_of(key)),
        calendar.breaks,
        calendar.annual,
    )


def _promise(directory: Directory, policy: Policy, calendar: Calendar) -> Promise:
    hours = directory.calendars.get(policy.calendar, calendar)
    return Promise(
        policy.name,
        policy.targets,
        policy.match,
        OwnHours(hours.zone, hours.hours, policy.keeps_holidays) if hours.name != calendar.name else None,
        policy.warn_percents,
        policy.pause_statuses,
        policy.pause_reply_clocks,
        policy.warn_before,
        policy.bot_counts,
    )


def promised(
    directory: Directory, client: Client, service: Service, at: datetime
) -> tuple[tuple[Calendar, ...], tuple[Policy, ...]]:
    """The versions that the service needs and that are not in force yet: none where nothing changes.

    Raises CalendarError and PolicyError for a service that cannot be given.
    """
    calendar, there = directory.calendar_of(client.key), directory.policies_of(client.key)
    name = calendar.name if calendar else f"{client.key.lower()}-hours"
    known = calendar.public if calendar and calendar.region == service.region else frozenset[date]()
    public = holidays.filled(service.region, at, known)
    plain = Calendar(name, service.zone, service.hours, overrides=dict(service.special))
    wanted = replace(
        calendar or plain,
        zone=service.zone,
        hours=service.hours,
        holidays=public | service.dates,
        overrides=dict(service.special),
        breaks=dict(service.breaks),
        annual=service.annual,
        region=service.region,
        public=public - service.dates,
    )
    shelf = _Shelf(directory, tuple(policy.calendar for policy in there))
    client_hours = shelf.put(wanted, calendar)
    used = [shelf.put(_own(wanted, promise), None) if promise.own else client_hours for promise in service.promises]
    policies = tuple(
        Policy(
            promise.name,
            client.key,
            hours.ref,
            promise.targets,
            warn_percents=promise.warn_percents,
            pause_statuses=promise.pause_statuses,
            pause_reply_clocks=promise.pause_reply_clocks,
            warn_before=promise.warn_before,
            bot_counts=promise.bot_counts,
            match=promise.match,
            position=place,
            keeps_holidays=promise.own is None or promise.own.holidays,
        )
        for place, (promise, hours) in enumerate(zip(service.promises, used, strict=True))
    )
    if check(policies) == tuple(replace(p, version=1, position=place) for place, p in enumerate(there)):
        return tuple(shelf.new), ()
    latest = max((p.version for p in directory.promises_to(client.key)), default=0)
    return tuple(shelf.new), tuple(replace(policy, version=latest + 1) for policy in policies)


def _own(client_hours: Calendar, promise: Promise) -> Calendar:
    """The calendar of a policy that has its own hours; where it keeps the client's days off, they change with these."""
    own = promise.own or OwnHours(client_hours.zone, client_hours.hours)
    name = f"{client_hours.name}{OWN}{promise.name}"
    if own.holidays:
        return replace(client_hours, name=name, zone=own.zone, hours=own.hours, version=1)
    return Calendar(name, own.zone, own.hours)


class _Shelf:
    """The versions of calendars: the one in force where nothing changes, otherwise the next one."""

    def __init__(self, directory: Directory, used: tuple[str, ...]) -> None:
        self._directory, self._used = directory, used
        self.new: list[Calendar] = []

    def put(self, wanted: Calendar, there: Calendar | None) -> Calendar:
        """The calendar as it will be used; `there` is the one in force, where the caller knows it."""
        known = [c for c in self._directory.calendars.values() if c.name == wanted.name]
        there = there or next((c for c in known if c.ref in self._used), None)
        if there is not None and replace(wanted, version=there.version) == there:
            return there
        made = replace(wanted, version=max((c.version for c in known), default=0) + 1)
        self.new.append(made)
        return made
