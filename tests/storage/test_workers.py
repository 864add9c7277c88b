"""Several processes on one PostgreSQL, each with a line of its own: who is gone is known at once, news come at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from store_builders import DIRECTORY, T0, execute, minutes, opening, ref, said

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, DirectoryEdit, Draft, Op, Place, Sending, Sent, Timer
from bot.ports.workers import MISSED, WAKE
from storage import Failed, SqlStore, open_store
from storage.postgres import line, runner
from storage.postgres.line import Line
from storage.tx import Tx, ask

pytestmark = [pytest.mark.asyncio, pytest.mark.postgres]


@pytest.fixture
def url(postgres_url: str) -> str:
    """PostgreSQL only."""
    return postgres_url


@pytest_asyncio.fixture
async def stores(url: str) -> AsyncIterator[list[SqlStore]]:
    """Two stores on one database, as two processes would have them; one may be closed by the test."""
    async with AsyncExitStack() as stack:
        opened: list[SqlStore] = []
        for _ in range(2):
            opened.append(await open_store(url))
            stack.push_async_callback(opened[-1].close)
        yield opened


async def send_one(store: SqlStore) -> tuple[str, Sending]:
    """A message taken by this worker, with its name: the intent is committed, nothing has left."""
    name = await store.workers.name()
    draft = Draft("a", Op.POST, "triage", said("a"))
    await store.commit(Change(bindings=(("triage", Place("web", "main", "triage")),), outbox=(draft,)))
    (taken,) = await store.claim_outbox(now=T0, machine=T0, owner=name, lease_until=minutes(1), limit=9)
    return name, taken


async def recovered(store: SqlStore) -> int:
    """How much that worker took over, well before any lease ends."""
    return await store.recover(minutes(0.1), owner=await store.workers.name(), look_at=minutes(0.2))


async def heard(store: SqlStore) -> asyncio.Queue[str]:
    """What that worker hears from now on."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    await store.workers.listen(queue.put_nowait, lambda: queue.put_nowait(MISSED))
    return queue


async def cut(url: str, store: SqlStore) -> None:
    """The server ends the worker's line, as a failover would."""
    number = await store.workers.name()
    held = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {number}"  # noqa: S608 - a number of ours
    await execute(url, f"SELECT pg_terminate_backend(({held}))")


async def until_renamed(store: SqlStore, old: str) -> str:
    """The worker's next name."""
    for _ in range(1000):
        if (name := await store.workers.name()) != old:
            return name
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_a_worker_that_is_gone_is_taken_over_at_once(stores: list[SqlStore]) -> None:
    """While it is there nothing is taken from it; once its line has ended, all is, long before its lease does."""
    await send_one(stores[0])
    assert await recovered(stores[1]) == 0
    await stores[0].close()
    assert await recovered(stores[1]) == 1
    assert await stores[1].outbox_states() == {"ambiguous": 1}


async def test_nobody_takes_over_from_itself(stores: list[SqlStore]) -> None:
    """What is in flight under the present name stays, and its owner settles it."""
    name, taken = await send_one(stores[0])
    assert await recovered(stores[0]) == 0
    assert await stores[0].settle(taken.id, name, Sent(ref("1")))


async def test_a_worker_whose_line_broke_goes_on_under_another_name(stores: list[SqlStore], url: str) -> None:
    """It takes over from itself what it had in flight, and its old name settles nothing any more."""
    name, taken = await send_one(stores[0])
    await cut(url, stores[0])
    assert int(await until_renamed(stores[0], name)) > int(name), "no name comes again"
    assert await recovered(stores[0]) == 1
    assert not await stores[0].settle(taken.id, name, Sent(ref("1")))


