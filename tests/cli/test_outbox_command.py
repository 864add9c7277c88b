"""`steward outbox` on the command line: what could not be sent, sent again or left."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.outbox import outbox_commands
from bot.clock import SystemClock
from bot.config import load
from bot.demo.seed import set_up
from bot.desk.context import Desk
from bot.messages.model import Said, line
from bot.outbox import Relay
from bot.ports import Change, DirectoryEdit, Draft, Op, Place
from storage import SqlStore, open_store, read_store


async def opened(data: Path) -> SqlStore:
    return await open_store(f"sqlite:///{data}/steward.db")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk at rest that could not send two messages: it is connected to no such chat."""
    monkeypatch.chdir(tmp_path)

    async def make() -> None:
        store = await opened(tmp_path)
        try:
            await set_up(Desk(store, SystemClock()))
            await store.edit_directory(DirectoryEdit(bindings=(("far", Place("pigeon", "w", "roof")),)))
            drafts = [Draft(word, Op.POST, "far", Said("x", (line(f"Message {word}"),))) for word in ("one", "two")]
            await store.commit(Change(outbox=tuple(drafts)))
            await Relay(store, {}, SystemClock(), home="pigeon").drain()
        finally:
            await store.close()

    asyncio.run(make())
    return tmp_path


def run(data: Path, verb: str, *args: str) -> Result:
    """The command, as it is typed."""
    command = next(each for each in outbox_commands(open_store, read_store, load, asyncio.run) if each.name == verb)
    return CliRunner().invoke(command, [*args, "--data-dir", str(data)])


def numbers(listed: str) -> list[str]:
    return [row.split()[0] for row in listed.splitlines() if row[:1].isdigit()]


async def states(data: Path) -> dict[str, int]:
    store = await opened(data)
    try:
        return dict(await store.outbox_states())
    finally:
        await store.close()


def test_what_was_not_sent_is_listed_with_why_and_can_be_decided(data: Path):
    """One goes again, the other is left; then there is nothing to list."""
    listed = run(data, "list").output
    assert "the far channel: “Message one”" in listed
    assert "not connected to pigeon" in listed
    newest, oldest = numbers(listed)
    done = run(data, "resend", oldest)
    assert (done.exit_code, "looked for first" in done.output) == (0, True)
    assert "is not sent" in run(data, "drop", newest).output
    assert run(data, "list").output == "Everything that was said has been sent, or left.\n"
    assert "dead" not in asyncio.run(states(data))


def test_a_number_that_names_none_is_one_line_and_the_others_are_done(data: Path):
    """Also one that is decided already; the exit code says so."""
    newest, _ = numbers(run(data, "list").output)
    done = run(data, "drop", newest, "999")
    assert done.exit_code == 1
    assert f"{newest} is not sent" in done.output
    assert "No message waits under 999: see steward outbox list." in done.output
    assert run(data, "resend", newest).exit_code == 1
    assert run(data, "drop", "0").exit_code == 2


def test_beside_a_running_desk_it_is_read_and_decided_in_chat(data: Path):
    """Whoever would write is told of the chat."""

    async def both() -> tuple[Result, Result]:
        store = await opened(data)
        try:
            loop = asyncio.get_running_loop()
            return (
                await loop.run_in_executor(None, run, data, "list"),
                await loop.run_in_executor(None, run, data, "drop", "1"),
            )
        finally:
            await store.close()

    listed, dropped = asyncio.run(both())
    assert "Message two" in listed.output
    assert dropped.exit_code == 1
    assert "/desk unsent" in dropped.output
