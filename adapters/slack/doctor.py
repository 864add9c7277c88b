"""Is all well with Slack? Its tokens, scopes, channels, lists and clock, each finding with its mend."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.doctor_installed import installed
from adapters.slack.failing import CONNECTS, LOCKED_OUT, code_of, meaning, part
from adapters.slack.manifest import SCOPES
from adapters.slack.people import profile_of
from adapters.slack.places import PLATFORM, is_channel, is_user
from bot.clock import Clock
from bot.config import ConfigError, Settings
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.findings import Finding, Level
from bot.ports import Place, RateLimited, Store

ABOUT = "slack"
SKEW = 60.0
"""Seconds that this machine's clock may be off Slack's: signatures count for five minutes."""
PAGE, PAGES = 200, 50
"""Channels that are asked for at once, and how often."""
TIMEOUT = 10
"""Seconds for a call."""


@dataclass
class _Looked:
    """What was found so far: where Slack is slow, or asked too often, it is told without the rest."""

    found: list[Finding] = field(default_factory=list[Finding])
    at: str = "the bot's token"
    """What is being looked at."""
    name: str = "the workspace"


class _Enough(Exception):
    """Slack wants to be asked less."""


async def examine(settings: Settings, store: Store | None, clock: Clock, *, within: float = 60.0) -> list[Finding]:
    """What is found within so many seconds; nothing for a desk that is not in Slack. Before its first start a desk has
    no store, and its settings are looked at all the same."""
    looked = _Looked()
    if not settings.in_slack:
        try:
            settings.check_slack()
        except ConfigError as no:
            # The rest of it is set; perhaps the file with the token was not read.
            what, _, mend = str(no).partition(": ")
            looked.found.append(_wrong(f"{what}.", mend))
    try:
        async with asyncio.timeout(within):
            await _look(looked, settings, store, clock)
    except TimeoutError:
        what = f"Slack is slow: in {within:.0f} s it was looked up to {looked.at}, and no further."
        looked.found.append(Finding(Level.WARNING, ABOUT, what, "steward doctor, on the desk's machine, takes longer"))
    except _Enough:
        what = f"Slack was asked too much: it was looked up to {looked.at}, and no further."
        looked.found.append(Finding(Level.WARNING, ABOUT, what, "ask again in a minute"))
    except (aiohttp.ClientError, OSError) as error:
        what = f"Slack cannot be reached at {settings.slack_api_url}: {error or type(error).__name__}."
        looked.found.append(_wrong(what, "see that this machine may connect there, and SLACK_API_URL"))
    if settings.slack_bot_token.get_secret_value() and all(each.level is Level.OK for each in looked.found):
        looked.found.insert(0, Finding(Level.OK, ABOUT, f"It is let into {looked.name}; all is well there."))
    return looked.found


async def _look(looked: _Looked, settings: Settings, store: Store | None, clock: Clock) -> None:
    async def inside(client: AsyncWebClient, headers: Mapping[str, str], workspace: str) -> list[Finding]:
        there = _Looked(_scopes(headers))
        await _channels(client, there, await store.bindings() if store else {}, workspace, settings.name)
        return there.found

    token = settings.slack_bot_token.get_secret_value()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
        client = AsyncWebClient(token or None, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        if token:
            await _own(looked, client, settings, store, clock)
        elif settings.slack_client_id:
            looked.at = "the app's token"
            looked.found += await _app_token(settings, client)
        looked.at = "the workspaces that installed the app"
        async for found in installed(settings, store, session, inside):
            looked.found.append(found)


async def _own(looked: _Looked, client: AsyncWebClient, settings: Settings, store: Store | None, clock: Clock) -> None:
    """The workspace that the settings name themselves."""
    try:
        told = await client.auth_test()
        workspace = str(part(told, "team_id"))
    except SlackApiError as error:
        mend = "SLACK_BOT_TOKEN=xoxb-… from the app's page, OAuth & Permissions"
        what = f"Slack does not take the bot's token: {_code(error)}."
        looked.found.append(_wrong(what, mend))
        return
    looked.name = str(told.get("team") or looked.name)
    looked.found += [*_scopes(told.headers), *_skew(told.headers, clock)]
    looked.at = "the app's token"
    looked.found += await _app_token(settings, client)
    clients = frozenset((await store.directory()).clients) if store else frozenset[str]()
    bound = dict(await store.bindings()) if store else {}
    # As the desk has it: what the settings say counts until it was found in Slack once.
    found = {name: place for name, place in bound.items() if place.platform == PLATFORM and is_channel(place.channel)}
    said = {name: place for name, place in _said(settings, workspace).items() if name not in found}
    places = {name: place for name, place in (bound | said).items() if is_channel(place.channel) or name not in said}
    await _channels(client, looked, places, workspace, settings.name, said)
    await _by_name(client, looked, said, settings.name)
    await _lists(client, looked, settings, clients)


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
    what = f"This machine's clock is {off:.0f} s off Slack's; from 300 s on nothing that Slack posts over HTTP counts."
    return [_wrong(what, "set it: timedatectl set-ntp true")]


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
            return []  # it is right, then
        return [_wrong(f"Slack opens no connection with the app's token: {code_of(error)}.", CONNECTS)]
    return []


def _said(settings: Settings, workspace: str) -> dict[str, Place]:
    """Where the settings say that things are, by a channel's id or its name."""
    return {
        name if name in (TRIAGE, ALERTS) else client_channel(name): Place(PLATFORM, workspace, channel)
        for name, channel in settings.slack_channels.items()
    }


