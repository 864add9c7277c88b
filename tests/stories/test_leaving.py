"""Whom a list let in is here as long as a list says so: they are out soon after, and nothing of theirs is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from desk_world import World, words

from bot.clock import Clock
from bot.desk import front
from bot.desk.leaving import GRACE, HOLD, Rolls
from bot.desk.newcomer import Newcomer
from bot.desk.taking_in import take_in
from bot.domain.people import Role
from bot.messages.model import Said, line
from bot.ports import CannotTell, Change, DirectoryEdit, Draft, LetIn, Op

pytestmark = pytest.mark.asyncio


class Later:
    """A clock whose machine's time goes by with the desk's."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._begun = clock, clock.now()
        self._machine = clock.machine()

    def now(self) -> datetime:
        return self._clock.now()

    def machine(self) -> datetime:
        return self._machine + (self.now() - self._begun)


class Lists:
    """The lists of the settings, as a platform answers for them."""

    def __init__(self, world: World) -> None:
        self.world, self.sides = world, dict[str, str]()
        self.trouble: Exception | None = None
        self.rolls = Rolls(replace(world.desk, clock=Later(world.clock)), "chat", self.side)

    async def side(self, listed: LetIn) -> str | None:
        if self.trouble is not None:
            raise self.trouble
        return self.sides.get(listed.account[2])

    async def comes(self, name: str, side: str = "") -> str:
        """Somebody whom a list names writes their first words."""
        user = f"U{len(self.sides)}"
        self.sides[user] = side
        id = await take_in(self.world.desk, Newcomer("chat", "T1", user, name), side, place=None)
        assert id is not None
        return id

    async def look(self, **later: float) -> None:
        """The desk looks, some time later."""
        await self.world.pass_(**later)
        await self.rolls.look()
        await self.world.wake()

    async def told(self) -> list[str]:
        """What managers read of it."""
        said = [m.body for m in await self.world.messages("alerts")]
        return [words(body) for body in said if isinstance(body, Said) and body.purpose == "lists"]


async def active(world: World, id: str) -> bool:
    return (await world.store.directory()).people[id].active


async def test_who_is_on_no_list_any_more_is_out_and_what_they_had_is_named(world: World):
    """Not at the first look, but five minutes later. Managers read it once, with what they had and a button for each;
    the card says that nobody has it; put on the list again they are back, as engineers."""
    lists = Lists(world)
    sid, _ = await lists.comes("Sid Roe"), await lists.comes("Ann Lee")
    number = await world.raised()
    await world.do(sid, "claim", request=str(number))
    await lists.look()
    del lists.sides["U0"]
    await lists.look(minutes=1)
    assert await active(world, sid)
    await lists.look(seconds=GRACE.total_seconds() - 1)
    assert await active(world, sid)
    await lists.look(seconds=2)
    assert not await active(world, sid)
    assert await active(world, "ann")
    await lists.look(minutes=9)
    (told,) = await lists.told()
    assert "Sid Roe is on no list of our team in Chat any more" in told
    assert "They had ACME-1: nobody has these now" in told
    assert "do not know you" in words((await world.type(sid, "my")).message)
    assert [said for said in await world.screen("triage") if "Sid Roe has left" in said]
    last = next(
        m.body for m in await world.messages("alerts") if isinstance(m.body, Said) and m.body.purpose == "lists"
    )
    assert [(a.command, a.args) for a in last.actions] == [("assign", {"request": number})]
    assert await world.store.accounts.departures("chat") == (("chat", "T1", "U0"),)
    await world.store.edit_directory(
        DirectoryEdit(people=(replace((await world.store.directory()).people[sid], role=Role.LEAD),))
    )
    lists.sides["U0"] = ""
    await lists.look(minutes=1)
    person = (await world.store.directory()).people[sid]
    assert (person.active, person.role) == (True, Role.ENGINEER)
    assert "is back" in (await lists.told())[-1]


async def test_a_platform_that_is_away_and_a_list_that_is_empty_put_nobody_out(world: World):
    """However long it lasts; of the list the managers read whom it is about, and what to do, once."""
    lists = Lists(world)
    await lists.comes("Sid Roe")
    for trouble in (ConnectionError("away"), CannotTell("the user group S1 has nobody in it, or cannot be read")):
        lists.trouble = trouble
        for _ in range(3):
            await lists.look(minutes=30)
        assert await active(world, "sid")
    (told,) = await lists.told()
    assert "Whether Sid Roe may still be here cannot be told: in Chat the user group S1 has nobody in it" in told


