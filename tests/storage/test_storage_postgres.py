"""What only PostgreSQL has: several processes on one database (here several stores), and a server that may go away."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest
import pytest_asyncio
from store_builders import CALENDARS, DIRECTORY, T0, execute, minutes, note, opening, ref, said

from bot.domain.people import Directory
from bot.domain.request import Request
from bot.ports import Change, Conflict, Draft, Op, Place, RequestQuery, Sent, Timer, Urgency
from storage import CannotOpen, SqlStore, open_store
from storage.postgres.runner import connect
from storage.statements import load
from storage.transactions import directory, requests
from storage.tx import Tx, ask

pytestmark = [pytest.mark.asyncio, pytest.mark.postgres]


@pytest.fixture
def url(postgres_url: str) -> str:
    """PostgreSQL only."""
    return postgres_url


@pytest_asyncio.fixture
async def stores(url: str) -> AsyncIterator[list[SqlStore]]:
    """Three stores on one database, as three processes would have them."""
    async with AsyncExitStack() as stack:
        opened: list[SqlStore] = []
        for _ in range(3):
            opened.append(await open_store(url))
            stack.push_async_callback(opened[-1].close)
        await opened[0].edit_directory(DIRECTORY)
        yield opened


def decide(timer: Timer, request: Request | None, directory: Directory) -> Change:
    """A note for each timer, and a message."""
    assert request is not None
    assert "ACME" in directory.clients
    draft = Draft(f"{timer.subject}:{timer.kind}", Op.POST, "dm:erik", said(timer.kind))
    return Change(requests=(note(request, timer.kind, timers={}),), outbox=(draft,))


async def test_workers_fire_each_timer_once_between_them(stores: list[SqlStore]) -> None:
    """A timer that one holds is passed over by the others, who do not wait for it."""
    for number in range(1, 61):
        await stores[0].commit(Change(requests=(opening(number, timers={"a": minutes(1)}),)))
    fired = 0
    while await stores[0].next_due() is not None:
        fired += sum(await asyncio.gather(*(store.fire_due(minutes(2), 10, decide) for store in stores)))
    assert fired == 60
    assert await stores[0].outbox_states() == {"ready": 60}
    assert await stores[0].check() == ()


async def test_a_request_that_a_commit_holds_is_passed_over(stores: list[SqlStore], url: str) -> None:
    """Its timers are not waited for and not marked; the others fire, and these do once the request is free."""
    for number in (1, 2):
        await stores[0].commit(Change(requests=(opening(number, timers={"a": minutes(1)}),)))
    holder = await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM request WHERE number = 1 FOR UPDATE")
            assert await asyncio.wait_for(stores[0].fire_due(minutes(2), 10, decide), 5) == 1
            assert [timer.kind for timer in await stores[0].timers("request:1")] == ["a"]
            assert await stores[0].timers("request:2") == ()
    finally:
        await holder.close()
    assert await stores[0].fire_due(minutes(2), 10, decide) == 1
    assert await stores[0].next_due() is None


async def test_workers_share_the_timers_of_one_request(stores: list[SqlStore]) -> None:
    """Many timers on few requests, three workers at once: each decided once, no deadlock, history without a gap."""
    timers = {f"t{n}": minutes(1) for n in range(6)}
    await stores[0].commit(Change(requests=tuple(opening(n, timers=timers) for n in range(1, 5))))

    def keeping(timer: Timer, request: Request | None, directory: Directory) -> Change:
        assert request is not None
        left = {kind: at for kind, at in timers.items() if kind > timer.kind}
        return Change(requests=(note(request, timer.kind, timers=left),))

    fired = 0
    while await stores[0].next_due() is not None:
        fired += sum(await asyncio.gather(*(store.fire_due(minutes(2), 5, keeping) for store in stores)))
    assert fired == 24
    assert await stores[0].check() == ()


async def test_firing_and_commits_never_stand_in_each_others_way(stores: list[SqlStore]) -> None:
    """People change the very requests whose timers fire: no deadlock, no lost entry; who is late runs again."""
    changes = {n: opening(n, timers={"a": minutes(1)}) for n in range(1, 21)}
    await stores[0].commit(Change(requests=tuple(changes.values())))

    async def write(store: SqlStore, number: int) -> int:
        for _ in range(10):
            request = await store.request(number)
            assert request is not None
            try:
                await store.commit(Change(requests=(note(request, "mine", timers={"b": minutes(9)}),)))
            except Conflict:
                continue
            return 1
        return 0

    writers = [write(stores[1], n) for n in changes] + [write(stores[2], n) for n in reversed(changes)]
    firing = [stores[0].fire_due(minutes(2), 50, decide) for _ in range(3)]
    results = await asyncio.gather(*writers, *firing)
    assert sum(results[: len(writers)]) == 40
    assert await stores[0].check() == ()


async def test_workers_claims_never_overlap(stores: list[SqlStore]) -> None:
    """Three senders on many conversations, with alerts written meanwhile: never two of one conversation in flight."""
    places = tuple((f"c{n}", Place("web", "main", str(n))) for n in range(8))
    await stores[0].commit(Change(bindings=places))
    in_flight: dict[str, int] = {}
    sent: list[str] = []

    async def write() -> None:
        for round in range(6):
            for conversation, _ in places:
                urgency = Urgency.ALERT if round % 2 else Urgency.DIGEST
                draft = Draft(f"{conversation}:{round}", Op.POST, conversation, said("x"), urgency=urgency)
                await stores[0].commit(Change(outbox=(draft,)))

    async def relay(store: SqlStore, owner: str) -> None:
        while len(sent) < 48:
            rows = await store.claim_outbox(now=T0, machine=T0, owner=owner, lease_until=minutes(1), limit=3)
            for row in rows:
                assert row.id not in in_flight.values()
                assert row.conversation not in in_flight
                in_flight[row.conversation] = row.id
            await asyncio.sleep(0)
            for row in rows:
                del in_flight[row.conversation]
                assert await store.settle(row.id, owner, Sent(ref(str(row.id))))
                sent.append(row.key)

    await asyncio.gather(write(), *(relay(store, f"o{n}") for n, store in enumerate(stores)))
    assert len(sent) == len(set(sent)) == 48


async def test_another_process_sees_an_edited_directory(stores: list[SqlStore]) -> None:
    """The cache goes by the version in the database, not by who wrote it."""
    before = await stores[1].directory()
    await stores[0].edit_directory(DIRECTORY)
    assert (await stores[1].directory()).version == before.version + 1


async def test_lost_connections_are_made_anew(stores: list[SqlStore], url: str) -> None:
    """The server cut every connection, as a restart does: the next call works."""
    await execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    await asyncio.sleep(0.1)
    assert await stores[0].reserve_number() == 1


async def test_a_deadlock_is_a_conflict(stores: list[SqlStore]) -> None:
    """What the database undid in favour of another is run again like any lost race."""

    def crossed(first: int, second: int) -> Tx[None]:
        for subject in (first, second):
            yield from ask("want_timer", subject=f"s{subject}", kind="x", due_at=subject)
            yield from ask("all_people")

    runs = [(1, 2), (2, 1)]  # few: PostgreSQL looks for a deadlock after a second each
    tasks = (stores[n]._runner.write(crossed(*run)) for n, run in enumerate(runs))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results} <= {type(None), Conflict}


async def test_two_processes_may_start_at_once(empty_postgres_url: str) -> None:
    """Both upgrade; one finds the work done."""
    opened = await asyncio.gather(*(open_store(empty_postgres_url) for _ in range(3)), return_exceptions=True)
    try:
        assert all(isinstance(store, SqlStore) for store in opened), opened
    finally:
        for store in opened:
            if isinstance(store, SqlStore):
                await store.close()


@pytest.mark.skipif("STEWARD_TEST_POSTGRES" in os.environ, reason="passwords differ there")
async def test_what_cannot_be_reached_is_said_in_one_line(url: str) -> None:
    """A wrong database and a server that is not there: the mend is named, the password is not."""
    wrong = url.replace("postgres@", "postgres:secret@").replace("/steward_", "/nobody_")
    for bad, mend in ((wrong, r"createdb"), ("postgresql://u:secret@127.0.0.1:1/x", "who may use it")):
        with pytest.raises(CannotOpen, match=f"cannot be opened.*: .*{mend}") as caught:
            await open_store(bad)
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)


async def test_its_own_errors_stay_its_own(stores: list[SqlStore]) -> None:
    """A mistake in the tables comes out as the driver says it, and nothing was written."""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await stores[0].add("nowhere", at=T0, text="x")


async def test_a_word_that_fits_most_is_read_from_the_index(url: str) -> None:
    """Where the planner takes it to be as cheap to look at every row, that is forty times as slow."""
    runner = await connect(url)
    try:
        await runner.write(directory.edit(DIRECTORY))
        for number in range(1, 41):
            await runner.write(requests.write(opening(number), CALENDARS))
        asked = next(requests.find(RequestQuery(words="expo")))
        statement = load(postgres=True)[asked.query]
        async with runner._pool.acquire() as connection:
            await connection.execute("ANALYZE request_words")
            values = statement.bind(asked.params).values()
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement.numbered}", *values))
    finally:
        await runner.close()
    assert "ix_request_words_all" in plan
    assert "Seq Scan on request_words" not in plan
