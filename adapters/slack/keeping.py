"""Slack is told that something was taken once it is carried out, or, where that takes longer, once it is kept.

What is kept outlives the process: the next one, or another one that shares the database, carries it out when its owner
is gone. Carried out twice it counts once, since the desk knows it by its event's id. Nothing is kept that opens
anything: a form whose trigger was lost with its process comes as a private message with a button.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.dispatching import App, carried_out
from adapters.slack.places import PLATFORM
from bot.desk.context import Desk
from bot.ports import Delivery

log = logging.getLogger("steward.slack")

COMMAND, PRESS, SHORTCUT, FORM, EVENT = "command", "press", "shortcut", "form", "event"
WAIT = {COMMAND: 0.3, PRESS: 0.3, SHORTCUT: 0.3, FORM: 2.2, EVENT: 2.2}
"""Seconds until it is kept instead of carried out first; Slack waits three, and shows a form's answer only so long."""
LONGEST = 2.8
"""Seconds after which Slack is told nothing, where it could not be kept either."""
ACTS = (COMMAND, PRESS, SHORTCUT)
ROOM = 10
"""Commands and presses that are carried out at a time: in a burst the first are done soon, instead of all of them
late. The others are kept at once."""
YIELD = 0.5
"""Seconds for which the next one of them waits at most while others are being written down: what is to be acknowledged
goes first."""
LEASE = timedelta(seconds=60)
"""How long somebody may work at one before others take it up, though they cannot tell that its owner is gone."""
LOOK, MANY = 2.0, 100
"""Seconds between two looks for what nobody works at, and how much is taken up at a time."""
SOON, SELDOM, LONG = timedelta(seconds=2), timedelta(minutes=5), timedelta(days=1)
"""Until it is tried again, at most, and in all."""
KEPT = "kept"
"""What a kept body is known by: that which its id was made of is left out of it."""
LATE = "late"
"""In Bolt's context: set once Slack shows no answer to a form any more."""
OPENS = ("token", "trigger_id", "response_url", "response_urls")
"""What is good for a moment, and to whoever has it."""

Body = Mapping[str, Any]


