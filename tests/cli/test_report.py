"""`steward report` on the command line: figures for people, and rows for other programs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from bot.cli import progress
from bot.cli import report as cli
from bot.cli.report import report_command
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap, front
from bot.desk.context import Desk
from bot.desk.reminders import advance
from bot.ports import Place
from bot.tabular import width
from storage import open_store

LONDON = ZoneInfo("Europe/London")
TITLE = '=cmd("rm")\u202e, שלום 🧾'


@pytest.fixture(autouse=True)
def _june(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is June 2026."""
    now = datetime(2026, 6, 9, 10, 0, tzinfo=LONDON)
    monkeypatch.setattr(cli, "SystemClock", lambda: SimpleNamespace(now=lambda: now))


async def may(url: str) -> None:
    """One request was answered and solved in time, one was none, one is late and still open; Globex has one of its
    own."""
    store = await open_store(url)
    try:
        clock = SimulatedClock(datetime(2026, 5, 12, 10, 0, tzinfo=LONDON))
        desk = Desk(store, clock)

        async def do(who: str, verb: str, channel: str = "client-acme", **args: Any) -> None:
            answer = await front.run(desk, who, verb, args, place=Place("web", "desk", channel))
            assert getattr(answer.message, "purpose", "") != "refusal", answer

        async def wait(**span: float) -> None:
            await advance(desk, clock.now() + timedelta(**span), clock.move_to, lambda: asyncio.sleep(0))

        await bootstrap.ensure(store, platform="web", workspace="desk")
        await set_up(desk)
        await do("dana", "new", title=TITLE, stopped="team")
        await do("sam", "claim", request=1)
        await wait(minutes=30)
        await do("sam", "reply", request=1, text="On it.")
        await wait(minutes=61)
        await do("sam", "resolve", request=1, text="Done.")
        await do("tom", "new", title="Oops")
        await do("sam", "cancel", request=2, text="opened twice")
        await do("mia", "new", "client-globex", title="Login fails")
        await do("tom", "new", title="Printer")
        await wait(days=10)
    finally:
        await store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a May."""
    folder = tmp_path_factory.mktemp("desk")
    asyncio.run(may(f"sqlite:///{folder}/steward.db"))
    return folder


def steward(folder: Path, *args: str) -> Result:
    """Run the command on that desk."""

    def settings(**options: Any) -> SimpleNamespace:
        assert set(options) == {"data_dir"}
        return SimpleNamespace(url=f"sqlite:///{folder}/steward.db")

    return CliRunner().invoke(report_command(open_store, settings, asyncio.run), args)


def rows(result: Result) -> list[dict[str, str]]:
    """What a program reads of the CSV."""
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"), newline="")))


def test_figures_for_people(desk: Path):
    """The last month of all clients, in at most 80 columns: counts, promises, times, groups, the oldest."""
    result = steward(desk)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:6] == [
        "All clients, May 2026",
        "",
        "From 2026-05-01 to 2026-05-31, UTC.",
        "3 opened, 1 resolved, 1 closed, 0 reopened.",
        "2 open at the end, 2 of them opened in this time.",
        "1 set aside as no request; the other figures leave it out.",
    ]
    for line in ("First response  33.3 % of 3    1       2", "Acme           50 % of 2     no data   50 % of 2"):
        assert line in result.stdout
    assert "ACME-4 Printer        2026-05-12  New  nobody yet" in result.stdout
    assert max(width(line) for line in result.stdout.splitlines()) <= 80
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("target", ["Promises", "Service time taken"]),
        ("client", ["By client"]),
        ("priority", ["By priority"]),
        ("person", ["By person"]),
    ],
)
def test_one_table_by_what_was_asked(desk: Path, by: str, titles: list[str]):
    """And none of the others."""
    lines = steward(desk, "--by", by).stdout.splitlines()
    known = ("Promises", "Service time taken", "By client", "By priority", "By person", "Oldest open at the end")
    assert [line for line in lines if line in known] == titles


def test_one_client_in_its_own_days(desk: Path):
    """By key or name; its zone unless another is asked for."""
    for name in ("GLOBEX", "globex", "Globex"):
        told = steward(desk, "--client", name, "--period", "2026-05").stdout
        assert "Globex, May 2026" in told
        assert "Europe/Berlin" in told
        assert "1 opened" in told
        assert "Acme" not in told
    assert "Asia/Tokyo" in steward(desk, "--client", "ACME", "--zone", "tokyo").stdout


def test_csv_by_target(desk: Path):
    """A row a promise; numbers are numbers, what is not there is empty."""
    found = {row["target"]: row for row in rows(steward(desk, "--format", "csv", "--client", "ACME"))}
    first = found["first_response"]
    assert (first["judged"], first["met"], first["missed"], first["kept_percent"]) == ("2", "1", "1", "50.0")
    assert (first["count"], first["median_minutes"], first["ninetieth_minutes"]) == ("1", "30", "30")
    assert (first["from"], first["to"], first["zone"]) == ("2026-05-01", "2026-05-31", "Europe/London")
    assert found["resolution"]["median_minutes"] == "91"
    assert found["next_reply"]["kept_percent"] == ""


@pytest.mark.parametrize(
    ("by", "keys"), [("client", ["ACME", "GLOBEX"]), ("priority", ["P2", "P3"]), ("person", ["sam", ""])]
)
def test_csv_by_group(desk: Path, by: str, keys: list[str]):
    """All figures of each side by side; their sums are the whole."""
    found = rows(steward(desk, "--format", "csv", "--by", by))
    assert [row[by] for row in found] == keys
    assert sum(int(row["opened"]) for row in found) == 3
    assert sum(int(row["first_response_missed"]) for row in found) == 2


def test_csv_of_nothing_has_its_header(desk: Path):
    """A program finds its columns, and no row."""
    for by in ("client", "priority", "person"):
        result = steward(desk, "--format", "csv", "--by", by, "--period", "2025-01")
        assert rows(result) == []
        assert result.stdout.startswith(f'"from","to","zone","{by}","name","opened"')
    assert {row["judged"] for row in rows(steward(desk, "--format", "csv", "--period", "2025-01"))} == {"0"}


def test_a_line_a_request(desk: Path):
    """Whose, what, when in the client's zone; each promise's due time, verdict and minutes; titles as they are."""
    result = steward(desk, "--rows", "--format", "csv", "--client", "ACME", "--bom")
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in result.stdout_bytes
    solved, aside, late = rows(result)
    assert solved["title"] == "'" + TITLE.replace("\u202e", "")
    assert (solved["ref"], solved["client"], solved["requester"], solved["owner"]) == (
        "ACME-1", "ACME", "Dana Reyes", "Sam Ito",
    )  # fmt: skip
    assert (solved["status"], solved["priority"]) == ("closed", "P2")
    assert solved["opened"] == "2026-05-12T10:00:00+01:00"
    assert solved["first_reply"] == "2026-05-12T10:30:00+01:00"
    assert solved["resolved"] == "2026-05-12T11:31:00+01:00"
    assert solved["closed"].startswith("2026-05-15T17:00:00")
    assert solved["first_response_due"] == "2026-05-12T11:00:00+01:00"
    assert (solved["first_response_verdict"], solved["first_response_minutes"]) == ("met", "30")
    assert (solved["resolution_verdict"], solved["resolution_minutes"]) == ("met", "91")
    assert solved["next_reply_due"] == solved["next_reply_verdict"] == solved["next_reply_minutes"] == ""
    assert (aside["status"], aside["first_response_verdict"]) == ("cancelled", "cancelled")
    assert (late["status"], late["owner"], late["first_response_verdict"]) == ("new", "", "missed")
    assert late["first_response_due"] == "2026-05-12T13:31:00+01:00"


def test_lines_for_people(desk: Path):
    """The same on a terminal: one line each, what is too long is cut."""
    lines = steward(desk, "--rows").stdout.splitlines()
    assert len(lines) == 5
    assert lines[1].split()[:4] == ["ACME-1", "P2", "met", "met"]
    assert max(width(line) for line in lines) <= 80


def test_json(desk: Path):
    """All of it for programs, with rows as a list; and nothing as an empty list."""
    told = json.loads(steward(desk, "--format", "json").stdout)
    assert (told["client"], told["period"], told["from"]) == (None, "May 2026", "2026-05-01")
    assert told["volume"]["opened"] == 3
    assert told["by_target"][0]["target"] == "first_response"
    assert told["by_target"][1]["kept_percent"] is None
    assert told["oldest_open"] == ["GLOBEX-3", "ACME-4"]
    listed = json.loads(steward(desk, "--format", "json", "--rows").stdout)
    assert [row["ref"] for row in listed] == ["ACME-1", "ACME-2", "GLOBEX-3", "ACME-4"]
    assert json.loads(steward(desk, "--format", "json", "--rows", "--period", "2025-01").stdout) == []


def test_nothing_teaches(desk: Path):
    """An empty time says how to ask for another."""
    told = steward(desk, "--period", "2025-01").stdout
    assert "Nothing happened in January 2025" in told
    assert 'steward report --period "this month"' in told


def test_into_a_file(desk: Path, tmp_path: Path):
    """Whole or not at all: an error leaves the old one, and nothing half written beside it."""
    out = tmp_path / "may.csv"
    out.write_text("before")
    failed = steward(desk, "--out", str(out), "--period", "nonsense")
    assert failed.exit_code == 1
    assert out.read_text() == "before"
    done = steward(desk, "--rows", "--format", "csv", "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    assert len(list(csv.reader(io.StringIO(out.read_bytes().decode(), newline="")))) == 5
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--client", "nobody"], "I know no client “nobody”. Use one of: ACME, GLOBEX."),
        (["--period", "soon"], "“soon” is no time I can report on. Write last month"),
        (["--zone", "Mars/X"], "“Mars/X” is no time zone"),
        (["--by", "mood"], "'mood' is not one of"),
        (["--out", "/no/such/folder/x"], "/no/such/folder"),
    ],
)
def test_errors_are_one_line(desk: Path, args: list[str], says: str):
    """And never a traceback."""
    result = steward(desk, *args)
    assert result.exit_code in (1, 2)
    assert result.stdout == ""
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bar_on_a_terminal(desk: Path, monkeypatch: pytest.MonkeyPatch):
    """Where somebody watches, on stderr; what is written stays clean."""
    monkeypatch.setattr(progress, "_watched", lambda: True)
    monkeypatch.setattr("click._termui_impl.isatty", lambda _: True)
    for args in ((), ("--rows", "--format", "json")):
        result = steward(desk, *args)
        assert "Counting" in result.stderr
        assert "100%" in result.stderr
        assert "Counting" not in result.stdout
