"""Who has room: overload shows before anything is late, and requests go to who is here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_world import World, words

from bot.domain.people import Person, Role
from bot.domain.settings import ClientSettings
from bot.messages.model import Sheet
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def by_turn(world: World) -> None:
    acme = (await world.store.directory()).clients["ACME"]
    kim = Person("kim", "Kim Berg", Role.ENGINEER, "Europe/London")
    turned = replace(acme, settings=ClientSettings(by_turn=True))
    await world.store.edit_directory(DirectoryEdit(clients=(turned,), people=(kim,)))


async def owner(world: World, number: int) -> str | None:
    return (await world.request(number)).owner


async def test_requests_go_round_to_who_is_here_and_has_room(world: World):
    """Who is away or full is passed over; where nobody has room it waits, and the client knows who has theirs."""
    await by_turn(world)
    first, second = await world.raised(), await world.raised()
    assert {await owner(world, first), await owner(world, second)} == {"sam", "kim"}
    assert "Sam Ito has it" in "".join(
        await world.thread_screen(first, "client") + await world.thread_screen(second, "client")
    )
    await world.type("sam", "away @sam today")
    third, fourth = await world.raised(), await world.raised()
    assert [await owner(world, n) for n in (third, fourth)] == ["kim", "kim"]
    await world.type("priya", "limit @kim 3")
    assert await owner(world, await world.raised()) == "priya"  # no engineer has room, so a lead's turn it is
    await world.type("priya", "limit @priya 1")
    waiting = await world.raised()
    assert await owner(world, waiting) is None
    await world.type("sam", "back")
    assert await owner(world, await world.raised()) == "sam"


async def test_an_overload_shows_before_anything_is_late(world: World):
    """On taking one more than the limit, and in the team's table; the way out is named."""
    await world.type("priya", "limit @sam 1")
    first, second = await world.raised(), await world.raised()
    assert "That makes" not in words((await world.type("sam", f"claim {first}")).message)
    said = words((await world.type("sam", f"claim {second}")).message)
    assert "That makes 2 open for Sam Ito, who takes on 1." in said
    sheet = (await world.type("lee", "capacity")).message
    assert isinstance(sheet, Sheet)
    (sam,) = [row for row in sheet.tables[0].rows if row.head == "Sam Ito"]
    assert sam.cells[:2] == ("2", "1")
    assert "No more room: Sam Ito" in "".join(getattr(s, "text", "") for line in sheet.lines for s in line)
    handed = words((await world.type("lee", f"assign {second} next")).message)
    assert "Priya Nair has" in handed
    await world.type("priya", "limit @priya 1")
    assert "Nobody has room now" in words((await world.type("lee", f"assign {first} next")).message)


async def test_leave_is_ones_own_or_a_leads_to_set(world: World):
    """An engineer says it for themselves only; odd days say how they would be written."""
    assert "You can do this for yourself" in words((await world.type("sam", "away @priya tomorrow")).message)
    assert "is away Thu 24 Dec to Sat 2 Jan" in words(
        (await world.type("priya", "away @sam 2026-12-24 2027-01-02")).message
    )
    for typed, says in (
        ("away @sam soon", "names no days I can read"),
        ("away @sam 2026-12-24 2026-12-01", "ends on its first day or later"),
        ("away @sam 2020-01-01", "far from now"),
        ("away @sam 2026-01-01", "is over"),
        ("limit @sam many", "is no number"),
        ("limit @sam 9999", "from 1 to 500"),
    ):
        assert says in words((await world.type("priya", typed)).message)
    assert "is for leads and managers" in words((await world.type("sam", "limit @sam 3")).message)
    assert "is for our team" in words((await world.type("dana", "capacity")).message)


async def test_back_takes_back_what_is_only_planned_and_says_which(world: World):
    """From today it is ended and the rest stays; from tomorrow it is off; without any the desk says so."""
    await world.type("priya", "away @sam 2026-12-24 2027-01-02")
    assert "'s leave of Thu 24 Dec to Sat 2 Jan is taken back" in words(
        (await world.type("priya", "back @sam")).message
    )
    assert (await world.store.directory()).people["sam"].work.leave == ()
    assert "no leave is planned" in words((await world.type("sam", "back")).message)
    await world.type("sam", "away today")
    await world.type("sam", "away 2026-12-24")
    said = words((await world.type("sam", "back")).message)
    assert "Welcome back" in said
    assert "Still planned: Thu 24 Dec" in said


async def test_who_goes_away_reads_what_they_leave_behind(world: World):
    """With the way to it; the form asks for what was not said."""
    number = await world.raised()
    await world.type("sam", f"claim {number}")
    assert "1 open request is theirs" in words((await world.type("sam", "away @sam tomorrow")).message)
    form = (await world.type("sam", "away")).form
    assert [o.value for o in form.inputs[0].options] == ["sam"]
    form = (await world.type("priya", "limit @sam")).form
    assert form is not None
    assert form.inputs[0].value == "sam"


async def test_next_is_who_has_less_that_is_open_or_late_and_says_so(world: World):
    """Nobody has a limit: Sam, who is late with two, is passed over for a lead who has one that is not."""
    numbers = [await world.raised() for _ in range(4)]
    for number in numbers[:2]:
        await world.type("sam", f"claim {number}")
    await world.pass_(hours=30)
    await world.type("priya", f"claim {numbers[2]}")
    await world.type("priya", f"reply {numbers[2]} We look at it.")
    said = words((await world.type("lee", f"assign {numbers[3]} next")).message)
    assert "Priya Nair has ACME-4 now" in said
    assert "They had the most room: 1 open, nothing late." in said
