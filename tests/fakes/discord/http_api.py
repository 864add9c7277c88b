"""The API's front door: reads a request as Discord does, checks the token and the limits, and runs the route."""

from __future__ import annotations

import asyncio
import json
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web
from fakes.discord.errors import DiscordError, RateLimited
from fakes.discord.faults import Fault
from fakes.discord.record import Call
from fakes.discord.routes import Given, Route, Upload, find

if TYPE_CHECKING:
    from fakes.discord.fake_discord import FakeDiscord

UNKNOWN = (404, {"message": "404: Not Found", "code": 0})
NOT_ALLOWED = (405, {"message": "405: Method Not Allowed", "code": 0})
NOBODY = (401, {"message": "401: Unauthorized", "code": 0})
PAGE = "<!DOCTYPE html><html><body>cloudflare</body></html>"
MAJOR = ("channel_id", "guild_id", "webhook_id", "interaction_id")


class HttpApi:
    """Answers /api/v10/…"""

    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        discord = self._discord
        path = unquote(request.raw_path.partition("?")[0]).removeprefix("/api/v10")
        route, at, known = find(request.method, path)
        name = route.name if route else f"{request.method} {path}"
        call = Call(name, path, discord.times.now(), {**at, **request.query}, reason=_reason(request))
        discord.record.calls.append(call)
        given = Given(discord, at, dict(request.query), None)
        try:
            await _read(request, given)
            call.given, call.files = given.body, [file.filename for file in given.files.values()]
        except DiscordError as error:
            return self._answer(call, error.status, error.body())
        fault = discord.faults.strike(name, given.body)
        if fault is not None:
            fault.before()
            await asyncio.sleep(fault.delay)
            if (broken := self._broken(call, fault, request)) is not None:
                return broken
        if route is None:
            return self._answer(call, *(NOT_ALLOWED if known else UNKNOWN))
        if route.token and request.headers.get("Authorization") != f"Bot {discord.app.token}":
            return self._answer(call, *NOBODY)
        response = await self._run(call, route, given)
        return await self._after(fault, call, request, response) if fault else response

    async def _run(self, call: Call, route: Route, given: Given) -> web.Response:
        headers: dict[str, str] = {}
        try:
            if route.token:
                self._discord.pacing.anything()
            headers = self._discord.pacing.route(route.bucket, route.name, _major(given.at))
            answer = await route.work(given)
        except RateLimited as limited:
            return self._limited(call, limited, headers)
        except DiscordError as error:
            return self._answer(call, error.status, error.body(), headers)
        except Exception as bug:
            # No answer of Discord's: one that discord.py does not try again five times.
            self._discord.record.complaints.append(f"the fake itself failed at {call.route}: {bug!r}")
            return self._answer(call, 418, {"message": traceback.format_exc(), "code": 0})
        finally:
            self._discord.changed()
        return self._answer(call, 200 if answer is not None else 204, answer, headers)

    def _broken(self, call: Call, fault: Fault, request: web.Request) -> web.Response | None:
        call.meant = True
        if fault.drop:
            return _hang_up(call, request)
        if fault.garbage:
            call.status = fault.status or 502
            return web.Response(status=call.status, text=PAGE, content_type="text/html")
        if fault.status == 429:
            return self._limited(call, RateLimited(fault.retry_after, everywhere=fault.everywhere), {})
        if fault.code:
            error = DiscordError(fault.code, status=fault.status)
            return self._answer(call, error.status, error.body())
        if fault.status:
            return self._answer(call, fault.status, {"message": f"{fault.status}: upstream", "code": 0})
        call.meant = False
        return None

    async def _after(self, fault: Fault, call: Call, request: web.Request, response: web.Response) -> web.Response:
        fault.after()
        if fault.held is not None:
            await fault.held.wait()
        if fault.drop_answer:
            return _hang_up(call, request)
        if fault.fail_after:
            call.meant = True
            return self._answer(call, fault.fail_after, {"message": f"{fault.fail_after}: upstream", "code": 0})
        return response

    def _limited(self, call: Call, limited: RateLimited, headers: dict[str, str]) -> web.Response:
        told = {"Via": "1.1 google", "Retry-After": str(max(1, round(limited.seconds)))}
        told["X-RateLimit-Scope"] = limited.scope
        if limited.everywhere:
            told["X-RateLimit-Global"] = "true"
        return self._answer(call, 429, limited.body(), {**headers, **told})

    def _answer(self, call: Call, status: int, answer: Any, headers: dict[str, str] | None = None) -> web.Response:
        call.status, call.answer = status, answer
        if answer is None:
            return web.Response(status=status, headers=headers)
        # Exactly this: a charset behind it, and discord.py takes the answer for text.
        told = {**(headers or {}), "Content-Type": "application/json"}
        return web.Response(status=status, body=json.dumps(answer).encode(), headers=told)


def _reason(request: web.Request) -> str | None:
    reason = request.headers.get("X-Audit-Log-Reason")
    return unquote(reason) if reason else None


def _major(at: dict[str, str]) -> str:
    return "+".join(at[name] for name in MAJOR if name in at)


def _hang_up(call: Call, request: web.Request) -> web.Response:
    call.dropped = True
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _read(request: web.Request, given: Given) -> None:
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            name, content = part.name or "", bytes(await part.read())
            if name == "payload_json":
                given.body = _json(content)
            elif name.startswith("files[") and part.filename:
                given.files[name[6:-1]] = Upload(part.filename, content)
            else:
                raise DiscordError(50035, say=f"Invalid Form Body: an unknown part {name!r}")
        return
    content = await request.read()
    if not content:
        return
    if request.headers.get("Content-Type") != "application/json":
        raise DiscordError(50035, say="Expected \"Content-Type\" header to be one of {'application/json'}.", status=400)
    given.body = _json(content)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise DiscordError(50109) from None
