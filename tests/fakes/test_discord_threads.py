"""Threads, forums and webhooks, as the real discord.py meets them."""

from __future__ import annotations

import io

import discord
import pytest
from discord_bot import DiscordBot, lower, refused
from fakes.discord.errors import CannotDo
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.permissions import P


def text(bot: DiscordBot, id: str) -> discord.TextChannel:
    """That channel, as the bot knows it."""
    channel = bot.get_channel(int(id))
    assert isinstance(channel, discord.TextChannel)
    return channel


@pytest.mark.asyncio
async def test_a_thread_below_a_message(fake: FakeDiscord, bot: DiscordBot):
    """It has the message's id, and each message has one; what people write in it the bot hears without going in."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    said = ann.say(help, "My printer")
    message = text(bot, help.id).get_partial_message(int(said.id))
    thread = await message.create_thread(name="Printer", auto_archive_duration=60)
    assert thread.id == message.id
    assert await refused(message.create_thread(name="Again")) == 160004
    await thread.send("On its way")
    ann.say(ann.threads(help)[0], "Thanks")
    await fake.until(lambda: bot.of("message")[-1].content == "Thanks")
    assert isinstance(bot.of("message")[-1].channel, discord.Thread)
    assert [seen.text for seen in ann.sees(ann.threads(help)[0])] == ["My printer", "On its way", "Thanks"]
    lower(fake, P.CREATE_PUBLIC_THREADS | P.SEND_MESSAGES_IN_THREADS)
    fake.permit(fake.guild.everyone, P.VIEW_CHANNEL | P.SEND_MESSAGES | P.READ_MESSAGE_HISTORY)
    other = text(bot, help.id).get_partial_message(int(ann.say(help, "x").id))
    assert await refused(other.create_thread(name="x")) == 50013
    assert await refused(thread.send("x")) == 50013


@pytest.mark.asyncio
async def test_a_private_thread(fake: FakeDiscord, bot: DiscordBot):
    """Who is brought in or pinged in it sees it, and moderators; a bot that is neither does not hear of it."""
    ann, bob, help = fake.person("Ann Lee"), fake.person("Bob Ray"), fake.channel("help")
    lower(fake, P.MANAGE_THREADS)
    await bot.begin()
    thread = await text(bot, help.id).create_thread(name="Team", type=discord.ChannelType.private_thread)
    await thread.add_user(discord.Object(int(ann.id)))
    team = ann.threads(help)[0]
    ann.say(team, "Between us")
    await fake.until(lambda: bot.of("message"))
    assert bob.threads(help) == []
    with pytest.raises(CannotDo):
        bob.say(team, "x")
    await thread.send(f"<@{bob.id}> is merely named")
    assert bob.threads(help) == []
    await thread.send(f"<@{bob.id}> is pinged", allowed_mentions=discord.AllowedMentions(users=True))
    assert bob.threads(help) == [team]
    for person in (ann, bob):
        await thread.remove_user(discord.Object(int(person.id)))
        assert person.threads(help) == []
    bot.seen.clear()
    own = bob.start_thread(help, "Mine", private=True)
    bob.say(own, "unheard")
    assert await refused(bot.fetch_channel(int(own.id))) == 50001
    bob.bring(own, fake.app.user)
    bob.say(own, "heard")
    await fake.until(lambda: bot.of("message"))
    assert [message.content for message in bot.of("message")] == ["heard"]


@pytest.mark.asyncio
async def test_an_archived_thread(fake: FakeDiscord, bot: DiscordBot):
    """Nothing is written, changed or reacted to in it before it is opened again; people's words open it by themselves;
    a locked one is for moderators."""
    ann, help = fake.person("Ann Lee"), fake.channel("help")
    await bot.begin()
    thread = await text(bot, help.id).create_thread(name="Printer", type=discord.ChannelType.public_thread)
    sent = await thread.send("first")
    place = ann.threads(help)[0]
    await thread.edit(archived=True)
    for call in (thread.send("x"), sent.edit(content="x"), sent.delete(), sent.add_reaction("✅"), sent.pin()):
        assert await refused(call) == 50083
    assert await refused(thread.edit(name="x")) == 50083
    assert [one.name async for one in text(bot, help.id).archived_threads()] == ["Printer"]
    with pytest.raises(CannotDo):
        await ann.slash(place, "/desk")
    ann.say(place, "Still broken")
    assert not place.archived
    await thread.edit(archived=True, locked=True)
    with pytest.raises(CannotDo):
        ann.say(place, "x")
    await thread.edit(archived=False)
    await thread.send("A moderator's word")
    lower(fake, P.MANAGE_THREADS)
    assert await refused(thread.send("x")) == 160005
    place.locked = False
    fake.times.skip(86400 * 2)
    assert await refused(thread.send("x")) == 50083
    ann.say(place, "After two days")
    await thread.send("x")


@pytest.mark.asyncio
async def test_a_thread_has_a_kind_and_a_name(fake: FakeDiscord, bot: DiscordBot):
    """What Discord would guess, or refuse, is refused."""
    help = fake.channel("help")
    await bot.login(fake.app.token)
    route = discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=help.id)
    public = {"name": "x", "type": 11}
    for wrong in ({"name": "x"}, {**public, "name": "x" * 101}, {**public, "auto_archive_duration": 61}):
        assert await refused(bot.http.request(route, json=wrong)) == 50035


@pytest.mark.asyncio
async def test_a_forum(fake: FakeDiscord, bot: DiscordBot):
    """Posts both ways with tags, which only the forum's own are; the bot makes tags, and sets moderated ones."""
    ann = fake.person("Ann Lee")
    place = fake.forum("requests", tags=["Open", {"name": "Done", "moderated": True}])
    await bot.begin()
    forum = bot.get_channel(int(place.id))
    assert isinstance(forum, discord.ForumChannel)
    opened, done = forum.available_tags
    made = await forum.create_thread(name="ACME-1", content="Printer", applied_tags=[opened])
    assert made.message.content == "Printer"
    post = ann.post("ACME-1", place)
    assert ann.tags(post) == ["Open"]
    await made.thread.edit(applied_tags=[done])
    assert ann.tags(post) == ["Done"]
    with pytest.raises(CannotDo):
        ann.start_post(place, "x", "y", tags=("Done",))
    own = ann.start_post(place, "My printer", "burns", tags=("Open",), files={"p.txt": b"x"})
    await fake.until(lambda: bot.of("thread_create") and bot.of("message")[-1].content == "burns")
    thread = bot.get_channel(int(own.id))
    assert isinstance(thread, discord.Thread)
    assert [tag.name for tag in thread.applied_tags] == ["Open"]
    await forum.edit(available_tags=[opened, done, discord.ForumTag(name="Waiting", emoji="⏳")])
    assert [tag["name"] for tag in place.tags] == ["Open", "Done", "Waiting"]
    assert await refused(bot.get_partial_messageable(int(place.id)).send("x")) == 50008
    assert await refused(made.thread.edit(applied_tags=[discord.ForumTag(name="No", emoji=None)])) == 50035


