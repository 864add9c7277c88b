"""What happened across the desk lately, for those who run it: a line each, by client and kind, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.door import signed_in
from adapters.web.render import Face, Reader
from adapters.web.state import Web, kind, missing
from adapters.web.views import side
from bot.domain import events
from bot.domain.people import Person, Role
from bot.messages import settings, times
from bot.messages.history import deed
from bot.ports import Happened, RecentQuery, SettingChange

PAGE = 50
SETTINGS = "settings"

KINDS: dict[str, tuple[str, tuple[type[events.Event], ...]]] = {
    "opened": ("Opened", (events.Opened,)),
    "written": ("Written", (events.ClientWrote, events.Replied, events.AskedClient, events.NoteAdded)),
    "assigned": ("Assigned", (events.Assigned, events.PriorityChanged)),
    "late": ("Late", (events.Breached, events.Warned)),
    "resolved": ("Resolved", (events.Resolved, events.ResolveUndone, events.Reopened)),
    "closed": ("Closed", (events.Closed, events.Cancelled)),
}
"""What one can ask for, by its name in the address."""

_ALL = (*(event for _, kinds in KINDS.values() for event in kinds), events.WaitedOn, events.Resumed)
"""Without what only follows from these, such as the terms that a new request gets."""

_TONES: dict[type[events.Event], str] = {
    events.Opened: "accent",
    events.Breached: "bad",
    events.Warned: "warn",
    events.Reopened: "warn",
    events.Resolved: "good",
    events.Closed: "good",
}


@dataclass(frozen=True)
class Deed:
    """A line of the activity."""

    at: datetime
    face: Face
    what: str
    tone: str = "plain"
    ref: str = ""
    title: str = ""
    client: str = ""
    day: str = ""


@dataclass(frozen=True)
class Asked:
    """What the page was asked for."""

    client: str = ""
    kind: str = ""
    before: tuple[datetime, int, int] | None = None

    def address(self, *, client: str | None = None, kind: str | None = None, before: str = "") -> str:
        """The same page with another client, kind or beginning."""
        given = {
            "client": self.client if client is None else client,
            "kind": self.kind if kind is None else kind,
            "before": before,
        }
        query = "&".join(f"{name}={value}" for name, value in given.items() if value)
        return f"/activity?{query}" if query else "/activity"


@signed_in
async def activity(request: Request, web: Web, person: Person) -> Response:
    """The page, or (`?part=1`) what stands in its middle."""
    me = await web.reader(person)
    if not me.leads:
        mine = f"{web.desk.rules.command} my"
        raise kind(403, f"The activity of the whole desk is for its leads and managers. “{mine}” shows what is yours.")
    asked = _asked(request, me)
    deeds, more = await _deeds(web, me, asked)
    values: dict[str, object] = {
        "me": me,
        "asked": asked,
        "deeds": deeds,
        "more": asked.address(before=more) if more else "",
        "clients": sorted(me.directory.clients.values(), key=lambda client: client.name.casefold()),
        "kinds_of": [*((name, label) for name, (label, _) in KINDS.items()), (SETTINGS, "Settings")],
    }
    if request.query_params.get("part") == "1":
        return HTMLResponse(web.render.html("activity.html", **values))
    values |= {"channel": None, "root": None, "turn": web.hub.turn, "inside": "activity.html"}
    return HTMLResponse(web.render.html("page.html", **values, **await side(web, me, "")))


def _asked(request: Request, me: Reader) -> Asked:
    given = request.query_params
    client, wanted = given.get("client", ""), given.get("kind", "")
    if (client and client not in me.directory.clients) or (wanted and wanted not in (*KINDS, SETTINGS)):
        raise missing()
    before = given.get("before", "").split("-")
    if before == [""]:
        return Asked(client, wanted)
    if len(before) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 17 for part in before):
        raise missing()
    try:
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(before[0]))
    except OverflowError:
        raise missing() from None
    return Asked(client, wanted, (at, int(before[1]), int(before[2])))


async def _deeds(web: Web, me: Reader, asked: Asked) -> tuple[list[Deed], str]:
    """A page of it, and the mark that the next one begins at; empty where there is none."""
    found: list[Happened] = []
    if asked.kind != SETTINGS:
        kinds = KINDS[asked.kind][1] if asked.kind else _ALL
        query = RecentQuery(asked.client or None, kinds, asked.before, PAGE + 1)
        found = list(await web.desk.store.recent_entries(query))
    shown, mark = found[:PAGE], ""
    if len(found) > PAGE:
        at, number, seq = shown[-1].mark
        mark = f"{(at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)}-{number}-{seq}"
    lines = [_deed(me, happened) for happened in shown]
    if asked.kind in ("", SETTINGS):
        lines += await _settings(web, me, asked, since=shown[-1].entry.at if mark else None)
    lines.sort(key=lambda line: line.at, reverse=True)
    return _with_days(me, lines), mark


def _deed(me: Reader, happened: Happened) -> Deed:
    entry, request = happened.entry, happened.request
    face = me.desk_face() if entry.role is Role.DESK else me.face_of(entry.by)
    client = me.directory.clients.get(request.client)
    tone = _TONES.get(type(entry.event), "plain")
    words = deed(entry, me.directory, for_staff=True)
    return Deed(entry.at, face, words, tone, request.ref, request.title, client.name if client else request.client)


async def _settings(web: Web, me: Reader, asked: Asked, since: datetime | None) -> list[Deed]:
    """What was changed in the settings in the time that the page shows."""
    changes = await web.desk.store.setting_changes(f"clients.{asked.client}" if asked.client else "", 200)
    until = asked.before[0] if asked.before else None
    wanted = [c for c in changes if (since is None or c.at >= since) and (until is None or c.at < until)]
    deeds: list[Deed] = []
    for (at, _, head), group in groupby(wanted, lambda change: (change.at, change.by, _head(change))):
        together = tuple(group)
        face, client = _changer(me, together[0]), _client_of(me, together[0])
        added = _added(head, together)
        what = [added] if added else [settings.deed_changed(c.path, c.before, c.after) for c in together]
        deeds += [Deed(at, face, words, client=client) for words in what]
    return deeds


def _head(change: SettingChange) -> str:
    """Whom or what it is about: `people.bob`, `clients.ACME`."""
    return ".".join(change.path.split(".")[:2])


def _added(head: str, changes: Sequence[SettingChange]) -> str:
    """What came into being as a whole, with all that it was given; empty where something was there before."""
    name = next((settings.word(change.after) for change in changes if change.path == f"{head}.name"), "")
    return settings.deed_made(head, name) if name and not any(change.before for change in changes) else ""


def _changer(me: Reader, change: SettingChange) -> Face:
    return me.face_of(change.by) if change.by in me.directory.people else me.desk_face()


def _client_of(me: Reader, change: SettingChange) -> str:
    parts = change.path.split(".")
    client = me.directory.clients.get(parts[1]) if parts[0] == "clients" and len(parts) > 1 else None
    return client.name if client else ""


def _with_days(me: Reader, lines: Sequence[Deed]) -> list[Deed]:
    shown: list[Deed] = []
    last = ""
    for line in lines:
        day = times.day_name(line.at, me.zone, me.now)
        shown.append(line if day == last else Deed(**{**vars(line), "day": day}))
        last = day
    return shown
