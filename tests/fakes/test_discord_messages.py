"""The rules of messages, that the real discord.py meets: each is one that Discord has, or one that keeps a bot from
relying on what Discord does without a word."""

from __future__ import annotations

import io
from collections.abc import Awaitable
from typing import Any

import aiohttp
import discord
import pytest
from discord_bot import DiscordBot, lower
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import P


async def refused(call: Awaitable[Any]) -> discord.HTTPException:
    """What Discord answers to a call that it refuses."""
    with pytest.raises(discord.HTTPException) as error:
        await call
    return error.value


@pytest.mark.asyncio
async def test_what_is_said_is_heard_and_answered(fake: FakeDiscord, bot: DiscordBot):
    """Both ways: the bot hears a person by the socket with text, file and author, and its answer is on their screen;
    edits and deletions go the same way; its own messages come back to it."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    said = ann.say(help, "My printer", files={"p.txt": b"smoke"})
    await fake.until(lambda: bot.of("message"))
    message = bot.of("message")[0]
    assert (message.content, message.author.display_name, message.guild.name) == ("My printer", "Ann Lee", "Acme")
    assert await message.attachments[0].read() == b"smoke"
    answer = await message.reply(f"On <@{ann.id}>'s way", file=discord.File(io.BytesIO(b"x"), "a b.txt"))
    assert [seen.text for seen in ann.sees(help)] == ["My printer\n[p.txt]", "On @Ann Lee's way\n[a_b.txt]"]
    assert ann.pings == []
    ann.edit(said, "My printer burns")
    await answer.edit(content="Now", attachments=[])
    ann.delete(said)
    await fake.until(lambda: bot.of("raw_message_delete") and len(bot.of("raw_message_edit")) == 2)
    assert [edit.message.content for edit in bot.of("raw_message_edit")] == ["My printer burns", "Now"]
    assert [(seen.text, seen.edited) for seen in ann.sees(help)] == [("Now", True)]
    await answer.delete()
    assert ann.sees(help) == []
    assert fake.record.refused == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"nonce": "n" * 26}, "nonce"),
        ({"colour": "red"}, "colour"),
        ({"attachments": [{"id": 0, "filename": "a"}]}, "attachments"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
        ({"flags": 64}, "flags"),
        ({"message_reference": {"message_id": "1"}}, "message_reference"),
        ({"embeds": [{"title": "t" * 257}]}, "embeds"),
        ({"components": [{"type": 10, "content": "V2 without its flag"}]}, "components"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}, "content"),
        ({"flags": 1 << 15, "content": None, "components": [{"type": 10, "content": "x" * 4001}]}, "components"),
    ],
)
async def test_what_discord_does_not_take(fake: FakeDiscord, bot: DiscordBot, given: dict[str, Any], where: str):
    """Each is refused at its place, and nothing is in the channel."""
    help = fake.channel("help")
    await bot.login(fake.app.token)
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=help.id)
    error = await refused(bot.http.request(route, json={"content": "Hello", **given}))
    assert (error.status, error.code) == (400, 50035)
    assert where in fake.record.calls[-1].answer["errors"]
    assert not help.messages


@pytest.mark.asyncio
async def test_nothing_at_all_is_no_message(fake: FakeDiscord, bot: DiscordBot):
    """Neither is white space."""
    help = fake.channel("help")
    await bot.login(fake.app.token)
    channel = bot.get_partial_messageable(int(help.id))
    assert (await refused(channel.send(" \n"))).code == 50006


@pytest.mark.asyncio
async def test_the_same_nonce_is_the_same_message(fake: FakeDiscord, bot: DiscordBot):
    """So a retry after a lost answer doubles nothing; minutes later it is a new one."""
    help = fake.channel("help")
    await bot.login(fake.app.token)
    channel = bot.get_partial_messageable(int(help.id))
    fake.faults.add("POST /channels/{channel_id}/messages", drop_answer=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("once", nonce="k1")
    first = await channel.send("once", nonce="k1")
    assert [message.content for message in help.messages.values()] == ["once"]
    again = await channel.send("otherwise", nonce="k1")
    assert (again.id, again.content, again.nonce) == (first.id, "once", "k1")
    assert (await channel.fetch_message(first.id)).nonce is None
    fake.times.skip(181)
    assert (await channel.send("later", nonce="k1")).id != first.id


@pytest.mark.asyncio
async def test_permissions_are_reckoned_from_roles_and_exceptions(fake: FakeDiscord, bot: DiscordBot):
    """A channel that the bot does not see is without access, what it may not do there without permission; what is not
    there is unknown. An exception for a member goes before its roles' ones."""
    help, secret = fake.channel("help"), fake.channel("secret", only=[], bot=False)
    await bot.login(fake.app.token)
    here, there = (bot.get_partial_messageable(int(channel.id)) for channel in (help, secret))
    assert (await refused(there.send("x"))).code == 50001
    assert (await refused(bot.get_partial_messageable(1).send("x"))).code == 10003
    assert (await refused(here.fetch_message(1))).code == 10008
    fake.rule(help, fake.guild.everyone, deny=P.SEND_MESSAGES)
    assert (await refused(here.send("x"))).code == 50013
    fake.rule(help, fake.app.user, allow=P.SEND_MESSAGES, deny=P.ATTACH_FILES | P.MANAGE_MESSAGES)
    await here.send("x")
    assert (await refused(here.send(file=discord.File(io.BytesIO(b"x"), "x.txt")))).code == 50013
    ann = fake.person("Ann Lee", roles=[fake.role("Loud", permissions=P.ADMINISTRATOR)])
    said = ann.say(help, "mine")
    assert (await refused(here.get_partial_message(int(said.id)).delete())).code == 50013
    assert (await refused(here.get_partial_message(int(said.id)).edit(content="x"))).code == 50005


