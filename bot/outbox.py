"""The relay: from the outbox to the chats. Intent is committed before each call, and how it ended after it.

What may or may not have arrived is looked for by its name before it is sent again, so that nothing is posted twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.clock import Clock
from bot.desk.fitting import fitted
from bot.ports import (
    Chat,
    Dead,
    MessageRef,
    Op,
    Place,
    RateLimited,
    Refused,
    RetryAt,
    Sending,
    SendResult,
    Sent,
    Store,
    Unclear,
)

log = logging.getLogger("steward.outbox")

LEASE = timedelta(seconds=60)
"""Machine time after which another process may take over a send."""
GRACE = timedelta(seconds=2)
"""Machine time before an unclear send is looked for: what is under way must be able to arrive."""
BATCH = 50
ATTEMPTS = 12


class Relay:
    """Sends what is ready, most urgent first, one at a time in each conversation."""

    def __init__(self, store: Store, chats: Mapping[str, Chat], clock: Clock, *, home: str) -> None:
        """`home` is the platform on which a direct conversation is opened for somebody who has none yet."""
        self._store = store
        self._chats = chats
        self._clock = clock
        self._home = home
        self._lock = asyncio.Lock()

    async def drain(self) -> int:
        """Send until nothing is ready; answers how many were sent. One round at a time in a process.

        What a vanished sender left behind is taken over first.
        """
        sent = 0
        async with self._lock:
            await self._recover(await self._store.workers.name())
            while True:
                # Asked for each time: it is another one where the connection broke that proves this process alive.
                owner = await self._store.workers.name()
                if not (taken := await self._take(owner)):
                    return sent
                results = await asyncio.gather(*(self._send(sending) for sending in taken))
                for sending, result in zip(taken, results, strict=True):
                    await self._store.settle(sending.id, owner, result)
                    sent += isinstance(result, Sent)

    async def _recover(self, owner: str) -> None:
        machine = self._clock.machine()
        if left := await self._store.recover(machine, owner=owner, look_at=machine + GRACE):
            log.warning("%d messages were left half sent; they are looked for before they go again", left)

    async def _take(self, owner: str) -> tuple[Sending, ...]:
        machine = self._clock.machine()
        return await self._store.claim_outbox(
            now=self._clock.now(), machine=machine, owner=owner, lease_until=machine + LEASE, limit=BATCH
        )

    async def _send(self, sending: Sending) -> SendResult:
        try:
            return await self._call(sending)
        except RateLimited as wait:
            return RetryAt(self._clock.machine() + timedelta(seconds=wait.seconds))
        except Refused as no:
            log.error("message %s cannot be sent: %s", sending.key, no)
            return Dead(str(no))
        except Exception as error:  # whatever else happened, it may have arrived: rule 6 of the relay
            log.warning("message %s may not have arrived: %s", sending.key, error)
            if sending.attempts >= ATTEMPTS:
                return Dead(f"tried {sending.attempts} times: {error}")
            backoff = GRACE * 2 ** min(sending.attempts - 1, 6)
            return Unclear(self._clock.machine() + backoff, str(error))

    async def _call(self, sending: Sending) -> SendResult:
        kind, _, reader = sending.conversation.partition(":")
        if kind == "dm" and sending.body is not None:
            person = (await self._store.directory()).people.get(reader)
            sending = replace(sending, body=fitted(sending.body, person)) if person else sending
        place, opened = sending.place, None
        if place is None:
            opened = place = await self._direct(sending.conversation)
        chat = self._chat(place)
        match sending.op:
            case Op.OPEN_THREAD:
                if sending.ref is None:
                    raise Refused("a thread needs the message it hangs from")
                return Sent(opened=await chat.open_thread(sending.ref, sending.title))
            case Op.DELETE:
                if sending.ref is not None:
                    await chat.delete(sending.ref)
                return Sent(place=opened)
            case Op.PUT if sending.ref is not None and sending.body is not None:
                await chat.edit(sending.ref, sending.body)
                return Sent(ref=sending.ref)
            case Op.PUT | Op.POST:
                return Sent(ref=await self._post(chat, place, sending), place=opened)

    async def _post(self, chat: Chat, place: Place, sending: Sending) -> MessageRef:
        if sending.body is None:
            raise Refused("there is nothing to post")
        for name in (sending.name, *sending.others) if sending.ambiguous else ():
            if there := await chat.find(place, name):
                if sending.relived and sending.op is Op.PUT:
                    await chat.edit(there, sending.body)  # what stands there may be of the time that was lost
                return there
        return await chat.post(place, sending.body, key=sending.name)

    async def _direct(self, conversation: str) -> Place:
        kind, _, person = conversation.partition(":")
        if kind != "dm":
            raise Refused(f"the conversation {conversation} is nowhere yet")
        return await self._chats[self._home].direct(person)

    def _chat(self, place: Place) -> Chat:
        chat = self._chats.get(place.platform)
        if chat is None:
            raise Refused(f"this desk is not connected to {place.platform}; connect it, or move the conversation")
        return chat
