"""What there is in the fake's Slack, and how an app is told of each: people, channels, messages, files, views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

SCOPE_OF = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
"""What the scopes that concern a channel begin with, by its kind."""


@dataclass
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str


@dataclass
class User:
    """A person or a bot, of one workspace."""

    id: str
    team: Team
    handle: str
    real_name: str
    email: str | None = None
    tz: str = "Etc/UTC"
    tz_offset: int = 0
    guest: str = ""
    """`multi` or `single` for how many channels a guest may be in."""
    admin: bool = False
    deleted: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    picture: str = ""

    def profile(self, *, email: bool) -> dict[str, Any]:
        """Who they are; the address only for who may see it."""
        told: dict[str, Any] = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.handle,
            "display_name_normalized": self.handle,
            "first_name": self.real_name.partition(" ")[0],
            "last_name": self.real_name.partition(" ")[2],
            "title": "",
            "phone": "",
            "team": self.team.id,
            "status_text": "",
            "status_emoji": "",
            "avatar_hash": "g0",
            **{f"image_{size}": self.picture for size in (24, 32, 48, 72, 192, 512)},
        }
        if self.bot_id:
            told |= {"bot_id": self.bot_id, "api_app_id": self.app_id, "always_active": True}
        if email and self.email:
            told["email"] = self.email
        return told

    def seen_from(self, team: Team, *, email: bool = False) -> dict[str, Any]:
        """As users.info tells an app of that workspace. An outsider has fewer fields there."""
        told: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.handle,
            "deleted": self.deleted,
            "profile": self.profile(email=email and self.team is team),
            "is_bot": self.bot_id is not None,
            "is_app_user": False,
            "updated": 1700000000,
        }
        if self.deleted:
            return told
        told |= {"real_name": self.real_name, "tz": self.tz, "tz_label": self.tz, "tz_offset": self.tz_offset}
        told |= {"color": "9f69e7", "who_can_share_contact_card": "EVERYONE"}
        if self.team is not team:
            return told | {"is_stranger": False, "is_restricted": False, "is_ultra_restricted": False}
        return told | {
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            "is_email_confirmed": True,
        }


@dataclass
class Usergroup:
    """A group that can be mentioned, such as @support."""

    id: str
    team: Team
    handle: str
    name: str
    users: list[str]
    disabled: bool = False

    def seen(self, *, users: bool = False, count: bool = False) -> dict[str, Any]:
        """As usergroups.list tells it."""
        row: dict[str, Any] = {"id": self.id, "team_id": self.team.id, "is_usergroup": True, "name": self.name}
        row |= {"handle": self.handle, "description": "", "is_external": False, "date_delete": int(self.disabled)}
        row |= {"users": list(self.users)} if users else {}
        return row | ({"user_count": len(self.users)} if count else {})


@dataclass
class File:
    """A file, or the room that was made for one."""

    id: str
    team: Team
    user: str
    name: str
    size: int
    title: str = ""
    content: bytes | None = None
    complete: bool = False
    channels: list[str] = field(default_factory=list[str])
    created: int = 0
    deleted: bool = False
    alt_txt: str | None = None
    mimetype: str = "application/octet-stream"
    in_form: bool = False
    """Put into a form of the app's, which may read it then."""

    def seen(self, base: str, team: Team | None = None) -> dict[str, Any]:
        """As messages and files.info carry it; of another workspace's files a message tells the id alone."""
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        if team is not None and team is not self.team:
            return {"id": self.id, "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}
        name = quote(self.name, safe="")
        address = f"{base}/files-pri/{self.team.id}-{self.id}"
        kind = self.name.rpartition(".")[2].lower() if "." in self.name else "binary"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": self.team.id,
            "editable": False,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "url_private": f"{address}/{name}",
            "url_private_download": f"{address}/download/{name}",
            "permalink": f"https://{self.team.domain}.slack.com/files/{self.user}/{self.id}/{name}",
            "has_rich_preview": False,
            "file_access": "visible",
        }


