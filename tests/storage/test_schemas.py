"""One desk is one PostgreSQL schema: desks that share a database share nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from store_builders import DIRECTORY, T0, execute, minutes, opening, said

from bot.ports import Change, Draft, Op, Place, RequestQuery
from bot.ports.workers import WAKE
from storage import BadUrl, SchemaOutdated, SqlStore, open_store, read_store, upgrade_database
from storage.urls import PostgresDatabase, parse

pytestmark = [pytest.mark.asyncio, pytest.mark.postgres]

TRIAGE = (("triage", Place("web", "main", "triage")),)


def within(url: str, schema: str) -> str:
    """The same database, in that schema."""
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"


@pytest.fixture(scope="module")
def template(postgres_server: str) -> Iterator[str]:
    """The name of a database with two upgraded schemas, for others to be copied from: that is fast."""
    name = f"steward_schemas_{uuid4().hex[:12]}"
    asyncio.run(sql(postgres_server, f"CREATE DATABASE {name}"))
    for schema in ("acme", "zeta"):
        asyncio.run(upgrade_database(within(postgres_server.format(name), schema)))
    yield name
    asyncio.run(sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def url(postgres_server: str, template: str) -> Iterator[str]:
    """A database with both schemas, and nothing in `public`."""
    name = f"steward_{uuid4().hex[:12]}"
    asyncio.run(sql(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield postgres_server.format(name)
    asyncio.run(sql(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


async def sql(server: str, statement: str) -> None:
    """Run it on the server, in no test's database."""
    connection = await asyncpg.connect(server.format("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def desks(url: str) -> AsyncIterator[list[SqlStore]]:
    """Two desks in one database, each in a schema of its own."""
    async with AsyncExitStack() as stack:
        opened: list[SqlStore] = []
        for schema in ("acme", "zeta"):
            opened.append(await open_store(within(url, schema)))
            stack.push_async_callback(opened[-1].close)
            await opened[-1].edit_directory(DIRECTORY)
        yield opened


async def claimed(desk: SqlStore) -> int:
    """How many messages its worker 1 takes."""
    return len(await desk.claim_outbox(now=T0, machine=T0, owner="1", lease_until=minutes(1), limit=9))


async def test_desks_in_one_database_share_nothing(desks: list[SqlStore], url: str) -> None:
    """The same numbers, each desk's own words; nothing in `public`; each is whole by itself."""
    titles = ("Acme's secret", "Zeta's own")
    await desks[0].commit(Change(requests=(opening(1, title=titles[0]),)))
    assert await desks[1].request(1) is None
    assert await desks[1].reserve_number() == await desks[0].reserve_number() - 1
    await desks[1].commit(Change(requests=(opening(1, title=titles[1]),)))
    for desk, title in zip(desks, titles, strict=True):
        assert [request.title for request in await desk.requests(RequestQuery())] == [title]
        assert await desk.check() == ()
    assert (await desks[1].page(RequestQuery(words="secret"))).total == 0
    await desks[0].erasing.compact()
    tables = await execute(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    assert tables == [(0,)]


async def test_desks_never_wake_or_recover_each_other(desks: list[SqlStore], url: str) -> None:
    """Their workers have the same numbers, their news go nowhere else, and a worker of one is nobody to the other."""
    assert [await desk.workers.name() for desk in desks] == ["1", "1"]
    news: asyncio.Queue[str] = asyncio.Queue()
    await desks[1].workers.listen(news.put_nowait, lambda: None)
    for desk in desks:
        await desk.commit(Change(bindings=TRIAGE, outbox=(Draft("a", Op.POST, "triage", said("a")),)))
        assert await claimed(desk) == 1
    # That there is a worker 1 in the other schema keeps nobody alive here.
    await desks[0].close()
    another = await open_store(within(url, "acme"))
    try:
        owner = await another.workers.name()
        assert await another.recover(minutes(0.1), owner=owner, look_at=minutes(0.2)) == 1
        another.workers.tell(WAKE)
    finally:
        await another.close()
    assert await desks[1].outbox_states() == {"sending": 1}
    assert news.empty()


async def test_desks_never_wait_for_each_other(desks: list[SqlStore], url: str) -> None:
    """What is locked while a transaction lasts is of one schema: another desk claims while this one is held up."""
    holder = await asyncpg.connect(within(url, "acme"))
    try:
        async with holder.transaction():
            await holder.execute("SELECT pg_advisory_xact_lock(hashtext(current_schema()), 7836927)")
            waits = asyncio.create_task(claimed(desks[0]))
            async with asyncio.timeout(10):
                assert await claimed(desks[1]) == 0
            assert not waits.done()
        assert await waits == 0
    finally:
        await holder.close()


async def test_an_existing_desk_stays_in_public(postgres_url: str) -> None:
    """A database without the setting works as before; a desk in a schema beside it neither sees nor moves it."""
    old = await open_store(postgres_url)
    try:
        await old.edit_directory(DIRECTORY)
        await old.commit(Change(requests=(opening(1),)))
    finally:
        await old.close()
    with pytest.raises(SchemaOutdated, match="schema acme holds no desk: check the address"):
        await read_store(within(postgres_url, "acme"))
    assert (await upgrade_database(within(postgres_url, "acme")))[0] is None
    for url, there in ((within(postgres_url, "acme"), False), (postgres_url, True)):
        reading = await read_store(url)
        try:
            assert (await reading.request(1) is not None) is there
            assert await reading.check() == ()
        finally:
            await reading.close()


async def test_two_that_start_at_once_make_one_schema(empty_postgres_url: str) -> None:
    """The second waits and finds it made."""
    stores = await asyncio.gather(*(open_store(within(empty_postgres_url, "acme")) for _ in range(2)))
    for store in stores:
        await store.close()


@pytest.mark.parametrize(
    "query",
    [
        "options=-csearch_path%3Dacme,public",
        "search_path=Acme",
        "search_path=pg_x",
        "options=-c%20search_path%3D%22a%22",
    ],
)
async def test_a_path_of_several_schemas_is_refused(query: str) -> None:
    """What is missing in the first would be found in the next: another desk's rows."""
    with pytest.raises(BadUrl, match="STEWARD_DATABASE_SCHEMA=acme"):
        parse(f"postgresql://u:secret@h/db?{query}")


@pytest.mark.parametrize(
    "query", ["options=-csearch_path%3Dacme", "search_path=acme", "options=-c%20search_path%3Dacme%20-cjit%3Doff"]
)
async def test_the_schema_of_a_url_is_read(query: str) -> None:
    """In each way that the driver understands; it is shown in messages."""
    database = parse(f"postgresql://u:secret@h/db?{query}")
    assert isinstance(database, PostgresDatabase)
    assert (database.schema, str(database)) == ("acme", "PostgreSQL on h, /db, schema acme")
