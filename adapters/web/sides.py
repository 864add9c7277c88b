"""The two sides of a request, its client's thread and its team's, as one matter for who reads both: the sidebar names
it once, and what was read on one side is no news on the other, where the desk only carried it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from adapters.web.chat import place_of
from adapters.web.state import Web
from bot.desk.context import may_see
from bot.desk.conversations import client_side, team_thread
from bot.domain.people import Person
from bot.domain.request import Request
from bot.messages.model import Relay
from bot.messages.searching import summary_of
from bot.ports import Channel, Place, Posted, Unread

NAMED = 8
"""Unread threads that the sidebar names; the rest is counted."""
_LOOKED_AT = 2 * NAMED
_CARRIED = 50
"""Unread words of a team's thread that are looked at; who missed more opens it."""


def path_of(channel: str, thread: int | None = None) -> str:
    """The address of a conversation."""
    base = f"/c/{quote(channel, safe=':')}"
    return f"{base}/t/{thread}" if thread else base


@dataclass(frozen=True)
class Waiting:
    """A thread with replies that its reader has not seen; a request's two threads are one."""

    path: str
    title: str
    where: str
    found: Unread
    request: int = 0
    team: bool = False


async def waiting(
    web: Web, me: Person, unread: Sequence[Unread], names: Mapping[str, Channel]
) -> tuple[list[Waiting], int]:
    """What the sidebar names, the latest first, and how many threads there are besides."""
    looked_at = unread[:_LOOKED_AT]
    roots = {posted.id: posted for posted in await web.workspace.some([found.thread or 0 for found in looked_at])}
    listed: list[Waiting] = []
    for found in looked_at:
        root = roots.get(found.thread or 0)
        if root is not None:
            _list(listed, await _waiting(web, me, found, root, names[found.channel].name))
    return listed[:NAMED], max(len(listed) - NAMED, 0) + len(unread) - len(looked_at)


def _list(listed: list[Waiting], one: Waiting) -> None:
    """Both sides of a request are one line. It leads to the team's thread: all the client can read is there, too."""
    for place, other in enumerate(listed):
        if one.request and one.request == other.request:
            lead, rest = (one, other) if one.team else (other, one)
            count, mentions = max(lead.found.count, rest.found.count), lead.found.mentions + rest.found.mentions
            found = replace(lead.found, count=count, mentions=mentions)
            listed[place] = replace(lead, where=f"{rest.where} and {lead.where}", found=found)
            return
    listed.append(one)


async def _waiting(web: Web, me: Person, found: Unread, root: Posted, where: str) -> Waiting:
    path = path_of(found.channel, found.thread)
    number, side = await request_of(web, found.channel, root.id)
    request = await web.desk.store.request(number) if number else None
    if request is None or not may_see(me, request):
        return Waiting(path, title_of(root), where, found)
    return Waiting(path, f"{request.ref} {request.title}", where, found, number, side == "team")


def title_of(posted: Posted) -> str:
    """A line that says which message it is."""
    if posted.deleted:
        return "A deleted message"
    line = summary_of(posted.body) if posted.body is not None else " ".join(posted.text.split())
    line = line or ", ".join(file.name for file in posted.files)
    return line if len(line) <= 80 else f"{line[:79]}…"


async def request_of(web: Web, channel: str, thread: int) -> tuple[int, str]:
    """The request whose thread it is, and whether its team's or its client's; 0 where it is none's."""
    name = await web.desk.store.conversation_at(place_of(channel, thread)) or ""
    kind, _, rest = name.partition(":")
    number, _, side = rest.partition(":")
    return (int(number), side) if kind == "request" and number.isdigit() else (0, "")


async def read_there_too(web: Web, person: Person, channel: str, thread: int) -> tuple[str, int] | None:
    """The other side of a request whose thread somebody has read, where that has nothing more for them: the team's
    thread has all of the client's, the client's has what the team's shows as carried words alone."""
    number, side = await request_of(web, channel, thread)
    request = await web.desk.store.request(number) if number and person.is_staff else None
    if request is None or not may_see(person, request):
        return None
    other = await _other_side(web, person, request, side)
    found = await _unread_at(web, person, other) if other else None
    if found is None or found.thread is None:
        return None
    if side != "team" and not await _only_carried(web, found):
        return None
    await web.workspace.mark_read(person.id, found.channel, found.last, thread=found.thread)
    return found.channel, found.thread


async def _other_side(web: Web, person: Person, request: Request, side: str) -> Place | None:
    name = client_side(request) if side == "team" else team_thread(request.number)
    place = await web.desk.store.binding(name)
    return place if place and await web.access.channel(person, place.channel) else None


async def _unread_at(web: Web, person: Person, place: Place) -> Unread | None:
    unread = await web.workspace.unread(person.id)
    return next((f for f in unread if (f.channel, str(f.thread)) == (place.channel, place.thread)), None)


async def _only_carried(web: Web, found: Unread) -> bool:
    if found.mentions or found.count > _CARRIED:
        return False
    latest = await web.workspace.messages(found.channel, thread=found.thread, limit=_CARRIED)
    return all(isinstance(posted.body, Relay) for posted in latest if posted.id >= found.first)
