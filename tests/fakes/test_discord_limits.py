"""Pace and faults: what Discord says when there is too much, and what goes wrong on the way."""

from __future__ import annotations

import aiohttp
import discord
import httpx
import pytest
from discord_bot import DiscordBot
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.in_thread import discord_in_thread
from fakes.discord.limits import Limits

SEND = "POST /channels/{channel_id}/messages"


@pytest.mark.asyncio
async def test_a_bucket_is_told_before_it_is_empty():
    """So discord.py waits by itself, and nothing is refused; another channel has its own."""
    async with FakeDiscord() as fake:
        fake.limits.buckets["send"] = (2, 0.2)
        fake.invite()
        help, other = fake.channel("help"), fake.channel("other")
        with fake.here():
            bot = DiscordBot(fake)
            await bot.login(fake.app.token)
            for n in range(3):
                await bot.get_partial_messageable(int(help.id)).send(str(n))
            await bot.get_partial_messageable(int(other.id)).send("x")
            await bot.end()
        assert [call.status for call in fake.record.of(SEND)] == [200] * 4
        at = [call.at for call in fake.record.of(SEND)]
        assert at[2] - at[0] >= 0.19


@pytest.mark.asyncio
async def test_too_much_is_refused_until_it_is_time():
    """Whoever sends more than the bucket holds, or 50 of anything in a second, is told how long to wait."""
    async with FakeDiscord(limits=Limits(everywhere=10)) as fake:
        fake.invite()
        help = fake.channel("help")
        headers = {"Authorization": f"Bot {fake.app.token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{fake.api_base}/channels/{help.id}/messages"
            for n in range(5):
                assert (await session.post(url, json={"content": str(n)})).status == 200
            async with session.post(url, json={"content": "too much"}) as answer:
                told = await answer.json()
                assert (answer.status, answer.headers["Via"], told["global"]) == (429, "1.1 google", False)
                assert 0 < told["retry_after"] <= 5
            for _ in range(4):
                await session.get(f"{fake.api_base}/users/@me")
            async with session.get(f"{fake.api_base}/users/@me") as answer:
                assert (answer.status, (await answer.json())["global"]) == (429, True)
            fake.times.skip(5)
            assert (await session.post(url, json={"content": "now"})).status == 200


@pytest.mark.asyncio
async def test_names_change_twice_in_ten_minutes():
    """A status in a thread's name is no good idea: the third change waits for minutes."""
    async with FakeDiscord() as fake:
        fake.invite()
        ann, help = fake.person("Ann Lee"), fake.channel("help")
        thread = ann.start_thread(help, "x")
        with fake.here():
            bot = DiscordBot(fake, max_ratelimit_timeout=30.0)
            await bot.login(fake.app.token)
            for name in ("one", "two"):
                await bot.http.edit_channel(int(thread.id), name=name)
            with pytest.raises(discord.RateLimited) as limited:
                await bot.http.edit_channel(int(thread.id), name="three")
            assert limited.value.retry_after > 500
            await bot.end()


@pytest.mark.asyncio
async def test_faults(fake: FakeDiscord, bot: DiscordBot):
    """Each is one request's: refused, waited for, broken, or done without an answer, which the channel shows."""
    help = fake.channel("help")
    await bot.login(fake.app.token)
    channel = bot.get_partial_messageable(int(help.id))
    fake.faults.add(SEND, status=429, retry_after=0.01)
    fake.faults.add(SEND, status=429, retry_after=0.01, everywhere=True)
    await channel.send("after two pauses")
    fake.faults.add(SEND, code=50013)
    with pytest.raises(discord.Forbidden):
        await channel.send("x")
    fake.faults.add(SEND, status=503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("x")
    fake.faults.add(SEND, status=429, garbage=True)
    with pytest.raises(discord.HTTPException):
        await channel.send("x")
    fake.faults.add(SEND, drop=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("never came")
    fake.faults.add(SEND, drop_answer=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("came")
    fake.faults.away = True
    with pytest.raises(aiohttp.ClientError):
        await channel.send("x")
    assert [m.content for m in help.messages.values()] == ["after two pauses", "came"]
    assert fake.record.refused == []


@pytest.mark.asyncio
async def test_what_no_program_of_discords_would_send(fake: FakeDiscord):
    """Another content type, broken JSON, no token, a route that is not there, one that is asked otherwise."""
    help = fake.channel("help")
    url = f"{fake.api_base}/channels/{help.id}/messages"
    good = {"Authorization": f"Bot {fake.app.token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        for headers, data, status in (
            (good, b'{"content": "x"}', 200),
            ({**good, "Content-Type": "application/json; charset=utf-8"}, b'{"content": "x"}', 400),
            (good, b"{", 400),
            ({"Content-Type": "application/json"}, b"{}", 401),
        ):
            assert (await session.post(url, data=data, headers=headers)).status == status
        assert (await session.get(f"{fake.api_base}/nowhere", headers=good)).status == 404
        assert (await session.put(url, headers=good)).status == 405


def test_from_a_program_that_blocks():
    """The same fake, run elsewhere."""
    with discord_in_thread() as far:
        far.fake.invite()
        headers = {"Authorization": f"Bot {far.fake.app.token}"}
        assert httpx.get(f"{far.fake.api_base}/users/@me", headers=headers).json()["id"] == far.fake.app.id
        ann, help = far.do(lambda: (far.fake.person("Ann Lee"), far.fake.channel("help")))
        far.do(lambda: ann.say(help, "hello"))
        assert [seen.text for seen in far.do(lambda: ann.sees(help))] == ["hello"]
