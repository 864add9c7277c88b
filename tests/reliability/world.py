"""The desk that is killed: two clients with promises of seconds, their people, and a team, all on the faulty chat."""

from __future__ import annotations

from faulty_chat import PLATFORM, WORKSPACE, place_of

from bot.desk import bootstrap
from bot.desk.conversations import client_channel
from bot.domain.calendar import WEEKDAYS, weekly
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.settings import ClientSettings
from bot.ports import DirectoryEdit, Store

SECONDS = {Priority.P1: (3, 4, 12), Priority.P2: (5, 6, 20), Priority.P3: (6, 8, 24), Priority.P4: (8, 8, 30)}
"""The targets of the clocks."""
CLOCKS = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.RESOLUTION)
WARNED_AT = 50
"""Per cent of each."""
SETTINGS = ClientSettings(quiet_from="00:00", quiet_until="00:00", flood_alerts=100, flood_minutes=1, rating=True)
CLIENTS = (
    Client("ACME", "Acme", "Europe/London", SETTINGS),
    Client("GLOBEX", "Globex", "Europe/Berlin", ClientSettings(**{**vars(SETTINGS), "auto_open": True})),
)
THEIRS = {c.key: tuple(f"{c.key.lower()}-{n}" for n in range(6)) for c in CLIENTS}
TEAM = ("sam", "priya", "kim")
MANAGER = "lee"


async def furnish(store: Store) -> None:
    """Make it; the direct conversations are opened when they are first needed."""
    people = [Person(id, id.title(), Role.CLIENT, c.zone, c.key) for c in CLIENTS for id in THEIRS[c.key]] + [
        Person("sam", "Sam Ito", Role.ENGINEER),
        Person("kim", "Kim Berg", Role.ENGINEER),
    ]
    people += [Person("priya", "Priya Nair", Role.LEAD), Person(MANAGER, "Lee Novak", Role.MANAGER)]
    always = [weekly(f"{c.key.lower()}-hours", "UTC", {d: [("00:00", "24:00")] for d in WEEKDAYS}) for c in CLIENTS]
    targets = {priority: dict(zip(CLOCKS, seconds, strict=True)) for priority, seconds in SECONDS.items()}
    policies = [
        Policy("Gold", c.key, calendar.ref, targets, warn_percents=(WARNED_AT,))
        for c, calendar in zip(CLIENTS, always, strict=True)
    ]
    channels = [(client_channel(c.key), place_of(f"client-{c.key.lower()}")) for c in CLIENTS]
    await store.edit_directory(
        DirectoryEdit(
            clients=CLIENTS,
            people=tuple(people),
            calendars=tuple(always),
            policies=tuple(policies),
            identities=tuple((PLATFORM, WORKSPACE, p.id, p.id) for p in people),
            bindings=tuple(channels),
        )
    )
    await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
