"""The API's tokens as they are kept, the token an entry came by, and events that come again with something else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from store_builders import ERIK, T0, execute, opening

from bot.domain.erasure import Subject
from bot.domain.people import Role
from bot.domain.tokens import Token
from bot.ports import Change, InboxId, RequestQuery, Reused
from storage import SqlStore

pytestmark = pytest.mark.asyncio

CI = Token("ci", "api:ci", Role.ENGINEER, "ACME", "erik", T0, T0 + timedelta(days=90))
ERIKS = Token("eriks-script", "erik", Role.ENGINEER, "", "erik", T0)


async def test_a_token_is_found_by_its_digest_alone(store: SqlStore) -> None:
    """It comes back as it was made; another digest finds none; a name is given once, also when two ask at once."""
    assert await store.tokens.add(CI, "digest of ci")
    assert await store.tokens.add(ERIKS, "digest of erik's")
    assert await store.tokens.find("digest of ci") == CI
    assert await store.tokens.find("digest") is None
    assert await store.tokens.all() == (CI, ERIKS)
    again = replace(CI, name="two")
    tries = await asyncio.gather(*(store.tokens.add(again, f"digest {n}") for n in range(4)))
    assert sorted(tries) == [False, False, False, True]


async def test_its_last_use_is_kept(store: SqlStore) -> None:
    """The latest, in whatever order they are told."""
    await store.tokens.add(CI, "digest")
    await store.tokens.use("ci", T0 + timedelta(hours=2))
    await store.tokens.use("ci", T0 + timedelta(hours=1))
    assert await store.tokens.all() == (replace(CI, used_at=T0 + timedelta(hours=2)),)


async def test_a_token_is_revoked_once_and_its_name_is_gone_for_good(store: SqlStore) -> None:
    """It says since when it is good no more; there is nothing to revoke a second time, or where there never was one."""
    await store.tokens.add(CI, "digest")
    assert await store.tokens.revoke("ci", T0 + timedelta(hours=1))
    assert not await store.tokens.revoke("ci", T0 + timedelta(hours=2))
    assert not await store.tokens.revoke("nobody", T0)
    assert await store.tokens.find("digest") == replace(CI, revoked_at=T0 + timedelta(hours=1))
    assert not await store.tokens.add(CI, "another digest")


async def test_the_history_says_by_which_token(store: SqlStore) -> None:
    """Wherever entries are read."""
    change = opening(await store.reserve_number())
    entry = replace(change.entries[0], via="ci")
    await store.commit(Change((replace(change, entries=(entry, *change.entries[1:])),)))
    number = change.request.number
    assert next(each.via for each in await store.history(number)) == "ci"


async def test_an_event_under_a_known_id_with_something_else_is_refused(store: SqlStore) -> None:
    """The same is answered as before; another thing is Reused, whether it is asked for or committed."""
    first = InboxId("api", "erik/ci/1", "what it carried")
    await store.commit(Change(inbox=first, result="done"))
    assert await store.handled(first) == "done"
    other = replace(first, digest="something else")
    with pytest.raises(Reused):
        await store.handled(other)
    with pytest.raises(Reused):
        await store.commit(Change(inbox=other, result="done"))


async def test_erasing_a_person_ends_their_tokens(store: SqlStore) -> None:
    """Theirs are gone with every mention in histories; what they made for others stays, under the alias."""
    await store.tokens.add(CI, "digest of ci")
    await store.tokens.add(ERIKS, "digest of erik's")
    change = opening(await store.reserve_number())
    entries = tuple(replace(entry, via="eriks-script") for entry in change.entries)
    await store.commit(Change((replace(change, entries=entries),)))
    await store.erasing.begin(T0, "desk", Subject("erik", "Erik", "gone-1"), ERIK, "")
    assert await store.tokens.all() == (replace(CI, made_by="gone-1"),)
    assert await store.tokens.find("digest of erik's") is None
    assert {entry.via for entry in await store.history(change.request.number)} == {""}


async def test_whoever_is_kept_to_one_client_finds_no_others(store: SqlStore) -> None:
    """The store's search and `may_see` agree: the team's people see all, through a narrow token one client's."""
    mine = opening(await store.reserve_number())
    await store.commit(Change((mine,)))
    everywhere = await store.page(RequestQuery(viewer=ERIK))
    kept = await store.page(RequestQuery(viewer=replace(ERIK, only="ACME")))
    elsewhere = await store.page(RequestQuery(viewer=replace(ERIK, only="ÖBB")))
    nobody = await store.page(RequestQuery(viewer=replace(ERIK, active=False)))
    assert [page.total for page in (everywhere, kept, elsewhere, nobody)] == [1, 1, 0, 0]


async def test_no_column_holds_the_token_itself(store: SqlStore, url: str) -> None:
    """Whoever reads the table holds digests."""
    await store.tokens.add(CI, "digest")
    await store.close()
    rows = await execute(url, "SELECT * FROM api_token")
    assert len(rows) == 1
    assert "stw_" not in str([list(row) for row in rows])
