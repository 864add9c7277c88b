"""What was looked at is read: a channel's top level, one thread, or all of a channel at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.acting import place_in
from adapters.web.door import signed_in
from adapters.web.live import Moved, Seen
from adapters.web.sides import read_there_too
from adapters.web.state import Web, body_of, missing, number
from bot.domain.people import Person


@signed_in
async def read(request: Request, web: Web, person: Person) -> Response:
    """The page shows a conversation up to a message; without one, up to its latest."""
    data = await body_of(request)
    channel, thread = await place_in(web, person, data.get("channel"), data.get("thread"))
    up_to = number(data.get("up_to"))
    if up_to is None:
        latest = await web.workspace.messages(channel.id, thread=thread, limit=1)
        up_to = latest[-1].id if latest else 0
    else:
        # A mark is about what is there: a page may not read ahead.
        shown = await web.access.message(person, up_to)
        if shown is None or shown[0].id != channel.id:
            raise missing()
    await web.workspace.mark_read(person.id, channel.id, up_to, thread=thread)
    web.hub.publish(Seen(person.id, channel.id, thread))
    other = await read_there_too(web, person, channel.id, thread) if thread is not None else None
    if other is not None:
        web.hub.publish(Seen(person.id, *other))
    return JSONResponse({})


@signed_in
async def read_all(request: Request, web: Web, person: Person) -> Response:
    """A channel with all its threads, seen or not: somebody wants it off the list. Without one, every channel."""
    data = await body_of(request)
    wanted = data.get("channel")
    if wanted is not None:
        (await place_in(web, person, wanted, None))
    mine = {channel.id for channel in await web.access.channels(person)}
    newest: dict[str, int] = {}
    for found in await web.workspace.unread(person.id):
        if found.channel in mine and wanted in (None, found.channel):
            newest[found.channel] = max(found.last, newest.get(found.channel, 0))
    for channel, up_to in newest.items():
        await web.workspace.mark_all_read(person.id, channel, up_to)
    web.hub.publish(Moved())
    return JSONResponse({})
