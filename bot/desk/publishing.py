"""Who hears what of a fact: the one place that turns a request's new entries into messages on their way out.

A key makes each message once only, so the card and both threads may be asked for again at every change: what is there
already stays, what an import left out appears when it is first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import copies, telling
from bot.desk.context import may_see
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, client_side, direct, team_thread
from bot.desk.copies import Copy
from bot.domain.clocks import Clock
from bot.domain.events import (
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    ClientWrote,
    Closed,
    Entry,
    FollowedUp,
    MadePrivate,
    MarkedUrgent,
    MessageClass,
    NoteAdded,
    Opened,
    Rated,
    RatingAsked,
    RatingExplained,
    RatingSkipped,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resolved,
    Resumed,
    Reworded,
    UrgencyLifted,
    WordsErased,
)
from bot.domain.parts import LOW
from bot.domain.people import Directory, Role
from bot.domain.policy import REPLY_CLOCKS, ClockKind
from bot.domain.request import Request
from bot.domain.said import sayings
from bot.messages import anew, merging
from bot.messages import client as to_client
from bot.messages import rating as rating_words
from bot.messages import team as to_team
from bot.messages.model import Message
from bot.messages.words import owner_of
from bot.ports import Draft, Op, Urgency

ROOT = "root"
"""The slot of what a request's thread in its client's channel hangs from, after its name."""
PRIVATE = ":private"
"""After the name of a slot that stands with the requester alone."""


def drafts(
    directory: Directory,
    request: Request,
    entries: Sequence[Entry],
    *,
    at: datetime,
    written_in: str | None,
    before: Request | None = None,
) -> tuple[Draft, ...]:
    """All messages that these entries cause, the card first; `before` is the request as it stood."""
    number, name = request.number, request.ref
    out = [
        Draft(
            f"{name}:card:{request.version}",
            Op.PUT,
            TRIAGE,
            to_team.card(request, directory),
            slot=f"{name}:card",
            urgency=Urgency.CARD,
        ),
        Draft(
            f"{name}:team-thread",
            Op.OPEN_THREAD,
            TRIAGE,
            slot=f"{name}:card",
            opens=team_thread(number),
            title=f"{name} {request.title}",
            urgency=Urgency.CARD,
        ),
    ]
    told: list[Draft] = []

    def tell(seq: int | str, conversation: str, body: Message, urgency: Urgency = Urgency.ANSWER) -> None:
        key = f"{name}:{seq}:{conversation}"
        # Where the client's people read, each is a slot: a request made private can take back what it said.
        slot = key if conversation == client else None
        told.append(Draft(key, Op.PUT if slot else Op.POST, conversation, body, slot=slot, urgency=urgency))

    said = sayings(entries)

    def repeat(seq: int, copy: Copy, conversation: str) -> None:
        told.append(copies.put(directory, request, said[seq], copy, conversation))

    client, team = client_side(request), team_thread(number)
    owner = owner_of(request, directory)
    for index, entry in enumerate(entries):
        seq = entry.seq
        previous = entries[index - 1].event if index else None
        following = entries[index + 1].event if index + 1 < len(entries) else None
        match entry.event:
            case Opened(messages=messages):
                repeat(seq, Copy.WORDS, team)
                several = len(messages) > 1 and request.source == "message" and not request.private
                if several or (said[seq].files and not messages):
                    repeat(seq, Copy.SAID, client)  # its thread hangs from the first line, or from words of the desk's
                told.append(_receipt(request, directory, at))
            case MarkedUrgent() | UrgencyLifted():
                # The time there is another one, and nobody marks twice what is marked; an import has no receipt.
                told.append(replace(_receipt(request, directory, at), amends=True))
                told += telling.drafts(directory, request, entry, at=at)
            case Reworded() | WordsErased():
                # The receipt names it too; the card and the client's root follow every change.
                told.append(_receipt(request, directory, at))
            case Assigned(to=to):
                tell(seq, client, to_client.has_it(request, directory, at))
                if to and to != entry.by:
                    told.append(_yours(request, seq, direct(to), to_team.handed(request, directory, entry.by)))
            case ClientWrote(cls=cls):
                if written_in != client:
                    repeat(seq, Copy.SAID, client)
                repeat(seq, Copy.WROTE, team)
                if cls is MessageClass.SUBSTANCE and owner and not isinstance(previous, Reopened):
                    repeat(seq, Copy.NEWS, direct(owner.id))
            case Replied(imported=False):
                if not isinstance(following, AskedClient) and written_in != client:
                    repeat(seq, Copy.REPLY, client)
                repeat(seq, Copy.SENT, team)
            case NoteAdded() if written_in != team:
                repeat(seq, Copy.NOTE, team)
            case AskedClient():
                slot = telling.asked_slot(request, entry.at, client)
                question = to_client.waiting(request, directory, entry.by)
                told.append(Draft(slot, Op.PUT, client, question, slot=slot))
            case ResolutionAnnounced(closes_at=closes_at):
                by, slot = request.resolved_by or entry.by, telling.works_slot(request, client)
                question = to_client.resolved(request, directory, by, closes_at)
                told.append(Draft(slot, Op.PUT, client, question, slot=slot))
            case Closed():
                days = directory.clients[request.client].settings.reopen_days
                tell(seq, client, to_client.closed(request, at + timedelta(days=days)))
            case Reopened(reason=reason, client_knew=knew):
                if knew:
                    # After the words that reopened it, where those are repeated in the thread.
                    tell(seq, client, to_client.reopened(request, directory, at), Urgency.CARD)
                where = _owner(request, directory)
                told.append(_yours(request, seq, where, to_team.reopened(request, directory, reason)))
            case Cancelled(into=into):
                tell(seq, client, merging.merged_away(request) if into else to_client.cancelled(request))
            case RatingAsked() | RatingSkipped() | Rated() | RatingExplained() | FollowedUp():
                told += _rating(request, directory, entry)
            case Breached(silent=False, to=heard) as breached if heard:
                clock = _clock(request, breached.clock, breached.cycle)
                # Named after what is late, not after the entry: a desk that lives that time again says it once.
                matter = f"late:{breached.clock}:{breached.cycle}:{breached.due_at:%Y%m%dT%H%M%S}"
                if clock is not None and clock.kind in (*REPLY_CLOCKS, ClockKind.PROMISE) and clock.running:
                    what = "news" if clock.promised else "a reply"
                    tell(matter, client, to_client.late(request, directory, breached.due_at, heard, what))
                elif clock is not None and clock.running and _fix_was_promised(directory, request, breached):
                    tell(matter, client, to_client.late_fix(request, directory, breached.due_at, at))
            case _:
                told += telling.drafts(directory, request, entry, at=at)
    told += telling.promise(directory, request, entries)
    told += telling.pages(directory, request, entries)
    told += _settled(request, entries)
    told += telling.waits_over(directory, before, request, entries)
    told += telling.works_over(directory, before, request, entries)
    if any(isinstance(entry.event, ResolutionAnnounced | Closed | Cancelled | Reopened) for entry in entries):
        told.append(replace(_receipt(request, directory, at), amends=True, urgency=Urgency.CARD))
    if request.source != "message" or request.withdrawn:
        out += _client_thread(request, directory)
    if request.private:
        out += _stakeholders(request, directory)
    if request.withdrawn and any(isinstance(entry.event, MadePrivate) for entry in entries):
        out.append(_receipt(request, directory, at))
    return (*out, *told)


def _fix_was_promised(directory: Directory, request: Request, breached: Breached) -> bool:
    """Whether the client is told that the solution is late: never of a time that a change of priority put in the past,
    which nobody had named to them."""
    told = directory.clients[request.client].settings.tell_late_fix
    return told and breached.clock is ClockKind.RESOLUTION and breached.cause == "elapsed"


def _yours(request: Request, seq: int, where: str, body: Message) -> Draft:
    """To whoever has it, or the team: one message that comes anew each time."""
    slot = f"{request.ref}:yours:{where}"
    return Draft(f"{slot}:{seq}", Op.PUT, where, body, slot=slot, again=True)


def _settled(request: Request, entries: Sequence[Entry]) -> list[Draft]:
    """What told somebody to act keeps its words and loses its buttons, once there is nothing to do about it."""
    facts = [entry.event for entry in entries]
    done = any(isinstance(fact, Resolved | Closed | Cancelled) for fact in facts) and not request.status.is_open
    made = {entry.seq for entry in entries}
    slots: list[tuple[str, str]] = []
    if done:
        places = (*map(direct, request.attention.owners), TRIAGE)
        slots += [(f"{request.ref}:{what}:{where}", where) for where in places for what in ("yours", "chase")]
    if done or any(isinstance(fact, Replied | ClientWrote | Assigned) for fact in facts):
        slots += [
            (copies.slot(request, seq, Copy.NEWS, direct(to)), direct(to))
            for seq, to in request.attention.news
            if seq not in made
        ]
    for fact in facts:
        match fact:
            case Assigned(from_=str(before)):
                slots.append((f"{request.ref}:chase:{direct(before)}", direct(before)))
            case Assigned(to=str()):
                slots.append((f"{request.ref}:yours:{TRIAGE}", TRIAGE))  # it asked the team who has it now
            case Resumed():
                places = (*map(direct, request.attention.owners), TRIAGE)
                slots += [(f"{request.ref}:chase:{where}", where) for where in places]
            case _:
                pass
    urgency = Urgency.CARD
    return [
        Draft(f"{slot}:settled:{request.version}", Op.PUT, where, slot=slot, urgency=urgency, amends=True)
        for slot, where in dict.fromkeys(slots)
    ]


def _stakeholders(request: Request, directory: Directory) -> list[Draft]:
    """Whom a private request is shared with gets a copy of its first message, which shows where it stands."""
    body = to_client.shared(request, directory)
    # Somebody who has left the client, or the firm, is told nothing more.
    still = [id for id in request.stakeholders if (who := directory.person(id)) and may_see(who, request)]
    slots = [(f"{request.ref}:{ROOT}{PRIVATE}:{id}", direct(id)) for id in still]
    return [Draft(f"{slot}:{request.version}", Op.PUT, where, body, slot=slot) for slot, where in slots]


def _receipt(request: Request, directory: Directory, at: datetime) -> Draft:
    """The acknowledgement in the client's thread; it follows the title."""
    client = client_side(request)
    name = f"{request.ref}:receipt{PRIVATE if request.private else ''}"
    return Draft(f"{name}:{request.version}", Op.PUT, client, to_client.receipt(request, directory, at), slot=name)


