"""Requests: written whole or not at all, under the version their writer saw, and found again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest
from store_builders import ANNA, ERIK, ODD, ROOM, T0, minutes, note, opening, ref, said, step

from bot.domain.capacity import Load
from bot.domain.events import Assigned, Breached, Opened, Status
from bot.domain.policy import Priority
from bot.domain.request import claim
from bot.ports import AlreadyHandled, Change, Conflict, Draft, InboxId, Op, RecentQuery, RequestQuery, Source
from storage import SqlStore

pytestmark = pytest.mark.asyncio


async def test_numbers_are_never_given_twice(store: SqlStore) -> None:
    """Numbers start at 1 and go up, however many ask at once."""
    assert await store.reserve_number() == 1
    given = await asyncio.gather(*(store.reserve_number() for _ in range(20)))
    assert sorted(given) == list(range(2, 22))


async def test_an_imported_number_is_not_given_again(store: SqlStore) -> None:
    """A request written with a number of its own lifts the counter past it; a smaller one does not lower it."""
    await store.commit(Change(requests=(opening(500),)))
    await store.commit(Change(requests=(opening(7),)))
    assert await store.reserve_number() == 501


async def test_a_request_and_its_history_come_back_as_they_were(store: SqlStore) -> None:
    """What is read equals what was written, odd text and instants to the microsecond included."""
    change = opening(2**53 + 1, title=ODD.strip(), details=ODD * 50)
    await store.commit(Change(requests=(change,)))
    more = step(change.request, Assigned(None, "erik"), at=T0.replace(microsecond=123_457))
    await store.commit(Change(requests=(more,)))

    assert await store.request(change.request.number) == more.request
    assert await store.history(change.request.number) == (*change.entries, *more.entries)


async def test_unknown_numbers_name_nothing(store: SqlStore) -> None:
    """A number nobody has, negative or beyond any column, is answered like any other that names nothing."""
    for number in (0, -1, 1, 2**63 - 1, 2**63, 10**40):
        assert await store.request(number) is None
        assert await store.history(number) == ()


async def test_a_taken_number_is_a_conflict(store: SqlStore) -> None:
    """A new request never replaces another."""
    await store.commit(Change(requests=(opening(1, title="first"),)))
    with pytest.raises(Conflict):
        await store.commit(Change(requests=(opening(1, title="second"),)))
    found = await store.request(1)
    assert found is not None
    assert found.title == "first"


async def test_an_outdated_version_is_a_conflict_and_writes_nothing(store: SqlStore) -> None:
    """Whoever decided on an old row is refused with all that came along: history, timers, messages, sources, inbox."""
    first = opening(1)
    await store.commit(Change(requests=(first,)))
    await store.commit(Change(requests=(note(first.request, "mine"),)))
    inbox = InboxId("slack", "Ev1")
    late = Change(
        requests=(opening(2), note(first.request, "too late", timers={"x": T0})),
        outbox=(Draft("k", Op.POST, "client:ACME", said("x")),),
        sources=(Source(ref("1"), "anna", T0, "x", "1"),),
        bindings=(("client:ACME", ROOM),),
        inbox=inbox,
    )
    with pytest.raises(Conflict):
        await store.commit(late)

    assert [entry.seq for entry in await store.history(1)] == [1, 2, 3]
    assert await store.request(2) is None
    assert await store.timers("request:1") == ()
    assert await store.outbox_states() == {}
    assert await store.source(ref("1")) is None
    assert await store.binding("client:ACME") is None
    assert await store.handled(inbox) is None


async def test_of_two_commits_on_one_version_exactly_one_wins(store: SqlStore) -> None:
    """Two people press at once: one change stands, the other is told."""
    first = opening(1)
    await store.commit(Change(requests=(first,)))
    results = await asyncio.gather(
        *(store.commit(Change(requests=(note(first.request, str(i)),))) for i in range(8)), return_exceptions=True
    )
    assert sorted(type(r).__name__ for r in results) == ["Conflict"] * 7 + ["NoneType"]
    assert len(await store.history(1)) == 3


async def test_many_tasks_on_many_requests_lose_nothing(store: SqlStore) -> None:
    """No transaction sees another's half: each of many commits at once is there in full."""
    await asyncio.gather(*(store.commit(Change(requests=(opening(n),))) for n in range(1, 31)))
    for number in range(1, 31):
        assert len(await store.history(number)) == 2


