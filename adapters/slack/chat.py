"""The desk's port to Slack: what goes out, each call in its turn, and each post with a key by which it is found.

A message that is too long for one post, or that brings files, goes on in its thread. The first post says in its
metadata how many are to follow, until all of them did: one that broke off is taken away when it is looked for, and goes
anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.drawing import Drawing
from adapters.slack.failing import GONE, code_of, meaning, understood
from adapters.slack.files import SlackFiles
from adapters.slack.pacing import Pace
from adapters.slack.places import place_of, ref_of
from adapters.slack.pressing import unchosen
from adapters.slack.reading import KEY, MORE, Reading
from adapters.slack.render import Post
from adapters.slack.rooms import Rooms
from bot.messages.model import Message
from bot.ports import MessageRef, Place, Refused

log = logging.getLogger("steward.slack")

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
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once; the key goes along as the message's metadata."""
        channel = await self._rooms.channel(place)
        posts = await self._drawing.posts(message, place)
        if not posts:
            raise Refused("this message is for no person to read")
        first, rest = posts[0], posts[1:]
        more = len(rest) + sum(len(post.files) + len(post.attachments) for post in posts)
        ts = await self._post(channel, place.thread, first, {KEY: key, **({MORE: more} if more else {})})
        if more:
            thread = place.thread or ts
            for number, post in enumerate(rest, 2):
                await self._post(channel, thread, post, {KEY: f"{key}/{number}"})
            await self._upload(channel, thread, posts)
            with understood():
                await self._client.chat_update(channel=channel, ts=ts, metadata=_metadata({KEY: key}), **_edit(first))
        return MessageRef(place_of(place.workspace, channel, place.thread), ts)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        """Show this instead. What went on in further posts stays as it was said."""
        posts = await self._drawing.posts(message, ref.place)
        if not posts:
            return
        await self._pace.turn("chat.update", ref.place.channel)
        async with self._alone(ref.message):
            with understood():
                await self._client.chat_update(channel=ref.place.channel, ts=ref.message, **_edit(posts[0]))

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
        """Take it away; one that is gone stays gone."""
        await self._pace.turn("chat.delete", ref.place.channel)
        try:
            await self._client.chat_delete(channel=ref.place.channel, ts=ref.message)
        except SlackApiError as error:
            if code_of(error) not in GONE:
                raise meaning(error) from error

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
        found = await self._reading.posted(there, key)
        if found is None:
            return None
        ref = ref_of(place.workspace, there.channel, found)
        if ((found.get("metadata") or {}).get("event_payload") or {}).get(MORE):
            log.warning("a message broke off half way; it goes anew")
            await self.delete(ref)
            return None
        return ref

    def _alone(self, ts: str) -> asyncio.Lock:
        """One at a time changes a message; a lock lives as long as somebody holds it or waits."""
        lock = self._changing.get(ts)
        if lock is None:
            lock = self._changing[ts] = asyncio.Lock()
        return lock

    async def _post(self, channel: str, thread: str | None, post: Post, carried: Mapping[str, Any]) -> str:
        await self._pace.turn("chat.postMessage", channel)
        given = post.arguments()
        if post.person and (picture := await self._drawing.picture(post.person)):
            given["icon_url"] = picture
        with understood():
            answer = await self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                metadata=_metadata(carried),
                unfurl_links=False,
                unfurl_media=False,
                **given,
            )
        return str(answer["ts"])

    async def _upload(self, channel: str, thread: str, posts: Sequence[Post]) -> None:
        for post in posts:
            for text in post.files:
                await self._files.send(text.name, text.text.encode(), channel, thread)
            for attachment in post.attachments:
                await self._files.upload(attachment, channel, thread)


def _metadata(carried: Mapping[str, Any]) -> dict[str, Any]:
    return {"event_type": METADATA, "event_payload": dict(carried)}


def _edit(post: Post) -> dict[str, Any]:
    """Whose name a message goes under is said once, when it is posted."""
    return {name: value for name, value in post.arguments().items() if name in ("text", "blocks")}
