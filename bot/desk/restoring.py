"""A desk that was brought back from a backup says so in the triage channel."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.conversations import TRIAGE
from bot.messages import restoring as say
from bot.ports import Draft, Op, Restored, Urgency


def note(command: str) -> Callable[[Restored], Draft]:
    """What the team reads; its instant is in the key, so that each time is told once."""

    def draft(done: Restored) -> Draft:
        key = f"restored:{done.at:%Y%m%dT%H%M%S}"
        return Draft(key, Op.POST, TRIAGE, say.told(done, command), urgency=Urgency.ALERT)

    return draft
