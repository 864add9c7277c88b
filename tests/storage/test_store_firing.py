"""A batch of due timers is written in sets: what one decision does to another's timer, request or message still holds,
and one that fails is nobody else's trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from store_builders import ROOM, T0, minutes, note, opening, said

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Draft, Flood, Op, Sent, Stuck, Timer, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio

Rule = Callable[[Timer, Request], Change]


def decided(rule: Rule, asked: list[str] | None = None) -> Callable[[Timer, Request | None, Directory], Change]:
    """A decision by that rule; which timers it was asked for is kept in `asked`."""

    def decide(timer: Timer, request: Request | None, _: Directory) -> Change:
        assert request is not None
        if asked is not None:
            asked.append(f"{request.number}{timer.kind}")
        return rule(timer, request)

    return decide


def noted(timer: Timer, request: Request, timers: dict[str, datetime] | None = None) -> Change:
    """A note and a message."""
    draft = Draft(f"{timer.subject}:{timer.kind}:{timer.generation}", Op.POST, "room", said(timer.kind))
    return Change(requests=(note(request, timer.kind, timers=timers or {}),), outbox=(draft,))


async def opened(store: SqlStore, *requests: dict[str, datetime]) -> None:
    """Requests 1, 2, … with these timers."""
    changes = (opening(n, timers=timers) for n, timers in enumerate(requests, 1))
    await store.commit(Change(requests=tuple(changes), bindings=(("room", ROOM),)))


async def test_a_decision_that_fails_comes_again_and_holds_up_nobody(store: SqlStore) -> None:
    """The others of its batch fire. It waits a second, then two, then four; all the while it is among the stuck, and
    once it was decided it is not."""
    await opened(store, {"a": minutes(1)}, {"b": minutes(1)}, {"c": minutes(1)})
    broken = True

    def rule(timer: Timer, request: Request) -> Change:
        if broken and timer.kind == "b":
            raise RuntimeError("in the middle")
        return noted(timer, request)

    at = minutes(1)
    assert await store.fire_due(at, 500, decided(rule)) == 2
    assert [len(await store.history(n)) for n in (1, 2, 3)] == [3, 2, 3]
    for failures, seconds in enumerate((1, 2, 4), 1):
        assert await store.audit.stuck() == (Stuck("request:2", "b", minutes(1), failures),)
        assert await store.audit.overdue(at + timedelta(seconds=1)) == (1, minutes(1))
        assert await store.next_due() == at + timedelta(seconds=seconds)
        assert await store.fire_due(at + timedelta(seconds=seconds - 0.5), 500, decided(rule)) == 0
        at += timedelta(seconds=seconds)
        broken = failures < 3
        assert await store.fire_due(at, 500, decided(rule)) == (0 if broken else 1)
    assert await store.audit.stuck() == ()
    assert await store.next_due() is None
    assert len(await store.history(2)) == 3
    assert await store.due_jobs(minutes(9_999), 10) == ()


async def test_one_that_fails_and_is_moved_by_a_sibling_waits_for_its_new_time(store: SqlStore) -> None:
    """A deadline that was moved to later is not due within a second because it could not be decided before."""
    await opened(store, {"a": minutes(1), "b": minutes(2)})

    def rule(timer: Timer, request: Request) -> Change:
        if timer.kind == "a":
            raise RuntimeError("in the middle")
        return noted(timer, request, {"a": minutes(60)})

    assert await store.fire_due(minutes(5), 500, decided(rule)) == 1
    assert await store.next_due() == minutes(60)
    assert await store.audit.stuck() == ()


async def test_a_stuck_timer_is_forgotten_once_nobody_waits_for_it(store: SqlStore) -> None:
    """A change of its request that no longer wants it ends the matter."""
    await opened(store, {"b": minutes(1)})

    def failing(timer: Timer, request: Request) -> Change:
        raise RuntimeError("for ever")

    assert await store.fire_due(minutes(1), 500, decided(failing)) == 0
    request = await store.request(1)
    assert request is not None
    await store.commit(Change(requests=(note(request, timers={"c": minutes(1)}),)))
    assert await store.audit.stuck() == ()
    assert await store.fire_due(minutes(1), 500, decided(noted)) == 1
    assert await store.next_due() is None


@pytest.mark.parametrize("text", ["a NUL \0", "half a pair \ud800"])
async def test_what_cannot_be_written_is_put_off_alone(store: SqlStore, text: str) -> None:
    """The database refuses one message of the batch: all the others are written, none twice."""
    await opened(store, *({"a": minutes(1)} for _ in range(5)))

    def rule(timer: Timer, request: Request) -> Change:
        change = noted(timer, request)
        bad = Draft("bad", Op.POST, "room", title=text)
        return Change(change.requests, (*change.outbox, bad)) if request.number == 3 else change

    assert await store.fire_due(minutes(1), 500, decided(rule)) == 4
    assert [stuck.subject for stuck in await store.audit.stuck()] == ["request:3"]
    assert [len(await store.history(n)) for n in range(1, 6)] == [3, 3, 2, 3, 3]
    assert await store.outbox_states() == {"ready": 4}
    assert await store.check() == ()


async def test_an_empty_decision_swallows_no_sibling(store: SqlStore) -> None:
    """Three timers of one request in a batch: the first and the last lapse, the one between is decided all the same."""
    await opened(store, {"a": minutes(1), "b": minutes(2), "c": minutes(3)})
    asked: list[str] = []

    def rule(timer: Timer, request: Request) -> Change:
        return noted(timer, request, {"c": minutes(3)}) if timer.kind == "b" else Change()

    assert await store.fire_due(minutes(5), 500, decided(rule, asked)) == 3
    assert asked == ["1a", "1b", "1c"]
    assert len(await store.history(1)) == 3
    assert await store.next_due() is None


async def test_a_sibling_that_is_wanted_anew_waits_for_its_new_time(store: SqlStore) -> None:
    """Also where that time is past: another generation, decided in the next batch with what the first one left."""
    await opened(store, {"a": minutes(1), "b": minutes(3)})
    asked: list[str] = []
    rule: Rule = lambda timer, request: noted(timer, request, {"b": minutes(2)} if timer.kind == "a" else {})  # noqa: E731
    assert await store.fire_due(minutes(5), 500, decided(rule, asked)) == 1
    assert await store.timers("request:1") == (Timer("request:1", "b", minutes(2), 2),)
    assert await store.fire_due(minutes(5), 500, decided(rule, asked)) == 1
    assert asked == ["1a", "1b"]
    assert len(await store.history(1)) == 4


async def test_a_decision_that_only_sets_its_subjects_timers_decides_for_its_siblings(store: SqlStore) -> None:
    """Timers without a fact: the sibling it leaves out does not fire, its own name waits again."""
    await opened(store, {"a": minutes(1), "b": minutes(2)})
    rule: Rule = lambda timer, request: Change(timers={timer.subject: {"a": minutes(9)}})  # noqa: E731
    assert await store.fire_due(minutes(5), 500, decided(rule)) == 1
    assert await store.timers("request:1") == (Timer("request:1", "a", minutes(9), 2),)


async def test_a_decision_may_change_another_request_of_the_batch(store: SqlStore) -> None:
    """A merge: the other request's timer, claimed in the same batch, no longer fires, and its change is there once."""
    await opened(store, {"a": minutes(1)}, {"b": minutes(2)}, {"c": minutes(3)})
    asked: list[str] = []
    second = await store.request(2)
    assert second is not None

    def rule(timer: Timer, request: Request) -> Change:
        if request.number != 1:
            return noted(timer, request)
        return Change(requests=(note(request, timers={}), note(second, "joined to 1", timers={})))

    assert await store.fire_due(minutes(5), 500, decided(rule, asked)) == 2
    assert asked == ["1a", "3c"]
    assert [len(await store.history(n)) for n in (1, 2, 3)] == [3, 3, 3]
    assert await store.next_due() is None
    assert await store.check() == ()


