"""Files: their bytes, and where each is shown; heard messages that change."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from store_builders import ODD, T0, minutes, ref

from bot.domain.files import Attachment
from bot.messages.model import Relay
from bot.ports import Change, Conflict, Draft, Op, Source
from storage import SqlStore

pytestmark = pytest.mark.asyncio

BODY = bytes(range(256)) * 100


async def put(store: SqlStore, name: str = "a.png") -> Attachment:
    """A small file of Anna's."""
    return await store.files.put(name, "image/png", BODY, author="anna", at=T0)


async def test_a_file_comes_back_as_it_was(store: SqlStore) -> None:
    """Name, type, size and every byte, under an id of its own that nobody can guess."""
    name = ODD.replace("\n", " ")
    one, other = await put(store, name), await put(store)
    assert one.id != other.id
    assert len(one.id) == 32
    assert await store.files.body(one.id) == BODY
    known = await store.files.info(one.id)
    assert known is not None
    assert (known.file, known.author, known.shown_in) == (one, "anna", frozenset())
    assert (one.name, one.size) == (name, len(BODY))
    assert await store.files.info("nothing") is await store.files.body("nothing") is None


async def test_a_file_is_shown_where_it_was_put_and_sent(store: SqlStore) -> None:
    """By a commit: where its author put it, and where an outbox row carries it; hidden it is there no more."""
    file = await put(store)
    relay = Relay("anna", "Anna", "client", "look", files=(file,))
    draft = Draft("k", Op.PUT, "request:1:team", relay, slot="ACME-1:2:wrote:request:1:team")
    await store.commit(Change(outbox=(draft,), shown_files=((file.id, "client:ACME"), ("nothing", "client:ACME"))))
    known = await store.files.info(file.id)
    assert known is not None
    assert known.shown_in == {"request:1:team", "client:ACME"}
    await store.commit(Change(hidden_files=((file.id, "client:ACME"),)))
    known = await store.files.info(file.id)
    assert known is not None
    assert known.shown_in == {"request:1:team"}


async def test_what_was_never_sent_is_forgotten(store: SqlStore) -> None:
    """After a while; what is shown somewhere stays."""
    sent, unsent = await put(store), await put(store)
    await store.files.show([sent.id, sent.id], "dm:erik")
    assert await store.files.forget(T0) == 0
    assert await store.files.forget(minutes(1)) == 1
    assert await store.files.body(unsent.id) is None
    assert await store.files.body(sent.id) == BODY
    await store.files.hide([sent.id], "dm:erik")
    assert await store.files.forget(minutes(1)) == 1


async def test_a_heard_message_changes_one_revision_at_a_time(store: SqlStore) -> None:
    """Two changes of the same words: the second is told, and decides again; a new one never overwrites."""
    file = await put(store)
    heard = Source(ref("1"), "anna", T0, "first", "1", files=(file,))
    await store.commit(Change(sources=(heard,)))
    edits = [replace(heard, text=text, revision=1, edited_at=minutes(1)) for text in ("second", "third")]
    results = await asyncio.gather(*(store.commit(Change(revised=(edit,))) for edit in edits), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    kept = await store.source(ref("1"))
    assert kept in edits
    assert kept is not None
    gone = replace(kept, text="", files=(), revision=2, deleted=True, slip=True)
    await store.commit(Change(revised=(gone,)))
    assert await store.source(ref("1")) == gone


async def test_what_is_made_of_old_words_is_told(store: SqlStore) -> None:
    """An intake that read the words before their edit, and an edit that missed the intake, decide again."""
    heard = Source(ref("1"), "anna", T0, "first", "1")
    await store.commit(Change(sources=(heard,)))
    edited = replace(heard, text="second", revision=1)
    await store.commit(Change(revised=(edited,)))
    with pytest.raises(Conflict):
        await store.commit(Change(sources=(replace(heard, request=7),)))
    await store.commit(Change(sources=(replace(edited, request=7),)))
    with pytest.raises(Conflict):
        await store.commit(Change(revised=(replace(edited, text="third", revision=2),)))
    await store.commit(Change(revised=(replace(edited, request=7, text="third", revision=2),)))


async def test_what_is_placed_or_on_its_way(store: SqlStore) -> None:
    """A slot counts once it shows a message, and before that while its row is to be sent."""
    draft = Draft("k", Op.PUT, "triage", Relay("anna", "Anna", "client", "x"), slot="on its way")
    held = Draft("l", Op.PUT, "triage", Relay("anna", "Anna", "client", "x"), slot="never sent")
    await store.commit(Change(outbox=(draft,), slots=(("there", ref("1")),)))
    await store.commit(Change(outbox=(held,), suppressed=True))
    assert await store.placed(["there", "on its way", "never sent", ODD]) == {"there", "on its way"}
    assert await store.placed([]) == frozenset()
    assert await store.slot("there") == ref("1")
