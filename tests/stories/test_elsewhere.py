"""The list of stories that cannot be played through other faces is short, and true: what it names is there."""

from __future__ import annotations

import ast
from pathlib import Path

from elsewhere import ABSENT, acceptance

STORIES = Path(__file__).parent


def test_what_is_listed_is_there():
    """That it still cannot be played is seen when it is: what would pass fails."""
    there = {
        f"{path.name}::{node.name}"
        for path in STORIES.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
    for absent in ABSENT.values():
        assert {story.partition("[")[0] for story in absent} <= there
        assert all(absent.values())


def test_each_acceptance_story_is_played_everywhere():
    """In all of its cases, on every face; whoever lists one as absent takes that promise out of the guides."""
    for absent in ABSENT.values():
        assert acceptance() & {story.partition("[")[0] for story in absent} == set()
