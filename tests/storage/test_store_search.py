"""Searching: both databases find and count alike, whatever the script, and never what their reader may not see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from store_builders import ANNA, DIRECTORY, ERIK, T0, execute, opening, step

from bot.codec import request_shape
from bot.desk.changing import RATE, timers
from bot.desk.context import Rules
from bot.domain.events import (
    AskedClient,
    Assigned,
    ClientWrote,
    Closed,
    MessageDeleted,
    NoteAdded,
    Opened,
    PolicyApplied,
    Status,
    Tagged,
    Untagged,
)
from bot.domain.labels import read_tag
from bot.domain.people import Person, Role
from bot.domain.policy import Priority
from bot.domain.search import Among, Search, Sort, parse
from bot.ports import Change, RequestQuery
from storage import SqlStore, open_store, read_store, upgrade_database

pytestmark = pytest.mark.asyncio

EVA = Person("eva", "Eva", Role.CLIENT, "Europe/Vienna", "ÖBB")
BEN = Person("ben", "Ben", Role.CLIENT, "Europe/London", "ACME")
LATER = T0 + timedelta(days=2)


async def find(store: SqlStore, text: str, viewer: Person = ERIK) -> list[int]:
    """What that person finds."""
    search = parse(text, actor=viewer, directory=await store.directory(), at=LATER)
    page = await store.page(RequestQuery(viewer=viewer, search=search))
    assert page.total == len(page.requests)
    assert page.newest == max((r.number for r in page.requests), default=0)
    return [request.number for request in page.requests]


async def filled(store: SqlStore) -> None:
    """A few requests of two clients, with words and in states of all kinds."""
    first = opening(1, title="The export fails", details="Since Monday")
    secret = step(None, Opened(2, "ACME", "Export of salaries", "anna", T0, "form", private=True), by=ANNA)
    shared = step(None, Opened(3, "ACME", "Contract", "anna", T0, "form", private=True, stakeholders=("ben",)), by=ANNA)
    other = opening(4, client="ÖBB", title="GRÖSSE der Straße", requester="eva")
    await store.commit(Change(requests=(first, secret, shared, other)))
    talk = step(
        first.request,
        ClientWrote("Café 漢字 disk nearly full", message="7"),
        NoteAdded("they owe us money"),
        Assigned(None, "erik"),
        at=T0 + timedelta(days=1),
    )
    await store.commit(Change(requests=(talk,)))
    await store.commit(Change(requests=(step(other.request, Closed(Status.NEW, "by phone")),)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("export", [2, 1]),
        ("EXPORT monday", [1]),
        ("cafe", [1]),
        ("CAFÉ", [1]),
        ("漢字", [1]),
        ("字", [1]),
        ("strasse", [4]),
        ("grosse", [4]),
        ("gröss", [4]),
        ("expo", [2, 1]),
        ("expo monday", []),
        ('"nearly full"', [1]),
        ('"full nearly"', []),
        ('"disk nearl"', []),
        ('disk "nearly full"', [1]),
        ("nearly-full", [1]),
        ("export -salaries", [1]),
        ('export -"nearly full"', [2]),
        ("-export status:all", [4, 3]),
        ("money", [1]),
        ("full they", [1]),
        ('"full they"', []),
        ("4", [4]),
        ("acme-1", [1]),
        ("ÖBB-4", [4]),
        ("ACME-4", []),
        ("client:acme", [3, 2, 1]),
        ("client:öbb status:all", [4]),
        ("-client:acme status:all", [4]),
        ("owner:erik", [1]),
        ("-unowned", [1]),
        ("unowned", [3, 2]),
        ("requester:@anna -mine", [3, 2]),
        ("private", [3, 2]),
        ("-private", [1]),
        ("status:closed", [4]),
        ("status:active,closed", [4, 1]),
        ("older:1d", [3, 2, 1]),
        ("newer:1d", []),
        ("quiet:30h", [3, 2]),
        ("-quiet:30h", [1]),
        ("p3", [3, 2, 1]),
        ("-p3", []),
        ("kind:question", []),
        ("-kind:question", [3, 2, 1]),
        ("due:4h", [1]),
        ("sort:old", [1, 2, 3]),
        ("sort:due", [1, 3, 2]),
        ("sort:updated", [1, 3, 2]),
    ],
)
async def test_both_databases_find_alike(store: SqlStore, text: str, found: list[int]) -> None:
    """Words in any script and case, phrases, what must not be, and each filter."""
    await store.edit_directory(replace(DIRECTORY, people=(ANNA, ERIK, EVA, BEN)))
    await filled(store)
    assert await find(store, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:vip", [3, 1]),
        ("tag:VIP export", [1]),
        ("tag:vip,größe", [3, 2, 1]),
        ("tag:vip tag:größe", [3, 2, 1]),
        ("-tag:vip", [4, 2]),
        ("-tag:vip -tag:größe", [4]),
        ("tag:vip client:ÖBB", []),
        ("tag:vi", []),
        ("tag:new-client status:closed", [5]),
        ("tag:vip status:open", [3, 1]),
    ],
)
async def test_tags_are_found_alike(store: SqlStore, text: str, found: list[int]) -> None:
    """Whole tags, of whatever letters, one of several or none of them; gone with the tag."""
    told = [
        (opening(1, title="The export fails"), ("vip", "größe")),
        (opening(2, title="Invoice"), ("größe",)),
        (opening(3, title="Login"), ("vip",)),
        (opening(4, client="ÖBB", title="Export", requester="eva"), ("vip", "other")),
        (opening(5, title="Contract"), ("new-client",)),
    ]
    for made, tags in told:
        await store.commit(Change(requests=(made,)))
        tagged = step(made.request, *(Tagged(read_tag(tag)) for tag in tags))
        await store.commit(Change(requests=(tagged,)))
        ended = {4: Untagged("vip"), 5: Closed(Status.NEW, "by phone")}.get(made.request.number)
        if ended:
            await store.commit(Change(requests=(step(tagged.request, ended),)))
    assert await find(store, text) == found


async def test_nobody_finds_or_counts_what_they_may_not_see(store: SqlStore) -> None:
    """Another client's, a private one they are not named on, and by the team's words none."""
    await store.edit_directory(replace(DIRECTORY, people=(ANNA, ERIK, EVA, BEN)))
    await filled(store)
    assert await find(store, "status:all", ANNA) == [3, 2, 1]
    assert await find(store, "status:all", BEN) == [3, 1]
    assert await find(store, "status:all", EVA) == [4]
    assert await find(store, "export", BEN) == [1]
    assert await find(store, "export", EVA) == []
    assert await find(store, "money", ANNA) == []
    assert await find(store, "-money status:all", BEN) == [3, 1], "nor by its absence"
    for stranger in (replace(BEN, active=False), replace(BEN, client=None), replace(ERIK, active=False)):
        page = await store.page(RequestQuery(viewer=stranger))
        assert (page.requests, page.total) == ((), 0)


async def test_words_taken_back_are_found_no_more(store: SqlStore) -> None:
    """A deleted message leaves the index with its words."""
    first = opening(1)
    talk = step(first.request, ClientWrote("my password is swordfish", message="7"), by=ANNA)
    await store.commit(Change(requests=(first,)))
    await store.commit(Change(requests=(talk,)))
    assert await find(store, "swordfish") == [1]
    gone = step(talk.request, MessageDeleted("7", 3, "my password is swordfish"), by=ANNA)
    await store.commit(Change(requests=(gone,)))
    assert await find(store, "swordfish") == []
    assert await store.check() == ()


async def test_the_named_request_comes_first_and_pages_do_not_move(store: SqlStore) -> None:
    """An exact number leads whatever the order; a later request is not on an earlier search's next page."""
    await store.commit(Change(requests=tuple(opening(n, details="like 3") for n in range(1, 8))))
    assert (await find(store, "3"))[0] == 3
    search = Search(sort=Sort.NEW)
    first = await store.page(RequestQuery(search=search, limit=3))
    assert ([r.number for r in first.requests], first.total, first.newest) == ([7, 6, 5], 7, 7)
    await store.commit(Change(requests=(opening(8),)))
    second = await store.page(RequestQuery(search=search, limit=3, offset=3, up_to=first.newest))
    assert ([r.number for r in second.requests], second.total) == ([4, 3, 2], 7)
    beyond = await store.page(RequestQuery(search=search, limit=3, offset=90))
    assert (beyond.requests, beyond.total) == ((), 8)


