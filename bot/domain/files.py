"""Files that people send: how large they may be, of what kind they are, and which are shown as pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file."""
COUNT_LIMIT, FORM_LIMIT = 30, 10
"""Files of one message, in as many posts as they take where it is carried to, and of one form."""
WHOLE_LIMIT = 10 * SIZE_LIMIT
"""Bytes of all files of one message: they are to arrive elsewhere within one call."""

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What may be shown in place. An SVG is a document that can run scripts, so it is none of these."""

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")


@dataclass(frozen=True)
class Attachment:
    """A file as messages carry it: never its bytes, which the store's `Files` has under its id."""

    id: str
    name: str
    media_type: str
    """What its sender said it is: a claim, so whoever serves it forbids browsers to guess (`nosniff`)."""
    size: int
    """Bytes."""
    at: str = ""
    """Where it still is, of one that the desk has not (`left`): an address of the platform on which it was sent."""

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown in place."""
        return self.media_type in PICTURES and self.is_kept

    @property
    def is_kept(self) -> bool:
        """Whether the desk has its bytes."""
        return bool(self.id)


def left(name: str, media_type: str, size: int, at: str = "") -> Attachment:
    """One that stays where it was sent, since the desk takes none such: its message is heard all the same, and whoever
    reads that is told of it."""
    return Attachment("", name, clean_type(media_type), size, at)


def fits(others: Iterable[Attachment], size: int) -> bool:
    """Whether a message takes a file of that many bytes beside those others of its own; the ones that stay where they
    were sent take no room."""
    kept = [file.size for file in others if file.is_kept]
    return size <= SIZE_LIMIT and len(kept) < COUNT_LIMIT and sum(kept) + size <= WHOLE_LIMIT


def clean_type(media_type: str) -> str:
    """A media type without its parameters; `application/octet-stream` where it is none."""
    bare = media_type.split(";")[0].strip().lower()
    return bare if _TYPE.fullmatch(bare) else "application/octet-stream"


def names_of(files: tuple[Attachment, ...]) -> str:
    """The files' names in one line, where they have to stand for words."""
    return ", ".join(file.name for file in files)
