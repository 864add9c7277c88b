"""What the project says it can do is proved by stories that exist."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def rows(page: str, head: str) -> list[list[str]]:
    """The rows of the page's table that begins so."""
    table = (ROOT / page).read_text("utf-8").partition(f"\n| {head} |")[2].splitlines()[2:]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in takewhile(lambda each: each.startswith("|"), table)
    ]


ROWS = rows("docs/features.md", "Feature")
SLACK, DISCORD = rows("docs/slack.md", "What"), rows("docs/discord.md", "What")

EXPECTED = """\
Raise by command or form
Raise by emoji, shortcut or plain message
Client's acknowledgement in its thread
Team card in the triage channel
Private team thread mirrored to the client's thread
Claim, status, priority, resolve inside threads
Waiting on client
"Thanks" after a resolve
Four SLA clocks, business hours, holidays
Policies people can manage
Warnings before a breach
Escalation ladder
Return timer
My work
Client's own view
Duplicates, merge, reopen
CSAT after close
Daily team digest
Reports
Capacity, leave, round robin
Transcript, export, retention, erasure
API, signed webhooks
Setup
Next-news promise
Urgent, phone, private
Undo
Public-slip guard
A human face""".splitlines()
"""What people expect of such a desk; none may go missing from the page."""


IN_SLACK = """\
All that the browser workspace does, natively
Both deliveries, without losing or doubling
Who is client and who is staff, also in shared channels and as guests
Many workspaces, each with its own token
Slack's limits
Setup
Settings by Slack's own names, and other stand-ins for Slack
What nobody should send""".splitlines()
IN_DISCORD = """\
All that the browser workspace does, natively
Answered in time, once, and whole
Nothing lost and nothing twice
A client on another platform, and one person on several
Who is who
Setup, by Discord's own names
What nobody should send""".splitlines()


def stories() -> set[str]:
    """Every story there is, as `file.py::test`."""
    return {
        f"{path.name}::{node.name}"
        for folder in ("stories", "browser")
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_feature_has_a_story(row: list[str]):
    """Three cells: what, when it is done, and stories that are there."""
    _, done, proof = row
    named = re.findall(r"`([^`]+)`", proof)
    assert done
    assert named
    assert set(named) <= stories()


def test_what_is_expected_is_all_there():
    """Each of them once; the page may promise more."""
    there = [row[0] for row in ROWS]
    assert set(EXPECTED) <= set(there)
    assert len(there) == len(set(there))


@pytest.mark.parametrize("row", [*SLACK, *DISCORD], ids=lambda row: row[0])
def test_what_a_chat_can_is_shown(row: list[str]):
    """Each row names tests that are there."""
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", row[1])
    assert named
    for file, test in named:
        (path,) = (ROOT / "tests").rglob(file)
        assert re.search(rf"^(async )?def {test}\(", path.read_text("utf-8"), re.MULTILINE), test


def test_all_of_slack_and_discord_is_there():
    """No row goes missing."""
    assert set(IN_SLACK) <= {row[0] for row in SLACK}
    assert set(IN_DISCORD) <= {row[0] for row in DISCORD}