async def test_odd_searches_break_nothing(store: SqlStore) -> None:
    """Whatever the words hold, they are words."""
    await store.commit(Change(requests=(opening(1),)))
    for odd in (
        "a AND b",
        "NOT x",
        "NEAR(a b)",
        "public:x",
        "x*",
        "a:*",
        "& | !",
        "'; --",
        '"',
        "\\",
        "{}",
        "x" * 9000,
    ):
        await store.page(RequestQuery(words=odd, viewer=ANNA))
        await store.page(RequestQuery(words=f"{odd} {odd}"))
    ids = Among(any=('"', "'", "[", "]"), none=("\\", ","))
    assert (await store.page(RequestQuery(search=Search(owners=ids, kinds=ids, clients=ids)))).total == 0


async def test_requests_from_before_are_filled_at_the_upgrade(url: str, store: SqlStore) -> None:
    """What an earlier release wrote is found and sorted like the rest; a row that cannot be read is made anew, and
    a damaged history does not stop the start."""
    await store.edit_directory(replace(DIRECTORY, people=(ANNA, ERIK, EVA, BEN)))
    await filled(store)
    await store.close()
    await execute(url, "DELETE FROM request_words")
    await execute(url, "DELETE FROM counter WHERE name = 'row_shape'")
    await execute(url, "UPDATE request SET viewers = NULL, spoken_at = NULL, next_due_at = NULL, updated_at = NULL")
    await execute(url, "UPDATE request SET state = '{' WHERE number = 3")
    await execute(url, "UPDATE history SET body = '{' WHERE request = 4")
    await upgrade_database(url)
    again = await open_store(url)
    try:
        assert await find(again, "swordfish") == []
        assert await find(again, "money") == [1]
        assert await find(again, "export", BEN) == [1]
        assert await find(again, "quiet:30h number") == []
        (damaged,) = await again.check()
        assert damaged.startswith("ÖBB-4 cannot be replayed")
    finally:
        await again.close()


