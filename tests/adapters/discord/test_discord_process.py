"""`steward run` with Discord in its environment: the real process, stopped as a supervisor stops it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from discord_house import DiscordHouse

PATIENCE = 40
"""Seconds for what takes four on a machine with nothing else to do."""


@pytest.mark.asyncio
async def test_a_desk_started_with_discords_own_variables(house: DiscordHouse, sqlite_url: str, tmp_path: Path):
    """A token is all it needs: Dana's request has its card, and SIGTERM ends the desk without a word of an error."""
    fake = house.discord
    await house.store.close()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "DISCORD_"))}
    env |= {"DISCORD_TOKEN": fake.app.token, "DISCORD_API_BASE": fake.api_base}
    env |= {"DISCORD_GATEWAY_URL": fake.gateway_url}
    env |= {"STEWARD_DATABASE_URL": sqlite_url, "STEWARD_DATA_DIR": str(tmp_path / "var"), "PORT": "0"}
    desk = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=tmp_path, env=env,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        await fake.until(lambda: fake.app.commands, PATIENCE)
        await house.dana.slash(house.acme, "/desk new", title="Export fails")
        await fake.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text], PATIENCE)
        desk.terminate()
        said, _ = await asyncio.wait_for(desk.communicate(), PATIENCE)
    finally:
        if desk.returncode is None:
            desk.kill()
            await desk.wait()
    assert desk.returncode == 0, said.decode()
    assert "Traceback" not in said.decode()
    assert fake.app.token not in said.decode()