@dataclass
class Message:
    """What stands in a channel, or what one person alone sees there."""

    ts: str
    channel: Channel
    text: str
    user: str | None = None
    team: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    app_id: str | None = None
    bot_id: str | None = None
    bot_profile: dict[str, Any] | None = None
    username: str | None = None
    icons: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    files: list[File] = field(default_factory=list[File])
    reactions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    edited: dict[str, str] | None = None
    client_msg_id: str | None = None
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    only_for: str | None = None
    """Who alone sees it: an ephemeral message."""

    @property
    def is_reply(self) -> bool:
        """In a thread, and not its first."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def seen(self, base: str, *, metadata: bool = False, team: Team | None = None) -> dict[str, Any]:
        """As events and the history carry it; to an app of `team`, to which another workspace's files are closed.
        `World.told` adds who an outsider is."""
        told: dict[str, Any] = {"type": "message", "ts": self.ts, "text": self.text}
        named = ("subtype", "user", "team", "app_id", "bot_id", "bot_profile", "username", "icons", "edited")
        told |= {name: value for name in named if (value := getattr(self, name)) is not None}
        if self.client_msg_id:
            told["client_msg_id"] = self.client_msg_id
        if self.thread_ts:
            told["thread_ts"] = self.thread_ts
        if self.is_reply and (parent := self.channel.messages.get(self.thread_ts or "")):
            told["parent_user_id"] = parent.user
        if self.blocks:
            told["blocks"] = self.blocks
        if self.attachments:
            told["attachments"] = self.attachments
        if self.files:
            told["files"] = [file.seen(base, team) for file in self.files]
            told["upload"] = False
        if metadata and self.metadata:
            told["metadata"] = self.metadata
        if self.reactions:
            told["reactions"] = [{"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions.items() if u]
        if replies := self.channel.replies(self.ts):
            users = list(dict.fromkeys(reply.user or reply.bot_id or "" for reply in replies))
            told |= {"thread_ts": self.ts, "reply_count": len(replies), "reply_users": users[:5]}
            told |= {"reply_users_count": len(users), "latest_reply": replies[-1].ts}
            told |= {"is_locked": False, "subscribed": False}
        return told | self.extra


@dataclass
class Channel:
    """A conversation: public, private, direct, of several, or shared with other workspaces."""

    id: str
    kind: str
    """`public`, `private`, `im` or `mpim`."""
    name: str
    team: Team
    teams: list[Team]
    """All workspaces that share it, the host's first."""
    creator: str
    created: int
    members: list[str] = field(default_factory=list[str])
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    ephemerals: list[Message] = field(default_factory=list[Message])

    @property
    def shared(self) -> bool:
        """By Slack Connect."""
        return len(self.teams) > 1

    @property
    def type(self) -> str:
        """What message events call it."""
        return {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}[self.kind]

    @property
    def scope(self) -> str:
        """What the scopes that concern it begin with."""
        return SCOPE_OF[self.kind]

    threads: dict[str, list[Message]] = field(default_factory=dict[str, "list[Message]"])
    """The replies to each first message."""

    def put(self, message: Message) -> None:
        """It stands here."""
        self.messages[message.ts] = message
        if message.is_reply and message.thread_ts:
            self.threads.setdefault(message.thread_ts, []).append(message)

    def drop(self, message: Message) -> None:
        """It is gone."""
        del self.messages[message.ts]
        if message.is_reply and message.thread_ts:
            self.threads[message.thread_ts].remove(message)

    def replies(self, ts: str) -> list[Message]:
        """What was answered in the thread of that message."""
        return self.threads.get(ts, [])

    def seen_from(self, installation: Installation, *, count: bool = False) -> dict[str, Any]:
        """As conversations.info tells it to an app."""
        mine = installation.user.id in self.members
        told: dict[str, Any] = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_org_shared": False,
            "context_team_id": installation.team.id,
            "updated": self.created * 1000,
        }
        if self.kind == "im":
            other = next((m for m in self.members if m != installation.user.id), installation.user.id)
            return told | {"user": other, "is_user_deleted": False, "priority": 0, "is_open": True}
        told |= {
            "name": self.name,
            "name_normalized": self.name,
            "creator": self.creator,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "public",
            "is_general": False,
            "is_member": mine,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "unlinked": 0,
            "parent_conversation": None,
            "shared_team_ids": [team.id for team in self.teams],
            "pending_connected_team_ids": [],
            "topic": {"value": self.topic, "creator": self.creator if self.topic else "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": self.creator if self.purpose else "", "last_set": 0},
            "previous_names": [],
        }
        if self.shared:
            told |= {"conversation_host_id": self.team.id, "connected_team_ids": [t.id for t in self.teams]}
            told["internal_team_ids"] = [installation.team.id]
        if count:
            told["num_members"] = len(self.members)
        return told


@dataclass
class View:
    """A modal, or somebody's App Home."""

    id: str
    team: Team
    """The person's own workspace."""
    installed: Team
    """The workspace of the app that made it: another one, where an outsider used it in a shared channel."""
    user: str
    given: dict[str, Any]
    """What the app gave."""
    hash: str
    app_id: str
    bot_id: str
    root: str
    previous: str | None = None
    state: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def seen(self) -> dict[str, Any]:
        """As answers and payloads carry it."""
        given = self.given
        told: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team.id,
            "type": given["type"],
            "blocks": given["blocks"],
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": given.get("external_id", ""),
            "state": {"values": self.state},
            "hash": self.hash,
            "title": given.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": self.app_id,
            "app_installed_team_id": self.installed.id,
            "bot_id": self.bot_id,
        }
        return told


@dataclass
class Installation:
    """The app in a workspace."""

    app: App
    team: Team
    token: str
    user: User
    scopes: set[str]
    installer: str

    @property
    def bot_id(self) -> str:
        """The bot's other id, which its messages carry."""
        assert self.user.bot_id
        return self.user.bot_id


@dataclass
class App:
    """The app under test: what its pages at api.slack.com would say."""

    id: str
    name: str
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    app_token: str
    """The app-level token, which opens sockets."""
    scopes: set[str]
    events: set[str]
    commands: dict[str, dict[str, Any]]
    """`/desk` to its settings: `should_escape`, `url`."""
    shortcuts: dict[str, dict[str, Any]]
    """The name that people see to `callback_id` and `type` (message or global)."""
    app_token_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    socket_mode: bool = True
    request_url: str = ""
    options_url: str = ""
    redirect_urls: list[str] = field(default_factory=list[str])
    interactive: bool = True
    home: bool = True
    messages_tab: bool = True
    org_wide: bool = False
    """Whoever allows it allows it into a whole organisation."""
    installations: dict[str, Installation] = field(default_factory=dict[str, Installation])
    """By the workspace's id."""
