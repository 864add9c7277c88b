"""The composition root's part that knows which chats there are: their faces, their doctors, what they are told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from adapters.discord.places import PLATFORM as DISCORD
from adapters.slack.places import PLATFORM as SLACK
from adapters.web.chat import place_of as home
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.context import Desk
from bot.faces import Faces
from bot.loading import loading
from bot.ports import Face, Store

if TYPE_CHECKING:
    from bot.desk.findings import Finding


def faces_of(settings: Settings, desk: Desk) -> Faces:
    """The chats that the settings name. A channel that none of them has any more is the workspace's."""
    faces: dict[str, Face] = {}
    with loading():
        if settings.in_slack:
            from adapters.slack.face import SlackFace

            faces[SLACK] = SlackFace.of(settings, desk, home)
        if settings.discord_token.get_secret_value():
            from adapters.discord.face import DiscordFace

            faces[DISCORD] = DiscordFace.of(settings, desk)
    return Faces(faces)


def channel_said(settings: Settings, platform: str, key: str) -> str:
    """The channel that the settings name for a client on a platform, by its id or name; empty where they name none."""
    said = {SLACK: settings.slack_channels, DISCORD: settings.discord_channels}
    return said.get(platform, {}).get(key, "")


async def outside(settings: Settings, store: Store | None, within: float = 60.0) -> list[Finding]:
    """What the doctor finds, within so many seconds, of the platforms that the desk is in."""
    from adapters.discord.doctor import examine as examine_discord
    from adapters.slack.doctor import examine as examine_slack

    found = await asyncio.gather(
        examine_slack(settings, store, SystemClock(), within=within), examine_discord(settings, store, within=within)
    )
    return [finding for each in found for finding in each]


def slack_manifest(settings: Settings, url: str) -> dict[str, Any]:
    """The app that Slack is told of."""
    with loading():
        from adapters.slack.manifest import manifest
    return manifest(name=settings.name, command=settings.command, url=url, pages=settings.public_url)


def install_link(settings: Settings, side: str) -> str:
    """A link by which a client's workspace, or one of the team's, lets the desk in: signed, so that nobody is asked."""
    with loading():
        from adapters.slack.links import link_for
    return link_for(settings, SystemClock(), side)
