"""`steward erase` on the command line: asked for, done, looked for again, and on record."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.web.chat import PLATFORM, WORKSPACE
from bot.cli.erase import erase_command
from bot.clock import SystemClock
from bot.config import load
from bot.demo.seed import set_up
from bot.desk import bootstrap, front
from bot.desk.context import Desk
from bot.ports import Place
from storage import open_store, read_store

TITLE = "The payroll export of March fails"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk at rest, in which Dana asked for something that Sam took."""
    monkeypatch.chdir(tmp_path)

    async def make() -> None:
        store = await open_store(f"sqlite:///{tmp_path}/steward.db")
        try:
            desk = Desk(store, SystemClock())
            await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
            await set_up(desk)
            await front.run(desk, "dana", "new", {"title": TITLE}, place=Place(PLATFORM, WORKSPACE, "client-acme"))
            await front.run(desk, "sam", "claim", {"request": "1"})
        finally:
            await store.close()

    asyncio.run(make())
    return tmp_path


def run(data: Path, *args: str) -> Result:
    """The command, as it is typed."""
    command = erase_command(open_store, read_store, load, asyncio.run)
    return CliRunner().invoke(command, [*args, "--data-dir", str(data)])


def test_it_erases_looks_and_keeps_a_record(data: Path):
    """Found before, gone after, and anybody can look again; the record does not say whose it was."""
    before = run(data, "dana", "--verify", TITLE)
    assert (before.exit_code, "Still found in" in before.output) == (1, True)
    done = run(data, "dana", "--yes")
    assert done.exit_code == 0, done.output
    assert "nothing is left" in done.output
    after = run(data, "dana", "--verify", "Dana Reyes", TITLE)
    assert (after.exit_code, "nothing is left" in after.output) == (0, True)
    record = run(data, "--log").output
    assert "a person, by the desk" in record
    assert "dana" not in record.lower()


def test_an_engineer_goes_too(data: Path):
    """What they owned is the alias's; nobody of that name is left."""
    done = run(data, "sam", "--yes")
    assert (done.exit_code, "nothing is left" in done.output) == (0, True), done.output


def test_nobody_is_erased_by_mistake(data: Path):
    """A name that is none, nobody there to ask, no name at all, and the last manager."""
    assert "knows nobody called “dan”" in run(data, "dan", "--yes").output
    asked = run(data, "dana")
    assert asked.exit_code == 1
    assert "1 request, 0 messages, 0 files of Dana Reyes lose their words and name." in asked.output
    assert "Add --yes" in asked.output
    assert "Name a person" in run(data).output
    assert "last manager" in run(data, "lee", "--yes").output
    assert "Nothing was erased so far." in run(data, "--log").output
