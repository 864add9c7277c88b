"""Merging what is one matter, and splitting what is two: decisions, and what waits for an answer on each side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NoReturn

from bot.domain.answering import is_answer
from bot.domain.events import (
    Absorbed,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    MessageClass,
    Opened,
    PolicyApplied,
    Replied,
    Resolved,
    ResolveUndone,
    SplitOff,
    Status,
    Unmerged,
)
from bot.domain.policy import REPLY_CLOCKS
from bot.domain.request import Decision, NotAllowed, Request

OPEN = tuple(status for status in Status if status.is_open)
"""What may be merged."""

CHAIN = 50
"""How many merges are followed: a bound, since what is stored may be damaged."""


def unanswered(entries: Sequence[Entry]) -> list[tuple[int, datetime]]:
    """The client's words that wait for an answer: by which entry, and since when, the oldest first (rules 8 and 16)."""
    waiting: list[tuple[int, datetime]] = []
    before: list[tuple[int, datetime]] = []
    requester, bots = "", False
    for entry in entries:
        match entry.event:
            case Opened(since=since, from_client=asked):
                requester = entry.event.requester
                waiting = [(entry.seq, since)] if asked else []
            case ClientWrote(cls=MessageClass.SUBSTANCE):
                waiting.append((entry.seq, entry.at))
            case Absorbed(since=datetime() as since):
                waiting.append((entry.seq, since))
            case PolicyApplied(terms=terms):
                bots = terms.bot_counts
            case Replied() if is_answer(entry, requester, bot_counts=bots):
                waiting = []
            case Replied(cls=MessageClass.SUBSTANCE, automatic=False, bot=False) if entry.by == requester:
                waiting.append((entry.seq, entry.at))
            case SplitOff(ref=ref, entries=gone):
                merged = {e.seq for e in entries if isinstance(e.event, Absorbed) and e.event.ref == ref}
                waiting = [each for each in waiting if each[0] not in {*gone, *merged}]
            case Resolved() | Closed():
                before, waiting = waiting, []
            case ResolveUndone():
                waiting = before
            case _:
                pass
    return sorted(waiting, key=lambda each: each[1])


def merge(source: Request, target: Request) -> tuple[Decision, Decision]:
    """What happens to the one that ends, and to the one that goes on (rule 16).

    Raises NotAllowed where they are not the same people's, or one of them has ended.
    """
    if source.number == target.number:
        raise NotAllowed(f"{source.ref} cannot be merged into itself; name another request.")
    if source.client != target.client:
        raise NotAllowed(
            f"{source.ref} and {target.ref} are different clients', so neither may read the other's words."
        )
    for request in (source, target):
        if request.merged_into:
            raise NotAllowed(f"{request.ref} was merged into {request.merged_ref}; name that one instead.")
        if not request.status.is_open:
            raise NotAllowed(f"{request.ref} has ended; reopen it first, or leave it as it is.")
    if audience(source) != audience(target):
        raise NotAllowed(f"Not the same people see {source.ref} and {target.ref}; a merge would show them more.")
    reply = next((c for c in source.sla.clocks if c.running and c.kind in REPLY_CLOCKS), None)
    told = reply.breached_at if reply and reply.reported else None
    ends = Cancelled(source.status, "merged", target.number, target.ref)
    goes_on = Absorbed(source.number, source.ref, source.title, source.sla.unanswered_since, told)
    return (ends,), (goes_on,)


def audience(request: Request) -> frozenset[str] | None:
    """Who of the client sees it; None for all."""
    return frozenset({request.requester, *request.stakeholders}) if request.private else None


def unmerge(source: Request, entries: Sequence[Entry]) -> tuple[Decision, Decision]:
    """Take a merge back: the one goes on by itself, and the other waits for what is its own. `entries` are the
    survivor's history. Raises NotAllowed where it was not merged."""
    if not source.merged_into or source.sla.unmerged is None:
        raise NotAllowed(f"{source.ref} was not merged, so there is nothing to take back.")
    absorbed = {e.seq for e in entries if isinstance(e.event, Absorbed) and e.event.number == source.number}
    left = [since for seq, since in unanswered(entries) if seq not in absorbed]
    return (
        (Unmerged(source.sla.unmerged.status),),
        (SplitOff(source.number, source.ref, min(left, default=None)),),
    )


def taken_back(source: Request, entries: Sequence[Entry]) -> NoReturn:
    """Raises NotAllowed: of a request that goes on by itself no merge can be taken back, though one may have been."""
    if any(isinstance(entry.event, Unmerged) for entry in entries):
        raise NotAllowed(f"The merge of {source.ref} was taken back already; it goes on by itself.")
    raise NotAllowed(f"{source.ref} was not merged, so there is nothing to take back.")


def burst(entries: Sequence[Entry], seq: int, within: timedelta) -> tuple[Entry, ...]:
    """The client's message of that entry, with the lines that its author wrote right before and after it."""
    own = [e for e in entries if isinstance(e.event, ClientWrote)]
    at = next((index for index, entry in enumerate(own) if entry.seq == seq), None)
    if at is None:
        return ()
    first = last = at
    while first and own[first - 1].by == own[at].by and own[first].at - own[first - 1].at <= within:
        first -= 1
    while last + 1 < len(own) and own[last + 1].by == own[at].by and own[last + 1].at - own[last].at <= within:
        last += 1
    return tuple(own[first : last + 1])


def opened_with(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The messages that a request was opened with and that are still its own."""
    opening = entries[0].event if entries else None
    gone = {m for entry in entries if isinstance(entry.event, SplitOff) for m in entry.event.messages}
    return tuple(m for m in opening.messages if m not in gone) if isinstance(opening, Opened) else ()


def went_along(entries: Sequence[Entry], message: str) -> tuple[int, ...]:
    """The requests into which that message was split off, by number."""
    own = {e.seq for e in entries if isinstance(e.event, ClientWrote) and e.event.message == message}
    splits = [entry.event for entry in entries if isinstance(entry.event, SplitOff)]
    return tuple(s.number for s in splits if message in s.messages or own & set(s.entries))


def line_off(request: Request, message: str, *, number: int, ref: str) -> Decision:
    """A message that it was opened with becomes another request: the others wait here as they did."""
    return (SplitOff(number, ref, request.sla.unanswered_since, messages=(message,)),)


def split_off(entries: Sequence[Entry], lines: Sequence[Entry], *, number: int, ref: str) -> Decision:
    """These lines become another request: here they wait for no answer any more."""
    gone = tuple(line.seq for line in lines)
    left = [since for seq, since in unanswered(entries) if seq not in gone]
    return (SplitOff(number, ref, min(left, default=None), gone),)
