"""The gateway as the real discord.py meets it: what it is told when it comes and when it comes back, what cannot be."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord_bot import DiscordBot
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits


@pytest.mark.asyncio
async def test_what_a_bot_is_told_when_it_comes(fake: FakeDiscord, bot: DiscordBot):
    """Its guild with channels, roles, threads and, as it asks for them, all members."""
    role = fake.role("Engineers")
    ann, help = fake.person("Ann Lee", roles=[role]), fake.channel("help")
    forum, thread = fake.forum("requests", tags=["Open"]), ann.start_thread(help, "Printer")
    await bot.begin()
    guild = bot.guilds[0]
    assert {channel.name for channel in guild.channels} == {"help", "requests"}
    assert [found.name for found in guild.threads] == [thread.name]
    found = guild.get_channel(int(forum.id))
    assert isinstance(found, discord.ForumChannel)
    assert [tag.name for tag in found.available_tags] == ["Open"]
    member = guild.get_member(int(ann.id))
    assert member is not None
    assert [found.name for found in member.roles] == ["@everyone", "Engineers"]
    assert guild.me.guild_permissions.manage_webhooks
    assert not guild.me.guild_permissions.administrator


@pytest.mark.asyncio
async def test_a_lost_socket_is_resumed_with_what_came_meanwhile(fake: FakeDiscord, bot: DiscordBot):
    """In order, each once: what was told before is not told again."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    ann.say(help, "before")
    await fake.until(lambda: bot.of("message"))
    fake.gateway.cut()
    await fake.until(lambda: not fake.gateway.open)
    ann.say(help, "during")
    await fake.until(lambda: bot.of("resumed"))
    ann.say(help, "after")
    await fake.until(lambda: len(bot.of("message")) >= 3)
    assert [message.content for message in bot.of("message")] == ["before", "during", "after"]
    assert len(bot.of("ready")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["reconnect", "close", "resumable"])
async def test_discord_asks_to_come_back(fake: FakeDiscord, bot: DiscordBot, how: str):
    """Each keeps the session."""
    await bot.begin()
    match how:
        case "reconnect":
            fake.gateway.reconnect()
        case "close":
            await fake.gateway.close(4000)
        case _:
            fake.gateway.invalidate(resumable=True)
    await fake.until(lambda: bot.of("resumed"))
    assert len(fake.gateway.sessions) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["invalidate", "refuse", "late", "too much"])
async def test_a_session_that_is_gone_begins_anew(fake: FakeDiscord, bot: DiscordBot, how: str):
    """What was said meanwhile is never told: only history has it."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    fake.limits.replay = 5 if how == "too much" else 1000
    await bot.begin()
    fake.gateway.refuses_resume = how == "refuse"
    if how == "invalidate":
        fake.gateway.invalidate()
    else:
        fake.gateway.cut()
    await fake.until(lambda: not any(session.wire for session in fake.gateway.sessions))
    for n in range(6 if how == "too much" else 1):
        ann.say(help, str(n))
    fake.times.skip(301 if how == "late" else 0)
    await fake.until(lambda: len(bot.of("ready")) == 2)
    assert bot.of("message") == []
    assert [m.content async for m in bot.get_partial_messageable(int(help.id)).history(limit=1)]


@pytest.mark.asyncio
async def test_a_socket_that_says_nothing_more_is_left(fake: FakeDiscord):
    """The bot notices by its heartbeats that nobody acknowledges, and comes back."""
    fake.limits.heartbeat = 0.1
    bot = DiscordBot(fake, heartbeat_timeout=0.3)
    try:
        await bot.begin()
        fake.gateway.zombie = True
        await fake.until(lambda: bot.of("disconnect"))
        fake.gateway.zombie = False
        await fake.until(lambda: bot.of("resumed"))
    finally:
        await bot.end()


@pytest.mark.asyncio
async def test_who_sends_no_heartbeats_is_let_go(fake: FakeDiscord):
    """With 4009."""
    fake.limits.heartbeat = 0.1
    http = discord.Client(intents=discord.Intents.none())
    await http.login(fake.app.token)
    socket = await http.http.ws_connect(f"{fake.gateway_url}?v=10&encoding=json")
    assert (await socket.receive_json())["op"] == 10
    await socket.receive()
    assert socket.close_code == 4009
    await http.close()


@pytest.mark.asyncio
async def test_how_a_socket_ends_that_says_something_wrong(fake: FakeDiscord):
    """By Discord's own numbers: not identified, twice, a wrong token, a wrong shard, no intents, an unknown op."""
    client = discord.Client(intents=discord.Intents.none())
    await client.login(fake.app.token)
    good = {"token": fake.app.token, "intents": 1, "properties": {}}

    async def closed(*said: dict[str, object], version: str = "10") -> int | None:
        socket = await client.http.ws_connect(f"{fake.gateway_url}?v={version}&encoding=json")
        for one in said:
            await socket.send_json(one)
        while not socket.closed:
            await asyncio.wait_for(socket.receive(), 1)
        return socket.close_code

    assert await closed({"op": 8, "d": {}}) == 4003
    assert await closed({"op": 2, "d": good}, {"op": 2, "d": good}) == 4005
    assert await closed({"op": 2, "d": {**good, "token": "no"}}) == 4004
    assert await closed({"op": 2, "d": {**good, "shard": [2, 2]}}) == 4010
    assert await closed({"op": 2, "d": {**good, "intents": 1 << 40}}) == 4013
    assert await closed({"op": 2, "d": good}, {"op": 99}) == 4001
    assert await closed({"op": 2, "d": {**good, "x": "y" * 5000}}) == 4002
    assert await closed(version="9") == 4012
    fake.limits.shard_above = 0
    assert await closed({"op": 2, "d": good}) == 4011
    fake.limits.sends_a_minute = 3
    assert await closed(*[{"op": 1, "d": None}] * 4) == 4008
    await client.close()


