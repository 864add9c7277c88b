"""Forms that somebody is in the middle of, where a platform takes a long one in several steps: kept for a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.messages.model import Form


class FormDrafts(Protocol):
    """A desk's are `desk.store.form_drafts`. Whose a draft is reads it, and nobody else. Instants are machine time."""

    async def keep(self, holder: str, forms: Mapping[str, Form], at: datetime) -> None:
        """Keep them by their ids, as they are by now; one that is another's stays as it is."""
        ...

    async def find(self, holder: str, id: str) -> Form | None:
        """That one of theirs; None where there is none, or none that this release reads."""
        ...

    async def forget(self, before: datetime) -> None:
        """Those go that were last kept before that instant."""
        ...
