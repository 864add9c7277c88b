"""`steward doctor` looks into Slack: what is wrong there is named with its mend, and nothing where all is well."""

from __future__ import annotations

from typing import Any

import pytest
from slack_house import House

from adapters.slack.doctor import examine
from adapters.slack.manifest import SCOPES
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.conversations import client_channel
from bot.desk.doctor import Level
from bot.ports import DirectoryEdit, Place


def settings(house: House, **how: Any) -> Settings:
    known = {"slack_bot_token": house.installed.token, "slack_app_token": house.slack.app.app_token}
    return Settings(**{**known, "slack_api_url": house.slack.api_url, **how})


async def found(house: House, **how: Any) -> list[str]:
    return [
        f"{each.level}: {each.what} {each.mend}"
        for each in await examine(settings(house, **how), house.store, SystemClock())
    ]


@pytest.mark.asyncio
async def test_a_desk_that_is_well_has_one_line(house: House):
    """And one that is not in Slack has none."""
    (well,) = await found(house)
    assert well.startswith("ok: It is let into Acme")
    assert await found(house, slack_bot_token="") == []


@pytest.mark.asyncio
async def test_each_wrong_has_its_mend(house: House):
    """A token of another time, nothing to listen with, an app token that opens nothing, a list's group that is gone."""
    assert "SLACK_BOT_TOKEN" in (await found(house, slack_bot_token="xoxb-old"))[0]
    assert "SLACK_APP_TOKEN" in (await found(house, slack_app_token=""))[0]
    assert "connections:write" in (await found(house, slack_app_token="xapp-old"))[0]
    assert "S0GONE" in (await found(house, slack_staff=["S0GONE"]))[0]
    assert "cannot be reached" in (await found(house, slack_api_url="http://127.0.0.1:9/api/"))[0]


@pytest.mark.asyncio
async def test_channels_that_do_not_do(house: House):
    """Archived, without the app, public where the team talks, or not found by its name."""
    house.sam.remove_app(house.triage)
    public = house.slack.channel("alerts-for-all", house.lee, house.installed)
    bindings = (("alerts", house.place(public)), (client_channel("ACME"), Place("slack", house.team, "acme-lost")))
    await house.store.edit_directory(DirectoryEdit(bindings=bindings))
    said = "\n".join(await found(house))
    assert "triage is at" in said or "not in #triage" in said
    assert "alerts-for-all is public" in said
    assert "#acme-lost" in said


@pytest.mark.asyncio
async def test_a_scope_that_was_not_granted_is_named_with_its_reason(house: House):
    """An older manifest was installed: what is missing, and what for."""
    house.installed.scopes.discard("reactions:read")
    (missing,) = await found(house)
    assert missing.startswith(f"{Level.ERROR}: ")
    assert f"reactions:read ({SCOPES['reactions:read']})" in missing