@pytest.mark.asyncio
async def test_a_relay_under_another_name(fake: FakeDiscord, bot: DiscordBot):
    """A webhook's messages come back as others' do, are changed by it alone, and reach into its channel's threads."""
    ann, help, other = fake.person("Ann Lee"), fake.channel("help"), fake.channel("other")
    await bot.begin()
    hook = await text(bot, help.id).create_webhook(name="Relay")
    said = await hook.send(
        f"On my way <@{ann.id}>",
        username="Bob Ray",
        avatar_url="https://example.com/bob.png",
        wait=True,
        file=discord.File(io.BytesIO(b"x"), "x.txt"),
    )
    seen = ann.sees(help)[0]
    assert (seen.author, seen.text, ann.pings) == ("Bob Ray", "On my way @Ann Lee\n[x.txt]", [])
    await fake.until(lambda: bot.of("message"))
    assert bot.of("message")[0].webhook_id == hook.id
    await hook.edit_message(said.id, content="Here")
    place = ann.start_thread(help, "Printer")
    await hook.send("In the thread", username="Bob Ray", thread=discord.Object(int(place.id)), wait=True)
    assert ann.sees(place)[-1].text == "In the thread"
    elsewhere = ann.start_thread(other, "Elsewhere")
    assert await refused(hook.send("x", thread=discord.Object(int(elsewhere.id)))) == 10003
    assert await refused(hook.send("x", username="The Discord Team")) == 50035
    assert await refused(text(bot, help.id).get_partial_message(said.id).edit(content="x")) == 50005
    await hook.delete_message(said.id)
    assert await refused(hook.edit_message(said.id, content="x")) == 10008
    await hook.delete()
    assert await refused(hook.send("x")) == 10015
    lower(fake, P.MANAGE_WEBHOOKS)
    assert await refused(text(bot, help.id).create_webhook(name="Relay")) == 50013