async def test_a_decision_on_a_request_that_moved_on_is_its_own_conflict(store: SqlStore) -> None:
    """It judged another request by an old version: nothing of it is written, it comes again, the others have fired."""
    await opened(store, {"a": minutes(1)}, {"b": minutes(1)}, {})
    stale = await store.request(3)
    assert stale is not None
    await store.commit(Change(requests=(note(stale),)))

    def rule(timer: Timer, request: Request) -> Change:
        if request.number == 1:
            return Change(requests=(note(request, timers={}), note(stale, timers={})))
        return noted(timer, request)

    assert await store.fire_due(minutes(1), 500, decided(rule)) == 1
    assert [len(await store.history(n)) for n in (1, 2, 3)] == [2, 3, 3]
    assert await store.fire_due(minutes(2), 500, decided(noted)) == 1
    assert await store.check() == ()


async def test_a_decision_with_more_than_its_own_request_is_written_whole(store: SqlStore) -> None:
    """A binding and an inbox id among plain decisions: all is there, and in order."""
    await opened(store, {"a": minutes(1)}, {"b": minutes(2)}, {"c": minutes(3)})

    def rule(timer: Timer, request: Request) -> Change:
        change = noted(timer, request)
        return Change(change.requests, change.outbox, bindings=(("other", ROOM),)) if timer.kind == "b" else change

    assert await store.fire_due(minutes(5), 500, decided(rule)) == 3
    assert await store.binding("other") == ROOM
    assert await sent_order(store) == ["request:1:a:1", "request:2:b:1", "request:3:c:1"]