@pytest.mark.asyncio
async def test_only_who_is_allowed_is_pinged(fake: FakeDiscord, bot: DiscordBot):
    """A name in a text lights up nobody's screen unless the message allows it; code is not read, and @everyone needs
    a permission of its own."""
    role = fake.role("Engineers", mentionable=True)
    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray", roles=[role]), fake.channel("help")
    await bot.login(fake.app.token)
    channel = bot.get_partial_messageable(int(help.id))
    text = f"<@{ann.id}> <@&{role.id}> @everyone"
    await channel.send(text)
    assert ann.pings == bob.pings == []
    await channel.send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(ann.id))]))
    assert (len(ann.pings), len(bob.pings)) == (1, 0)
    await channel.send(text, allowed_mentions=discord.AllowedMentions.all())
    assert (len(ann.pings), len(bob.pings)) == (2, 1)
    await channel.send(f"`<@{ann.id}>`", allowed_mentions=discord.AllowedMentions.all())
    assert len(ann.pings) == 2


@pytest.mark.asyncio
async def test_what_is_read_without_the_intent(fake: FakeDiscord):
    """Nothing of what others say in a guild, unless they name the bot; direct messages and one's own as ever."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    fake.app.privileged.clear()
    bot = DiscordBot(fake, intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
    try:
        await bot.begin()
        ann.say(help, "secret", files={"a.txt": b"a"})
        ann.say(help, "@Steward hello")
        ann.dm("direct")
        await fake.until(lambda: len(bot.of("message")) == 3)
        silent, named, direct = bot.of("message")
        assert (silent.content, silent.attachments) == ("", [])
        assert (named.clean_content, direct.content, direct.guild) == ("@Steward hello", "direct", None)
        history = [m.content async for m in bot.get_partial_messageable(int(help.id)).history()]
        assert history == [f"<@{fake.app.id}> hello", ""]
    finally:
        await bot.end()


@pytest.mark.asyncio
async def test_history_in_pages(fake: FakeDiscord, bot: DiscordBot):
    """From either end, around one, and none where the bot may not read back."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    said = [ann.say(help, str(n)) for n in range(5)]
    fake.limits.page = 2
    await bot.login(fake.app.token)
    http, id = bot.http, int(help.id)
    assert [m["content"] for m in await http.logs_from(id, 2)] == ["4", "3"]
    assert [m["content"] for m in await http.logs_from(id, 2, after=int(said[0].id))] == ["2", "1"]
    assert [m["content"] for m in await http.logs_from(id, 2, before=int(said[3].id))] == ["2", "1"]
    fake.rule(help, fake.guild.everyone, deny=P.READ_MESSAGE_HISTORY)
    lower(fake, P.READ_MESSAGE_HISTORY)
    assert await http.logs_from(id, 2) == []


