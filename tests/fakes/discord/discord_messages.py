"""A message in the fake's Discord, its attachments, and how a bot is told of it."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakes.discord.discord_things import Channel, Member, User, Webhook

if TYPE_CHECKING:
    from fakes.discord.interacting import Interaction

DEFAULT, PINNED_ONE, NEW_MEMBER, THREAD_CREATED, REPLY, COMMAND, THREAD_STARTER, MENU_COMMAND = (
    0,
    6,
    7,
    18,
    19,
    20,
    21,
    23,
)
RENAMED = 4
SYSTEM = (RENAMED, PINNED_ONE, NEW_MEMBER, THREAD_CREATED, THREAD_STARTER)
"""Types that nobody can edit."""
SUPPRESS_EMBEDS, HAS_THREAD, EPHEMERAL, LOADING, SILENT, V2 = 1 << 2, 1 << 5, 1 << 6, 1 << 7, 1 << 12, 1 << 15


@dataclass
class Attachment:
    """A file with a message."""

    id: str
    filename: str
    content: bytes
    description: str | None = None
    content_type: str | None = None

    def __post_init__(self) -> None:
        seen = "".join(sign for sign in self.filename if sign.isprintable())
        self.filename = re.sub(r"[^\w.()-]", "_", seen)
        """Discord keeps no spaces and no slashes in a name, and nothing that is not seen."""
        self.content_type = self.content_type or mimetypes.guess_type(self.filename)[0]

    def seen(self, url: str) -> dict[str, Any]:
        """As messages carry it, from that address."""
        told: dict[str, Any] = {"id": self.id, "filename": self.filename, "size": len(self.content)}
        told |= {"url": url, "proxy_url": url, "content_scan_version": 0}
        told |= {"description": self.description} if self.description else {}
        return told | ({"content_type": self.content_type} if self.content_type else {})


@dataclass
class Message:
    """What stands in a channel, or what one person alone sees there."""

    id: str
    channel: Channel
    author: User
    content: str
    timestamp: str
    type: int = DEFAULT
    member: Member | None = None
    """Its author in the guild, at that time."""
    embeds: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    components: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Who reacted with what."""
    mentions: list[User] = field(default_factory=list[User])
    """Who is pinged by it."""
    mention_roles: list[str] = field(default_factory=list[str])
    mention_everyone: bool = False
    flags: int = 0
    nonce: str | None = None
    edited: str | None = None
    pinned: bool = False
    tts: bool = False
    webhook: Webhook | None = None
    application_id: str | None = None
    reference: dict[str, Any] | None = None
    replies_to: Message | None = None
    thread: Channel | None = None
    interaction: Interaction | None = None
    """What it answers."""
    only_for: str | None = None
    """Who alone sees it: an ephemeral message."""
    gone: bool = False

    @property
    def shown_name(self) -> str:
        """What stands above it."""
        return self.member.shown_name if self.member else self.author.shown_name

    def seen(self, me: str, link: Any, *, content: bool = True, nonce: bool = False) -> dict[str, Any]:
        """As answers carry it to the bot `me`; `content` where it may read, `nonce` where it is new, since history
        knows none. `link` makes an attachment's address."""
        told: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "channel_id": self.channel.id,
            "author": self.author.seen(),
            "content": self.content if content else "",
            "timestamp": self.timestamp,
            "edited_timestamp": self.edited,
            "tts": self.tts,
            "mention_everyone": self.mention_everyone,
            "mentions": [user.seen() for user in self.mentions],
            "mention_roles": list(self.mention_roles),
            "attachments": [a.seen(link(self.channel, a)) for a in self.attachments] if content else [],
            "embeds": self.embeds if content else [],
            "components": self.components if content else [],
            "pinned": self.pinned,
            "flags": self.flags,
        }
        if self.reactions:
            told["reactions"] = [_reaction(emoji, people, me) for emoji, people in self.reactions.items()]
        told |= {"nonce": self.nonce} if nonce and self.nonce is not None else {}
        told |= {"application_id": self.application_id} if self.application_id else {}
        told |= {"webhook_id": self.webhook.id} if self.webhook else {}
        if self.webhook and self.webhook.id == self.author.id:
            told["author"] |= {"bot": True, "discriminator": "0000"}
        told |= {"thread": self.thread.seen(me)} if self.thread else {}
        if self.interaction:
            told["interaction_metadata"] = self.interaction.metadata()
        if self.reference:
            told["message_reference"] = self.reference
            first = self.replies_to
            told["referenced_message"] = first.seen(me, link, content=content) if first and not first.gone else None
        return told


def _reaction(emoji: str, people: list[str], me: str) -> dict[str, Any]:
    details = {"burst": 0, "normal": len(people)}
    told: dict[str, Any] = {"emoji": emoji_seen(emoji), "count": len(people), "count_details": details}
    return told | {"me": me in people, "me_burst": False, "burst_colors": []}


def emoji_seen(emoji: str) -> dict[str, Any]:
    """An emoji as reactions carry it: `✅`, or a guild's own `name:id`."""
    name, _, id = emoji.partition(":")
    return {"id": id or None, "name": name}
