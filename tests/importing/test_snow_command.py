"""`steward import servicenow` on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from snow_logs import row, write

from bot.cli import import_, progress
from bot.cli.import_ import import_command
from storage import open_store


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two incidents, and a row that cannot be."""
    return write(
        tmp_path / "log.csv",
        row("INC1", 0, "Active", "10:30"),
        row("INC1", 1, "Resolved", "13:00"),
        row("INC2", 0, "New", "29-02-2016 16:59", priority="1 - Critical"),
        row("INC2", 1, "Odd", "17:00"),
    )


def steward(tmp_path: Path, *args: str) -> Result:
    """Run the command on a database of the test's own."""

    def settings(**options: Any) -> SimpleNamespace:
        assert set(options) == {"data_dir"}
        return SimpleNamespace(url=f"sqlite:///{tmp_path}/steward.db")

    def finish(work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return asyncio.run(work)
        except asyncio.CancelledError:
            raise click.exceptions.Exit(130) from None

    return CliRunner().invoke(import_command(open_store, settings, finish), args)


def test_json(tmp_path: Path, log: Path) -> None:
    """`--json` prints these keys and nothing else on stdout; the second run adds 0."""
    for added, events in ((2, None), (0, 0)):
        result = steward(tmp_path, str(log), "--client", "Acme Ltd", "--zone", "Europe/London", "--json")
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert list(told) == [
            "requests_added", "requests_refused", "events_added", "rows_refused", "breaches", "medians", "refused",
        ]  # fmt: skip
        assert (told["requests_added"], told["requests_refused"], told["rows_refused"]) == (added, 0, 1)
        assert told["events_added"] == 0 if events == 0 else told["events_added"] > 5
        assert told["breaches"] == {"P1": 1, "P2": 0, "P3": 0, "P4": 0}
        assert told["medians"]["P3"] == {"first_response": 90, "resolution": 240}
        assert told["medians"]["P1"] == {"first_response": None, "resolution": None}
        assert told["refused"] == [{"line": 5, "number": "INC2", "reason": "“Odd” is no incident state"}]
        assert result.stderr == ""


def test_summary(tmp_path: Path, log: Path) -> None:
    """People read what was added, how the promises were kept, and which rows were refused and why."""
    result = steward(tmp_path, str(log), "--client", "Acme Ltd", "--zone", "Europe/London")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("2 requests and ")
    assert lines[0].endswith(" events added to ACME; 0 requests and 1 row refused.")
    assert [line.split() for line in lines[2:5:2]] == [
        ["Priority", "Breaches", "First", "response", "Resolution"],
        ["P2", "0", "–", "–"],
    ]
    assert lines[5].split() == ["P3", "0", "1", "h", "30", "min", "4", "h"]
    assert len({len(line) for line in lines[2:7]}) == 1
    assert lines[-1] == "line 5, INC2: “Odd” is no incident state"
    assert steward(tmp_path, str(log), "--client", "acme", "--zone", "london").stdout.startswith("Nothing to add; ")


def test_many_refusals(tmp_path: Path) -> None:
    """Twenty refusals are listed, the rest counted."""
    log = write(tmp_path / "log.csv", *(row("INC1", n, "Odd", "10:00") for n in range(24)))
    lines = steward(tmp_path, str(log), "--client", "Acme", "--zone", "UTC").stdout.splitlines()
    assert sum(line.startswith("line ") for line in lines) == 20
    assert lines[-1] == "… and 5 more (use --json for all)"  # 24 rows, and their incident


@pytest.mark.parametrize(
    ("name", "client", "zone", "says"),
    [
        ("none.csv", "Acme", "UTC", "cannot be read (No such file"),
        ("", "Acme", "UTC", "cannot be read (Is a directory)"),
        ("log.csv", "Acme", "Mars/X", "“Mars/X” is no time zone"),
        ("log.csv", " ", "UTC", "Name the client"),
    ],
)
def test_errors(tmp_path: Path, log: Path, name: str, client: str, zone: str, says: str) -> None:
    """One clear line on stderr, and never a traceback."""
    assert log.exists()
    result = steward(tmp_path, str(tmp_path / name), "--client", client, "--zone", zone)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_bar_on_a_terminal(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody watches, a bar runs to its end on stderr; with --json there is none."""
    monkeypatch.setattr(progress, "_watched", lambda: True)
    monkeypatch.setattr("click._termui_impl.isatty", lambda _: True)
    result = steward(tmp_path, str(log), "--client", "Acme", "--zone", "UTC")
    assert "Replaying" in result.stderr
    assert "100%" in result.stderr
    assert "Replaying" not in result.stdout
    assert steward(tmp_path, str(log), "--client", "Acme", "--zone", "UTC", "--json").stderr == ""


def test_interrupted(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C says that nothing is lost and how to go on."""

    async def stopped(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(import_, "import_servicenow", stopped)
    result = steward(tmp_path, str(log), "--client", "Acme", "--zone", "UTC")
    assert "the same command goes on from there" in result.stderr
    assert result.exit_code == 130
