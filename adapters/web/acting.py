"""What every act of a person has in common: where it happens, its event, its answer; and that it is no news to them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from adapters.web.chat import PLATFORM
from adapters.web.live import Moved
from adapters.web.state import Web, missing, number
from bot.desk.conversations import ALERTS
from bot.domain.people import Person
from bot.messages.model import Answer
from bot.messages.times import iso
from bot.ports import Channel, ChannelKind, InboxId


@dataclass(frozen=True)
class Before:
    """How things stood when somebody acted."""

    unread: frozenset[tuple[str, int | None]]
    directory: int


async def before(web: Web, person: Person) -> Before:
    """How things stand now, before somebody's act."""
    unread = await web.workspace.unread(person.id)
    version = (await web.desk.store.directory()).version
    return Before(frozenset((found.channel, found.thread) for found in unread), version)


async def answered(web: Web, person: Person, answer: Answer, stood: Before, **more: object) -> Response:
    """The act is done: what it set off goes out, and its person is answered."""
    await web.acted()
    if (await web.desk.store.directory()).version != stood.directory:
        # A channel more, or another name: every page shows it.
        web.hub.publish(Moved())
    await _read_own(web, person, stood)
    me = await web.reader(person)
    return JSONResponse({**web.render.answer(me, answer), "now": iso(me.now), **more})


async def place_in(web: Web, person: Person, channel: object, thread: object) -> tuple[Channel, int | None]:
    """The conversation that a page names, where its person may enter."""
    found = await web.access.channel(person, channel) if isinstance(channel, str) else None
    root = number(thread)
    if found is None or (root is not None and await web.access.root(person, found.id, root) is None):
        raise missing()
    return found, root


def event_for(person: Person, act: str) -> InboxId:
    """The person is part of it: an answer is kept under this id, and nobody may fetch another's by naming theirs."""
    return InboxId(PLATFORM, f"web:act:{person.id}:{act}")


async def _read_own(web: Web, person: Person, stood: Before) -> None:
    """What somebody's own act brought about is no news to them, where they were up to date. What is for them alone, and
    alerts, may have come by the clock meanwhile: those stay, and so does what names them."""
    alerts = await web.desk.store.binding(ALERTS)
    mine = {channel.id: channel for channel in await web.access.channels(person)}
    for found in await web.workspace.unread(person.id):
        channel = mine.get(found.channel)
        if channel is None or found.mentions or (found.channel, found.thread) in stood.unread:
            continue
        if channel.kind is ChannelKind.DIRECT or (alerts is not None and alerts.channel == channel.id):
            continue
        await web.workspace.mark_read(person.id, channel.id, found.last, thread=found.thread)
