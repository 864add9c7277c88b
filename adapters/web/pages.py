"""What is looked at: whole pages for a first visit, parts for a page that is open. All comes through access.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web import live
from adapters.web.chat import place_of, ref_of
from adapters.web.door import signed_in, visitor
from adapters.web.render import Reader, Shown
from adapters.web.state import Web, missing, number
from bot.desk.publishing import TRIAGE
from bot.domain.people import Person
from bot.ports import Channel, ChannelKind, Posted

PAGE = 60
REPLIES = 200
"""Replies of a thread at once: nearly always all of them."""


def path_of(channel: str, thread: int | None = None) -> str:
    """The address of a conversation."""
    base = f"/c/{quote(channel, safe=':')}"
    return f"{base}/t/{thread}" if thread else base


@signed_in
async def home(request: Request, web: Web, person: Person) -> Response:
    """The way to where one begins."""
    triage = await web.desk.store.binding(TRIAGE)
    channel = await web.access.channel(person, triage.channel) if triage else None
    channel = channel or await web.access.home(person)
    if channel is not None:
        return RedirectResponse(path_of(channel.id), 303)
    return await _page(web, person, None, None)


@signed_in
async def channel_page(request: Request, web: Web, person: Person) -> Response:
    """A channel, with everything around it."""
    return await _page(web, person, await _channel(request, web, person), None)


@signed_in
async def thread_page(request: Request, web: Web, person: Person) -> Response:
    """A channel with one of its threads open."""
    channel, root = await _root(request, web, person)
    return await _page(web, person, channel, root)


@signed_in
async def side(request: Request, web: Web, person: Person) -> Response:
    """The sidebar, with what is unread."""
    me = await web.reader(person)
    current = request.query_params.get("current", "")
    return HTMLResponse(web.render.html("side.html", me=me, **await _side(web, person, current)))


@signed_in
async def channel_part(request: Request, web: Web, person: Person) -> Response:
    """The main pane."""
    channel = await _channel(request, web, person)
    me = await web.reader(person)
    return HTMLResponse(web.render.html("channel.html", me=me, **await _main(web, me, channel)))


@signed_in
async def thread_part(request: Request, web: Web, person: Person) -> Response:
    """The thread pane."""
    channel, root = await _root(request, web, person)
    me = await web.reader(person)
    return HTMLResponse(web.render.html("thread.html", me=me, **await _thread(web, me, channel, root)))


@signed_in
async def older(request: Request, web: Web, person: Person) -> Response:
    """Messages of a channel before one that is shown."""
    channel = await _channel(request, web, person)
    me = await web.reader(person)
    messages, more = await _latest(web, channel, before=number(request.query_params.get("before")))
    html = web.render.messages(me, channel, await _show(web, me, channel, messages), thread=False)
    return HTMLResponse(html, headers={"X-More": "1" if more else ""})


@signed_in
async def older_replies(request: Request, web: Web, person: Person) -> Response:
    """Replies of a thread before one that is shown."""
    channel, root = await _root(request, web, person)
    me = await web.reader(person)
    replies, more = await _latest(web, channel, root, before=number(request.query_params.get("before")))
    shown = await _show(web, me, channel, replies, None if more else root)
    html = web.render.messages(me, channel, shown, thread=True)
    return HTMLResponse(html, headers={"X-More": "1" if more else ""})


@signed_in
async def message_part(request: Request, web: Web, person: Person) -> Response:
    """One message as it is now, in its channel or (`?thread=1`) in the thread pane."""
    found = await web.access.message(person, number(request.path_params["message"]) or 0)
    if found is None:
        raise missing()
    channel, posted = found
    me = await web.reader(person)
    in_thread = request.query_params.get("thread") == "1"
    before: Sequence[Posted] = ()
    if posted.thread is not None or not in_thread:
        before = await web.workspace.messages(channel.id, thread=posted.thread, before=posted.id, limit=1)
        if not before and posted.thread is not None:
            root = await web.workspace.message(posted.thread)
            before = (root,) if root else ()
    shown = await _show(web, me, channel, [posted], before[-1] if before else None)
    return HTMLResponse(web.render.messages(me, channel, shown, thread=in_thread))


@signed_in
async def events(request: Request, web: Web, person: Person) -> Response:
    """The stream of changes."""

    async def who() -> Person | None:
        return await visitor(request, web)

    return EventSourceResponse(live.stream(web.hub, web.access, who, web.desk.now), ping=20)


# --- what the parts need ----------------------------------------------------------------------------------------------


async def _channel(request: Request, web: Web, person: Person) -> Channel:
    channel = await web.access.channel(person, request.path_params["channel"])
    if channel is None:
        raise missing()
    return channel


async def _root(request: Request, web: Web, person: Person) -> tuple[Channel, Posted]:
    root = number(request.path_params["root"]) or 0
    found = await web.access.root(person, request.path_params["channel"], root)
    if found is None:
        raise missing()
    return found


async def _page(web: Web, person: Person, channel: Channel | None, root: Posted | None) -> Response:
    me = await web.reader(person)
    values: dict[str, object] = {"channel": channel, "root": root, "path": path_of, "turn": web.hub.turn}
    if channel is not None:
        values |= await _main(web, me, channel)
    if channel is not None and root is not None:
        values |= await _thread(web, me, channel, root)
    values |= await _side(web, person, channel.id if channel else "")
    return HTMLResponse(web.render.html("page.html", me=me, **values))


async def _side(web: Web, person: Person, current: str) -> dict[str, object]:
    channels = await web.access.channels(person)
    counts = await web.workspace.unread(person.id)
    unread = {channel.id: counts.get(channel.id, 0) for channel in channels}
    return {"channels": channels, "unread": unread, "current": current, "path": path_of}


async def _main(web: Web, me: Reader, channel: Channel) -> dict[str, object]:
    messages, more = await _latest(web, channel)
    return {"channel": channel, "shown": await _show(web, me, channel, messages), "more": more, "path": path_of}


async def _thread(web: Web, me: Reader, channel: Channel, root: Posted) -> dict[str, object]:
    replies, more = await _latest(web, channel, root)
    return {
        "channel": channel,
        "root": root,
        "root_shown": (await _show(web, me, channel, [root]))[0],
        "replies": await _show(web, me, channel, replies, None if more else root),
        "about": await _about(web, me, channel, root),
        "more_replies": more,
        "path": path_of,
    }


@dataclass(frozen=True)
class About:
    """What a thread is, and who reads what is written there."""

    title: str = "Thread"
    label: str = "Reply in thread"
    hint: str = "Enter sends, Shift+Enter starts a line"
    tone: str = ""


async def _about(web: Web, me: Reader, channel: Channel, root: Posted) -> About:
    number, side = await _request_of(web, channel, root.id)
    request = await web.desk.store.request(number) if number else None
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


async def _request_of(web: Web, channel: Channel, thread: int) -> tuple[int, str]:
    """The request whose thread it is, and whether its team's or its client's; 0 where it is none's."""
    name = await web.desk.store.conversation_at(place_of(channel.id, thread)) or ""
    kind, _, rest = name.partition(":")
    number, _, side = rest.partition(":")
    return (int(number), side) if kind == "request" and number.isdigit() else (0, "")


