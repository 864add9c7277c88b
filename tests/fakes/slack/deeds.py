"""What changes in the fake's Slack, whoever does it, and the events that tell the app of it.

The Web API and the people both come through here: the app hears of its own messages too, as from Slack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from fakes.slack.slack_things import App, Channel, File, Installation, Message, Team, User
from fakes.slack.slack_world import World

SCOPES = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "file_shared": {"files:read"},
    "file_deleted": {"files:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "group_deleted": {"groups:read"},
    "channel_unarchive": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_created": {"channels:read"},
    "channel_left": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_left": {"groups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
    "subteam_created": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "subteam_members_changed": {"usergroups:read"},
    "app_home_opened": set[str](),
    "app_uninstalled": set[str](),
    "tokens_revoked": set[str](),
}
"""Each event that an app may ask for; one of these scopes is needed for it."""

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


class Deeds:
    """Each changes the world first and tells then. `tell` sends an event to the app, in the background."""

    def __init__(
        self, world: World, app: App, tell: Callable[[Installation, dict[str, Any], Team | None], None]
    ) -> None:
        self._world, self._app, self._tell = world, app, tell

    # --- who hears of it ----------------------------------------------------------------------------

    def tell(
        self, event: dict[str, Any], installations: Iterable[Installation], *, name: str, channel: Channel | None = None
    ) -> None:
        """To the first of these that asked for such events and may hear them."""
        wanted = SCOPES[name]
        for installation in installations:
            if name in self._app.events and (not wanted or wanted & installation.scopes):
                stamped = {**event, "event_ts": event.get("event_ts") or self._world.stamp()}
                self._tell(installation, stamped, channel.team if channel and channel.shared else None)
                return

    def inside(self, channel: Channel) -> list[Installation]:
        """Where the bot is in that channel. Of a shared channel it hears once, by its host if it can."""
        here = (self._app.installations.get(team.id) for team in channel.teams)
        return [installation for installation in here if installation and installation.user.id in channel.members]

    def _in_channel(self, event: dict[str, Any], channel: Channel, name: str) -> None:
        self.tell(event, self.inside(channel), name=name, channel=channel)

    def of_team(self, event: dict[str, Any], team: Team, *, name: str | None = None) -> None:
        """About that workspace: its people, groups, the app in it."""
        installation = self._app.installations.get(team.id)
        self.tell(event, [installation] if installation else [], name=name or event["type"])

    def _message_event(self, channel: Channel, event: dict[str, Any]) -> None:
        kind = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[channel.type]
        here = {"channel": channel.id, "channel_type": channel.type}
        self._in_channel(event | here, channel, f"message.{kind}")

    # --- messages -----------------------------------------------------------------------------------

    def add(self, message: Message) -> Message:
        """It stands in its channel."""
        channel = message.channel
        channel.put(message)
        if message.is_reply and message.broadcast:
            message.subtype = message.subtype or "thread_broadcast"
        self._message_event(channel, self._as_event(message) | {"event_ts": message.ts})
        for installation in self.inside(channel) if channel.kind in ("public", "private") else ():
            if installation.user.id in MENTION.findall(message.text) and message.user != installation.user.id:
                told = self._as_event(message) | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
                self.tell(told, [installation], name="app_mention", channel=channel)
        for file in message.files:
            file.channels.append(channel.id)
            shared = {"type": "file_shared", "file_id": file.id, "user_id": file.user, "file": {"id": file.id}}
            self._in_channel(shared | {"channel_id": channel.id}, channel, "file_shared")
        return message

    def _as_event(self, message: Message) -> dict[str, Any]:
        here = self.inside(message.channel)
        return self._world.told(message, here[0].team) if here else message.seen(self._world.base)

    def change(self, message: Message, change: Callable[[Message], None], *, hidden: bool = True) -> None:
        """It is changed where it stands."""
        before = self._as_event(message)
        change(message)
        now = self._world.stamp()
        told = {"type": "message", "subtype": "message_changed", "hidden": hidden, "ts": now, "event_ts": now}
        told |= {"message": self._as_event(message), "previous_message": before}
        self._message_event(message.channel, told)

    def remove(self, message: Message) -> None:
        """It is gone; where others answered it a stone is left, as the thread's first."""
        channel = message.channel
        if channel.replies(message.ts):

            def bury(buried: Message) -> None:
                buried.text, buried.subtype, buried.user = "This message was deleted.", "tombstone", "USLACKBOT"
                buried.blocks, buried.files, buried.attachments, buried.metadata = [], [], [], None
                buried.bot_id = buried.app_id = buried.bot_profile = buried.username = None
                buried.extra["hidden"] = True

            self.change(message, bury)
            return
        before = self._as_event(message)
        channel.drop(message)
        now = self._world.stamp()
        told = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": now, "event_ts": now}
        self._message_event(channel, told | {"deleted_ts": message.ts, "previous_message": before})

    def unfurl(self, message: Message, title: str, url: str) -> None:
        """Slack shows below it what a link in it leads to: the message is told as changed, though nobody edited it."""
        shown = {"id": 1, "title": title, "title_link": url, "from_url": url, "fallback": title, "service_name": "x"}
        self.change(message, lambda changed: changed.attachments.append(shown))

    def notice(self, channel: Channel, user: User, subtype: str, text: str, **extra: Any) -> Message:
        """One of the lines that Slack itself puts into a channel, in somebody's name."""
        kind = subtype if channel.kind == "public" else subtype.replace("channel_", "group_")
        return self.add(Message(self._world.stamp(), channel, text, user.id, subtype=kind, extra=extra))

    def react(self, message: Message, user: User, name: str, *, taken_back: bool = False) -> None:
        """Somebody's emoji on a message."""
        people = message.reactions.setdefault(name, [])
        if taken_back:
            people.remove(user.id)
        else:
            people.append(user.id)
        told = {"type": "reaction_removed" if taken_back else "reaction_added", "user": user.id, "reaction": name}
        told["item"] = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        if message.user:
            told["item_user"] = message.user
        self._in_channel(told, message.channel, told["type"])

    # --- channels and people ------------------------------------------------------------------------

    def join(self, channel: Channel, user: User, *, inviter: str | None = None) -> None:
        """They are in it now."""
        channel.members.append(user.id)
        told = {"type": "member_joined_channel", "user": user.id, "channel": channel.id, "team": user.team.id}
        told["channel_type"] = "C" if channel.kind == "public" else "G"
        self._in_channel(told | ({"inviter": inviter} if inviter else {}), channel, "member_joined_channel")
        extra = {"inviter": inviter} if inviter else {}
        self.notice(channel, user, "channel_join", f"<@{user.id}> has joined the channel", **extra)

    def leave(self, channel: Channel, user: User) -> None:
        """They are in it no longer; a bot that was taken out hears that much."""
        before = self.inside(channel)
        channel.members.remove(user.id)
        told = {"type": "member_left_channel", "user": user.id, "channel": channel.id, "team": user.team.id}
        told["channel_type"] = "C" if channel.kind == "public" else "G"
        name = "channel_left" if channel.kind == "public" else "group_left"
        for installation in before:
            if installation.user is user:
                self.tell({"type": name, "channel": channel.id, "actor_id": channel.creator}, [installation], name=name)
        self._in_channel(told, channel, "member_left_channel")
        self.notice(channel, user, "channel_leave", f"<@{user.id}> has left the channel")

    def archive(self, channel: Channel, user: User, *, back: bool = False) -> None:
        """Nobody can write there any more, or again."""
        name = ("channel_" if channel.kind == "public" else "group_") + ("unarchive" if back else "archive")
        channel.archived = False
        said = "un-archived the channel" if back else "archived the channel"
        self.notice(channel, user, "channel_unarchive" if back else "channel_archive", said)
        channel.archived = not back
        self._in_channel({"type": name, "channel": channel.id, "user": user.id}, channel, name)

    def delete_channel(self, channel: Channel, user: User) -> None:
        """It is no more, for nobody; who was in it is told first."""
        name = "channel_deleted" if channel.kind == "public" else "group_deleted"
        self._in_channel({"type": name, "channel": channel.id, "actor_id": user.id}, channel, name)
        del self._world.channels[channel.id]

    def rename(self, channel: Channel, user: User, name: str) -> None:
        """It is called otherwise."""
        before, channel.name = channel.name, name
        kind = "channel_rename" if channel.kind == "public" else "group_rename"
        told = {"id": channel.id, "name": name, "created": channel.created}
        self._in_channel({"type": kind, "channel": told}, channel, kind)
        said = f'has renamed the channel from "{before}" to "{name}"'
        self.notice(channel, user, "channel_name", said, old_name=before, name=name)

    def uploaded(self, file: File, message: Message) -> None:
        """It is complete, and stands in a message."""
        file.complete = True
        self.add(message)
