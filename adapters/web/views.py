"""What pages and their parts are made of, for one reader: the sidebar, a channel, a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.web.chat import ref_of
from adapters.web.render import Reader, Shown
from adapters.web.sides import path_of, request_of, waiting
from adapters.web.state import Web
from bot.desk.context import may_see
from bot.ports import Channel, ChannelKind, Posted

PAGE = 60
REPLIES = 200
"""Replies of a thread at once: nearly always all of them."""


async def side(web: Web, me: Reader, current: str) -> dict[str, object]:
    """Conversations with what is unread in them. What is for the reader alone is counted, the rest only marked."""
    channels = await web.access.channels(me.person)
    names = {channel.id: channel for channel in channels}
    unread = [found for found in await web.workspace.unread(me.person.id) if found.channel in names]
    tops = {found.channel: found for found in unread if found.thread is None}
    counted = {
        id: found.count if names[id].kind is ChannelKind.DIRECT else found.mentions for id, found in tops.items()
    }
    inside = [found for found in unread if found.thread is not None]
    threads, more = await waiting(web, me.person, inside, names)
    return {
        "channels": channels,
        "unread": tops,
        "counted": counted,
        "threads": threads,
        "more_threads": more,
        "total": sum(counted.values()) + sum(found.mentions for found in inside),
        "current": current,
        "path": path_of,
    }


async def main(web: Web, me: Reader, channel: Channel, *, at: int | None = None) -> dict[str, object]:
    """The main pane: the latest messages, or those up to one that a link leads to."""
    messages, more = await latest(web, channel)
    gap = at is not None and bool(messages) and at < messages[0].id
    if gap and at is not None:
        messages, more = await latest(web, channel, before=at + 1)
    return {
        "channel": channel,
        "shown": await show(web, me, channel, messages),
        "more": more,
        "gap": gap,
        "new": await _first_new(web, me, channel, None),
        "path": path_of,
    }


async def thread(web: Web, me: Reader, channel: Channel, root: Posted) -> dict[str, object]:
    """The thread pane."""
    replies, more = await latest(web, channel, root)
    return {
        "channel": channel,
        "root": root,
        "root_shown": (await show(web, me, channel, [root]))[0],
        "replies": await show(web, me, channel, replies, None if more else root),
        "about": await _about(web, me, channel, root),
        "more_replies": more,
        "new": await _first_new(web, me, channel, root.id),
        "path": path_of,
    }


async def _first_new(web: Web, me: Reader, channel: Channel, thread: int | None) -> int:
    """The first message there that its reader has not seen; 0 where all is read."""
    for found in await web.workspace.unread(me.person.id):
        if (found.channel, found.thread) == (channel.id, thread):
            return found.first
    return 0


@dataclass(frozen=True)
class About:
    """What a thread is, and who reads what is written there."""

    title: str = "Thread"
    label: str = "Reply in thread"
    hint: str = "Enter sends, Shift+Enter starts a line"
    tone: str = ""


async def _about(web: Web, me: Reader, channel: Channel, root: Posted) -> About:
    number, side = await request_of(web, channel.id, root.id)
    request = await web.desk.store.request(number) if number else None
    request = request if request and may_see(me.person, request) else None
    client = me.directory.clients.get(channel.client or "")
    ref = request.ref if request else ""
    if not me.person.is_staff:
        return About(ref or "Thread")
    if ref and side == "team":
        return About(f"{ref} · team thread", "Note for the team", "The client does not see this", "telling note")
    if client is not None:
        hint = f"{client.name} reads this"
        if ref and side == "client":
            return About(f"{ref} · with the client", "Reply to the client", hint, "telling")
        return About(hint=hint, tone="telling")
    return About()


async def show(
    web: Web, me: Reader, channel: Channel, messages: Sequence[Posted], before: Posted | None = None
) -> list[Shown]:
    """Messages as they are rendered: each with its author, its day, what can be done with it."""
    fresh: dict[int, int] = {}
    if any(posted.replies for posted in messages):
        fresh = {found.thread: found.count for found in await web.workspace.unread(me.person.id) if found.thread}
    askable, splittable = await _askable(web, me, channel, messages)
    sendable = await _sendable(web, me, channel, messages)
    return me.show(messages, before, askable, fresh, splittable, sendable)


async def _sendable(web: Web, me: Reader, channel: Channel, messages: Sequence[Posted]) -> set[int]:
    """What may be sent to a client: the reader's own words in a request's private thread."""
    if channel.kind is not ChannelKind.TEAM or not me.person.is_staff:
        return set()
    own = [m for m in messages if m.thread and m.author == me.person.id and not m.deleted]
    private = {t for t in {m.thread for m in own if m.thread} if (await request_of(web, channel.id, t))[1] == "team"}
    return {m.id for m in own if m.thread in private}


async def _askable(web: Web, me: Reader, channel: Channel, messages: Sequence[Posted]) -> tuple[set[int], set[int]]:
    """What may be turned into a request: words of the client's people in their channel that belong to none yet; and
    what may be split off: their words in a request's thread, and lines of a burst that became one."""
    if channel.kind is not ChannelKind.CLIENT:
        return set(), set()
    taken = {t: (await request_of(web, channel.id, t))[0] for t in {m.thread for m in messages if m.thread}}
    found: set[int] = set()
    split: set[int] = set()
    bursts: dict[str, list[int]] = {}
    for posted in messages:
        author = me.directory.people.get(posted.author or "")
        theirs = author is not None and author.client is not None and author.client == channel.client
        if not theirs or posted.deleted:
            continue
        if posted.thread and taken[posted.thread]:
            split.add(posted.id)
            continue
        source = await web.desk.store.source(ref_of(posted))
        if source is None or source.request is None:
            found.add(posted.id)
        else:
            bursts.setdefault(source.head, []).append(posted.id)
    # Of what stands alone nothing could be split off.
    return found, split.union(*(lines for lines in bursts.values() if len(lines) > 1))


async def latest(
    web: Web, channel: Channel, root: Posted | None = None, before: int | None = None
) -> tuple[Sequence[Posted], bool]:
    """A page of a channel or of a thread, and whether there is more before it."""
    size = REPLIES if root else PAGE
    # One more than is shown tells whether a further page would be empty.
    thread = root.id if root else None
    found = await web.workspace.messages(channel.id, thread=thread, before=before, limit=size + 1)
    return found[-size:], len(found) > size
