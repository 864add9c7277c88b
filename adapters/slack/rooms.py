"""Where the desk speaks in Slack: channels by the names that people gave them, and direct conversations.

A form or a file may say `client-acme`; events and calls name channels by id. Whatever is bound to a name is bound to
the channel of that name as soon as there is one; where there is none the desk makes it, private, with its people in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of, part, understood
from adapters.slack.people import People
from adapters.slack.places import PLATFORM, is_channel, is_user, place_of
from adapters.slack.team import Teams
from bot.desk import connecting, reopening
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, direct
from bot.desk.homes import moves_to
from bot.domain.people import Person
from bot.ports import DirectoryEdit, Place, Refused, Unreachable

log = logging.getLogger("steward.slack")

PAGE = 200
PAGES = 50
INVITED = 100
"""People whom Slack lets be asked in at once."""
AT_ONCE = 20
"""Direct conversations that are opened in one go; Slack lets fifty a minute."""


class Rooms:
    """Channels and direct conversations of one workspace."""

    def __init__(
        self,
        client: AsyncWebClient,
        desk: Desk,
        people: People,
        teams: Teams,
        *,
        channels: Mapping[str, str] | None = None,
        side: str | None = None,
        settled_elsewhere: Callable[[str], bool] = lambda key: False,
        here: Callable[[str], bool] = lambda workspace: True,
    ) -> None:
        """`channels` says where triage, alerts and clients (by key) are, by id or name; `settled_elsewhere`, of which
        clients another workspace does. `side` is whose workspace this is that installed the app: the team's, or a
        client's by its key; `here` tells of others whether the desk is in them."""
        self._side, self._settled_elsewhere, self._here = side, settled_elsewhere, here
        self._client, self._desk, self._people, self._teams = client, desk, people, teams
        self._said = channels or {}
        self._version = -1
        self._unopened = set[str]()
        self._binding = asyncio.Lock()

    async def follow(self) -> None:
        """Bind what the settings say, and every name to its channel; looks only when the directory has changed."""
        directory = await self._desk.store.directory()
        if directory.version == self._version:
            return
        workspace = (await self._teams.team()).workspace
        wanted = await self._settled(workspace)
        for conversation, place in (await self._desk.store.bindings()).items():
            if (place.platform, place.workspace) == (PLATFORM, workspace):
                wanted.setdefault(conversation, place)
        for conversation, place in wanted.items():
            if not is_channel(place.channel):
                try:
                    await self._bind(conversation, place)
                except Refused as no:
                    log.warning("%s cannot be at %s: %s", conversation, place.channel, no)
        if await self._move_home(workspace):
            self._version = directory.version

    async def _move_home(self, workspace: str) -> bool:
        """Whoever has an account here is spoken with here, unless they are elsewhere, some at a time; whether that was
        all."""
        store = self._desk.store
        people, places = (await store.directory()).people, await store.bindings()
        users = {
            whose: user
            for platform, where, user, whose in await store.identities()
            if (platform, where) == (PLATFORM, workspace) and is_user(user)
        }
        left = [
            id for id in users if id in people and people[id].active and self._moves(people[id], places.get(direct(id)))
        ]
        left = [id for id in left if id not in self._unopened]
        found: list[tuple[str, Place]] = []
        for id in left[:AT_ONCE]:
            place = await self._people.open(workspace, users[id])
            if place is None:
                self._unopened.add(id)  # not tried again before the next start
            else:
                found.append((direct(id), place))
        if found:
            await store.edit_directory(DirectoryEdit(bindings=tuple(found)))
        return len(left) <= AT_ONCE

    def _moves(self, person: Person, place: Place | None) -> bool:
        """Whether they are to be spoken with here; also who was spoken with in a workspace in which the desk is no
        more."""
        gone = place is not None and place.platform == PLATFORM and not self._here(place.workspace)
        return moves_to(PLATFORM, person, None if gone else place)

    async def member(self, event: Mapping[str, Any]) -> None:
        """Somebody came into a channel, or left it: what is bound to its name may be bound to it now."""
        self._version = -1
        team, kind = await self._teams.team(), event.get("type")
        place = place_of(team.workspace, str(event.get("channel", "")))
        if self._side is not None and (kind, event.get("user")) == ("member_joined_channel", team.user):
            await connecting.invited(self._desk, self._side, place, self._here)
        if kind in ("channel_left", "group_left") or (kind, event.get("user")) == ("member_left_channel", team.user):
            conversation = await self._desk.store.conversation_at(place)
            if conversation is not None:
                log.error("the app was taken out of %s, where %s is: invite it again", place.channel, conversation)

    async def gone(self, event: Mapping[str, Any]) -> None:
        """A channel was archived or deleted."""
        place = place_of((await self._teams.team()).workspace, str(event.get("channel", "")))
        archived = str(event.get("type", "")).endswith("archive")
        await reopening.channel_gone(self._desk, place, archived=archived)

    async def go_back(self) -> None:
        """Into the public channels in which the desk was before the app was taken out; into others it is invited."""
        workspace = (await self._teams.team()).workspace
        for place in {p for p in (await self._desk.store.bindings()).values() if not p.channel.startswith("D")}:
            if (place.platform, place.workspace) == (PLATFORM, workspace) and is_channel(place.channel):
                try:
                    await self._client.conversations_join(channel=place.channel)
                except SlackApiError as error:
                    log.info("the desk waits to be invited into %s: %s", place.channel, code_of(error))

    async def channel(self, place: Place) -> str:
        """The id of a place's channel. Raises Refused where there is none, with the mend."""
        if is_channel(place.channel):
            return place.channel
        conversation = await self._desk.store.conversation_at(place)
        if conversation is not None:
            return (await self._bind(conversation, place)).channel
        # It may have been bound to the channel of that name since the message was taken.
        found = await self._named(place.channel)
        if found is None:
            raise Refused(f"there is no channel {place.channel} in Slack; bind the conversation to another one")
        return found

    async def direct(self, person: str) -> Place:
        """The direct conversation with a person of the desk. Raises Unreachable for who has no account."""
        workspace = (await self._teams.team()).workspace
        user = await self._people.user_of(workspace, person)
        if user is None:
            raise Unreachable(f"{person} has no account in Slack that the desk knows of")
        with understood():
            opened = await self._client.conversations_open(users=user)
            return place_of(workspace, str(part(opened, "channel", "id")))

    async def _settled(self, workspace: str) -> dict[str, Place]:
        """What the settings say and is not so yet."""
        wanted: dict[str, Place] = {}
        for name, channel in self._said.items():
            if name not in (TRIAGE, ALERTS) and self._settled_elsewhere(name):
                continue
            conversation = name if name in (TRIAGE, ALERTS) else client_channel(name)
            there = await self._desk.store.binding(conversation)
            if there is not None and there.platform == PLATFORM and is_channel(there.channel):
                continue  # it was found before; a file or a form may have moved it since
            if name not in (TRIAGE, ALERTS) and name not in (await self._desk.store.directory()).clients:
                continue
            wanted[conversation] = place_of(workspace, channel)
            if is_channel(channel):
                await self._desk.store.edit_directory(DirectoryEdit(bindings=((conversation, wanted[conversation]),)))
        return wanted

    async def _bind(self, conversation: str, place: Place) -> Place:
        async with self._binding:
            # Who follows the directory and who sends there may both come; the second finds what the first has made.
            there = await self._desk.store.binding(conversation)
            here = (PLATFORM, place.workspace)
            if there is not None and (there.platform, there.workspace) == here and is_channel(there.channel):
                return there
            return await self._bind_anew(conversation, place)

    async def _bind_anew(self, conversation: str, place: Place) -> Place:
        kind, _, person = conversation.partition(":")
        if kind == "dm":
            found = await self.direct(person)
        else:
            # What the settings say counts, whatever name a form had for it: no second channel is made beside it.
            name = self._said_of(conversation) or place.channel
            id = name if is_channel(name) else await self._named(name) or await self._make(conversation, name)
            found = place_of(place.workspace, id)
        await self._desk.store.edit_directory(DirectoryEdit(bindings=((conversation, found),)))
        log.info("%s is at %s (%s)", conversation, found.channel, place.channel)
        return found

    async def _named(self, name: str) -> str | None:
        """The channel of that name; the desk goes in where it may."""
        cursor = ""
        for _ in range(PAGES):
            with understood():
                answer = await self._client.conversations_list(
                    types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor or None
                )
            for channel in answer.get("channels") or ():
                if channel.get("name") == name.lower():
                    if not channel.get("is_member"):
                        with understood():
                            await self._client.conversations_join(channel=channel["id"])
                    return str(channel["id"])
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return None

    def _said_of(self, conversation: str) -> str:
        """The channel that the settings name for it, by id or name; empty where they leave it to others."""
        kind, _, key = conversation.partition(":")
        if kind == "client" and self._settled_elsewhere(key):
            return ""
        return self._said.get(key if kind == "client" else conversation, "")

    async def _make(self, conversation: str, name: str) -> str:
        try:
            made = await self._client.conversations_create(name=name.lower(), is_private=True)
        except SlackApiError as error:
            if code_of(error) == "name_taken":
                if there := await self._named(name):  # another process has made it meanwhile
                    return there
                raise Refused(f"#{name} is private and the app is not in it: invite it there") from error
            with understood():
                raise
        with understood():
            channel = str(part(made, "channel", "id"))
        workspace = (await self._teams.team()).workspace
        users = [
            user
            for person in await self._people_of(conversation)
            if (user := await self._people.user_of(workspace, person.id))
        ]
        for at in range(0, len(users), INVITED):
            with understood():
                await self._client.conversations_invite(channel=channel, users=",".join(users[at : at + INVITED]))
        return channel

    async def _people_of(self, conversation: str) -> list[Person]:
        directory = await self._desk.store.directory()
        _, _, key = conversation.partition(":")
        return [*directory.staff(), *(directory.people_of(key) if key else ())]
