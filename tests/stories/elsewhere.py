"""Which stories are played through which face, and which cannot be, with the reason.

The acceptance stories, which are those that docs/features.md names, are played in the browser's chat and through Slack
in both deliveries, each time; all others there only where `STEWARD_FACES=all` asks for it. What is listed here must
fail: a story that could be played is taken off the list.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = "web"
FACES = ("slack-socket", "slack-http")

OWN_WORDS = "Slack lets no app take away what a person wrote: the desk says so, and its author does it"
ONE_SCREEN = "one person does two things at the same moment in two forms, and has one screen"
NO_DOOR = "it plays with the browser's own chat or the front door itself, as nobody could by hand"
PRESSED = "what was pressed is answered in its place: the button is there no more"

ABSENT: dict[str, str] = {
    "test_slips.py::test_an_aside_is_kept_among_the_team_in_one_press": OWN_WORDS,
    "test_slips.py::test_a_slip_can_be_taken_away": OWN_WORDS,
}
"""By file, story and, where only some of its cases cannot be played, what the case is called."""


@cache
def acceptance() -> frozenset[str]:
    """The stories that docs/features.md names."""
    return frozenset(re.findall(r"`(test_\w+\.py::test_\w+)`", (ROOT / "docs/features.md").read_text("utf-8")))


def faces_of(story: str) -> list[str]:
    """Where it is played; empty where only here."""
    asked = os.environ.get("STEWARD_FACES", "").split()
    if asked and asked != ["all"]:
        return asked
    return [HERE, *FACES] if asked or story in acceptance() else []


def absence(item: pytest.Function) -> str:
    """Why it cannot be played in that face; empty where it can, or is played here."""
    face = item.callspec.params.get("world") if hasattr(item, "callspec") else None
    if face in (None, HERE):
        return ""
    story = f"{item.path.name}::{item.originalname}"
    case = item.name.removeprefix(item.originalname).strip("[]").removeprefix(str(face)).removeprefix("-")
    return ABSENT.get(f"{story}[{case}]") or ABSENT.get(story, "")
