"""The workspaces that let the desk in, as both databases keep them, and who is being asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from store_builders import T0

from bot.ports import Asking, Installation, Kept
from storage import SqlStore

pytestmark = pytest.mark.asyncio

ACMES = Installation("slack", "T1", "Acme Corp", "ACME", "sealed", T0)
UNTIL = T0 + timedelta(days=7)
ASKING = Asking("ACME", "link", UNTIL)


async def test_a_link_lets_one_workspace_in_once(store: SqlStore) -> None:
    """Of two that come by one link the first is kept; a link that failed for another reason is good still."""
    installs = store.installations
    assert not await installs.spent("link")
    assert await installs.keep(ACMES, "link", UNTIL) is Kept.KEPT
    assert await installs.keep(replace(ACMES, workspace="T2"), "link", UNTIL) is Kept.SPENT
    assert await installs.spent("link")
    assert await installs.all() == (ACMES,)


async def test_a_workspace_is_one_sides_for_good(store: SqlStore) -> None:
    """What is said in it, and who its people are, is one client's: not even after it went does it become another's."""
    installs = store.installations
    await installs.keep(ACMES, "one", UNTIL)
    theirs = replace(ACMES, side="GLOBEX", secret="other", made_at=T0 + timedelta(hours=1))
    assert await installs.keep(theirs, "two", UNTIL) is Kept.OTHERS
    await installs.gone(ACMES, T0 + timedelta(hours=2), "app_uninstalled")
    assert await installs.keep(theirs, "two", UNTIL) is Kept.OTHERS
    assert not await installs.spent("two")
    assert [(each.side, each.secret) for each in await installs.all()] == [("ACME", "")]


async def test_a_token_is_deleted_when_it_goes(store: SqlStore) -> None:
    """Once; a workspace that came in again meanwhile keeps its new one, whatever is told late of the old one."""
    installs = store.installations
    await installs.keep(ACMES, "one", UNTIL)
    at = T0 + timedelta(hours=1)
    assert await installs.gone(ACMES, at, "app_uninstalled")
    assert not await installs.gone(ACMES, at, "tokens_revoked")
    (left,) = await installs.all()
    assert left == replace(ACMES, secret="", gone_at=at, gone="app_uninstalled")
    assert not left.here
    again = replace(ACMES, secret="new", made_at=T0 + timedelta(hours=2))
    assert await installs.keep(again, "two", UNTIL) is Kept.KEPT
    assert not await installs.gone(left, at, "app_uninstalled")
    assert await installs.all() == (again,)


async def test_another_key_takes_the_place_of_the_first(store: SqlStore) -> None:
    """Only of the token that was read: a newer one is not overwritten."""
    installs = store.installations
    await installs.keep(ACMES, "one", UNTIL)
    assert await installs.reseal(ACMES, "resealed")
    assert not await installs.reseal(ACMES, "too late")
    assert [each.secret for each in await installs.all()] == ["resealed"]


async def test_who_comes_back_is_who_went(store: SqlStore) -> None:
    """Once, in the same browser and in time; of two that come with the same state at once one gets in."""
    installs = store.installations
    until = T0 + timedelta(minutes=10)
    await installs.begin("state", "browser", ASKING, T0, until)
    assert await installs.take("state", "another browser", T0) is None
    assert await installs.take("another state", "browser", T0) is None
    both = await asyncio.gather(*(installs.take("state", "browser", T0) for _ in range(2)))
    assert sorted(both, key=str) == [ASKING, None]
    await installs.begin("late", "browser", ASKING, T0, until)
    assert await installs.take("late", "browser", until) is None
    await installs.begin("next", "browser", ASKING, until, until + timedelta(minutes=10))
    assert await installs.take("late", "browser", T0) is None, "who did not come back is forgotten"