async def test_most_of_a_list_at_once_wait_for_a_day(world: World):
    """That may be a mistake: managers read who, until when it can be mended, and nobody is out by then; after it they
    are. Two of many are out as ever."""
    lists = Lists(world)
    people = [await lists.comes(f"{name} Roe") for name in ("Al", "Bo", "Cy", "Di", "Ed")]
    await lists.look()
    kept = dict(lists.sides)
    lists.sides.clear()
    await lists.look(minutes=1)
    await lists.look(hours=1)
    assert all([await active(world, id) for id in people])
    (told,) = await lists.told()
    assert "5 people are on no list of our team in Chat any more: Al Roe, Bo Roe" in told
    lists.sides |= kept
    await lists.look(minutes=1)
    del lists.sides["U0"], lists.sides["U1"]
    await lists.look(minutes=1)
    await lists.look(minutes=6)
    assert [await active(world, id) for id in people] == [False, False, True, True, True]
    lists.sides.clear()
    await lists.look(minutes=1)
    await lists.look(seconds=HOLD.total_seconds() - 60)
    assert await active(world, "cy")
    await lists.look(minutes=2)
    assert not any([await active(world, id) for id in people])


async def test_the_last_manager_stays_and_who_a_list_elsewhere_has_keeps_the_rest(world: World):
    """Nobody is left without a desk that somebody manages; where a list still has another account, that one stays."""
    lists = Lists(world)
    sid = await lists.comes("Sid Roe")
    people = (await world.store.directory()).people
    others = tuple(replace(p, role=Role.LEAD) for p in people.values() if p.role is Role.MANAGER)
    boss = replace(people[sid], role=Role.MANAGER)
    await world.store.edit_directory(DirectoryEdit(people=(boss, *others)))
    del lists.sides["U0"]
    await lists.look(minutes=1)
    await lists.look(minutes=6)
    assert await active(world, sid)
    assert "nobody else manages this desk" in (await lists.told())[-1]
    second = ("other", "T2", "V1")
    await world.store.edit_directory(DirectoryEdit(identities=((*second, sid),), let_in=((*second, ""),)))
    await lists.look(minutes=1)
    assert await active(world, sid)
    assert await world.store.identify("chat", "T1", "U0") is None
    assert await world.store.identify(*second) == sid
    assert "Elsewhere a list still has them" in (await lists.told())[-1]


async def test_who_moves_to_another_list_comes_in_anew_and_who_was_put_out_by_hand_stays_out(world: World):
    """A client's person by the first list is the team's by the second, as somebody new; no list brings back whom a
    manager put out."""
    lists = Lists(world)
    await lists.comes("Una Poe", "ACME")
    hand = await lists.comes("Hal Roe", "ACME")
    assert (await front.run_text(world.desk, "una", "my")).message is not None
    lists.sides["U0"] = ""
    await lists.look(minutes=1)
    await lists.look(minutes=6)
    assert not await active(world, "una")
    assert await world.store.identify("chat", "T1", "U0") is None
    del lists.sides["U1"]
    person = (await world.store.directory()).people[hand]
    await world.store.edit_directory(DirectoryEdit(people=(replace(person, active=False),)))
    for _ in range(2):
        await lists.look(minutes=7)
    lists.sides["U1"] = "ACME"
    await lists.look(minutes=7)
    assert not await active(world, hand)


async def test_whoever_answers_nobody_reads_so(world: World):
    """A private request whose people have all left: the answer stays with the team, and says what to do next."""
    await world.type("dana", "new --private The export is slow", place=world.place("client-acme"))
    dana = (await world.store.directory()).people["dana"]
    await world.store.edit_directory(DirectoryEdit(people=(replace(dana, active=False),)))
    said = (await world.type("sam", "reply 1 It is mended")).message
    assert words(said).startswith(
        "Kept in ACME-1. Nobody of theirs reads it any more: Dana Reyes left. Share it with whoever speaks for them "
        "now.\nNobody had ACME-1, so it is yours now."
    )
    assert isinstance(said, Said)
    assert "Share with…" in [action.label for action in said.actions]
    await world.type("sam", "share 1 @tom")
    assert words((await world.type("sam", "reply 1 It is mended")).message).startswith("Sent to the client in ACME-1.")


async def test_nothing_is_told_in_a_chat_to_who_has_left(world: World):
    """What was meant for them alone goes to a person to decide about, and not to an account that goes on reading."""
    lists = Lists(world)
    sid = await lists.comes("Sid Roe")
    del lists.sides["U0"]
    await lists.look(minutes=1)
    await lists.look(minutes=6)
    await world.store.commit(Change(outbox=(Draft("x", Op.POST, f"dm:{sid}", Said("news", (line("secret"),))),)))
    await world.pass_(seconds=1)
    (letter,) = await world.store.unsent.all(5)
    assert "Sid Roe has left" in letter.reason
