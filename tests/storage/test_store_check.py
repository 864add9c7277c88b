"""The auditor: a sound database says nothing, a damaged one says what and where."""

from __future__ import annotations

import re

import pytest
from store_builders import ERIK, execute, note, opening, step

from bot.cli.db import mend
from bot.domain.request import claim, resolve
from bot.messages.model import Said, line
from bot.ports import Change, Draft, InboxId, Op
from storage import Failed, SqlStore
from storage.transactions import checks

pytestmark = pytest.mark.asyncio


async def test_a_sound_database_says_nothing(store: SqlStore) -> None:
    """Every row is what its history makes it."""
    first = opening(1)
    taken = step(first.request, *claim(first.request, by=ERIK))
    done = step(taken.request, *resolve(taken.request, summary="restarted it"))
    for change in (first, taken, done, opening(2)):
        await store.commit(Change(requests=(change,)))
    assert await store.check() == ()


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ('UPDATE request SET state = replace(state, \'{"number"\', \'{"owner":"eve","number"\')', "ACME-1 .* owner"),
        ("UPDATE request SET status = 'closed'", "ACME-1 .* repeat its state: status"),
        ("UPDATE history SET body = replace(body, 'noted', 'n')", "ACME-1 is not indexed by the words"),
        ("UPDATE history SET actor = 'eve' WHERE seq = 3", None),
        ("UPDATE request SET late_since = 0", "ACME-1 .* repeat its state: late_since"),
        ("UPDATE request_words SET team = 'other'", "ACME-1 is not indexed"),
        ("DELETE FROM request_words", "ACME-1 is not indexed"),
        ("UPDATE history SET body = replace(body, 'export', 'import') WHERE seq = 1", "ACME-1 .* title"),
        ("UPDATE history SET kind = 'dreamt' WHERE seq = 3", "ACME-1 cannot be replayed: .*dreamt"),
        ("DELETE FROM history WHERE seq = 2", "ACME-1 cannot be replayed"),
        ("DELETE FROM history", "ACME-1 cannot be replayed"),
        ("UPDATE request SET state = '{'", "ACME-1 cannot be replayed"),
        ("DELETE FROM calendar", "ACME-1 cannot be replayed"),
    ],
)
async def test_a_tampered_row_is_named(store: SqlStore, url: str, damage: str, finding: str | None) -> None:
    """The finding names the request and what is wrong; who wrote a note is no part of the state."""
    first = opening(1)
    await store.commit(Change(requests=(first, note(first.request))))
    assert await store.check() == ()
    await execute(url, damage)
    if "calendar" in damage:  # the snapshot is cached; a new version makes it read again
        await execute(url, "UPDATE counter SET value = value + 1 WHERE name = 'directory'")
    found = await store.check()
    if finding is None:
        assert found == ()
    else:
        assert found
        assert all(re.search(finding, line) for line in found)


async def test_every_page_is_checked(store: SqlStore, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit goes through all requests, however many pages they fill."""
    monkeypatch.setattr(checks, "PAGE", 2)
    await store.commit(Change(requests=tuple(opening(number) for number in range(1, 6))))
    await execute(url, "UPDATE request SET status = 'closed' WHERE number IN (1, 4, 5)")
    assert [line.split()[0] for line in await store.check()] == ["ACME-1", "ACME-4", "ACME-5"]


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("DROP TABLE inbox", "The table inbox is missing."),
        ("ALTER TABLE outbox DROP COLUMN reason", "The table outbox lacks columns: reason."),
        ("ALTER TABLE request RENAME TO requests", "The table request is missing."),
        ("DELETE FROM counter WHERE name = 'directory'", "The counter “directory” is missing."),
    ],
)
async def test_tables_are_those_of_the_schema(store: SqlStore, url: str, damage: str, finding: str) -> None:
    """A desk without one of its tables or columns is not whole, and the audit says so instead of failing."""
    await execute(url, damage)
    assert await store.check() == (finding,)


async def test_what_cannot_be_read_is_a_finding(store: SqlStore, url: str) -> None:
    """Damage outside the requests ends the audit with a line, not with an error."""
    await execute(url, "UPDATE policy SET body = '{'")
    await execute(url, "UPDATE counter SET value = value + 1 WHERE name = 'directory'")
    (line,) = await store.check()
    assert line.startswith("The database cannot be read to its end: ")


async def test_a_driver_that_fails_is_one_line(store: SqlStore, url: str) -> None:
    """A table gone missing under a running desk is a StorageError that names the mend, on either database."""
    await execute(url, "DROP TABLE inbox")
    with pytest.raises(Failed, match=r"inbox.*`steward db check`") as caught:
        await store.handled(InboxId("web", "1"))
    assert "\n" not in str(caught.value)


async def test_rows_that_differ_are_mended_of_their_histories(store: SqlStore, url: str) -> None:
    """What the check finds is made anew; a sound request stays as it is, and nothing is said to anybody."""
    first = opening(1)
    await store.commit(Change(requests=(first, note(first.request))))
    await store.commit(Change(requests=(opening(2),)))
    await execute(url, "UPDATE request SET status = 'closed', late_since = 0 WHERE number = 1")
    await execute(url, "UPDATE request_words SET team = 'other' WHERE request = 1")
    found = await store.check()
    assert {mend(line) for line in found} == {mend("ACME-1 is not indexed")}
    await store.fill()
    assert await store.check() == found, "an ordinary start does not look"
    await store.fill(anew=True)
    assert await store.check() == ()
    assert await store.outbox_states() == {}


async def test_a_message_that_cannot_be_sent_is_named(store: SqlStore, url: str) -> None:
    """One that still waits to leave and that nobody can read is found before somebody misses it."""
    said = Said("test", (line("hello"),))
    await store.commit(Change(outbox=(Draft("one", Op.POST, "triage", said), Draft("two", Op.POST, "alerts", said))))
    assert await store.check() == ()
    await execute(url, "UPDATE outbox SET body = '{\"v\":99}' WHERE key = 'one'")
    (found,) = await store.check()
    assert re.search(r"to triage .* cannot be sent: .* later Steward \(format 99\)", found)
