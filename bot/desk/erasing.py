"""Erasing words for good: one person's who asked for it, or all of requests that ended long ago.

A history is rewritten and replayed, so that the request stays what its history says; facts, times and figures stay.
What was posted from a slot is put again without the words. Each step is a transaction of its own and can be done again:
one that was cut short is taken up by asking for the same person once more.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.desk import compaction, copies
from bot.desk.changing import step
from bot.desk.context import Desk, Refusal, Rules
from bot.domain.erasure import Subject, Without, erase_person, erase_words
from bot.domain.events import Entry, WordsErased
from bot.domain.people import DESK, Directory, Person
from bot.domain.request import Request, replay
from bot.domain.said import sayings
from bot.domain.scrubbing import Scrubber, needles
from bot.messages import erasing as say
from bot.ports import Change, Conflict, Draft, Op, RequestQuery, Store, Urgency
from bot.ports.erasing import Kept, Remains, Rewrite, Rewritten, Why

LONG = 16
"""Characters of a text from which on it is somebody's own: shorter ones others may have written as well."""
_TRIES = 20
_PAGE = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Done:
    """What an erasure did: rows that were changed, and where something of it is left."""

    changed: int
    remains: tuple[Remains, ...]


@dataclass(frozen=True)
class Named:
    """Who is to be erased, with the accounts they signed in by; `person` is None where it was begun before."""

    subject: Subject
    accounts: tuple[str, ...]
    person: Person | None


async def named(store: Store, id: str) -> Named:
    """The person of that id, also one who has left, or whose erasure was cut short. Raises Refusal for anybody else."""
    directory = await store.directory()
    person = directory.people.get(id)
    if person is not None:
        accounts = tuple(user for _, _, user, whose in await store.identities() if whose == id)
        alias = f"gone-{secrets.token_hex(4)}"
        return Named(Subject(id, person.name, alias, alone=_alone(directory, person)), accounts, person)
    for record in await store.erasing.records():
        begun: dict[str, Any] = json.loads(record.subject) if record.subject else {}
        if begun.get("id") == id:
            subject = Subject(id, begun["name"], record.alias, alone=begun["alone"])
            return Named(subject, tuple(begun["accounts"]), None)
    raise Refusal(say.nobody(id))


def _alone(directory: Directory, person: Person) -> bool:
    first = person.name.casefold().split()[:1]
    return not any(first[0] in other.name.casefold().split() for other in directory.people.values() if other != person)


async def erase(
    desk: Desk, whom: Named, *, by: Person = DESK, progress: Progress | None = None, compact: bool = True
) -> Done:
    """Erase somebody's name and words everywhere, and look whether anything is left.

    Without `compact` the files are written anew by the desk's next wake (`bot/desk/compaction.py`).
    """
    store, at, subject = desk.store, desk.now(), whom.subject
    subject = replace(subject, raised=await _raised(store, subject))
    words = await _collect(store, subject)
    details = json.dumps({"id": subject.id, "name": subject.name, "accounts": whom.accounts, "alone": subject.alone})
    person = whom.person or (await store.directory()).people[subject.alias]
    # Whoever begins an erasure that was cut short begins it again: what came in meanwhile goes as well.
    record = await store.erasing.begin(at, by.id if by.id != subject.id else subject.alias, subject, person, details)
    scrubber = Scrubber(subject, frozenset(words), subject.raised)
    changed = await _sweep(store, scrubber)
    numbers = [number async for number in _numbers(store)]
    for done, number in enumerate(numbers, 1):
        changed += await _rewrite(desk, number, lambda shown: _of_person(subject, by, at, desk.rules, shown))
        if progress:
            progress(done, len(numbers))
    changed += await _sweep(store, scrubber)  # what the desk said while its histories still had the words
    for unfinished in await store.erasing.records():
        if unfinished.id == record.id or (unfinished.alias == subject.alias and unfinished.subject):
            await store.erasing.finish(unfinished.id, changed, at)
    if compact:
        await store.erasing.compact()
    else:
        await compaction.soon(desk)
    return Done(changed, await verify(store, subject, whom.accounts, words))


async def verify(
    store: Store, subject: Subject, accounts: Sequence[str] = (), words: Sequence[str] = ()
) -> tuple[Remains, ...]:
    """Where something of a person is still found, in every text column of every table."""
    return await store.erasing.remains(
        subject.id, needles(subject, accounts, [word for word in words if len(word) >= LONG])
    )