async def test_a_row_that_is_not_at_its_last_entry_is_refused(store: SqlStore) -> None:
    """A change whose request and entries disagree is a mistake of the caller, and writes nothing."""
    change = opening(1)
    with pytest.raises(ValueError, match="ACME-1"):
        await store.commit(Change(requests=(replace(change, request=replace(change.request, version=9)),)))
    assert await store.request(1) is None


async def test_text_with_a_nul_is_refused_on_both(store: SqlStore) -> None:
    """PostgreSQL cannot hold a NUL, so no database of the desk does; nothing is written."""
    with pytest.raises(ValueError, match="NUL"):
        await store.commit(Change(requests=(opening(1, title="a\0b"),)))
    assert await store.request(1) is None


async def test_an_event_is_handled_once(store: SqlStore) -> None:
    """A redelivery changes nothing and is answered alike; the same id of another platform is another event."""
    inbox = InboxId("slack", "Ev1")
    assert await store.handled(inbox) is None
    await store.commit(Change(requests=(opening(1),), inbox=inbox, result="ACME-1"))
    with pytest.raises(AlreadyHandled) as caught:
        await store.commit(Change(requests=(opening(2),), inbox=inbox, result="ACME-2"))
    assert caught.value.result == "ACME-1"
    assert await store.handled(inbox) == "ACME-1"
    assert await store.request(2) is None
    await store.commit(Change(inbox=InboxId("discord", "Ev1")))


async def test_of_two_deliveries_at_once_one_is_handled(store: SqlStore) -> None:
    """Two sockets bring the same event: one request comes of it."""
    changes = [Change(requests=(opening(n),), inbox=InboxId("slack", "Ev1"), result=str(n)) for n in (1, 2)]
    results = await asyncio.gather(*(store.commit(change) for change in changes), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyHandled", "NoneType"]
    assert len(await store.requests(RequestQuery())) == 1


async def test_each_field_of_a_query_narrows(store: SqlStore) -> None:
    """Client, owner, requester, status, priority and ownerlessness each ask for less; newest number first."""
    first, second = opening(1), opening(2, client="ÖBB", requester="eva")
    taken = step(first.request, *claim(first.request, by=ERIK))
    await store.commit(Change(requests=(first, second, opening(3))))
    await store.commit(Change(requests=(taken,)))

    async def numbers(query: RequestQuery) -> list[int]:
        return [request.number for request in await store.requests(query)]

    assert await numbers(RequestQuery()) == [3, 2, 1]
    assert await numbers(RequestQuery(client="ÖBB")) == [2]
    assert await numbers(RequestQuery(owner="erik")) == [1]
    assert await numbers(RequestQuery(unowned=True)) == [3, 2]
    assert await numbers(RequestQuery(requester=ANNA.id)) == [3, 1]
    assert await numbers(RequestQuery(statuses=(Status.ACTIVE, Status.WAITING_CLIENT))) == [1]
    assert await numbers(RequestQuery(priority=Priority.P3)) == [3, 2, 1]
    assert await numbers(RequestQuery(priority=Priority.P1)) == []
    assert await numbers(RequestQuery(limit=2)) == [3, 2]
    assert await numbers(RequestQuery(limit=2, offset=2)) == [1]
    assert await numbers(RequestQuery(limit=-1)) == []
    assert await numbers(RequestQuery(limit=10**30, offset=-5)) == [3, 2, 1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("export", [2, 1]),
        ("EXPORT fails", [1]),
        ("grösse", [3]),
        ("GRÖSSE", [3]),
        ("strasse", [3]),
        ("42", [42]),
        ("#42", [42]),
        ("acme-42", [42]),
        ("ACME-4", []),
        ("100%", [2]),
        ("%", [42, 3, 2, 1]),
        ("_", [42, 3, 2, 1]),
        ("a\\b", [2]),
        ("'; DROP TABLE request; --", []),
        ("export\0", [2, 1]),
        ("exp", [2, 1]),
        ("exp fails", []),
        ("port", []),
        ("  ", [42, 3, 2, 1]),
        ("x" * 100_000, []),
    ],
)
async def test_words_are_found_as_they_are(store: SqlStore, words: str, found: list[int]) -> None:
    """Every word must be there, whatever its case in any script, the last perhaps unfinished; signs alone are none."""
    await store.commit(
        Change(
            requests=(
                opening(1, title="The export fails"),
                opening(2, title="Export at 100%", details="path a\\b, issue #7"),
                opening(3, title="GRÖSSE der Straße"),
                opening(42, title="Other", details="nothing"),
            )
        )
    )
    assert [request.number for request in await store.requests(RequestQuery(words=words))] == found


