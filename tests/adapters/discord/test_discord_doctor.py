"""`steward doctor` of a desk in Discord: each finding with its mend, and none where all is well."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse
from fakes.discord.permissions import P

from adapters.discord.doctor import examine
from bot.config import Settings
from bot.desk.doctor import Level


def settings(house: DiscordHouse, token: str = "") -> Settings:
    """As the desk has them."""
    fake = house.discord
    return Settings(discord_token=token or fake.app.token, discord_api_base=fake.api_base)  # type: ignore[arg-type]


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
