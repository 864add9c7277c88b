"""What a person does. Nobody can do here what Discord's own screen would not let them do."""

from __future__ import annotations

from typing import Any

from fakes.discord.deeds import reference_to
from fakes.discord.discord_messages import NEW_MEMBER, REPLY, SYSTEM, Attachment, Message
from fakes.discord.discord_things import FORUM, PUBLIC_THREAD, Channel, Guild, User
from fakes.discord.errors import CannotDo, DiscordError
from fakes.discord.mentions import read
from fakes.discord.permissions import PRIVATE_THREAD, P, invites, may
from fakes.discord.typing_in import typed
from fakes.discord.using import Using


class Person(Using):
    """Somebody on Discord. What they do to an app waits for its answer; `NotAnswered` where there is none in time."""

    # --- messages -----------------------------------------------------------------------------------

    def say(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: dict[str, bytes] | None = None,
    ) -> Message:
        """A message as they type it: `@ann`, `@Engineers` and `#help` become what Discord makes of them. Into a thread
        that is archived and not locked they write, too: Discord opens it."""
        if not channel.holds_messages:
            raise CannotDo(f"nobody can write into #{channel.name}")
        self._may(channel, P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES)
        self._opened(channel)
        if len(text) > self._discord.limits.text:
            raise CannotDo(f"a message has {self._discord.limits.text} characters at most")
        message = self._message(channel, text, files)
        if reply_to is not None:
            message.type, message.reference, message.replies_to = REPLY, reference_to(reply_to), reply_to
            if ping and reply_to.author not in message.mentions and not reply_to.webhook:
                message.mentions.append(reply_to.author)
        return self._discord.deeds.add(message)

    def _message(self, channel: Channel, text: str, files: dict[str, bytes] | None) -> Message:
        world = self._discord.world
        if files:
            self._may(channel, P.ATTACH_FILES)
        message = Message(world.id(), channel, self.user, typed(text, world, channel), world.now())
        message.member = channel.guild.members.get(self.id) if channel.guild else None
        message.attachments = [Attachment(world.id(), _name(at), content) for at, content in (files or {}).items()]
        found = read(world, channel, self.user, message.content, None, None)
        message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone
        return message

    def edit(self, message: Message, text: str) -> None:
        """They say it otherwise."""
        self._own(message)
        self._opened(message.channel)
        if len(text) > self._discord.limits.text:
            raise CannotDo(f"a message has {self._discord.limits.text} characters at most")
        message.content = typed(text, self._discord.world, message.channel)
        self._discord.deeds.change(message)

    def delete(self, message: Message) -> None:
        """They take it back; a moderator anybody's."""
        if message.author.id != self.id:
            self._may(message.channel, P.MANAGE_MESSAGES)
        self._discord.deeds.remove(message)

    def delete_many(self, messages: list[Message]) -> None:
        """A moderator's broom."""
        self._may(messages[0].channel, P.MANAGE_MESSAGES)
        self._discord.deeds.remove_all(messages)

    def delete_file(self, message: Message, name: str) -> None:
        """They take one of its files back."""
        self._own(message)
        message.attachments = [file for file in message.attachments if file.filename != name]
        self._discord.deeds.change(message)

    def react(self, message: Message, emoji: str, *, taken_back: bool = False) -> None:
        """Their emoji on it: `✅`."""
        self._may(message.channel, P.READ_MESSAGE_HISTORY)
        if message.only_for is not None:
            raise CannotDo("nobody can react to what one person alone sees")
        self._discord.threads.settle(message.channel)
        if message.channel.archived:
            raise CannotDo("the thread is archived")
        if emoji not in message.reactions:
            self._may(message.channel, P.ADD_REACTIONS)
        if taken_back != (self.id in message.reactions.get(emoji, [])):
            raise CannotDo(f"{emoji} is {'not ' if taken_back else ''}there already")
        self._discord.deeds.react(message, self.user, emoji, taken_back=taken_back)

    def pin(self, message: Message) -> None:
        """They keep it at hand."""
        self._may(message.channel, P.PIN_MESSAGES)
        self._discord.deeds.pin(message, self.user, pinned=True)

    def typing(self, channel: Channel) -> None:
        """They are seen writing."""
        self._may(channel, P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES)
        self._discord.deeds.typing(channel, self.user)

    def dm(self, text: str = "", **how: Any) -> Message:
        """A message to the app itself."""
        if not any(self._discord.world.shared(self.user)):
            raise CannotDo("they share no guild with the app")
        return self.say(self.dm_channel, text, **how)

    # --- threads ------------------------------------------------------------------------------------

    def start_thread(self, at: Message | Channel, name: str, *, private: bool = False) -> Channel:
        """One below a message, or in a channel."""
        threads, body = self._discord.threads, {"name": name}
        try:
            if isinstance(at, Message):
                self._inside(at.channel)
                return threads.begin_from(at, self.user, body)
            self._inside(at)
            return threads.begin(at, self.user, body, PRIVATE_THREAD if private else PUBLIC_THREAD)
        except DiscordError as error:
            raise CannotDo(str(error)) from error

    def start_post(
        self,
        forum: Channel,
        title: str,
        text: str,
        *,
        tags: tuple[str, ...] = (),
        files: dict[str, bytes] | None = None,
    ) -> Channel:
        """A post in a forum."""
        self._may(forum, P.SEND_MESSAGES)
        if forum.type != FORUM:
            raise CannotDo(f"#{forum.name} is no forum")
        ids = [tag["id"] for tag in forum.tags if tag["name"] in tags]
        if len(ids) != len(tags):
            raise CannotDo(f"the tags are {', '.join(tag['name'] for tag in forum.tags)}")
        try:
            first = self._message(forum, text, files)
            return self._discord.threads.begin_post(forum, self.user, {"name": title, "applied_tags": ids}, first)
        except DiscordError as error:
            raise CannotDo(str(error)) from error

    def change_thread(self, thread: Channel, **how: Any) -> None:
        """`archived=True`, `locked=True`, `name="…"`, `applied_tags=[…]`, as far as they may."""
        self._inside(thread)
        try:
            self._discord.threads.change(thread, how, self.user)
        except DiscordError as error:
            raise CannotDo(str(error)) from error

    def delete_thread(self, thread: Channel) -> None:
        """A thread or a post is gone, with all that was said in it; the message it hung from stays. Only who moderates
        threads may, not even whoever began it."""
        self._inside(thread)
        if not may(thread, self.id) & P.MANAGE_THREADS:
            raise CannotDo("only who manages threads deletes one")
        self._discord.deeds.drop_channel(thread)

    def delete_channel(self, channel: Channel) -> None:
        """A channel or a forum is gone, with its threads."""
        self._inside(channel)
        self._may(channel, P.MANAGE_CHANNELS)
        self._discord.deeds.drop_channel(channel)

    def join_thread(self, thread: Channel) -> None:
        """They go in."""
        self._inside(thread)
        self._discord.deeds.thread_member(thread, self.user)

    def leave_thread(self, thread: Channel) -> None:
        """They go."""
        self._discord.deeds.thread_member(thread, self.user, gone=True)

    def bring(self, thread: Channel, who: Person | User) -> None:
        """They bring somebody in, by naming them; the app, too: `discord.app.user`."""
        self._may(thread, P.SEND_MESSAGES_IN_THREADS)
        if not invites(thread, self.id):
            raise CannotDo("only who began it, and moderators, bring others into this thread")
        self._discord.deeds.thread_member(thread, who if isinstance(who, User) else who.user)

    def _opened(self, channel: Channel) -> None:
        moderates = bool(may(channel, self.id) & P.MANAGE_THREADS)
        if channel.is_thread and channel.locked and not moderates:
            raise CannotDo("the thread is locked")
        self._discord.threads.settle(channel)
        if channel.archived:
            self._discord.threads.change(channel, {"archived": False}, self.user)

    # --- guilds -------------------------------------------------------------------------------------

    def join(self, guild: Guild, *, announced_in: Channel | None = None) -> None:
        """They come into a guild; Discord may say so in a channel."""
        self._discord.join(guild, self.user)
        if announced_in is not None:
            self._discord.deeds.system(announced_in, self.user, NEW_MEMBER)

    def leave(self, guild: Guild) -> None:
        """They go."""
        self._discord.leave(guild, self.user)

    def rename(self, guild: Guild, nick: str | None) -> None:
        """They are called otherwise there."""
        member = guild.members[self.id]
        member.nick = nick
        self._discord.deeds.member(guild, member, "UPDATE")

    def _own(self, message: Message) -> None:
        if message.author.id != self.id or message.gone or message.type in SYSTEM:
            raise CannotDo("that message is not theirs, or is gone")


def _name(at: str) -> str:
    """A file is sent by its name, without the folders on its way."""
    return at.rpartition("/")[2]
