"""Who answers: what stops the reply clocks (rule 5)."""

from __future__ import annotations

from bot.domain.events import Entry, MessageClass, Replied


def is_answer(entry: Entry, requester: str, *, bot_counts: bool = False) -> bool:
    """Whether it stops the reply clocks (rule 5): a public message of substance by somebody who is staff at that time
    and not the requester, or by a bot where the policy says that a bot counts."""
    event = entry.event
    if not isinstance(event, Replied) or event.cls is not MessageClass.SUBSTANCE or event.automatic:
        return False
    if event.bot:
        return bot_counts
    return entry.role.is_staff and entry.by != requester
