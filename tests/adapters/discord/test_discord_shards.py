"""A desk that Discord divides into several connections: each hears of its own servers, and one that is lost does not
take the others with it."""

from __future__ import annotations

from itertools import count

import pytest
from discord_house import DiscordHouse
from fakes.discord.sessions import Session
from test_discord_away import heard
from test_discord_hearing import opened


def divided(house: DiscordHouse) -> int:
    """Discord advises so many shards that the desk's server is on another one than direct conversations are."""
    house.discord.limits.shards = next(n for n in count(2) if (int(house.server) >> 22) % n)
    return house.discord.limits.shards


def of_the_server(house: DiscordHouse) -> Session:
    """The session that is told of the desk's server."""
    (session,) = house.discord.gateway.sessions_of(house.server)
    return session


@pytest.mark.asyncio
async def test_as_many_connections_as_discord_advises(house: DiscordHouse):
    """A server's words come on one of them, what is written in person on another; each counts once."""
    many = divided(house)
    async with house.desk() as desk:
        assert sorted(session.shard for session in house.discord.gateway.sessions) == list(range(many))
        thread, _, inside = await opened(house)
        house.dana.say(thread, "It is the night run")
        await desk.until(lambda: any("the night run" in m.text for m in house.sam.sees(inside)))
        assert of_the_server(house).shard > 0
        house.dana.dm("Is anybody there?")
        await desk.until(lambda: len(house.dana.sees(house.dana.dm_channel)) > 1)
        await desk.settled()
        assert await heard(house) == ["It is the night run"]


@pytest.mark.parametrize("resumed", [True, False])
@pytest.mark.asyncio
async def test_one_connection_that_is_lost_loses_nothing(house: DiscordHouse, resumed: bool):
    """It alone comes back, by the same session or by a new one; what was said meanwhile is heard once."""
    many = divided(house)
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        others = {s.id for s in house.discord.gateway.sessions} - {of_the_server(house).id}
        lost = of_the_server(house)
        if not resumed:
            house.discord.gateway.sessions.remove(lost)
        assert lost.wire is not None
        lost.wire.abort()
        await desk.until(lambda: len(house.discord.gateway.open) < many)
        house.dana.say(thread, "during it")
        await desk.until(lambda: any("during it" in m.text for m in house.sam.sees(inside)))
        await desk.until(desk.face.wire.there.is_set)
        house.dana.say(thread, "after it")
        await desk.until(lambda: any("after it" in m.text for m in house.sam.sees(inside)))
        await desk.settled()
        assert await heard(house) == ["during it", "after it"]
        assert (of_the_server(house).id == lost.id) is resumed
        assert others < {s.id for s in house.discord.gateway.sessions}, "the others were left alone"
