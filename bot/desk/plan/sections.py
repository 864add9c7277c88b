"""The sections of the document: the team's settings, the shared channels, the clients."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.desk import closures, holidays
from bot.desk.bootstrap import channel_of
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.plan.document import Doc, Draft, Section, World
from bot.desk.plan.policies import POLICIES, SINGLE, read_promises, write_policy, write_targets, write_terms
from bot.desk.plan.reading import Table
from bot.desk.plan.service import Service, promised, service_of
from bot.desk.plan.values import merged, plain
from bot.desk.roster import NAME_LIMIT
from bot.desk.zones import zone_named
from bot.domain import text as words
from bot.domain.calendar import WEEKDAYS, CalendarError, Window
from bot.domain.hours import Week, read_hours, read_windows, say_windows
from bot.domain.people import Client
from bot.domain.policy import PolicyError
from bot.domain.settings import ClientSettings, S
from bot.ports import Place

KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}")


# --- the team and the shared channels ---------------------------------------------------------------------------


def _write_team(world: World) -> Doc:
    return plain(world.directory.team)


def _read_team(table: Table, draft: Draft) -> None:
    team = _settings(table, draft.world.directory.team)
    if team != draft.world.directory.team:
        draft.team = team


def _settings(table: Table, settings: S) -> S:
    names = list(plain(settings))
    given = {name: table.any(name) for name in names}
    done, wrong = merged(settings, {name: value for name, value in given.items() if name in table})
    for name, mend in wrong.items():
        table.wrong(mend, name)
    table.done()
    return done


def _write_channels(world: World) -> Doc:
    return {name: _written(world.places[name]) for name in (TRIAGE, ALERTS) if name in world.places}


def _read_channels(table: Table, draft: Draft) -> None:
    for name in (TRIAGE, ALERTS):
        _channel(table, name, name, draft, name)
    table.done()


def _channel(table: Table, key: str, conversation: str, draft: Draft, default: str = "") -> None:
    """Bind a conversation where the file says, or where a new desk makes it."""
    there = draft.world.places.get(conversation)
    said = table.text(key, _written(there) if there else "")
    parts = said.split("/")
    if said and (len(parts) != 3 or not all(parts)):
        return table.wrong("Write it as platform/workspace/channel, such as web/desk/triage.", key)
    place = Place(*parts) if said else draft.home(default) if draft.home and default else there
    if place is not None and place != there:
        draft.bindings[conversation] = place
    return None


def _written(place: Place) -> str:
    return f"{place.platform}/{place.workspace}/{place.channel}"


# --- clients ----------------------------------------------------------------------------------------------------


def _write_clients(world: World) -> Doc:
    return {key: _write_client(world, client) for key, client in sorted(world.directory.clients.items())}


def _write_client(world: World, client: Client) -> Doc:
    table: Doc = {"name": client.name, "zone": client.zone}
    if place := world.places.get(client_channel(client.key)):
        table["channel"] = _written(place)
    service = service_of(world.directory, client.key)
    if service is not None:
        if service.single:
            table |= {"level": service.promises[0].name, **write_terms(service.promises[0])}
        if service.zone != client.zone:
            table["hours_zone"] = service.zone
        table["hours"] = _days(service.hours)
        country, _, part = service.region.partition("-")
        off: Doc = {"country": country, "subdivision": part, "dates": sorted(service.dates)}
        table["holidays"] = off
        if service.annual:
            off["every_year"] = [f"{month:02}-{day:02}" for month, day in sorted(service.annual)]
        for name, dated in (("special_days", service.special), ("breaks", service.breaks)):
            if dated:
                table[name] = {str(day): _spans(at) for day, at in sorted(dated.items())}
        if service.single:
            table["targets"] = write_targets(service.promises[0])
        else:
            table[POLICIES] = [write_policy(promise, _days) for promise in service.promises]
    table["settings"] = plain(client.settings)
    return table


def _days(hours: Week) -> Doc:
    return {day: _spans(windows) for day, windows in zip(WEEKDAYS, hours, strict=True)}


def _spans(windows: tuple[Window, ...]) -> list[str]:
    return [say_windows([window]) for window in windows]


def _read_clients(table: Table, draft: Draft) -> None:
    seen: dict[str, str] = {}
    for key, entry in ((key, table.table(key)) for key in table.values):
        if not KEY.fullmatch(key.upper()):
            entry.wrong("A key has 2 to 10 letters and digits, a letter first, such as ACME.")
        elif key.upper() in seen:
            entry.wrong(f"This is {seen[key.upper()]} once more: keys are the same in capitals. Take one away.")
        else:
            seen[key.upper()] = key
            _read_client(entry, key.upper(), draft)
    names: dict[str, str] = {}
    for client in [c for k, c in draft.world.directory.clients.items() if k not in draft.clients] + list(
        draft.clients.values()
    ):
        other = names.setdefault(client.name.casefold(), client.key)
        if other != client.key:
            taken = f"{client.name} is {other}'s name already. Give one of them a name that tells them apart."
            table.table(seen.get(client.key, other)).wrong(taken, "name")


def _read_client(table: Table, key: str, draft: Draft) -> None:
    directory = draft.world.directory
    there = directory.clients.get(key)
    name = name_of(table, there.name if there else key)
    where = zone_of(table, "zone", there.zone if there else (draft.team or directory.team).zone)
    settings = _settings(table.table("settings"), there.settings if there else ClientSettings())
    client = replace(there or Client(key, name, where), name=name, zone=where, settings=settings)
    if client != there:
        draft.clients[key] = client
    _channel(table, "channel", client_channel(key), draft, channel_of(key))
    service = _read_service(table, client, there, service_of(directory, key), draft)
    table.done()
    if service is not None:
        try:
            calendars, policies = promised(directory, client, service, draft.at)
        except (CalendarError, PolicyError) as error:
            return table.wrong(str(error))
        draft.calendars += calendars
        draft.policies += policies
    return None


def name_of(table: Table, default: str) -> str:
    """A name to show; a problem where it cannot be shown."""
    name = " ".join(words.clean(table.text("name", default)).split())
    if words.is_blank(name) or len(name) > NAME_LIMIT:
        table.wrong(f"Write a name of 1 to {NAME_LIMIT} characters.", "name")
    return name


def zone_of(table: Table, key: str, default: str) -> str:
    """A zone, named as the wizard takes it: by its IANA name, or its city."""
    name = table.text(key, default)
    try:
        return zone_named(name)
    except CalendarError as error:
        table.wrong(str(error), key)
        return default


_SERVICE = (*SINGLE, POLICIES, "hours_zone", "hours", "holidays", "special_days", "breaks")


def _read_service(
    table: Table, client: Client, was: Client | None, there: Service | None, draft: Draft
) -> Service | None:
    new = there is None
    if new and was is not None and not any(key in table for key in _SERVICE):
        for key in _SERVICE:
            table.any(key)
        return None  # nothing was promised, and nothing is said of it
    base = there or Service(client.zone)
    follows = there is None or was is None or there.zone == was.zone
    where = zone_of(table, "hours_zone", client.zone if follows else base.zone)
    off = table.table("holidays")
    filed = _filed(off, where, draft.at)
    dates = off.dates("dates", () if filed else sorted(base.dates))
    return Service(
        zone=where,
        hours=_read_hours(table, base.hours if there else tuple(base.hours)),
        region=_region(off, base.region),
        dates=frozenset(dates) | (filed.days if filed else frozenset[date]()),
        special=_read_dated(table, "special_days", base.special),
        promises=read_promises(table, client, there, draft, where, _read_hours, zone_of),
        breaks=joined(_read_dated(table, "breaks", {} if filed else base.breaks), filed.breaks if filed else {}),
        annual=_read_annual(off, base.annual),
    )


def _read_hours(table: Table, default: Week) -> Week:
    said = table.any("hours", None)
    if said is None:
        return default
    if isinstance(said, str):
        return _checked(table, "hours", default, lambda: read_hours(said))
    inner = table.table("hours")
    days = [_windows(inner, day, windows) for day, windows in zip(WEEKDAYS, default, strict=True)]
    inner.done()
    return tuple(days)


def _windows(table: Table, key: str, default: tuple[Window, ...]) -> tuple[Window, ...]:
    if isinstance(table.any(key), str):
        said: tuple[str, ...] = (table.text(key),)
    else:
        said = table.texts(key, _spans(default))
    return _checked(table, key, default, lambda: tuple(w for text in said for w in read_windows(text)))


def _checked(table: Table, key: str, default: Any, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (CalendarError, PolicyError) as error:
        table.wrong(str(error), key)
        return default


def _region(table: Table, default: str) -> str:
    country, _, part = default.partition("-")
    named = table.text("country", country)
    subdivision = table.text("subdivision", "" if "country" in table else part)
    for other in ("dates", "every_year", "ics"):
        table.any(other)
    table.done()
    return _checked(table, "country", default, lambda: holidays.region(named, subdivision))


def _read_dated(
    table: Table, key: str, default: Mapping[date, tuple[Window, ...]]
) -> Mapping[date, tuple[Window, ...]]:
    """Windows by date: special days, breaks."""
    if key not in table:
        table.any(key)
        return default
    inner, dated = table.table(key), dict[date, tuple[Window, ...]]()
    for day in inner.values:
        try:
            dated[date.fromisoformat(day)] = _windows(inner, day, ())
        except ValueError:
            inner.wrong("Name the day as a date, such as 2026-12-24.", day)
            inner.any(day)
    return dated


def _read_annual(table: Table, default: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
    found = set[tuple[int, int]]()
    for said in table.texts("every_year", [f"{month:02}-{day:02}" for month, day in sorted(default)]):
        try:
            day = date.fromisoformat(f"2000-{said}")  # a leap year: 02-29 is a day of some years
            found.add((day.month, day.day))
        except ValueError:
            table.wrong(f"“{said[:20]}” is no day of the year. Write month and day, such as 12-24.", "every_year")
    return frozenset(found)


def _filed(table: Table, zone_name: str, at: datetime) -> closures.Closures | None:
    """What the calendar file named or pasted there closes; None where there is none."""
    text = table.text("ics")
    if not text:
        return None
    return _checked(table, "ics", None, lambda: closures.read(text, zone_name, holidays.years(at)))


def joined(
    one: Mapping[date, tuple[Window, ...]], other: Mapping[date, tuple[Window, ...]]
) -> Mapping[date, tuple[Window, ...]]:
    """The windows of both, each once."""
    return {day: tuple(dict.fromkeys((*one.get(day, ()), *other.get(day, ())))) for day in {**one, **other}}


TEAM = Section("team", "How the desk treats its own team.", _write_team, _read_team)
CHANNELS = Section("channels", "Where the team works: platform/workspace/channel.", _write_channels, _read_channels)
CLIENTS = Section(
    "clients",
    "The clients, by the key of their request numbers. A change of hours, holidays or targets makes a new version:\n"
    "requests that are open keep what they were promised. Several policies stand as [[clients.KEY.policies]], tried\n"
    "in that order: the first that takes a request promises it. What such a list leaves out is promised no more.",
    _write_clients,
    _read_clients,
    {
        "zone": "an IANA name, or its city",
        "channel": "platform/workspace/channel",
        "level": "Gold, Silver and Bronze bring targets where none are listed; any other name is yours",
        "warn_percents": "warn the owner when so much of a target is used up",
        "warn_before": 'and so long before the due time, such as ["1h"]',
        "bot_counts": "whether what a bot writes to the client answers them",
        "hours_zone": "where the hours differ from the client's own zone",
        "country": "public holidays; empty for none",
        "dates": 'further days on which nobody works; ics = "closed.ics" takes them from a calendar file',
        "kinds": "which requests it is for; of several conditions all must hold, an empty one fits any request",
        "first_response": "service time: 30m, 4h, 1h 30m; a d is 8 hours",
    },
    keyed=True,
)
