"""Forms that somebody is in the middle of, by ids that buttons and forms of Discord's carry.

They stand in the store, for a day, so that a form which goes in steps goes on after a restart, and at another process.
Here are those of one person, while something of theirs is carried out: looked up before, written down after.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from bot.messages.model import Form
from bot.ports import FormDrafts


class Drafts:
    """Those that are at hand."""

    def __init__(self, forms: Mapping[str, Form] | None = None) -> None:
        self._forms = dict(forms or {})
        self.changed: dict[str, Form] = {}
        """What is to be written down."""

    def keep(self, form: Form, id: str = "") -> str:
        """Its id: a new one, or the one it had."""
        id = id or secrets.token_hex(6)
        if self._forms.get(id) != form:
            self._forms[id] = self.changed[id] = form
        return id

    def find(self, id: str) -> Form | None:
        """None for one that is gone, or another's."""
        return self._forms.get(id)


@asynccontextmanager
async def drafting(kept: FormDrafts, holder: str, id: str, at: datetime) -> AsyncGenerator[Drafts]:
    """Somebody's, with the one of that id; what was changed is on the disk at the end of the block, before anybody is
    shown what carries its id."""
    form = await kept.find(holder, id) if id else None
    drafts = Drafts({id: form} if form is not None else None)
    yield drafts
    if drafts.changed:
        await kept.keep(holder, drafts.changed, at)
        drafts.changed = {}
