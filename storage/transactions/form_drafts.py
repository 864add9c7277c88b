"""Forms that somebody is in the middle of."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from bot.codec import form_from_json, form_to_json
from bot.messages.model import Form
from storage.instants import micros
from storage.tx import Tx, ask, one

log = logging.getLogger("steward.storage")


def keep(holder: str, forms: Mapping[str, Form], at: datetime) -> Tx[None]:
    """Keep them by their ids (machine time), unless they are another's."""
    for id, form in forms.items():
        yield from ask("keep_form_draft", id=id, holder=holder, body=form_to_json(form), put_at=micros(at))


def find(holder: str, id: str) -> Tx[Form | None]:
    """That one of theirs."""
    row = yield from one("form_draft", id=id, holder=holder)
    if row is None:
        return None
    try:
        return form_from_json(row["body"])
    except ValueError as error:
        log.warning("a form that somebody had begun cannot be read, and is begun anew: %s", error)
        return None


def old(before: datetime) -> Tx[bool]:
    """Whether any was last kept before then (machine time)."""
    return (yield from one("old_form_draft", before=micros(before))) is not None


def forget(before: datetime) -> Tx[None]:
    """Those go that were last kept before then (machine time)."""
    yield from ask("forget_form_drafts", before=micros(before))
