"""What happens to the server that the desk is in: Discord asks it to connect anew, has trouble, or somebody puts it out
and lets it in again. Nothing that people say meanwhile is lost or doubled."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from discord_house import DiscordHouse
from test_discord_hearing import opened

from bot.desk import front
from bot.ports import DirectoryEdit, Place

pytestmark = pytest.mark.asyncio


def times(house: DiscordHouse, inside, many: int) -> list[int]:
    """How often the team reads each of so many messages."""
    return [sum(f"line {n:02}." in m.text for m in house.sam.sees(inside)) for n in range(many)]


@pytest.mark.parametrize("what", ["reconnect", "resumable", "lost"])
async def test_a_burst_while_discord_asks_to_connect_anew(house: DiscordHouse, what: str):
    """Op 7, and op 9 of both kinds, twice in the middle of it: each line stands there once, and in their order."""
    gateway = house.discord.gateway
    async with house.desk() as desk:
        thread, card, inside = await opened(house)
        await desk.settled()
        for n in range(24):
            house.dana.say(thread, f"line {n:02}.")
            if n in (8, 16):
                if what == "reconnect":
                    gateway.reconnect()
                else:
                    gateway.invalidate(resumable=what == "resumable")
                await asyncio.sleep(0.05)
        await desk.until(lambda: times(house, inside, 24) == [1] * 24)
        await house.sam.press("Claim", on=card)
        await desk.settled()
        assert times(house, inside, 24) == [1] * 24


async def heard(house: DiscordHouse, mark: str) -> datetime | None:
    """Up to when all of that server is heard."""
    return await house.store.mark(f"heard:discord/{mark}")


async def test_what_is_said_while_discord_has_trouble_with_the_server(house: DiscordHouse):
    """The desk is told of nothing meanwhile, on a connection that holds, and does not take that for silence: once the
    server is there again it is read."""
    async with house.desk() as desk:
        thread, card, inside = await opened(house)
        await desk.settled()
        await desk.face.look()
        before = await heard(house, house.server)
        assert before is not None
        house.discord.outage()
        house.dana.say(thread, "line 00.")
        client = await desk.face.wire.client()
        await desk.until(lambda: any(guild.unavailable for guild in client.guilds))
        await desk.face.look()
        assert await heard(house, house.server) == before
        assert times(house, inside, 1) == [0]
        house.discord.back()
        await desk.until(lambda: not any(guild.unavailable for guild in client.guilds))
        await house.discord.gateway.quiet()
        await desk.face.look()
        await desk.until(lambda: times(house, inside, 1) == [1])
        await house.sam.press("Claim", on=card)
        await desk.settled()
        assert times(house, inside, 1) == [1]
        assert (await heard(house, house.server) or before) > before, "it is heard up to a later time now"


async def test_the_desk_is_put_out_and_invited_again(house: DiscordHouse):
    """Managers read once, where they still can, who reaches nobody, and what to do next. What was said meanwhile is
    heard once the desk is invited again, and what waited is sent."""
    theirs = house.discord.new_guild("Acme Ltd")
    house.discord.invite(theirs)
    house.discord.join(theirs, house.dana.user)
    channel = house.discord.channel("support", guild=theirs)
    await house.store.edit_directory(
        DirectoryEdit(bindings=(("client:ACME", Place("discord", theirs.id, channel.id)),))
    )
    async with house.desk() as desk:
        await house.dana.slash(channel, "/desk new", title="Export fails")
        (thread,) = await desk.until(lambda: house.dana.threads(channel))
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        (inside,) = await desk.until(lambda: house.sam.threads(house.triage))
        await desk.settled()
        await desk.face.look()
        house.discord.faults.tell_twice = lambda name: name == "GUILD_DELETE"
        house.discord.remove(theirs)
        house.dana.say(thread, "line 00.")
        (told,) = await desk.until(lambda: [m for m in house.lee.sees(house.alerts) if "put the desk out" in m.text])
        assert "the server Acme Ltd in Discord" in told.text
        assert "Acme reaches nobody there" in told.text
        assert "Next: invite it again." in told.text
        await front.run_text(desk.desk, "sam", "reply 1 We restarted it")
        await desk.settled()
        await desk.face.look()
        house.discord.invite(theirs)
        client = await desk.face.wire.client()
        await desk.until(lambda: theirs.id in {str(guild.id) for guild in client.guilds})
        await house.discord.gateway.quiet()
        await desk.face.look()
        await desk.until(lambda: times(house, inside, 1) == [1])
        await house.lee.press("What waits", on=told)
        (listed,) = await desk.until(lambda: [m for m in house.lee.alone(house.alerts) if "Send all" in str(m.buttons)])
        (again,) = [label for label in listed.buttons if label.startswith("Send all")]
        await house.lee.press(again, on=listed)
        await desk.until(lambda: [m for m in house.dana.sees(thread) if "We restarted it" in m.text])
        await house.sam.press("Reply", on=card)
        assert house.sam.modal
        await desk.settled()
        assert times(house, inside, 1) == [1]
        assert sum("We restarted it" in m.text for m in house.dana.sees(thread)) == 1
        assert await house.store.unsent.all(50) == ()
        assert sum("put the desk out" in m.text for m in house.lee.sees(house.alerts)) == 1