@pytest.mark.asyncio
async def test_an_intent_that_is_not_turned_on(fake: FakeDiscord, bot: DiscordBot):
    """The bot is told which page of the portal it is about."""
    fake.app.privileged.discard("message_content")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.begin()


@pytest.mark.asyncio
async def test_a_wrong_token(fake: FakeDiscord, bot: DiscordBot):
    """Is told so before any socket."""
    with pytest.raises(discord.LoginFailure):
        await bot.login("nobody's")


@pytest.mark.asyncio
async def test_identifying_too_soon_after_another():
    """Discord takes one each five seconds: a bot that does not wait is sent away once more, with 1,000 a day."""
    async with FakeDiscord() as fake:
        fake.limits.identify_every = 0.3
        fake.invite()
        with fake.here():
            bot = DiscordBot(fake)
            await bot.begin()
            fake.gateway.invalidate()
            await fake.until(lambda: len(bot.of("ready")) == 2)
            assert len(fake.gateway.identified) > 2
            assert fake.gateway.identifies_left == 1000 - len(fake.gateway.identified)
            await bot.end()


@pytest.mark.asyncio
async def test_two_shards_share_the_guilds():
    """Each is told of its own; of direct messages the first is."""
    async with FakeDiscord(limits=Limits(paced=False, shards=2)) as fake:
        guilds = [fake.new_guild(f"Guild {n}") for n in range(4)]
        for guild in guilds:
            fake.invite(guild)
        ann = fake.person("Ann Lee", guild=guilds[0])

        class Sharded(DiscordBot, discord.AutoShardedClient):
            """The same with shards."""

        with fake.here():
            bot = Sharded(fake)
            await bot.begin()
            assert [session.shards for session in fake.gateway.sessions] == [2, 2]
            assert sorted(guild.name for guild in bot.guilds) == [guild.name for guild in guilds]
            ann.dm("hello")
            await fake.until(lambda: bot.of("message"))
            shards = {told.shard for told in fake.record.told if told.name == "MESSAGE_CREATE"}
            assert shards == {0}
            of = {t.data["id"]: t.shard for t in fake.record.told if t.name == "GUILD_CREATE"}
            assert of == {guild.id: (int(guild.id) >> 22) % 2 for guild in guilds}
            await bot.end()


@pytest.mark.asyncio
async def test_events_can_come_twice_or_never(fake: FakeDiscord, bot: DiscordBot):
    """As a test asks for."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    fake.faults.tell_twice = lambda name: name == "MESSAGE_CREATE"
    fake.faults.lose = lambda name, data: data.get("content") == "lost"
    ann.say(help, "twice")
    ann.say(help, "lost")
    await fake.until(lambda: len(bot.of("message")) == 2)
    await fake.gateway.quiet()
    assert [message.content for message in bot.of("message")] == ["twice", "twice"]


@pytest.mark.asyncio
async def test_guilds_members_and_roles_come_and_go(fake: FakeDiscord, bot: DiscordBot):
    """The bot is told of each; an outage is not the same as being put out."""
    await bot.begin()
    bot.seen.clear()
    role = fake.role("Engineers")
    ann = fake.person("Ann Lee")
    fake.give(ann, role)
    ann.rename(fake.guild, "Annie")
    ann.leave(fake.guild)
    fake.drop_role(fake.guild, role)
    fake.outage()
    fake.back()
    await fake.until(lambda: bot.of("guild_available"))
    globex = fake.new_guild("Globex")
    fake.invite(globex)
    await fake.until(lambda: bot.of("guild_join"))
    fake.remove(globex)
    await fake.until(lambda: bot.of("guild_remove"))
    seen = [name for name, _ in bot.seen if not name.startswith(("raw", "socket"))]
    told = ["member_join", "member_update", "member_update", "member_remove", "guild_role_delete"]
    told += ["guild_unavailable", "guild_available", "guild_join", "guild_remove"]
    assert [name for name in seen if name in told] == told
