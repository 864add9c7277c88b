"""Forums: a message in one is a post with a title, and its tags follow how the request stands."""

from __future__ import annotations

import logging
from typing import Any

import discord

from adapters.discord.channels import Channels
from adapters.discord.drawing import Post
from adapters.discord.failing import understood
from adapters.discord.places import place_of
from adapters.discord.raw import Drawn
from adapters.discord.reading import Reading, mark_of
from adapters.discord.wire import Wire
from bot.desk.context import Desk
from bot.desk.conversations import request_of
from bot.domain.request import Request
from bot.messages.model import Card, Message, Said, plain
from bot.ports import MessageRef, Place

log = logging.getLogger("steward.discord")

NAME = 100


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
        tags = _tags(forum, message.status if isinstance(message, Card) else "")
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
        forum, me = await self._forum(int(place.channel)), await self._wire.me()
        with understood():
            threads = [t for t in await forum.guild.active_threads() if t.parent_id == forum.id]
            threads += [t async for t in forum.archived_threads(limit=50)]
        for thread in sorted((t for t in threads if t.owner_id == me), key=lambda t: -t.id):
            there = place_of(place.workspace, place.channel, thread.id)
            first = await self._reading.message(there, thread.id)
            if first is not None and mark_of(first, me)[0] == mark:
                return MessageRef(there, str(thread.id))
        return None

    async def follow(self, ref: MessageRef, message: Message) -> None:
        """The tags of the post that this message begins say how its request stands."""
        place = ref.place
        if place.thread is None or not (await self._channels.get(int(place.channel))).forum:
            return
        status = message.status if isinstance(message, Card) else ""
        if not status and (number := request_of(await self._desk.store.conversation_at(place))):
            request = await self._desk.store.request(number)
            status = _status(request) if request else ""
        if status:
            await self._tag(int(place.thread), status)

    async def tag(self, place: Place) -> None:
        """The same for a post that somebody else began."""
        number = request_of(await self._desk.store.conversation_at(place))
        request = await self._desk.store.request(number) if number else None
        if request is not None and place.thread is not None:
            await self._tag(int(place.thread), _status(request))

    async def _tag(self, id: int, status: str) -> None:
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


STATUSES = frozenset(
    ("new", "open", "in progress", "waiting", "waiting for the client", "resolved", "closed", "set aside", "cancelled")
)
"""Names of tags that are the desk's to set; a forum's other tags are left alone."""


def _is_status(name: str) -> bool:
    return name.casefold() in STATUSES


def _status(request: Request) -> str:
    return request.status.value.replace("_", " ").replace("-", " ")


def _tags(forum: discord.ForumChannel, status: str) -> list[discord.ForumTag]:
    """The tag of that status: by its whole name, or one that begins it ("Waiting" for a client or somebody else)."""
    said = status.casefold()
    names = {tag.name.casefold(): tag for tag in forum.available_tags}
    if said in names:
        return [names[said]]
    begins = [tag for name, tag in names.items() if _is_status(name) and said.startswith(name)]
    if begins:
        return begins[:1]
    over = said.startswith(("closed", "resolved", "cancelled"))
    other = next((names[name] for name in (("closed", "done") if over else ("open",)) if name in names), None)
    return [other] if other and said else []


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
