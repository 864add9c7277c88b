"""Finding: one box for channels, people, requests and messages, each only as far as its person may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.web.access import may_know
from adapters.web.door import signed_in
from adapters.web.render import Face, Reader
from adapters.web.state import Web
from adapters.web.views import path_of
from bot.desk import front
from bot.domain.people import Person
from bot.domain.text import clean
from bot.messages.model import Listing, Row
from bot.messages.searching import words_of
from bot.ports import Channel, ChannelKind, Posted

LONGEST = 200
MESSAGES = 12
SOME = 6
"""Channels, people and requests of each list."""
_AROUND = 60


@dataclass(frozen=True)
class Met:
    """A person, and where one meets them."""

    face: Face
    channel: Channel | None


@dataclass(frozen=True)
class Hit:
    """A message that holds the words."""

    posted: Posted
    face: Face
    channel: Channel
    path: str
    snippet: Markup


@signed_in
async def find(request: Request, web: Web, person: Person) -> Response:
    """What the box lists for the words typed so far; for none, the conversations."""
    words = clean(request.query_params.get("q", ""))[:LONGEST]
    me = await web.reader(person)
    channels = await web.access.channels(person)
    unread = {found.channel for found in await web.workspace.unread(person.id) if found.thread is None}
    html = web.render.html(
        "found.html",
        me=me,
        words=words,
        channels=_channels(channels, words, unread),
        unread=unread,
        people=_people(me, channels, words),
        requests=await _requests(web, person, words),
        messages=await _messages(web, me, channels, words),
        path=path_of,
    )
    return HTMLResponse(html)


def _fits(name: str, words: str) -> bool:
    """Whether each word typed begins a word of the name, or the whole is somewhere in it."""
    folded, wanted = name.casefold(), words.casefold()
    parts = re.split(r"[\s\-_.]+", folded)
    return wanted in folded or all(any(part.startswith(word) for part in parts) for word in wanted.split())


def _channels(channels: Sequence[Channel], words: str, unread: set[str]) -> list[Channel]:
    if not words:
        return sorted(channels, key=lambda channel: channel.id not in unread)
    return [channel for channel in channels if _fits(channel.name, words.removeprefix("#"))][:SOME]


def _people(me: Reader, channels: Sequence[Channel], words: str) -> list[Met]:
    if not words:
        return []
    homes = {channel.client: channel for channel in channels if channel.kind is ChannelKind.CLIENT}
    known = sorted(me.directory.people.values(), key=lambda other: other.name.casefold())
    return [
        Met(me.face_of(other.id), homes.get(other.client) if other.client else None)
        for other in known
        if other.id != me.person.id and may_know(me.person, other) and _fits(other.name, words.removeprefix("@"))
    ][:SOME]


async def _requests(web: Web, person: Person, words: str) -> Sequence[Row]:
    """By the desk's own search: who may see what is decided there."""
    if not words:
        return ()
    answer = await front.run(web.desk, person.id, "find", {"words": words})
    return answer.message.rows[:SOME] if isinstance(answer.message, Listing) else ()


async def _messages(web: Web, me: Reader, channels: Sequence[Channel], words: str) -> list[Hit]:
    if len(words) < 2:
        return []
    names = {channel.id: channel for channel in channels}
    found = await web.workspace.search(words, list(names), limit=MESSAGES)
    return [
        Hit(
            posted,
            me.face(posted),
            names[posted.channel],
            f"{path_of(posted.channel, posted.thread)}?m={posted.id}",
            snippet(posted.text if posted.body is None else words_of(posted.body), words),
        )
        for posted in found
    ]


def snippet(text: str, words: str) -> Markup:
    """The part of a text that holds the words, with them marked."""
    flat = " ".join(text.split())
    finder = re.compile("|".join(re.escape(word) for word in words.split()), re.IGNORECASE)
    first = finder.search(flat)
    start = max(0, first.start() - _AROUND // 2) if first else 0
    if start and (gap := flat.find(" ", start, first.start() if first else start)) >= 0:
        start = gap + 1  # no word is cut in two
    shown = flat[start : start + 3 * _AROUND]
    out, end = [Markup("…") if start else Markup("")], 0
    for match in finder.finditer(shown):
        out += [escape(shown[end : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
        end = match.end()
    out += [escape(shown[end:]), Markup("…") if start + len(shown) < len(flat) else Markup("")]
    return Markup("").join(out)
