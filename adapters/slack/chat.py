"""The desk's port to Slack: what goes out, each call in its turn, and each post with a key by which it is found.

A message that is too long for one post, or that brings files, goes on in its thread. The first post says in its
metadata how many are to follow, until all of them did, and then which: one that broke off is taken away when it is
looked for, and goes anew; what follows is changed and taken away with it.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary
from zlib import crc32

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.drawing import Drawing
from adapters.slack.failing import GONE, code_of, deleted, meaning, part, understood
from adapters.slack.files import SlackFiles
from adapters.slack.layout import File
from adapters.slack.limits import NAME
from adapters.slack.pacing import Pace
from adapters.slack.places import place_of, ref_of
from adapters.slack.pressing import short, unchosen
from adapters.slack.reading import KEY, MORE, Reading
from adapters.slack.render import Post
from adapters.slack.rooms import Rooms
from adapters.slack.trail import Trail, Trails
from bot.domain.files import Attachment
from bot.messages.model import Card, Message
from bot.ports import CannotTell, MessageRef, Place, Refused

log = logging.getLogger("steward.slack")

NOT_OURS = "cant_delete_message"
METADATA = "steward_message"
"""What the desk calls its posts' metadata."""


class SlackChat:
    """`Chat` over the Web API."""

    def __init__(
        self,
        client: AsyncWebClient,
        pace: Pace,
        rooms: Rooms,
        reading: Reading,
        drawing: Drawing,
        files: SlackFiles,
    ) -> None:
        self._client, self._pace, self._rooms = client, pace, rooms
        self._reading, self._drawing, self._files = reading, drawing, files
        self._trails = Trails()
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once; the key goes along as the message's metadata."""
        channel = await self._rooms.channel(place)
        posts = await self._drawing.posts(message, place)
        if not posts:
            raise Refused("this message is for no person to read")
        first, more = posts[0], len(posts) - 1 + len(_files(posts))
        trail = Trail(key, name=first.username)
        carried = {**trail.carried(), **({MORE: more} if more else {})}
        ts = await self._post(channel, place.thread, first, carried, place if place.thread else None)
        if more:
            trail = await self._follow(channel, ts, place.thread, posts, trail, more)
            await self._carry(channel, ts, first, trail)
        self._trails.put(channel, ts, trail)
        return MessageRef(place_of(place.workspace, channel, place.thread), ts)

    async def edit(self, ref: MessageRef, message: Message) -> MessageRef | None:
        """Show this instead, with all that goes on from it. Where it is to go under another name, as once somebody was
        erased, it goes anew, since Slack lets nobody change the one that it has."""
        posts = await self._drawing.posts(message, ref.place)
        if not posts:
            return None
        name = posts[0].username
        before = await self._trail(ref, ask=not isinstance(message, Card))
        if before.name not in ("", name) and (name or await self._forgotten(before.name)):
            return await self._under(name, ref, message, before)
        await self._edit(ref, message, posts)
        return None

    async def _forgotten(self, name: str) -> bool:
        people = (await self._drawing.desk.store.directory()).people.values()
        return all(short(person.name, NAME) != name for person in people)

    async def _under(self, name: str, ref: MessageRef, message: Message, before: Trail) -> MessageRef:
        """Begun once more after a kill it finds what it posted."""
        key = f"{before.key.partition('@')[0]}@{crc32(name.encode()):08x}"
        moved = await self.find(ref.place, key) or await self.post(ref.place, message, key=key)
        await self.delete(ref)
        return moved

    async def _edit(self, ref: MessageRef, message: Message, posts: Sequence[Post]) -> None:
        channel, ts = ref.place.channel, ref.message
        async with self._alone(ts):
            await self._pace.turn("chat.update", channel)
            with understood():
                await self._client.chat_update(channel=channel, ts=ts, **_shown(posts[0]))
            plain = len(posts) == 1 and not _files(posts)
            # A card is edited often and hardly ever long: Slack is not asked what it had before.
            before = await self._trail(ref, ask=not (plain and isinstance(message, Card)))
            if plain and not before:
                return
            after = await self._follow(channel, ts, ref.place.thread, posts, before)
            if after != before:
                await self._carry(channel, ts, posts[0], after)
            self._trails.put(channel, ts, after)

    async def unchoose(self, ref: MessageRef) -> None:
        """Somebody chose from the message's menu: show it anew, so that the same can be chosen again."""
        channel = ref.place.channel
        async with self._alone(ref.message):
            # Read only now: what stands there is what the last edit left.
            found = await self._reading.message(place_of(ref.place.workspace, channel), ref.message)
            if found is None or not found.get("blocks"):
                return
            await self._pace.turn("chat.update", channel)
            with understood():
                await self._client.chat_update(
                    channel=channel, ts=ref.message, text=found.get("text", ""), blocks=unchosen(found["blocks"])
                )

    async def delete(self, ref: MessageRef) -> None:
        """Take it away, and what goes on from it; one that is gone stays gone."""
        channel, trail = ref.place.channel, await self._trail(ref)
        for file in (*trail.files.values(), *trail.pending):
            await self._files.remove(file)
        for ts in (*trail.posts, ref.message):
            await self._take_away(channel, ts)
        self._trails.put(channel, ref.message, Trail())

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """Every message has its thread already; a reply's is the one it stands in."""
        place = ref.place
        return place_of(place.workspace, place.channel, place.thread or ref.message)

    async def direct(self, user: str) -> Place:
        """The direct conversation with a person of the desk. Raises Unreachable for who has no account here."""
        return await self._rooms.direct(user)

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted there with that key, whole."""
        there = place_of(place.workspace, await self._rooms.channel(place), place.thread)
        found = await self._reading.posted(there, key, await self._drawing.teams.team())
        if found is None:
            return None
        ref = ref_of(place.workspace, there.channel, found)
        if ((found.get("metadata") or {}).get("event_payload") or {}).get(MORE):
            log.warning("a message broke off half way; it goes anew")
            for file in (*(begun := Trail.of(found)).files.values(), *begun.pending):
                await self._files.remove(file)
            await self._clear(there, ref, key, int(found["metadata"]["event_payload"][MORE]))
            return None
        return ref

    def _alone(self, ts: str) -> asyncio.Lock:
        """One at a time changes a message; a lock lives as long as somebody holds it or waits."""
        lock = self._changing.get(ts)
        if lock is None:
            lock = self._changing[ts] = asyncio.Lock()
        return lock

    async def _post(
        self, channel: str, thread: str | None, post: Post, carried: Mapping[str, Any], begun: Place | None = None
    ) -> str:
        """Raises Gone where the thread that was `begun` before is no more."""
        await self._pace.turn("chat.postMessage", channel)
        given = post.arguments()
        if post.person and (picture := await self._drawing.picture(post.person)):
            given["icon_url"] = picture
        with understood():
            try:
                answer = await self._client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread,
                    metadata=_metadata(carried),
                    unfurl_links=False,
                    unfurl_media=False,
                    **given,
                )
            except SlackApiError as error:
                if begun is not None and code_of(error) in GONE:
                    raise deleted(error, begun) from error
                raise
            return str(part(answer, "ts"))

    async def _carry(self, channel: str, ts: str, first: Post, trail: Trail, more: int = 0) -> None:
        """Let the first post say what goes on from it; `more` as long as not all of it does."""
        carried = {**trail.carried(), **({MORE: more} if more else {})}
        with understood():
            await self._client.chat_update(channel=channel, ts=ts, metadata=_metadata(carried), **_shown(first))

    async def _follow(
        self, channel: str, ts: str, thread: str | None, posts: Sequence[Post], before: Trail, more: int = 0
    ) -> Trail:
        """What goes on from the first post, in place of what did. Files are brought, and named there, before anybody
        sees them: whoever finds that it broke off takes them away, and no file comes twice."""
        thread = thread or ts
        there: list[str] = []
        for number, post in enumerate(posts[1:]):
            if number < len(before.posts):
                ours = before.posts[number]
            else:
                ours = "" if more else await self._begun(channel, thread, f"{before.key}/{number + 2}")
            if ours:
                there.append(ours)
                await self._pace.turn("chat.update", channel)
                with understood():
                    await self._client.chat_update(channel=channel, ts=there[-1], **_shown(post))
            else:
                there.append(await self._post(channel, thread, post, {KEY: f"{before.key}/{number + 2}"}))
        for left in before.posts[len(there) :]:
            await self._take_away(channel, left)
        wanted = _files(posts)
        for theirs in (*(theirs for ours, theirs in before.files.items() if ours not in wanted), *before.pending):
            await self._files.remove(theirs)
        files = {ours: theirs for ours, theirs in before.files.items() if ours in wanted}
        brought: dict[str, str] = {}
        for ours, file in wanted.items():
            if ours in files:
                continue
            if isinstance(file, Attachment):
                theirs = await self._files.bring(file)
            else:
                theirs = await self._files.bring_text(file.name, file.text.encode())
            if theirs:
                brought[ours] = theirs
        after = replace(before, posts=tuple(there), files=files, pending=tuple(brought.values()))
        if brought:
            self._trails.put(channel, ts, after)
            await self._carry(channel, ts, posts[0], after, more)
            for ours, theirs in brought.items():
                await self._files.show(theirs, wanted[ours].name, channel, thread)
        return replace(after, files={**files, **brought}, pending=())

    async def _begun(self, channel: str, thread: str, key: str) -> str:
        """What an edit that broke off had posted by that key already; empty for nothing."""
        team = await self._drawing.teams.team()
        try:
            found = await self._reading.posted(place_of(team.workspace, channel, thread), key, team)
        except CannotTell:
            return ""  # rather twice than never
        return str(found["ts"]) if found is not None else ""

    async def _trail(self, ref: MessageRef, *, ask: bool = True) -> Trail:
        known = self._trails.get(ref.place.channel, ref.message)
        if known is None and ask:
            found = await self._reading.message(place_of(ref.place.workspace, ref.place.channel), ref.message)
            known = Trail.of(found or {})
            self._trails.put(ref.place.channel, ref.message, known)
        return known if known is not None else Trail()

    async def _take_away(self, channel: str, ts: str) -> None:
        await self._pace.turn("chat.delete", channel)
        try:
            await self._client.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if code_of(error) == NOT_OURS:
                log.info("Slack lets nobody but its author take away a message; they were told so")
            elif code_of(error) not in GONE:
                raise meaning(error) from error

    async def _clear(self, there: Place, ref: MessageRef, key: str, more: int) -> None:
        """Take away what there is of a message that broke off."""
        thread = place_of(there.workspace, there.channel, there.thread or ref.message)
        team = await self._drawing.teams.team()
        for number in range(2, more + 2):
            found = await self._reading.posted(thread, f"{key}/{number}", team)
            if found is None:
                break
            await self._take_away(there.channel, str(found["ts"]))
        await self._take_away(there.channel, ref.message)


def _files(posts: Sequence[Post]) -> dict[str, File | Attachment]:
    """What comes along as files, each by what the desk calls it: a text that reads otherwise is another one."""
    found: dict[str, File | Attachment] = {}
    for post in posts:
        found |= {f"{zlib.crc32(file.text.encode()):08x} {file.name}": file for file in post.files}
        found |= {file.id: file for file in post.attachments}
    return found


def _metadata(carried: Mapping[str, Any]) -> dict[str, Any]:
    return {"event_type": METADATA, "event_payload": dict(carried)}


def _shown(post: Post) -> dict[str, Any]:
    """Whose name a message goes under is said once, when it is posted."""
    return {name: value for name, value in post.arguments().items() if name in ("text", "blocks")}
