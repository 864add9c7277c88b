"""`steward doctor` looks into Slack: what is wrong there is named with its mend, and nothing where all is well."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from slack_house import House
from slack_sdk.errors import SlackApiError

from adapters.slack.doctor import examine
from adapters.slack.failing import unconnected
from adapters.slack.manifest import SCOPES
from bot.clock import SystemClock
from bot.config import Settings
from bot.desk.conversations import client_channel
from bot.desk.findings import Level
from bot.domain.people import Client
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
    assert await found(house, slack_bot_token="", slack_app_token="") == []


@pytest.mark.asyncio
async def test_half_of_it_is_named(house: House):
    """With an app's token, or with channels, and nothing to speak with: the file with the tokens was not read, say."""
    for half in ({}, {"slack_app_token": "", "slack_channels": {"triage": house.triage.id}}):
        (half,) = await found(house, slack_bot_token="", **half)
        assert half.startswith("error: Slack is set up without a token to speak with. set SLACK_BOT_TOKEN")


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
    assert f"The app cannot see {house.triage.id}, where triage is: it is private, or gone. /invite @Steward" in said
    assert "alerts-for-all is public" in said
    assert "#acme-lost" in said


@pytest.mark.asyncio
async def test_what_the_settings_say_is_looked_at_where_a_desk_ran_without_slack(house: House):
    """Its first start, without a token, put triage into the browser: the channels that the settings say count then, as
    they do for the desk; so do those that they call by a name."""
    browser = (("triage", Place("web", "main", "triage")), ("alerts", Place("web", "main", "alerts")))
    await house.store.edit_directory(DirectoryEdit(bindings=(*browser, (client_channel("ACME"), browser[0][1]))))
    house.sam.remove_app(house.triage)
    unseen = {"triage": house.triage.id, "alerts": house.alerts.id, "ACME": "acme-private"}
    triage, acme = await found(house, slack_channels=unseen)
    assert f"cannot see {house.triage.id}, where triage is" in triage
    assert "/invite @Steward there, or name another one in slack_channels" in triage
    assert "The app sees no #acme-private, where client:ACME is to be" in acme
    assert "/invite @Steward in #acme-private" in acme
    seen = {"alerts": "alerts", "ACME": house.acme.name.upper()}
    assert [each[:2] for each in await found(house, slack_channels=seen)] == ["ok"]


@pytest.mark.asyncio
async def test_a_scope_that_was_not_granted_is_named_with_its_reason(house: House):
    """An older manifest was installed: what is missing, and what for."""
    house.installed.scopes.discard("reactions:read")
    (missing,) = await found(house)
    assert missing.startswith(f"{Level.ERROR}: ")
    assert f"reactions:read ({SCOPES['reactions:read']})" in missing


@pytest.mark.asyncio
async def test_channels_that_were_right_once(house: House):
    """A client's channel that was archived since, one of another workspace's people for the team, one the app left."""
    globex = house.slack.workspace("Globex")
    shared = house.slack.channel("ops", house.lee, house.installed, private=True, shared_with=[globex])
    left = house.slack.channel("acme-open", house.dana)
    await house.store.edit_directory(
        DirectoryEdit(
            clients=(Client("GLOBEX", "Globex", "UTC"),),
            bindings=(("triage", house.place(shared)), (client_channel("GLOBEX"), house.place(left))),
        )
    )
    house.dana.archive(house.acme)
    said = "\n".join(await found(house))
    assert "#acme-support, where client:ACME is, is archived. unarchive #acme-support" in said
    assert "#ops is shared with another workspace" in said
    assert "The app is not in #acme-open, where client:GLOBEX is. /invite" in said


