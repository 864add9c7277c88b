"""One call of a program: whose token it is, how fast it asks, and how the desk's refusals are answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.pace import Pace
from adapters.web.api.problems import Problem, missing
from bot.desk import front, tokens
from bot.desk.context import Busy, Context, Desk, Forbidden, Stranger, Unseen
from bot.domain.refusal import Declined
from bot.domain.request import NotAllowed
from bot.domain.tokens import Token
from bot.messages.model import Answer, Arg
from bot.ports import InboxId, Reused

log = logging.getLogger("steward.api")

PLATFORM = "api"
"""Whose events these are, to the desk's memory."""
_KEY_LIMIT = 200


@dataclass(frozen=True)
class Api:
    """The API's parts, made once in wiring.py."""

    desk: Desk
    wake: Callable[[], Awaitable[None]]
    pace: Pace


@dataclass(frozen=True)
class Call:
    """One call, by somebody who may come in."""

    api: Api
    request: Request
    token: Token
    context: Context

    async def act(self, command: str, args: Mapping[str, Arg], body: object = None) -> Answer:
        """Do it by the desk's front door; with an Idempotency-Key once, and then answered alike. Raises Problem."""
        event = self._event(command, args, body)
        try:
            answer = await front.run_for(self.api.desk, self.token, command, args, event=event)
        except Reused:
            sentence = "This Idempotency-Key came with something else before. Take a new key for each thing you do."
            raise Problem(422, sentence) from None
        if answer.form is not None:
            # What a person would be asked for, a program sends along.
            errors = dict(answer.form.errors) or {
                field.name: f"{field.label} is needed." for field in answer.form.inputs if field.required
            }
            raise Problem(422, f"More is needed: {answer.form.title}.", errors=errors)
        try:
            await self.api.wake()
        except Exception:
            log.exception("waking the desk failed; the timers will")
        return answer

    def _event(self, command: str, args: Mapping[str, Arg], body: object) -> InboxId | None:
        keys = self.request.headers.getlist("idempotency-key")
        if not keys:
            return None
        key = keys[0].strip()
        if len(keys) > 1 or not key or len(key) > _KEY_LIMIT or not (key.isascii() and key.isprintable()):
            sentence = f"Write one Idempotency-Key of at most {_KEY_LIMIT} printable characters, such as a UUID."
            raise Problem(400, sentence)
        carried = json.dumps([command, dict(args), body], sort_keys=True, default=str)
        return InboxId(PLATFORM, f"{self.token.name}/{key}", sha256(carried.encode()).hexdigest())


Endpoint = Callable[[Call], Awaitable[Response]]


def served(api: Api, endpoints: Mapping[str, Endpoint]) -> Callable[[Request], Awaitable[Response]]:
    """One path with its methods; whatever goes wrong is a problem in words."""

    async def serve(request: Request) -> Response:
        try:
            endpoint = endpoints.get("GET" if request.method == "HEAD" else request.method)
            if endpoint is None:
                allowed = ", ".join(sorted({*endpoints, *({"HEAD"} if "GET" in endpoints else ())}))
                raise Problem(405, f"That is not done here. Use {allowed}.", headers={"Allow": allowed})
            return await endpoint(await _enter(api, request))
        except Problem as problem:
            return problem.response()
        except Declined as no:
            return _refused(no).response()
        except Exception:
            log.exception("%s %s failed", request.method, request.url.path)
            return Problem(500, "Something went wrong on our side, and its log says what. Try again later.").response()

    return serve


async def _enter(api: Api, request: Request) -> Call:
    """Who it is. Raises Problem: 401 for nobody, 429 where they ask too fast."""
    given = request.headers.getlist("authorization")
    scheme, _, secret = given[0].strip().partition(" ") if given else ("", "", "")
    if len(given) != 1 or scheme.lower() != "bearer":
        raise _unknown("Send a token in one header: Authorization: Bearer stw_… A manager makes one.")
    token, now = await tokens.known(api.desk, secret.strip()), api.desk.clock.machine()
    if token is None:
        raise _unknown("This token is none of this desk's. A manager makes one with the command token.", bad=True)
    if token.over(now):
        why = "was revoked" if token.revoked_at else "has expired"
        raise _unknown(f"The token {token.name} {why}. Ask a manager for a new one.", bad=True)
    if wait := api.pace.wait(token.name, now):
        says = f"This token asks too fast. Try again in {wait} s."
        raise Problem(429, says, headers={"Retry-After": str(wait)})
    try:
        return Call(api, request, token, await front.context_for(api.desk, token))
    except Stranger:
        says = f"Nobody may act by the token {token.name} now: its person has left or moved. Ask a manager for another."
        raise _unknown(says, bad=True) from None


def _unknown(sentence: str, *, bad: bool = False) -> Problem:
    asks = 'Bearer realm="steward"' + (', error="invalid_token"' if bad else "")
    return Problem(401, sentence, headers={"WWW-Authenticate": asks})


def _refused(no: Exception) -> Problem:
    match no:
        case Unseen():
            return Problem(404, str(no))
        case Forbidden():
            return Problem(403, str(no))
        case NotAllowed():
            return Problem(409, str(no))
        case Busy():
            return Problem(503, str(no), headers={"Retry-After": "1"})
        case Stranger():
            return _unknown(str(no), bad=True)
        case _:
            return Problem(422, str(no))


async def nowhere(request: Request, error: Exception) -> Response:
    """A path that there is not."""
    return missing().response()


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as it is sent."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, dict(headers or {}), "application/json")


def one_of(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query. Raises Problem."""
    said: Any = query.get(name, "")
    if said == "":
        return default
    if not (said.isascii() and said.isdigit() and len(said) < 16) or not 0 <= int(said) <= most:
        raise Problem(400, f"Write {name} as a whole number up to {most}.")
    return int(said)
