"""Forms that somebody is in the middle of, by ids that buttons and forms of Discord's carry.

Nothing of it outlives the process: what a form needs no draft for works all the same after a restart, and whoever had
written more than that gets their words back, with a button to begin anew (modals.py).
"""

from __future__ import annotations

import secrets
from collections import OrderedDict

from bot.messages.model import Form

KEPT = 1000


class Drafts:
    """The last ones."""

    def __init__(self) -> None:
        self._forms: OrderedDict[str, Form] = OrderedDict()

    def keep(self, form: Form, id: str = "") -> str:
        """Its id: a new one, or the one it had."""
        id = id or secrets.token_hex(6)
        self._forms[id] = form
        self._forms.move_to_end(id)
        if len(self._forms) > KEPT:
            self._forms.popitem(last=False)
        return id

    def find(self, id: str) -> Form | None:
        """None for one that is gone."""
        return self._forms.get(id)
