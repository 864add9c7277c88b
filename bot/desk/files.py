"""The files that people send: kept within limits, and read by those who can read the conversations they stand in.

What an adapter does: `keep` what somebody uploads, turn the ids that a page names into `Heard.files` by `mine`, and ask
`readable` before it serves the bytes (`desk.store.files.body`) to somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.desk.context import Desk, Heard, Refusal, may_see
from bot.domain.files import COUNT_LIMIT, SIZE_LIMIT, WHOLE_LIMIT, Attachment, clean_type, fits
from bot.domain.text import file_name
from bot.messages import refusals
from bot.messages.model import NOTHING, Answer
from bot.ports import StoredFile

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
"""What names a file; whatever else somebody asks for is none."""


async def keep(desk: Desk, author: str, name: str, media_type: str, body: bytes) -> Attachment:
    """Keep a file that a person uploaded; nobody else sees it until a message with it is heard. Raises Refusal."""
    name = file_name(name)
    if not body:
        raise Refusal(refusals.empty_file(name))
    if len(body) > SIZE_LIMIT:
        raise Refusal(refusals.file_too_large(name, SIZE_LIMIT, len(body)))
    return await desk.store.files.put(name, clean_type(media_type), body, author=author, at=desk.clock.machine())


def shown(files: Iterable[Attachment], conversation: str | None) -> tuple[tuple[str, str], ...]:
    """What a commit is told, so that those who read a conversation can read these files."""
    return tuple((file.id, conversation) for file in files if conversation and file.is_kept)


async def stayed(desk: Desk, heard: Heard) -> Answer:
    """What whoever sent a message reads of its files that the desk takes not; nothing where the message is nothing to
    it."""
    left = [file for file in heard.files if not file.is_kept]
    if not left or await desk.store.source(heard.ref) is None:
        return NOTHING
    beyond = [file for file in left if 0 < file.size <= SIZE_LIMIT and not fits(heard.files, file.size)]
    told = refusals.left_behind([file for file in left if file not in beyond], SIZE_LIMIT)
    many = refusals.beyond(beyond, COUNT_LIMIT, WHOLE_LIMIT)
    return refusals.refused(" ".join(filter(None, (told, many))))


def allowed(files: Sequence[Attachment]) -> None:
    """Raises Refusal for more, or larger ones in all, than a message has."""
    kept = [file.size for file in files if file.is_kept]
    if len(kept) > COUNT_LIMIT:
        raise Refusal(refusals.too_many_files(COUNT_LIMIT, len(kept)))
    if sum(kept) > WHOLE_LIMIT:
        raise Refusal(refusals.files_too_large(WHOLE_LIMIT, sum(kept)))


def whole(files: Iterable[Attachment]) -> None:
    """Raises Refusal for one that a form was given and that is not kept: too large, or its platform did not hand it
    over."""
    for file in files:
        if file.size > SIZE_LIMIT:
            raise Refusal(refusals.file_too_large(file.name, SIZE_LIMIT, file.size))
        if not file.is_kept:
            raise Refusal(refusals.file_not_fetched(file.name))


async def mine(desk: Desk, author: str, ids: Sequence[str]) -> tuple[Attachment, ...]:
    """The person's own files by what their page names, for a message to come. Raises Refusal for others', and for too
    many."""
    if len(ids) > COUNT_LIMIT:
        raise Refusal(refusals.too_many_files(COUNT_LIMIT, len(ids)))
    found: list[Attachment] = []
    for id in dict.fromkeys(ids):
        stored = await desk.store.files.info(id) if _ID.fullmatch(id) else None
        if stored is None or stored.author != author:
            raise Refusal(refusals.no_file())
        found.append(stored.file)
    allowed(found)
    return tuple(found)


async def readable(desk: Desk, reader: str, id: str) -> StoredFile | None:
    """The file, where that person may read it: its author before it is sent, then all who can read a conversation it
    is shown in. None for anybody else, and where there is none: which of the two is nobody's to know.
    """
    stored = await desk.store.files.info(id) if _ID.fullmatch(id) else None
    person = (await desk.store.directory()).people.get(reader)
    if stored is None or person is None or not person.active:
        return None
    if not stored.shown_in:
        return stored if stored.author == reader else None
    for conversation in sorted(stored.shown_in):
        kind, _, rest = conversation.partition(":")
        number, _, side = rest.partition(":")
        match kind, side:
            case "client", _:
                allowed = person.is_staff or person.client == rest
            case "request", "client" | "private":
                request = await desk.store.request(int(number))
                allowed = request is not None and may_see(person, request)
            case "dm", _:
                allowed = rest == reader
            case _:  # the team's threads and channels
                allowed = person.is_staff
        if allowed:
            return stored
    return None
