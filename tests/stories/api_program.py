"""A program outside that works with the desk over its API."""

from __future__ import annotations

import re
from typing import Any

import httpx
from desk_world import World, words
from starlette.applications import Starlette

from adapters.web.api.pace import Pace
from adapters.web.api.wiring import create_api


async def token_of(world: World, typed: str) -> str:
    """The token that Lee, who manages, makes in chat with these words after the verb."""
    answer = await world.type("lee", f"token {typed}", place=world.place("alerts"))
    said = words(answer.message)
    found = re.search(r"stw_[\w-]+", said)
    assert found, answer
    return found[0]


class Program:
    """It asks with one token, or none."""

    def __init__(self, world: World, token: str = "", *, pace: Pace | None = None) -> None:
        app: Starlette = create_api(world.desk, world.wake, pace=pace)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1", headers=headers)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def post(self, path: str, body: object = None, *, key: str = "") -> httpx.Response:
        headers = {"idempotency-key": key} if key else {}
        return await self.http.post(path, json=body, headers=headers)

    async def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]
