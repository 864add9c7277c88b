"""One attempt to deliver a message, and what its outcome means: arrived, told to wait, unclear, or never.

What may have arrived is put right as its op and its chat allow (`Op.mend`, `KeepsKeys`): looked for by its name, or
simply made again. Nothing is unclear for ever: docs/reliability.md says how each kind of message ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.codec import LaterFormat
from bot.desk.conversations import request_of
from bot.desk.fitting import fitted
from bot.desk.reopening import has_moved
from bot.domain.text import clean
from bot.messages.model import Card
from bot.messages.repeats import repeated
from bot.ports import (
    BROWSER,
    Astray,
    CannotTell,
    Chat,
    Dead,
    Dropped,
    Gone,
    Mend,
    MessageRef,
    NotThere,
    Op,
    Paused,
    Place,
    RateLimited,
    Refused,
    Repeat,
    RetryAt,
    Sending,
    SendResult,
    Sent,
    Store,
    Unclear,
    Unreachable,
    Urgency,
)
from bot.ports.lease import Held, LeaseOver, holding

log = logging.getLogger("steward.outbox")

LEASE = timedelta(seconds=60)
"""Machine time after which another process may take over a send."""
CALL = timedelta(seconds=25)
"""The longest a platform may take to answer. Begun in time, a call ends before its lease does."""
GRACE = timedelta(seconds=2)
"""Machine time before an unclear send is looked for: what is under way must be able to arrive."""

DEADLINES = {
    Urgency.ALERT: timedelta(minutes=2),
    Urgency.ANSWER: timedelta(minutes=10),
    Urgency.CARD: timedelta(minutes=10),
    Urgency.COPY: timedelta(minutes=10),
    Urgency.DIGEST: timedelta(hours=1),
}
"""Machine time for which a message is looked for of which nobody can tell. Then what people wait for goes once more,
marked; a digest does not, since the next one tells it all again."""
LOOKED = 5
"""Attempts, the first one and looks, before that: a desk that was away for the whole time looks more than once."""
UPGRADE = timedelta(minutes=5)
"""Machine time for which a message of a later release waits for a worker that can read it; then it is a person's to
send anew, and no more holds up what is behind it."""
LONG = timedelta(days=1)
"""Machine time after which a message to a platform that answers nothing at all is a person's to look at."""


@dataclass(frozen=True)
class Patience:
    """How often something is tried that fails each time, and how far apart the tries are at most."""

    tries: int
    apart: timedelta

    def next(self, failures: int) -> timedelta:
        """How long to wait after so many failures: twice as long each time."""
        return min(GRACE * 2 ** min(max(failures - 1, 0), 16), self.apart)


POSTING = Patience(12, timedelta(seconds=60))
"""For what was looked for each time, and is not there: the platform answers, and will not have it."""
REDOING = Patience(60, timedelta(seconds=60))
"""For what is made again without a look. Most of an hour: the platform may be gone as well."""
KNOCKING = Patience(100, timedelta(minutes=15))
"""For who knows a repetition by its key: about a day."""
LOOKS = timedelta(seconds=15)
"""How far apart looks are at most while an alert waits for one; four times that for all else."""


Mine = Callable[[], Awaitable[bool]]
"""Whether the others still know this process by the name under which it took the message."""


@dataclass
class _Try:
    """How far an attempt came."""

    until: datetime
    """The latest machine time at which a call may begin."""
    held: Held
    """What the platform's client looks at once more when it writes."""
    looking: bool = False
    asked: bool = False
    """Whether the platform was asked to do it."""


