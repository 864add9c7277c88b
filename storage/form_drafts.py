"""`bot.ports.FormDrafts` on whichever database was opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.messages.model import Form
from bot.ports import FormDrafts
from storage.transactions import form_drafts
from storage.tx import Runner


class SqlFormDrafts:
    """Forms that somebody is in the middle of; instants are machine time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def keep(self, holder: str, forms: Mapping[str, Form], at: datetime) -> None:
        """Keep them by their ids, as they are by now; one that is another's stays as it is."""
        await self._runner.write(form_drafts.keep(holder, forms, at))

    async def find(self, holder: str, id: str) -> Form | None:
        """That one of theirs; None where there is none, or none that this release reads."""
        return await self._runner.read(form_drafts.find(holder, id))

    async def forget(self, before: datetime) -> None:
        """Those go that were last kept before that instant."""
        # Nearly always there are none: nothing is written to find that out.
        if await self._runner.read(form_drafts.old(before)):
            await self._runner.write(form_drafts.forget(before))


_KEEPS_THE_CONTRACT: Callable[[Runner], FormDrafts] = SqlFormDrafts  # the type checker says where it does not