def _rating(request: Request, directory: Directory, entry: Entry) -> list[Draft]:
    """The question in the client's thread turns into thanks; the team hears of each answer, managers of a low one."""
    rating, seq, name = request.rating, entry.seq, request.ref
    if rating is None:
        return []
    out: list[Draft] = []

    def put(what: str, conversation: str, body: Message, urgency: Urgency) -> None:
        slot = f"{name}:{what}:{rating.asked}:{conversation}"
        out.append(Draft(f"{slot}:{seq}", Op.PUT, conversation, body, slot=slot, urgency=urgency))

    if rating.asked:
        put("rating", client_side(request), rating_words.question(request, directory), Urgency.ANSWER)
    if rating.score:
        put("rated", team_thread(request.number), rating_words.told(request, directory), Urgency.COPY)
    if 0 < rating.score <= LOW:
        body, first = rating_words.low(request, directory), isinstance(entry.event, Rated)
        for where in (ALERTS, *(direct(manager.id) for manager in directory.staff(Role.MANAGER))):
            # Who manages only since then does not hear first of how it ended.
            slot = f"{name}:low-rating:{rating.asked}:{where}"
            urgency = Urgency.ALERT
            out.append(Draft(f"{slot}:{seq}", Op.PUT, where, body, slot=slot, urgency=urgency, amends=not first))
    return out


