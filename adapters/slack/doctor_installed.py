"""Is all well with the workspaces that installed the app? Their tokens, and the pages by which others come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of
from adapters.slack.places import PLATFORM, REDIRECT
from bot.config import ConfigError, Settings
from bot.desk.findings import Finding, Level
from bot.ports import Installation, Store
from bot.sealing import CannotOpen, Seal

ABOUT = "slack"
Look = Callable[[AsyncWebClient, Mapping[str, str], str], Awaitable[list[Finding]]]
"""What is found in a workspace, by the headers of an answer and its id."""


async def installed(
    settings: Settings, store: Store | None, session: aiohttp.ClientSession, look: Look
) -> AsyncIterator[Finding]:
    """What is found; nothing where no other workspace can let the desk in, and none did. What the network raises is
    raised."""
    rows = [row for row in (await store.installations.all() if store else ()) if row.platform == PLATFORM]
    if not settings.slack_client_id:
        for row in rows[:1]:
            yield _wrong(f"{row.name} installed the app, and SLACK_CLIENT_ID is not set.", "set it")
        return
    try:
        settings.check_slack()
        seal = Seal.of(settings)
    except ConfigError as no:
        yield _wrong("Other workspaces cannot let the desk in.", str(no))
        return
    if not settings.public_url.startswith("https://"):
        mend = "STEWARD_PUBLIC_URL=https://desk.example.org, and steward slack manifest once more"
        what = f"Slack sends whoever installs the app back to an https address alone: {settings.address()}{REDIRECT}."
        yield Finding(Level.WARNING, ABOUT, what, mend)
    for row in rows:
        for found in await _one(settings, row, seal, session, look):
            yield found


async def _one(
    settings: Settings, row: Installation, seal: Seal, session: aiohttp.ClientSession, look: Look
) -> list[Finding]:
    named, link = f"{row.name} ({row.workspace})", f"{settings.command} connect {row.side or '--team'}"
    if not row.here:
        what = f"{named} let the desk out ({row.gone}): nothing is said there."
        return [Finding(Level.WARNING, ABOUT, what, f"{link}, and have the app installed there again")]
    try:
        token = seal.open(f"{PLATFORM}/{row.workspace}", row.secret)
    except CannotOpen as no:
        return [_wrong(f"The token of {named} cannot be read: {no}.", f"STEWARD_ENCRYPTION_KEY, or {link}")]
    client = AsyncWebClient(token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
    try:
        told: Any = await client.auth_test()
    except SlackApiError as error:
        return [_wrong(f"Slack does not take the token of {named}: {code_of(error) or 'an odd answer'}.", link)]
    if told["team_id"] != row.workspace:
        return [_wrong(f"The token kept for {named} is another workspace's.", link)]
    found = await look(client, told.headers, row.workspace)
    return found or [Finding(Level.OK, ABOUT, f"It is let into {named}; all is well there.")]


def _wrong(what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, ABOUT, what, mend)
