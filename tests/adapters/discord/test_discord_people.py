"""Who is who in Discord: by their ids, their roles and their servers, and nobody by a name."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from discord_house import DiscordHouse

from bot.desk import codes
from bot.desk.linking import LIFE
from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit, MessageRef

pytestmark = pytest.mark.asyncio


async def test_nobody_is_somebody_by_their_name_in_a_channel(house: DiscordHouse):
    """Max was added as a manager: who calls themselves so in the team's closed channel is a stranger, until they write
    the code that somebody handed them."""
    named = Person("max", "Max Boss", Role.MANAGER)
    account = ("discord", house.server, "max", "max")
    await house.store.edit_directory(DirectoryEdit(people=(named,), identities=(account,)))
    user = house.discord.person("Max Boss", roles=[house.team])
    async with house.desk() as desk:
        user.say(house.triage, "@Steward my")
        await desk.until(lambda: [m for m in user.dms if "I do not know you yet" in m.text])
        assert [row for row in await house.store.identities() if row[2] == user.id] == []
        code = codes.drawn()
        await house.store.linking.put_code("max", codes.digest("link", code), house.clock.machine() + LIFE)
        user.dm(f"link {code}")
        await desk.until(lambda: [m for m in user.dms if "you are **Max Boss**" in m.text])


async def test_nobody_of_a_list_becomes_a_manager_by_their_name(house: DiscordHouse):
    """Whoever the role lets in is one of the team's engineers, whatever they call themselves."""
    await house.store.edit_directory(DirectoryEdit(people=(Person("max", "Max Boss", Role.MANAGER),)))
    user = house.discord.person("Max Boss", roles=[house.team])
    async with house.desk(staff=[house.team.id]) as desk:
        user.say(house.triage, "@Steward my")
        await desk.until(lambda: user.dms)
        people = (await house.store.directory()).people
        (whose,) = [row[3] for row in await house.store.identities() if row[2] == user.id]
        assert (whose, people[whose].role) == ("max-boss", Role.ENGINEER)


async def test_who_loses_a_role_is_out_within_minutes(house: DiscordHouse):
    """Also who leaves the server; nobody else goes: not for an outage, nor for a role that was deleted. With the role
    again they are back."""
    role = house.discord.role("Helpers")
    ann, ben = (house.discord.person(name, roles=[role]) for name in ("Ann Lee", "Ben Ode"))
    async with house.desk(staff=[role.id]) as desk:
        rolls = desk.face.rolls
        rolls.grace = timedelta(0)
        for user in (ann, ben):
            user.say(house.acme, "@Steward my")
            await desk.until(lambda user=user: user.dms)

        async def active() -> set[str]:
            await rolls.look()
            await rolls.look()
            return {p.id for p in (await house.store.directory()).staff()} & {"ann", "ben"}

        assert await active() == {"ann", "ben"}
        house.discord.faults.add("GET /guilds/{guild_id}/members/{user_id}", status=503, times=9)
        assert await active() == {"ann", "ben"}
        house.discord.faults.clear()
        house.discord.give(ann, house.team)
        assert await active() == {"ben"}
        house.discord.give(ann, role)
        assert await active() == {"ann", "ben"}
        house.discord.leave(house.discord.guild, ben.user)
        assert await active() == {"ann"}
        house.discord.drop_role(house.discord.guild, role)
        await desk.until(lambda: role.id not in {str(r.id) for r in desk.face.wire._client.guilds[0].roles})
        assert await active() == {"ann"}


async def test_who_a_stranger_is_is_asked_once(house: DiscordHouse):
    """Anybody may write whatever ids they like, again and again: Discord is asked once for each."""
    nobody = "1100000000000001"
    async with house.desk() as desk:
        for _ in range(3):
            assert await desk.face._people.stranger(house.eve.id) == "Eve Out"
            assert await desk.face._people.stranger(nobody) is None
        said = house.dana.say(house.acme, f"Ask <@{house.eve.id}> and <@{nobody}>")
        ref = MessageRef(house.place(house.acme), said.id)
        async with asyncio.timeout(5):
            while (source := await house.store.source(ref)) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert source.text == "Ask Eve Out and somebody"
        assert len(house.discord.record.of("GET /users/{user_id}")) == 2
