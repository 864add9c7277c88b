"""`steward doctor` of a desk in Discord: each finding with its mend, and none where all is well."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from discord_house import DiscordHouse
from fakes.discord.permissions import P

from adapters.discord.doctor import examine
from adapters.discord.inviting import PERMISSIONS, invite_link
from bot.config import Settings
from bot.desk.findings import Level


def settings(house: DiscordHouse, token: str | None = None, **how: Any) -> Settings:
    """As the desk has them."""
    token = house.discord.app.token if token is None else token
    return Settings(discord_token=token, discord_api_base=house.discord.api_base, **how)


@pytest.mark.asyncio
async def test_all_is_well(house: DiscordHouse):
    """One line says so."""
    (only,) = await examine(settings(house), house.store)
    assert only.level is Level.OK
    assert "Steward" in only.what


@pytest.mark.asyncio
async def test_what_is_not(house: DiscordHouse):
    """A token, an intent, permissions, a channel that is gone, and a team's channel that everybody sees."""
    fake = house.discord
    (only,) = await examine(settings(house, "nobody's"), house.store)
    assert "DISCORD_TOKEN" in only.mend
    fake.app.privileged.clear()
    await house.rebind("alerts", fake.channel("open-alerts"))
    fake.rule(house.acme, fake.guild.roles[fake.guild.members[fake.app.id].roles[0]], deny=P.MANAGE_WEBHOOKS)
    gone = fake.channel("gone", only=[], bot=False)
    await house.rebind("triage", gone)
    found = await examine(settings(house), house.store)
    said = "\n".join(f"{each.what} {each.mend}" for each in found)
    assert "Message Content Intent" in said
    assert "Manage Webhooks" in said
    assert "#open-alerts is open to everybody" in said
    assert f"triage is at {gone.id}" in said
    assert len(found) == 4
    fake.faults.away = True
    (only,) = await examine(settings(house), house.store)
    assert "cannot be reached" in only.what


@pytest.mark.asyncio
async def test_before_the_first_start_the_settings_are_looked_at(house: DiscordHouse):
    """The channels that they name, by id or name, what the app may do in each, and the lists; a client that the desk
    does not have yet is no finding, and one beside those that it has is."""
    fake, known = house.discord, settings
    hidden = fake.channel("hidden", only=[], bot=False)
    where = {"triage": house.triage.id, "alerts": hidden.id, "ACME": house.acme.name, "GLOBEX": "globex-help"}
    lists = {"discord_staff": [house.sam.id, house.server], "discord_clients": {"ACME": ["1100112233440002"]}}
    (alerts, globex, nobody) = await examine(known(house, discord_channels=where, **lists), None)
    assert alerts.what == f"alerts is to be at {hidden.id}, and Discord says Missing Access."
    assert "let the app's role into that channel" in alerts.mend
    assert globex.what == "There is no #globex-help, where client:GLOBEX is to be: the desk makes one, private."
    assert "1100112233440002 of discord_clients of ACME is no role, person or server" in nobody.what
    (unknown,) = await examine(known(house, discord_channels={"AKME": house.acme.name}), house.store)
    assert "discord_channels speaks of AKME" in unknown.what
    fake.invite(fake.new_guild("Another"))
    (several,) = await examine(known(house, discord_channels={"ACME": "acme-help"}), None)
    assert "in 2 servers" in several.what
    assert "by its id" in several.mend
    (half,) = await examine(known(house, "", discord_channels=where), None)
    assert "Discord is set up without a token" in half.what
    assert "DISCORD_TOKEN" in half.mend


@pytest.mark.asyncio
async def test_an_app_that_nobody_invited_has_its_link(house: DiscordHouse):
    """The one step that is easily forgotten: the mend is the address to open."""
    house.discord.remove()
    (only,) = await examine(settings(house), None)
    assert only.what == "The app is in no server yet."
    assert invite_link(int(house.discord.app.id)) in only.mend


def test_the_link_asks_for_what_the_guide_gives_its_reasons_for():
    """All of its table, and nothing else."""
    guide = (Path(__file__).parents[3] / "docs" / "discord.md").read_text()
    table = guide.partition("## Why it asks for each permission")[2].partition("\n## ")[0]
    named = {name for row in table.splitlines() if row.startswith("| ") for name in row.split(" | ")[0][2:].split(", ")}
    assert named - {"permission"} == set(PERMISSIONS.values())
    asked = parse_qs(urlsplit(invite_link(1)).query)
    assert asked["scope"] == ["bot applications.commands"]
    granted = discord.Permissions(int(asked["permissions"][0]))
    assert granted.value.bit_count() == sum(getattr(granted, name) for name in PERMISSIONS) == len(PERMISSIONS)
