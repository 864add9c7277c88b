"""What is looked at: whole pages for a first visit, parts for a page that is open. All comes through access.py."""

from __future__ import annotations

from collections.abc import Sequence

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.web import views
from adapters.web.door import signed_in, visitor
from adapters.web.state import Web, missing, number
from adapters.web.streaming import stream
from bot.desk.conversations import TRIAGE
from bot.domain.people import Person
from bot.ports import Channel, Posted


@signed_in
async def home(request: Request, web: Web, person: Person) -> Response:
    """The way to where one begins."""
    triage = await web.desk.store.binding(TRIAGE)
    channel = await web.access.channel(person, triage.channel) if triage else None
    channel = channel or await web.access.home(person)
    if channel is not None:
        return RedirectResponse(views.path_of(channel.id), 303)
    return await _page(web, person, None, None)


@signed_in
async def channel_page(request: Request, web: Web, person: Person) -> Response:
    """A channel, with everything around it."""
    return await _page(web, person, await _channel(request, web, person), None, at=_at(request))


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
    return HTMLResponse(web.render.html("side.html", me=me, **await views.side(web, me, current)))


@signed_in
async def channel_part(request: Request, web: Web, person: Person) -> Response:
    """The main pane."""
    channel = await _channel(request, web, person)
    me = await web.reader(person)
    values = await views.main(web, me, channel, at=_at(request))
    return HTMLResponse(web.render.html("channel.html", me=me, **values))


@signed_in
async def thread_part(request: Request, web: Web, person: Person) -> Response:
    """The thread pane."""
    channel, root = await _root(request, web, person)
    me = await web.reader(person)
    return HTMLResponse(web.render.html("thread.html", me=me, **await views.thread(web, me, channel, root)))


@signed_in
async def older(request: Request, web: Web, person: Person) -> Response:
    """Messages of a channel before one that is shown."""
    channel = await _channel(request, web, person)
    me = await web.reader(person)
    messages, more = await views.latest(web, channel, before=number(request.query_params.get("before")))
    html = web.render.messages(me, channel, await views.show(web, me, channel, messages), thread=False)
    return HTMLResponse(html, headers={"X-More": "1" if more else ""})


@signed_in
async def older_replies(request: Request, web: Web, person: Person) -> Response:
    """Replies of a thread before one that is shown."""
    channel, root = await _root(request, web, person)
    me = await web.reader(person)
    replies, more = await views.latest(web, channel, root, before=number(request.query_params.get("before")))
    shown = await views.show(web, me, channel, replies, None if more else root)
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
    shown = await views.show(web, me, channel, [posted], before[-1] if before else None)
    return HTMLResponse(web.render.messages(me, channel, shown, thread=in_thread))


@signed_in
async def events(request: Request, web: Web, person: Person) -> Response:
    """The stream of changes."""

    async def who() -> Person | None:
        return await visitor(request, web)

    return EventSourceResponse(stream(web.hub, web.access, who, web.desk.now), ping=20)


# --- what they share --------------------------------------------------------------------------------------------------


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


def _at(request: Request) -> int | None:
    """The message that a link leads to."""
    return number(request.query_params.get("m"))


async def _page(
    web: Web, person: Person, channel: Channel | None, root: Posted | None, at: int | None = None
) -> Response:
    me = await web.reader(person)
    values: dict[str, object] = {"channel": channel, "root": root, "path": views.path_of, "turn": web.hub.turn}
    if channel is not None:
        values |= await views.main(web, me, channel, at=at)
    if channel is not None and root is not None:
        values |= await views.thread(web, me, channel, root)
    values |= await views.side(web, me, channel.id if channel else "")
    return HTMLResponse(web.render.html("page.html", me=me, **values))
