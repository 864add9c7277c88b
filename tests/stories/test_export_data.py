"""A client's or a person's data is handed over: whole, in forms that other programs read, without private notes."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk_world import World

from bot.cli.export_data import export_data_command
from bot.desk import exporting

pytestmark = pytest.mark.asyncio


async def lived(world: World) -> int:
    """Dana asks and sends a file; Sam answers, and notes something the client must not read."""
    number = await world.raised(title="=cmd: the export fails", details="Only in March")
    await world.do("sam", "claim", request=str(number))
    place = await world.thread(number, "client")
    await world.write("dana", "See the log", place=place, files={"log.txt": b"line"})
    await world.do("sam", "reply", request=str(number), text="I restarted it")
    await world.do("sam", "note", request=str(number), text="They never update anything")
    await world.do("sam", "priority", request=str(number), to="P2", text="loud people")
    await world.raised("tom", title="The printer smokes")
    await world.do("mia", "new", place=world.place("client-globex"), title="Globex only")
    return number


class Kept:
    """The world's store, which the command must not close."""

    def __init__(self, world: World) -> None:
        self._store = world.store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def close(self) -> None:
        """It is the test's."""


async def run(world: World, *args: str) -> Result:
    """The command on the world's store, run as the command line would, in this loop."""

    async def opened(url: str, *, upgrade: bool = True) -> Kept:
        return Kept(world)

    def finish(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    loop = asyncio.get_running_loop()
    command = export_data_command(opened, lambda **_: SimpleNamespace(url="sqlite:///x"), finish)
    return await asyncio.to_thread(CliRunner().invoke, command, list(args))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """A table that was written."""
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


async def test_a_clients_data_is_handed_over_without_notes(world: World, tmp_path: Path):
    """Requests, conversation, history and files of that client only; nothing that stays with the team."""
    number = await lived(world)
    out = tmp_path / "acme"
    result = await run(world, "--client", "acme", str(out))
    assert result.exit_code == 0, result.output
    assert "2 requests and 1 files, without the team's notes" in result.output
    rows = {row["ref"]: row for row in table(out, "requests")}
    assert set(rows) == {f"ACME-{number}", f"ACME-{number + 1}"}
    assert rows[f"ACME-{number}"]["title"] == "'=cmd: the export fails"
    said = [row["words"] for row in table(out, "conversation")]
    assert "I restarted it" in said
    everything = "".join(path.read_text("utf-8", "replace") for path in out.rglob("*") if path.is_file())
    assert not [word for word in ("never update", "loud people", "Globex only") if word in everything]
    whole = json.loads((out / "requests.json").read_text("utf-8"))
    (name,) = next(each for each in whole if each["ref"] == f"ACME-{number}")["files"]
    assert (out / name).read_bytes() == b"line"
    assert (out / name).resolve().is_relative_to(out.resolve())


async def test_a_persons_data_with_notes_in_a_zip(world: World, tmp_path: Path):
    """Only what that person raised; the notes come where they are asked for."""
    number = await lived(world)
    out = tmp_path / "dana.zip"
    result = await run(world, "--person", "@dana", "--with-notes", str(out))
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(out) as archive:
        whole = json.loads(archive.read("requests.json"))
        assert "They never update anything" in archive.read("conversation.csv").decode()
    assert [each["ref"] for each in whole] == [f"ACME-{number}"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Say whose data"),
        (("--client", "ACME", "--person", "dana"), "Say whose data"),
        (("--client", "NOPE"), "There is no client “NOPE”. Choose one of ACME, GLOBEX."),
        (("--person", "nobody"), "knows nobody called"),
    ],
)
async def test_whose_it_is_must_be_said(world: World, tmp_path: Path, args: tuple[str, ...], said: str):
    """A line that names the mend, and nothing is written."""
    result = await run(world, *args, str(tmp_path / "x"))
    assert result.exit_code == 1
    assert said in result.output
    assert not (tmp_path / "x").exists()


async def test_nothing_is_written_over(world: World, tmp_path: Path):
    """What is there stays."""
    result = await run(world, "--client", "ACME", str(tmp_path))
    assert "is there already" in result.output


async def test_a_folder_that_is_not_there_is_named(world: World, tmp_path: Path):
    """The mend is in the line."""
    result = await run(world, "--client", "ACME", str(tmp_path / "no" / "where"))
    assert "There is no folder" in result.output


async def test_many_requests_come_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch):
    """Each once, however many pages they fill."""
    for _ in range(5):
        await world.raised()
    monkeypatch.setattr(exporting, "_PAGE", 2)
    found = [each.request["ref"] async for each in exporting.export(world.store, exporting.Scope(client="ACME"))]
    assert found == [f"ACME-{number}" for number in (5, 4, 3, 2, 1)]
