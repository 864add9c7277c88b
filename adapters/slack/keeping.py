"""Slack is told that something was taken once it is carried out, or, where that takes longer, once it is kept.

Where more comes than can be carried out at once it is written down first, and carried out one after the other.
What is kept outlives the process: the next one, or another one that shares the database, carries it out when its owner
is gone. Carried out twice it counts once, since the desk knows it by its event's id. Nothing is kept that opens
anything: a form whose trigger was lost with its process comes as a private message with a button.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.dispatching import App, carried_out
from adapters.slack.places import PLATFORM
from adapters.slack.told import ACTS, COMMAND, EVENT, FORM, KEPT, PRESS, SHORTCUT, named, payload
from bot.desk.context import Desk
from bot.desk.kept_deliveries import KeptDeliveries
from bot.ports import Delivery

WAIT = {COMMAND: 0.3, PRESS: 0.3, SHORTCUT: 0.3, FORM: 2.2, EVENT: 2.2}
"""Seconds until it is kept instead of carried out first; Slack waits three, and shows a form's answer only so long."""
LONGEST = 2.8
"""Seconds after which Slack is told nothing, where it could not be kept either."""
FEW, ROOM = 3, 10
"""Commands and presses under way beyond which the next is written down first; and how many of them are carried out at
a time: in a burst the first are done soon, instead of all of them late."""
YIELD = 0.2
"""Seconds for which the next in line waits at most while others are being written down: what is to be acknowledged
goes first."""
LATE = "late"
"""In Bolt's context: set once Slack shows no answer to a form any more."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Something that is on the disk, and that nobody has begun to carry out."""

    kind: str
    request: AsyncBoltRequest
    kept: Delivery | None = None
    """As it was taken up from there."""


class Keeping:
    """Between Slack's deliveries, of either kind, and Bolt."""

    def __init__(self, app: App, desk: Desk) -> None:
        self._app, self._clock = app, desk.clock
        self._deliveries = KeptDeliveries(desk, PLATFORM)
        self._working: dict[str, asyncio.Task[BoltResponse]] = {}
        self._acts: set[asyncio.Task[BoltResponse]] = set()
        """Commands and presses among them."""
        self._line: dict[str, InLine] = {}
        """The first one is the next; by id."""
        self._working_off: asyncio.Task[None] | None = None
        self._settling: set[asyncio.Task[None]] = set()

    async def hear(self, request: AsyncBoltRequest) -> BoltResponse:
        """What Slack is answered; 200 only for what is carried out, or is kept."""
        request.body.pop(KEPT, None)
        kind, id = named(request.body)
        if not id:
            return await carried_out(self._app, request)
        task = self._working.get(id)
        if task is None and kind in ACTS and (self._line or len(self._acts) >= FEW):
            if await self._kept(id, kind, request):
                self._stand(id, InLine(kind, request))
                return BoltResponse(status=200)
            task = self._working.get(id)
        # Told again while it is in work, it waits with the first.
        late = asyncio.Event()
        if task is None:
            request.context[LATE] = late
            task = self._begin(id, kind, request)
        await asyncio.wait({task}, timeout=WAIT[kind])
        if task.done():
            return task.result()
        late.set()
        if not await self._kept(id, kind, request):
            await asyncio.wait({task}, timeout=LONGEST - WAIT[kind])
            return task.result() if task.done() else BoltResponse(status=503)
        self._settle(id, task)
        return task.result() if task.done() else BoltResponse(status=200)

    async def take_up(self) -> None:
        """Begin what somebody acknowledged and did not live to carry out."""
        for each in await self._deliveries.take_up(lambda id: id in self._working or id in self._line):
            body = {**json.loads(each.payload), KEPT: each.event_id}
            request = AsyncBoltRequest(mode="socket_mode", body=body)
            if each.kind in ACTS:
                self._stand(each.event_id, InLine(each.kind, request, each))
            else:
                self._settle(each.event_id, self._begin_late(each.event_id, each.kind, request), each)

    async def stop(self) -> None:
        """Answers when what was begun has ended, or a moment later: what is kept by then is left to whoever comes."""
        if self._working_off is not None:
            self._working_off.cancel()
            await asyncio.wait({self._working_off})
        if self._working:
            await asyncio.wait(self._working.values(), timeout=5)
        if self._settling:
            await asyncio.wait(self._settling, timeout=1)
        await self._deliveries.stop()

    def _begin(self, id: str, kind: str, request: AsyncBoltRequest) -> asyncio.Task[BoltResponse]:
        task = self._working[id] = asyncio.create_task(carried_out(self._app, request))
        task.add_done_callback(lambda _: self._working.pop(id, None))
        if kind in ACTS:
            self._acts.add(task)
            task.add_done_callback(self._acts.discard)
        return task

    def _begin_late(self, id: str, kind: str, request: AsyncBoltRequest) -> asyncio.Task[BoltResponse]:
        late = request.context[LATE] = asyncio.Event()
        late.set()
        return self._begin(id, kind, request)

    def _stand(self, id: str, what: InLine) -> None:
        """At the end of the line, where it does not stand there, or is in work, already."""
        if id not in self._working:
            self._line.setdefault(id, what)
        if self._working_off is None or self._working_off.done():
            self._working_off = asyncio.create_task(self._work_off())

    async def _work_off(self) -> None:
        while self._line:
            if len(self._acts) >= ROOM:
                await asyncio.wait(self._acts, return_when=asyncio.FIRST_COMPLETED)
                continue
            await self._deliveries.calm(YIELD)
            id = next(iter(self._line))
            what = self._line.pop(id)
            self._settle(id, self._begin_late(id, what.kind, what.request), what.kept)

    async def _kept(self, id: str, kind: str, request: AsyncBoltRequest) -> bool:
        """Whether it could be written down."""
        return await self._deliveries.keep(id, kind, payload(request.body))

    def _settle(self, id: str, task: asyncio.Task[BoltResponse], kept: Delivery | None = None) -> None:
        settling = asyncio.create_task(self._settled(id, task, kept))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settled(self, id: str, task: asyncio.Task[BoltResponse], kept: Delivery | None) -> None:
        """What was carried out is forgotten, as is what cannot be read; all else is tried again."""
        await asyncio.wait({task})
        failed = task.cancelled() or task.exception() is not None or task.result().status >= 500
        if not failed:
            self._deliveries.finish(id)
            return
        tries, at = (kept.tries, kept.at) if kept else (0, self._clock.machine())
        await self._deliveries.put_off(id, tries=tries, at=at)
