"""A Bolt app that acknowledges each command and does nothing else, in a process of its own."""

from __future__ import annotations

import asyncio

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.lives import tell


def socket(api_url: str, token: str, app_token: str) -> None:
    """Over Socket Mode; until it is ended."""

    async def run() -> None:
        handler = AsyncSocketModeHandler(_app(api_url, token, ""), app_token)
        await handler.connect_async()
        tell(ready=1)
        await asyncio.Event().wait()

    asyncio.run(run())


def http(api_url: str, token: str, signing_secret: str) -> None:
    """Over HTTP, behind the server that ours is behind; it says where, and runs until it is ended."""
    handler = AsyncSlackRequestHandler(_app(api_url, token, signing_secret), path="/slack/events")
    server = uvicorn.Server(uvicorn.Config(handler, port=0, log_level="warning", lifespan="off", access_log=False))

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 -- uvicorn tells nobody
            await asyncio.sleep(0.01)
        tell(port=server.servers[0].sockets[0].getsockname()[1])
        await serving

    asyncio.run(run())


def _app(api_url: str, token: str, signing_secret: str) -> AsyncApp:
    client = AsyncWebClient(token, base_url=api_url)
    app = AsyncApp(client=client, signing_secret=signing_secret, request_verification_enabled=bool(signing_secret))

    async def command(ack) -> None:  # type: ignore[no-untyped-def]
        await ack()

    app.command("/desk")(command)
    return app
