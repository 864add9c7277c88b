"""A day is read alike by every verb that takes one: at a weekend, over a month's end, over a shift of the clocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from desk_world import LONDON, World, words

from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio

SATURDAY = datetime(2026, 6, 13, 11, 0, tzinfo=LONDON)
MONTHS_END = datetime(2026, 7, 31, 11, 0, tzinfo=LONDON)
BEFORE_WINTER = datetime(2026, 10, 24, 11, 0, tzinfo=LONDON)
"""The clocks go back in the night."""

TABLE = {
    SATURDAY: {"mon": "06-15", "next week": "06-15", "until Friday": "06-19", "next friday": "06-19"},
    MONTHS_END: {"tomorrow": "08-01", "next month": "08-01", "in 3 days": "08-03", "fri": "08-07", "6 Aug": "08-06"},
    BEFORE_WINTER: {"sunday": "10-25", "in 2 days": "10-26", "next week": "10-26", "2026-10-31": "10-31"},
}


async def promised(world: World, number: int, day: str) -> date:
    """`next`: when the client hears."""
    await world.type("sam", f"next {number} {day}")
    clock = next(c for c in (await world.request(number)).sla.clocks if c.promised and c.running)
    assert clock.promised is not None
    return clock.promised.astimezone(LONDON).date()


async def waited_for(world: World, number: int, day: str) -> date:
    """`wait-on`: when the third party is asked again."""
    await world.do("sam", "wait-on", request=number, party="Contoso", until=day)
    at = (await world.request(number)).chase_at
    assert at is not None
    return at.astimezone(LONDON).date()


async def handled(world: World, number: int, day: str) -> date:
    """`handle` and `snooze`: until when the alarm waits."""
    await world.type("priya", f"handle {number} {day}")
    hold = (await world.request(number)).attention.hold
    assert hold is not None
    return hold.until.astimezone(LONDON).date()


async def moved(world: World, number: int, day: str) -> date:
    """`review`: when it is held."""
    await world.type("lee", f"review moved ACME {day}")
    planned = (await world.store.planned_reviews())[0]
    return planned.planned_at.astimezone(LONDON).date()


async def first_day_away(world: World, number: int, day: str) -> date:
    """`away`: the first day; after `until` it is the last."""
    said = words((await world.type("sam", f"away {day}")).message)
    assert "is away" in said, said
    person = (await world.store.directory()).people["sam"]
    leave = person.work.leave[-1]
    await world.store.edit_directory(DirectoryEdit(people=(replace(person, work=replace(person.work, leave=())),)))
    return leave.last if "until" in day else leave.first


@pytest.mark.parametrize("now", TABLE, ids=lambda now: f"{now:%d-%b}")
@pytest.mark.parametrize("verb", [promised, waited_for, handled, moved, first_day_away])
async def test_every_verb_reads_the_same_day(
    world: World, now: datetime, verb: Callable[[World, int, str], Awaitable[date]]
):
    """The table says which day each words mean; no verb has a reading of its own."""
    number = await world.raised()
    if verb is not handled:
        # One that was answered a while ago: nothing is late.
        await world.type("sam", f"claim {number}")
        await world.type("sam", f"reply {number} On it.")
    world.clock.move_to(now)
    await world.wake()
    read = {said: f"{await verb(world, number, said):%m-%d}" for said in TABLE[now]}
    if verb is handled:
        # “Tomorrow” is the client's next opening there, as its button says.
        assert read.pop("tomorrow", "08-03") == "08-03"
    assert read == {said: day for said, day in TABLE[now].items() if said in read}
