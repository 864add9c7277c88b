"""Messages of the desk as Slack's Block Kit. Pure: nothing here asks Slack or the store.

How it is called:

- `message(body, reader)` gives the posts a message takes, nearly always one. The first is the message itself: its `ts`
  is what the desk knows it by, and it holds the buttons. What did not fit follows in further posts, in its thread (or
  in the thread it stands in). `post.arguments()` is what `chat.postMessage`, `chat.postEphemeral` and `chat.update`
  take (`text`, `blocks`; `username` where a person speaks: not for an update). `post.files` are texts to upload beside
  it, `post.attachments` people's files, whose bytes the store has; their names stand in the message either way.
- `plainly.needs(body)` says beforehand whose Slack ids and which requests' permalinks the `Reader` should know; a
  card's is the only request whose thread with the client (`beside`) is asked for.
- `pressing.pressed(action)` reads an element of `block_actions` (match `pressing.ANY`) as command and arguments for
  `front.run`. A command `pressing.FILE` asks for a report's figures as a file.
- `modals.modal(form, kept=…)` makes the view of a form; `kept` is what the caller wants back (place, event …).
  `modals.submitted(view)` reads a view of a `view_submission` (or, pressed on the way back, of `block_actions`) as
  command, arguments and `kept`; `modals.answered(answer, view)` is the `response_action` for what the desk answered.
- `home.home(parts, reader)` makes the App Home's view of what `at_home.parts` tells.

Posts want `unfurl_links=False, unfurl_media=False`, and no `link_names` or `parse`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.layout import File, fields, note, notes, parts, sections
from adapters.slack.limits import FALLBACK, NAME
from adapters.slack.listings import listing, mark, sheet
from adapters.slack.mrkdwn import atoms, bold, escape, link, rows, span, words
from adapters.slack.pressing import FILE, Block, Ids, controls
from adapters.slack.stories import chronicle, document
from bot.desk.reader import Reader
from bot.domain.files import Attachment
from bot.messages import around
from bot.messages.flowing import Row, short, width
from bot.messages.model import (
    Action,
    Card,
    Chronicle,
    Document,
    Field,
    Line,
    Listing,
    Message,
    Notice,
    Relay,
    Said,
    Sheet,
    Text,
    When,
    Who,
)
from bot.messages.plainly import gist
from bot.messages.words import file_line

PERSONAL = frozenset({"refusal", "hint", "slip"})
"""Occasions that concern what somebody just did, and press nobody."""
TYPED = frozenset({"menu", "help", "hint"})
"""Occasions that tell what to type. Slack takes no commands in threads, where most of it is of use."""


@dataclass(frozen=True)
class Post:
    """One message of Slack's."""

    text: str
    """What a notification says, and whoever cannot show blocks."""
    blocks: tuple[Block, ...]
    username: str = ""
    """Whose words it carries; empty where the desk speaks."""
    person: str = ""
    """Their id at the desk, for their picture."""
    files: tuple[File, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """What the Web API takes."""
        given: dict[str, Any] = {"text": self.text, "blocks": list(self.blocks)}
        return {**given, "username": self.username} if self.username else given


def message(body: Message, to: Reader) -> tuple[Post, ...]:
    """The posts a message takes, the first of which is the message. None for what is not for people to read."""
    if isinstance(body, Notice):
        return ()
    ids = Ids()
    first = Post(short_text(spoken(body, to)), ())
    if isinstance(body, Relay):
        first = replace(
            first,
            username=short(body.name, NAME),
            person=body.person,
            attachments=tuple(file for file in body.files if file.is_kept),
        )
    if isinstance(body, Document):
        first = replace(first, files=(File(body.name, body.media_type, body.text),))
    made = parts(content(body, to, ids), list(buttons(body, to, ids)))
    posts = [replace(first, blocks=tuple(made[0] or [note("…")]))]
    for number, further in enumerate(made[1:], 2):
        said = f"{short_text(spoken(body, to), 200)} ({number} of {len(made)})"
        posts.append(Post(said, tuple(further), first.username, first.person))
    return tuple(posts)


def blocks(body: Message, to: Reader, ids: Ids) -> Iterator[Block]:
    """The message as blocks, however many; what can be pressed comes last."""
    yield from content(body, to, ids)
    yield from buttons(body, to, ids)


def content(body: Message, to: Reader, ids: Ids) -> Iterator[Block]:
    """What there is to read."""
    match body:
        case Said():
            yield from _said(body, to)
        case Relay():
            yield from _relay(body, to)
        case Card():
            yield from _card(body, to)
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


def buttons(body: Message, to: Reader, ids: Ids) -> Iterator[Block]:
    """What one can do next."""
    if isinstance(body, Notice):
        return
    given, more = to.actions(body.actions), to.actions(body.more) if isinstance(body, Card) else ()
    if isinstance(body, Sheet) and body.file:
        given = [*given, Action(FILE, around.CSV, dict(body.file))]
    yield from controls(given, more, ids, kept=to.person is None)


def spoken(body: Message, to: Reader) -> str:
    """The message in words alone, for notifications."""
    return gist(body, to.place, to.now)


def short_text(text: str, limit: int = FALLBACK) -> str:
    """Escaped, and as much of it as a notification takes; the blocks have the whole."""
    found = ""
    for char in text.strip() or "…":
        more = escape(char)
        if len(found) + len(more) > limit - 1:
            return found + "…"
        found += more
    return found


def _card(body: Card, to: Reader) -> Iterator[Block]:
    """A request at a glance: what it is, how it stands, and what is known of it."""
    address = to.link(body.number)
    named = f"*{link(address, body.ref)}*" if address else bold(body.ref)
    head = mark(body.tone, to) + " · ".join(filter(None, (bold(body.priority), escape(body.status))))
    yield from sections([*words(body.title, f"{named}  "), Row((head,))])
    yield from fields((field.label, rows((_lasting(field),), to)) for field in body.fields)
    if not to.is_client and (beside := to.beside(body.number)):
        yield from notes([Row((link(beside, around.THREAD),))])


def _lasting(field: Field) -> Line:
    """Its value without what is true for a moment only: a card stays, and the instant stands beside."""
    kept: list[Any] = []
    for part in field.value:
        if isinstance(part, When) and part.style == "relative" and any(isinstance(each, When) for each in kept):
            if isinstance(kept[-1], Text) and kept[-1].text == ", ":
                kept.pop()
            continue
        kept.append(part)
    return tuple(kept)


def _said(body: Said, to: Reader) -> Iterator[Block]:
    first, *rest = rows(body.lines, to) or [Row(())]
    sign = "" if body.purpose in PERSONAL else mark(body.tone, to)
    yield from sections([replace(first, atoms=(sign, *first.atoms)), *rest])
    if body.purpose in TYPED and to.me:
        me = span(Who("", "me"), replace(to, user=lambda _: to.me))
        yield from notes([Row((around.mention(str(me)),))])


def _relay(body: Relay, to: Reader) -> Iterator[Block]:
    if width(body.name) > NAME:
        yield from notes([Row(tuple(atoms(body.name)))])
    if body.about:
        yield from notes(rows((body.about,), to))
    yield from sections(words(body.text, to=to))
    if body.files:
        yield from notes([row for file in body.files for row in _file(file, body, to)])


def _file(file: Attachment, body: Relay, to: Reader) -> list[Row]:
    return words(file_line(file, body.name, team=not to.is_client))
