"""Erasing in the database: alike on both, complete, and seen to be so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from store_builders import ANNA, DIRECTORY, T0, execute, minutes, note, opening, ref, said, step

from bot.domain.erasure import Subject, erase_person, erase_words
from bot.domain.events import Entry, WordsErased
from bot.domain.people import DESK, Directory
from bot.domain.request import Request, apply, cancel, replay
from bot.domain.scrubbing import Scrubber
from bot.ports import Change, Channel, ChannelKind, Delivery, Draft, InboxId, Op, RequestChange, Source
from bot.ports.erasing import Extent, Kept, Remains, Rewritten
from storage import SqlStore, scans
from storage.schema import metadata

pytestmark = pytest.mark.asyncio

GONE = Subject("anna", "Anna", "gone-1")
WORDS = "The export of March fails"


def without(request: Request, entries: tuple[Entry, ...], directory: Directory) -> Rewritten | None:
    """The history without Anna, and the fact that says so."""
    left = erase_person(entries, GONE)
    if left.entries == entries:
        return None
    state = replay(left.entries, directory.calendars)
    entry = Entry(state.version + 1, T0, DESK.id, DESK.role, WordsErased("person"))
    return Rewritten(left.entries, Change((RequestChange(apply(state, entry, directory.calendars), (entry,), {}),)))


async def sweep(store: SqlStore, scrubber: Scrubber) -> int:
    """All of it."""
    changed = 0
    for kept in Kept:
        after: int | None = 0
        while after is not None:
            after, found = await store.erasing.sweep(kept, after, scrubber)
            changed += found
    return changed


async def lived(store: SqlStore) -> None:
    """Anna asks; a line of hers is heard, one of the desk's is sent, one waits, her file is there."""
    first = opening(1, title=WORDS, details="Anna says so")
    heard = Source(ref("m1"), "anna", T0, WORDS, "m1", 1)
    quoted = Draft("a", Op.POST, "triage", said(f"Anna wrote “{WORDS}”"))
    drafts = (quoted, Draft("b", Op.POST, "dm:anna", said("Hello")))
    parts = (first, note(first.request, "Ask Anna"))
    await store.commit(Change(parts, drafts, (heard,), inbox=InboxId("web", "anna/1")))
    await store.files.put("anna.txt", "text/plain", b"x", author="anna", at=T0)
    await store.put_channel(Channel("triage", "triage", ChannelKind.TEAM))
    await store.add("triage", at=T0, author="anna", text=WORDS)


async def test_what_waits_to_be_carried_out_is_erased_too(store: SqlStore) -> None:
    """What they did in a chat is not carried out any more; what others did is, without their words; and they are taken
    out of what the chat let them into."""
    await store.edit_directory(replace(DIRECTORY, identities=(("slack", "T1", "U1", "anna"),)))
    own = await store.workers.name()
    theirs = [{"user_id": "U1", "text": "x"}, {"user": {"id": "U1"}}, {"event": {"user": "U1"}}]
    others = [{"event": {"user": "U2", "parent_user_id": "U1", "text": f"See “{WORDS}”"}}, {"user_id": "U2"}]
    for number, payload in enumerate((*theirs, *others)):
        kept = Delivery("slack", str(number), "event", json.dumps(payload), T0)
        await store.deliveries.keep([kept], owner=own, lease_until=T0)
    await store.erasing.begin(T0, "lee", GONE, ANNA, "{}")
    await sweep(store, Scrubber(GONE, frozenset({WORDS})))
    left = await store.deliveries.take_up("slack", minutes(1), owner=own, lease_until=minutes(2), limit=9)
    assert [each.event_id for each in left] == ["3", "4"]
    assert WORDS not in left[0].payload
    assert await store.accounts.departures("slack") == (("slack", "T1", "U1"),)
    assert await store.accounts.let_in("slack") == ()


async def test_what_there_is_is_counted(store: SqlStore) -> None:
    """Requests raised, words written, files sent."""
    await lived(store)
    assert await store.erasing.extent("anna") == Extent(1, 0, 1)
    assert await store.erasing.extent("erik") == Extent(0, 1, 0)
    assert await store.erasing.extent("nobody") == Extent(0, 0, 0)