async def _channels(
    client: AsyncWebClient,
    looked: _Looked,
    places: Mapping[str, Place],
    workspace: str,
    app: str,
    said: Collection[str] = (),
) -> None:
    """`app` is what it is called there; of `said` the settings say where they are, and no more than that is known."""
    for conversation, place in sorted(places.items()):
        if (place.platform, place.workspace) == (PLATFORM, workspace) and _is_room(conversation):
            looked.at = conversation
            other = "another one in slack_channels" if conversation in said else "another channel by steward apply"
            looked.found += await _channel(client, conversation, place, f"@{app}", other)


async def _by_name(client: AsyncWebClient, looked: _Looked, said: Mapping[str, Place], app: str) -> None:
    """What the settings call by a name is there, or will be made: that may not be what was meant."""
    named = {name: place.channel.lower() for name, place in said.items() if not is_channel(place.channel)}
    there, cursor = set[str](), ""
    for _ in range(PAGES if named else 0):
        looked.at = "the channels' names"
        try:
            answer = await client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor or None
            )
        except SlackApiError as error:
            _code(error)
            return  # which scope it lacks is found already
        there |= {str(channel.get("name")) for channel in answer.get("channels") or ()}
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    for conversation, name in sorted(named.items()):
        if name not in there:
            what = f"The app sees no #{name}, where {conversation} is to be: it is private, or not there yet."
            mend = f"/invite @{app} in #{name}; if there is none, the desk makes one, private"
            looked.found.append(Finding(Level.WARNING, ABOUT, what, mend))


def _is_room(conversation: str) -> bool:
    """A channel, and not a thread in one or a direct conversation."""
    return conversation in (TRIAGE, ALERTS) or conversation.startswith("client:")


async def _channel(client: AsyncWebClient, conversation: str, place: Place, app: str, other: str) -> list[Finding]:
    if not is_channel(place.channel):
        what = f"{conversation} is bound to #{place.channel}, which was not found yet."
        return [Finding(Level.WARNING, ABOUT, what, f"/invite {app} in #{place.channel}; the desk then finds it")]
    try:
        channel: Mapping[str, Any] = part(await client.conversations_info(channel=place.channel), "channel")
    except SlackApiError as error:
        if _code(error) == "channel_not_found":
            what = f"The app cannot see {place.channel}, where {conversation} is: it is private, or gone."
        else:
            what = f"{conversation} is at {place.channel}, and Slack says {_code(error)}."
        return [_wrong(what, f"/invite {app} there, or name {other}")]
    name = f"#{channel.get('name', place.channel)}"
    if channel.get("is_archived"):
        return [_wrong(f"{name}, where {conversation} is, is archived.", f"unarchive {name}, or name {other}")]
    if not channel.get("is_member"):
        return [_wrong(f"The app is not in {name}, where {conversation} is.", f"/invite {app} in {name}")]
    if conversation in (TRIAGE, ALERTS):
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            what = f"{name} is shared with another workspace: its people read what is the team's alone."
            return [_wrong(what, f"stop sharing it, or name {other}")]
        if not channel.get("is_private"):
            what = f"{name} is public: everybody in the workspace can read what the team says of clients."
            return [Finding(Level.WARNING, ABOUT, what, "make it private")]
    return []


async def _lists(client: AsyncWebClient, looked: _Looked, settings: Settings, clients: Collection[str]) -> None:
    lists: Sequence[tuple[str, list[str]]] = [
        ("slack_staff", settings.slack_staff),
        *((f"slack_clients of {key}", ids) for key, ids in settings.slack_clients.items()),
    ]
    for name, keys in (("slack_clients", settings.slack_clients), ("slack_channels", settings.slack_channels)):
        unknown = sorted(set(keys) - {TRIAGE, ALERTS} - set(clients))
        if unknown and clients:
            what = f"{name} speaks of {', '.join(unknown)}, and the desk has no such client."
            mend = f"call it by one of {', '.join(sorted(clients))}, or add it: {settings.command} add-client"
            looked.found.append(Finding(Level.WARNING, ABOUT, what, mend))
    for name, ids in lists:
        for id in ids:
            looked.at = f"{id} in {name}"
            if id.startswith("S"):
                looked.found += await _group(client, name, id)
            elif is_user(id):
                looked.found += await _person(client, name, id)


async def _group(client: AsyncWebClient, name: str, id: str) -> list[Finding]:
    try:
        users = (await client.usergroups_users_list(usergroup=id)).get("users") or ()
    except SlackApiError as error:
        what = f"The user group {id} of {name} cannot be read: {_code(error)}."
        return [_wrong(what, "take it out of the settings, or put in the right one")]
    if users:
        return []
    what = f"The user group {id} of {name} has nobody in it, so nobody comes in by it."
    return [Finding(Level.WARNING, ABOUT, what, "put people into it in Slack, or take it out of the settings")]


async def _person(client: AsyncWebClient, name: str, id: str) -> list[Finding]:
    mend = "take them out of the settings, or put in who is meant"
    try:
        profile = profile_of(part(await client.users_info(user=id), "user"))
    except SlackApiError as error:
        return [_wrong(f"{id} of {name} is nobody: {_code(error)}.", mend)]
    if profile.human:
        return []
    what = f"{profile.name} ({id} of {name}) has left Slack, or is a bot: nobody comes in by it."
    return [Finding(Level.WARNING, ABOUT, what, mend)]


def _code(error: SlackApiError) -> str:
    """Slack's word for it. Raises _Enough where it is that it was asked too often."""
    code = code_of(error) or "something odd"
    if code not in LOCKED_OUT and isinstance(meaning(error), RateLimited):
        raise _Enough from error
    return code


def _wrong(what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, ABOUT, what, mend)


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)