async def erase_aged(desk: Desk, client: str, before: datetime) -> int:
    """Erase the words of a client's requests that ended before that instant; answers how many requests."""
    store, at, after, total = desk.store, desk.now(), 0, 0
    while numbers := await store.erasing.ended(client, before, after):
        after = numbers[-1]
        record = await store.erasing.begin_aged(at, DESK.id, client)
        titles: list[str] = []
        for number in numbers:
            request = await store.request(number)
            titles += [request.title] if request else []
        changed = 0
        for number in numbers:
            changed += await _rewrite(desk, number, lambda shown: _aged(at, before, desk.rules, shown))
        changed += await _sweep(store, Scrubber(None, frozenset(titles), frozenset(numbers)))
        await store.erasing.finish(record.id, changed, at)
        total += len(numbers)
    if total:
        await store.erasing.compact()
    return total


# --- steps --------------------------------------------------------------------------------------------------------


async def _numbers(store: Store) -> AsyncIterator[int]:
    after = 0
    while numbers := await store.erasing.numbers(after):
        for number in numbers:
            yield number
        after = numbers[-1]


async def _raised(store: Store, subject: Subject) -> frozenset[int]:
    """The requests that the person raised, also those where an earlier try has put the alias already."""
    found: set[int] = set()
    for requester in (subject.id, subject.alias):
        offset = 0
        while requests := await store.requests(RequestQuery(requester=requester, limit=_PAGE, offset=offset)):
            found.update(request.number for request in requests)
            offset += len(requests)
    return frozenset(found)


async def _collect(store: Store, subject: Subject) -> list[str]:
    """All that the person wrote and nobody else did."""
    own: dict[str, None] = {}
    others: set[str] = set()
    async for number in _numbers(store):
        entries = await store.history(number)
        without = erase_person(entries, subject)
        own.update(dict.fromkeys(without.words))
        others.update(erase_words(without.entries).words)
    return [word for word in own if word not in others]


async def _sweep(store: Store, scrubber: Scrubber) -> int:
    changed = 0
    for kept in Kept:
        after: int | None = 0
        while after is not None:
            after, found = await store.erasing.sweep(kept, after, scrubber)
            changed += found
    return changed


async def _rewrite(desk: Desk, number: int, made: Callable[[frozenset[str]], Rewrite]) -> int:
    request = await desk.store.request(number)
    if request is None:
        return 0
    shown = await desk.store.erasing.slots(request.ref)
    for _ in range(_TRIES):
        try:
            return await desk.store.erasing.rewrite(number, made(shown))
        except Conflict:  # somebody writes in it just now
            continue
    raise Refusal(say.busy(request.ref))


def _of_person(subject: Subject, by: Person, at: datetime, rules: Rules, shown: frozenset[str]) -> Rewrite:
    def decide(request: Request, entries: tuple[Entry, ...], directory: Directory) -> Rewritten | None:
        without = erase_person(entries, subject)
        if without.entries == entries:
            return None
        done = _stepped(directory, rules, without, Why.PERSON, at, by, shown)
        touched = {new.seq for old, new in zip(entries, without.entries, strict=True) if old != new}
        put = [
            copies.put(directory, done.requests[0].request, saying, copy, where, again=True)
            for seq, saying in sayings(without.entries).items()
            if seq in touched
            for slot, (copy, where) in copies.possible(directory, request, saying).items()
            if slot in shown
        ]
        return Rewritten(without.entries, replace(done, outbox=(*done.outbox, *put)), without.files)

    return decide


def _aged(at: datetime, before: datetime, rules: Rules, shown: frozenset[str]) -> Rewrite:
    def decide(request: Request, entries: tuple[Entry, ...], directory: Directory) -> Rewritten | None:
        if request.status.is_open or request.ended_at is None or request.ended_at >= before:
            return None  # it was reopened meanwhile
        without = erase_words(entries)
        done = _stepped(directory, rules, without, Why.AGE, at, DESK, shown)
        kept = {draft.slot for draft in done.outbox}
        gone = [
            Draft(f"{slot}:erased", Op.DELETE, conversation, slot=slot, urgency=Urgency.COPY)
            for slot in sorted(shown - kept)
            if (conversation := _conversation(slot))
        ]
        change = replace(done, outbox=(*done.outbox, *gone))
        return Rewritten(without.entries, change, without.files, everything=True)

    return decide


def _stepped(
    directory: Directory, rules: Rules, without: Without, why: Why, at: datetime, by: Person, shown: frozenset[str]
) -> Change:
    """The request as its new history makes it, and one fact more: nobody then writes over it what they read before."""
    state = replay(without.entries, directory.calendars)
    done = step(directory, rules, state, (WordsErased(why.value),), at=at, by=by)
    drafts = tuple(draft for draft in done.outbox if draft.op is Op.PUT and draft.slot in shown)
    return Change((done.change,), drafts, at=at)


def _conversation(slot: str) -> str:
    """Where a slot of a request stands, where its name says so: `ACME-42:7:wrote:request:42:team`."""
    for start in ("request:", "dm:"):
        head, found, tail = slot.partition(f":{start}")
        if found and head:
            return f"{start}{tail}"
    return ""
