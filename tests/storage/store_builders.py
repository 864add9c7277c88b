"""Small true changes for the store's tests: requests made by the domain's own functions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import asyncpg

from bot.domain.calendar import weekly
from bot.domain.events import Entry, Event, NoteAdded, Opened, PolicyApplied
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.request import Request, apply, open_request
from bot.messages.model import Message, Said, line
from bot.ports import DirectoryEdit, MessageRef, Place, RequestChange

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = weekly("office", "Europe/London", {day: [("09:00", "17:00")] for day in DAYS})
CALENDARS = {OFFICE.ref: OFFICE}
POLICY = Policy(
    name="standard",
    client="ACME",
    calendar=OFFICE.ref,
    targets={Priority.P3: {ClockKind.FIRST_RESPONSE: 3600, ClockKind.RESOLUTION: 36_000}},
)
ANNA = Person("anna", "Anna", Role.CLIENT, "Europe/London", "ACME")
ERIK = Person("erik", "Erik", Role.ENGINEER)
DIRECTORY = DirectoryEdit(
    clients=(Client("ACME", "Acme", "Europe/London"), Client("ÖBB", "Österreich", "Europe/Vienna")),
    people=(ANNA, ERIK),
    calendars=(OFFICE,),
    policies=(POLICY,),
    identities=(("slack", "T1", "U1", "erik"),),
)
ROOM = Place("web", "main", "acme")
ODD = "café 👩🏽‍🚀 ‮ \\ % _ ' \" ; -- 漢字 \u0301 \n\t ${x} {} %s"
"""Text that breaks what is built by pasting."""


def minutes(count: float) -> datetime:
    """That long after the tests' first instant."""
    return T0 + timedelta(minutes=count)


def step(
    request: Request | None,
    *events: Event,
    at: datetime = T0,
    timers: Mapping[str, datetime] | None = None,
    by: Person = ERIK,
) -> RequestChange:
    """The request after these facts, as a use case would write it."""
    first = request.version + 1 if request else 1
    entries = tuple(Entry(first + i, at, by.id, by.role, event) for i, event in enumerate(events))
    for entry in entries:
        request = apply(request, entry, CALENDARS) if request else open_request(entry, CALENDARS)
    assert request is not None
    return RequestChange(request, entries, timers or {})


def opening(
    number: int,
    *,
    client: str = "ACME",
    title: str = "The export fails",
    details: str = "",
    requester: str = "anna",
    timers: Mapping[str, datetime] | None = None,
) -> RequestChange:
    """A new request with its terms."""
    opened = Opened(number, client, title, requester, T0, "command", details)
    return step(None, opened, PolicyApplied(POLICY.terms(Priority.P3)), by=ANNA, timers=timers)


def note(request: Request, text: str = "noted", timers: Mapping[str, datetime] | None = None) -> RequestChange:
    """One more fact that changes nothing else."""
    return step(request, NoteAdded(text), timers=timers)


def said(text: str) -> Message:
    """A message of the desk."""
    return Said("test", (line(text),))


def ref(message: str, place: Place = ROOM) -> MessageRef:
    """A message in the client's room."""
    return MessageRef(place, message)


async def execute(url: str, sql: str) -> list[tuple[object, ...]]:
    """Run SQL behind the store's back, on a connection of its own."""
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
            return raw.execute(sql).fetchall()
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row.values()) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