@pytest.mark.asyncio
async def test_a_relay_into_a_forum(fake: FakeDiscord, bot: DiscordBot):
    """A new post has a title, or one says which post is meant."""
    ann, place = fake.person("Ann Lee"), fake.forum("requests")
    await bot.begin()
    forum = bot.get_channel(int(place.id))
    assert isinstance(forum, discord.ForumChannel)
    hook = await forum.create_webhook(name="Relay")
    assert await refused(hook.send("x")) == 220001
    said = await hook.send("burns", username="Cid Fox", thread_name="Printer", wait=True)
    assert [(seen.author, seen.text) for seen in ann.sees(ann.post("Printer", place))] == [("Cid Fox", "burns")]
    await hook.edit_message(said.id, content="smokes", thread=discord.Object(said.id))
    assert ann.sees(ann.post("Printer", place))[0].text == "smokes"


@pytest.mark.asyncio
async def test_channels_and_their_exceptions(fake: FakeDiscord, bot: DiscordBot):
    """Made, changed, closed to others, deleted; where the bot comes to see one, it is told of its threads."""
    ann, bob = fake.person("Ann Lee"), fake.person("Bob Ray")
    secret = fake.channel("secret", only=[ann], bot=False)
    ann.start_thread(secret, "Hidden")
    await bot.begin()
    guild = bot.guilds[0]
    everyone, who = guild.default_role, guild.get_member(int(ann.id))
    assert who
    closed, open_ = discord.PermissionOverwrite(view_channel=False), discord.PermissionOverwrite(view_channel=True)
    made = await guild.create_text_channel("client acme", overwrites={everyone: closed, who: open_, guild.me: open_})
    place = fake.world.channels[str(made.id)]
    assert place.name == "client-acme"
    ann.say(place, "x")
    with pytest.raises(CannotDo):
        bob.sees(place)
    await made.set_permissions(who, overwrite=None)
    with pytest.raises(CannotDo):
        ann.sees(place)
    await made.edit(topic="Acme")
    await made.delete()
    await fake.until(lambda: bot.of("guild_channel_delete"))
    fake.rule(secret, fake.app.user, allow=P.VIEW_CHANNEL)
    await fake.until(lambda: bot.of("thread_join"))
    assert {one.name for one in guild.threads} == {"Hidden"}


@pytest.mark.asyncio
async def test_roles_members_and_who_they_are(fake: FakeDiscord, bot: DiscordBot):
    """By HTTP, too; a role above the bot's own is not its to give."""
    role = fake.role("Engineers")
    ann = fake.person("Ann Lee", roles=[role])
    await bot.begin()
    guild = bot.guilds[0]
    member = await guild.fetch_member(int(ann.id))
    assert [found.name for found in member.roles] == ["@everyone", "Engineers"]
    await member.remove_roles(discord.Object(int(role.id)))
    assert fake.guild.members[ann.id].roles == []
    role.position = 60
    assert await refused(member.add_roles(discord.Object(int(role.id)))) == 50013
    assert await refused(guild.fetch_member(1)) == 10013
    assert {found.id async for found in guild.fetch_members()} == {member.id for member in guild.members}
    assert (await bot.application_info()).id == int(fake.app.id)


@pytest.mark.asyncio
async def test_a_thread_and_a_post_are_deleted(fake: FakeDiscord, bot: DiscordBot):
    """By who manages threads, be it nobody else's than their own; the bot is told, nothing can be said there any more,
    and the message that it hung from stands, and has had its thread."""
    mods = fake.role("Mods", permissions=P.MANAGE_THREADS)
    ann, mo = fake.person("Ann Lee"), fake.person("Mo Lane", roles=[mods])
    help, forum = fake.channel("help"), fake.forum("ideas")
    await bot.begin()
    said, post = ann.say(help, "My printer"), ann.start_post(forum, "Colours", "More of them")
    thread = ann.start_thread(said, "Printer")
    for each in (thread, post):
        with pytest.raises(CannotDo):
            ann.delete_thread(each)
        mo.delete_thread(each)
        await fake.until(lambda each=each: [t.thread_id for t in bot.of("raw_thread_delete")][-1:] == [int(each.id)])
        assert await refused(bot.get_partial_messageable(int(each.id)).send("x")) == 10003
    assert [m.text for m in ann.sees(help)] == ["My printer"]
    assert await refused(text(bot, help.id).get_partial_message(int(said.id)).create_thread(name="Again")) == 160004
