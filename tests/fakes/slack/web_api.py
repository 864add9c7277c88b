"""The Web API's front door: reads a call as Slack does, checks the token, scopes, limits, and runs the method."""

from __future__ import annotations

import asyncio
import base64
import json
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiohttp import web
from fakes.slack.calls import JSON_FIELDS, METHODS, Given, Method
from fakes.slack.errors import RateLimited, SlackError
from fakes.slack.faults import Fault
from fakes.slack.record import Call
from fakes.slack.slack_things import Installation

if TYPE_CHECKING:
    from fakes.slack.fake_slack import FakeSlack

EVERYWHERE = {"team_id"}
"""What the SDK may add to any call."""


class WebApi:
    """Answers /api/{method}."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        slack, name = self._slack, request.match_info["method"]
        call = Call(name, {}, slack.times.now())
        slack.record.calls.append(call)
        method = METHODS.get(name)
        try:
            args, token = await _read(request, method)
        except SlackError as error:
            return self._answer(call, 200, error.body())
        call.given = {arg: json_in(arg, value) for arg, value in args.items()}
        fault = slack.faults.strike(name, call.given)
        fault.before()
        await asyncio.sleep(fault.delay)
        if (broken := self._broken(call, fault, request)) is not None:
            return broken
        status, answer, headers = await self._run(call, method, args, token)
        fault.after()
        slack.changed()
        response = self._answer(call, status, answer, headers)
        if fault.drop_answer:
            call.dropped = True
            _hang_up(request)
        return response

    def _broken(self, call: Call, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        if fault.drop:
            call.dropped = True
            _hang_up(request)
            return web.Response()
        if fault.garbage:
            call.status = 200
            return web.Response(text="<!DOCTYPE html><html><body>Server Error</body></html>", content_type="text/html")
        if fault.status == 429:
            limited = {"ok": False, "error": "ratelimited"}
            return self._answer(call, 429, limited, {"Retry-After": str(fault.retry_after)})
        if fault.status:
            call.status, call.answer = fault.status, {"ok": False, "error": f"http_{fault.status}"}
            return web.Response(status=fault.status, text="upstream connect error")
        return self._answer(call, 200, {"ok": False, "error": fault.error}) if fault.error else None

    async def _run(
        self, call: Call, method: Method | None, args: dict[str, Any], token: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        try:
            if method is None:
                raise SlackError("unknown_method", req_method=call.method)
            installation = self._who(method, token)
            call.team = installation.team.id if installation else None
            headers = _scopes(method, installation)
            if installation and method.scopes and not installation.scopes & set(method.scopes):
                needed, provided = ",".join(method.scopes), ",".join(sorted(installation.scopes))
                return 200, SlackError("missing_scope", needed=needed, provided=provided).body(), headers
            self._slack.pacing.method(call.method, call.team or "", method.tier)
            if unknown := args.keys() - method.known - EVERYWHERE:
                raise SlackError("invalid_arguments", *(f"unknown field: {name}" for name in sorted(unknown)))
            if missing := [name for name in sorted(method.needed) if args.get(name) in (None, "")]:
                raise SlackError("invalid_arguments", *(f"missing required field: {name}" for name in missing))
            answer = await method.work(Given(self._slack, args, installation))  # type: ignore[arg-type]
            return 200, {"ok": True, **answer}, headers
        except RateLimited as limited:
            return 429, limited.body(), {"Retry-After": str(limited.seconds)}
        except SlackError as error:
            return 200, error.body(), {}

    def _who(self, method: Method, token: str) -> Installation | None:
        world, app = self._slack.world, self._slack.app
        if method.token == "none":
            return None
        if not token:
            raise SlackError("not_authed")
        if token in world.revoked:
            raise SlackError("token_revoked")
        installation = world.tokens.get(token)
        if method.token == "app":
            if token != app.app_token:
                raise SlackError("not_allowed_token_type" if installation else "invalid_auth")
            if not app.app_token_scopes & set(method.scopes):
                needed, provided = ",".join(method.scopes), ",".join(sorted(app.app_token_scopes))
                raise SlackError("missing_scope", needed=needed, provided=provided)
            return None
        if installation is None:
            raise SlackError("not_allowed_token_type" if token == app.app_token else "invalid_auth")
        if app.installations.get(installation.team.id) is not installation:
            raise SlackError("account_inactive")
        return installation

    def _answer(
        self, call: Call, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None
    ) -> web.Response:
        call.status, call.answer = status, answer
        told = {"X-Slack-Req-Id": uuid4().hex, **(headers or {})}
        if off := self._slack.faults.clock_off:
            told["Date"] = formatdate(self._slack.times.wall() + off, usegmt=True)
        return web.json_response(answer, status=status, headers=told)


def json_in(name: str, value: Any) -> Any:
    """What a form carried as JSON, decoded, for whoever looks at it."""
    if name in JSON_FIELDS and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _scopes(method: Method, installation: Installation | None) -> dict[str, str]:
    if installation is None:
        return {}
    has = ",".join(sorted(installation.scopes))
    return {"X-OAuth-Scopes": has, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _read(request: web.Request, method: Method | None) -> tuple[dict[str, Any], str]:
    """The arguments, from the address, a form or JSON, and the token."""
    args: dict[str, Any] = dict(request.query)
    kind = request.content_type
    if request.method == "POST":
        if kind == "application/json":
            args |= {} if method and method.reads else await _json(request)
        elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        elif await request.read():
            raise SlackError("invalid_post_type" if kind != "application/octet-stream" else "missing_post_type")
    token = args.pop("token", "") if kind != "application/json" else ""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = given
    elif scheme.lower() == "basic":
        id, _, secret = base64.b64decode(given).decode().partition(":")
        args |= {"client_id": id, "client_secret": secret}
    return args, token


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        given = json.loads(await request.read() or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    return given
