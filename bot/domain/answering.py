"""Who asks and who answers: what starts and stops the reply clocks (rules 5 and 6)."""

from __future__ import annotations

from bot.domain.events import Entry, MessageClass, Replied


def asked_by_client(by: str, requester: str, *, is_client: bool) -> bool:
    """Whether a request is its requester's own word, so that a first response is owed (rule 6).

    It is where whoever opened it is the requester, of whichever side, or one of the client's people for a colleague.
    What is opened on a client's behalf, by the team or by a machine, is not; nor is what nobody is named for.
    """
    return bool(requester) and (by == requester or is_client)


def is_answer(entry: Entry, requester: str, *, bot_counts: bool = False) -> bool:
    """Whether it stops the reply clocks (rule 5): a public message of substance by somebody who is staff at that time
    and not the requester, or by a bot where the policy says that a bot counts."""
    event = entry.event
    if not isinstance(event, Replied) or event.cls is not MessageClass.SUBSTANCE or event.automatic:
        return False
    if event.bot:
        return bot_counts
    return entry.role.is_staff and entry.by != requester
