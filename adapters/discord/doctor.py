"""Is all well with Discord? Its token, intents, channels and what the app may do there, each finding with its mend."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from adapters.discord.places import DIRECT, PLATFORM, is_id
from bot.config import ConfigError, Settings
from bot.desk.conversations import ALERTS, TRIAGE
from bot.desk.findings import Finding, Level
from bot.ports import Place, RateLimited, Refused, Store

if TYPE_CHECKING:
    import discord

ABOUT = "discord"
NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "create_public_threads": "Create Public Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
    "manage_webhooks": "Manage Webhooks",
    "manage_threads": "Manage Threads",
}
"""What the app does in a channel that the desk uses, by Discord's own names."""


async def examine(settings: Settings, store: Store | None, *, within: float = 60.0) -> list[Finding]:
    """What is found within so many seconds; nothing for a desk that is not in Discord. Before its first start a desk
    has no store, and its settings are looked at all the same."""
    if not settings.discord_token.get_secret_value():
        try:
            settings.check_discord()
        except ConfigError as no:
            what, _, mend = str(no).partition(": ")
            return [_wrong(f"{what}.", mend)]
        return []
    try:
        async with asyncio.timeout(within):
            return await _examined(settings, store)
    except TimeoutError:
        what = f"Discord did not answer all that was asked within {within:.0f} s."
        return [Finding(Level.WARNING, ABOUT, what, "look again in a minute")]


async def _examined(settings: Settings, store: Store | None) -> list[Finding]:
    token = settings.discord_token.get_secret_value()
    from adapters.discord.wire import Wire

    wire = Wire(token, api_base=settings.discord_api_base, gateway_url=settings.discord_gateway_url)
    wire.open()
    try:
        client = await wire.client()
    except RateLimited:
        mend = "DISCORD_TOKEN=… from the app's page, Bot; Reset Token shows a new one, once"
        return [_wrong("Discord does not take the bot's token.", mend)]
    except Exception as error:
        where = settings.discord_api_base or "discord.com"
        what = f"Discord cannot be reached at {where}: {error or type(error).__name__}."
        return [_wrong(what, "see that this machine may connect there, and DISCORD_API_BASE")]
    try:
        found = [*_intents(client), *await _places(client, settings, store)]
    finally:
        await wire.close()
    if all(each.level is Level.OK for each in found):
        name = client.user.name if client.user else "the app"
        return [Finding(Level.OK, ABOUT, f"It is let in as {name}; all is well there.")]
    return found


def _intents(client: discord.Client) -> list[Finding]:
    flags = client.application_flags
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return []
    what = "What people write there cannot be read."
    return [_wrong(what, "switch on Message Content Intent on the app's page, Bot")]


async def _places(client: discord.Client, settings: Settings, store: Store | None) -> list[Finding]:
    from adapters.discord.doctor_said import conversation_of, said

    settled = {conversation_of(name) for name in settings.discord_channels}
    servers: dict[str, Any] = {}
    found = await said(client, settings, store, partial(_channel, client, servers))
    for conversation, place in sorted((await store.bindings()).items() if store else ()):
        if not is_id(place.channel) and conversation in settled:
            continue  # the settings count, and were looked at
        if place.platform == PLATFORM and not conversation.startswith("dm:") and place.workspace != DIRECT:
            found += await _channel(client, servers, conversation, place)
    return found


async def _channel(client: discord.Client, servers: dict[str, Any], conversation: str, place: Place) -> list[Finding]:
    import discord

    from adapters.discord.channels import everybody_sees
    from adapters.discord.failing import meaning

    if not is_id(place.channel):
        what = f"{conversation} is bound to #{place.channel}, which was not found yet."
        return [Finding(Level.WARNING, ABOUT, what, f"let the app into #{place.channel}; the desk then finds it")]
    try:
        if place.workspace not in servers:
            guild = await client.fetch_guild(int(place.workspace), with_counts=False)
            servers[place.workspace] = (guild, await guild.fetch_member(client.user.id if client.user else 0))
        guild, me = servers[place.workspace]
        channel: Any = await guild.fetch_channel(int(place.channel))
    except discord.DiscordException as error:
        said = meaning(error)
        mend = f"let the app in there, or bind {conversation} to another channel (steward apply)"
        what = f"{conversation} is at {place.channel}, and {said}." if isinstance(said, Refused) else f"{said}"
        return [_wrong(what, mend)]
    name = f"#{channel.name}"
    may = channel.permissions_for(me)
    lacking = [said for bit, said in NEEDED.items() if not getattr(may, bit)]
    found: list[Finding] = []
    if lacking:
        what = f"The app may not do all it must in {name}, where {conversation} is: {', '.join(lacking)}."
        found.append(_wrong(what, f"give its role these permissions in {name}"))
    if conversation in (TRIAGE, ALERTS) and everybody_sees(channel):
        what = f"{name} is open to everybody in the server: they can read what the team says of clients."
        found.append(Finding(Level.WARNING, ABOUT, what, "make it private"))
    return found


def _wrong(what: str, mend: str) -> Finding:
    return Finding(Level.ERROR, ABOUT, what, mend)
