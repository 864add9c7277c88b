"""Another stand-in for Discord than the tests' own, as somebody writes one in an afternoon: it has the few routes that
are used, counts its ids, answers callbacks with nothing, has no webhooks. The desk relies on no more than that."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.face import Config, DiscordFace
from adapters.discord.places import PLATFORM
from bot.clock import SystemClock
from bot.desk.context import Desk, Rules
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client
from bot.outbox import Relay
from bot.ports import DirectoryEdit, RequestQuery
from storage import open_store

NOW = "2026-03-03T10:00:00.000000+00:00"
BOT, GUILD, TRIAGE, ALERTS, ACME, SAM, DANA, EVE = (str(10**17 + number) for number in range(8))
NAMES = {BOT: "steward", SAM: "sam", DANA: "dana", EVE: "eve"}


def user(id: str) -> dict[str, Any]:
    """Somebody."""
    return {"id": id, "username": NAMES[id], "discriminator": "0", "avatar": None, "bot": id == BOT}


def member(id: str) -> dict[str, Any]:
    """The same in the server."""
    return {"user": user(id), "roles": [], "joined_at": NOW, "deaf": False, "mute": False, "flags": 0}


def channel(id: str) -> dict[str, Any]:
    """A text channel."""
    return {"id": id, "type": 0, "guild_id": GUILD, "name": f"c{id}", "position": 0, "permission_overwrites": []}


def thread(id: str, parent: str, name: str) -> dict[str, Any]:
    """A public thread."""
    about = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": NOW, "locked": False}
    made = {"id": id, "type": 11, "guild_id": GUILD, "parent_id": parent, "name": name, "owner_id": BOT}
    return {**made, "message_count": 0, "member_count": 1, "thread_metadata": about}


def server() -> dict[str, Any]:
    """Everybody may everything."""
    everybody = {"id": GUILD, "name": "@everyone", "color": 0, "hoist": False, "position": 0, "permissions": "8"}
    return {
        "id": GUILD,
        "name": "Firm",
        "owner_id": SAM,
        "roles": [{**everybody, "managed": False, "mentionable": False}],
        "emojis": [],
        "features": [],
        "channels": [channel(id) for id in (TRIAGE, ALERTS, ACME)],
        "threads": [],
        "members": [],
    }


class Plain:
    """It answers what it must, and for all else that there is nothing."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.there = asyncio.Event()
        self.port = self._numbers = self._sequence = 0
        self._messages: dict[str, dict[str, Any]] = {}
        self._socket: web.WebSocketResponse | None = None

    def number(self) -> str:
        """The next id, which is no time."""
        self._numbers += 1
        return str(2 * 10**17 + self._numbers)

    def message(self, where: str, given: Mapping[str, Any], by: str = BOT) -> dict[str, Any]:
        """One that is there from now on."""
        id = self.number()
        known = {"content": given.get("content") or "", "components": given.get("components") or []}
        made = {"id": id, "channel_id": where, "author": user(by), "timestamp": NOW, "edited_timestamp": None, **known}
        self._messages[id] = {
            **made, "tts": False, "mention_everyone": False, "mentions": [], "attachments": [], "embeds": [],
            "pinned": False, "type": 0, "nonce": given.get("nonce"),
        }  # fmt: skip
        return self._messages[id]

    async def called(self, request: web.Request) -> web.Response:
        """`/api/v10/…`."""
        path = request.match_info["path"]
        given: Any = await request.json() if request.can_read_body else {}
        self.calls.append((request.method, path, given))
        answer = self._answer(request.method, path.split("/"), given)
        if answer is None:
            return web.Response(status=204)
        status = 404 if answer.get("message") == "Not Found" else 200
        return web.Response(body=json.dumps(answer.get("list", answer)), status=status, content_type="application/json")

    def _answer(self, method: str, path: list[str], given: Any) -> dict[str, Any] | None:
        match (method, *path):
            case ("GET", "users", "@me"):
                return user(BOT)
            case ("GET", "oauth2" | "applications", *_, "@me"):
                # What discord.py itself will not do without.
                bot = {"bot_public": False, "bot_require_code_grant": False, "verify_key": "", "owner": user(SAM)}
                return {"id": BOT, "name": "Steward", "icon": None, "description": "", "flags": 1 << 19, **bot}
            case ("GET", "gateway", *_):
                limit = {"total": 9, "remaining": 9, "reset_after": 1, "max_concurrency": 1}
                return {"url": f"ws://127.0.0.1:{self.port}/socket", "shards": 1, "session_start_limit": limit}
            case (_, "applications", _, "commands") | ("GET", "channels", _, "messages"):
                return {"list": []}
            case ("GET", "guilds", _, "threads", "active"):
                return {"threads": [], "members": []}
            case ("GET", "guilds", _, "members", id):
                return member(id)
            case ("GET", "guilds", _):
                return server()
            case ("GET", "channels", id) if id in (TRIAGE, ALERTS, ACME):
                return channel(id)
            case ("POST", "channels", where, "messages"):
                return self.message(where, given)
            case (_, "channels", _, "messages", id) if id in self._messages:
                return self._messages[id]
            case ("POST", "channels", where, "messages", id, "threads"):
                return thread(id, where, given["name"])
            case ("POST", "users", "@me", "channels"):
                who = str(given["recipient_id"])
                return {"id": f"3{who[1:]}", "type": 1, "recipients": [user(who)]}
            case ("POST", "interactions", *_):
                return None
        return {"message": "Not Found", "code": 0}

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """The gateway."""
        self._socket = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}})
        async for frame in socket:
            match json.loads(frame.data)["op"]:
                case 1:
                    await socket.send_json({"op": 11})
                case 2:
                    session = {
                        "session_id": "s",
                        "shard": [0, 1],
                        "resume_gateway_url": f"ws://127.0.0.1:{self.port}/socket",
                    }
                    app = {"id": BOT, "flags": 1 << 19}
                    await self.tell(
                        "READY", {"v": 10, "user": user(BOT), "guilds": [{"id": GUILD}], "application": app, **session}
                    )
                    await self.tell("GUILD_CREATE", server())
                    self.there.set()
        return socket

    async def tell(self, name: str, data: Any) -> None:
        """An event, to whoever is connected."""
        self._sequence += 1
        assert self._socket is not None
        await self._socket.send_json({"op": 0, "t": name, "s": self._sequence, "d": data})

    async def command(self, who: str, where: str, name: str, **options: str) -> str:
        """Answers what it is answered in its place."""
        id = self.number()
        words = [{"type": 3, "name": name, "value": value} for name, value in options.items()]
        data = {"id": "1", "name": "desk", "type": 1, "options": [{"type": 1, "name": name, "options": words}]}
        used = {"id": id, "application_id": BOT, "type": 2, "token": f"token{id}", "guild_id": GUILD, "data": data}
        place = {"channel_id": where, "channel": channel(where), "member": {**member(who), "permissions": "8"}}
        await self.tell("INTERACTION_CREATE", {**used, **place, "entitlements": [], "locale": "en-GB"})
        return str(await self.until(lambda: [c for c in self.calls if c[1].startswith(f"interactions/{id}/")]))

    async def says(self, who: str, where: str, text: str) -> dict[str, Any]:
        """A message."""
        written = self.message(where, {"content": text}, who)
        await self.tell("MESSAGE_CREATE", {**written, "guild_id": GUILD, "member": member(who)})
        return written

    async def until(self, there: Callable[[], Any], within: float = 20.0) -> Any:
        """What is there at last."""
        async with asyncio.timeout(within):
            while not (found := there()):  # noqa: ASYNC110 -- nothing tells of it
                await asyncio.sleep(0.02)
        return found

    def said(self, where: str) -> list[str]:
        """What was posted there."""
        return [
            json.dumps(given)
            for method, path, given in self.calls
            if (method, path) == ("POST", f"channels/{where}/messages")
        ]


