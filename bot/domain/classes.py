"""Correcting what a message was to the clocks: only thanks, or a question after all (rule 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.clocks import Calendars, State
from bot.domain.events import (
    ClientWrote,
    Entry,
    Event,
    MessageClass,
    MessageClassCorrected,
    Reopened,
    Replied,
    Status,
)
from bot.domain.people import Role
from bot.domain.request import NotAllowed, Request, close, reopen
from bot.domain.said import sayings
from bot.domain.sla import advance

_WORDS = {
    MessageClass.COURTESY: "That message counts as thanks already; no reply is owed on it.",
    MessageClass.SUBSTANCE: "That message counts already.",
}


def correct(
    entries: Sequence[Entry], seq: int, cls: MessageClass, calendars: Calendars, *, said_at: datetime | None = None
) -> MessageClassCorrected:
    """The fact that the message of that entry was of this class, with what then follows for the clocks.

    `said_at` is when it was said, where the history learnt of it later. Raises NotAllowed where the entry holds no
    message between client and team, and where it is of that class.
    """
    saying = sayings(entries).get(seq)
    if saying is None or not isinstance(saying.entry.event, ClientWrote | Replied):
        raise NotAllowed("That is no message that a clock could follow. Choose one of the client's or a reply.")
    if saying.cls is cls:
        raise NotAllowed(_WORDS[cls])
    at = said_at or saying.entry.at
    state = _refolded(entries, {seq: cls}, {seq: at}, calendars)
    reply = isinstance(saying.entry.event, Replied)
    return MessageClassCorrected(
        seq,
        saying.cls,
        cls,
        at,
        reply,
        state.unanswered_since,
        state.owes_first_response,
        state.updated_at,
    )


def recount(
    request: Request, entries: Sequence[Entry], seq: int, cls: MessageClass, calendars: Calendars
) -> tuple[Event, ...]:
    """What somebody of the team decides about a message: its class, and what would have followed from it.

    A client's words that count after all reopen what is done; words that were only thanks close again what they had
    reopened, as long as nobody has done anything about it since.
    """
    fact = correct(entries, seq, cls, calendars)
    if fact.reply:
        return (fact,)
    if cls is MessageClass.SUBSTANCE and request.status in (Status.RESOLVED, Status.CLOSED):
        answered = fact.updated_at is not None and fact.updated_at > fact.said_at
        since = fact.unanswered_since or (None if answered else fact.said_at)
        fact = replace(fact, unanswered_since=since, owes_first_response=False)
        return (*reopen(request, reason="the client wrote"), fact)
    if cls is MessageClass.COURTESY and request.status.is_open and _reopened_by(entries, seq):
        return (fact, *close(request, reason="it was only thanks"))
    return (fact,)


def _reopened_by(entries: Sequence[Entry], seq: int) -> bool:
    """Whether that message reopened the request, the client knew it as done, and no person has acted since."""
    before = entries[seq - 2].event
    later = entries[seq:]
    knew = isinstance(before, Reopened) and before.client_knew
    return knew and all(entry.role is Role.DESK for entry in later)


def _refolded(
    entries: Sequence[Entry], classes: Mapping[int, MessageClass], times: Mapping[int, datetime], calendars: Calendars
) -> State:
    """The clocks that the history gives with all corrections taken into the messages themselves."""
    classes, times = dict(classes), dict(times)
    for entry in reversed(entries):  # of several corrections of one message the latest counts
        if isinstance(entry.event, MessageClassCorrected):
            classes.setdefault(entry.event.entry, entry.event.cls)
            times.setdefault(entry.event.entry, entry.event.said_at)
    told = [_told(e, classes, times) for e in entries if not isinstance(e.event, MessageClassCorrected)]
    state = State()
    for entry in sorted(told, key=lambda entry: entry.at):
        state = advance(state, entry, calendars)
    return state.unresolved or state


def _told(entry: Entry, classes: Mapping[int, MessageClass], times: Mapping[int, datetime]) -> Entry:
    event: Event = entry.event
    if entry.seq in classes and isinstance(event, ClientWrote | Replied):
        return replace(entry, at=times[entry.seq], event=replace(event, cls=classes[entry.seq]))
    return entry
