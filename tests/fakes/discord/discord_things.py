"""What there is in the fake's Discord, and how a bot is told of each: people, guilds, roles, channels, threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fakes.discord.permissions import EVERYONE, NONE, PRIVATE_THREAD, P

if TYPE_CHECKING:
    from fakes.discord.discord_messages import Message

TEXT, DM, CATEGORY, NEWS, NEWS_THREAD, PUBLIC_THREAD, FORUM = 0, 1, 4, 5, 10, 11, 15
THREADS = (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
PINNED = 1 << 1
"""A flag of a forum's thread."""


def iso(at: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


@dataclass
class User:
    """A person or a bot."""

    id: str
    username: str
    global_name: str | None = None
    bot: bool = False
    avatar: str | None = None
    locale: str = "en-GB"
    takes_dms: bool = True
    """Whether bots may write to them."""

    @property
    def shown_name(self) -> str:
        """What stands above their messages."""
        return self.global_name or self.username

    def seen(self) -> dict[str, Any]:
        """As everything carries it."""
        told: dict[str, Any] = {
            "id": self.id,
            "username": self.username,
            "global_name": self.global_name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": self.avatar,
            "avatar_decoration_data": None,
            "public_flags": 0,
        }
        return told | ({"bot": True} if self.bot else {})


@dataclass
class Role:
    """What members are given permissions by."""

    id: str
    name: str
    permissions: P
    position: int = 1
    mentionable: bool = False
    managed: bool = False

    def seen(self) -> dict[str, Any]:
        """As a guild carries it."""
        return {
            "id": self.id,
            "name": self.name,
            "description": None,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(int(self.permissions)),
            "managed": self.managed,
            "mentionable": self.mentionable,
            "flags": 0,
        }


@dataclass
class Member:
    """Somebody in a guild."""

    user: User
    joined: str
    roles: list[str] = field(default_factory=list[str])
    nick: str | None = None

    @property
    def shown_name(self) -> str:
        """What stands above their messages there."""
        return self.nick or self.user.shown_name

    def seen(self, *, user: bool = True, permissions: P | None = None) -> dict[str, Any]:
        """As events and answers carry it."""
        told: dict[str, Any] = {
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "roles": list(self.roles),
            "joined_at": self.joined,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }
        if user:
            told["user"] = self.user.seen()
        return told | ({"permissions": str(int(permissions))} if permissions is not None else {})


@dataclass
class Guild:
    """What people call a server."""

    id: str
    name: str
    owner_id: str
    roles: dict[str, Role] = field(default_factory=dict[str, Role])
    members: dict[str, Member] = field(default_factory=dict[str, Member])
    channels: dict[str, Channel] = field(default_factory=dict[str, "Channel"])
    """All but threads."""
    threads: dict[str, Channel] = field(default_factory=dict[str, "Channel"])
    unavailable: bool = False
    locale: str = "en-US"

    def __post_init__(self) -> None:
        self.roles[self.id] = Role(self.id, "@everyone", EVERYONE, position=0)

    @property
    def everyone(self) -> Role:
        """The role that all have; its id is the guild's."""
        return self.roles[self.id]

    def seen(self) -> dict[str, Any]:
        """As GET /guilds/{id} tells it; GUILD_CREATE has more."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "banner": None,
            "splash": None,
            "discovery_splash": None,
            "description": None,
            "owner_id": self.owner_id,
            "region": "deprecated",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [role.seen() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "application_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "max_members": 500000,
            "max_presences": None,
            "vanity_url_code": None,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": self.locale,
            "nsfw_level": 0,
            "nsfw": False,
        }


@dataclass
class Overwrite:
    """A channel's exception for a role (type 0) or a member (type 1)."""

    id: str
    type: int
    allow: P = NONE
    deny: P = NONE

    def seen(self) -> dict[str, Any]:
        """As a channel carries it."""
        return {"id": self.id, "type": self.type, "allow": str(int(self.allow)), "deny": str(int(self.deny))}


@dataclass
class Channel:
    """A channel, a forum, a thread or a direct conversation."""

    id: str
    type: int
    name: str
    created: str
    guild: Guild | None = None
    parent: Channel | None = None
    """A thread's channel, or a channel's category."""
    topic: str | None = None
    position: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict[str, Overwrite])
    slowmode: int = 0
    recipients: dict[str, User] = field(default_factory=dict[str, User])
    """Whose direct conversation it is."""
    tags: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """A forum's available ones."""
    flags: int = 0
    auto_archive: int = 1440
    messages: dict[str, Message] = field(default_factory=dict[str, "Message"])
    ephemerals: list[Message] = field(default_factory=list["Message"])
    last_message: str | None = None
    last_pin: str | None = None
    # Only of threads.
    owner_id: str = ""
    thread_members: dict[str, str] = field(default_factory=dict[str, str])
    """Who is in it, and since when."""
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    archive_time: str = ""
    woken: int = 0
    """Since which id it is open again."""
    applied_tags: list[str] = field(default_factory=list[str])
    sent: int = 0

    @property
    def is_thread(self) -> bool:
        """Of any kind."""
        return self.type in THREADS

    @property
    def private(self) -> bool:
        """A thread that only its members and moderators see."""
        return self.type == PRIVATE_THREAD

    @property
    def home(self) -> Guild:
        """The guild, where there must be one."""
        assert self.guild is not None
        return self.guild

    @property
    def holds_messages(self) -> bool:
        """Whether one can write into it."""
        return self.type not in (CATEGORY, FORUM)

    def seen(self, me: str = "") -> dict[str, Any]:
        """As GET /channels/{id} tells it to the bot of that id."""
        told: dict[str, Any] = {"id": self.id, "type": self.type, "flags": self.flags}
        if self.type == DM:
            others = [user.seen() for id, user in self.recipients.items() if id != me]
            return told | {"last_message_id": self.last_message, "recipients": others}
        told |= {"guild_id": self.home.id, "name": self.name, "parent_id": self.parent.id if self.parent else None}
        told |= {"last_message_id": self.last_message, "rate_limit_per_user": self.slowmode}
        if self.last_pin:
            told["last_pin_timestamp"] = self.last_pin
        if self.is_thread:
            return told | self._thread(me)
        told |= {"position": self.position, "nsfw": False, "topic": self.topic}
        told["permission_overwrites"] = [rule.seen() for rule in self.overwrites.values()]
        told["default_auto_archive_duration"] = self.auto_archive
        if self.type == FORUM:
            told |= {"available_tags": self.tags, "default_reaction_emoji": None, "default_sort_order": None}
            told |= {"default_forum_layout": 0, "default_thread_rate_limit_per_user": 0, "template": ""}
        return told

    def _thread(self, me: str) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "archived": self.archived,
            "auto_archive_duration": self.auto_archive,
            "archive_timestamp": self.archive_time,
            "locked": self.locked,
            "create_timestamp": self.created,
        }
        if self.private:
            metadata["invitable"] = self.invitable
        told: dict[str, Any] = {
            "owner_id": self.owner_id,
            "message_count": len(self.messages),
            "member_count": min(len(self.thread_members), 50),
            "total_message_sent": self.sent,
            "thread_metadata": metadata,
        }
        if self.parent and self.parent.type == FORUM:
            told["applied_tags"] = list(self.applied_tags)
        if me in self.thread_members:
            told["member"] = self.thread_member(me)
        return told

    def thread_member(self, user_id: str) -> dict[str, Any]:
        """Somebody's membership."""
        return {"id": self.id, "user_id": user_id, "join_timestamp": self.thread_members[user_id], "flags": 1}


