"""Is all well with Slack? Its tokens, scopes, channels, lists and clock, each finding with its mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.failing import code_of
from adapters.slack.manifest import SCOPES
from adapters.slack.places import PLATFORM, is_channel
from bot.clock import Clock
from bot.config import Settings
from bot.desk.conversations import ALERTS, TRIAGE
from bot.desk.doctor import Finding, Level
from bot.ports import Place, Store

ABOUT = "slack"
SKEW = 60.0
"""Seconds that this machine's clock may be off Slack's: signatures count for five minutes."""
TIMEOUT = 10


async def examine(settings: Settings, store: Store, clock: Clock) -> list[Finding]:
    """What is found; nothing for a desk that is not in Slack."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
        client = AsyncWebClient(token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        try:
            told = await client.auth_test()
        except SlackApiError as error:
            mend = "SLACK_BOT_TOKEN=xoxb-… from the app's page, OAuth & Permissions"
            return [_wrong(f"Slack does not take the bot's token: {code_of(error) or 'an odd answer'}.", mend)]
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            what = f"Slack cannot be reached at {settings.slack_api_url}: {error or type(error).__name__}."
            return [_wrong(what, "see that this machine may connect there, and SLACK_API_URL")]
        found = [*_scopes(told.headers), *_skew(told.headers, clock), *await _app_token(settings, client)]
        found += await _channels(client, store, str(told["team_id"]))
        found += await _lists(client, settings)
        if all(each.level is Level.OK for each in found):
            return [Finding(Level.OK, ABOUT, f"It is let into {told.get('team', 'the workspace')}; all is well there.")]
        return found


def _scopes(headers: Mapping[str, str]) -> list[Finding]:
    said = _header(headers, "x-oauth-scopes")
    if said is None:
        return []
    missing = sorted(set(SCOPES) - {scope.strip() for scope in said.split(",")})
    if not missing:
        return []
    what = f"The app lacks {', '.join(f'{scope} ({SCOPES[scope]})' for scope in missing)}."
    return [_wrong(what, "steward slack manifest, paste it as the app's manifest, and install the app again")]


def _skew(headers: Mapping[str, str], clock: Clock) -> list[Finding]:
    said = _header(headers, "date")
    try:
        off = abs((parsedate_to_datetime(said or "") - clock.machine()).total_seconds())
    except (TypeError, ValueError):
        return []
    if off <= SKEW:
        return []
    return [_wrong(f"This machine's clock is {off:.0f} s off Slack's; after 300 s nothing over HTTP counts.", "set it")]


async def _app_token(settings: Settings, client: AsyncWebClient) -> list[Finding]:
    token = settings.slack_app_token.get_secret_value()
    if not token:
        if settings.slack_signing_secret.get_secret_value():
            return []
        mend = "SLACK_APP_TOKEN=xapp-…, or SLACK_SIGNING_SECRET for HTTP"
        return [_wrong("The desk hears nothing of Slack: it has no way to listen.", mend)]
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        if code_of(error) == "ratelimited":
            return []
        mend = "SLACK_APP_TOKEN=xapp-… with connections:write, from Basic Information; Socket Mode must be on"
        return [_wrong(f"Slack opens no connection with the app's token: {code_of(error)}.", mend)]
    return []


async def _channels(client: AsyncWebClient, store: Store, workspace: str) -> list[Finding]:
    found: list[Finding] = []
    for conversation, place in sorted((await store.bindings()).items()):
        if (place.platform, place.workspace) == (PLATFORM, workspace) and not conversation.startswith("dm:"):
            found += await _channel(client, conversation, place)
    return found


async def _channel(client: AsyncWebClient, conversation: str, place: Place) -> list[Finding]:
    if not is_channel(place.channel):
        what = f"{conversation} is bound to #{place.channel}, which was not found yet."
        return [Finding(Level.WARNING, ABOUT, what, f"invite the app into #{place.channel}; the desk then finds it")]
    try:
        channel: Mapping[str, Any] = (await client.conversations_info(channel=place.channel))["channel"]
    except SlackApiError as error:
        what = f"{conversation} is at {place.channel}, and Slack says {code_of(error)}."
        return [_wrong(what, f"/invite the app there, or bind {conversation} to another channel (steward apply)")]
    name = f"#{channel.get('name', place.channel)}"
    if channel.get("is_archived"):
        return [_wrong(f"{name}, where {conversation} is, is archived.", f"unarchive {name}, or bind another channel")]
    if not channel.get("is_member"):
        return [_wrong(f"The app is not in {name}, where {conversation} is.", f"/invite the app in {name}")]
    if conversation in (TRIAGE, ALERTS):
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            what = f"{name} is shared with another workspace: its people read what is the team's alone."
            return [_wrong(what, "stop sharing it, or move it (slack_channels, steward apply)")]
        if not channel.get("is_private"):
            what = f"{name} is public: everybody in the workspace can read what the team says of clients."
            return [Finding(Level.WARNING, ABOUT, what, "make it private")]
    return []


async def _lists(client: AsyncWebClient, settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    lists: Sequence[tuple[str, list[str]]] = [("slack_staff", settings.slack_staff), *settings.slack_clients.items()]
    for name, ids in lists:
        for group in (id for id in ids if id.startswith("S")):
            try:
                await client.usergroups_users_list(usergroup=group)
            except SlackApiError as error:
                what = f"The user group {group} of {name} cannot be read: {code_of(error)}."
                found.append(_wrong(what, "take it out of the settings, or put in the right one"))
    return found


def _wrong(what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, ABOUT, what, mend)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)
