"""Many who write in one thread at the same moment: each is heard, and the work grows as their number does."""

from __future__ import annotations

import asyncio

import pytest
from faulty_chat import PLATFORM, place_of
from world import furnish

from bot.clock import SystemClock
from bot.desk import front, hearing
from bot.desk.context import Context, Desk, Heard
from bot.desk.conversations import client_thread
from bot.domain.events import ClientWrote
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, InboxId, MessageRef, Place, RequestQuery
from storage import SqlStore

MANY = 24


@pytest.mark.asyncio
async def test_whoever_is_overtaken_in_a_thread_tries_once_more_and_not_again_and_again(
    any_store: SqlStore, monkeypatch: pytest.MonkeyPatch
):
    """As after a downtime, when all that was written meanwhile is told at once. Each change of the request undoes
    what the others did so far: were all to try again together, they would try some hundred times."""
    await furnish(any_store)
    desk, tries = Desk(any_store, SystemClock()), 0
    await front.run(desk, "acme-0", "new", {"title": "Export fails"})
    (request,) = await any_store.requests(RequestQuery())
    home = place_of("client-acme")
    thread = Place(home.platform, home.workspace, home.channel, "t1")
    await any_store.edit_directory(DirectoryEdit(bindings=((client_thread(request.number), thread),)))

    async def counted(context: Context, heard: Heard) -> Answer:
        nonlocal tries
        tries += 1
        return await hear(context, heard)

    hear = hearing.hear
    monkeypatch.setattr(hearing, "hear", counted)
    said = [Heard(MessageRef(thread, f"m{n}"), "acme-0", desk.now(), f"Line {n} is here") for n in range(MANY)]
    await asyncio.gather(
        *(front.hear(desk, "acme-0", each, event=InboxId(PLATFORM, each.ref.message)) for each in said)
    )
    there = [e.event.text for e in await any_store.history(request.number) if isinstance(e.event, ClientWrote)]
    assert sorted(there) == sorted(each.text for each in said)
    assert tries <= 2 * MANY + 5