@pytest.mark.asyncio
async def test_lists_that_let_nobody_in(house: House):
    """A group with nobody in it, somebody who has left, somebody who is nobody, a client the desk does not have."""
    empty, gone = house.slack.usergroup("nobodies"), house.slack.person("Gil Gone")
    gone.user.deleted = True
    lists = {"slack_staff": [empty.id, gone.id, "U0NOBODY"], "slack_clients": {"AKME": [house.dana.id]}}
    said = "\n".join(await found(house, **lists, slack_channels={"AKME": "acme", "triage": house.triage.id}))
    assert f"The user group {empty.id} of slack_staff has nobody in it" in said
    assert f"Gil Gone ({gone.id} of slack_staff) has left Slack" in said
    assert "U0NOBODY of slack_staff is nobody: user_not_found" in said
    assert "slack_clients speaks of AKME, and the desk has no such client. call it by one of ACME" in said
    assert "slack_channels speaks of AKME" in said
    assert house.dana.id not in said


@pytest.mark.asyncio
async def test_a_clock_that_is_wrong_is_told_by_how_much(house: House):
    """Over HTTP nothing that Slack signs would count."""

    class Late(SystemClock):
        def machine(self) -> datetime:
            return super().machine() - timedelta(minutes=10)

    (skew,) = await examine(settings(house), house.store, Late())
    assert "clock is 600 s off" in skew.what or "clock is 599 s off" in skew.what or "clock is 601 s off" in skew.what


@pytest.mark.asyncio
async def test_a_slack_that_is_slow_or_asked_too_often_is_not_waited_for(house: House):
    """What was found by then is told, and how far it was looked."""
    house.installed.scopes.discard("reactions:read")
    house.slack.faults.add("conversations.info", delay=5)
    missing, slow = await examine(settings(house), house.store, SystemClock(), within=0.5)
    assert "reactions:read" in missing.what
    assert "it was looked up to alerts, and no further" in slow.what
    house.slack.faults.add("conversations.info", status=429, retry_after=30)
    missing, often = await examine(settings(house), house.store, SystemClock())
    assert "asked too much: it was looked up to alerts" in often.what


@pytest.mark.asyncio
async def test_managers_ask_in_chat_and_read_the_same(house: House):
    """`/desk doctor` looks into Slack as the command line does, and says so alone to the manager who asked; an engineer
    is told whose it is."""
    house.slack.usergroup("nobodies")
    house.dana.archive(house.acme)
    async with house.desk() as desk:
        desk.desk.look_outside = partial(examine, settings(house), house.store, house.clock, within=5.0)
        await house.lee.slash(house.alerts, "/desk doctor")
        (told,) = await desk.until(lambda: house.lee.alone(house.alerts))
        assert "is archived. Mend: unarchive #acme-support" in told.text
        await house.sam.slash(house.triage, "/desk doctor")
        (no,) = await desk.until(lambda: house.sam.alone(house.triage))
        assert "is for managers" in no.text
        assert "archived" not in no.text


@pytest.mark.asyncio
async def test_before_the_first_start_the_settings_are_looked_at(house: House):
    """Whoever sets Slack up reads what is wrong before the desk has a database: the tokens, the scopes, the channels by
    their ids and names, the lists."""
    alone = house.slack.channel("not-invited", house.lee, private=True)
    said = await examine(settings(house, slack_channels={"triage": alone.id, "ACME": "acme"}), None, SystemClock())
    assert [each.what for each in said] == [
        f"The app cannot see {alone.id}, where triage is: it is private, or gone.",
        "The app sees no #acme, where client:ACME is to be: it is private, or not there yet.",
    ]
    (well,) = await examine(settings(house, slack_channels={"triage": house.triage.id}), None, SystemClock())
    assert well.level is Level.OK


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (
            SlackApiError("", {"error": "invalid_auth"}),
            r"app's token \(invalid_auth\)\. SLACK_APP_TOKEN=",
        ),
        (
            SlackApiError("", {"error": "missing_scope"}),
            "with connections:write, from Basic Information",
        ),
        (SlackApiError("", {"error": "fatal_error"}), "^Slack says fatal_error$"),
        (ConnectionError("no way there"), "^no way there$"),
        (TimeoutError(), "^TimeoutError$"),
    ],
)
def test_why_there_is_no_connection_is_one_line_of_the_log(error: Exception, says: str):
    """With the mend where it is the app's token; the page of the error that Slack's own library writes is no help."""
    assert re.search(says, unconnected(error))
    assert "\n" not in unconnected(error)
