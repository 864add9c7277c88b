"""Components, and the messages they make: as many as are needed for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.limits import COMPONENTS, NAME, TEXT
from adapters.discord.markdown import atoms, strong, texts
from adapters.discord.pressing import Component
from bot.messages import around
from bot.messages.flowing import Row, width

SECTION, TEXT_DISPLAY, SEPARATOR, CONTAINER = 9, 10, 14, 17
_PIECE = 1800
"""Characters of one text: in shorter pieces a message is filled better."""
_ROOM = TEXT - 2 * NAME - 150
"""Characters of a message, beside a name above it and a line that says where it goes on."""
_PLACES = COMPONENTS - 3
"""Components of it, beside those two and a frame."""


@dataclass(frozen=True)
class File:
    """A text to be sent along as a file, whole."""

    name: str
    media_type: str
    text: str


def text(words: str) -> Component:
    """A text."""
    return {"type": TEXT_DISPLAY, "content": words}


def paragraphs(rows: Sequence[Row]) -> Iterator[Component]:
    """Lines as texts."""
    for words in texts(rows, _PIECE):
        yield text(words)


def heading(title: str, level: int = 3) -> Iterator[Component]:
    """A title; one that is too long to stand out does not."""
    if title := " ".join(title.split()):
        yield from paragraphs([Row(tuple(atoms(title)), f"{'#' * level} ")])


def named(title: str) -> Row:
    """The name of a part."""
    return Row(tuple(strong(title)))


def beside(words: str, button: Component) -> Component:
    """A text with a button beside it."""
    return {"type": SECTION, "components": [text(words)], "accessory": button}


def line_between() -> Component:
    """A line across."""
    return {"type": SEPARATOR, "divider": True, "spacing": 1}


def within(parts: Sequence[Component], colour: int | None) -> tuple[Component, ...]:
    """The parts, set apart by a colour where they have one."""
    if colour is None:
        return tuple(parts)
    return ({"type": CONTAINER, "accent_color": colour, "components": list(parts)},)


def inside(part: Any) -> Iterator[Component]:
    """A component and those within it."""
    yield part
    for each in part.get("components", ()):
        yield from inside(each)
    if "accessory" in part:
        yield from inside(part["accessory"])


def size(part: Component) -> tuple[int, int]:
    """How many characters and how many components it takes of a message."""
    every = list(inside(part))
    return sum(width(each.get("content", "")) for each in every), len(every)


def parts(
    content: Iterable[Component], controls: Sequence[Component], files: Sequence[int] = ()
) -> list[list[Component]]:
    """The components of each message. What can be pressed is in the first, which alone is edited later; what does not
    fit goes on in the next, and each says so. So many `files` are shown in each."""
    beside = iter(files)
    held = [size(each) for each in controls]
    room = _ROOM - sum(chars for chars, _ in held)
    places = _PLACES - next(beside, 0) - sum(count for _, count in held)
    found: list[list[Component]] = [[]]
    for part in content:
        chars, count = size(part)
        if found[-1] and (chars > room or count > places):
            found.append([])
            room, places = _ROOM, _PLACES - next(beside, 0)
        found[-1].append(part)
        room, places = room - chars, places - count
    for number, each in enumerate(found[:-1], 1):
        each.append(text(f"-# {around.goes_on(number, len(found))}"))
    found[0] += controls
    return found
