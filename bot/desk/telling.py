"""Who hears of promised news, of waiting for others and of urgency: more of what a request's entries cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk.conversations import ALERTS, TRIAGE, client_side, direct, team_thread
from bot.desk.waiting import chaser_of
from bot.domain.clocks import Clock, Outcome
from bot.domain.events import (
    Absorbed,
    AskedClient,
    Assigned,
    Cancelled,
    ChaserNudged,
    Closed,
    Entry,
    MadePrivate,
    MarkedUrgent,
    NewsPromised,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Resumed,
    Shared,
    SplitOff,
    Status,
    Unmerged,
    UrgencyLifted,
    WaitedOn,
)
from bot.domain.people import Directory
from bot.domain.policy import ClockKind
from bot.domain.request import Request
from bot.messages import client as to_client
from bot.messages import merging, pressing, sharing
from bot.messages.model import Message
from bot.ports import Draft, Op, Urgency


def drafts(directory: Directory, request: Request, entry: Entry, *, at: datetime) -> list[Draft]:
    """The messages that one of these facts causes; none for another kind of fact."""
    name, seq, client = request.ref, entry.seq, client_side(request)
    team = team_thread(request.number)

    def put(slot: str, where: str, body: Message, urgency: Urgency = Urgency.ANSWER) -> Draft:
        """Said once, and edited in place ever after."""
        return Draft(f"{name}:{slot}:{seq}:{where}", Op.PUT, where, body, slot=f"{name}:{slot}", urgency=urgency)

    match entry.event:
        case WaitedOn():
            return [put(f"waits:{request.wait or seq}:{client}", client, pressing.waiting_on(request, directory))]
        case ChaserNudged():
            chaser = chaser_of(request, directory)
            where = direct(chaser.id) if chaser else TRIAGE
            nudge = pressing.chase(request, directory)
            slot = f"{name}:chase:{where}"
            return [Draft(f"{slot}:{seq}", Op.PUT, where, nudge, slot=slot, urgency=Urgency.ALERT, again=True)]
        case MarkedUrgent(paged=paged):
            said = [
                put(f"urgency:{seq}", client, pressing.told_urgent(request, directory, paged, at)),
                *(
                    put(f"urgent:{seq}:{where}", where, pressing.page(request, directory, where), Urgency.ALERT)
                    for where in (ALERTS, *map(direct, _hear(request, directory, paged)))
                ),
            ]
            return said
        case UrgencyLifted(reason=reason):
            calm = pressing.lifted(request, directory, entry.by, reason, at)
            return [put(f"calm:{seq}", client, calm)]
        case Absorbed(number=number, ref=ref, title=title):
            by = entry.by
            return [
                replace(
                    put(f"absorbed:{ref}:{client}", client, merging.absorbed(request, number, ref, title)), again=True
                ),
                put(f"absorbed:{seq}:{team}", team, merging.absorbed_for_team(number, ref, title, by, directory)),
            ]
        case Unmerged():
            return [put(f"unmerged:{seq}:{client}", client, merging.goes_on_alone(request, directory, at))]
        case SplitOff(number=number, ref=ref, entries=gone, messages=lines):
            told = [put(f"split:{seq}:{team}", team, merging.taken_out(number, ref))]
            if gone or lines:
                told.append(put(f"split:{seq}:{client}", client, merging.split_off(number, ref, "")))
            else:
                told.append(put(f"absorbed:{ref}:{client}", client, merging.came_apart(number, ref)))
            return told
        case MadePrivate():
            return [put("goes-on", client, sharing.goes_on_here(request, directory))]
        case Shared(person=person):
            return [put(f"shared:{seq}", client, sharing.shared_here(request, directory, person))]
        case _:
            return []


_PAGED = Assigned | Replied | NewsPromised | UrgencyLifted | Resolved | Closed | Cancelled | ResolveUndone | Reopened
"""What changes how a call reads."""


def pages(directory: Directory, request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """Each copy of a call says who has it and how it ended; nobody rings for that."""
    page = request.attention.page
    later = [entry for entry in entries if page and entry.seq > page.seq and isinstance(entry.event, _PAGED)]
    if page is None or not later:
        return []
    out: list[Draft] = []
    for where in (ALERTS, *map(direct, page.to)):
        slot, body = f"{request.ref}:urgent:{page.seq}:{where}", pressing.page(request, directory, where, later)
        key = f"{slot}:{request.version}"
        out.append(Draft(key, Op.PUT, where, body, slot=slot, urgency=Urgency.CARD, amends=True))
    return out


_ENDS = (AskedClient, WaitedOn, Resumed, ResolutionAnnounced, Closed, Cancelled, Reopened)
"""What may end a wait, as far as the client learns of it."""


def asked_slot(request: Request, since: datetime, client: str) -> str:
    """Where the client reads the question that was asked then."""
    return f"{request.ref}:asked:{since:%Y%m%dT%H%M%S.%f}:{client}"


def waits_over(directory: Directory, before: Request | None, request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """What the client read about a wait that these entries ended says so in place: only one wait holds."""
    # A resolve that may still be undone has not happened yet for them.
    pending = request.status is Status.RESOLVED and not request.announced
    if before is None or pending or not any(isinstance(entry.event, _ENDS) for entry in entries):
        return []
    client, told = client_side(request), list[Draft]()

    def put(slot: str, body: Message) -> None:
        told.append(Draft(f"{slot}:{request.version}", Op.PUT, client, body, slot=slot))

    wait, waiting = before.attention.wait, (Status.WAITING_CLIENT, Status.SET_ASIDE)
    if wait and before.question and request.status not in waiting:
        put(asked_slot(request, wait.since, client), pressing.asked_over(request, before, directory))
    if before.wait and before.party and request.status is not Status.WAITING_OTHER:
        put(f"{request.ref}:waits:{before.wait}:{client}", pressing.over(request, before, directory))
    return told


def works_slot(request: Request, client: str) -> str:
    """Where the client was asked whether it works, of that resolve."""
    return f"{request.ref}:works:{request.ended_at:%Y%m%dT%H%M%S.%f}:{client}"


def works_over(directory: Directory, before: Request | None, request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """The question whether it works turns into what became of it, without its buttons."""
    ends = [entry for entry in entries if isinstance(entry.event, Closed | Reopened | Cancelled)]
    if before is None or before.status is not Status.RESOLVED or not before.announced or not ends:
        return []
    client = client_side(request)
    slot, body = works_slot(before, client), to_client.resolved_over(before, directory, ends[0])
    key = f"{slot}:{request.version}"
    return [Draft(key, Op.PUT, client, body, slot=slot, urgency=Urgency.CARD, amends=True)]


def open_questions(request: Request, directory: Directory, entries: Sequence[Entry]) -> list[Draft]:
    """What the client was asked last and has not answered, once more: where its thread was deleted, so was that."""
    client = client_side(request)
    asked = next((e for e in reversed(entries) if isinstance(e.event, AskedClient | ResolutionAnnounced)), None)
    match asked.event if asked else None:
        case AskedClient() if asked and request.question and (wait := request.attention.wait):
            slot, body = asked_slot(request, wait.since, client), to_client.waiting(request, directory, asked.by)
        case ResolutionAnnounced(closes_at=at) if asked and request.status is Status.RESOLVED and request.announced:
            by = request.resolved_by or asked.by
            slot, body = works_slot(request, client), to_client.resolved(request, directory, by, at)
        case _:
            return []
    return [Draft(f"{slot}:{request.version}", Op.PUT, client, body, slot=slot)]


def _hear(request: Request, directory: Directory, paged: Sequence[str]) -> list[str]:
    """Who is called, and its owner, who is told in any case."""
    owner = directory.person(request.owner)
    return sorted({*paged, *((owner.id,) if owner and owner.is_staff else ())})


def promise(directory: Directory, request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """When the client hears next, as one message in its thread: edited where the promise moves or is judged."""
    clocks = [clock for clock in request.sla.clocks if clock.kind is ClockKind.PROMISE]
    made = any(isinstance(entry.event, NewsPromised) for entry in entries)
    told: list[Draft] = []
    for clock in clocks:
        judged = clock.outcome in (Outcome.MET, Outcome.MISSED) and clock.ended_at == entries[-1].at
        if judged or (made and clock is clocks[-1]):
            slot = f"{request.ref}:news:{_first(request, clock)}:{client_side(request)}"
            body = pressing.news(request, directory, clock)
            told.append(Draft(f"{slot}:{request.version}", Op.PUT, client_side(request), body, slot=slot))
    return told


def _first(request: Request, clock: Clock) -> int:
    """The cycle with which the promise began that has only been moved since: they share a message."""
    cycle, started = clock.cycle, clock.started_at
    for earlier in reversed(request.sla.clocks):
        if earlier.kind is clock.kind and earlier.cycle == cycle - 1:
            if earlier.outcome is not Outcome.CANCELLED or earlier.ended_at != started:
                break
            cycle, started = earlier.cycle, earlier.started_at
    return cycle
