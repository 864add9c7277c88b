"""Threads and posts that somebody deleted where they stood: they are made anew in the same channel, with what waited,
and say so.

A platform may tell of it (`thread_gone`), or say no when something is sent there (`astray`) or read (`backfill.py`). A
thread that is lost is nowhere from then on, so that what is to be said in it waits; in the same transaction its request
gets another one. Who is told twice, or by two ways, changes nothing: every key has the name of what was lost in it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.desk import publishing
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, client_side, direct, request_of, team_thread
from bot.domain.events import Status
from bot.domain.names import read_ref
from bot.domain.people import Role
from bot.domain.request import Request
from bot.messages import anew
from bot.ports import (
    Astray,
    Change,
    Conflict,
    Dead,
    Draft,
    Dropped,
    Op,
    Place,
    RetryAt,
    Sending,
    SendResult,
    Store,
    Urgency,
)

log = logging.getLogger("steward.reopening")

APART = timedelta(minutes=1)
"""Machine time between two new threads of one conversation: somebody may have set up a bot that deletes each."""
_TRIES = 5


async def thread_gone(desk: Desk, place: Place) -> None:
    """A platform tells that a thread was deleted. Open requests go on in another one at once; of those that ended it is
    found out once there is something to say."""
    await _reopened(desk.store, desk.clock, place, suppressed=desk.suppressed)


async def channel_gone(desk: Desk, place: Place, name: str = "", *, archived: bool = False) -> None:
    """A platform tells that a channel was deleted, or archived. Where it is one of the desk's, managers hear of it once
    a day at most: only people can make another one."""
    conversation = await desk.store.conversation_at(place)
    if conversation is None or request_of(conversation) is not None or conversation.startswith("dm:"):
        return
    what = "archived" if archived else "deleted"
    log.error("the channel of %s in %s was %s", conversation, place.platform, what)
    directory, at = await desk.store.directory(), desk.now()
    said = anew.channel(
        directory, conversation, name, place.platform, place.workspace, desk.rules.command, archived=archived
    )
    # Where the alerts go is gone as well: to each manager in person.
    alone = await desk.store.binding(ALERTS) == place
    to = [direct(each.id) for each in directory.staff(Role.MANAGER)] if alone else [ALERTS]
    key = f"channel:{place.platform}/{place.workspace}/{place.channel}:{what}:{at:%Y-%m-%d}"
    drafts = tuple(Draft(f"{key}:{where}", Op.POST, where, said, urgency=Urgency.ALERT) for where in to)
    await desk.store.commit(Change(outbox=drafts, suppressed=desk.suppressed, at=at))


async def put_out(desk: Desk, platform: str, workspace: str, name: str = "") -> None:
    """A platform tells that the desk was put out of a server. Where any of its channels are there, managers hear of it
    once a day at most: only people can invite it again."""
    bound = (await desk.store.bindings()).items()
    here = {each for each, place in bound if (place.platform, place.workspace) == (platform, workspace)}
    lost = sorted(each for each in here if request_of(each) is None and not each.startswith("dm:"))
    if not lost:
        return
    log.error("the desk was put out of %s in %s, where %s is", workspace, platform, ", ".join(lost))
    directory, at = await desk.store.directory(), desk.now()
    said = anew.put_out(directory, lost, name, platform, desk.rules.command)
    to = [direct(each.id) for each in directory.staff(Role.MANAGER)] if ALERTS in here else [ALERTS]
    key = f"put-out:{platform}/{workspace}:{at:%Y-%m-%d}"
    drafts = tuple(Draft(f"{key}:{where}", Op.POST, where, said, urgency=Urgency.ALERT) for where in to)
    await desk.store.commit(Change(outbox=drafts, suppressed=desk.suppressed, at=at))


async def has_moved(store: Store, place: Place) -> bool:
    """Whether it is a thread in a channel that its conversation has left, since people bound it to another one: as
    where the channel was deleted, or archived."""
    for name in await store.conversations_at(place) if place.thread else ():
        number = request_of(name)
        request = await store.request(number) if number else None
        if request is None or (request.private and name != team_thread(request.number)):
            continue
        home = await store.binding(TRIAGE if name == team_thread(request.number) else client_channel(request.client))
        if home is not None and replace(home, thread=None) != replace(place, thread=None):
            return True
    return False


async def astray(store: Store, clock: Clock, sending: Sending, lost: Astray) -> SendResult:
    """A message could not go where it was to go. Answers how its send ends: it goes again, or something in its place
    does; it is dead where nothing can be made anew."""
    if lost.thread is None or sending.op is Op.OPEN_THREAD:
        return await _head_gone(store, clock, sending, lost)
    if lost.thread not in (sending.place, sending.ref.place if sending.ref else None):
        return Dead(lost.reason)  # it was meant for somewhere else, and would be again
    in_thread = request_of(sending.conversation) is not None or sending.conversation.startswith("dm:")
    if not in_thread and _heads(sending.slot)[1] is None:
        return Dead(lost.reason)  # a post of a forum's that is no request's
    wait = await _reopened(store, clock, lost.thread, needed=sending.conversation)
    if wait is None:
        return Dead(lost.reason)
    return RetryAt(clock.machine() + wait, lost.reason)


async def _reopened(
    store: Store, clock: Clock, place: Place, *, needed: str = "", suppressed: bool = False
) -> timedelta | None:
    """How long what is `needed` has to wait besides; None where it is no thread that can be made anew."""
    for _ in range(_TRIES):
        try:
            return await _tried(store, clock, place, needed, suppressed)
        except Conflict:
            continue  # it was found out by two ways at once, and the other was first
    raise RuntimeError(f"others change where {needed or place.thread} is, again and again")


async def _tried(store: Store, clock: Clock, place: Place, needed: str, suppressed: bool) -> timedelta | None:
    machine, wait = clock.machine(), timedelta()
    lost: list[str] = []
    drafts: list[Draft] = []
    there = await store.conversations_at(place)
    for name in there:
        number = request_of(name)
        request = await store.request(number) if number else None
        if request is None and not name.startswith("dm:"):
            if name == needed:
                return None
            continue
        if not needed and request is not None and not _goes_on(request):
            continue
        left = await _too_soon(store, name, machine)
        if left and name in await store.conversations_at(place):  # or somebody else has just seen to it
            wait = max(wait, left) if name == needed else wait
            continue
        lost.append(name)
        if request is not None:
            drafts += await _anew(store, request, name, place.thread or place.channel, clock.now())
    # What was under way when it was found out may stand there by name, though its conversation has moved.
    left_behind = (place,) if needed and needed not in there else ()
    if lost or left_behind:
        moved = tuple((name, place) for name in lost)
        await store.commit(
            Change(lost=moved, emptied=left_behind, outbox=tuple(drafts), suppressed=suppressed, at=clock.now())
        )
        log.warning("a thread was deleted in %s: %s", place.platform, ", ".join(lost) or needed)
        for name in lost:
            await store.put_mark(_mark(name), machine)
    return wait


async def _head_gone(store: Store, clock: Clock, sending: Sending, lost: Astray) -> SendResult:
    """The thread that was to be opened can be none again: its request gets another one. What changes a message that
    was deleted alone is seen to by whoever delivers it."""
    number, kind = _heads(sending.slot)
    request = await store.request(number) if number else None
    if request is None or kind is None:
        return Dead(lost.reason)
    if sending.op is not Op.OPEN_THREAD or not sending.opens:
        return Dead(lost.reason)
    if left := await _too_soon(store, sending.opens, clock.machine()):
        return RetryAt(clock.machine() + left, lost.reason)
    token = sending.ref.message if sending.ref else ""
    drafts = await _anew(store, request, sending.opens, token, clock.now())
    await store.commit(Change(outbox=tuple(drafts), at=clock.now()))
    await store.put_mark(_mark(sending.opens), clock.machine())
    return Dropped("its thread was deleted, and another one is opened")


async def _anew(store: Store, request: Request, conversation: str, token: str, at: datetime) -> Sequence[Draft]:
    if conversation not in (team_thread(request.number), client_side(request)):
        return ()  # where a request was before it was made private: nothing more is said there
    directory, history = await store.directory(), await store.history(request.number)
    return publishing.thread_anew(directory, request, history, conversation, token, at=at)


async def _too_soon(store: Store, conversation: str, machine: datetime) -> timedelta | None:
    """How long until it may be made anew again."""
    last = await store.mark(_mark(conversation))
    left = last + APART - machine if last else timedelta()
    return left if timedelta() < left <= APART else None


def _heads(slot: str | None) -> tuple[int, str | None]:
    """The number of the request whose card, or first message, stands in a slot, and which of them; None for others."""
    name, _, kind = (slot or "").partition(":")
    named = read_ref(name)
    known = kind in ("card", publishing.ROOT, f"{publishing.ROOT}{publishing.PRIVATE}")
    return (named.number, kind) if named and known else (0, None)


def _mark(conversation: str) -> str:
    return f"reopened:{conversation}"


def _goes_on(request: Request) -> bool:
    """Whether anybody is to write in its threads without being asked first."""
    return request.status.is_open or request.status is Status.RESOLVED
