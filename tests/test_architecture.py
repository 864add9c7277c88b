"""The house's one rule, and a few of its manners, checked from the code itself."""

from __future__ import annotations

import ast
import importlib
import logging
import pkgutil
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import bot.desk
import bot.domain
from bot.domain.refusal import Declined

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(p for folder in ("bot", "adapters", "storage") for p in (ROOT / folder).rglob("*.py"))


def test_imports_point_inwards(monkeypatch: pytest.MonkeyPatch):
    """adapters and storage know bot, bot knows neither; the domain knows no vendor and no asyncio."""
    monkeypatch.chdir(ROOT)
    # It sets logging up for a program of its own, and silences every logger that there is.
    before = {
        name: each.disabled for name, each in logging.root.manager.loggerDict.items() if hasattr(each, "disabled")
    }
    try:
        assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0
    finally:
        for name, disabled in before.items():
            logging.getLogger(name).disabled = disabled


SLOW = {
    *("alembic", "asyncpg", "holidays", "httpx", "icalendar", "jinja2", "sqlalchemy", "sse_starlette", "tomlkit"),
    *("uvicorn", "bot.cli.app", "bot.demo", "bot.desk.front", "bot.desk.importing", "bot.desk.plan", "bot.desk.verbs"),
    "storage.schema",
}
"""What takes long to load and nothing needs until the first timer has fired: `import` it where it is used."""


@pytest.mark.parametrize("start", ["bot.running", "benchmarks.restarted"])
def test_what_fires_the_first_timer_loads_nothing_that_is_slow(start: str):
    """A desk that starts again is late already. The faces, a driver it does not use and what changes tables come after
    the first timers; this follows what modules import at their top, from there on."""
    seen, waiting = {start: start}, [start]
    while waiting:
        name = waiting.pop()
        for each in _loaded_by(name):
            if each not in seen:
                seen[each] = f"{seen[name]} > {each}"
                waiting.append(each)
    assert "bot.desk.reminders" in seen
    early = [way for name, way in seen.items() if any(name == slow or name.startswith(f"{slow}.") for slow in SLOW)]
    assert early == []


def _loaded_by(name: str) -> set[str]:
    """What a module of ours imports at its top, with the packages that all of it lies in; nothing of others'."""
    path = ROOT / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        return set()
    found = {name.rpartition(".")[0]} - {""}
    for node in _tree(path).body:
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{each.name}" for each in node.names)}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found


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


SPEAKS_OTHERWISE = {
    "doctor.py": "an operator's, in a terminal",
    "doctor_said.py": "the same",
    "doctor_installed.py": "the same",
    "pages.py": "pages in a browser, for whoever installs the app",
    "installing.py": "the log of the same",
    "door.py": "answers to a machine",
    "dispatching.py": "answers to a machine",
    "manifest.py": "the app's own page at Slack",
    "failing.py": "reasons: the log's, and of what could not be sent",
}
"""Modules of the chat faces with sentences that nobody reads in chat, and whose those are."""
REASONS = {"ConfigError", "Once", "Refused", "RuntimeError", "Unreachable", "ValueError"}
"""What takes a reason that no answer shows."""


@pytest.mark.parametrize("face", ["slack", "discord"])
def test_what_people_read_in_chat_lives_with_all_that_they_read(face: str):
    """A sentence in an adapter would be said on one face alone, and be missed by whoever looks through the words."""
    stray = [
        f"{path.name}:{node.lineno} {node.value.strip()}"
        for path in sorted((ROOT / "adapters" / face).glob("*.py"))
        if path.name not in SPEAKS_OTHERWISE
        for node in _said(_tree(path))
        if re.search(r"[a-z]{2,} .*[a-z]{2,}[.!?…]$", node.value.strip())
    ]
    assert stray == []


def _said(tree: ast.Module) -> list[ast.Constant]:
    """The words of a module that are none of its documentation, its log or a reason."""
    hidden = set[int]()
    for node in ast.walk(tree):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(id(node.value))
        elif called.startswith("log.") or called in REASONS:
            hidden |= {id(part) for part in ast.walk(node)}
    every = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node for node in every if id(node) not in hidden]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def test_no_two_test_files_share_a_name():
    """Without packages under tests/, pytest tells modules apart by their names alone; what a stand-in is made of is
    imported with its folder."""
    fakes = ROOT / "tests" / "fakes"
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if fakes not in path.parent.parents]
    assert sorted({name for name in names if names.count(name) > 1} - {"conftest.py"}) == []


def test_what_the_domain_declines_is_fit_to_show():
    """Every error that the rules or the desk raise on purpose is shown to whoever asked, as one kind: none can be
    forgotten there. A naive instant is a mistake of the code's own."""
    found = {
        each
        for room in (bot.domain, bot.desk)
        for info in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        for each in vars(importlib.import_module(info.name)).values()
        if isinstance(each, type) and issubclass(each, Exception) and each.__module__ == info.name
    }
    # Who catches the others reads more of them than their words, or, as the calendar, says it in its own.
    inside = {"NaiveInstant", "OutsideTime", "BadPlan", "CannotImport", "Unusable"}
    assert {each.__name__ for each in found if not issubclass(each, Declined)} == inside


def test_whoever_speaks_to_a_client_asks_where_its_side_is():
    """A private request talks in its own thread: a message for the client goes to `client_side`, never to either
    thread by name. Those who name them move words between the two, read what stands in both, or invent a month."""
    names = {"client_thread", "private_thread"}
    spelled = re.compile(r":(?:client|private)\b")
    found = set[str]()
    for path in SOURCES:
        nodes = list(ast.walk(_tree(path)))
        named = any(isinstance(node, ast.Name | ast.alias) and _name(node) in names for node in nodes)
        texts = (
            part.value
            for node in nodes
            if isinstance(node, ast.JoinedStr)
            for part in node.values[1:]
            if isinstance(part, ast.Constant)
        )
        if named or any(spelled.search(str(text)) for text in texts):
            found.add(str(path.relative_to(ROOT)))
    assert found == {
        "bot/desk/conversations.py",
        "bot/desk/hearing.py",
        "bot/desk/mirroring.py",
        "bot/desk/verbs/sharing.py",
        "bot/demo/seed.py",
    }


def _name(node: ast.Name | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name