@dataclass
class Webhook:
    """Writes into a channel under any name."""

    id: str
    token: str
    channel: Channel
    name: str
    creator: User
    application_id: str | None
    avatar: str | None = None

    def seen(self) -> dict[str, Any]:
        """As its routes tell it."""
        return {
            "id": self.id,
            "type": 1,
            "guild_id": self.channel.home.id,
            "channel_id": self.channel.id,
            "user": self.creator.seen(),
            "name": self.name,
            "avatar": self.avatar,
            "token": self.token,
            "application_id": self.application_id,
            "url": f"https://discord.com/api/webhooks/{self.id}/{self.token}",
        }


@dataclass
class App:
    """The application under test: what its pages in the developer portal would say."""

    id: str
    name: str
    user: User
    """Its bot."""
    token: str
    owner: User
    privileged: set[str] = field(default_factory=lambda: {"members", "message_content"})
    """Which privileged intents are turned on: `members`, `message_content`, `presences`."""
    commands: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """What it registered everywhere, by id."""
    guild_commands: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict[str, dict[str, dict[str, Any]]])
    """And by guild."""

    @property
    def flags(self) -> int:
        """Its flags: which privileged intents it may use, as a bot in few guilds."""
        bits = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
        return sum(bits[name] for name in self.privileged)
