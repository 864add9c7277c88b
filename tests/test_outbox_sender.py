"""The sender: calls that hang hold up nobody else, alerts find room, and whoever lost their time sends nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from fakes.waiting import PATIENCE
from outbox_desk import NOON, Desk, Faulty, relay_desk, says

from bot import delivering, outbox
from bot.messages.model import Message, Said, plain
from bot.outbox import GRACE, LEASE, Relay
from bot.ports import Change, DirectoryEdit, MessageRef, Op, Place, RateLimited, SendResult, Unreachable, Urgency
from bot.ports.chat import MOST_WAIT
from bot.ports.lease import LeaseOver, in_time, still_mine
from storage import SqlStore

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def desk(store: SqlStore) -> Desk:
    return await relay_desk(store)


class Hanging:
    """Makes posts with these words wait until it is let go."""

    def __init__(self, desk: Desk, *words: str) -> None:
        self.go, self.begun = asyncio.Event(), asyncio.Event()
        self._post, self._words = desk.chat.post, words
        desk.chat.post = self.post  # type: ignore[method-assign]

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        if any(word in repr(message) for word in self._words):
            self.begun.set()
            await self.go.wait()
        return await self._post(place, message, key=key)


async def shown(desk: Desk, count: int) -> None:
    """Wait until so many messages stand there."""
    async with asyncio.timeout(PATIENCE):
        while len(desk.chat.shown) < count:  # noqa: ASYNC110  # the chat tells nobody
            await asyncio.sleep(0.01)


async def test_a_call_that_hangs_holds_up_its_own_conversation_alone(desk: Desk):
    """What is written meanwhile elsewhere goes at once, one after the other; what is behind it waits."""
    hanging = Hanging(desk, "stuck")
    await desk.write(says("stuck"), says("behind"))
    drained = asyncio.create_task(desk.relay.drain())
    await hanging.begun.wait()
    await desk.write(*(says(f"breach {n}", conversation="alerts", urgency=Urgency.ALERT) for n in range(3)))
    desk.relay.nudge()
    await shown(desk, 3)
    assert list(desk.chat.shown.values()) == ["breach 0", "breach 1", "breach 2"]
    hanging.go.set()
    await drained
    assert list(desk.chat.shown.values())[3:] == ["stuck", "behind"]


async def test_a_call_has_an_end(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """A platform that never answers leaves its message unclear; it is looked for before it goes again."""
    monkeypatch.setattr(delivering, "CALL", timedelta(seconds=0.05))
    Hanging(desk, "stuck")
    await desk.write(says("stuck"))
    assert await desk.relay.drain() == 0
    assert await desk.store.outbox_states() == {"ambiguous": 1}


async def test_a_backlog_leaves_room_for_an_alert(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """Every call that is no alert's may hang: the breach goes nevertheless."""
    monkeypatch.setattr(outbox, "ROOM", 4)
    monkeypatch.setattr(outbox, "FOR_ALERTS", 1)
    places = tuple((f"c{n}", Place("fake", "w", f"c{n}")) for n in range(6))
    await desk.store.commit(Change(bindings=places))
    hanging = Hanging(desk, "digest")
    await desk.write(*(says(f"digest {c}", conversation=c, urgency=Urgency.DIGEST) for c, _ in places))
    drained = asyncio.create_task(desk.relay.drain())
    await hanging.begun.wait()
    assert (await desk.store.outbox_states())["sending"] == 3, "one place is kept"
    await desk.write(says("breach", conversation="alerts", urgency=Urgency.ALERT))
    desk.relay.nudge()
    await shown(desk, 1)
    assert list(desk.chat.shown.values()) == ["breach"]
    hanging.go.set()
    assert await drained == 7


async def test_who_was_stopped_past_the_lease_sends_nothing(desk: Desk):
    """A process wakes up between taking a message and sending it: another has sent it by now; one is posted."""
    await desk.write(says("hello", conversation="dm:sam"))
    other = desk.another_worker()
    direct = desk.chat.direct

    async def stopped(user: str) -> Place:
        desk.chat.direct = direct  # type: ignore[method-assign]
        desk.clock.real += LEASE + GRACE
        assert await desk.store.recover(desk.clock.real, owner="x", look_at=desk.clock.real) == 1
        await other.drain()
        return await direct(user)

    desk.chat.direct = stopped  # type: ignore[method-assign]
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"sent": 1}