async def _show(
    web: Web, me: Reader, channel: Channel, messages: Sequence[Posted], before: Posted | None = None
) -> list[Shown]:
    return me.show(messages, before, await _askable(web, me, channel, messages))


async def _askable(web: Web, me: Reader, channel: Channel, messages: Sequence[Posted]) -> set[int]:
    """What may be turned into a request: words of the client's people in their channel that belong to none yet."""
    if channel.kind is not ChannelKind.CLIENT:
        return set()
    taken = {t: (await _request_of(web, channel, t))[0] for t in {m.thread for m in messages if m.thread}}
    found: set[int] = set()
    for posted in messages:
        author = me.directory.people.get(posted.author or "")
        theirs = author is not None and author.client is not None and author.client == channel.client
        if not theirs or posted.deleted or (posted.thread and taken[posted.thread]):
            continue
        source = await web.desk.store.source(ref_of(posted))
        if source is None or source.request is None:
            found.add(posted.id)
    return found


async def _latest(
    web: Web, channel: Channel, root: Posted | None = None, before: int | None = None
) -> tuple[Sequence[Posted], bool]:
    """A page of a channel or of a thread, and whether there is more before it."""
    size = REPLIES if root else PAGE
    # One more than is shown tells whether a further page would be empty.
    thread = root.id if root else None
    found = await web.workspace.messages(channel.id, thread=thread, before=before, limit=size + 1)
    return found[-size:], len(found) > size
