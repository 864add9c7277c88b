"""The directory: one snapshot, changed as a whole, cached by its version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_builders import ANNA, DIRECTORY, ERIK, OFFICE, POLICY, ROOM

from bot.domain.people import Client, Person, Role
from bot.domain.policy import Policy
from bot.domain.settings import ClientSettings, TeamSettings
from bot.ports import DirectoryEdit
from storage import SqlStore, open_store

pytestmark = pytest.mark.asyncio


async def test_what_was_set_is_read(store: SqlStore) -> None:
    """Clients, people, calendars and policies come back equal."""
    directory = await store.directory()
    assert directory.clients == {client.key: client for client in DIRECTORY.clients}
    assert directory.people == {"anna": ANNA, "erik": ERIK}
    assert directory.calendars == {OFFICE.ref: OFFICE}
    assert directory.policies_of("ACME") == (POLICY,)


async def test_an_unchanged_directory_is_the_same_object(store: SqlStore) -> None:
    """It is read again only when its version changed, and then it is seen at once."""
    before = await store.directory()
    assert await store.directory() is before
    await store.edit_directory(DirectoryEdit(people=(replace(ERIK, active=False),)))
    after = await store.directory()
    assert after.version > before.version
    assert not after.people["erik"].active


async def test_the_teams_settings_are_kept(store: SqlStore) -> None:
    """They have defaults until they are set, and are part of the snapshot."""
    assert (await store.directory()).team == TeamSettings()
    for zone in ("Europe/Vienna", "Asia/Tokyo"):
        await store.edit_directory(DirectoryEdit(team=TeamSettings(zone=zone)))
        assert (await store.directory()).team.zone == zone


async def test_an_edit_replaces_by_key(store: SqlStore) -> None:
    """An edit sets what it names and leaves the rest."""
    acme = Client("ACME", "Acme Ltd", "UTC", ClientSettings(auto_open=True, auto_close_days=5, reopen_days=30))
    await store.edit_directory(DirectoryEdit(clients=(acme,)))
    directory = await store.directory()
    assert directory.clients["ACME"] == acme
    assert directory.clients["ÖBB"].name == "Österreich"
    assert directory.people["anna"] == ANNA


async def test_old_hours_stay_and_the_newest_policy_is_in_force(store: SqlStore) -> None:
    """Every version of a calendar is kept, for old clocks; of a client's policies the newest version counts."""
    later = replace(OFFICE, version=2, zone="Europe/Vienna")
    policies = tuple(replace(POLICY, version=version, calendar=later.ref) for version in (3, 2))
    await store.edit_directory(DirectoryEdit(calendars=(later,), policies=policies))
    directory = await store.directory()
    assert directory.calendars == {"office@1": OFFICE, "office@2": later}
    assert directory.policies_of("ACME")[0].version == 3


async def test_a_version_that_is_there_is_replaced(store: SqlStore) -> None:
    """A calendar and a policy are set by name and version."""
    milder = Policy(POLICY.name, "ACME", OFFICE.ref, {}, version=1)
    await store.edit_directory(DirectoryEdit(policies=(milder,)))
    assert (await store.directory()).policies_of("ACME")[0] == milder


async def test_a_platforms_user_is_a_person(store: SqlStore) -> None:
    """Each platform and workspace names people on its own; a stranger is nobody."""
    assert await store.identify("slack", "T1", "U1") == "erik"
    assert await store.identify("slack", "T2", "U1") is None
    assert await store.identify("discord", "T1", "U1") is None
    await store.edit_directory(DirectoryEdit(identities=(("slack", "T1", "U1", "anna"),)))
    assert await store.identify("slack", "T1", "U1") == "anna"


async def test_bindings_come_along(store: SqlStore) -> None:
    """An edit also says where conversations are."""
    await store.edit_directory(DirectoryEdit(bindings=(("client:ACME", ROOM),)))
    assert await store.binding("client:ACME") == ROOM


async def test_a_failed_edit_changes_nothing(store: SqlStore) -> None:
    """A person of a client that nobody knows is refused, and what stood before it in the edit goes with it."""
    before = await store.directory()
    stray = Person("x", "X", Role.CLIENT, "UTC", "NOBODY")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await store.edit_directory(DirectoryEdit(clients=(Client("NEW", "New", "UTC"),), people=(stray,)))
    assert await store.directory() is before


async def test_a_new_process_reads_what_was_written(store: SqlStore, url: str) -> None:
    """Nothing lives in the cache alone."""
    directory = await store.directory()
    await store.close()
    again = await open_store(url)
    try:
        assert await again.directory() == directory
    finally:
        await again.close()