class Keeping:
    """Between Slack's deliveries, of either kind, and Bolt."""

    def __init__(self, app: App, desk: Desk) -> None:
        self._app, self._desk, self._deliveries = app, desk, desk.store.deliveries
        self._working: dict[str, asyncio.Task[BoltResponse]] = {}
        self._settling: set[asyncio.Task[None]] = set()
        self._finished: set[str] = set()
        self._forgetting: asyncio.Task[None] | None = None
        self._room = asyncio.Semaphore(ROOM)
        self._acts = 0
        """Commands and presses that were begun, those that wait for room among them."""
        self._writing = 0
        self._waiting = set[asyncio.Future[None]]()
        self._look_at = 0.0

    async def hear(self, request: AsyncBoltRequest) -> BoltResponse:
        """What Slack is answered; 200 only for what is carried out, or is kept."""
        request.body.pop(KEPT, None)
        kind, id = named(request.body)
        if not id:
            return await carried_out(self._app, request)
        if (task := self._working.get(id)) is None:
            # Told again while it is in work, it waits with the first.
            late = request.context[LATE] = asyncio.Event()
            task = self._begin(id, kind, request)
        else:
            late = asyncio.Event()
        await asyncio.wait({task}, timeout=0 if self._in_line(kind) else WAIT[kind])
        if task.done():
            return task.result()
        late.set()
        try:
            with self._being_written():
                await self._keep(id, kind, request.body)
        except Exception:
            log.exception("something that Slack told could not be kept")
            await asyncio.wait({task}, timeout=LONGEST - WAIT[kind])
            return task.result() if task.done() else BoltResponse(status=503)
        self._settle(id, task)
        return task.result() if task.done() else BoltResponse(status=200)

    @contextmanager
    def _being_written(self) -> Generator[None]:
        self._writing += 1
        try:
            yield
        finally:
            self._writing -= 1
            if not self._writing:
                for waiting in self._waiting:
                    if not waiting.done():
                        waiting.set_result(None)

    async def take_up(self) -> None:
        """Begin what somebody acknowledged and did not live to carry out."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + LOOK
        machine = self._desk.clock.machine()
        owner = await self._desk.store.workers.name()
        found = await self._deliveries.take_up(PLATFORM, machine, owner=owner, lease_until=machine + LEASE, limit=MANY)
        left = sum(each.tries == 1 and each.event_id not in self._working for each in found)
        if left:
            log.warning("of what Slack was told that it was taken %d had been left behind; it is carried out now", left)
        for each in found:
            if each.event_id not in self._working:
                late = asyncio.Event()
                late.set()
                body = {**json.loads(each.payload), KEPT: each.event_id}
                request = AsyncBoltRequest(mode="socket_mode", body=body, context={LATE: late})
                self._settle(each.event_id, self._begin(each.event_id, each.kind, request), each)

    async def stop(self) -> None:
        """Answers when what was begun has ended, or a moment later: what is kept by then is left to whoever comes."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=5)
        if self._settling:
            await asyncio.wait(self._settling, timeout=1)
        if self._forgetting is not None:
            await asyncio.wait({self._forgetting}, timeout=5)

    def _in_line(self, kind: str) -> bool:
        return kind in ACTS and self._acts > ROOM

    def _begin(self, id: str, kind: str, request: AsyncBoltRequest) -> asyncio.Task[BoltResponse]:
        self._acts += kind in ACTS
        task = self._working[id] = asyncio.create_task(self._carried_out(kind, request))
        task.add_done_callback(lambda _: self._working.pop(id, None))
        return task

    async def _carried_out(self, kind: str, request: AsyncBoltRequest) -> BoltResponse:
        if kind not in ACTS:
            return await carried_out(self._app, request)
        try:
            async with self._room:
                await self._written()
                return await carried_out(self._app, request)
        finally:
            self._acts -= 1

    async def _written(self) -> None:
        """Until nothing waits to be written down, or for a while."""
        if self._writing:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            await asyncio.wait({waiting}, timeout=YIELD)
            self._waiting.discard(waiting)

    async def _keep(self, id: str, kind: str, body: Body) -> None:
        now = self._desk.clock.machine()
        payload = json.dumps({name: value for name, value in body.items() if name not in OPENS})
        owner = await self._desk.store.workers.name()
        await self._deliveries.keep(Delivery(PLATFORM, id, kind, payload, now), owner=owner, lease_until=now + LEASE)

    def _settle(self, id: str, task: asyncio.Task[BoltResponse], kept: Delivery | None = None) -> None:
        settling = asyncio.create_task(self._settled(id, task, kept))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)

    async def _settled(self, id: str, task: asyncio.Task[BoltResponse], kept: Delivery | None) -> None:
        """What was carried out is forgotten, as is what cannot be read; all else is tried again."""
        await asyncio.wait({task})
        tries, at = (kept.tries, kept.at) if kept else (0, self._desk.clock.machine())
        failed = task.cancelled() or task.exception() is not None or task.result().status >= 500
        if failed and self._desk.clock.machine() - at < LONG:
            try:
                owner = await self._desk.store.workers.name()
                until = self._desk.clock.machine() + min(SOON * 2 ** min(tries, 10), SELDOM)
                await self._deliveries.put_off(PLATFORM, id, owner=owner, until=until)
            except Exception as error:
                log.warning("what failed is tried again once its lease is over: %s", error)
            return
        if failed:
            log.error("something that Slack told could not be carried out for a day; it is given up: %s", id)
        self._finished.add(id)
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget())

    async def _forget(self) -> None:
        """All that was carried out meanwhile at once. Where that fails they are taken up, and were done by then."""
        while self._finished:
            ids, self._finished = self._finished, set()
            try:
                await self._deliveries.forget(PLATFORM, ids)
            except Exception as error:
                log.warning("what was carried out could not be forgotten yet: %s", error)


def named(body: Body) -> tuple[str, str]:
    """What was delivered, and the id by which it counts once; empty for what does no harm when it is told again, or
    never."""
    try:
        return _named(body)
    except (AttributeError, KeyError, StopIteration, TypeError):
        return "", ""  # not as Slack's are: Bolt's listeners say so


def _named(body: Body) -> tuple[str, str]:
    trigger = str(body.get("trigger_id") or "")
    if body.get("command"):
        return (COMMAND, _id(body, COMMAND, trigger)) if trigger or KEPT in body else ("", "")
    match body.get("type"):
        case "event_callback" if body.get("event_id"):
            return EVENT, f"event:{body['event_id']}"
        case "block_actions":
            return PRESS, _id(body, PRESS, trigger or str(next(iter(body["actions"]))["action_ts"]))
        case "shortcut" | "message_action":
            return SHORTCUT, _id(body, SHORTCUT, trigger)
        case "view_submission":
            return FORM, f"form:{body['view']['id']}:{body['view'].get('hash')}"
        case _:
            return "", ""


def _id(body: Body, kind: str, made_of: str) -> str:
    kept = body.get(KEPT)
    return str(kept) if kept else f"{kind}:{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"
