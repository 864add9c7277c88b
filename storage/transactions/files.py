"""Files: bytes by id, and the conversations in which each is shown."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime

from bot.domain.files import Attachment
from bot.messages.model import Message, Relay
from bot.ports import StoredFile
from storage.instants import micros
from storage.tx import Tx, ask, one


def put(name: str, media_type: str, body: bytes, *, author: str, at: datetime) -> Tx[Attachment]:
    """Keep it under a new id that nobody can guess; `at` is machine time."""
    file = Attachment(uuid.uuid4().hex, name, media_type, len(body))
    yield from ask(
        "put_file",
        id=file.id,
        name=name,
        media_type=media_type,
        size=file.size,
        digest=hashlib.sha256(body).hexdigest(),
        author=author,
        put_at=micros(at),
        body=body,
    )
    return file


def info(id: str) -> Tx[StoredFile | None]:
    """What is known of it, without its bytes."""
    row = yield from one("file", id=id)
    if row is None:
        return None
    uses = yield from ask("file_uses", file=id)
    file = Attachment(row["id"], row["name"], row["media_type"], row["size"])
    return StoredFile(file, row["author"], row["sha256"], frozenset(use["conversation"] for use in uses))


def body(id: str) -> Tx[bytes | None]:
    """Its bytes."""
    row = yield from one("file_body", id=id)
    return None if row is None else bytes(row["body"])


def show(ids: Iterable[str], conversation: str) -> Tx[None]:
    """They are shown there."""
    for id in ids:
        yield from ask("show_file", file=id, conversation=conversation)


def hide(ids: Iterable[str], conversation: str) -> Tx[None]:
    """They are no longer shown there."""
    for id in ids:
        yield from ask("hide_file", file=id, conversation=conversation)


def show_of(message: Message | None, conversation: str) -> Tx[None]:
    """What a message carries is shown where it is sent to."""
    if isinstance(message, Relay):
        yield from show((file.id for file in message.files), conversation)


def forget(before: datetime) -> Tx[int]:
    """Forget those that were put before that instant (machine time) and never shown."""
    return len((yield from ask("forget_files", before=micros(before))))
