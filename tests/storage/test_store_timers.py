"""Timers: a request's change says which it wants; each due one is decided once, in order."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from store_builders import T0, execute, minutes, note, opening, said

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Draft, Op, Timer
from storage import SqlStore

pytestmark = pytest.mark.asyncio


class Decider:
    """Lets each timer lapse and keeps what it was asked; subclasses decide more."""

    def __init__(self) -> None:
        self.asked: list[tuple[Timer, int | None]] = []

    def __call__(self, timer: Timer, request: Request | None, directory: Directory) -> Change:
        assert "ACME" in directory.clients
        self.asked.append((timer, request and request.version))
        return self.decide(timer, request)

    def decide(self, timer: Timer, request: Request | None) -> Change:
        return Change()


class Noting(Decider):
    """Writes a note and keeps the timers it is told."""

    def __init__(self, timers: dict[str, datetime]) -> None:
        super().__init__()
        self.timers = timers

    def decide(self, timer: Timer, request: Request | None) -> Change:
        assert request is not None
        draft = Draft(f"{timer.kind}:{timer.generation}", Op.POST, "dm:erik", said(timer.kind))
        return Change(requests=(note(request, timer.kind, timers=self.timers),), outbox=(draft,))


async def test_a_change_replaces_the_waiting_timers(store: SqlStore) -> None:
    """Named timers wait, others are cancelled; an unchanged one is the same generation, a moved one the next."""
    change = opening(1, timers={"keep": minutes(3), "move": minutes(2), "drop": minutes(1)})
    await store.commit(Change(requests=(change,)))
    assert [t.kind for t in await store.timers("request:1")] == ["drop", "move", "keep"]
    assert await store.next_due() == minutes(1)

    change = note(change.request, timers={"keep": minutes(3), "move": minutes(4), "new": minutes(5)})
    await store.commit(Change(requests=(change,)))
    assert await store.timers("request:1") == (
        Timer("request:1", "keep", minutes(3), 1),
        Timer("request:1", "move", minutes(4), 2),
        Timer("request:1", "new", minutes(5), 1),
    )
    await store.commit(Change(requests=(note(change.request),)))
    assert await store.timers("request:1") == ()
    assert await store.next_due() is None


async def test_due_timers_fire_once_in_order(store: SqlStore) -> None:
    """All due at `now`, the instant itself included, oldest first, never before and never again."""
    await store.commit(Change(requests=(opening(1, timers={"b": minutes(2), "later": minutes(2.0001)}),)))
    await store.commit(Change(requests=(opening(2, timers={"a": minutes(1)}),)))
    decide = Decider()
    assert await store.fire_due(T0, 500, decide) == 0
    assert await store.fire_due(minutes(2), 500, decide) == 2
    assert [timer.kind for timer, _ in decide.asked] == ["a", "b"]
    assert await store.fire_due(minutes(2), 500, decide) == 0
    assert await store.next_due() == minutes(2.0001)


async def test_a_batch_takes_no_more_than_its_limit(store: SqlStore) -> None:
    """What is left over is due for the next batch; what was decided ahead for one of another size is decided again."""
    await store.commit(Change(requests=(opening(1, timers={f"t{n}": minutes(n) for n in range(5)}),)))
    decide = Decider()
    assert await store.fire_due(minutes(9), 2, decide) == 2
    assert await store.fire_due(minutes(9), 0, decide) == 0
    assert await store.fire_due(minutes(9), 9, decide) == 3
    assert list(dict.fromkeys(timer.kind for timer, _ in decide.asked)) == ["t0", "t1", "t2", "t3", "t4"]


async def test_each_decision_sees_the_request_as_the_one_before_left_it(store: SqlStore) -> None:
    """Two timers of one request in a batch: the second decides on the row with the first one's entry."""
    change = opening(1, timers={"a": minutes(1), "b": minutes(1)})
    await store.commit(Change(requests=(change,)))
    decide = Noting({"b": minutes(1)})
    assert await store.fire_due(minutes(1), 500, decide) == 2
    assert [version for _, version in decide.asked] == [2, 3]
    assert len(await store.history(1)) == 4
    assert await store.outbox_states() == {"ready": 2}


async def test_a_timer_that_an_earlier_decision_cancelled_does_not_fire(store: SqlStore) -> None:
    """The first decision changes the request; what it no longer wants is skipped, though it was claimed."""
    await store.commit(Change(requests=(opening(1, timers={"a": minutes(1), "b": minutes(2)}),)))
    assert await store.fire_due(minutes(5), 500, Noting({})) == 1
    assert await store.timers("request:1") == ()


async def test_a_timer_that_an_earlier_decision_moved_does_not_fire(store: SqlStore) -> None:
    """It waits for its new instant."""
    await store.commit(Change(requests=(opening(1, timers={"a": minutes(1), "b": minutes(2)}),)))
    assert await store.fire_due(minutes(5), 500, Noting({"b": minutes(9)})) == 1
    assert await store.timers("request:1") == (Timer("request:1", "b", minutes(9), 2),)


async def test_a_decision_may_set_its_own_timer_again(store: SqlStore) -> None:
    """A fired timer that is wanted again waits again, as a new generation."""
    await store.commit(Change(requests=(opening(1, timers={"a": minutes(1)}),)))
    assert await store.fire_due(minutes(1), 500, Noting({"a": minutes(2)})) == 1
    assert await store.timers("request:1") == (Timer("request:1", "a", minutes(2), 2),)
    assert await store.fire_due(minutes(2), 500, Noting({})) == 1


async def test_firing_at_once_fires_each_timer_once(store: SqlStore) -> None:
    """Several tasks firing together decide each timer once between them."""
    for number in range(1, 21):
        await store.commit(Change(requests=(opening(number, timers={"a": minutes(1)}),)))
    fired = 0
    for _ in range(20):
        fired += sum(await asyncio.gather(*(store.fire_due(minutes(2), 4, Noting({})) for _ in range(4))))
    assert fired == 20
    for number in range(1, 21):
        assert len(await store.history(number)) == 3
    assert await store.outbox_states() == {"ready": 1}


async def test_commits_and_firing_at_once_keep_every_row_its_history(store: SqlStore) -> None:
    """A change while its request's timer is decided: one goes first, the other sees it; nothing hangs or is lost."""
    change = opening(1, timers={"a": minutes(1)})
    await store.commit(Change(requests=(change,)))
    await asyncio.gather(
        store.fire_due(minutes(1), 500, Noting({})),
        store.commit(Change(requests=(note(change.request, timers={"a": minutes(1)}),))),
        return_exceptions=True,
    )
    assert len(await store.history(1)) == 3 or await store.timers("request:1") == ()
    assert await store.check() == ()


async def test_a_subject_that_is_no_request_is_decided_without_one(store: SqlStore, url: str) -> None:
    """A timer whose request is unknown still comes to its decision; one that no request has is a job's."""
    await store.commit(Change(requests=(opening(1, timers={"a": minutes(1)}),)))
    for subject in ("digest:ACME", "request:999", "request:x", "request:" + "9" * 40):
        await execute(
            url,
            f"INSERT INTO timer (subject, kind, due_at, generation, state) VALUES ('{subject}', 'x', 0, 1, 'waiting')",  # noqa: S608 -- the test's own words
        )
    decide = Decider()
    assert await store.fire_due(minutes(1), 500, decide) == 4
    assert [job.subject for job in await store.due_jobs(minutes(1), 500)] == ["digest:ACME"]
    assert [version for _, version in decide.asked] == [None, None, None, 2]