class Delivery:
    """Makes attempts; writes nothing."""

    def __init__(self, store: Store, chats: Mapping[str, Chat], clock: Clock, *, home: str) -> None:
        """`home` is the platform on which a direct conversation is opened for somebody who has none yet; whom it does
        not know the others are asked for."""
        self._store, self._chats, self._clock, self._home = store, chats, clock, home

    async def attempt(self, sending: Sending, lease_until: datetime, mine: Mine) -> SendResult | Astray:
        """Try once, within the time that the lease leaves."""
        if sending.unreadable is not None:
            return self._unread(sending, sending.unreadable)
        this = _Try(lease_until - CALL, Held(mine, lambda: self._clock.machine() < lease_until))
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                with holding(this.held):
                    return await self._call(sending, this)
        except RateLimited as wait:
            machine = self._clock.machine()
            if this.looking and not wait.everywhere and self._overdue(sending, machine):
                # Who may never look is told no more than who gets no answer.
                return self._not_told(sending, machine, wait, f"asked to {_reason(wait)} each time it was looked for")
            return Paused(machine + timedelta(seconds=wait.seconds), sending.place, wait.everywhere)
        except (Gone, NotThere) as gone:
            why = _reason(gone)
            log.warning("message %s was for what was deleted: %s", sending.key, why)
            return Astray(why, gone.thread if isinstance(gone, Gone) else None)
        except Refused as no:
            why = _reason(no)
            if sending.place is not None and await has_moved(self._store, sending.place):
                log.warning("message %s was for a thread of a channel that is elsewhere now: %s", sending.key, why)
                return Astray(why, sending.place)
            log.error("message %s cannot be sent: %s", sending.key, why)
            return Dead(why)
        except LeaseOver as over:
            log.warning("message %s was held for too long; whoever comes first sends it", sending.key)
            if this.asked and this.held.passed:
                return self._failed(sending, this, over)  # of several calls one may have been made
            return RetryAt(self._clock.machine())
        except (Exception, asyncio.CancelledError) as error:  # whatever else happened, it may have arrived
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
                raise  # it is this task that is to end, and not something the chat waited for
            log.warning("message %s may not have arrived: %s", sending.key, _reason(error))
            return self._failed(sending, this, error)

    # --- making it ------------------------------------------------------------------------------------

    async def _call(self, sending: Sending, this: _Try) -> SendResult:
        kind, _, reader = sending.conversation.partition(":")
        if kind == "dm" and sending.body is not None:
            person = (await self._store.directory()).people.get(reader)
            sending = replace(sending, body=fitted(sending.body, person)) if person else sending
        if sending.op is not Op.DELETE:
            await self._insist_here(sending)
        place, opened = sending.place, None
        if place is None:
            await self._in_time(this)
            opened = place = await self._direct(sending.conversation)
        # What stands there already is changed where it stands: its conversation may have moved to another platform.
        chat = self._chat(sending.ref.place if sending.ref else place)
        match sending.op:
            case Op.OPEN_THREAD:
                if sending.ref is None:
                    raise Refused("a thread needs the message it hangs from")
                await self._ask(this)
                return Sent(opened=await chat.open_thread(sending.ref, sending.title))
            case Op.DELETE:
                if sending.ref is not None:
                    await self._ask(this)
                    await chat.delete(sending.ref)
                return Sent(place=opened)
            case Op.PUT if sending.ref is not None and sending.body is not None:
                await self._ask(this)
                try:
                    return Sent(ref=await chat.edit(sending.ref, sending.body) or sending.ref)
                except Refused as no:
                    left = _left(sending.ref.place, place)
                    if not (left or isinstance(no, NotThere)):
                        raise
                    if not isinstance(sending.body, Card):
                        # Whoever took words away meant it: other words do not bring them back.
                        why = "what it belongs to goes on in another channel" if left else "it stays deleted"
                        return Dropped(f"{_reason(no)}; {why}")
                # Whoever took a card away did not mean that nobody sees its request any more.
                anew = replace(sending, name=f"{sending.name}@{sending.ref.message}", others=())
                chat = self._chat(place)
                there = await self._look(chat, place, anew, this)
                await self._ask(this)
                return Sent(ref=there or await chat.post(place, sending.body, key=anew.name))
            case Op.PUT | Op.POST:
                return await self._post(chat, place, opened, sending, this)

    async def _insist_here(self, sending: Sending) -> None:
        """Raise Refused where it is for somebody alone who has left: their account goes on reading in the chat, and
        must not read this. In the browser they read nothing."""
        kind, _, rest = sending.conversation.partition(":")
        private = kind == "request" and rest.endswith(":private")
        if not (kind == "dm" or private) or (sending.place and sending.place.platform == BROWSER):
            return
        directory, whose = await self._store.directory(), rest
        if private:
            request = await self._store.request(request_of(sending.conversation) or 0)
            whose = request.requester if request else ""
        person = directory.people.get(whose)
        if person is not None and not person.active:
            raise Refused(f"{person.name} has left: nothing is told to them in a chat any more")

    async def _post(self, chat: Chat, place: Place, opened: Place | None, sending: Sending, this: _Try) -> SendResult:
        body = sending.body
        if body is None:
            raise Refused("there is nothing to post")
        if sending.repeated:
            body = repeated(body)
        if sending.ambiguous and self._mend(sending) is Mend.LOOK:
            if there := await self._look(chat, place, sending, this):
                if sending.relived and sending.op is Op.PUT:
                    await self._ask(this)
                    there = await chat.edit(there, body) or there  # what stands there may be of the time that was lost
                return Sent(ref=there, place=opened)
            if sending.failures >= POSTING.tries:
                return Dead(f"tried {sending.failures} times, and it is not there: {sending.reason}")
            body = sending.body or body  # it is no repeat: nothing of it ever arrived
        await self._ask(this)
        ref = await chat.post(place, body, key=sending.name)
        # Who takes no direct messages is spoken with elsewhere, from now on.
        moved = opened is not None and ref.place.channel != opened.channel
        return Sent(ref=ref, place=ref.place if moved else opened)

    async def _look(self, chat: Chat, place: Place, sending: Sending, this: _Try) -> MessageRef | None:
        await self._in_time(this)
        this.looking = True
        for name in (sending.name, *sending.others):
            if there := await chat.find(place, name):
                break
        else:
            there = None
        this.looking = False
        return there

    async def _ask(self, this: _Try) -> None:
        """Right before the call: from here on it may have arrived."""
        await self._in_time(this)
        this.asked, this.held.passed = True, False

    async def _in_time(self, this: _Try) -> None:
        if not await this.held.mine() or self._clock.machine() > this.until:
            raise LeaseOver

    async def _direct(self, conversation: str) -> Place:
        kind, _, person = conversation.partition(":")
        if kind != "dm":
            raise Refused(f"the conversation {conversation} is nowhere yet")
        last = Unreachable(f"nobody knows where to find {person}")
        known = (await self._store.directory()).people.get(person)
        chosen = [known.home] if known and known.home in self._chats else []
        for platform in dict.fromkeys((*chosen, self._home, *self._chats)):
            try:
                return await self._chats[platform].direct(person)
            except Unreachable as nobody:
                last = nobody
        raise last

    def _chat(self, place: Place) -> Chat:
        chat = self._chats.get(place.platform)
        if chat is None:
            raise Refused(f"this desk is not connected to {place.platform}; connect it, or move the conversation")
        return chat

    # --- what a failure means -------------------------------------------------------------------------

    def _mend(self, sending: Sending) -> Mend:
        platform = sending.place.platform if sending.place else self._home
        edits = sending.op is Op.PUT and sending.ref is not None
        return Mend.AGAIN if edits or self._keeps_keys(platform) else sending.op.mend

    def _keeps_keys(self, platform: str) -> bool:
        return getattr(self._chats.get(platform), "keeps_keys", False) is True

    def _failed(self, sending: Sending, this: _Try, error: BaseException) -> SendResult:
        machine, why = self._clock.machine(), _reason(error)
        if this.looking:
            return self._not_told(sending, machine, error, why)
        if not this.asked:
            return self._not_begun(sending, machine, why)
        failures = sending.failures + 1
        if self._mend(sending) is Mend.AGAIN:
            knocking = sending.place is not None and self._keeps_keys(sending.place.platform)
            patience = KNOCKING if knocking else REDOING
            if failures >= patience.tries:
                return Dead(f"tried {failures} times: {why}")
            return RetryAt(machine + patience.next(failures), why, failed=True)
        return Unclear(machine + POSTING.next(failures), why, since=machine)

    def _not_begun(self, sending: Sending, machine: datetime, why: str) -> SendResult:
        """The platform, or the database, was gone before it could be asked."""
        first = sending.first_at or machine
        if machine - first >= LONG:
            return Dead(f"tried for a day: {why}")
        return RetryAt(machine + _later(machine - first, LOOKS * 4), why)

    def _unread(self, sending: Sending, error: ValueError) -> SendResult:
        """While workers of two releases run, the later one may have written it, and comes for it: this one waits for
        that, and for being upgraded, as long as its conversation can."""
        machine, why = self._clock.machine(), _reason(error)
        first = sending.first_at or machine
        if isinstance(error, LaterFormat) and machine - first < UPGRADE:
            return RetryAt(machine + _later(machine - first, LOOKS), why)
        log.error("message %s cannot be read: %s", sending.key, why)
        return Dead(why)

    def _not_told(self, sending: Sending, machine: datetime, error: BaseException, why: str) -> SendResult:
        """It was looked for, and there was no answer."""
        if self._overdue(sending, machine):
            if sending.urgency is Urgency.DIGEST:
                return Dropped(f"whether it arrived could not be told: {why}")
            if not sending.repeated:
                return Repeat(f"whether it arrived could not be told: {why}")
            if isinstance(error, CannotTell) or machine - (sending.first_at or machine) >= LONG:
                return Dead(f"it may have arrived, once or twice; nobody can tell: {why}")
        apart = LOOKS if sending.urgency is Urgency.ALERT else LOOKS * 4
        return Unclear(machine + _later(_lasted(sending, machine), apart), why)

    def _overdue(self, sending: Sending, machine: datetime) -> bool:
        """Whether it was looked for long enough, and often enough."""
        return _lasted(sending, machine) >= DEADLINES[sending.urgency] and sending.attempts >= LOOKED


def _lasted(sending: Sending, machine: datetime) -> timedelta:
    """How long it has been unclear. Of a desk that was brought back nobody knows since when: since it was tried first,
    then."""
    return machine - max(sending.unclear_since or machine, sending.first_at or machine)


def _later(lasted: timedelta, apart: timedelta) -> timedelta:
    """As long again as it has lasted."""
    return min(max(lasted, GRACE), apart)


def _left(was: Place, place: Place) -> bool:
    """Whether what stands in one channel belongs to another by now."""
    return replace(was, thread=None) != replace(place, thread=None)


def _reason(error: BaseException) -> str:
    """In one line that every database can hold: platforms say all kinds of things, and some errors cannot even say
    what they are."""
    try:
        said = str(error)
    except Exception:
        said = ""
    return clean(" ".join(said.split()))[:300] or type(error).__name__
