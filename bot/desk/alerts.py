"""Warnings and breach alerts on their way out: who gets a copy, when it may ring, and how each copy tells its end.

Every copy is a slot, one for each place and matter: the warning, the breach and its end are one message, posted anew
where it must ring and edited in place where it need not. It shows how things stand: who acts, who hears next,
and at last how it ended, with no button left that would do what is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.desk.conversations import ALERTS, TRIAGE, client_side, direct
from bot.domain.alarms import ClientNudged, Escalated, Handled, LadderResumed, Offered, OwnerNudged, SetAside, Snoozed
from bot.domain.attention import TEAM, Ask
from bot.domain.clocks import Clock
from bot.domain.escalation import pressing, reachable_at
from bot.domain.events import (
    Assigned,
    Breached,
    Entry,
    MessageClassCorrected,
    PriorityChanged,
    Reopened,
    ResolveUndone,
    Warned,
)
from bot.domain.people import Directory
from bot.domain.request import Request
from bot.messages import alerts as say
from bot.messages import nudges
from bot.ports import Draft, Flood, Op, Urgency

_MOVES = (
    Escalated
    | Handled
    | Snoozed
    | LadderResumed
    | Assigned
    | PriorityChanged
    | ResolveUndone
    | Reopened
    | MessageClassCorrected
)
"""What changes how a breach alert reads while its matter lasts."""


def drafts(directory: Directory, request: Request, entries: Sequence[Entry], *, at: datetime) -> tuple[Draft, ...]:
    """All copies of warnings and alerts that these entries change, each put into its slot."""
    out: list[Draft] = []
    for clock in request.sla.clocks:
        out += _alarms(directory, request, clock, entries, at)
    for entry in entries:
        out += _nudged(directory, request, entry, at)
    return (*out, *_prompts(directory, request, entries))


def _nudged(directory: Directory, request: Request, entry: Entry, at: datetime) -> list[Draft]:
    """What reminds, said once; and what it led to."""
    match entry.event:
        case OwnerNudged(owner=owner, since=since):
            person = directory.person(owner)
            settings = directory.clients[request.client].settings
            rings = reachable_at(person, at, settings) if person and not pressing(request) else at
            body = nudges.sign(request, directory, since)
            return [_prompt(request, entry.seq, direct(owner), body, Urgency.ALERT, rings)]
        case Offered(owner=owner, since=since):
            body = nudges.hand(request, directory, owner, since)
            return [_prompt(request, entry.seq, TRIAGE, body, Urgency.ALERT, at)]
        case ClientNudged():
            body = nudges.answer(request, directory)
            return [_prompt(request, entry.seq, client_side(request), body, Urgency.ANSWER, at)]
        case SetAside(closes_at=closes_at):
            where = client_side(request)
            slot, body = f"{request.ref}:{entry.seq}:aside", nudges.aside(request, directory, closes_at)
            # A slot, so that a request made private can take it back.
            return [Draft(slot, Op.PUT, where, body, slot=slot)]
        case Assigned(from_=str(before), to=str()) if before not in (entry.by, request.owner):
            body = nudges.taken(request, directory, request.owner or entry.by)
            slot = yours(request, before)
            return [Draft(f"{slot}:{entry.seq}", Op.PUT, direct(before), body, slot=slot, again=True)]
        case _:
            return []


def yours(request: Request, person: str) -> str:
    """The one message by which somebody hears that a request is theirs, or is theirs no longer."""
    return f"{request.ref}:yours:{direct(person)}"


def _prompts(directory: Directory, request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """Reminders whose matter these entries ended say so in place."""
    made, ended = {entry.seq for entry in entries}, {entry.at for entry in entries}
    out: list[Draft] = []
    for prompt in request.attention.prompts:
        if prompt.over_at not in ended or prompt.seq in made:
            continue
        match prompt.ask:
            case Ask.SIGN:
                where, body = direct(prompt.to), nudges.sign_over(request, directory)
            case Ask.HAND:
                where, body = TRIAGE, nudges.hand_over(request, directory)
            case Ask.ANSWER:
                where, body = client_side(request), nudges.answer_over(request, directory)
        out.append(_prompt(request, prompt.seq, where, body, Urgency.CARD, None))
    return out


def _prompt(
    request: Request, seq: int, where: str, body: say.Said, urgency: Urgency, not_before: datetime | None
) -> Draft:
    slot = f"{request.ref}:prompt:{seq}"
    return Draft(f"{slot}:{request.version}", Op.PUT, where, body, slot=slot, urgency=urgency, not_before=not_before)


def _alarms(
    directory: Directory, request: Request, clock: Clock, entries: Sequence[Entry], at: datetime
) -> list[Draft]:
    """The copies of one matter: who is told now hears it ring, whoever was told before reads how it stands."""
    told = request.attention.of(clock.kind, clock.cycle)
    warned = [t for t in request.attention.warned if (t.clock, t.cycle) == (clock.kind, clock.cycle)]
    if not told and not warned:
        return []
    now = [e.event for e in entries if isinstance(e.event, Warned | Breached | Escalated)]
    mine = [event for event in now if (event.clock, event.cycle) == (clock.kind, clock.cycle)]
    resumed = (
        {e.event.by for e in entries if isinstance(e.event, LadderResumed)} if told and clock.running else set[str]()
    )
    ended = _ended(clock, entries)
    if not (mine or ended or (clock.running and any(isinstance(e.event, _MOVES) for e in entries))):
        return []
    new = {id for event in mine for id in ((event.to,) if isinstance(event, Warned) else event.to)} | resumed
    since = {id: t.at for t in (*warned, *told) for id in t.to}
    # Who asked for time and was told of nothing before reads on, too, once their time is over.
    since = {hold.by: hold.until for hold in request.attention.holds if told and hold.ran_out} | since
    since |= dict.fromkeys(resumed, at)
    name = f"{request.ref}:{clock.kind}:{clock.cycle}:breach"
    out: list[Draft] = []
    if told:
        first = any(isinstance(event, Breached) for event in mine)
        body = say.breach(request, directory, clock)
        out.append(_put(directory, request, name, "", body, told[0].at, at, first=first, ended=ended))
    heard = {id for t in told for id in t.to}
    for id, when in since.items():
        body = (
            say.breach(request, directory, clock, directory.person(id))
            if told and (id in heard or id in resumed or ended)
            else say.warning(request, directory, clock, directory.person(id))
        )
        first = id in new and not ended
        flooding = body.purpose == "breach"
        out.append(_put(directory, request, name, id, body, when, at, first=first, ended=ended, late=flooding))
    return out


def _put(
    directory: Directory,
    request: Request,
    name: str,
    to: str,
    body: say.Said,
    told: datetime,
    at: datetime,
    *,
    first: bool,
    ended: bool,
    late: bool = True,
) -> Draft:
    """One copy. A direct message waits for the end of its reader's quiet hours, unless the request is pressing."""
    person = directory.person(to)
    where = TRIAGE if to == TEAM else direct(to) if to else ALERTS
    rings = told
    if person is not None and not pressing(request):
        rings = reachable_at(person, told, directory.clients[request.client].settings)
    return Draft(
        f"{name}:{where}:{request.version}",
        Op.PUT,
        where,
        body,
        slot=f"{name}:{where}",
        urgency=Urgency.ALERT if first else Urgency.CARD,
        not_before=at if ended else max(rings, at),
        # Nothing rings after the end: who could not be reached before it is not told in the morning.
        withdrawn=ended and rings > at,
        amends=not first,
        again=first,
        flood=_flood(directory, request) if late else None,
    )


def _flood(directory: Directory, request: Request) -> Flood | None:
    """How many alerts are told on their own; a pressing one always is."""
    settings = directory.clients[request.client].settings
    return None if pressing(request) else Flood(settings.flood_alerts, settings.flood_minutes * 60)


def _ended(clock: Clock, entries: Sequence[Entry]) -> bool:
    """Whether its cycle ended by one of these entries."""
    # What a corrected class answers, it answered when it was said.
    said = {entry.event.said_at for entry in entries if isinstance(entry.event, MessageClassCorrected)}
    return clock.ended_at is not None and clock.ended_at in {entry.at for entry in entries} | said
