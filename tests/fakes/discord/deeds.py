"""What happens in Discord, whoever does it: it is done, and the bot is told where it may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord.discord_messages import PINNED_ONE, SYSTEM, Message, emoji_seen
from fakes.discord.discord_things import Channel, Guild, Member, Role, User, Webhook
from fakes.discord.intents import CONTENT, readable
from fakes.discord.permissions import invites, sees
from fakes.discord.sessions import Session

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord


class Deeds:
    """Each of them."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord
        self._world = discord.world

    @property
    def _me(self) -> str:
        return self._world.app.id

    # --- messages -----------------------------------------------------------------------------------

    def add(self, message: Message) -> Message:
        """It stands in its channel."""
        channel = message.channel
        channel.messages[message.id] = message
        channel.last_message = message.id
        if channel.is_thread:
            channel.sent += 1
            channel.archive_time = message.timestamp if not channel.archived else channel.archive_time
        self._of_message("MESSAGE_CREATE", message)
        if channel.is_thread and message.type not in SYSTEM:
            self._into_thread(channel, message)
        return message

    def _into_thread(self, thread: Channel, message: Message) -> None:
        """Who writes in a thread is in it then, and so is whom they ping, as far as those see the channel."""
        home, author = thread.home, message.author
        if author.id in home.members and author.id not in thread.thread_members:
            self.thread_member(thread, author)
        if thread.private and not invites(thread, author.id) and not message.webhook:
            return
        for user in message.mentions:
            if (
                user.id in home.members
                and user.id not in thread.thread_members
                and sees(thread.parent or thread, user.id)
            ):
                self.thread_member(thread, user)

    def change(self, message: Message, *, edited: bool = True) -> None:
        """It says something else now."""
        if edited:
            message.edited = self._world.now()
        if message.only_for is None:
            self._of_message("MESSAGE_UPDATE", message)
        self._discord.changed()

    def remove(self, message: Message) -> None:
        """It is gone."""
        self._drop(message)
        self._told(message.channel, "MESSAGE_DELETE", {"id": message.id, "channel_id": message.channel.id})

    def remove_all(self, messages: list[Message]) -> None:
        """Many at once."""
        for message in messages:
            self._drop(message)
        channel = messages[0].channel
        self._told(channel, "MESSAGE_DELETE_BULK", {"ids": [m.id for m in messages], "channel_id": channel.id})

    def _drop(self, message: Message) -> None:
        message.gone = True
        if message.only_for is None:
            del message.channel.messages[message.id]
        elif message in message.channel.ephemerals:
            message.channel.ephemerals.remove(message)

    def react(self, message: Message, user: User, emoji: str, *, taken_back: bool = False) -> None:
        """Somebody's emoji on it, or no longer."""
        people = message.reactions.setdefault(emoji, [])
        people.remove(user.id) if taken_back else people.append(user.id)
        if not people:
            del message.reactions[emoji]
        told = self._reaction(message) | {"user_id": user.id, "emoji": emoji_seen(emoji), "burst": False, "type": 0}
        if not taken_back:
            told["message_author_id"] = message.author.id
            member = message.channel.guild.members.get(user.id) if message.channel.guild else None
            told |= {"member": member.seen()} if member else {}
        self._told(message.channel, "MESSAGE_REACTION_REMOVE" if taken_back else "MESSAGE_REACTION_ADD", told)

    def clear_reactions(self, message: Message, emoji: str | None = None) -> None:
        """All emoji of it, or all of one kind."""
        if emoji is None:
            message.reactions.clear()
            self._told(message.channel, "MESSAGE_REACTION_REMOVE_ALL", self._reaction(message))
        elif message.reactions.pop(emoji, None):
            told = self._reaction(message) | {"emoji": emoji_seen(emoji)}
            self._told(message.channel, "MESSAGE_REACTION_REMOVE_EMOJI", told)

    @staticmethod
    def _reaction(message: Message) -> dict[str, Any]:
        return {"channel_id": message.channel.id, "message_id": message.id}

    def pin(self, message: Message, user: User, *, pinned: bool) -> None:
        """It is kept at hand, or no longer; that it is, is said in the channel."""
        channel, message.pinned = message.channel, pinned
        channel.last_pin = self._world.now() if pinned else channel.last_pin
        self.change(message, edited=False)
        self._told(channel, "CHANNEL_PINS_UPDATE", {"channel_id": channel.id, "last_pin_timestamp": channel.last_pin})
        if pinned:
            self.system(channel, user, PINNED_ONE, reference=reference_to(message))

    def system(self, channel: Channel, user: User, kind: int, content: str = "", **known: Any) -> Message:
        """Discord itself says something, in the name of who did it."""
        member = channel.guild.members.get(user.id) if channel.guild else None
        return self.add(Message(self._world.id(), channel, user, content, self._world.now(), kind, member, **known))

    def typing(self, channel: Channel, user: User) -> None:
        """Somebody is writing."""
        now = int(self._world.times.now())
        self._told(channel, "TYPING_START", {"channel_id": channel.id, "user_id": user.id, "timestamp": now})

    # --- channels and threads -----------------------------------------------------------------------

    def channel(self, channel: Channel, what: str) -> None:
        """A channel or a thread is made, changed or deleted: `CREATE`, `UPDATE`, `DELETE`."""
        if channel.is_thread:
            told = channel.seen(self._me)
            if what == "DELETE":
                told = {name: told[name] for name in ("id", "guild_id", "parent_id", "type")}
            self._told(channel, f"THREAD_{what}", told | ({"newly_created": True} if what == "CREATE" else {}))
        else:
            self._told(channel, f"CHANNEL_{what}", channel.seen(self._me), seen=True)

    def add_channel(self, channel: Channel) -> None:
        """It is there."""
        home = channel.home
        (home.threads if channel.is_thread else home.channels)[channel.id] = channel
        self._world.channels[channel.id] = channel
        self.channel(channel, "CREATE")

    def drop_channel(self, channel: Channel) -> None:
        """It is gone, with its threads."""
        home = channel.home
        for thread in [t for t in home.threads.values() if t.parent is channel]:
            del self._world.channels[thread.id], home.threads[thread.id]
        self.channel(channel, "DELETE")
        del (home.threads if channel.is_thread else home.channels)[channel.id], self._world.channels[channel.id]

    def thread_member(self, thread: Channel, user: User, *, gone: bool = False) -> None:
        """Somebody is in it, or no longer. The bot, when it is added to a private one, hears of it only then."""
        sight = sees(thread, self._me)
        if gone:
            thread.thread_members.pop(user.id, None)
        else:
            thread.thread_members[user.id] = self._world.now()
        told: dict[str, Any] = {"id": thread.id, "guild_id": thread.home.id, "member_count": len(thread.thread_members)}
        if gone:
            told["removed_member_ids"] = [user.id]
        else:
            member = thread.home.members[user.id]
            told["added_members"] = [thread.thread_member(user.id) | {"member": member.seen(), "presence": None}]
        if user.id == self._me and not gone and not sight:
            self._told(thread, "THREAD_CREATE", thread.seen(self._me))
        if sight or sees(thread, self._me):
            own = user.id == self._me
            self._discord.gateway.tell("THREAD_MEMBERS_UPDATE", told, thread.home.id, own=own)

    def list_threads(self, guild: Guild, parents: list[Channel]) -> None:
        """The bot sees channels that it did not see: it is told which threads are in them."""
        threads = [thread for thread in self._discord.ready.active(guild) if thread.parent in parents]
        told: dict[str, Any] = {"guild_id": guild.id, "channel_ids": [parent.id for parent in parents]}
        told |= {"threads": [thread.seen(self._me) for thread in threads]}
        told["members"] = [t.thread_member(self._me) for t in threads if self._me in t.thread_members]
        self._discord.gateway.tell("THREAD_LIST_SYNC", told, guild.id)

    def webhooks(self, webhook: Webhook) -> None:
        """Something about a channel's webhooks is different."""
        channel = webhook.channel
        self._told(channel, "WEBHOOKS_UPDATE", {"channel_id": channel.id})

    # --- people and guilds --------------------------------------------------------------------------

    def member(self, guild: Guild, member: Member, what: str) -> None:
        """Somebody comes (`ADD`), is different (`UPDATE`) or goes (`REMOVE`)."""
        told = {"user": member.user.seen()} if what == "REMOVE" else member.seen()
        self._in_guild(guild, f"GUILD_MEMBER_{what}", told, own=member.user.id == self._me)

    def role(self, guild: Guild, role: Role, what: str) -> None:
        """A role is made, changed or deleted."""
        self._in_guild(guild, f"GUILD_ROLE_{what}", {"role_id": role.id} if what == "DELETE" else {"role": role.seen()})

    def guild_create(self, guild: Guild, *, again: bool = False) -> None:
        """The bot is in it now, or Discord has it again."""

        def build(session: Session) -> dict[str, Any]:
            return self._discord.ready.guild(guild, session) | ({"unavailable": False} if again else {})

        self._discord.gateway.tell("GUILD_CREATE", build, guild.id)

    def guild_delete(self, guild: Guild, *, unavailable: bool) -> None:
        """The bot is out of it, or Discord has trouble with it."""
        told: dict[str, Any] = {"id": guild.id} | ({"unavailable": True} if unavailable else {})
        self._discord.gateway.tell("GUILD_DELETE", told, guild.id)

    # --- how ----------------------------------------------------------------------------------------

    def _in_guild(self, guild: Guild, name: str, told: dict[str, Any], *, own: bool = False) -> None:
        if self._me in guild.members and not guild.unavailable:
            self._discord.gateway.tell(name, told | {"guild_id": guild.id}, guild.id, own=own)
        self._discord.changed()

    def _told(self, channel: Channel, name: str, told: Any, *, seen: bool = False) -> None:
        guild = channel.guild
        if (seen and guild and self._me in guild.members) or sees(channel, self._me):
            if guild is not None:
                told = told | {"guild_id": guild.id}
            if not (guild and guild.unavailable):
                self._discord.gateway.tell(name, told, guild.id if guild else None)
        self._discord.changed()

    def _of_message(self, name: str, message: Message) -> None:
        channel = message.channel
        self._discord.changed()
        if not sees(channel, self._me) or (channel.guild and channel.guild.unavailable):
            return
        guild = channel.guild.id if channel.guild else None
        extra: dict[str, Any] = {"channel_type": channel.type}
        if guild:
            extra["guild_id"] = guild
        if message.member and not message.webhook:
            extra["member"] = message.member.seen(user=False)

        def build(session: Session) -> dict[str, Any]:
            content = readable(message, self._me, content=bool(session.intents & CONTENT))
            new = name == "MESSAGE_CREATE"
            told = message.seen(self._me, self._world.link, content=content, nonce=new) | extra
            if channel.guild:
                home = channel.guild
                told["mentions"] = [_mentioned(user, home) for user in message.mentions]
            return told

        self._discord.gateway.tell(name, build, guild)


def _mentioned(user: User, guild: Guild) -> dict[str, Any]:
    member = guild.members.get(user.id)
    return user.seen() | ({"member": member.seen(user=False)} if member else {})


def reference_to(message: Message) -> dict[str, Any]:
    """How one message points to another."""
    told: dict[str, Any] = {"type": 0, "channel_id": message.channel.id, "message_id": message.id}
    return told | ({"guild_id": message.channel.guild.id} if message.channel.guild else {})
