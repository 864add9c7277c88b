"""The desk's side of the faulty chat: the `Chat` port over its socket, and the door for what people do in it."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx

from bot.codec import message_to_json
from bot.desk import front
from bot.desk.context import Desk, Heard
from bot.messages.model import Message, Ref, Said
from bot.ports import InboxId, MessageRef, Place, RateLimited, Refused
from bot.ports.lease import in_time, still_mine

PLATFORM, WORKSPACE = "faulty", "w"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""It is not encrypted, so that nobody's certificates need be read at each start."""
log = logging.getLogger("steward.faulty")


def place_of(channel: str, thread: str | None = None) -> Place:
    """A place of this chat."""
    return Place(PLATFORM, WORKSPACE, channel, thread)


class FaultyChat:
    """`Chat`; what the server does not answer clearly is unclear."""

    def __init__(self, port: int) -> None:
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=1.0, verify=NO_TLS)

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        body = message_to_json(message)
        done = await self._call("post", channel=place.channel, thread=place.thread, body=body, key=key, pid=os.getpid())
        return MessageRef(place, done["message"])

    async def edit(self, ref: MessageRef, message: Message) -> None:
        await self._call("edit", message=ref.message, body=message_to_json(message))

    async def delete(self, ref: MessageRef) -> None:
        await self._call("delete", message=ref.message)

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        done = await self._call("open_thread", message=ref.message, title=title)
        return place_of(ref.place.channel, done["thread"])

    async def direct(self, user: str) -> Place:
        return place_of((await self._call("direct", user=user))["channel"])

    async def find(self, place: Place, key: str) -> MessageRef | None:
        done = await self._call("find", channel=place.channel, key=key)
        return MessageRef(place_of(place.channel, done["thread"]), done["message"]) if done["message"] else None

    async def close(self) -> None:
        await self._client.aclose()

    async def _call(self, op: str, **given: Any) -> Any:
        answer = await self._client.post(f"/{op}", json=given, extensions={"trace": _asks})
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(float(answer.headers["retry-after"]))
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise Refused(f"there is nothing to {op}")
        if not answer.is_success:
            raise ConnectionError(f"the chat answered {answer.status_code}")
        return answer.json()


async def _asks(step: str, _: object) -> None:
    """What each chat's client owes the desk: it looks at the lease right before it writes."""
    if step == "http11.send_request_headers.started":
        await still_mine()
    elif step == "http11.send_request_body.started":
        in_time()


class NaiveChat(FaultyChat):
    """Nobody looks before sending again: what most bots do. The control that must fail."""

    async def find(self, place: Place, key: str) -> MessageRef | None:
        return None


class Door:
    """Hands what people did to the desk's front door, each a call with its event's id, and acknowledges it."""

    def __init__(self, port: int, desk: Desk, wake: Callable[[], Awaitable[object]]) -> None:
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5.0, verify=NO_TLS)
        self._desk, self._wake = desk, wake
        self._room = asyncio.Semaphore(8)
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is cancelled."""
        waking = asyncio.create_task(self._keep_waking())
        self._under_way.add(waking)
        try:
            while True:
                try:
                    events = (await self._client.post("/events", json={"wait": 0.5})).json()
                except httpx.HTTPError as error:
                    log.warning("the chat tells nothing: %s", error)
                    await asyncio.sleep(0.2)
                    continue
                for event in events:
                    await self._room.acquire()
                    task = asyncio.create_task(self._take(event))
                    self._under_way.add(task)
                    task.add_done_callback(self._done)
        finally:
            for task in self._under_way:
                task.cancel()
            await self._client.aclose()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()

    async def _take(self, event: dict[str, Any]) -> None:
        try:
            answer = await self._handle(event)
            await self._client.post("/ack", json={"id": event["id"], "answer": answer})
            self._news.set()
        except Exception as error:  # not acknowledged, so it comes again
            log.warning("the event %s was not taken: %s", event["id"], error)

    async def _keep_waking(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._wake()
            except Exception:
                log.exception("the desk did not wake; its own wakes go on")

    async def _handle(self, event: dict[str, Any]) -> dict[str, Any]:
        id = InboxId(PLATFORM, event["id"])
        actor, place = event["actor"], place_of(event["channel"], event["thread"])
        if event["kind"] == "hear":
            at = datetime.fromisoformat(event["at"])
            heard = Heard(MessageRef(place, event["message"]), actor, at, event["text"])
            answer = await front.hear(self._desk, actor, heard, event=id)
        else:
            answer = await front.run(self._desk, actor, event["name"], event["args"], place=place, event=id)
        said = answer.message
        opened = said.lines[0] if isinstance(said, Said) and said.purpose == "opened" else ()
        return {
            "purpose": getattr(said, "purpose", ""),
            "number": next((span.number for span in opened if isinstance(span, Ref)), None),
            "form": answer.form is not None,
            "words": message_to_json(said)[:400] if said else "",
        }
