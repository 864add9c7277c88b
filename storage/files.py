"""The files that people send, in the desk's database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.files import Attachment
from bot.ports import Files, StoredFile
from storage.transactions import files
from storage.tx import Runner


class SqlFiles:
    """`bot.ports.Files`. Who may read what is the desk's to decide; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def put(self, name: str, media_type: str, body: bytes, *, author: str, at: datetime) -> Attachment:
        """Keep it under a new id that nobody can guess."""
        return await self._runner.write(files.put(name, media_type, body, author=author, at=at))

    async def info(self, id: str) -> StoredFile | None:
        """What is known of it, without its bytes."""
        return await self._runner.read(files.info(id))

    async def body(self, id: str) -> bytes | None:
        """Its bytes; None where it is not there."""
        return await self._runner.read(files.body(id))

    async def show(self, ids: Sequence[str], conversation: str) -> None:
        """Say that they are shown there."""
        await self._runner.write(files.show(ids, conversation))

    async def hide(self, ids: Sequence[str], conversation: str) -> None:
        """Say that they are no longer shown there."""
        await self._runner.write(files.hide(ids, conversation))

    async def forget(self, before: datetime) -> int:
        """Forget those that were put before that instant and never shown; answers how many."""
        return await self._runner.write(files.forget(before))


_KEEPS_THE_CONTRACT: Callable[[Runner], Files] = SqlFiles  # the type checker says where it does not
