"""One's own words, changed or taken back; nobody else's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.access import people_in
from adapters.web.acting import answered, before
from adapters.web.catchup import tell
from adapters.web.door import signed_in
from adapters.web.files import hidden_from
from adapters.web.live import Changed
from adapters.web.state import Web, body_of, kind, log, missing, number
from adapters.web.typed import act_of, command_in, stray_in, text_of
from bot.domain import mentions
from bot.domain.people import Person
from bot.messages import refusals
from bot.messages.model import Answer
from bot.ports import Channel, Posted


@signed_in
async def source(request: Request, web: Web, person: Person) -> Response:
    """The words as they were typed."""
    _, posted = await _own(request, web, person)
    return JSONResponse({"text": posted.text})


@signed_in
async def last(request: Request, web: Web, person: Person) -> Response:
    """One's latest message in a conversation; 0 where there is none."""
    asked = request.query_params
    channel = await web.access.channel(person, asked.get("channel", ""))
    if channel is None:
        raise missing()
    found = await web.workspace.last_own(channel.id, person.id, thread=number(asked.get("thread")))
    return JSONResponse({"message": found.id if found else 0})


@signed_in
async def edit(request: Request, web: Web, person: Person) -> Response:
    """Other words instead."""
    data = await body_of(request)
    channel, posted = await _own(request, web, person)
    act_of(data)
    text = text_of(data.get("text"), may_be_empty=bool(posted.files))
    if command_in(text, web.desk.rules) is not None or stray_in(text):
        raise kind(400, "A message cannot become a command. Cancel, and give the command in the composer.")
    if text == posted.text:
        return JSONResponse({})
    stood = await before(web, person)
    named = mentions.named(text, people_in(await web.desk.store.directory(), channel))
    await web.workspace.edit(posted.id, at=web.desk.now(), text=text, mentions=named)
    web.hub.publish(Changed(channel.id, posted.id, posted.thread))
    return await answered(web, person, await _told(web, posted.id), stood)


@signed_in
async def delete(request: Request, web: Web, person: Person) -> Response:
    """Gone, for everybody; that it stood there remains."""
    data = await body_of(request)
    channel, posted = await _own(request, web, person)
    act_of(data)
    stood = await before(web, person)
    await web.workspace.delete(posted.id)
    await hidden_from(web, posted)
    web.hub.publish(Changed(channel.id, posted.id, posted.thread))
    return await answered(web, person, await _told(web, posted.id), stood)


async def _told(web: Web, id: int) -> Answer:
    """The desk hears of it: every copy of the words follows."""
    now = await web.workspace.message(id)
    if now is None:
        raise missing()
    try:
        return await tell(web.desk, web.workspace, now)
    except Exception:
        log.exception("hearing how message %s was changed failed; it is tried again", id)
        return refusals.refused(refusals.unexpected())


async def _own(request: Request, web: Web, person: Person) -> tuple[Channel, Posted]:
    found = await web.access.message(person, number(request.path_params["message"]) or 0)
    if found is None or found[1].deleted:
        raise missing()
    if found[1].author != person.id:
        raise kind(403, "Only who wrote a message can change or delete it.")
    return found
