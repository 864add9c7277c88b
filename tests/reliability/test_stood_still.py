"""A worker that stood still past its lease goes on as if nothing had been: what others have sent meanwhile it sends no
more, and what it settles of theirs counts for nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from dying import HandClock, MemoryChat, Process
from faulty_chat import place_of

from bot import outbox
from bot.messages.model import Said, line
from bot.ports import Change, DirectoryEdit, Draft, Op
from storage import SqlStore

pytestmark = pytest.mark.asyncio


class Stops:
    """A runner whose process stands still right after it has committed that it is about to send."""

    def __init__(self, process: Process) -> None:
        self._runner: Any = process.store._runner
        self.stands, self.goes_on = asyncio.Event(), asyncio.Event()
        self.workers = self._runner.workers

    async def write(self, tx: Any) -> Any:
        result = await self._runner.write(tx)
        if not self.stands.is_set() and (await SqlStore(self._runner).outbox_states()).get("sending"):
            self.stands.set()
            await self.goes_on.wait()
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)


def write(n: int, op: Op, **more: str) -> Draft:
    return Draft(f"m{n}", op, "triage", Said("test", (line(f"words {n}"),)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("op", [Op.POST, Op.PUT])
async def test_what_others_sent_meanwhile_is_not_sent_again(any_store: SqlStore, op: Op):
    """It took the message, stood still before it called, and another worker sent it."""
    clock = HandClock()
    chat = MemoryChat(clock)
    await any_store.edit_directory(DirectoryEdit(bindings=(("triage", place_of("triage")),)))
    slow, quick = Process(any_store, chat, clock), Process(any_store, chat, clock)
    slow.store._runner = stops = Stops(slow)  # type: ignore[assignment]
    await any_store.commit(Change(outbox=(write(1, op, **({"slot": "card"} if op is Op.PUT else {})),)))
    draining = asyncio.create_task(slow.relay.drain())
    try:
        await asyncio.wait_for(stops.stands.wait(), 10)
        clock.pass_((outbox.LEASE + outbox.GRACE).total_seconds())
        await quick.work(fires=False)
        assert len(chat.posts) == 1
        if op is Op.PUT:  # a newer word, which the one that stood still does not know
            await any_store.commit(Change(outbox=(write(2, op, slot="card"),)))
            await quick.work(fires=False)
    finally:
        stops.goes_on.set()
        await asyncio.wait_for(draining, 10)
    await quick.work(fires=False)
    assert len(chat.posts) == 1
    assert f"words {2 if op is Op.PUT else 1}" in chat.posts[0].body
    assert set(await any_store.outbox_states()) == {"sent"}
