"""The rest of the routes, each asked by the real discord.py: what is told, what is changed, who may."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest
from discord_bot import DiscordBot, lower, refused
from fakes.discord.errors import CannotDo
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import P
from fakes.discord.person import Person


@pytest.mark.asyncio
async def test_guilds_and_roles(fake: FakeDiscord, bot: DiscordBot):
    """The bot's guilds; roles below its own are made, changed, given, taken and deleted, and what it hears agrees."""
    ann = fake.person("Ann Lee")
    elsewhere = fake.new_guild("Globex")
    await bot.begin()
    assert [one.name async for one in bot.fetch_guilds()] == ["Acme"]
    guild = await bot.fetch_guild(int(fake.guild.id), with_counts=True)
    assert guild.approximate_member_count == 3
    assert await refused(bot.fetch_guild(int(elsewhere.id), with_counts=False)) == 50001
    assert await refused(bot.fetch_guild(1, with_counts=False)) == 10004
    here = bot.guilds[0]
    assert [found.display_name for found in await here.query_members("ann")] == ["Ann Lee"]
    assert [found.id for found in await here.query_members(user_ids=[int(ann.id), 1])] == [int(ann.id)]
    role = await here.create_role(name="Engineers", permissions=discord.Permissions(manage_threads=True))
    member = await here.fetch_member(int(ann.id))
    await member.add_roles(role)
    assert fake.may_in(fake.guild) & P.MANAGE_ROLES
    await fake.until(lambda: bot.of("member_update"))
    await role.edit(name="Support", mentionable=True)
    assert [found.name for found in await here.fetch_roles()] == ["@everyone", "Steward", "Support"]
    await role.delete()
    assert fake.guild.members[ann.id].roles == []
    await fake.until(lambda: bot.of("guild_role_delete"))
    await here.me.edit(nick="The desk")
    assert fake.guild.members[fake.app.id].nick == "The desk"
    lower(fake, P.MANAGE_ROLES)
    assert await refused(here.create_role(name="x")) == 50013
    await here.leave()
    await fake.until(lambda: bot.of("guild_remove"))


@pytest.mark.asyncio
async def test_commands_one_by_one(fake: FakeDiscord, bot: DiscordBot):
    """Everywhere and in a guild, whose own goes before; what is there by a name keeps its id."""

    @bot.tree.command(name="desk", description="Everywhere")
    async def desk(told: discord.Interaction[discord.Client]) -> None:
        await told.response.send_message("everywhere")

    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    first = (await bot.tree.sync())[0]
    assert (await bot.tree.sync())[0].id == first.id
    assert (await bot.tree.fetch_command(first.id)).description == "Everywhere"
    await first.edit(description="Changed")
    assert [one.description for one in await bot.tree.fetch_commands()] == ["Changed"]
    assert await refused(first.edit(name="No spaces here")) == 50035
    here = discord.Object(int(fake.guild.id))
    bot.tree.copy_global_to(guild=here)
    assert (await bot.tree.sync(guild=here))[0].guild_id == here.id
    assert await ann.slash(help, "/desk")
    await first.delete()
    assert await refused(bot.tree.fetch_command(first.id)) == 10063
    assert await ann.slash(help, "/desk")
    added: Any = {"name": "more", "description": "x", "type": 1}
    assert (await bot.http.upsert_global_command(int(fake.app.id), added))["description"] == "x"
    assert await refused(bot.http.upsert_global_command(int(fake.app.id), {**added, "name": "A"})) == 50035
    assert await refused(bot.http.get_global_commands(1)) == 20012
    fake.limits.commands = 1
    assert await refused(bot.http.upsert_global_command(int(fake.app.id), {**added, "name": "third"})) == 50035


