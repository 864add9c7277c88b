"""`steward token` on the command line: made, listed, revoked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.token import token_commands
from bot.clock import SystemClock
from bot.config import load
from bot.demo.seed import set_up
from bot.desk.context import Desk
from storage import open_store, read_store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk at rest."""
    monkeypatch.chdir(tmp_path)

    async def make() -> None:
        store = await open_store(f"sqlite:///{tmp_path}/steward.db")
        try:
            await set_up(Desk(store, SystemClock()))
        finally:
            await store.close()

    asyncio.run(make())
    return tmp_path


def run(data: Path, verb: str, *args: str) -> Result:
    """The command, as it is typed."""
    command = next(each for each in token_commands(open_store, read_store, load, asyncio.run) if each.name == verb)
    return CliRunner().invoke(command, [*args, "--data-dir", str(data)])


def test_one_is_made_listed_and_revoked(data: Path):
    """The token alone goes to the output, to be piped; the list never shows it, and no more once it is revoked."""
    assert "There is no token" in run(data, "list").output
    made = run(data, "add", "ci", "--service", "ci", "--role", "engineer", "--client", "acme", "--expires", "30d")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret.startswith("stw_")
    assert "the service ci as engineer, for ACME alone" in made.stderr
    listed = run(data, "list").output
    assert "never used, until" in listed
    assert secret not in listed
    assert "good no more" in run(data, "revoke", "ci").output
    assert "There is no token" in run(data, "list").output


def test_what_will_not_do_is_one_line(data: Path):
    """With the mend."""
    for args, says in (
        (("x", "--for", "nobody"), "nobody"),
        (("x", "--service", "x"), "how much the service may"),
        (("X!", "--for", "sam"), "no name for a token"),
        (("x", "--for", "sam", "--expires", "soon"), "is no end"),
    ):
        done = run(data, "add", *args)
        assert (done.exit_code, says in done.output, "Traceback" in done.output) == (1, True, False)
    assert "There is no token" in run(data, "revoke", "x").output