@asynccontextmanager
async def plain() -> AsyncIterator[Plain]:
    """It listens, on loopback."""
    there = Plain()
    app = web.Application()
    app.router.add_get("/socket", there.socket)
    app.router.add_get("/socket/", there.socket)
    app.router.add_route("*", "/api/{path:.*}", there.called)
    runner = web.AppRunner(app)
    await runner.setup()
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        there.port = runner.addresses[0][1]
        yield there
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
        await runner.cleanup()


@pytest.mark.asyncio
async def test_a_desk_at_a_discord_that_tells_little(sqlite_url: str):
    """Dana's request has its card and its receipt, in threads; Sam's claim counts; a stranger reads whom to ask. Events
    that nobody could read end nothing, and what is written after them is heard, as of now though its number says
    otherwise."""
    store, clock = await open_store(sqlite_url), SystemClock()
    try:
        acme = Client("ACME", "Acme", "Europe/London")
        hours = office_hours(acme)
        policies = (policy_for(acme, hours, Level.SILVER),)
        await store.edit_directory(DirectoryEdit(clients=(acme,), calendars=(hours,), policies=policies))
        async with plain() as there:
            config = Config(
                "MTE.x.y",
                f"http://127.0.0.1:{there.port}/api",
                f"ws://127.0.0.1:{there.port}/socket",
                staff=(SAM,),
                clients={"ACME": (DANA,)},
                channels={"triage": TRIAGE, "alerts": ALERTS, "ACME": ACME},
            )
            face = DiscordFace(config, Desk(store, clock, Rules()))
            face.wire.ready_timeout = 0.1
            relay = Relay(store, {PLATFORM: face.chat}, clock, home=PLATFORM)
            face.open()
            face.start()
            try:
                await asyncio.wait_for(face.wire.there.wait(), 20)
                await face.follow()

                async def sent(where: str, words: str) -> None:
                    async with asyncio.timeout(20):
                        while not any(words in text for text in there.said(where)):
                            await relay.drain()
                            await asyncio.sleep(0.02)

                assert "That is ACME-1." in await there.command(DANA, ACME, "new", title="The export fails")
                await sent(ACME, "ACME-1: Received.")
                await sent(TRIAGE, "The export fails")
                await there.command(SAM, TRIAGE, "claim", request="1")
                await there.until(lambda: any("is yours" in str(call) for call in there.calls))
                (request,) = await store.requests(RequestQuery())
                assert request.owner == "sam"
                await there.command(EVE, ACME, "my")
                await there.until(lambda: any("I do not know you yet" in str(call) for call in there.calls))
                for odd in ({"id": "5"}, [1], None, {"channel_id": ACME, "id": {}}):
                    await there.tell("MESSAGE_CREATE", odd)
                    await there.tell("INTERACTION_CREATE", odd)
                written = await there.says(DANA, ACME, "The printer smokes")
                ticket: dict[str, Any] = {"user_id": DANA, "member": member(DANA), "guild_id": GUILD}
                ticket |= {"channel_id": ACME, "message_id": written["id"]}
                ticket |= {"emoji": {"id": None, "name": "🎫"}, "burst": False, "type": 0}
                await there.tell("MESSAGE_REACTION_ADD", ticket)
                await sent(TRIAGE, "The printer smokes")
                found = await store.requests(RequestQuery())
                assert len(found) == 2
                assert all((clock.now() - each.opened_at).total_seconds() < 60 for each in found)
            finally:
                await face.stop()
                await relay.stop()
                await face.close()
    finally:
        await store.close()