async def test_of_a_call_that_was_broken_off_half_way_it_is_looked_for_what_arrived(desk: Desk):
    """A message of several posts: the first one went, and before the second the lease ended. The platform's client made
    an error of its own of that; it counts as what it was, and the message is found and not posted again."""
    await desk.write(says("hello"))
    post = desk.chat.post

    async def in_two(place: Place, message: Message, *, key: str) -> MessageRef:
        await still_mine()
        ref = await post(place, message, key=key)
        desk.clock.real += LEASE
        try:
            in_time()
        except Exception as error:
            raise OSError("cannot write request body") from error
        return ref

    desk.chat.post = in_two  # type: ignore[method-assign]
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"ambiguous": 1}
    desk.clock.real += GRACE
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["hello"]
    assert await desk.store.outbox_states() == {"sent": 1}


async def test_what_a_call_began_and_left_behind_is_not_held_back_by_its_lease(desk: Desk):
    """Tasks keep the context that they were made in; the connection that one of them keeps open is nobody's message."""
    await desk.write(says("hello"))
    post, goes_on = desk.chat.post, asyncio.Event()
    left: list[asyncio.Task[None]] = []

    async def keeps_open() -> None:
        await goes_on.wait()
        await still_mine()

    async def posts(place: Place, message: Message, *, key: str) -> MessageRef:
        left.append(asyncio.create_task(keeps_open()))
        return await post(place, message, key=key)

    desk.chat.post = posts  # type: ignore[method-assign]
    await desk.relay.drain()
    desk.clock.real += LEASE
    goes_on.set()
    await left[0]


