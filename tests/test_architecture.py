"""The house's one rule, and a few of its manners, checked from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(p for folder in ("bot", "adapters", "storage") for p in (ROOT / folder).rglob("*.py"))


def test_imports_point_inwards(monkeypatch: pytest.MonkeyPatch):
    """adapters and storage know bot, bot knows neither; the domain knows no vendor and no asyncio."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_init_files_among_the_tests():
    """A lone `__init__.py` below tests would shadow installed packages of the same name."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_module_says_what_it_is_for():
    """A reader who opens a file learns in its first line whether it is the right one."""
    silent = [str(p.relative_to(ROOT)) for p in SOURCES if p.stat().st_size and not ast.get_docstring(_tree(p))]
    assert silent == []


def test_rooms_stay_small():
    """A module that outgrows 450 lines holds more than one thing."""
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 450}
    assert long == {}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def test_no_two_test_files_share_a_name():
    """Without packages under tests/, pytest tells modules apart by their names alone."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py")]
    assert sorted({name for name in names if names.count(name) > 1} - {"conftest.py"}) == []
