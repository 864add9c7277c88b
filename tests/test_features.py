"""What the project says it can do is proved by stories that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/features.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Feature")
]


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
