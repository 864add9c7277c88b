"""Another stand-in for Slack than the tests' own, as somebody writes one in an afternoon: it knows few methods, tells
little, and checks nothing. The desk relies on no more than that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.face import Config, SlackFace
from adapters.slack.places import PLATFORM
from bot.clock import SystemClock
from bot.desk import front
from bot.desk.context import Desk, Rules
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client
from bot.outbox import Relay
from bot.ports import DirectoryEdit, RequestQuery
from storage import open_store


class Plain:
    """It answers what it must, and for all else the same word; people are ids."""

    def __init__(self, otherwise: Mapping[str, Any]) -> None:
        self._otherwise = otherwise
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[dict[str, Any]] = []
        self.connected = asyncio.Event()
        self._socket: web.WebSocketResponse | None = None
        self._acked: dict[str, dict[str, Any]] = {}
        self._numbers = 0
        self.port = 0

    async def method(self, request: web.Request) -> web.Response:
        """`/api/chat.postMessage` and so on."""
        name = request.match_info["name"]
        given = dict(await request.json()) if request.content_type == "application/json" else dict(await request.post())
        self.calls.append((name, given))
        self._numbers += 1
        answers: dict[str, dict[str, Any]] = {
            "auth.test": {"team_id": "T1", "user_id": "UBOT"},
            "apps.connections.open": {"url": f"ws://127.0.0.1:{self.port}/socket"},
            "chat.postMessage": {"ts": f"1764400000.{self._numbers:06d}"},
            "chat.update": {},
            "chat.postEphemeral": {},
        }
        return web.json_response({"ok": True, **answers[name]} if name in answers else self._otherwise)

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Where envelopes go out and acknowledgements come in."""
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello"})
        self.connected.set()
        async for frame in socket:
            said = json.loads(frame.data)
            self._acked[said["envelope_id"]] = said
        return socket

    async def answer(self, request: web.Request) -> web.Response:
        """What a command is answered."""
        self.answers.append(await request.json())
        return web.Response()

    async def tell(self, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Answers how it was acknowledged."""
        self._numbers += 1
        id = f"envelope-{self._numbers}"
        assert self._socket is not None
        await self._socket.send_json({"envelope_id": id, "type": kind, "payload": payload})
        return await self.until(lambda: self._acked.get(id))

    async def command(self, user: str, channel: str, text: str, **more: Any) -> dict[str, Any]:
        """`/desk` with these words."""
        said = {"command": "/desk", "text": text, "user_id": user, "channel_id": channel, "team_id": "T1"}
        address = f"http://127.0.0.1:{self.port}/answer"
        return await self.tell("slash_commands", {**said, "response_url": address, "trigger_id": text, **more})

    async def until(self, there: Callable[[], Any], within: float = 20.0) -> Any:
        """What is there at last."""
        async with asyncio.timeout(within):
            while not (found := there()):  # noqa: ASYNC110 -- nothing tells of it
                await asyncio.sleep(0.02)
        return found

    def said(self, channel: str) -> list[str]:
        """What was posted there."""
        return [
            str(given["text"])
            for name, given in self.calls
            if name == "chat.postMessage" and given["channel"] == channel
        ]


@asynccontextmanager
async def plain(otherwise: Mapping[str, Any]) -> AsyncIterator[Plain]:
    """It listens, on loopback."""
    there = Plain(otherwise)
    app = web.Application()
    app.router.add_route("*", "/api/{name}", there.method)
    app.router.add_get("/socket", there.socket)
    app.router.add_post("/answer", there.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        there.port = runner.addresses[0][1]
        yield there
    finally:
        await runner.cleanup()


@pytest.mark.asyncio
@pytest.mark.parametrize("otherwise", [{"ok": True}, {"ok": False, "error": "unknown_method"}], ids=["ok", "unknown"])
async def test_a_desk_at_a_slack_that_tells_little(
    sqlite_url: str, otherwise: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
):
    """Nobody has a name or a direct conversation there: whom the settings name by their ids come in, the client's
    request has its card and its receipt, and Sam claims it. Whoever is on no list reads whom to ask; where the desk
    itself breaks, whoever typed is told so."""

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a defect")

    store, clock = await open_store(sqlite_url), SystemClock()
    try:
        acme = Client("ACME", "Acme", "Europe/London")
        hours = office_hours(acme)
        policies = (policy_for(acme, hours, Level.SILVER),)
        await store.edit_directory(DirectoryEdit(clients=(acme,), calendars=(hours,), policies=policies))
        async with plain(otherwise) as slack:
            config = Config(
                "xoxb-1",
                "xapp-1",
                api_url=f"http://127.0.0.1:{slack.port}/api/",
                staff=("USAM",),
                clients={"ACME": ("UDANA",)},
                channels={"triage": "CTRIAGE", "alerts": "CALERTS", "ACME": "CACME"},
            )
            desk = Desk(store, clock, Rules())
            face = SlackFace(config, desk)
            relay = Relay(store, {PLATFORM: face.chat}, clock, home=PLATFORM)
            face.open()
            face.start()
            try:
                await slack.until(slack.connected.is_set)
                await face.follow()

                async def sent(channel: str, words: str) -> str:
                    async with asyncio.timeout(20):
                        while not (found := [text for text in slack.said(channel) if words in text]):
                            await relay.drain()
                            await asyncio.sleep(0.02)
                    return found[0]

                await slack.command("UDANA", "CACME", "new The export fails")
                assert (await slack.until(lambda: slack.answers))[0]["text"].startswith("That is ACME-1.")
                await sent("CACME", "ACME-1: Received.")
                await sent("CTRIAGE", "The export fails")
                await slack.command("USAM", "CTRIAGE", "claim 1")
                (request,) = await store.requests(RequestQuery())
                assert request.owner == "usam"
                await slack.command("UEVE", "CACME", "my")
                assert "I do not know you yet" in (await slack.until(lambda: slack.answers[2:]))[0]["text"]
                monkeypatch.setattr(front, "run_text", broken)
                acked = await slack.command("UDANA", "CACME", "my")
                assert "Something went wrong on our side" in str(acked["payload"])
            finally:
                await face.stop()
                await relay.stop()
                await face.close()
    finally:
        await store.close()
