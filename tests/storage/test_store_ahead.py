"""While a batch of due timers goes to the disk the next one is decided; that counts where nothing changed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from store_builders import DIRECTORY, ROOM, minutes, note, opening, said

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, DirectoryEdit, Draft, Op, Timer
from storage import Failed, SqlStore
from storage.transactions.batch import Batch

pytestmark = pytest.mark.asyncio

DUE = minutes(1)


class Rule:
    """Notes each timer, and keeps whom it was asked for, with the request's version."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.names: set[str] = set()
        self.kinds = "a"
        """The timers of a request, each of which leaves those after it waiting."""
        self.also: Callable[[Timer, Change], Change] = lambda timer, change: change

    def __call__(self, timer: Timer, request: Request | None, directory: Directory) -> Change:
        assert request is not None
        self.asked.append(f"{request.number}{timer.kind}@{request.version}")
        self.names |= {person.name for person in directory.people.values()}
        draft = Draft(f"{timer.subject}:{timer.kind}", Op.POST, "room", said(timer.kind))
        left = {kind: DUE for kind in self.kinds if kind > timer.kind}
        return self.also(timer, Change(requests=(note(request, timer.kind, timers=left),), outbox=(draft,)))


@pytest.fixture
def rule() -> Rule:
    """One that has been asked for nothing."""
    return Rule()


async def opened(store: SqlStore, *timers: dict[str, datetime]) -> None:
    """Requests 1, 2, …"""
    await store.commit(Change(requests=tuple(opening(n, timers=each) for n, each in enumerate(timers, 1))))


async def all_fired(store: SqlStore, rule: Rule, limit: int = 2) -> list[int]:
    """Batch for batch."""
    counts: list[int] = []
    while counts[-1:] != [0]:
        counts.append(await store.fire_due(DUE, limit, rule))
    return counts


async def histories(store: SqlStore, count: int) -> list[int]:
    """How many entries each request has: two, and one for each time it was decided."""
    return [len(await store.history(number)) for number in range(1, count + 1)]


async def test_each_is_decided_once(store: SqlStore, rule: Rule) -> None:
    """In their order, batch after batch."""
    await opened(store, *[{"a": DUE}] * 5)
    assert await all_fired(store, rule) == [2, 2, 1, 0]
    assert rule.asked == ["1a@2", "2a@2", "3a@2", "4a@2", "5a@2"]
    assert await histories(store, 5) == [3] * 5
    assert (await store.outbox_states())["ready"] == 5


async def test_the_next_one_knows_what_the_one_before_it_left(store: SqlStore, rule: Rule) -> None:
    """Timers of one request in two batches."""
    rule.kinds = "abc"
    await opened(store, dict.fromkeys(rule.kinds, DUE))
    assert await all_fired(store, rule, limit=1) == [1, 1, 1, 0]
    assert rule.asked == ["1a@2", "1b@3", "1c@4"]


async def test_more_may_be_decided_ahead_than_were_asked_for_at_first(store: SqlStore, rule: Rule) -> None:
    """A short first batch, and a long one behind it; where only short ones are asked for, it is written all the same,
    and nothing is taken for the last that is not."""
    await opened(store, *[{"a": DUE}] * 9)
    assert await store.fire_due(DUE, 1, rule, 4) == 1
    assert await store.fire_due(DUE, 2, rule, 2) in (2, 4)  # on PostgreSQL nothing is decided ahead
    assert sum(await all_fired(store, rule)) in (4, 6)
    assert len(rule.asked) == len(set(rule.asked)) == 9
    assert await histories(store, 9) == [3] * 9


async def test_what_was_written_meanwhile_counts(store: SqlStore, rule: Rule) -> None:
    """A request that somebody changed between two batches, and a timer that is no longer waited for."""
    await opened(store, *[{"a": DUE}] * 4)
    assert await store.fire_due(DUE, 2, rule) == 2
    request = await store.request(3)
    assert request is not None
    await store.commit(Change(requests=(note(request, "meanwhile", timers={"a": DUE}),), timers={"request:4": {}}))
    assert await store.fire_due(DUE, 2, rule) == 1
    assert rule.asked[-1] == "3a@3"
    assert await histories(store, 4) == [3, 3, 4, 2]


async def test_people_who_came_meanwhile_count(store: SqlStore, rule: Rule) -> None:
    """The directory is that of the time at which it is written."""
    await opened(store, *[{"a": DUE}] * 3)
    await store.fire_due(DUE, 2, rule)
    sam = DIRECTORY.people[0]
    await store.edit_directory(DirectoryEdit(people=(type(sam)(**{**vars(sam), "name": "Renamed"}),)))
    assert await store.fire_due(DUE, 2, rule) == 1
    assert "Renamed" in rule.names


