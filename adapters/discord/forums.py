"""Forums: a message in one is a post with a title, and its tags follow how the request stands."""

from __future__ import annotations

import logging
from typing import Any

import discord

from adapters.discord.channels import Channels
from adapters.discord.drawing import Post
from adapters.discord.failing import understood
from adapters.discord.places import PLATFORM, place_of
from adapters.discord.raw import Drawn
from adapters.discord.reading import Reading
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.conversations import client_side, request_of
from bot.desk.hearing import request_at
from bot.domain.events import Status
from bot.messages.model import Card, Message, Said, plain
from bot.ports import MessageRef, Place

log = logging.getLogger("steward.discord")

NAME = 100
TAGS = {
    Status.NEW: ("new", "open"),
    Status.ACTIVE: ("in progress", "active", "open"),
    Status.WAITING_CLIENT: ("waiting for you", "waiting for the client", "waiting", "open"),
    Status.WAITING_OTHER: ("waiting for others", "waiting", "open"),
    Status.SET_ASIDE: ("set aside", "waiting", "closed"),
    Status.RESOLVED: ("resolved", "solved", "done", "closed"),
    Status.CLOSED: ("closed", "done", "resolved"),
    Status.CANCELLED: ("cancelled", "closed", "done"),
}
"""What tags may be called that follow how a request stands, the best name first."""


class Forums:
    """Posts, finds and tags."""

    def __init__(self, wire: Wire, desk: Desk, channels: Channels, reading: Reading) -> None:
        self._wire, self._desk, self._channels, self._reading = wire, desk, channels, reading

    async def is_forum(self, place: Place) -> bool:
        """Whether what is said there begins a post."""
        return place.thread is None and (await self._channels.get(int(place.channel))).forum

    async def post(self, place: Place, message: Message, post: Post, components: list[dict[str, Any]]) -> int:
        """Begin one; answers its id, which is its first message's too."""
        forum = await self._forum(int(place.channel))
        tags = _tags(forum, await self._status(place, message))
        if not tags and forum.flags.require_tag:
            tags = list(forum.available_tags[:1])
        users = [discord.Object(int(user)) for user in post.mentions]
        mentions = discord.AllowedMentions(everyone=False, roles=False, users=users or False)
        with understood():
            made = await forum.create_thread(
                name=_title(message),
                view=Drawn(components),
                allowed_mentions=mentions,
                applied_tags=tags,
                auto_archive_duration=10080,
            )
        await self._channels.keep(made.thread)
        return made.thread.id

    async def find(self, place: Place, mark: int) -> MessageRef | None:
        """The desk's post with that mark: there are no nonces for posts, so each of its own is looked at."""
        forum = await self._forum(int(place.channel))
        me = await self._wire.me()
        with understood():
            threads = [t for t in await forum.guild.active_threads() if t.parent_id == forum.id]
            threads += [t async for t in forum.archived_threads(limit=50)]
        for thread in sorted((t for t in threads if t.owner_id == me), key=lambda t: -t.id):
            there = place_of(place.workspace, place.channel, thread.id)
            first = await self._reading.message(there, thread.id)
            if first is not None and (await self._reading.mark_of(first, there))[0] == mark:
                return MessageRef(there, str(thread.id))
        return None

    async def follow(self, place: Place, message: Message) -> None:
        """The tags of posts say how their requests stand: of the one in which something was said, and, as its card
        changes with every step, of the one in which the request talks with the client. Never raises: what was said is
        said."""
        try:
            places = [place]
            if isinstance(message, Card) and (request := await self._desk.store.request(message.number)) is not None:
                there = await self._desk.store.binding(client_side(request))
                places += [there] if there is not None and there.platform == PLATFORM else []
            for each in places:
                await self.tag(each)
        except Exception as error:
            log.warning("the tags of a post do not follow: %s", error)

    async def tag(self, place: Place) -> None:
        """Of a forum's post; nothing for what is none."""
        if place.thread is None or not (await self._channels.get(int(place.channel))).forum:
            return
        if (status := await self._status(place)) is not None:
            await self._tag(int(place.thread), status)

    async def _status(self, place: Place, message: Message | None = None) -> Status | None:
        number = message.number if isinstance(message, Card) else None
        number = number or request_of(await self._desk.store.conversation_at(place))
        if number is None and place.thread is not None:
            number = await request_at(self._desk.store, MessageRef(place, place.thread))
        request = await self._desk.store.request(number) if number else None
        return request.status if request else None

    async def _tag(self, id: int, status: Status) -> None:
        try:
            client = await self._wire.client()
            thread: Any = await client.fetch_channel(id)
            forum = await self._forum(thread.parent_id)
            ours = {tag.id for tag in forum.available_tags if _is_status(tag.name)}
            wanted = _tags(forum, status)
            tags = [tag for tag in thread.applied_tags if tag.id not in ours] + wanted
            if wanted and {tag.id for tag in tags} != {tag.id for tag in thread.applied_tags}:
                await thread.edit(applied_tags=tags[:5], archived=False)
        except discord.DiscordException as error:
            log.warning("the tags of %s do not follow: %s", id, error)

    async def _forum(self, id: int) -> discord.ForumChannel:
        client = await self._wire.client()
        with understood():
            forum = client.get_channel(id) or await client.fetch_channel(id)
        if not isinstance(forum, discord.ForumChannel):
            raise RuntimeError(f"{id} is no forum")
        return forum


def _is_status(name: str) -> bool:
    """Whether a tag is the desk's to set; a forum's other tags are left alone."""
    return any(name.casefold() in names for names in TAGS.values())


def _tags(forum: discord.ForumChannel, status: Status | None) -> list[discord.ForumTag]:
    """The tag of that status, by the first of its names that the forum has."""
    names = {tag.name.casefold(): tag for tag in forum.available_tags}
    return next(([names[name]] for name in TAGS[status] if name in names), []) if status else []


def _title(message: Message) -> str:
    match message:
        case Card(ref=ref, title=title):
            said = f"{ref} {title}"
        case Said(lines=lines):
            said = plain(lines[0]) if lines else ""
        case _:
            said = str(getattr(message, "title", "") or "")
    said = " ".join(said.split()) or "Request"
    return said if len(said) <= NAME else f"{said[: NAME - 1].rstrip()}…"