async def test_whoever_lost_their_name_is_told_at_the_socket(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The connection broke that proved this process alive, while it waited for its turn in the call."""
    await desk.write(says("hello"))
    post, name = desk.chat.post, "first"
    went_on: list[str] = []

    async def named() -> str:
        return name

    async def waits(place: Place, message: Message, *, key: str) -> MessageRef:
        nonlocal name
        desk.chat.post = post  # type: ignore[method-assign]
        name = "second"
        await still_mine()
        went_on.append(name)
        return await post(place, message, key=key)

    monkeypatch.setattr(desk.store.workers, "name", named)
    desk.chat.post = waits  # type: ignore[method-assign]
    await desk.relay.drain()
    assert went_on == []
    assert list(desk.chat.shown.values()) == ["hello"], "under the name that it has now"


async def test_who_is_called_otherwise_by_now_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The connection broke that proved this process alive: what it took it does not begin to send any more."""
    await desk.write(says("hello", conversation="dm:sam"))
    names = iter(["first", "first", "second", "third"])

    async def name() -> str:
        return next(names, "last")

    monkeypatch.setattr(desk.store.workers, "name", name)
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["hello"]
    assert len(desk.chat.keys) == 1


async def test_a_database_that_is_gone_while_it_arrives_loses_no_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """How it ended is written once it is back; nothing is posted again."""
    settle, failures = desk.store.settle, iter([OSError("gone"), OSError("gone")])

    async def broken(id: int, owner: str, result: SendResult) -> bool:
        if error := next(failures, None):
            raise error
        return await settle(id, owner, result)

    monkeypatch.setattr(desk.store, "settle", broken)
    await desk.write(says("hello"))
    assert await desk.relay.drain() == 1
    assert await desk.store.outbox_states() == {"sent": 1}
    assert list(desk.chat.shown.values()) == ["hello"]


async def test_what_may_go_again_at_once_goes_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """It is taken again as soon as that is written, though whoever wrote it does not know so yet: it would be sending
    until its lease is over."""
    settle, overs = desk.store.settle, iter([LeaseOver()])

    async def slow_to_know(id: int, owner: str, result: SendResult) -> bool:
        settled = await settle(id, owner, result)
        desk.relay.nudge()
        await asyncio.sleep(0.05)
        return settled

    monkeypatch.setattr(desk.store, "settle", slow_to_know)
    desk.chat.fault = lambda text: next(overs, None)
    await desk.write(says("hello"))
    await desk.relay.drain()
    assert await desk.store.outbox_states() == {"sent": 1}
    assert list(desk.chat.shown.values()) == ["hello"]


async def test_cancelling_who_waits_cuts_off_no_call(desk: Desk):
    """A web request that goes away leaves what it set off under way; a stop waits for it and takes nothing more."""
    hanging = Hanging(desk, "hello")
    await desk.write(says("hello"), says("next"))
    drained = asyncio.create_task(desk.relay.drain())
    await hanging.begun.wait()
    drained.cancel()
    stopping = asyncio.create_task(desk.relay.stop())
    await asyncio.sleep(0)
    hanging.go.set()
    await stopping
    assert await desk.store.outbox_states() == {"sent": 1, "ready": 1}


async def test_a_pause_holds_a_channel_with_its_threads_for_all_workers(desk: Desk):
    """Words to a thread of that channel wait as well, whoever sends; other channels go on; then all of it goes."""
    thread = Place("fake", "w", "triage", "7")
    await desk.store.commit(Change(bindings=(("request:1:team", thread),)))
    desk.chat.fault = lambda text: RateLimited(30) if text == "slow" else None
    await desk.write(says("slow"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: None
    await desk.write(says("in a thread", conversation="request:1:team"), says("other", conversation="alerts"))
    assert await desk.another_worker().drain() == 1
    desk.clock.real += timedelta(seconds=31)
    assert await desk.another_worker().drain() == 2


async def test_a_pause_of_the_whole_workspace(desk: Desk):
    """Nothing goes to any of its channels; another platform is another matter."""
    desk.chat.fault = lambda text: RateLimited(30, everywhere=True) if text == "slow" else None
    await desk.write(says("slow"))
    await desk.relay.drain()
    await desk.write(says("other", conversation="alerts"))
    await desk.store.commit(Change(bindings=(("elsewhere", Place("fake", "another", "x")),)))
    await desk.write(says("elsewhere", conversation="elsewhere"))
    assert await desk.relay.drain() == 1
    assert list(desk.chat.shown.values()) == ["elsewhere"]


@pytest.mark.parametrize("said", [-5.0, 0.0, float("nan"), 3 * 86_400.0, float("inf")])
async def test_an_absurd_word_to_wait_is_bounded(desk: Desk, said: float):
    """Neither at once again, nor for days."""
    desk.chat.fault = lambda text: RateLimited(said)
    await desk.write(says("hello"))
    assert await desk.relay.drain() == 0
    desk.chat.fault = lambda text: None
    assert await desk.relay.drain() == 0
    desk.clock.real += timedelta(seconds=MOST_WAIT)
    assert await desk.relay.drain() == 1


async def test_a_pause_set_before_the_clock_went_back_is_over(desk: Desk):
    """An hour back, and a minute's pause does not become an hour's."""
    desk.chat.fault = lambda text: RateLimited(60)
    await desk.write(says("hello"))
    await desk.relay.drain()
    desk.chat.fault = lambda text: None
    desk.clock.real = NOON - timedelta(hours=1)
    assert await desk.relay.drain() == 1


@pytest.mark.parametrize("error", [RateLimited(0.03), ConnectionResetError("gone")])
async def test_who_sends_is_woken_when_a_wait_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception):
    """Not at the next look, up to a second later: a word to wait, or the time to look for what may have arrived; also
    by a worker that was not there when it was said."""
    monkeypatch.setattr("bot.delivering.GRACE", timedelta(seconds=0.03))
    loop, rang = asyncio.get_running_loop(), list[float]()

    def woken(relay: Relay) -> asyncio.Event:
        told = asyncio.Event()
        relay.watch(lambda: (told.set(), rang.append(loop.time())))
        return told

    first, other = woken(desk.relay), desk.another_worker()
    desk.chat.fault = lambda text: error
    await desk.write(says("waits"))
    before = loop.time()
    await desk.relay.drain()
    later = woken(other)
    assert await other.drain() == 0
    # Nobody here looks each second: what rings is that the wait is over.
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(first.wait(), later.wait())
    assert min(rang) - before >= 0.03
    desk.clock.real += timedelta(seconds=0.031)
    desk.chat.fault = lambda text: None
    assert await desk.relay.drain() == 1


async def test_who_is_not_to_be_found_on_one_platform_is_spoken_with_on_another(desk: Desk):
    """The home does not know Priya; the desk opens a direct conversation where somebody does."""

    class Elsewhere(Faulty):
        async def direct(self, user: str) -> Place:
            raise Unreachable(f"nobody here is {user}")

    relay = Relay(desk.store, {"home": Elsewhere(), "fake": desk.chat}, desk.clock, home="home")
    await desk.write(says("for you", conversation="dm:priya"))
    assert await relay.drain() == 1
    assert await desk.store.binding("dm:priya") == Place("fake", "w", "direct-priya")


async def test_who_is_nowhere_is_a_matter_for_a_person(desk: Desk):
    """Nobody can open the conversation: the message is listed as unsent, and stands in no other's way."""

    async def nowhere(user: str) -> Place:
        raise Unreachable(f"nobody here is {user}")

    desk.chat.direct = nowhere  # type: ignore[method-assign]
    await desk.write(says("for you", conversation="dm:priya"))
    assert await desk.relay.drain() == 0
    assert await desk.store.outbox_states() == {"dead": 1}


async def test_a_message_is_changed_where_it_stands_though_its_conversation_has_moved(desk: Desk):
    """A card was posted on one platform and the team moved to another: its edit goes where the card is."""
    await desk.write(says("new", op=Op.PUT, slot="ACME-1:card"))
    await desk.relay.drain()
    there = Faulty()
    relay = Relay(desk.store, {"fake": desk.chat, "other": there}, desk.clock, home="fake")
    await desk.store.edit_directory(DirectoryEdit(bindings=(("triage", Place("other", "w", "team")),)))
    await desk.write(says("claimed", op=Op.PUT, slot="ACME-1:card"), says("next"))
    await relay.drain()
    assert list(desk.chat.shown.values()) == ["claimed"]
    assert list(there.shown.values()) == ["next"]


async def test_a_message_of_a_later_release_holds_up_its_own_conversation_alone_and_not_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    """While two releases run the later one may come for it; after five minutes it is unsent, and says why."""
    with monkeypatch.context() as later:
        later.setattr("bot.codec.FORMAT", 99)
        await desk.write(says("from the future"))
    await desk.write(says("behind it"), says("elsewhere", conversation="alerts"))
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["elsewhere"]
    for _ in range(30):
        desk.clock.real += timedelta(seconds=15)
        await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["elsewhere", "behind it"]
    (letter,) = await desk.store.unsent.all(5)
    assert "later Steward (format 99); upgrade this one" in letter.reason
    assert isinstance(letter.body, Said)
    assert "upgrade me" in plain(letter.body.lines[0])


async def test_a_message_of_a_later_release_goes_as_soon_as_it_can_be_read(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The desk was upgraded meanwhile: nobody need do anything."""
    with monkeypatch.context() as later:
        later.setattr("bot.codec.FORMAT", 99)
        await desk.write(says("from the future"))
    await desk.relay.drain()
    monkeypatch.setattr("bot.codec.FORMAT", 99)
    desk.clock.real += timedelta(seconds=15)
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["from the future"]


async def test_what_is_no_message_is_unsent_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """A damaged row is a person's to look at; nothing else waits for it."""
    with monkeypatch.context() as damaged:
        damaged.setattr("storage.transactions.outbox.message_to_json", lambda body: '{"v":1}')
        await desk.write(says("broken"))
    await desk.write(says("behind it"))
    await desk.relay.drain()
    await desk.relay.drain()
    assert list(desk.chat.shown.values()) == ["behind it"]
    (letter,) = await desk.store.unsent.all(5)
    assert "no message" in letter.reason
