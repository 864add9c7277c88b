"""Requests and their histories: read, searched, written under the version that the writer saw."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from bot.codec import event_from_json, event_to_json, kind_of, request_from_json, request_to_json
from bot.domain.events import Entry
from bot.domain.people import Role
from bot.domain.request import Request
from bot.domain.text import clean
from bot.ports import Conflict, RequestChange, RequestQuery
from storage.instants import instant, instant_or_none, micros
from storage.transactions.once import NUMBERS
from storage.tx import BIGGEST, Rows, Tx, Value, ask, fits, one


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


def history(number: int) -> Tx[tuple[Entry, ...]]:
    """A request's entries in order."""
    if not fits(number):
        return ()
    return entries_from((yield from ask("entries", request=number)))


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
        )
        for row in rows
    )


def find(query: RequestQuery) -> Tx[tuple[Request, ...]]:
    """Matching requests, newest number first. Every word must match, whatever its case."""
    words = [word.removeprefix("#") or word for word in _folded(clean(query.words)).split()]
    rows = yield from ask(
        "find_requests",
        client=query.client,
        owner=query.owner,
        requester=query.requester,
        priority=query.priority.value if query.priority else None,
        unowned=int(query.unowned),
        statuses=json.dumps([status.value for status in query.statuses]),
        words=json.dumps(words),
        limit=min(max(query.limit, 0), BIGGEST),
        offset=min(max(query.offset, 0), BIGGEST),
    )
    return tuple(request_from_json(row["state"]) for row in rows)


def last_words(numbers: Sequence[int]) -> Tx[dict[int, datetime]]:
    """When somebody last said or noted something about each of these requests."""
    rows = yield from ask("last_words", numbers=json.dumps([n for n in numbers if fits(n)]))
    return {row["request"]: instant(row["at"]) for row in rows}


def write(change: RequestChange) -> Tx[None]:
    """The row and its new entries. Raises Conflict where the stored version is not the expected one."""
    request, expected = change.request, change.expected_version
    if request.version != change.entries[-1].seq or not fits(request.number):
        raise ValueError(f"{request.ref} is at entry {request.version}, which is not the last of the change.")
    if expected == 0:
        row = yield from one("insert_request", **_columns(request))
        yield from ask("raise_counter", name=NUMBERS, value=request.number)
    else:
        row = yield from one("update_request", expected=expected, **_columns(request))
    if row is None:
        raise Conflict(f"{request.ref} is no longer at entry {expected}.")
    for entry in change.entries:
        yield from ask(
            "add_entry",
            request=request.number,
            seq=entry.seq,
            at=micros(entry.at),
            kind=kind_of(entry.event),
            actor=entry.by,
            role=entry.role.value,
            body=event_to_json(entry.event),
        )


def _columns(request: Request) -> dict[str, Value]:
    return {
        "number": request.number,
        "ref": _folded(request.ref),
        "client": request.client,
        "requester": request.requester,
        "owner": request.owner,
        "status": request.status.value,
        "priority": request.priority.value,
        "title": request.title,
        "words": _folded("\n".join((request.title, request.details, request.outcome))),
        "opened_at": micros(request.opened_at),
        "version": request.version,
        "state": request_to_json(request),
    }


def _folded(text: str) -> str:
    """Text as it is compared in searches: without case in any script, which neither database does alike."""
    return unicodedata.normalize("NFC", text.casefold())
