"""Is what the settings say of Discord so? Its servers, channels and lists, before the desk's first start, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import discord

from adapters.discord.inviting import invite_link
from adapters.discord.places import PLATFORM, is_id, place_of
from bot.config import Settings
from bot.desk.conversations import ALERTS, TRIAGE, client_channel
from bot.desk.findings import Finding, Level
from bot.ports import Place, Store

ABOUT = "discord"
Look = Callable[[str, Place], Awaitable[list[Finding]]]
"""What is found of a conversation's channel."""


async def said(client: discord.Client, settings: Settings, store: Store | None, look: Look) -> list[Finding]:
    """What is found; what Discord itself refuses is raised."""
    servers = [await client.fetch_guild(each.id, with_counts=False) async for each in client.fetch_guilds()]
    if not servers:
        link = invite_link(client.application_id or (client.user.id if client.user else 0))
        return [_finding(Level.ERROR, "The app is in no server yet.", f"open {link} and choose yours")]
    bound = await store.bindings() if store else {}
    clients = frozenset((await store.directory()).clients) if store else frozenset[str]()
    found = _unknown(settings, clients)
    for name, channel in settings.discord_channels.items():
        conversation = conversation_of(name)
        there = bound.get(conversation)
        if there is None or there.platform != PLATFORM or not is_id(there.channel):
            found += await _channel(client, servers, conversation, channel, look)
    for name, ids in _lists(settings):
        for id in ids:
            if not await _is_somebody(servers, id):
                what = f"{id} of {name} is no role, person or server that the app can see."
                mend = "put in the id of a role, of a person or of your server (Copy ID in its menu)"
                found.append(_finding(Level.WARNING, what, mend))
    return found


def conversation_of(name: str) -> str:
    """What the settings call so: triage, alerts, or a client by its key."""
    return name if name in (TRIAGE, ALERTS) else client_channel(name)


def _lists(settings: Settings) -> Sequence[tuple[str, list[str]]]:
    return (
        ("discord_staff", settings.discord_staff),
        *((f"discord_clients of {key}", ids) for key, ids in settings.discord_clients.items()),
    )


def _unknown(settings: Settings, clients: Collection[str]) -> list[Finding]:
    """Clients in the settings that the desk does not have; before it has any, all of them are still to come."""
    found: list[Finding] = []
    by_name: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("discord_clients", settings.discord_clients),
        ("discord_channels", settings.discord_channels),
    )
    for name, keys in by_name:
        if clients and (unknown := sorted(set(keys) - {TRIAGE, ALERTS} - set(clients))):
            what = f"{name} speaks of {', '.join(unknown)}, and the desk has no such client."
            mend = f"call it by one of {', '.join(sorted(clients))}, or add it: {settings.command}-admin add-client"
            found.append(_finding(Level.WARNING, what, mend))
    return found


async def _channel(
    client: discord.Client, servers: Sequence[discord.Guild], conversation: str, channel: str, look: Look
) -> list[Finding]:
    if is_id(channel):
        try:
            there: Any = await client.fetch_channel(int(channel))
        except discord.HTTPException as error:
            what = f"{conversation} is to be at {channel}, and Discord says {error.text or error.code}."
            mend = "let the app's role into that channel, or name another one in discord_channels"
            return [_finding(Level.ERROR, what, mend)]
        return await look(conversation, place_of(there.guild.id, there.id))
    if len(servers) > 1:
        what = f"The app is in {len(servers)} servers, and a name (#{channel}, for {conversation}) counts only in one."
        return [_finding(Level.ERROR, what, "name the channel in discord_channels by its id")]
    for each in await servers[0].fetch_channels():
        if each.name == channel.lower() and isinstance(each, discord.TextChannel | discord.ForumChannel):
            return await look(conversation, place_of(servers[0].id, each.id))
    what = f"There is no #{channel}, where {conversation} is to be: the desk makes one, private."
    return [_finding(Level.WARNING, what, "name another one in discord_channels, if there is one")]


async def _is_somebody(servers: Sequence[discord.Guild], id: str) -> bool:
    if any(int(id) == guild.id or guild.get_role(int(id)) for guild in servers):
        return True
    for guild in servers:
        try:
            await guild.fetch_member(int(id))
            return True
        except discord.NotFound:
            continue
    return False


def _finding(level: Level, what: str, mend: str) -> Finding:
    return Finding(level, ABOUT, what, mend)
