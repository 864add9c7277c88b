"""The desk's port to Discord: what goes out, each post with a mark by which it is found again (marks.py).

A message that is too long for one post goes on in the next ones, which are changed and taken away with it; one that
broke off half way is taken away when it is looked for, and goes anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

import discord

from adapters.discord.drawing import Drawing, Post
from adapters.discord.failing import GONE, INVALID, NO_DMS, UNKNOWN_WEBHOOK, meaning, understood
from adapters.discord.files import DiscordFiles, with_files
from adapters.discord.forums import Forums
from adapters.discord.gone import Lost
from adapters.discord.hooks import Hooks
from adapters.discord.marks import further, mark, nonce, stamped
from adapters.discord.places import inner, place_of
from adapters.discord.pressing import unchosen
from adapters.discord.raw import Drawn
from adapters.discord.reading import Reading
from adapters.discord.rooms import Rooms
from adapters.discord.threads import Threads
from adapters.discord.wire import Wire
from bot.messages.model import Message
from bot.ports import CannotTell, MessageRef, Place, Refused, Unreachable

log = logging.getLogger("steward.discord")

REMEMBERED = 5000
"""Of so many messages it is remembered what they are; of others Discord is asked."""


@dataclass(frozen=True)
class Standing:
    """A message of the desk's as it stands there."""

    mark: int
    more: int = 0
    hook: int | None = None
    """The webhook that wrote it."""
    files: tuple[discord.Attachment, ...] = ()
    name: str = ""
    """Under which that webhook wrote it."""


