"""Requests and their histories: read, searched, written under the version that the writer saw."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from bot.codec import event_from_json, event_to_json, kind_of, request_from_json, request_to_json
from bot.domain.capacity import Load
from bot.domain.events import Entry
from bot.domain.indexing import SILENT, searchable, spoken, tokens
from bot.domain.people import Person, Role
from bot.domain.request import Request
from bot.domain.search import Term
from bot.domain.sla import Calendars, next_deadline
from bot.ports import Conflict, Page, RequestChange, RequestQuery
from storage.instants import instant, instant_or_none, micros
from storage.transactions.once import NUMBERS
from storage.tx import BIGGEST, Row, Rows, Tx, Value, ask, fits, many, one


def read(number: int) -> Tx[Request | None]:
    """A request by its number."""
    if not fits(number):
        return None
    row = yield from one("request_state", number=number)
    return None if row is None else request_from_json(row["state"])


def lock(number: int) -> Tx[Request | None]:
    """The same, held until the transaction ends; None also where another transaction holds it (PostgreSQL)."""
    if not fits(number):
        return None
    row = yield from one("lock_request", number=number)
    return None if row is None else request_from_json(row["state"])


def states(numbers: Collection[int]) -> Tx[dict[int, Request]]:
    """These requests by number; those that there are."""
    return {number: request_from(row) for number, row in (yield from rows(numbers)).items()}


def rows(numbers: Collection[int]) -> Tx[dict[int, Row]]:
    """The rows of these requests by number, of those that there are; `request_from` reads one."""
    fit = [number for number in sorted(numbers) if fits(number)]
    found = (yield from ask("request_states", numbers=json.dumps(fit))) if fit else ()
    return {row["number"]: row for row in found}


def request_from(row: Row) -> Request:
    """The request of a row. Raises ValueError for one that this release cannot read."""
    return request_from_json(row["state"])


def history(number: int) -> Tx[tuple[Entry, ...]]:
    """A request's entries in order."""
    if not fits(number):
        return ()
    return entries_from((yield from ask("entries", request=number)))


def open_loads(now: datetime) -> Tx[dict[str, Load]]:
    """How many open requests each owner has, and of how many something was due by now."""
    rows = yield from ask("open_loads", now=micros(now))
    return {row["owner"]: Load(row["open"], int(row["late"])) for row in rows}


def last_asked_to_rate(requester: str) -> Tx[datetime | None]:
    """When that person was last asked how it was (desk time)."""
    row = yield from one("last_asked_to_rate", requester=requester)
    return instant_or_none(row["at"] if row else None)


def entries_from(rows: Rows) -> tuple[Entry, ...]:
    """Stored lines of a history. Raises ValueError for a fact this release does not know."""
    return tuple(
        Entry(
            seq=row["seq"],
            at=instant(row["at"]),
            by=row["actor"],
            role=Role(row["role"]),
            event=event_from_json(row["kind"], row["body"]),
            via=row["via"],
        )
        for row in rows
    )


def find(query: RequestQuery) -> Tx[Page]:
    """A page of the matching requests that the viewer may see, and how many there are."""
    search, viewer = query.search, query.viewer
    terms = (*search.terms, *_plain(query.words))
    rows = yield from ask(
        "find_requests",
        client=query.client,
        owner=query.owner,
        requester=query.requester,
        unowned=int(query.unowned),
        statuses=json.dumps([s for s in search.statuses if not query.statuses or s in query.statuses]),
        priorities=json.dumps([p for p in search.priorities if query.priority in (None, p)]),
        clients=json.dumps(search.clients.any),
        not_clients=json.dumps(search.clients.none),
        owners=json.dumps(search.owners.any),
        not_owners=json.dumps(search.owners.none),
        requesters=json.dumps(search.requesters.any),
        not_requesters=json.dumps(search.requesters.none),
        kinds=json.dumps(search.kinds.any, ensure_ascii=False),
        not_kinds=json.dumps(search.kinds.none, ensure_ascii=False),
        tags=json.dumps(search.tags.any, ensure_ascii=False),
        not_tags=json.dumps(search.tags.none, ensure_ascii=False),
        late=None if search.late is None else int(search.late),
        private=None if search.private is None else int(search.private),
        opened_before=_micros(search.opened_before),
        opened_after=_micros(search.opened_after),
        spoken_before=_micros(search.spoken_before),
        spoken_after=_micros(search.spoken_after),
        due_before=_micros(search.due_before),
        # The twin of `may_see`: the team sees all, a client's people what is their client's and not kept from them.
        viewers_client=_client_of(viewer),
        viewer=None if viewer is None or viewer.is_staff else viewer.id,
        inside=int(viewer is None or viewer.inside),
        match=" AND ".join(_match(terms)),
        phrases=json.dumps([_phrase(t) for t in terms if len(t.words) > 1], ensure_ascii=False),
        without=json.dumps([_phrase(t) for t in search.without], ensure_ascii=False),
        exact=search.number,
        sort=search.sort.value,
        up_to=BIGGEST if query.up_to is None else min(query.up_to, BIGGEST),
        limit=min(max(query.limit, 0), BIGGEST),
        offset=min(max(query.offset, 0), BIGGEST),
    )
    found = tuple(request_from_json(row["state"]) for row in rows if row["state"])
    return Page(found, rows[0]["total"], rows[0]["newest"] or 0)


