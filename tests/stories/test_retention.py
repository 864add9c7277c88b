"""Words of requests that ended long ago go by themselves where a client's settings say so; figures stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_world import World

from bot.domain.erasure import ERASED
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio

TITLE = "The payroll export of March fails"


async def keep(world: World, days: int) -> None:
    """Acme's words are kept for so long."""
    acme = (await world.store.directory()).clients["ACME"]
    settings = replace(acme.settings, keep_days=days, reopen_days=min(acme.settings.reopen_days, days or 14))
    await world.store.edit_directory(DirectoryEdit(clients=(replace(acme, settings=settings),)))
    await world.wake()


async def ended(world: World, **form: str) -> int:
    """A request with words on both sides, closed."""
    number = await world.raised(title=TITLE, details="It says locked by Contoso", **form)
    await world.do("sam", "claim", request=str(number))
    await world.write("dana", "Every single morning", place=await world.thread(number, "client"))
    await world.do("sam", "reply", request=str(number), text="I restarted the scheduler")
    await world.do("sam", "note", request=str(number), text="Their scheduler is ancient")
    await world.do("sam", "resolve", request=str(number), text="Restarted the scheduler")
    await world.pass_(minutes=5)
    await world.do("dana", "works", request=str(number))
    return number


async def test_old_words_go_at_night_and_figures_stay(world: World):
    """Every word of an old request goes, on both sides and in its threads; its clocks and its states do not change."""
    number = await ended(world)
    still_open = await world.raised(title="The printer smokes")
    await keep(world, 30)
    before = await world.request(number)
    await world.pass_(days=29)
    assert (await world.request(number)).title == TITLE
    await world.pass_(days=3)
    after = await world.request(number)
    assert (after.title, after.details) == (ERASED, ERASED)
    assert (after.sla, after.status, after.owner, after.requester, after.ended_at) == (
        before.sla,
        before.status,
        before.owner,
        before.requester,
        before.ended_at,
    )
    words = [TITLE, "locked by Contoso", "Every single morning", "the scheduler", "scheduler is ancient"]
    assert await world.store.erasing.remains("nobody-at-all", words) == ()
    assert (await world.request(still_open)).title == "The printer smokes"
    assert await world.store.check() == ()
    (record,) = await world.store.erasing.records()
    assert (record.why, record.alias, record.by) == ("age", "ACME", "desk")


async def test_for_ever_is_the_default_and_others_keep_theirs(world: World):
    """Nothing goes where nobody said so, nor with another client's setting."""
    number = await ended(world)
    await world.pass_(days=40)
    assert (await world.request(number)).title == TITLE
    globex = (await world.store.directory()).clients["GLOBEX"]
    settings = replace(globex.settings, keep_days=30)
    await world.store.edit_directory(DirectoryEdit(clients=(replace(globex, settings=settings),)))
    await world.pass_(days=2)
    assert (await world.request(number)).title == TITLE
    assert await world.store.erasing.records() == ()


async def test_it_is_done_once(world: World):
    """The next nights find nothing more to do, and write nothing."""
    number = await ended(world)
    await keep(world, 15)
    await world.pass_(days=17)
    version = (await world.request(number)).version
    await world.pass_(days=3)
    assert (await world.request(number)).version == version
    assert len(await world.store.erasing.records()) == 1
