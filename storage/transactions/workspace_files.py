"""Files of the browser's chat. What is in them is read only where it is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.ports import FileInfo
from storage.instants import micros
from storage.tx import Row, Tx, ask, fits, one


def add(channel: str, *, person: str, name: str, media_type: str, body: bytes, at: datetime) -> Tx[FileInfo]:
    """Keep a file for a message to come."""
    row = yield from one(
        "ws_add_file",
        channel=channel,
        person=person,
        name=name,
        media_type=media_type,
        size=len(body),
        added_at=micros(at),
        body=body,
    )
    if row is None:
        raise LookupError("The file was not kept.")
    return FileInfo(row["id"], None, channel, person, name, media_type, len(body))


def file(id: int) -> Tx[FileInfo | None]:
    """One file."""
    row = (yield from one("ws_file", id=id)) if fits(id) else None
    return None if row is None else _info(row)


def body(id: int) -> Tx[bytes]:
    """What is in a file."""
    row = (yield from one("ws_file_body", id=id)) if fits(id) else None
    return b"" if row is None else bytes(row["body"])


def names(ids: Sequence[int], person: str, channel: str) -> Tx[list[str]]:
    """The names of those files that may become part of the person's message there."""
    found: list[str] = []
    for id in ids:
        info = yield from file(id)
        if info is not None and info.message is None and (info.person, info.channel) == (person, channel):
            found.append(info.name)
    return found


def attach(id: int, message: int, person: str, channel: str) -> Tx[None]:
    """Make a person's own file part of their message."""
    if fits(id):
        yield from ask("ws_attach", id=id, message=message, person=person, channel=channel)


def copy(ids: Sequence[int], message: int, channel: str) -> Tx[None]:
    """Make the same files part of another message."""
    for id in ids:
        if fits(id):
            yield from ask("ws_copy_file", id=id, message=message, channel=channel)


def of_messages(ids: Sequence[int]) -> Tx[dict[int, list[FileInfo]]]:
    """The files of some messages, by message."""
    found: dict[int, list[FileInfo]] = {}
    for row in (yield from ask("ws_files", messages=json.dumps(list(ids)))):
        found.setdefault(row["message"], []).append(_info(row))
    return found


def pending(person: str) -> Tx[tuple[int, int]]:
    """How many files of a person wait for their message, and how many bytes they are."""
    row = yield from one("ws_pending", person=person)
    return (0, 0) if row is None else (row["files"], int(row["bytes"]))


def drop(id: int, person: str) -> Tx[None]:
    """Forget a person's file that is part of no message."""
    if fits(id):
        yield from ask("ws_drop_pending", id=id, person=person)


def forget(before: datetime) -> Tx[None]:
    """Forget files that never became part of a message."""
    yield from ask("ws_forget_files", before=micros(before))


def _info(row: Row) -> FileInfo:
    return FileInfo(
        row["id"], row["message"], row["channel"], row["person"], row["name"], row["media_type"], row["size"]
    )
