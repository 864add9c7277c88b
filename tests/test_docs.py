"""The docs say what the code does: every verb, every setting, every link and path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import Settings
from bot.desk.front import REGISTRY
from bot.desk.plan.values import as_text, names, plain
from bot.domain.report import Verdict, Volume
from bot.domain.search import FILTERS, FLAGS, STATUSES
from bot.domain.settings import ClientSettings, TeamSettings
from bot.messages import settings as say

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def rows(page: str, chapter: str = "") -> dict[str, str]:
    """A page's table rows by the code word they begin with; of one chapter, where it is named."""
    text = (ROOT / "docs" / page).read_text()
    if chapter:
        text = text.split(f"## {chapter}\n")[1].split("\n## ")[0]
    return {m[1]: m[0] for m in re.finditer(r"^\| `([\w-]+)`.*$", text, re.MULTILINE)}


def test_every_verb_has_its_row():
    """docs/commands.md lists the registry's verbs, no more and no fewer, in its order."""
    assert list(rows("commands.md")) == list(REGISTRY.commands)


def test_every_setting_has_its_row_with_its_default():
    """docs/settings.md lists every setting with the default the code has."""
    listed = rows("settings.md", "Of the installation")
    assert list(listed) == list(Settings.model_fields)
    for name, setting in Settings.model_fields.items():
        default = str(setting.default)
        assert not default or f"`{default}`" in listed[name], name


def test_every_figure_is_defined():
    """docs/reports.md says in a sentence what each figure of a report is, and defines no other."""
    figures = ["judged", "kept", "median", "ninetieth", "count", *(v.value for v in (*Verdict, *Volume))]
    assert sorted(rows("reports.md")) == sorted(figures)


@pytest.mark.parametrize(
    ("kind", "chapter", "table"),
    [(ClientSettings, "Of each client", say.CLIENT), (TeamSettings, "Of the team", say.TEAM)],
)
def test_every_setting_of_a_client_and_of_the_team_is_explained(
    kind: type, chapter: str, table: dict[str, say.Setting]
):
    """Each field has its words in bot/messages/settings.py, and a row with its default in docs/settings.md."""
    default = plain(kind())
    listed = rows("settings.md", chapter)
    assert list(table) == names(kind), "bot/messages/settings.py says what each is called, in the fields' order"
    assert list(listed) == names(kind), "docs/settings.md has a row for each, in the fields' order"
    for name in names(kind):
        assert f"`{as_text(default[name]) or 'none'}`" in listed[name], name
        assert table[name].help.endswith("."), name


def test_every_filter_has_its_row():
    """docs/search.md lists the filters of a search, no more and no fewer, in their order."""
    listed = rows("search.md")
    assert list(listed) == [*FILTERS, *FLAGS]
    assert all(f"`{status}`" in listed["status"] for status in STATUSES)


@pytest.mark.parametrize("page", DOCS, ids=lambda p: p.name)
def test_links_and_paths_lead_somewhere(page: Path):
    """Relative links, and paths of the project in backticks, exist."""
    text = page.read_text()
    links = [t for t in re.findall(r"\]\(([^)#]+)", text) if not t.startswith("http")]
    assert [t for t in links if not (page.parent / t).exists()] == []
    paths = re.findall(r"`((?:bot|adapters|storage|tests|docs)/[\w./*-]*)[`:]", text)
    assert [p for p in paths if not list(ROOT.glob(p.rstrip("/")))] == []


def test_every_rule_named_in_the_code_is_in_the_docs():
    """`rule 9` in a docstring can be looked up in docs/sla.md."""
    known = set(re.findall(r"^(\d+)\.", (ROOT / "docs" / "sla.md").read_text(), re.MULTILINE))
    named = {n for p in (ROOT / "bot" / "domain").rglob("*.py") for n in re.findall(r"[Rr]ules? (\d+)", p.read_text())}
    assert named <= known