@pytest.mark.asyncio
async def test_who_is_in_a_thread(fake: FakeDiscord, bot: DiscordBot):
    """Joined, left, brought in, put out; who does not see the channel cannot be brought in; old ones in pages."""
    ann, bob = fake.person("Ann Lee"), fake.person("Bob Ray")
    help = fake.channel("help", only=[ann])
    await bot.begin()
    channel = bot.get_channel(int(help.id))
    assert isinstance(channel, discord.TextChannel)
    place = ann.start_thread(help, "Printer")
    await fake.until(lambda: bot.of("thread_create"))
    thread = channel.threads[0]
    await thread.join()
    assert {member.id for member in await thread.fetch_members()} == {int(ann.id), int(fake.app.id)}
    assert (await thread.fetch_member(int(ann.id))).id == int(ann.id)
    assert await refused(thread.fetch_member(int(bob.id))) == 10007
    assert await refused(thread.add_user(discord.Object(int(bob.id)))) == 50001
    assert await refused(thread.add_user(discord.Object(int(fake.stranger("Cid").id)))) == 10007
    ann.leave_thread(place)
    ann.join_thread(place)
    await thread.leave()
    assert list(place.thread_members) == [ann.id]
    for n in range(3):
        made = await channel.create_thread(name=str(n), type=discord.ChannelType.private_thread)
        await made.edit(archived=True)
    found = await channel.guild.fetch_channel(int(place.id))
    assert isinstance(found, discord.Thread)
    assert [one.name async for one in channel.archived_threads(private=True, limit=2)] == ["2", "1"]
    assert [one.name async for one in channel.archived_threads(private=True, joined=True)] == ["2", "1", "0"]
    assert [one.name for one in await channel.guild.active_threads()] == ["Printer"]
    await found.delete()
    await fake.until(lambda: bot.of("raw_thread_delete"))
    fake.limits.active_threads = 0
    assert await refused(channel.create_thread(name="x", type=discord.ChannelType.public_thread)) == 160006
    assert await refused(bot.http.join_thread(int(help.id))) == 50024


@pytest.mark.asyncio
async def test_webhooks_are_looked_after(fake: FakeDiscord, bot: DiscordBot):
    """Listed, renamed, moved, read by their token alone, fifteen in a channel; a wrong token is told so."""
    help, other = fake.channel("help"), fake.channel("other")
    await bot.begin()
    channel, elsewhere = bot.get_channel(int(help.id)), bot.get_channel(int(other.id))
    assert isinstance(channel, discord.TextChannel)
    assert isinstance(elsewhere, discord.TextChannel)
    hook = await channel.create_webhook(name="Relay")
    assert [found.name for found in await channel.webhooks()] == ["Relay"]
    assert [found.id for found in await channel.guild.webhooks()] == [hook.id]
    assert (await bot.fetch_webhook(hook.id)).token == hook.token
    moved = await hook.edit(name="Moved", channel=elsewhere)
    assert (moved.name, fake.world.webhooks[str(hook.id)].channel) == ("Moved", other)
    said = await moved.send("x", wait=True)
    assert (await moved.fetch_message(said.id)).content == "x"
    assert await refused(bot.fetch_webhook(1)) == 10015
    wrong = discord.Webhook.partial(hook.id, "wrong", client=bot)
    assert await refused(wrong.send("x")) == 50027
    assert await refused(channel.create_webhook(name="clyde")) == 50035
    for n in range(15):
        await channel.create_webhook(name=str(n))
    assert await refused(channel.create_webhook(name="one more")) == 30007