async def test_one_that_fails_is_put_off_as_ever(store: SqlStore, rule: Rule) -> None:
    """Decided ahead or not."""
    await opened(store, *[{"a": DUE}] * 4)

    def also(timer: Timer, change: Change) -> Change:
        if timer.subject == "request:3":
            raise RuntimeError("no")
        return change

    rule.also = also
    assert await store.fire_due(DUE, 2, rule) == 2
    assert await store.fire_due(DUE, 2, rule) == 1
    assert [stuck.subject for stuck in await store.audit.stuck()] == ["request:3"]
    assert await histories(store, 4) == [3, 3, 2, 3]


async def test_one_that_is_written_by_itself_waits_for_its_turn(store: SqlStore, rule: Rule) -> None:
    """It is decided ahead, those behind it after it was written."""
    await opened(store, *[{"a": DUE}] * 5)

    def also(timer: Timer, change: Change) -> Change:
        alone = timer.subject == "request:3"
        return Change(requests=change.requests, bindings=(("elsewhere", ROOM),)) if alone else change

    rule.also = also
    assert await all_fired(store, rule, limit=3) == [3, 2, 0]
    assert await histories(store, 5) == [3] * 5


async def test_what_was_decided_on_a_batch_that_was_not_written_does_not_count(
    store: SqlStore, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the end of the transaction: all of it is decided again, and stands once."""
    rule.kinds = "ab"
    await opened(store, dict.fromkeys(rule.kinds, DUE))
    write = store._runner.write  # pyright: ignore[reportPrivateUsage]

    async def fails(tx: Any) -> Any:
        def then_the_disk_is_full() -> Any:
            yield from tx
            raise Failed(OSError("disk full"))

        return await write(then_the_disk_is_full())

    monkeypatch.setattr(store._runner, "write", fails)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(Failed):
        await store.fire_due(DUE, 1, rule)
    monkeypatch.undo()
    assert await all_fired(store, rule, limit=1) == [1, 1, 0]
    assert rule.asked[-2:] == ["1a@2", "1b@3"]
    assert await histories(store, 1) == [4]


async def test_on_sqlite_it_is_decided_on_another_thread(
    url: str, store: SqlStore, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where others write as well, nothing is decided ahead."""
    threads: list[str] = []
    decide = Batch.decide

    def noted(self: Batch, rule: Rule) -> None:
        import threading

        threads.append(threading.current_thread().name.partition("_")[0])
        decide(self, rule)

    monkeypatch.setattr(Batch, "decide", noted)
    await opened(store, *[{"a": DUE}] * 4)
    await all_fired(store, rule)
    assert threads.count("steward-ahead") == (1 if url.startswith("sqlite") else 0)


async def test_many_at_once_fire_each_timer_once(store: SqlStore, rule: Rule) -> None:
    """Whoever fires beside others takes up nothing that is not as it was."""
    await opened(store, *[{"a": DUE}] * 12)
    counts = [0]
    while sum(counts) < 12:
        counts += await asyncio.gather(*(store.fire_due(DUE, 2, rule) for _ in range(3)))
    assert sum(counts) == 12
    assert await histories(store, 12) == [3] * 12


async def test_what_was_decided_at_another_time_does_not_count(store: SqlStore, rule: Rule) -> None:
    """Nothing fires before it is due where time was set back, nor is decided as of long ago."""
    await opened(store, *[{"a": DUE}] * 6)
    assert await store.fire_due(DUE, 2, rule) == 2
    assert await store.fire_due(minutes(0), 2, rule) == 0
    assert await histories(store, 6) == [3, 3, 2, 2, 2, 2]
    assert await store.fire_due(DUE, 2, rule) == 2
    before = len(rule.asked)
    assert await store.fire_due(minutes(60), 2, rule) == 2
    # The thread on which they were decided ahead may be at it still.
    assert set(rule.asked[before:]) == {"5a@2", "6a@2"}
    assert await histories(store, 6) == [3] * 6


async def test_without_another_thread_all_fires(store: SqlStore, rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may give no more threads."""

    def none(self: Thread) -> None:
        raise RuntimeError("can't start new thread")

    await opened(store, *[{"a": DUE}] * 5)
    monkeypatch.setattr(Thread, "start", none)
    assert await all_fired(store, rule) == [2, 2, 1, 0]
    assert await histories(store, 5) == [3] * 5