async def test_everything_goes_and_the_rest_is_whole(store: SqlStore) -> None:
    """No column of any table has the name, the id or the words; the row is what its history makes it."""
    await lived(store)
    tables = {each.table for each in await store.erasing.remains("anna", ["Anna", WORDS])}
    assert {"person", "request", "history", "request_words", "source", "outbox", "ws_message", "file"} <= tables
    record = await store.erasing.begin(T0, "erik", GONE, ANNA, '{"id": "anna"}')
    assert (await store.erasing.records())[0].subject
    scrubber = Scrubber(GONE, frozenset({WORDS}), frozenset({1}))
    assert await sweep(store, scrubber) == 3
    assert await store.erasing.numbers(0) == (1,)
    assert await store.erasing.rewrite(1, without) == 4
    assert await store.erasing.rewrite(1, without) == 0
    await store.erasing.finish(record.id, 6, T0)
    assert await store.erasing.remains("anna", ["Anna", WORDS]) == ()
    assert await store.check() == ()
    person = (await store.directory()).people["gone-1"]
    assert (person.name, person.active, person.client) == ("somebody", False, "ACME")
    (kept,) = await store.erasing.records()
    assert (kept.by, kept.changed, kept.subject, kept.done_at) == ("erik", 6, "", T0)
    await store.erasing.compact()
    assert await store.check() == ()


async def test_the_command_that_erases_is_not_found_itself(store: SqlStore) -> None:
    """It may be kept while it is carried out, and is forgotten then; what waits to be carried out again is found."""
    own = await store.workers.name()
    kept = Delivery("slack", "form:1", "form", '{"confirm": "Zoe Zeller"}', T0)
    await store.deliveries.keep([kept], owner=own, lease_until=T0)
    assert await store.erasing.remains("x", ["Zoe Zeller"]) == ()
    assert await store.deliveries.take_up("slack", minutes(1), owner=own, lease_until=minutes(2), limit=9)
    assert await store.erasing.remains("x", ["Zoe Zeller"]) == (Remains("delivery", "payload", 1),)


async def test_why_something_was_not_sent_names_nobody_who_is_gone(store: SqlStore, url: str) -> None:
    """Whoever left a message unsent stands in its reason."""
    await store.commit(Change(outbox=(Draft("a", Op.POST, "triage", said("Hello")),)))
    await execute(url, "UPDATE outbox SET state = 'suppressed', reason = 'left by Anna'")
    assert await store.erasing.remains("nobody", ["left by Anna"]) == (Remains("outbox", "reason", 1),)
    assert await sweep(store, Scrubber(GONE)) == 1
    assert await store.erasing.remains("nobody", ["left by Anna"]) == ()


async def test_old_requests_lose_all_words_once(store: SqlStore) -> None:
    """Those that ended before the day, and not twice."""
    first, second = opening(1, title=WORDS), opening(2)
    done = step(first.request, *cancel(first.request, reason="mistake"), at=minutes(1))
    for change in (first, done, second):
        await store.commit(Change((change,)))
    assert await store.erasing.ended("ACME", minutes(1), 0) == ()
    assert await store.erasing.ended("ACME", minutes(2), 0) == (1,)

    def aged(request: Request, entries: tuple[Entry, ...], directory: Directory) -> Rewritten:
        left = erase_words(entries)
        state = replay(left.entries, directory.calendars)
        entry = Entry(state.version + 1, minutes(1), DESK.id, DESK.role, WordsErased("age"))
        after = apply(state, entry, directory.calendars)
        return Rewritten(left.entries, Change((RequestChange(after, (entry,), {}),)), left.files, everything=True)

    assert await store.erasing.rewrite(1, aged) == 3
    assert await store.erasing.ended("ACME", minutes(2), 0) == ()
    assert await store.check() == ()


async def test_the_look_goes_through_every_text(store: SqlStore, url: str) -> None:
    """Each text column of the schema is looked at, in any case, inside JSON too."""
    names = set(scans.columns())
    assert {("history", "body"), ("ws_message", "words"), ("erasure", "subject"), ("inbox", "result")} <= names
    # All but who is being taken out of a chat, and is forgotten with that.
    assert set(metadata.tables) - {table for table, _ in names} == {"departure"}
    result = """'["say \\\\"ÅSA\\\\""]'""".replace("\\\\", "\\")
    await execute(url, f"INSERT INTO inbox (platform, event_id, at, result) VALUES ('web', '1', 0, {result})")  # noqa: S608
    assert await store.erasing.remains("x", ['say "ÅSA"']) == (Remains("inbox", "result", 1),)
    assert await store.erasing.remains("1", ["nothing at all"]) == (Remains("inbox", "event_id", 1),)
