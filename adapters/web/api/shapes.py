"""How things look to a program: plain JSON, instants in UTC as RFC 3339 has them; what the reader may not know is left
out, never blanked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from bot.codec import kind_of
from bot.desk.report_rows import due
from bot.domain.clocks import Clock
from bot.domain.events import Entry, NoteAdded, Opened, ResolutionAnnounced, Resolved, Status
from bot.domain.people import SERVICE, Client, Directory, Person
from bot.domain.request import Request
from bot.domain.said import Saying, sayings
from bot.domain.sla import next_deadline, next_news
from bot.domain.tokens import Token
from bot.messages.history import deed, told
from bot.messages.times import iso

Json = dict[str, Any]


def stamp(at: datetime | None) -> str | None:
    """An instant, or nothing."""
    return iso(at) if at else None


def person(id: str | None, directory: Directory) -> Json | None:
    """Who, by id and name; a service's id begins with `api:`."""
    return {"id": id, "name": directory.name_of(id)} if id else None


def request(found: Request, reader: Person, directory: Directory, sees: Collection[int]) -> Json:
    """A request as it stands for the reader: a resolve that may still be undone has not happened yet for a client. Of
    other requests those alone are named that they see."""
    staff, status, sla = reader.is_staff, found.status, found.sla
    early = status is Status.RESOLVED and not found.announced and not staff
    if early:
        status, sla = found.before_resolve or found.working, found.sla.unresolved or found.sla
    news = next_news(sla, directory.calendars) if status.is_open else None
    shape: Json = {
        "ref": found.ref,
        "number": found.number,
        "client": found.client,
        "title": found.title,
        "details": found.details,
        "kind": found.kind,
        "answers": dict(found.answers),
        "outcome": found.outcome,
        "stopped": found.stopped,
        "status": status.value,
        "private": found.private,
        "stakeholders": [person(id, directory) for id in found.stakeholders],
        "requester": person(found.requester, directory),
        "owner": person(found.owner, directory),
        "question": found.question if status in (Status.WAITING_CLIENT, Status.SET_ASIDE) else "",
        "waits_for": found.party if status is Status.WAITING_OTHER else "",
        "urgent": found.urgent is not None,
        "needed": found.needed,
        "summary": "" if early else found.summary,
        "opened_at": stamp(found.opened_at),
        "next_news_at": stamp(news),
        "ended_at": None if early else stamp(found.ended_at),
        "closes_at": stamp(found.closes_at),
        "merged": bool(found.merged_into),
        "merged_into": found.merged_ref if found.merged_into in sees else None,
        "clocks": [_clock(each, directory) for each in sla.clocks],
    }
    if staff:
        deadline = next_deadline(sla, directory.calendars)
        shape |= {
            "priority": found.priority.value,
            "updated_at": stamp(found.last_at),
            "next_deadline": {"at": stamp(deadline[0]), "clock": deadline[1].value} if deadline else None,
        }
    return shape


def _clock(clock: Clock, directory: Directory) -> Json:
    return {
        "kind": clock.kind.value,
        "cycle": clock.cycle,
        "outcome": clock.outcome.value,
        "paused": clock.paused,
        "target_seconds": clock.target,
        "started_at": stamp(clock.started_at),
        "due_at": stamp(due(clock, directory.calendars)),
        "ended_at": stamp(clock.ended_at),
        "breached_at": stamp(clock.breached_at),
    }


def conversation(found: Request, entries: Sequence[Entry], reader: Person, directory: Directory) -> list[Json]:
    """What was said, in order, as it reads now; the team's notes only for the team."""
    said, out, summary = sayings(entries), list[Json](), ""
    for entry in entries:
        event, saying = entry.event, said.get(entry.seq)
        if isinstance(event, Resolved):
            summary = event.summary
        elif isinstance(event, ResolutionAnnounced):
            out.append(_words(entry, found.resolved_by, "resolution", summary, directory))
        elif saying is not None and (reader.inside or not isinstance(event, NoteAdded)):
            out.append(_saying(entry, saying, directory))
    return out


def _saying(entry: Entry, saying: Saying, directory: Directory) -> Json:
    event = entry.event
    first = isinstance(event, Opened)
    kind = "note" if saying.internal else "client" if first or kind_of(event) == "client_wrote" else "reply"
    by = event.requester if isinstance(event, Opened) else entry.by
    text = saying.text or (event.title if isinstance(event, Opened) else "")
    files = [{"name": f.name, "media_type": f.media_type, "size": f.size} for f in saying.files]
    more = {"files": files, "edited": saying.edited, "deleted": saying.deleted_by is not None}
    at = event.since if isinstance(event, Opened) else entry.at
    return _words(entry, by, kind, text, directory) | more | {"at": stamp(at)}


def _words(entry: Entry, by: str | None, kind: str, text: str, directory: Directory) -> Json:
    return {
        "seq": entry.seq,
        "at": stamp(entry.at),
        "by": person(by, directory),
        "kind": kind,
        "text": text,
        "files": [],
        "edited": False,
        "deleted": False,
    }


def history(entries: Sequence[Entry], reader: Person, directory: Directory, sees: Collection[int]) -> list[Json]:
    """Who did what and when, in a sentence; `via` names the token it came by, for the team."""
    out: list[Json] = []
    for entry in told(entries, for_staff=reader.inside, sees=sees):
        line: Json = {
            "seq": entry.seq,
            "at": stamp(entry.at),
            "kind": kind_of(entry.event),
            "by": person(entry.by, directory),
            "role": entry.role.value,
            "what": deed(entry, directory, for_staff=reader.inside),
        }
        out.append(line | {"via": entry.via or None} if reader.inside else line)
    return out


def me(token: Token, reader: Person) -> Json:
    """As whom the token acts, and how much it may now."""
    return {
        "token": token.name,
        "id": reader.id,
        "name": reader.name,
        "service": reader.id.startswith(SERVICE),
        "role": reader.role.value,
        "client": reader.kept_to,
        "notes": reader.inside,
        "expires_at": stamp(token.expires_at),
    }


def member(who: Person) -> Json:
    """A person in a list."""
    return {"id": who.id, "name": who.name, "role": who.role.value, "client": who.client, "zone": who.zone}


def client(each: Client) -> Json:
    """A client in a list."""
    return {"key": each.key, "name": each.name, "zone": each.zone, "closed": each.settings.closed}
