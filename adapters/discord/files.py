"""Files both ways: what people attach is fetched and kept; what the desk passes on comes with its message."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from bot.desk import files as desk_files
from bot.desk.context import Desk
from bot.domain.files import Attachment, fits, left
from bot.domain.text import file_name

log = logging.getLogger("steward.discord")

LARGEST = 10 << 20
"""Bytes of a file that Discord takes of an app in any server."""
AT_ONCE = 10
"""Files of a message."""


class Text(Protocol):
    """A text to be sent along as a file, whole."""

    @property
    def name(self) -> str:
        """What the file is called."""
        ...

    @property
    def text(self) -> str:
        """What is in it."""
        ...


@dataclass(frozen=True)
class Upload:
    """A file as it goes along, under a name that Discord leaves as it is."""

    name: str
    body: bytes

    def file(self) -> discord.File:
        """For one call."""
        return discord.File(io.BytesIO(self.body), filename=self.name)


class DiscordFiles:
    """Fetches and uploads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def taken(
        self, author: str, files: Sequence[discord.Attachment], known: Sequence[Attachment] = (), at: str = ""
    ) -> tuple[Attachment, ...]:
        """The files of a message as the desk keeps them; those of `known` that they are already are not fetched again.
        What is too large, or empty, and what has no room beside the others, stays in the message, which is at that
        address. Whatever is raised is tried again.
        """
        there, kept = list(known), list[Attachment]()
        for file in files:
            name = file_name(file.filename or "file")
            same = next((each for each in there if (each.name, each.size) == (name, file.size)), None)
            if same is not None:
                there.remove(same)
                kept.append(same)
                continue
            if file.size <= 0 or not fits((*kept, *there), file.size):
                kept.append(left(name, file.content_type or "", file.size, at))
                continue
            try:
                body = await file.read()
            except discord.NotFound:
                # Taken back meanwhile, which must not keep the words unheard.
                log.warning("the file %s is not there any more; its message is heard without it", name)
                continue
            kept.append(await desk_files.keep(self._desk, author, name, file.content_type or "", body))
        return tuple(kept)

    async def uploads(self, texts: Sequence[Text], attachments: Sequence[Attachment]) -> list[Upload]:
        """What comes along with a post."""
        found: list[Upload] = [Upload(fitting(each.name, ()), each.text.encode()) for each in texts]
        for each in attachments:
            body = await self._desk.store.files.body(each.id)
            if body is None or not body:
                log.warning("the file %s is empty, or not there any more; its message goes without it", each.name)
            elif len(body) > LARGEST:
                log.warning("the file %s is too large for Discord; its message goes without it", each.name)
            else:
                found.append(Upload(fitting(each.name, [one.name for one in found]), body))
        return found[:AT_ONCE]


def fitting(name: str, taken: Sequence[str]) -> str:
    """A name that Discord leaves as it is, and that no other file of the message has."""
    plain = stem = re.sub(r"[^A-Za-z0-9._-]+", "_", file_name(name)).strip("_") or "file"
    number = 2
    while plain in taken:
        head, dot, end = stem.rpartition(".")
        plain, number = f"{head or end}-{number}{dot}{end if head else ''}", number + 1
    return plain


def with_files(components: Sequence[Mapping[str, Any]], uploads: Sequence[Upload]) -> list[dict[str, Any]]:
    """What comes along is shown below the words: Discord shows no file that nothing names."""
    shown = str(components)
    files = [f"attachment://{upload.name}" for upload in uploads]
    return [
        *(dict(each) for each in components),
        *({"type": 13, "file": {"url": file}} for file in files if f"{file}'" not in shown),
    ]