async def test_a_row_from_before_is_made_anew_of_its_history(url: str, store: SqlStore) -> None:
    """What this release reads out of a history, and waits for, an earlier one did not write: check finds nothing, and
    a request that waits for its client is followed up like a new one."""
    asked = step(opening(1).request, AskedClient(Status.NEW, "Which?"), by=ERIK)
    await store.commit(Change(requests=(opening(1),)))
    await store.commit(Change(requests=(asked,)))
    await store.close()
    ((state,),) = await execute(url, "SELECT state FROM request WHERE number = 1")
    earlier = json.dumps({k: v for k, v in json.loads(state).items() if k not in ("attention", "rating")})
    await execute(url, "DELETE FROM request_words")
    await execute(url, "DELETE FROM counter WHERE name = 'row_shape'")
    await execute(url, f"UPDATE request SET state = '{earlier}'")  # noqa: S608 -- the test's own words
    await execute(url, "DELETE FROM timer")
    await upgrade_database(url)
    again = await open_store(url)
    try:
        assert await again.check() == ()
        wanted = timers(asked.request, await again.directory(), Rules())
        assert {timer.kind for timer in await again.timers("request:1")} == wanted.keys() - {RATE}
        assert wanted.keys() - {RATE}
    finally:
        await again.close()


async def test_rows_of_another_release_are_made_anew_once(url: str, store: SqlStore) -> None:
    """A field that this release adds is not in rows that have all else: at the next start they are made of their
    history, waits keep their time, and the start after that leaves them alone."""
    asked = step(opening(1).request, AskedClient(Status.NEW, "Which?"), by=ERIK, timers={"waiting": LATER})
    await store.commit(Change(requests=(opening(1),)))
    await store.commit(Change(requests=(asked,)))
    await store.close()
    ((state,),) = await execute(url, "SELECT state FROM request WHERE number = 1")
    earlier = json.dumps({k: v for k, v in json.loads(str(state)).items() if k != "attention"})
    older = f"UPDATE request SET state = '{earlier}'"  # noqa: S608 -- the test's own words
    await execute(url, older)
    await execute(url, "UPDATE counter SET value = value + 1 WHERE name = 'row_shape'")
    again = await read_store(url)
    try:
        assert [line for line in await again.check() if "steward db upgrade" in line]
    finally:
        await again.close()
    await upgrade_database(url)
    again = await open_store(url)
    try:
        assert await again.request(1) == asked.request
        assert {t.kind: t.due_at for t in await again.timers("request:1")}["waiting"] == LATER
        assert await again.check() == ()
        await execute(url, older)
        await again.fill()
        assert await again.request(1) != asked.request, "only once: a start reads no history that it need not"
    finally:
        await again.close()


@pytest.mark.postgres
async def test_a_row_that_another_process_holds_is_left_for_the_next_start(postgres_url: str) -> None:
    """It would stay as it was; so the database is not called done."""
    store = await open_store(postgres_url)
    holder = await asyncpg.connect(postgres_url)
    try:
        await store.edit_directory(DIRECTORY)
        await store.commit(Change(requests=(opening(1),)))
        await execute(postgres_url, "DELETE FROM counter WHERE name = 'row_shape'")
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM request WHERE number = 1 FOR UPDATE")
            await store.fill()
            assert not await store.shaped()
        await store.fill()
        assert await store.shaped()
    finally:
        await holder.close()
        await store.close()


async def test_the_shape_is_of_fields_and_not_of_what_is_said_of_them() -> None:
    """A sentence that is written better makes no desk read all its histories again; the request's title is a field."""
    shape = request_shape()
    assert "title" in shape["$defs"]["Request"]["properties"]
    assert "title" not in shape
    assert '"description": "' not in json.dumps(shape)


async def test_imported_work_is_found_at_once(store: SqlStore) -> None:
    """A request that comes with its whole history in one change is indexed by all of it."""
    opened = Opened(500, "ACME", "Old matter", "anna", T0, "phone", kind="Question")
    whole = step(None, opened, PolicyApplied(DIRECTORY.policies[0].terms(Priority.P3)), NoteAdded("VPN"), by=ERIK)
    await store.commit(Change(requests=(whole,)))
    assert await find(store, "vpn kind:question") == [500]
