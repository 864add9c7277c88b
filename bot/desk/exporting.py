"""All that the desk keeps of one client's requests, or of one person's, to be handed over: request by request.

Private notes are left out, and whatever else stays with the team, unless they are asked for. The files' bytes come with
the messages they were sent with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from bot.desk.context import Refusal
from bot.domain.events import NoteAdded
from bot.domain.files import Attachment
from bot.domain.people import Directory
from bot.domain.said import sayings
from bot.messages import exporting as say
from bot.messages.history import deed, told
from bot.messages.transcript import spoken
from bot.ports import RequestQuery, Store
from bot.tabular import Cell

_PAGE = 100

REQUESTS = ("ref", "title", "status", "priority", "kind", "requester", "owner", "opened_at", "ended_at", "details")
CONVERSATION = ("ref", "at", "who", "note", "words")
HISTORY = ("ref", "entry", "at", "who", "what")
"""The columns of each table. Instants are UTC."""


@dataclass(frozen=True)
class Exported:
    """One request with what was said, what happened, and its files."""

    request: dict[str, Cell]
    conversation: tuple[dict[str, Cell], ...]
    history: tuple[dict[str, Cell], ...]
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Scope:
    """Whose data: a client's by key, or a person's, who raised it; one of them."""

    client: str | None = None
    person: str | None = None
    notes: bool = False

    @property
    def query(self) -> RequestQuery:
        """Which requests."""
        return RequestQuery(client=self.client, requester=self.person, limit=_PAGE)


def scope_of(directory: Directory, *, client: str, person: str, notes: bool) -> Scope:
    """What was asked for. Raises Refusal where it is nobody's, or both."""
    if bool(client) == bool(person):
        raise Refusal(say.one_of_both())
    if person:
        id = person.lower().removeprefix("@")
        if id not in directory.people:
            raise Refusal(say.nobody(person))
        return Scope(person=id, notes=notes)
    wanted = client.casefold()
    for each in directory.clients.values():
        if wanted in (each.key.casefold(), each.name.casefold()):
            return Scope(client=each.key, notes=notes)
    raise Refusal(say.no_client(client, sorted(directory.clients)))


async def count(store: Store, scope: Scope) -> int:
    """How many requests there are."""
    return (await store.page(scope.query)).total


async def export(store: Store, scope: Scope) -> AsyncIterator[Exported]:
    """Each request, the newest first. What is opened meanwhile is left out."""
    directory = await store.directory()
    first = await store.page(scope.query)
    offset, page = 0, first
    while page.requests:
        for request in page.requests:
            entries = await store.history(request.number)
            inside = scope.notes
            files = [
                file
                for saying in sayings(entries).values()
                if inside or not isinstance(saying.entry.event, NoteAdded)
                for file in saying.files
            ]
            yield Exported(
                {
                    "ref": request.ref,
                    "title": request.title,
                    "status": request.status.value,
                    "priority": request.priority.value,
                    "kind": request.kind,
                    "requester": directory.name_of(request.requester),
                    "owner": directory.name_of(request.owner) if request.owner else None,
                    "opened_at": _iso(request.opened_at),
                    "ended_at": _iso(request.ended_at),
                    "details": request.details,
                },
                tuple(
                    {"ref": request.ref, "at": _iso(s.at), "who": s.who, "note": int(s.note), "words": s.text}
                    for s in spoken(request, entries, directory, notes=inside)
                ),
                tuple(
                    {
                        "ref": request.ref,
                        "entry": entry.seq,
                        "at": _iso(entry.at),
                        "who": directory.name_of(entry.by),
                        "what": deed(entry, directory, for_staff=inside),
                    }
                    for entry in told(entries, for_staff=inside)
                ),
                tuple({file.id: file for file in files if file.is_kept}.values()),
            )
        offset += len(page.requests)
        page = await store.page(_next(scope, offset, first.newest))


def _next(scope: Scope, offset: int, newest: int) -> RequestQuery:
    return RequestQuery(client=scope.client, requester=scope.person, limit=_PAGE, offset=offset, up_to=newest)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
