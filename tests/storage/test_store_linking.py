"""Codes that link accounts, wrong tries, and whose an account was before."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from store_builders import ANNA, DIRECTORY, ERIK, T0

from bot.ports import Change, Conflict, DirectoryEdit, LetIn, MessageRef, Place
from storage import SqlStore

pytestmark = pytest.mark.asyncio

ACCOUNT = ("chat", "T1", "U7")
LATER = T0 + timedelta(minutes=15)


async def test_a_code_is_good_once_and_for_its_time(store: SqlStore) -> None:
    """A person has one; the next one ends it; of several who use it at once one does; too old it is nobody's."""
    kept = store.linking
    await kept.put_code("anna", "first", LATER)
    await kept.put_code("anna", "second", LATER)
    assert await kept.whose_code("first", T0) is None
    assert await kept.whose_code("second", T0) == "anna"
    assert await kept.whose_code("second", LATER) is None
    assert sorted(await asyncio.gather(*(kept.use_code("second", T0) for _ in range(4)))) == [False, False, False, True]
    await kept.put_code("anna", "third", LATER)
    assert not await kept.use_code("third", LATER)


async def test_wrong_tries_count_until_the_first_ones_time_is_over(store: SqlStore) -> None:
    """For each who guesses by themselves."""
    kept = store.linking
    counts = [await kept.missed("who", T0 + timedelta(minutes=n), T0 + timedelta(minutes=15 + n)) for n in range(3)]
    assert counts == [1, 2, 3]
    assert (await kept.tries("who", T0), await kept.tries("other", T0)) == (3, 0)
    assert await kept.tries("who", LATER) == 0
    assert await kept.missed("who", LATER, LATER + timedelta(minutes=15)) == 1


async def test_whose_an_account_was_is_remembered(store: SqlStore) -> None:
    """Whoever had it last first, once each, never whoever has it; also of one that is nobody's."""
    await store.edit_directory(DIRECTORY)
    for whose in ("anna", "erik", "anna"):
        await store.edit_directory(DirectoryEdit(identities=((*ACCOUNT, whose),)))
    assert await store.linking.former(ACCOUNT) == ("erik",)
    await store.edit_directory(DirectoryEdit(parted=(ACCOUNT,)))
    assert await store.identify(*ACCOUNT) is None
    assert await store.linking.former(ACCOUNT) == ("anna", "erik")
    with pytest.raises(Conflict):
        await store.edit_directory(DirectoryEdit(identities=((*ACCOUNT, "anna"),), expected=0))
    assert await store.linking.former(ACCOUNT) == ("anna", "erik")


async def test_a_direct_conversation_is_one_persons(store: SqlStore) -> None:
    """Where somebody's becomes another's it is theirs no more; a channel is not touched by it; and who chose a platform
    is read back so."""
    there = Place("chat", "T1", "D7")
    people = (ANNA, replace(ERIK, home="chat"))
    await store.edit_directory(replace(DIRECTORY, people=people, bindings=(("dm:anna", there), ("triage", there))))
    await store.edit_directory(DirectoryEdit(bindings=(("dm:erik", there),)))
    assert await store.bindings() == {"dm:erik": there, "triage": there}
    await store.edit_directory(DirectoryEdit(unbound=("dm:erik",)))
    assert await store.binding("dm:erik") is None
    assert (await store.directory()).people["erik"].home == "chat"


async def test_whom_a_list_let_in_is_known_as_long_as_nothing_else_let_them_in(store: SqlStore) -> None:
    """Since when they are missing from it, and whether they were put out for that, is kept; whoever is given the
    account by a code, or loses it, was let in by no list any more."""
    listed = DirectoryEdit(identities=((*ACCOUNT, "anna"),), let_in=((*ACCOUNT, "ACME"),))
    await store.edit_directory(DIRECTORY)
    await store.edit_directory(listed)
    assert await store.accounts.let_in("chat") == (LetIn(ACCOUNT, "anna", "ACME"),)
    await store.accounts.missing(ACCOUNT, T0)
    await store.edit_directory(DirectoryEdit(let_out=(ACCOUNT,)))
    assert await store.accounts.let_in("chat") == (LetIn(ACCOUNT, "anna", "ACME", T0, out=True),)
    await store.accounts.missing(ACCOUNT, None)
    assert await store.accounts.let_in("chat") == (LetIn(ACCOUNT, "anna", "ACME"),)
    assert await store.accounts.let_in("other") == ()
    await store.edit_directory(DirectoryEdit(identities=((*ACCOUNT, "erik"),)))
    assert await store.accounts.let_in("chat") == ()


async def test_who_is_another_by_now_or_has_left_is_taken_out_once(store: SqlStore) -> None:
    """An account that changes hands, is nobody's, or is of somebody who has left; not one that stays the same person's,
    and nobody's of the browser. What was said to who has left is changed in the chat no more."""
    web = ("web", "desk", "anna")
    await store.edit_directory(replace(DIRECTORY, identities=((*ACCOUNT, "anna"), (*web, "anna"))))
    await store.edit_directory(DirectoryEdit(identities=((*ACCOUNT, "anna"),)))
    assert await store.accounts.departures("chat") == ()
    for edit in (
        DirectoryEdit(identities=((*ACCOUNT, "erik"),)),
        DirectoryEdit(parted=(ACCOUNT,)),
        DirectoryEdit(identities=((*ACCOUNT, "anna"),), people=(replace(ANNA, active=False),)),
    ):
        await store.edit_directory(edit)
        assert await store.accounts.departures("chat") == (ACCOUNT,)
        await store.accounts.departed(ACCOUNT)
        assert await store.accounts.departures("chat") == ()
    assert await store.accounts.departures("web") == ()


async def test_what_was_said_in_person_is_shown_anew_elsewhere(store: SqlStore) -> None:
    """Of somebody who has left, and under a pattern of names: only there, and nothing else."""
    await store.edit_directory(DIRECTORY)
    names = ("ACME-1:yours:dm:anna", "ACME-1:root:private:anna", "ACME-1:root:private", "ACME-1:card", "ACME-12:root")
    refs = {name: MessageRef(Place("chat", "T1", "D1"), str(n)) for n, name in enumerate(names)}
    await store.commit(Change(slots=tuple(refs.items())))
    await store.edit_directory(DirectoryEdit(forgotten=(("chat", "ACME-1:%private"), ("other", "%"))))
    assert await store.placed(names) == {*names} - {"ACME-1:root:private"}
    await store.edit_directory(DirectoryEdit(people=(replace(ANNA, active=False),)))
    assert await store.placed(names) == {"ACME-1:card", "ACME-12:root"}
