"""All that there is in the fake's Slack, and how to find it. What is not there is an error of Slack's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from fakes.slack.errors import SlackError
from fakes.slack.slack_things import Channel, File, Installation, Message, Team, User, Usergroup, View
from fakes.times import Times


class World:
    """All of it."""

    def __init__(self, times: Times) -> None:
        self.times = times
        self.base = ""
        """Where the fake listens, for the addresses of files."""
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.usergroups: dict[str, Usergroup] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        """What is open before each person, the topmost last."""
        self.homes: dict[tuple[str, str], View] = {}
        """By workspace and person."""
        self.tokens: dict[str, Installation] = {}
        self.revoked: set[str] = set()
        self._numbers = itertools.count(1)
        self._stamped = 0

    def id(self, prefix: str, name: str = "") -> str:
        """A new id that looks as Slack's do; the name helps whoever reads a failed test."""
        letters = "".join(c for c in name.upper() if c.isascii() and c.isalnum())[:5]
        return f"{prefix}0{letters}{next(self._numbers):0{9 - len(letters)}}"

    def stamp(self) -> str:
        """A ts that no other message has, later than all before it."""
        self._stamped = max(self._stamped + 1, int(self.times.now() * 1_000_000))
        return f"{self._stamped // 1_000_000}.{self._stamped % 1_000_000:06}"

    def user(self, id: Any, error: str = "user_not_found") -> User:
        """That person."""
        if not isinstance(id, str) or id not in self.users:
            raise SlackError(error)
        return self.users[id]

    def visible(self, installation: Installation, id: Any) -> User:
        """That person, where the app's workspace knows them: its own, and who shares a channel with it."""
        user = self.user(id)
        team = installation.team
        if user.team is team or any(user.id in c.members and team in c.teams for c in self.channels.values()):
            return user
        raise SlackError("user_not_found")

    def channel(self, installation: Installation, id: Any) -> Channel:
        """That channel, where the app may know of it: a private one only as its member."""
        channel = self.channels.get(id) if isinstance(id, str) else None
        if channel is None or installation.team not in channel.teams:
            raise SlackError("channel_not_found")
        if channel.kind != "public" and installation.user.id not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def direct(self, *users: User, team: Team) -> Channel:
        """The direct conversation of these, made where there is none."""
        ids = sorted({user.id for user in users})
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and sorted(channel.members) == ids:
                return channel
        kind = "im" if len(ids) <= 2 else "mpim"
        name = "" if kind == "im" else "mpdm-" + "--".join(user.handle for user in users) + "-1"
        id = self.id("D" if kind == "im" else "G", users[-1].handle)
        teams = list(dict.fromkeys([team.id, *(user.team.id for user in users)]))
        made = Channel(id, kind, name, team, [self.teams[t] for t in teams], users[0].id, int(self.times.now()), ids)
        self.channels[id] = made
        return made

    def told(self, message: Message, team: Team, *, metadata: bool = False) -> dict[str, Any]:
        """A message as an app of that workspace is told of it: of an outsider it says who that is."""
        told = message.seen(self.base, metadata=metadata, team=team)
        author = self.users.get(message.user or "")
        if author is None or author.team is team or author.id == "USLACKBOT":
            return told
        profile = author.profile(email=False)
        kept = ("avatar_hash", "image_72", "first_name", "real_name", "display_name", "team")
        who = {name: profile[name] for name in kept} | {"name": author.handle}
        told["user_profile"] = who | {"is_restricted": False, "is_ultra_restricted": False}
        return told | {"user_team": author.team.id, "source_team": author.team.id}

    def members(self, channel: Channel) -> Iterator[User]:
        """Who is in it."""
        return (self.users[id] for id in channel.members)