def _clock(request: Request, kind: ClockKind, cycle: int) -> Clock | None:
    return next((c for c in request.sla.clocks if c.kind is kind and c.cycle == cycle), None)


def _owner(request: Request, directory: Directory) -> str:
    """Where its owner reads; the triage channel where nobody has it, or somebody who has left."""
    owner = owner_of(request, directory)
    return direct(owner.id) if owner else TRIAGE


def elsewhere(request: Request, directory: Directory, *, at: datetime) -> tuple[Draft, ...]:
    """A private request's thread once more, where its requester is spoken with by now."""
    drafts = (*_client_thread(request, directory), _receipt(request, directory, at))
    return tuple(replace(draft, key=f"{draft.key}:moved:{directory.version}") for draft in drafts)


def card_anew(request: Request, directory: Directory, lost: str) -> tuple[Draft, ...]:
    """The card once more, in place of the one of that name that is gone, or is to go."""
    slot = f"{request.ref}:card"
    body = to_team.card(request, directory)
    key = f"{slot}:{request.version}:anew:{lost}"
    return (Draft(key, Op.PUT, TRIAGE, body, slot=slot, urgency=Urgency.CARD, again=True),)


def thread_anew(
    directory: Directory, request: Request, entries: Sequence[Entry], conversation: str, lost: str, *, at: datetime
) -> tuple[Draft, ...]:
    """Another thread in place of the one of that name that was deleted, with what people need in it: that it goes on
    here, what it is about, and what they were asked. More urgent than all that waits to be said there, so as to stand
    above it."""
    if conversation == team_thread(request.number):
        first = (*card_anew(request, directory, lost), *_opened(request, f"{request.ref}:card", TRIAGE, conversation))
        inside = [copies.put(directory, request, sayings(entries)[1], Copy.WORDS, conversation, again=True)]
        said = anew.team(request)
    else:
        first = tuple(_client_thread(request, directory))
        if not request.private and request.source == "message" and not request.withdrawn:
            # It hung from their own words, whose thread there may never be again.
            first = (replace(first[0], body=anew.client_root(request)), first[1])
        inside = [_receipt(request, directory, at), *telling.open_questions(request, directory, entries)]
        said = anew.client(request, directory)
    slot = f"{request.ref}:goes-on:{lost}:{conversation}"
    inside.insert(0, Draft(slot, Op.PUT, conversation, said, slot=slot))
    root = replace(first[0], again=True)
    above = [replace(draft, urgency=Urgency.ALERT) for draft in inside]
    return tuple(replace(draft, key=f"{draft.key}:anew:{lost}") for draft in (root, *first[1:], *above))


def _opened(request: Request, slot: str, channel: str, opens: str) -> tuple[Draft, ...]:
    title = f"{request.ref} {request.title}"
    key = f"{request.ref}:team-thread"
    return (Draft(key, Op.OPEN_THREAD, channel, slot=slot, opens=opens, title=title, urgency=Urgency.CARD),)


def _client_thread(request: Request, directory: Directory) -> list[Draft]:
    """What did not start as a message in the client's channel gets one there, and its thread; what is private gets both
    in its requester's direct conversation."""
    name = request.ref
    channel = direct(request.requester) if request.private else client_channel(request.client)
    root, thread = (f"{name}:{what}{PRIVATE if request.private else ''}" for what in (ROOT, "client-thread"))
    return [
        Draft(f"{root}:{request.version}", Op.PUT, channel, to_client.root(request, directory), slot=root),
        Draft(
            thread,
            Op.OPEN_THREAD,
            channel,
            slot=root,
            opens=client_side(request),
            title=f"{name} {request.title}",
        ),
    ]