async def test_the_newest_words_are_searched(store: SqlStore) -> None:
    """A search sees the request as it stands."""
    first = opening(1)
    await store.commit(Change(requests=(first,)))
    later = note(first.request)
    await store.commit(Change(requests=(replace(later, request=replace(later.request, title="Renamed")),)))
    assert await store.requests(RequestQuery(words="export")) == ()
    assert len(await store.requests(RequestQuery(words="renamed"))) == 1


async def test_tokens_are_used_once(store: SqlStore) -> None:
    """A one-time link works once; when it has expired it is forgotten, for then it is refused by its date."""
    assert await store.use_once("abc", T0, minutes(10))
    assert not await store.use_once("abc", minutes(1), minutes(10))
    assert await store.use_once("def", minutes(1), minutes(10))
    assert await store.use_once("abc", minutes(10), minutes(20))


async def test_of_two_uses_at_once_one_succeeds(store: SqlStore) -> None:
    """A link pressed twice at once signs one person in."""
    used = await asyncio.gather(*(store.use_once("abc", T0, minutes(10)) for _ in range(5)))
    assert sorted(used) == [False, False, False, False, True]


async def test_the_last_words_about_requests(store: SqlStore) -> None:
    """What people said or noted counts, what only changed hands does not; one without a word is left out."""
    change = opening(1)
    later = note(change.request)
    taken = step(later.request, Assigned(None, "erik"), at=minutes(50))
    for part in (change, later, taken, opening(2)):
        await store.commit(Change(requests=(part,)))
    assert await store.last_words([1, 2, 3, 10**40]) == {1: T0}
    assert await store.last_words([]) == {}


async def test_what_happened_lately_across_requests(store: SqlStore) -> None:
    """The newest first, with the request as it stands; by client and kind; page by page through equal instants."""
    for number in (1, 2, 3):
        await store.commit(Change(requests=(opening(number),)))
    everything = await store.recent_entries(RecentQuery())
    marks = [happened.mark for happened in everything]
    assert marks == sorted(marks, reverse=True)
    assert {happened.request.number for happened in everything} == {1, 2, 3}
    paged: list[tuple[datetime, int, int]] = []
    before = None
    while page := await store.recent_entries(RecentQuery(before=before, limit=2)):
        paged += [happened.mark for happened in page]
        before = paged[-1]
    assert paged == marks
    opened = await store.recent_entries(RecentQuery(kinds=(Opened,)))
    assert [happened.request.number for happened in opened] == [3, 2, 1]
    assert await store.recent_entries(RecentQuery(kinds=(Breached,))) == ()
    assert await store.recent_entries(RecentQuery(client="NOBODY")) == ()
    client = everything[0].request.client
    assert await store.recent_entries(RecentQuery(client=client)) == everything
    assert await store.recent_entries(RecentQuery(limit=0)) == ()


async def test_what_each_owner_has_and_how_much_of_it_is_late(store: SqlStore) -> None:
    """Open requests alone; late from the very instant at which something is due."""
    for number in (1, 2, 3):
        change = opening(number)
        await store.commit(Change(requests=(change,)))
        if number < 3:
            await store.commit(Change(requests=(step(change.request, Assigned(None, "erik")),)))
    assert await store.open_loads(minutes(59)) == {"erik": Load(2, 0)}
    assert await store.open_loads(minutes(60)) == {"erik": Load(2, 2)}