@pytest.mark.asyncio
async def test_the_rest_of_messages(fake: FakeDiscord, bot: DiscordBot):
    """Who reacted, emoji taken away, what is kept at hand, writing seen; a reply to what is gone; files that stay."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    said = ann.say(help, "x")
    ann.react(said, "🎫")
    await bot.begin()
    channel = bot.get_channel(int(help.id))
    assert isinstance(channel, discord.TextChannel)
    message = await channel.fetch_message(int(said.id))
    assert [user.id async for user in message.reactions[0].users()] == [int(ann.id)]
    await message.remove_reaction("🎫", discord.Object(int(ann.id)))
    assert await refused(message.remove_reaction("🎫", discord.Object(int(ann.id)))) == 10014
    for clear in (message.clear_reactions, lambda: message.clear_reaction("🎫")):
        ann.react(said, "🎫")
        await clear()
        assert said.reactions == {}
    await message.pin()
    assert [found.id async for found in channel.pins()] == [message.id]
    await message.unpin()
    async with channel.typing():
        pass
    ann.typing(help)
    around = [found.id async for found in channel.history(around=message, limit=3)]
    assert message.id in around
    answer = await message.reply("y", files=[discord.File(io.BytesIO(n.encode()), f"{n}.txt") for n in "ab"])
    await answer.edit(attachments=answer.attachments[1:])
    assert list(ann.sees(help)[-1].files) == ["b.txt"]
    assert ann.sees(help)[-1].link == answer.jump_url
    await answer.edit(suppress=True)
    ann.delete(said)
    assert await refused(message.reply("z")) == 50035
    await channel.send("z", reference=message.to_reference(fail_if_not_exists=False))
    fake.limits.file_bytes = 1
    assert await refused(channel.send(file=discord.File(io.BytesIO(b"too much"), "a.txt"))) == 40005
    fake.limits.file_bytes, fake.limits.files = 1 << 20, 1
    assert await refused(channel.send(files=[discord.File(io.BytesIO(b"x"), f"{n}.txt") for n in "ab"])) == 50035
    other = fake.person("Other Bot", bot=True)
    assert await refused(bot.http.start_private_message(int(other.id))) == 50007


@pytest.mark.asyncio
async def test_the_rest_of_channels(fake: FakeDiscord, bot: DiscordBot):
    """A category, a forum and news are made; what Discord takes of names, tags and exceptions."""
    ann = fake.person("Ann Lee")
    await bot.begin()
    guild = bot.guilds[0]
    group = await guild.create_category("Clients")
    forum = await group.create_forum("requests", available_tags=[discord.ForumTag(name="Open")])
    assert fake.world.channels[str(forum.id)].parent is fake.world.channels[str(group.id)]
    plain = await guild.create_text_channel("help")
    assert await refused(plain.edit(name="x" * 101)) == 50035
    assert await refused(forum.edit(available_tags=[discord.ForumTag(name="x" * 21)])) == 50035
    assert await refused(forum.edit(available_tags=[discord.ForumTag(name="x"), discord.ForumTag(name="x")])) == 50035
    assert await refused(bot.http.edit_channel(plain.id, parent_id=plain.id)) == 50035
    await plain.set_permissions(guild.default_role, send_messages=False)
    assert not fake.may(fake.world.channels[str(plain.id)], ann.id) & P.SEND_MESSAGES
    assert await refused(bot.http.edit_channel_permissions(plain.id, 1, "0", "0", 1)) == 10009
    assert await refused(bot.http.delete_channel_permissions(plain.id, int(ann.id))) == 10009
    alone = await bot.http.start_private_message(int(ann.id))
    assert await refused(bot.http.edit_channel(int(alone["id"]), name="x")) == 50003
    lower(fake, P.MANAGE_CHANNELS)
    assert await refused(plain.delete()) == 50013
    assert await refused(guild.create_text_channel("x")) == 50013


def test_what_a_test_misspells(fake_alone: FakeDiscord):
    """Is told, with what there is."""
    with pytest.raises(LookupError):
        fake_alone.faults.add("POST /channels/{id}/messages", status=500)
    with pytest.raises(LookupError):
        fake_alone.record.of("POST /messages")


@pytest.fixture
def fake_alone() -> FakeDiscord:
    """One that does not listen."""
    return FakeDiscord()


@pytest.mark.asyncio
async def test_what_nobody_can_do_on_their_screen(fake: FakeDiscord):
    """A person does only what Discord's own screen would let them do."""
    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    forum, secret = fake.forum("requests", tags=["Open"]), fake.channel("secret", only=[bob])
    said, thread = bob.say(help, "mine"), bob.start_thread(help, "Talk")
    calls: list[Any] = [
        lambda: ann.say(forum, "x"),
        lambda: ann.say(secret, "x"),
        lambda: ann.say(help, "x" * 2001),
        lambda: ann.edit(said, "x"),
        lambda: ann.delete(said),
        lambda: ann.delete_many([said]),
        lambda: ann.react(said, "🎫", taken_back=True),
        lambda: ann.pin(said),
        lambda: ann.start_post(help, "x", "x"),
        lambda: ann.start_post(forum, "x", "x", tags=("None",)),
        lambda: ann.start_thread(forum, "x"),
        lambda: ann.change_thread(thread, archived=True),
        lambda: ann.post("none", forum),
        lambda: ann.find("none", help),
        lambda: fake.stranger("Cid").dm("x"),
    ]
    for call in calls:
        with pytest.raises(CannotDo):
            call()
    fake.rule(help, fake.guild.everyone, deny=P.ATTACH_FILES | P.ADD_REACTIONS)
    for call in (lambda: ann.say(help, "x", files={"a": b""}), lambda: ann.react(said, "🎫")):
        with pytest.raises(CannotDo):
            call()
    moderator = fake.person("Mo", roles=[fake.role("Mods", permissions=P.MANAGE_MESSAGES | P.PIN_MESSAGES)])
    moderator.pin(said)
    moderator.delete_many([said, bob.say(help, "#help @Mods and @ann")])
    assert isinstance(moderator, Person)
    bob.change_thread(thread, archived=True)
    assert bob.threads(help) == []
