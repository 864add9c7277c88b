"""`steward sla`: what is promised, what a file would change on open requests, and applying it to them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "stories"))

from command_line import typed
from desk_world import World  # the stories' world stands in a room of its own

from bot.clock import SimulatedClock, SystemClock
from bot.desk import plan
from bot.desk.plan import file
from bot.domain.people import Directory
from storage import open_store

FILE = """
[clients.ACME]
name = "Acme"
zone = "UTC"
hours = "24/7"
level = "gold"

[clients.GLOBEX]
name = "Globex"

[people]
dana = { name = "Dana Reyes", client = "ACME" }
lee = { name = "Lee Novak", role = "manager" }
"""
SEVERAL = """
[clients.ACME]
[[clients.ACME.policies]]
name = "Changes"
hours = "Mon-Sun 00:00-24:00"
holidays = false
warn_before = ["5m"]
for = { kinds = ["change"], priorities = ["p3", "P4"], tags = ["#VIP"] }
targets.P3.first_response = "15m"
[[clients.ACME.policies]]
name = "Gold"
targets.P3.first_response = "10m"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Acme with one policy, and one request of it that has been open for an hour."""
    for name in [name for name in os.environ if name.startswith("STEWARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.toml").write_text(FILE)
    (tmp_path / "several.toml").write_text(SEVERAL)
    assert typed("apply", "desk.toml", "--yes").exit_code == 0
    asyncio.run(_raised())
    return tmp_path


async def _raised() -> None:
    store = await open_store("sqlite:///var/steward.db")
    try:
        world = World(store, SimulatedClock(SystemClock().now() - timedelta(hours=1)))
        await world.raised()
    finally:
        await store.close()


def test_a_preview_changes_nothing_and_apply_does_what_it_said(desk: Path):
    """Number, clock, old and new due time, what becomes late, and counts; applied once, again is nothing."""
    shown = json.loads(typed("sla", "preview", "several.toml", "--json").output)
    assert (shown["open"], shown["changed"], shown["newly_late"], shown["no_longer_late"]) == (1, 1, 1, 0)
    (request,) = shown["requests"]
    assert request["request"] == "ACME-1"
    first = next(clock for clock in request["clocks"] if clock["clock"] == "first_response")
    assert first["due_before"] > first["due_after"]
    assert first["newly_late"] is True
    said = typed("sla", "preview", "several.toml").output
    assert "ACME-1 (Gold): first response" in said
    assert "1 newly late" in said
    assert "Gold, for every request" in typed("sla", "list", "acme").output
    done = typed("apply", "several.toml", "--yes", "--apply-to-open")
    assert "1 open request got the promises of several.toml." in done.output
    assert "nothing to change" in typed("apply", "several.toml", "--yes", "--apply-to-open").output
    listed = typed("sla", "list").output
    assert "1. Changes, for requests with kind change, priority P3 or P4, the tag vip, open" in listed
    assert "2. Gold, for every other request" in listed
    assert "nothing changes for the 1 request open" in typed("sla", "preview", "--client", "ACME").output


def test_an_edit_alone_leaves_open_ones_and_can_be_applied_later(desk: Path):
    """Without the flag they keep theirs; applied afterwards by the same file."""
    assert "open keep the hours and targets" in typed("apply", "several.toml", "--yes").output
    assert json.loads(typed("sla", "preview", "--json").output)["changed"] == 1
    assert "1 open request got" in typed("apply", "several.toml", "--yes", "--apply-to-open").output


def test_several_policies_are_written_and_read_the_same(desk: Path):
    """Export, apply: no change; and a new desk from it has the same policies in the same order."""
    typed("apply", "several.toml", "--yes")
    typed("export", "out.toml")
    text = (desk / "out.toml").read_text()
    assert text.count("[[clients.ACME.policies]]") == 2
    assert "nothing to change" in typed("apply", "out.toml", "--yes").output
    doc = tomllib.loads(text)
    at = SystemClock().now()
    made = plan.after(plan.World(Directory()), plan.wanted(plan.World(Directory()), doc, at))
    assert plan.export(made)["clients"] == doc["clients"]
    assert file.load(file.dump(plan.export(made), plan.SECTIONS))["clients"] == doc["clients"]


@pytest.mark.parametrize(
    ("was", "now", "mend"),
    [
        ('kinds = ["change"]', 'kinds = ["chnage"]', "is no kind of request. Known here: change, problem, question"),
        ('"p3", "P4"', '"P9"', "is no priority. Use P1, P2, P3, P4"),
        ('tags = ["#VIP"]', 'plans = ["premium"]', "Give a client that plan first"),
        ('name = "Gold"', 'name = "changes"', "give one of them another name"),
        ('first_response = "10m"', 'first_response = "0m"', "Write 30m, 4h"),
        ('targets.P3.first_response = "15m"', "", "It promises nothing"),
        ('name = "Changes"', "", "Give the policy a name"),
        ('for = { kinds = ["change"], priorities = ["p3", "P4"], tags = ["#VIP"] }', "", "Gold” would never be used"),
        ('hours = "Mon-Sun 00:00-24:00"', "", "It belongs to hours of its own"),
        ("[clients.ACME]", '[clients.ACME]\nlevel = "gold"', "Write it in each [[clients.ACME.policies]]"),
        ('warn_before = ["5m"]', 'warn_before = ["soon"]', "is no target"),
        ('warn_before = ["5m"]', "warn_percents = [150]", "between 1 and 99"),
    ],
)
def test_errors_name_their_mend(was: str, now: str, mend: str):
    """What cannot be promised is refused whole, with what to write instead."""
    nothing, at = plan.World(Directory()), SystemClock().now()
    there = plan.after(nothing, plan.wanted(nothing, tomllib.loads(FILE), at))
    plan.wanted(there, tomllib.loads(SEVERAL), at)
    with pytest.raises(plan.BadPlan) as bad:
        plan.wanted(there, tomllib.loads(SEVERAL.replace(was, now, 1)), at)
    assert mend in str(bad.value)


def test_a_client_with_several_is_not_edited_as_if_it_had_one(desk: Path):
    """A file of one policy against a desk of several says where to write it; hours alone still apply."""
    typed("apply", "several.toml", "--yes")
    done = typed("apply", "desk.toml", "--yes")
    assert "write it there, in [[clients.ACME.policies]]" in done.output
    (desk / "hours.toml").write_text('[clients.ACME]\nhours = "Mon-Fri 08:00-16:00"\n')
    assert typed("apply", "hours.toml", "--yes").exit_code == 0
    assert "Changes" in typed("sla", "list").output
