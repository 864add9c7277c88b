"""What is looked at: whole pages for a first visit, parts for a page that is open. All comes through access.py."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web import live
from adapters.web.door import signed_in, visitor
from adapters.web.render import Reader
from adapters.web.state import Web, missing, number
from bot.desk.publishing import TRIAGE
from bot.domain.people import Person
from bot.ports import Channel, Posted

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
    html = web.render.messages(me, channel, me.show(messages), thread=False)
    return HTMLResponse(html, headers={"X-More": "1" if more else ""})


@signed_in
async def older_replies(request: Request, web: Web, person: Person) -> Response:
    """Replies of a thread before one that is shown."""
    channel, root = await _root(request, web, person)
    me = await web.reader(person)
    replies, more = await _latest(web, channel, root, before=number(request.query_params.get("before")))
    html = web.render.messages(me, channel, me.show(replies, None if more else root), thread=True)
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
    shown = me.show([posted], before[-1] if before else None)
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
    return {"channel": channel, "shown": me.show(messages), "more": more, "path": path_of}


async def _thread(web: Web, me: Reader, channel: Channel, root: Posted) -> dict[str, object]:
    replies, more = await _latest(web, channel, root)
    return {
        "channel": channel,
        "root": root,
        "root_shown": me.show([root])[0],
        "replies": me.show(replies, None if more else root),
        "more_replies": more,
        "path": path_of,
    }


async def _latest(
    web: Web, channel: Channel, root: Posted | None = None, before: int | None = None
) -> tuple[Sequence[Posted], bool]:
    """A page of a channel or of a thread, and whether there is more before it."""
    size = REPLIES if root else PAGE
    # One more than is shown tells whether a further page would be empty.
    thread = root.id if root else None
    found = await web.workspace.messages(channel.id, thread=thread, before=before, limit=size + 1)
    return found[-size:], len(found) > size