async def test_messages_of_a_batch_leave_in_the_order_they_were_decided(store: SqlStore) -> None:
    """Plain ones and cards in turn; two cards of one slot are one, the newest, in the first one's place."""
    await opened(store, *({"a": minutes(n)} for n in range(1, 5)))

    def rule(timer: Timer, request: Request) -> Change:
        card = Draft(f"card{request.number}", Op.PUT, "room", said(f"card {request.number}"), slot="card")
        post = Draft(f"post{request.number}", Op.POST, "room", said("post"))
        return Change(outbox=(post, card) if request.number in (2, 4) else (post,))

    assert await store.fire_due(minutes(9), 500, decided(rule)) == 4
    assert await sent_order(store) == ["post1", "post2", "card4", "post3", "post4"]


async def test_a_flood_within_one_batch_is_counted(store: SqlStore) -> None:
    """Five alerts at once where two may stand alone: none stands alone, and the message of all is asked for once."""
    await opened(store, *({"a": minutes(1)} for _ in range(5)))

    def rule(timer: Timer, request: Request) -> Change:
        slot = f"ACME-{request.number}:alert"
        alert = Draft(slot, Op.PUT, "room", said("late"), slot=slot, urgency=Urgency.ALERT, not_before=minutes(1))
        return Change(outbox=(replace(alert, flood=Flood(2, 60)),))

    assert await store.fire_due(minutes(1), 500, decided(rule)) == 5
    assert await store.outbox_states() == {"held": 5}
    (job,) = await store.due_jobs(minutes(1), 10)
    assert job.subject == "flood:room"
    assert len(await store.held(job.kind)) == 5


async def sent_order(store: SqlStore) -> list[str]:
    """The keys in the order in which they leave."""
    keys: list[str] = []
    while rows := await store.claim_outbox(now=minutes(99), machine=T0, owner="me", lease_until=minutes(1), limit=9):
        for row in rows:
            keys.append(row.key)
            await store.settle(row.id, "me", Sent())
    return keys


async def test_this_process_hears_of_what_it_wrote(store: SqlStore) -> None:
    """When the first timer that was set is due, and whether there is something to send; never of what was refused."""
    heard: list[tuple[datetime | None, bool]] = []
    store.watch(lambda due, sends: heard.append((due, sends)))
    await opened(store, {"a": minutes(1), "b": minutes(3)}, {"c": minutes(2)})
    draft = Draft("1", Op.POST, "room", said("x"))
    await store.commit(Change(outbox=(draft,)))
    await store.commit(Change(outbox=(replace(draft, key="2"),), suppressed=True))
    assert heard == [(minutes(1), False), (None, True), (None, False)]
    heard.clear()
    assert await store.fire_due(minutes(1), 500, decided(lambda t, r: noted(t, r, {"b": minutes(2)}))) == 1
    assert heard == [(minutes(2), True)]
    stale = await store.request(2)
    assert stale is not None
    await store.commit(Change(requests=(note(stale),)))
    heard.clear()
    with pytest.raises(Conflict):
        await store.commit(Change(requests=(note(stale, timers={"d": minutes(1)}),)))
    assert heard == []
