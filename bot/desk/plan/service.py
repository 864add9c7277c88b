"""What a client is promised, in one piece: its hours, its holidays, its targets. A change of it makes new versions of
the calendar and the policy, so that requests which are open keep what they were promised (rule 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.desk import holidays
from bot.desk.templates import LEVELS, Level, targets_of
from bot.domain.calendar import Calendar, Window
from bot.domain.hours import Week, read_hours
from bot.domain.people import Client, Directory
from bot.domain.policy import ClockKind, Policy, Priority

OFFICE = read_hours("Mon-Fri 09:00-17:00")
Targets = Mapping[Priority, Mapping[ClockKind, int]]


@dataclass(frozen=True)
class Service:
    """A client's hours and targets. `region` gives the public holidays, `dates` are further closed days."""

    zone: str
    hours: Week = OFFICE
    region: str = ""
    dates: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    level: str = LEVELS[Level.SILVER]
    targets: Targets = field(default_factory=lambda: targets_of(Level.SILVER))
    warn_percents: tuple[int, ...] = (75,)
    pause_statuses: tuple[str, ...] = ("waiting_client",)
    pause_reply_clocks: bool = False
    breaks: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    """Times of a date that are taken out of what is open then."""
    annual: frozenset[tuple[int, int]] = frozenset()
    """Closed days of every year, as month and day."""


def service_of(directory: Directory, key: str) -> Service | None:
    """What a client is promised now; None where it was promised nothing yet."""
    policy = directory.policies.get(key)
    calendar = directory.calendars.get(policy.calendar) if policy else None
    if policy is None or calendar is None:
        return None
    return Service(
        calendar.zone,
        calendar.hours,
        calendar.region,
        calendar.holidays - calendar.public,
        calendar.overrides,
        policy.name,
        policy.targets,
        policy.warn_percents,
        policy.pause_statuses,
        policy.pause_reply_clocks,
        calendar.breaks,
        calendar.annual,
    )


def promised(
    directory: Directory, client: Client, service: Service, at: datetime
) -> tuple[tuple[Calendar, ...], tuple[Policy, ...]]:
    """The versions that the service needs and that are not in force yet: none where nothing changes.

    Raises CalendarError and PolicyError for a service that cannot be given.
    """
    policy = directory.policies.get(client.key)
    calendar = directory.calendars.get(policy.calendar) if policy else None
    name = calendar.name if calendar else f"{client.key.lower()}-hours"
    there = calendar.public if calendar and calendar.region == service.region else frozenset[date]()
    public = holidays.filled(service.region, at, there)
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
    calendars: tuple[Calendar, ...] = ()
    if wanted != calendar:
        latest = max((c.version for c in directory.calendars.values() if c.name == name), default=0)
        wanted = replace(wanted, version=latest + 1)
        calendars = (wanted,)
    promise = replace(
        policy or Policy(service.level, client.key, wanted.ref, service.targets),
        name=service.level,
        calendar=wanted.ref,
        targets=service.targets,
        warn_percents=service.warn_percents,
        pause_statuses=service.pause_statuses,
        pause_reply_clocks=service.pause_reply_clocks,
    )
    if promise == policy:
        return (), ()
    latest = max((p.version for p in directory.versions.values() if p.client == client.key), default=0)
    return calendars, (replace(promise, version=latest + 1),)
