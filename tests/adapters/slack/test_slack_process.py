"""`steward run` with Slack in its environment: the real process, both deliveries, stopped as a supervisor stops it."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from pathlib import Path

import pytest
from fakes.slack.browsing import Browser
from slack_house import House

from adapters.slack.links import Links
from bot.keys import secret
from bot.note import Note

PATIENCE = 40
"""Seconds for what takes three on a machine with nothing else to do."""


@pytest.mark.asyncio
async def test_a_desk_started_with_slacks_own_variables(either_way: House, sqlite_url: str, tmp_path: Path):
    """A token and an app token, or a signing secret, are all it needs: Dana's request has its card, and SIGTERM ends
    the desk without a word of an error. With the app's id and a key another workspace lets it in by a link."""
    house, slack = either_way, either_way.slack
    await house.store.close()
    app = slack.app
    listens = {"SLACK_APP_TOKEN": app.app_token} if app.socket_mode else {"SLACK_SIGNING_SECRET": app.signing_secret}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "SLACK_"))}
    env |= {"SLACK_BOT_TOKEN": house.installed.token, "SLACK_API_URL": slack.api_url, **listens}
    env |= {"SLACK_CLIENT_ID": app.client_id, "SLACK_CLIENT_SECRET": app.client_secret, "STEWARD_LOG_LEVEL": "debug"}
    env |= {"STEWARD_ENCRYPTION_KEY": base64.b64encode(b"k" * 32).decode()}
    env |= {"STEWARD_DATABASE_URL": sqlite_url, "STEWARD_DATA_DIR": str(tmp_path / "var"), "PORT": "0"}
    desk = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=tmp_path, env=env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            while not (address := Note(tmp_path / "var").read()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            if app.socket_mode:
                await slack.sockets.connected(within=PATIENCE)
            app.request_url = f"{address}/slack/events"
        await house.dana.slash(house.acme, "/desk new Export fails")
        await slack.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text], PATIENCE)
        app.redirect_urls = [f"{address}/slack/oauth_redirect"]
        kim = slack.person("Kim Ash", team=slack.workspace("Globex"))
        link = Links(secret(tmp_path / "var"), address, house.clock).make("")
        async with Browser(slack, kim, address) as browser:
            assert "This needs a link" in (await browser.open(f"{address}/slack/install")).text
            page = await browser.allow(await browser.open(link))
        assert (page.status, "It is in Globex" in page.text) == (200, True)
        kim.open_home()
        await slack.until(lambda: kim.home, PATIENCE)
        desk.terminate()
        said, _ = await asyncio.wait_for(desk.communicate(), PATIENCE)
    finally:
        if desk.returncode is None:
            desk.kill()
            await desk.wait()
    assert desk.returncode == 0, said.decode()
    assert "Traceback" not in said.decode()
    for installed in app.installations.values():
        assert installed.token not in said.decode()
