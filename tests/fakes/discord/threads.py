"""Threads: how they begin, who is in them, when they are archived or locked, what a forum's posts are tagged with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakes.discord.discord_messages import HAS_THREAD, RENAMED, THREAD_CREATED, THREAD_STARTER, Message
from fakes.discord.discord_things import FORUM, NEWS, NEWS_THREAD, PUBLIC_THREAD, TEXT, Channel, User
from fakes.discord.errors import DiscordError, check, invalid
from fakes.discord.permissions import PRIVATE_THREAD, P, may

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

DURATIONS = (60, 1440, 4320, 10080)
"""Minutes of silence after which one may be archived."""


class Threads:
    """All that is done with them, by the bot and by people."""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord

    # --- beginning ----------------------------------------------------------------------------------

    def begin(self, parent: Channel, user: User, body: dict[str, Any], kind: int) -> Channel:
        """One without a message before it."""
        needed = P.CREATE_PRIVATE_THREADS if kind == PRIVATE_THREAD else P.CREATE_PUBLIC_THREADS
        self._need(parent, user, needed)
        if parent.type not in (TEXT, NEWS) or kind not in (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD):
            raise DiscordError(50024)
        if (kind == NEWS_THREAD) != (parent.type == NEWS):
            raise DiscordError(50024)
        thread = self._new(parent, user, body, kind, self._discord.world.id())
        thread.invitable = body.get("invitable", True)
        self._add(thread, user)
        if kind != PRIVATE_THREAD:
            reference = {"channel_id": thread.id, "guild_id": parent.home.id}
            self._discord.deeds.system(parent, user, THREAD_CREATED, thread.name, reference=reference)
        return thread

    def begin_from(self, message: Message, user: User, body: dict[str, Any]) -> Channel:
        """One below a message: it has the message's id."""
        parent = message.channel
        self._need(parent, user, P.CREATE_PUBLIC_THREADS | P.READ_MESSAGE_HISTORY)
        if parent.type not in (TEXT, NEWS):
            raise DiscordError(50024)
        if message.thread is not None or message.id in parent.home.threads:
            raise DiscordError(160004)
        kind = NEWS_THREAD if parent.type == NEWS else PUBLIC_THREAD
        thread = self._new(parent, user, body, kind, message.id)
        self._add(thread, user)
        message.thread, message.flags = thread, message.flags | HAS_THREAD
        self._discord.deeds.change(message, edited=False)
        starts = {"type": 0, "channel_id": parent.id, "message_id": message.id, "guild_id": parent.home.id}
        self._discord.deeds.system(thread, message.author, THREAD_STARTER, reference=starts, replies_to=message)
        return thread

    def begin_post(self, forum: Channel, user: User, body: dict[str, Any], first: Message) -> Channel:
        """One in a forum, with its first message, which has the same id."""
        self._need(forum, user, P.SEND_MESSAGES)
        if forum.type != FORUM:
            raise DiscordError(50024)
        thread = self._new(forum, user, body, PUBLIC_THREAD, first.id)
        self.tag(thread, [str(tag) for tag in body.get("applied_tags") or []], user)
        self._add(thread, user)
        first.channel = thread
        self._discord.deeds.add(first)
        return thread

    def _new(self, parent: Channel, user: User, body: dict[str, Any], kind: int, id: str) -> Channel:
        check(self._problems(body) | ({} if body.get("name") else {"name": "This field is required"}))
        home = parent.home
        if sum(not thread.archived for thread in home.threads.values()) >= self._discord.limits.active_threads:
            raise DiscordError(160006)
        now = self._discord.world.now()
        thread = Channel(id, kind, body["name"], now, home, parent, owner_id=user.id, archive_time=now)
        thread.auto_archive = body.get("auto_archive_duration") or parent.auto_archive
        thread.slowmode = body.get("rate_limit_per_user") or 0
        thread.thread_members[user.id] = now
        return thread

    def _add(self, thread: Channel, user: User) -> None:
        self._discord.deeds.add_channel(thread)
        if user.id == self._discord.app.id:
            self._discord.deeds.thread_member(thread, user)

    # --- changing -----------------------------------------------------------------------------------

    def change(self, thread: Channel, body: dict[str, Any], user: User | None = None) -> None:
        """It is called otherwise, archived, opened again, locked, tagged."""
        user = user or self._discord.app.user
        moderates = bool(may(thread, user.id) & P.MANAGE_THREADS)
        self.settle(thread)
        opens, owns = body.get("archived") is False, thread.owner_id == user.id
        check(self._problems(body))
        if thread.archived and not opens and body.keys() - {"archived", "locked"}:
            raise DiscordError(50083)
        if opens and not moderates and (thread.locked or not self._writes(thread, user)):
            raise DiscordError(50013)
        if (
            body.keys() - {"archived"}
            and not moderates
            and not (owns and body.keys() <= {"name", "archived", "applied_tags", "auto_archive_duration"})
        ):
            raise DiscordError(50013, say="Missing Permissions (MANAGE_THREADS)")
        if body.get("archived") and not moderates and not owns:
            raise DiscordError(50013, say="Missing Permissions (MANAGE_THREADS)")
        renamed = "name" in body and body["name"] != thread.name
        if renamed:
            self._discord.pacing.rename(thread.id)
        if "applied_tags" in body:
            self.tag(thread, [str(tag) for tag in body["applied_tags"] or []], user)
        self._apply(thread, body)
        self._discord.deeds.channel(thread, "UPDATE")
        if renamed and not thread.archived:
            self._discord.deeds.system(thread, user, RENAMED, thread.name)

    def _apply(self, thread: Channel, body: dict[str, Any]) -> None:
        if "archived" in body and body["archived"] != thread.archived:
            thread.archived, thread.archive_time = body["archived"], self._discord.world.now()
            thread.woken = int(self._discord.world.id())
        thread.name = body.get("name", thread.name)
        thread.locked = body.get("locked", thread.locked)
        thread.invitable = body.get("invitable", thread.invitable)
        thread.auto_archive = body.get("auto_archive_duration") or thread.auto_archive
        thread.slowmode = body.get("rate_limit_per_user", thread.slowmode) or 0
        thread.flags = body.get("flags", thread.flags)

    def _writes(self, thread: Channel, user: User) -> bool:
        return bool(may(thread, user.id) & P.SEND_MESSAGES_IN_THREADS)

    def tag(self, thread: Channel, tags: list[str], user: User) -> None:
        """Up to five of the forum's own; moderated ones by moderators."""
        assert thread.parent
        known = {tag["id"]: tag for tag in thread.parent.tags}
        if thread.parent.type != FORUM or len(tags) > 5 or set(tags) - known.keys():
            raise invalid("applied_tags", "Up to five of the forum's tags.")
        moderates = bool(may(thread.parent, user.id) & P.MANAGE_THREADS)
        if not moderates and any(known[tag]["moderated"] for tag in set(tags) ^ set(thread.applied_tags)):
            raise DiscordError(50013)
        thread.applied_tags = list(tags)

    # --- who may write ------------------------------------------------------------------------------

    def open(self, thread: Channel, user: User, *, to_write: bool) -> None:
        """Refuse where it is archived, or locked for who is no moderator. Discord opens an archived one by itself when
        somebody writes; a bot that relies on it is stopped by everything else, so here it opens it first."""
        if not thread.is_thread:
            return
        self.settle(thread)
        if thread.archived:
            raise DiscordError(50083)
        if to_write and thread.locked and not may(thread, user.id) & P.MANAGE_THREADS:
            raise DiscordError(160005)

    def settle(self, thread: Channel) -> None:
        """One that was silent for longer than its time is archived, as Discord does it by itself."""
        last = max(int(thread.last_message or 0), int(thread.id), thread.woken)
        if thread.is_thread and not thread.archived and self._discord.world.since(last) > thread.auto_archive * 60:
            thread.archived, thread.archive_time = True, self._discord.world.now()
            self._discord.deeds.channel(thread, "UPDATE")

    def settle_all(self) -> None:
        """The same for all of them."""
        for guild in self._discord.world.guilds.values():
            for thread in list(guild.threads.values()):
                self.settle(thread)

    def _need(self, channel: Channel, user: User, needed: P) -> None:
        if lacks := needed & ~may(channel, user.id):
            raise DiscordError(50013, say=f"Missing Permissions ({lacks.name})")

    @staticmethod
    def _problems(body: dict[str, Any]) -> dict[str, str]:
        wrong: dict[str, str] = {}
        if "name" in body and not 1 <= len(str(body["name"] or "").strip()) <= 100:
            wrong["name"] = "Must be between 1 and 100 in length."
        if body.get("auto_archive_duration") not in (None, *DURATIONS):
            wrong["auto_archive_duration"] = f"Value must be one of {DURATIONS}."
        if not 0 <= (body.get("rate_limit_per_user") or 0) <= 21600:
            wrong["rate_limit_per_user"] = "Must be between 0 and 21600."
        for name in ("archived", "locked", "invitable"):
            if not isinstance(body.get(name, False), bool):
                wrong[name] = "Must be either true or false."
        return wrong
