"""What setting up keeps: who changed what, where conversations are, who is who, and the code that claims a desk."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Person, Role
from bot.ports import CodeTry, Conflict, DirectoryEdit, Draft, Op, Place, SettingChange
from storage import SqlStore

pytestmark = pytest.mark.asyncio

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)


async def test_changes_are_remembered_with_their_edit(store: SqlStore) -> None:
    """The newest first, of one path and what is below it; an edit that fails leaves none."""
    changes = tuple(
        SettingChange(NOON + timedelta(minutes=n), "lee", path, "1", "2")
        for n, path in enumerate(
            ("clients.ACME.name", "clients.ACME2.name", "clients.ACME.settings.reopen_days", "team.zone")
        )
    )
    await store.edit_directory(DirectoryEdit(changes=changes))
    assert await store.setting_changes() == changes[::-1]
    assert await store.setting_changes("clients.ACME") == (changes[2], changes[0])
    assert await store.setting_changes("team.zone") == (changes[3],)
    assert await store.setting_changes(limit=1) == (changes[3],)
    version = (await store.directory()).version
    with pytest.raises(Conflict):
        await store.edit_directory(DirectoryEdit(changes=changes, expected=version - 1))
    assert len(await store.setting_changes()) == 4


async def test_what_an_edit_says_goes_out_with_it(store: SqlStore) -> None:
    """A welcome is written in the same transaction."""
    await store.edit_directory(DirectoryEdit(outbox=(Draft("welcome:X", Op.POST, "client:X"),)))
    assert (await store.outbox_states()).get("ready") == 1


async def test_places_and_accounts_are_listed(store: SqlStore) -> None:
    """Channels and direct conversations, not requests' threads; everybody's accounts."""
    place, thread = Place("web", "desk", "triage"), Place("web", "desk", "triage", "7")
    person = Person("zoe", "Zoe", Role.LEAD)
    await store.edit_directory(
        DirectoryEdit(
            people=(person,),
            bindings=(("triage", place), ("request:1:team", thread)),
            identities=(("slack", "T1", "U1", "zoe"),),
        )
    )
    bindings = await store.bindings()
    assert bindings["triage"] == place
    assert "request:1:team" not in bindings
    assert await store.bindings(["request:1:team", "nowhere"]) == {"request:1:team": thread}
    assert ("slack", "T1", "U1", "zoe") in await store.identities()


async def test_a_setup_code_is_used_once(store: SqlStore) -> None:
    """The right one fits once, also when two people type it at the same moment; a new one replaces it."""
    assert await store.try_setup_code("a", NOON) is CodeTry.WRONG
    await store.put_setup_code("a", NOON + timedelta(hours=1))
    await store.put_setup_code("b", NOON + timedelta(hours=1))
    assert await store.try_setup_code("a", NOON) is CodeTry.WRONG
    tries = await asyncio.gather(*(store.try_setup_code("b", NOON) for _ in range(4)))
    assert sorted(tries) == [CodeTry.FITS, CodeTry.WRONG, CodeTry.WRONG, CodeTry.WRONG]


async def test_a_setup_code_ages_and_is_not_guessed(store: SqlStore) -> None:
    """Too old it fits no more; after five wrong tries there is none."""
    await store.put_setup_code("a", NOON)
    assert await store.try_setup_code("a", NOON) is CodeTry.WRONG
    await store.put_setup_code("a", NOON + timedelta(hours=1))
    tries = [await store.try_setup_code("x", NOON) for _ in range(5)]
    assert tries == [CodeTry.WRONG] * 4 + [CodeTry.SPENT]
    assert await store.try_setup_code("a", NOON) is CodeTry.WRONG
