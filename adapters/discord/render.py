"""Messages of the desk as Discord's components (V2). Pure: nothing here asks Discord or the store.

How it is called:

- `message(body, reader)` gives the posts a message takes, nearly always one. The first is the message itself, which the
  desk knows by its id and edits later; it holds the buttons. What did not fit follows in further posts, below it; what
  would take more than a few comes as a file, with its beginning shown.
- People's words go under their own name (`username`, with their picture, by a webhook); where that cannot be, ask for
  them `named`, or put the name above: there is room for it.
- `mentions` are the users that a post calls, all of whom the desk itself names: they are what
  `AllowedMentions(users=…)` lets through, and nobody else.
- `files` are texts to upload with a post, `attachments` people's files, whose bytes the store has; a component shows
  each (there is room for those, too), and the names of people's files stand in the message either way.
- `plainly.needs(body)` says beforehand whose ids and which requests' links the `Reader` should know.
- `pressing.pressed(data)` reads the `data` of a component's interaction as command and arguments for `front.run`; where
  it `asks`, `pressing.sure` is shown first. A command `pressing.FILE` asks for a report's figures as a file.
- `unchosen(components)` are a message's own components with its menus as before somebody chose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeGuard

from adapters.discord.layout import File, paragraphs, parts, text, within
from adapters.discord.limits import FILES, NAME, POSTS
from adapters.discord.listings import colour, listing, mark, sheet, title_of
from adapters.discord.markdown import SMALL, after, bold, escape, link, linked, note, rows, small, strong, words
from adapters.discord.pressing import FILE, Component, Ids, controls
from adapters.discord.stories import chronicle, document
from bot.desk.reader import Reader
from bot.domain.files import Attachment
from bot.domain.mentions import pattern, person_of
from bot.messages import around
from bot.messages.flowing import Row, width
from bot.messages.model import (
    Action,
    Card,
    Chronicle,
    Document,
    Listing,
    Message,
    Notice,
    Relay,
    Said,
    Sheet,
)
from bot.messages.plainly import needs, whole
from bot.messages.words import file_line, size_of

PERSONAL = frozenset({"refusal", "hint", "slip"})
"""Occasions that concern what somebody just did, and press nobody."""
_FORBIDDEN = re.compile(r"discord|clyde|```", re.IGNORECASE)
"""What Discord does not take in a name that a message goes under."""
WHOLE = "message.txt"
"""What the file is called that has the whole of a long message."""


@dataclass(frozen=True)
class Post:
    """One message of Discord's."""

    components: tuple[Component, ...]
    username: str = ""
    """Whose words it carries; empty where the desk speaks."""
    person: str = ""
    """Their id at the desk, for their picture."""
    mentions: tuple[str, ...] = ()
    """The ids of the users it calls."""
    files: tuple[File, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def message(body: Message, to: Reader, *, named: bool = False) -> tuple[Post, ...]:
    """The posts a message takes, the first of which is the message. None for what is not for people to read."""
    if isinstance(body, Notice):
        return ()
    ids = Ids()
    below = buttons(body, to, ids)
    files = (File(body.name, body.media_type, body.text),) if isinstance(body, Document) else ()
    body = _carried(body)
    attachments = [file for file in body.files if file.is_kept] if isinstance(body, Relay) else []
    made = parts(content(body, to, ids, named=named), below, _shares(len(files) + len(attachments)))
    if len(made) > POSTS:
        here = made[0][: -len(below) - 1]
        made = [[*here, *paragraphs([note(around.begins(WHOLE))]), *below]]
        files = (*files, File(WHOLE, "text/plain", whole(body, to.place, to.now)))
    tone = colour(body.tone, to) if _presses(body) else None
    frame = Post((), username=username(body.name), person=body.person) if isinstance(body, Relay) else Post(())
    posts = [replace(frame, components=within(each or [text("…")], tone)) for each in made]
    most = len(attachments)
    for number, (begin, end) in enumerate(pairwise([0, *range(FILES - len(files), most, FILES), most])):
        here = attachments[begin:end]
        if number == len(posts):
            named_here = [note(f"📎 {file.name} ({size_of(file.size)})") for file in here]
            posts.append(replace(frame, components=tuple(paragraphs(named_here))))
        posts[number] = replace(posts[number], files=() if number else files, attachments=tuple(here))
    called = [(user, f"<@{user}>") for user in _called(body, to)]
    return tuple(
        replace(post, mentions=tuple(user for user, mark in called if mark in str(post.components))) for post in posts
    )


def _shares(files: int) -> list[int]:
    """How many of that many files each post has."""
    return [min(FILES, files - at) for at in range(0, files, FILES)]


def _carried(body: Message) -> Message:
    """With as many files as its posts hold, and room for its words as one; of the others it says that they stay with
    whoever sent them."""
    if not isinstance(body, Relay):
        return body
    kept = [number for number, file in enumerate(body.files) if file.is_kept]
    beyond = kept[POSTS * FILES - 1 :]
    return replace(
        body, files=tuple(replace(file, id="") if n in beyond else file for n, file in enumerate(body.files))
    )


def content(body: Message, to: Reader, ids: Ids, *, named: bool = True) -> Iterator[Component]:
    """What there is to read; whoever speaks in it is `named` there."""
    match body:
        case Said():
            yield from paragraphs(_said(body, to))
        case Relay():
            yield from paragraphs(_relayed(body, to, named=named))
        case Card():
            yield from paragraphs(_card(body, to))
        case Listing():
            yield from listing(body, to, ids)
        case Sheet():
            yield from sheet(body, to, ids)
        case Chronicle():
            yield from chronicle(body, to)
        case Document():
            yield from document(body)
        case Notice():
            return


def buttons(body: Message, to: Reader, ids: Ids) -> list[Component]:
    """What one can do next."""
    if isinstance(body, Notice):
        return []
    given, more = to.actions(body.actions), to.actions(body.more) if isinstance(body, Card) else []
    if isinstance(body, Sheet) and body.file:
        given = [*given, Action(FILE, around.CSV, dict(body.file))]
    below, above = controls(given, more, ids, kept=to.person is None)
    return [*paragraphs(above), *below]


def _presses(body: Message) -> TypeGuard[Said | Card]:
    """Whether its tone is shown as a colour."""
    return isinstance(body, Card) or (isinstance(body, Said) and body.purpose not in PERSONAL)


def _called(body: Message, to: Reader) -> list[str]:
    """Whom it calls: those whom the desk speaks of to them, and whom somebody's words name. What stays, or lists, names
    people and calls nobody."""
    if isinstance(body, Relay):
        finder = pattern(to.called) if "@" in body.text else None
        return sorted({person_of(to.called, found) for found in finder.finditer(body.text)}) if finder else []
    if not isinstance(body, Said):
        return []
    return sorted(user for person in needs(body).people if (user := to.user(person)))


def _said(body: Said, to: Reader) -> list[Row]:
    sign = "" if body.purpose in PERSONAL else mark(body.tone, to)
    return after((sign,) if sign else (), rows(body.lines, to))


def _card(body: Card, to: Reader) -> list[Row]:
    """A request at a glance: what it is, how it stands, and what is known of it."""
    title = words(body.title, f"{title_of(body.number, body.ref, to)}  ")
    state = " · ".join(filter(None, (bold(body.priority), escape(body.status))))
    made = [*title, Row((mark(body.tone, to), state))]
    for field in body.fields:
        made += after((*strong(field.label), ": "), rows((field.value,), to))
    if not to.is_client and (address := to.beside(body.number)):
        made.append(Row((link(address, around.THREAD),), SMALL))
    return made


def _relayed(body: Relay, to: Reader, *, named: bool) -> list[Row]:
    found: list[Row] = []
    if named or username(body.name) != body.name:
        found.append(Row(tuple(strong(" ".join(body.name.split())))))
    if body.about:
        found += small((body.about,), to)
    return [*found, *words(body.text, to=to), *(_file(file, body, to) for file in body.files)]


def _file(file: Attachment, body: Relay, to: Reader) -> Row:
    return Row(tuple(linked(file_line(file, body.name, team=not to.is_client))), SMALL)


def username(name: str) -> str:
    """The name that a message goes under; where that is another one, it stands in the message too."""
    fit = _FORBIDDEN.sub(lambda found: f"{found[0][0]}.{found[0][1:]}", " ".join(name.split()))
    while width(fit) > NAME:
        fit = fit[:-1]
    return fit if fit and fit.lower() not in ("everyone", "here") else f"{fit}."