def _client_of(viewer: Person | None) -> str | None:
    """The client that somebody is kept to; None for every client, and a name that no client has for nobody's."""
    if viewer is None:
        return None
    return viewer.kept_to or (None if viewer.is_staff else "") if viewer.active else ""


def last_words(numbers: Sequence[int]) -> Tx[dict[int, datetime]]:
    """When somebody last said or noted something about each of these requests."""
    rows = yield from ask("last_words", numbers=json.dumps([n for n in numbers if fits(n)]))
    return {row["request"]: instant(row["at"]) for row in rows}


def _plain(words: str) -> list[Term]:
    """Each of these words, the last perhaps unfinished."""
    terms = [Term(tuple(split)) for word in words.split() if (split := tokens(word))]
    return [*terms[:-1], *(Term(t.words, not t.words[-1].isdecimal()) for t in terms[-1:])]


def _match(terms: Iterable[Term]) -> Iterator[str]:
    """All words, as both indexes take them: they hold letters and digits only."""
    for term in terms:
        yield from term.words[:-1]
        yield term.words[-1] + ("*" if term.start else "")


def _phrase(term: Term) -> str:
    """The words as they stand in a text whose words are parted by spaces."""
    return f" {' '.join(term.words)}" + ("" if term.start else " ")


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def write(change: RequestChange, calendars: Calendars) -> Tx[None]:
    """The row, its new entries and its words. Raises Conflict where the stored version is not the expected one."""
    request, expected = change.request, change.expected_version
    insist_whole(change)
    row_of = columns(request, change.entries, calendars)
    if expected == 0:
        row = yield from one("insert_request", **row_of)
        yield from ask("raise_counter", name=NUMBERS, value=request.number)
    else:
        row = yield from one("update_request", expected=expected, **row_of)
    if row is None:
        raise Conflict(f"{request.ref} is no longer at entry {expected}.")
    yield from many("add_entry", list(_lines(change)))
    yield from _words_of(change)


def insist_whole(change: RequestChange) -> None:
    """Raise ValueError where the request is not what its last entry made it."""
    request = change.request
    if request.version != change.entries[-1].seq or not fits(request.number):
        raise ValueError(f"{request.ref} is at entry {request.version}, which is not the last of the change.")


def write_held(changes: Sequence[RequestChange], calendars: Calendars) -> Tx[None]:
    """The same for requests that this transaction holds, each of the version it has: all in few queries."""
    yield from many(
        "update_request",
        [
            {"expected": change.expected_version, **columns(change.request, change.entries, calendars)}
            for change in changes
        ],
    )
    yield from many("add_entry", [line for change in changes for line in _lines(change)])
    for change in changes:
        yield from _words_of(change)


def _lines(change: RequestChange) -> Iterator[Mapping[str, Value]]:
    for entry in change.entries:
        yield {
            "request": change.request.number,
            "seq": entry.seq,
            "at": micros(entry.at),
            "kind": kind_of(entry.event),
            "actor": entry.by,
            "role": entry.role.value,
            "body": event_to_json(entry.event),
            "via": entry.via,
        }


def _words_of(change: RequestChange) -> Tx[None]:
    if all(isinstance(entry.event, SILENT) for entry in change.entries):
        return
    number = change.request.number
    entries = change.entries if change.expected_version == 0 else (yield from history(number))
    yield from put_words(change.request, entries)


def put_words(request: Request, entries: Iterable[Entry]) -> Tx[None]:
    """Index the request by the words of its whole history: whatever was taken back is then gone from the index."""
    public, team = searchable(request, entries)
    yield from ask("put_words", request=request.number, public=public, team=team)


def columns(request: Request, entries: Iterable[Entry], calendars: Calendars) -> dict[str, Value]:
    """What a row repeats of its state; of these entries, when somebody last spoke."""
    spoken_at = [entry.at for entry in entries if spoken(entry.event)]
    due = next_deadline(request.sla, calendars)
    late = [clock.breached_at for clock in request.sla.clocks if clock.running and clock.breached_at]
    viewers = sorted({request.requester, *request.stakeholders}) if request.private else None
    return {
        "number": request.number,
        "client": request.client,
        "requester": request.requester,
        "owner": request.owner,
        "status": request.status.value,
        "priority": request.priority.value,
        "title": request.title,
        "opened_at": micros(request.opened_at),
        "version": request.version,
        "state": request_to_json(request),
        "kind": " ".join(tokens(request.kind)) or None,
        "viewers": None if viewers is None else json.dumps(viewers, ensure_ascii=False),
        "updated_at": _micros(request.last_at),
        "spoken_at": micros(spoken_at[-1]) if spoken_at else None,
        "next_due_at": micros(due[0]) if due else None,
        "late_since": micros(min(late)) if late else None,
    }
