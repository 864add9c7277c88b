"""`steward why`: the story of a request's clocks on a terminal, and as JSON for programs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "stories"))

from command_line import typed
from desk_world import World  # the stories' world stands beside them

from bot.cli import why as cli
from bot.clock import SimulatedClock
from bot.demo.seed import set_up
from bot.desk import bootstrap
from bot.tabular import width
from storage import open_store

SLA = Path(__file__).parents[2] / "docs" / "sla.md"
START = datetime(2026, 6, 9, 10, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A request that waited for its client for two hours, looked at three hours after it came in."""
    for name in [name for name in os.environ if name.startswith("STEWARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    clock = SimulatedClock(START)
    asyncio.run(_waited(clock))
    monkeypatch.setattr(cli, "SystemClock", lambda: SimpleNamespace(now=clock.now))
    return tmp_path


async def _waited(clock: SimulatedClock) -> None:
    store = await open_store("sqlite:///var/steward.db")
    try:
        world = World(store, clock)
        await bootstrap.ensure(store, platform="web", workspace="desk")
        await set_up(world.desk)
        await world.channels.follow()
        number = await world.raised(stopped="team")
        await world.pass_(minutes=10)
        await world.do("sam", "ask-client", request=str(number), text="Which format?")
        await world.pass_(hours=2)
        await world.write("dana", "PDF", place=await world.thread(number, "client"))
        await world.pass_(minutes=50)
    finally:
        await store.close()


def test_the_story_on_a_terminal(desk: Path):
    """In 80 columns: the picture, the turns with their dates, which hours counted, in whose zone."""
    told = typed("why", "acme-1", "--zone", "Europe/London", "--clock", "resolution")
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert max(map(width, lines)) <= 80
    flat = " ".join(told.output.split())
    for said in (
        "Why these times for ACME-1?",
        "Resolution: due Wed 10 Jun 12:00 ─",
        "█ counted ╌ paused · outside service hours ░ left",
        "Target 8 h of service time, by Gold version 1 for P2",
        "Tue 9 Jun 10:10 Paused: Sam Ito asked Dana Reyes “Which format?”; Gold version 1 counts no time",
        "Tue 9 Jun 12:10 Went on: Dana Reyes answered; 2 h of service time given back (rule 9). Due Wed 10 Jun 12:00.",
        "Counted 1 h: Tue 9 Jun 10:00–10:10, 12:10–13:00 (1 h).",
        "All times are in Europe/London.",
    ):
        assert said in flat, told.output
    assert "First response" not in told.output
    assert "First response: met" in typed("why", "1").output


def test_a_date_of_another_year_keeps_its_room(desk: Path, monkeypatch: pytest.MonkeyPatch):
    """Its year makes it longer; what happened stands beside it all the same."""
    monkeypatch.setattr(cli, "SystemClock", lambda: SimpleNamespace(now=lambda: START.replace(year=2027)))
    told = typed("why", "ACME-1", "--clock", "resolution", "--zone", "Europe/London")
    assert "Tue 9 Jun 2026 10:00   Started: Dana" in told.output
    assert re.search(r"^  Wed 10 Jun 2026 12:00  \S", told.output, re.MULTILINE), told.output


def test_the_story_for_programs(desk: Path):
    """Every figure with its unit, instants in UTC; what counted sums up to what elapsed; each turn names its entry."""
    told = json.loads(typed("why", "#1", "--json").output)
    assert (told["request"], told["policy"]) == ("ACME-1", "Gold")
    assert [clock["clock"] for clock in told["clocks"]] == ["first_response", "next_reply", "resolution"]
    fix = told["clocks"][-1]
    assert fix["due_at"] == "2026-06-10T11:00:00Z"
    assert (fix["elapsed_seconds"], fix["given_back_seconds"], fix["target_seconds"]) == (3600, 7200, 28800)
    assert sum(part["seconds"] for part in fix["counted"]) == fix["elapsed_seconds"]
    assert fix["pauses"] == [
        {
            "since": "2026-06-09T09:10:00Z",
            "until": "2026-06-09T11:10:00Z",
            "status": "waiting_client",
            "label": None,
            "given_back_seconds": 7200,
        }
    ]
    assert [(turn["what"], turn["rule"]) for turn in fix["turns"]] == [
        ("started", "6"),
        ("paused", "9"),
        ("resumed", "9"),
    ]
    assert fix["turns"][1]["entry"]["kind"] == "asked_client"
    assert fix["turns"][1]["entry"]["name"] == "Sam Ito"
    assert [
        clock["clock"] for clock in json.loads(typed("why", "1", "--clock", "Next reply", "--json").output)["clocks"]
    ] == ["next_reply"]


def test_the_docs_show_what_it_says(desk: Path):
    """The worked example of docs/sla.md is this very desk's answer, to the letter."""
    command, shown = re.findall(
        r"^```text\n\$ steward (why .*)\n((?:.*\n)*?)```$", SLA.read_text("utf-8"), re.MULTILINE
    )[0]
    assert typed(*command.split()).output == shown


ERRORS = (
    (("99",), "There is no request 99. Find its number with: steward report --rows"),
    (("9999999999",), "There is no request 9999999999."),
    (("GLOBEX-1",), "There is no request GLOBEX-1; number 1 is ACME-1."),
    (("export",), "“export” is no request number. Write it like 42 or ACME-42."),
    (
        ("1", "--clock", "promise"),
        "ACME-1 has had no promise clock. It has had: first_response, next_reply, resolution.",
    ),
    (("1", "--clock", "promise", "--json"), "ACME-1 has had no promise clock."),
    (("1", "--clock", "lunch"), "“lunch” is no clock. Use first_response, next_reply, periodic_update, resolution"),
    (("1", "--zone", "Mars/Base"), "“Mars/Base” is no time zone"),
)


def test_errors_name_their_mend(desk: Path):
    """One line, and what to type instead."""
    for asked, says in ERRORS:
        told = typed("why", *asked)
        assert told.exit_code != 0
        assert says in told.output