async def test_whose_own_line_broke_is_not_sure_of_the_others(
    stores: list[SqlStore], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server may have gone away for all: who has no lock now may well be alive. For a while only leases count."""
    await send_one(stores[0])
    name = await stores[1].workers.name()
    await cut(url, stores[1])
    await until_renamed(stores[1], name)
    await stores[0].close()
    assert await recovered(stores[1]) == 0
    assert await stores[1].recover(minutes(1), owner="any", look_at=minutes(2)) == 1, "the lease ended"


async def test_a_broken_line_is_noticed_where_nobody_sends(stores: list[SqlStore], url: str) -> None:
    """It is made anew by itself, and who listens is told that something may have been missed."""
    news = await heard(stores[0])
    await cut(url, stores[0])
    async with asyncio.timeout(10):
        assert await news.get() == MISSED
        stores[1].workers.tell("unheard: its line is not open yet")
        await stores[1].workers.name()
        stores[1].workers.tell("hello")
        assert await news.get() == "hello"


async def test_news_come_to_the_others_once_and_not_back(stores: list[SqlStore]) -> None:
    """The same news of one moment are one; of what is too long only that there was something is told."""
    mine, theirs = await heard(stores[0]), await heard(stores[1])
    for _ in range(3):
        stores[0].workers.tell("a")
    stores[0].workers.tell("b")
    async with asyncio.timeout(10):
        assert [await theirs.get(), await theirs.get()] == ["a", "b"]
        stores[0].workers.tell("ü" * 4000)
        assert await theirs.get() == MISSED
        stores[1].workers.tell("c")
        assert await mine.get() == "c"
    assert mine.empty()
    assert theirs.empty()


async def test_news_that_could_not_be_told_are_told_later(stores: list[SqlStore], url: str) -> None:
    """What came while the line was broken is told once it stands; of a flood only that there was one."""
    news = await heard(stores[1])
    await stores[0].workers.name()
    await cut(url, stores[0])
    stores[0].workers.tell("meanwhile")
    async with asyncio.timeout(10):
        assert await news.get() == "meanwhile"
        for n in range(line.UNTOLD + 1):
            stores[0].workers.tell(str(n))
        assert await news.get() == MISSED


async def test_a_line_is_closed_though_what_it_told_was_broken_off(stores: list[SqlStore]) -> None:
    """The tasks of a loop that ends are cancelled, whosever they are; its work is taken over all the same."""
    await send_one(stores[0])
    stores[0].workers.tell("hello")
    telling = [task for task in asyncio.all_tasks() if "_tell" in repr(task)]
    assert telling
    for task in telling:
        task.cancel()
    await stores[0].close()
    assert await recovered(stores[1]) == 1


async def test_a_line_is_closed_though_it_breaks_just_then(url: str) -> None:
    """A database that goes away as a worker is told to stop does not keep it: no new line is made."""
    line = Line(url)
    await line.name()
    await asyncio.sleep(0)  # the keeper waits for what comes
    line._give_up(line._connection)
    closing = asyncio.create_task(line.close())
    await asyncio.wait({closing}, timeout=1)
    assert closing.done()


async def test_a_line_that_cannot_be_made_says_so_in_one_line(url: str) -> None:
    """As every failure of the database does, without the password."""
    absent = Line(url.replace("/steward_", "/no_"))
    with pytest.raises(Exception, match="The database failed") as caught:
        await absent.name()
    assert "\n" not in str(caught.value)
    await absent.close()


async def test_others_hear_at_once_of_what_is_ready_or_due_soon(stores: list[SqlStore]) -> None:
    """Once a commit, and of nothing that they find by themselves in time: they look each second."""
    await stores[0].edit_directory(DIRECTORY)
    await stores[0].workers.name()
    news = await heard(stores[1])
    drafts = tuple(Draft(f"k{n}", Op.POST, "triage", said("a")) for n in range(3))
    far, near = {"a": minutes(1)}, {"a": T0}

    async def told(change: Change) -> bool:
        await stores[0].commit(change)
        stores[0].workers.tell("end")
        first = await news.get()
        return first == WAKE and await news.get() == "end"

    async with asyncio.timeout(10):
        assert await told(Change(outbox=drafts))
        assert not await told(Change(outbox=(Draft("s", Op.POST, "triage", said("a")),), suppressed=True))
        assert not await told(Change(requests=(opening(1, timers=far),), at=T0))
        assert await told(Change(requests=(opening(2, timers=near),), at=T0))
        assert not await told(Change(timers={"digest": far}, at=T0))
        assert await told(Change(timers={"digest": near}, at=T0))

        def decide(timer: Timer, request: Request | None, directory: Directory) -> Change:
            return Change(outbox=(Draft(timer.subject, Op.POST, "triage", said("a")),))

        assert await stores[0].fire_due(minutes(1), 9, decide) == 2
        assert await news.get() == WAKE, "once for the whole batch"
        welcome = Draft("w", Op.POST, "triage", said("a"))
        await stores[0].edit_directory(DirectoryEdit(outbox=(welcome,)))
        assert await news.get() == WAKE
    assert news.empty()


async def test_a_worker_that_stands_still_in_a_transaction_holds_up_nobody(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped with the claim's lock in hand: the server ends its transaction, nothing of it stays, the others go on."""
    assert runner.SESSION["idle_in_transaction_session_timeout"] == "30s"
    monkeypatch.setitem(runner.SESSION, "idle_in_transaction_session_timeout", "50ms")
    still = await runner.connect(url)
    try:

        def stopped() -> Tx[None]:
            yield from ask("one_claim_at_a_time")
            yield from ask("put_counter", name="lost", value=1)
            time.sleep(0.5)
            yield from ask("counter_value", name="lost")

        with pytest.raises(Failed):
            await still.write(stopped())
        other = await open_store(url)
        try:
            async with asyncio.timeout(10):
                assert await other.claim_outbox(now=T0, machine=T0, owner="1", lease_until=minutes(1), limit=1) == ()
        finally:
            await other.close()
        assert await execute(url, "SELECT value FROM counter WHERE name = 'lost'") == []
        assert await still.time() is not None, "it goes on with another connection"
    finally:
        await still.close()


async def test_all_that_serve_go_by_one_key(stores: list[SqlStore], url: str) -> None:
    """Of two keys the second is noticed while the first is held, also after a broken line; then it may be another."""
    assert await stores[0].workers.agree(b"one")
    assert await stores[1].workers.agree(b"one")
    name = await stores[0].workers.name()
    await cut(url, stores[0])
    await until_renamed(stores[0], name)
    await stores[1].close()
    other = await open_store(url)
    try:
        assert not await other.workers.agree(b"two")
        await stores[0].close()
        assert await other.workers.agree(b"two")
    finally:
        await other.close()


async def test_the_time_is_the_servers(stores: list[SqlStore]) -> None:
    """As an aware instant that goes on."""
    first, second = await stores[0].time(), await stores[1].time()
    assert first is not None
    assert second is not None
    assert first.utcoffset() is not None
    assert first < second


async def test_one_at_a_time_holds_an_office(url: str, stores: list[SqlStore]) -> None:
    """The first that asks has it, however often; another one once it let go, or is gone. Whose line broke asks anew.
    One of another name is another one, and no worker's number is taken by it."""
    first, second = stores
    assert [await first.workers.hold("listen"), await first.workers.hold("listen")] == [True, True]
    assert not await second.workers.hold("listen")
    assert await second.workers.hold("speak")
    await second.workers.let_go("listen")  # it never had it
    assert not await second.workers.hold("listen")
    await first.workers.let_go("listen")
    assert await second.workers.hold("listen")
    assert not await first.workers.hold("listen")
    name = await second.workers.name()
    await cut(url, second)
    await until_renamed(second, name)
    assert [await first.workers.hold("listen"), await second.workers.hold("listen")] == [True, False]
    await first.close()
    for _ in range(100):
        if await second.workers.hold("listen"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody has it")
