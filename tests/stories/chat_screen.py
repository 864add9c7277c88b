"""Whether all that the desk said is to be read: its words, in whatever form a platform has them, and its buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands import REGISTRY
from bot.messages.model import (
    Action,
    Card,
    Chronicle,
    Document,
    Form,
    Line,
    Listing,
    Message,
    Quote,
    Ref,
    Relay,
    Said,
    Sheet,
    Text,
)


def squeezed(text: str) -> str:
    """The words without what a platform makes of white space, of marks and of names, of what is long, and of commands
    that stand in a group there."""
    text = re.sub(r"(?<!\w)(/[\w-]+?)(?:-admin| team| more) (?=[a-z])", r"\1 ", text)
    text = re.sub(r"(?<!\w)(/desk) ([a-z][a-z-]*)", _named, text)
    return re.sub(r"It goes on below \(\d+ of \d+\)\.|[\s*_`>~\\]+", "", text).casefold()


def _named(found: re.Match[str]) -> str:
    """A command by its first name, which is the only one in some chats."""
    command = REGISTRY.find(found[2])
    return f"{found[1]} {command.name if command else found[2]}"


def missing_of(body: Message | None, seen: str) -> list[str]:
    """What of a message is not to be read in that."""
    there = squeezed(seen)
    return [each for each in said(body) if squeezed(each) not in there]


def missing_of_form(form: Form | None, seen: str, *, partly: bool = False) -> list[str]:
    """The same of a form: its fields and what is wrong with them, or the button that opens it. Of one that stands there
    `partly` the fields come later."""
    if form is None:
        return []
    there = squeezed(seen)
    labels = [] if partly else [each.label[:60] for each in form.inputs]
    if (
        not partly
        and squeezed(form.title) in there
        and not any(squeezed(each.label[:60]) in there for each in form.inputs[:1])
    ):
        return []  # a button, since nothing can be opened by a message
    wanted = [form.title[:20], form.intro, form.back, *form.errors.values(), *labels]
    return [each for each in wanted if squeezed(each) not in there]


def said(body: Message | None) -> list[str]:
    """All that a message says, in pieces: names, times and links are as the platform has them."""
    match body:
        case Said(lines=lines, actions=actions):
            return [*_of(lines), *_labels(actions)]
        case Relay(name=name, text=text, about=about, files=files, actions=actions):
            return [*_of((about,)), name, text, *(file.name for file in files), *_labels(actions)]
        case Card() as card:
            fields = [each for field in card.fields for each in (field.label, *_of((field.value,)))]
            return [card.ref, card.title, card.status, card.priority, *fields, *_labels(card.actions)]
        case Listing(title=title, lines=lines, rows=rows, actions=actions):
            told = [each for row in rows for each in (row.ref, row.title, row.status, row.owner)]
            return [title, *_of(lines), *told, *_labels(actions)]
        case Sheet(title=title, lines=lines, tables=tables, rows=rows, notes=notes, actions=actions):
            cells = [cell for table in tables for row in table.rows for cell in (row.head, *row.cells)]
            told = [each for row in rows for each in (row.ref, row.title)]
            return [
                title,
                *_of(lines),
                *(table.title for table in tables),
                *cells,
                *told,
                *_of(notes),
                *_labels(actions),
            ]
        case Chronicle(title=title, lines=lines, chapters=chapters, notes=notes, actions=actions):
            told = [
                each
                for chapter in chapters
                for each in (
                    chapter.title,
                    *_of((chapter.state, *chapter.lines, *(m.line for m in chapter.moments), *chapter.notes)),
                )
            ]
            return [title, *_of(lines), *told, *_of(notes), *_labels(actions)]
        case Document(title=title, name=name):
            return [title, name]
        case _:
            return []


def _of(lines: Sequence[Line]) -> list[str]:
    return [
        part
        for line in lines
        for span in line
        for part in ([span.text] if isinstance(span, Text | Quote) else [span.ref] if isinstance(span, Ref) else [])
        if part.strip()
    ]


def _labels(actions: Sequence[Action]) -> list[str]:
    return [each.label for each in actions if not each.staff_only and not each.client_only]