class DiscordChat:
    """`Chat` over Discord's API."""

    def __init__(
        self,
        wire: Wire,
        rooms: Rooms,
        threads: Threads,
        forums: Forums,
        hooks: Hooks,
        reading: Reading,
        drawing: Drawing,
        files: DiscordFiles,
        lost: Lost,
    ) -> None:
        self._lost = lost
        self._wire, self._rooms, self._threads, self._forums = wire, rooms, threads, forums
        self._hooks, self._reading, self._drawing, self._files = hooks, reading, drawing, files
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once; the key makes its nonce and its mark."""
        await self._wire.urgent.calm()
        place = await self._rooms.channel(place)
        posts = await self._drawing.posts(message, place)
        if not posts:
            raise Refused("this message is for no person to read")
        first, more = mark(key), len(posts) - 1
        with understood():
            try:
                ref, standing = await self._first(place, message, posts[0], first, more, key)
            except discord.HTTPException as error:
                if error.code != NO_DMS:
                    raise
                instead = await self._rooms.instead(place)
                if instead is None:
                    raise Unreachable("they take no direct messages, and there is no channel to speak in") from error
                ref, standing = await self._first(instead, message, posts[0], first, more, key)
            for number, post in enumerate(posts[1:], 2):
                await self._send(ref.place, post, further(first, number), 0, nonce(_once(ref.place, key), number))
        self._remember(ref.message, standing)
        await self._forums.follow(ref.place, message)
        return ref

    async def edit(self, ref: MessageRef, message: Message) -> MessageRef | None:
        """Show this instead, with all that goes on from it. Discord lets no name be changed under which it goes.
        Where nobody is called so any more, as once somebody was erased, it goes anew."""
        await self._wire.urgent.calm()
        async with self._alone(ref.message):
            there = await self._standing(ref)
            if there is None:
                raise await self._lost.message(ref)
            posts = await self._drawing.posts(message, ref.place)
            if not posts:
                return None
            if there.name not in ("", posts[0].username) and not await self._drawing.known(there.name):
                return await self._under(posts[0].username, ref, message, there)
            more, before = len(posts) - 1, there.more
            await self._shorten(ref, there, more)
            files = await self._change(ref.place, int(ref.message), posts[0], there, there.mark, more)
            # Should it break off from here on, what is there of it is looked for when it is done again.
            there = replace(there, more=more, files=files)
            self._remember(ref.message, there)
            await self._follow(ref, posts, there, before)
            await self._forums.follow(ref.place, message)
        return None

    async def _under(self, name: str, ref: MessageRef, message: Message, there: Standing) -> MessageRef:
        """Begun once more after a kill it finds what it posted."""
        key = f"{there.mark}@{ref.message}@{name}"
        moved = await self.find(ref.place, key) or await self.post(ref.place, message, key=key)
        await self.delete(ref)
        return moved

    async def delete(self, ref: MessageRef) -> None:
        """Take it away, and what goes on from it; one that is gone stays gone."""
        there = await self._standing(ref)
        if there is None:
            return
        await self._shorten(ref, there, 0)
        await self._take_away(ref.place, int(ref.message), there.hook)
        self._known.pop(ref.message, None)

    async def unchoose(self, ref: MessageRef) -> None:
        """Somebody chose from the message's menu: show it anew, so that the same can be chosen again."""
        async with self._alone(ref.message):
            # Read only now: what stands there is what the last edit left.
            found = await self._reading.message(ref.place, int(ref.message))
            if found is None or found.attachments or found.webhook_id is not None:
                return
            drawn = unchosen([each.to_dict() for each in found.components])
            client = await self._wire.client()
            there = client.get_partial_messageable(inner(ref.place)).get_partial_message(found.id)
            with understood():
                await there.edit(view=Drawn(drawn), allowed_mentions=discord.AllowedMentions.none())

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """The thread under that message; the same one when asked again. A forum's post is one already."""
        await self._wire.urgent.calm()
        return await self._threads.open(ref, title)

    async def direct(self, user: str) -> Place:
        """The direct conversation with a person of the desk. Raises Unreachable for who has no account here."""
        return await self._rooms.direct(user)

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted there with that key, whole."""
        place, wanted = await self._rooms.channel(place), mark(key)
        if await self._forums.is_forum(place):
            return await self._forums.find(place, wanted)
        found = await self._reading.posted(place, wanted)
        if found is None:
            return None
        _, more = await self._reading.mark_of(found, place)
        for number in range(2, more + 2):
            if await self._reading.posted(place, further(wanted, number)) is None:
                log.warning("a message broke off half way; it goes anew")
                await self._clear(place, found, wanted, more)
                return None
        ref = MessageRef(place, str(found.id))
        self._remember(ref.message, _stands(found, wanted, more))
        return ref

    # --- posts ----------------------------------------------------------------------------------------

    async def _first(
        self, place: Place, message: Message, post: Post, first: int, more: int, key: str
    ) -> tuple[MessageRef, Standing]:
        if await self._forums.is_forum(place):
            sent = await self._forums.post(place, message, post, stamped(post.components, first, more))
            return MessageRef(place_of(place.workspace, place.channel, sent), str(sent)), Standing(first, more)
        made = await self._send(place, post, first, more, nonce(_once(place, key)))
        ref = MessageRef(place, str(made.id))
        return ref, _stands(made, first, more)

    async def _send(self, place: Place, post: Post, mark: int, more: int, nonce: str) -> discord.Message:
        uploads = await self._files.uploads(post.files, post.attachments)
        components = with_files(stamped(post.components, mark, more), uploads)

        async def send() -> discord.Message:
            given: dict[str, Any] = {
                "view": Drawn(components),
                "files": [upload.file() for upload in uploads],
                "allowed_mentions": _pinging(post),
            }
            if post.username and (hook := await self._hooks.of(place)) is not None:
                thread = discord.Object(int(place.thread)) if place.thread else discord.utils.MISSING
                picture = await self._drawing.picture(post.person) or discord.utils.MISSING
                try:
                    return await hook.send(
                        username=post.username, avatar_url=picture, thread=thread, wait=True, **given
                    )
                except discord.NotFound as error:
                    if error.code == UNKNOWN_WEBHOOK:
                        self._hooks.forget(int(place.channel))  # somebody took it away: the next try makes another
                    raise
                except discord.HTTPException as error:
                    if error.code != INVALID:
                        raise
                    # What Discord takes as a name it does not say, and the words must not be lost for that.
                    log.warning("%s's words go under the desk's own name: %s", post.person, error)
                    given["files"] = [upload.file() for upload in uploads]
            if post.username:
                given["view"] = Drawn(named(components, post.username))
            client = await self._wire.client()
            return await client.get_partial_messageable(inner(place)).send(nonce=nonce, **given)

        try:
            return await self._threads.ready(place, send)
        except discord.NotFound as error:
            if error.code != UNKNOWN_WEBHOOK:
                raise
            return await self._threads.ready(place, send)

    async def _follow(self, ref: MessageRef, posts: Sequence[Post], there: Standing, before: int) -> None:
        """What goes on from the first post, in place of what did: so many posts, and what an edit that broke off had
        added."""
        for number, post in enumerate(posts[1:], 2):
            mark = further(there.mark, number)
            try:
                found = await self._reading.posted(ref.place, mark)
            except CannotTell:
                if number <= before + 1:
                    raise
                found = None  # rather twice than never
            if found is not None:
                await self._change(ref.place, found.id, post, _stands(found, mark, 0), mark, 0)
                continue
            with understood():
                once = _once(ref.place, f"{there.mark} {ref.message}")
                await self._send(ref.place, post, mark, 0, nonce(once, number))

    async def _shorten(self, ref: MessageRef, there: Standing, more: int) -> None:
        """Take away what goes on from the first post beyond so many further ones."""
        for number in range(more + 2, there.more + 2):
            if (found := await self._reading.posted(ref.place, further(there.mark, number))) is not None:
                await self._take_away(ref.place, found.id, found.webhook_id)

    async def _change(
        self, place: Place, id: int, post: Post, there: Standing, mark: int, more: int
    ) -> tuple[discord.Attachment, ...]:
        """Show this instead; answers the files that it has now."""
        kept = {file.filename: file for file in there.files}
        uploads = await self._files.uploads(post.files, post.attachments)
        attachments = [kept.get(upload.name) or upload.file() for upload in uploads]
        components = with_files(stamped(post.components, mark, more), uploads)

        async def change() -> discord.Message:
            given: dict[str, Any] = {"view": Drawn(components), "allowed_mentions": discord.AllowedMentions.none()}
            if attachments or there.files:
                given["attachments"] = attachments
            if there.hook is not None:
                hook = await self._hooks.by_id(place, there.hook)
                thread = discord.Object(int(place.thread)) if place.thread else discord.utils.MISSING
                return await hook.edit_message(id, thread=thread, **given)
            if post.username:
                given["view"] = Drawn(named(components, post.username))
            client = await self._wire.client()
            return await client.get_partial_messageable(inner(place)).get_partial_message(id).edit(**given)

        with understood():
            return tuple((await self._threads.ready(place, change)).attachments)

    async def _take_away(self, place: Place, id: int, hook: int | None) -> None:
        async def take() -> None:
            if hook is not None:
                thread = discord.Object(int(place.thread)) if place.thread else discord.utils.MISSING
                await (await self._hooks.by_id(place, hook)).delete_message(id, thread=thread)
                return
            client = await self._wire.client()
            await client.get_partial_messageable(inner(place)).get_partial_message(id).delete()

        try:
            await self._threads.ready(place, take, make=False)
        except discord.DiscordException as error:
            if not (isinstance(error, discord.HTTPException) and error.code in GONE):
                raise meaning(error) from error

    async def _clear(self, place: Place, first: discord.Message, mark: int, more: int) -> None:
        """Take away what there is of a message that broke off."""
        for number in range(2, more + 2):
            if (found := await self._reading.posted(place, further(mark, number))) is not None:
                await self._take_away(place, found.id, found.webhook_id)
        await self._take_away(place, first.id, first.webhook_id)

    async def _standing(self, ref: MessageRef) -> Standing | None:
        known = self._known.get(ref.message)
        if known is None:
            found = await self._reading.message(ref.place, int(ref.message))
            if found is None:
                return None
            first, more = await self._reading.mark_of(found, ref.place)
            known = _stands(found, first, more)
            self._remember(ref.message, known)
        return known

    def _remember(self, id: str, standing: Standing) -> None:
        self._known[id] = standing
        self._known.move_to_end(id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _alone(self, id: str) -> asyncio.Lock:
        """One at a time changes a message; a lock lives as long as somebody holds it or waits."""
        lock = self._changing.get(id)
        if lock is None:
            lock = self._changing[id] = asyncio.Lock()
        return lock


def _once(place: Place, key: str) -> str:
    """What a nonce is made of. Discord asks in no channel which one it remembers: what goes anew into another thread
    would be taken for the message that went with the first one."""
    return f"{place.channel}/{place.thread or ''} {key}"


def _stands(found: discord.Message, mark: int, more: int) -> Standing:
    """That message, as Discord tells of it."""
    name = found.author.name if found.webhook_id is not None else ""
    return Standing(mark, more, found.webhook_id, tuple(found.attachments), name)


def _pinging(post: Post) -> discord.AllowedMentions:
    """Nobody is called but whom the desk itself names."""
    users = [discord.Object(int(user)) for user in post.mentions]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users or False)


def named(components: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Where the desk may not write under others' names, the name stands above the words."""
    first, *rest = ({**each} for each in components)
    above = {"type": 10, "id": first.pop("id"), "content": f"**{discord.utils.escape_markdown(name)}**"}
    return [above, first, *rest]
