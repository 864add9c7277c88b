"""Two at once: whoever decided on what is no longer so must decide again, on either database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.domain.people import Client, Person, Role
from bot.ports import (
    AlreadyHandled,
    Change,
    Channel,
    ChannelKind,
    Conflict,
    DirectoryEdit,
    InboxId,
    MessageRef,
    Place,
    Source,
    Turn,
)
from storage import SqlStore

pytestmark = pytest.mark.asyncio

AT = datetime(2026, 6, 9, 9, tzinfo=UTC)
ACME = Place("web", "desk", "client-acme")


def line(message: str, head: str = "") -> Source:
    """A line of Dana's in Acme's channel."""
    return Source(MessageRef(ACME, message), "dana", AT, f"line {message}", head or message)


async def test_two_who_saw_no_earlier_line_cannot_both_be_first(store: SqlStore):
    """Exactly one of many that decide at once is written; the others are conflicts."""
    turn = Turn(ACME, "dana", None, None)
    changes = [Change(sources=(line(str(n)),), turn=turn) for n in range(6)]
    results = await asyncio.gather(*(store.commit(c) for c in changes), return_exceptions=True)
    assert [r for r in results if r is None] == [None]
    assert all(isinstance(r, Conflict) for r in results if r is not None)


async def test_a_turn_is_held_for_one_author_at_one_place(store: SqlStore):
    """Somebody else's line, or a line in a thread, changes nobody's turn."""
    await store.commit(Change(sources=(line("1"),), turn=Turn(ACME, "dana", None, None)))
    thread = Place("web", "desk", "client-acme", "1")
    await store.commit(Change(sources=(Source(MessageRef(thread, "2"), "dana", AT, "x", "2"),)))
    await store.commit(Change(sources=(Source(MessageRef(ACME, "3"), "tom", AT, "x", "3"),)))
    await store.commit(Change(sources=(line("4", "1"),), turn=Turn(ACME, "dana", "1", None)))
    with pytest.raises(Conflict):
        await store.commit(Change(sources=(line("5", "1"),), turn=Turn(ACME, "dana", "1", None)))
    assert [s.ref.message for s in await store.sources_in(thread)] == ["2"]
    assert [s.ref.message for s in await store.sources_in(ACME)] == ["1", "3", "4"]


async def test_a_directory_that_changed_meanwhile_is_a_conflict(store: SqlStore):
    """Two managers who saw the same directory: the second must look again, and nothing of theirs is written."""
    seen = (await store.directory()).version
    await store.edit_directory(DirectoryEdit(clients=(Client("ACME", "Acme", "UTC"),), expected=seen))
    late = DirectoryEdit(clients=(Client("ACME", "Other", "UTC"),), expected=seen)
    with pytest.raises(Conflict):
        await store.edit_directory(late)
    directory = await store.directory()
    assert (directory.clients["ACME"].name, directory.version) == ("Acme", seen + 1)


async def test_a_redelivered_edit_is_answered_and_not_done_again(store: SqlStore):
    """An edit is an event like any other: once, with its answer kept."""
    event = InboxId("web", "form-1")
    edit = DirectoryEdit(people=(Person("zed", "Zed", Role.ENGINEER),), inbox=event, result="done", at=AT)
    await store.edit_directory(edit)
    with pytest.raises(AlreadyHandled) as again:
        await store.edit_directory(edit)
    assert again.value.result == "done"
    assert await store.handled(event) == "done"


async def test_people_s_messages_wait_until_the_desk_has_heard_them(store: SqlStore):
    """Oldest first; the desk's own words never wait, what was deleted since does: the desk is told of that too."""
    await store.put_channel(Channel("triage", "triage", ChannelKind.TEAM))
    posted = [(await store.add("triage", at=AT, author="sam", text=t))[0].id for t in "abc"]
    await store.add("triage", at=AT, text="the desk")
    await store.heard(posted[0])
    await store.delete(posted[1])
    assert [p.id for p in await store.unheard(10)] == [posted[1], posted[2]]
    await store.heard(posted[1])
    await store.heard(posted[2])
    await store.heard(2**80)
    assert list(await store.unheard(10)) == []