@pytest.mark.asyncio
async def test_reactions_and_pins(fake: FakeDiscord, bot: DiscordBot):
    """Told both ways; an emoji's name is none, and pinning has a permission of its own."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    said = ann.say(help, "x")
    await bot.begin()
    message = bot.get_partial_messageable(int(help.id)).get_partial_message(int(said.id))
    await message.add_reaction("🎫")
    ann.react(said, "🎫")
    ann.react(said, "🎫", taken_back=True)
    await fake.until(lambda: bot.of("raw_reaction_remove"))
    added = bot.of("raw_reaction_add")
    assert [(event.user_id, str(event.emoji)) for event in added] == [(int(fake.app.id), "🎫"), (int(ann.id), "🎫")]
    assert (await refused(message.add_reaction("white_check_mark"))).code == 10014
    await message.pin()
    assert ann.sees(help)[-1].message.type == 6
    lower(fake, P.PIN_MESSAGES)
    assert (await refused(message.unpin())).code == 50013


@pytest.mark.asyncio
async def test_many_are_deleted_at_once(fake: FakeDiscord, bot: DiscordBot):
    """Of the last two weeks; one alone is none."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    said = [ann.say(help, str(n)) for n in range(3)]
    await bot.begin()
    await bot.http.delete_messages(int(help.id), [int(m.id) for m in said[:2]])
    await fake.until(lambda: bot.of("raw_bulk_message_delete"))
    assert list(help.messages) == [said[2].id]
    assert (await refused(bot.http.delete_messages(int(help.id), [int(said[2].id)]))).code == 50016
    fake.times.skip(15 * 86400)
    late = ann.say(help, "late")
    assert (await refused(bot.http.delete_messages(int(help.id), [int(said[2].id), int(late.id)]))).code == 50034


@pytest.mark.asyncio
async def test_an_attachment_is_there_for_a_day(fake: FakeDiscord, bot: DiscordBot):
    """By its signed address alone, which a new look at the message makes anew."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    said = ann.say(help, "x", files={"p q.txt": b"smoke"})
    await bot.login(fake.app.token)
    channel = bot.get_partial_messageable(int(help.id))
    old = (await channel.fetch_message(int(said.id))).attachments[0]
    assert await old.read() == b"smoke"
    fake.times.skip(86401)
    with pytest.raises(discord.NotFound):
        await old.read()
    assert await (await channel.fetch_message(int(said.id))).attachments[0].read() == b"smoke"


@pytest.mark.asyncio
async def test_a_direct_message_needs_a_guild_and_a_will(fake: FakeDiscord, bot: DiscordBot):
    """Who shares no guild with the bot, or takes none, cannot be written to."""
    ann, bob, cid = fake.person("Ann Lee"), fake.person("Bob Ray", takes_dms=False), fake.stranger("Cid Fox")
    await bot.login(fake.app.token)
    await (await bot.fetch_user(int(ann.id))).send("hello")
    assert [seen.text for seen in ann.dms] == ["hello"]
    for person in (bob, cid):
        assert (await refused((await bot.fetch_user(int(person.id))).send("hello"))).code == 50007
