"""The files that people send: the one place where their bytes are kept, for every platform.

An adapter keeps what somebody uploads (`bot.desk.files.keep`, which checks it) and passes the `Attachment`s on in
`Heard.files`. The desk carries them in `Relay.files`; the adapter that shows the relay asks for the bytes here, and
uploads them to its platform, or serves them where `bot.desk.files.may_read` allows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.files import Attachment


@dataclass(frozen=True)
class StoredFile:
    """A file without its bytes: who sent it, and in which logical conversations it is shown.

    `shown_in` names them as outbox rows do (`client:ACME`, `request:42:client`, `request:42:team`, `dm:sam`). While it
    is empty nobody but its author may see the file.
    """

    file: Attachment
    author: str
    sha256: str
    shown_in: frozenset[str]


class Files(Protocol):
    """Bytes by id; a desk's are `desk.store.files`. Who may read them follows from the conversations they are shown in,
    see `bot.desk.files`."""

    async def put(self, name: str, media_type: str, body: bytes, *, author: str, at: datetime) -> Attachment:
        """Keep it under a new id that nobody can guess; `at` is machine time. Name and type are cleaned by the
        caller."""
        ...

    async def info(self, id: str) -> StoredFile | None:
        """What is known of it, without its bytes."""
        ...

    async def body(self, id: str) -> bytes | None:
        """Its bytes; None where it is not there."""
        ...

    async def show(self, ids: Sequence[str], conversation: str) -> None:
        """Say that they are shown there. For a message the desk does not hear; a commit does it for the others."""
        ...

    async def hide(self, ids: Sequence[str], conversation: str) -> None:
        """Say that they are no longer shown there."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget those that were put before that instant (machine time) and never shown; answers how many."""
        ...
