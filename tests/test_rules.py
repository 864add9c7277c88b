"""Every clause of every rule, and every known mistake of others, has a test that says so."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from rules import CLAUSES, MISTAKES

TESTS = Path(__file__).parent
KNOWN = {f"{rule}.{number}": text for rule, clauses in CLAUSES.items() for number, text in enumerate(clauses, 1)}


def marked(name: str) -> Iterator[tuple[str, str, str]]:
    """Each mark of that name: its value, the test, and what the test says of itself."""
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text()
        if f"pytest.mark.{name}(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{name}":
                    said = " ".join((ast.get_docstring(node) or "").split())
                    yield from ((ast.literal_eval(value), node.name, said) for value in mark.args)


@pytest.mark.parametrize("clause", KNOWN)
def test_every_clause_has_a_test(clause: str):
    """Marked with it, and naming the rule in its docstring."""
    rule = clause.split(".")[0]
    tests = RULES[clause]
    assert tests, f"no test is marked rule({clause!r}): {KNOWN[clause]}"
    for name, said in tests:
        assert re.search(rf"\b[Rr]ules? (?:[\w, ]+\b)?{rule}\b", said), f"{name} does not name rule {rule}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_of_others_has_a_test(mistake: str):
    """Marked with it, and naming it in its docstring."""
    assert MADE[mistake], f"no test is marked mistake({mistake!r}): {MISTAKES[mistake]}"
    for name, said in MADE[mistake]:
        assert mistake in said, f"{name} does not name {mistake}"


def test_no_mark_names_what_is_not_there():
    """A slip in a mark would leave its clause without a test, unseen; and the docs have each rule."""
    assert set(RULES) <= set(KNOWN)
    assert set(MADE) <= set(MISTAKES)
    docs = (TESTS.parent / "docs" / "sla.md").read_text()
    assert set(re.findall(r"^ *(\d+a?)\. ", docs, re.MULTILINE)) == set(CLAUSES)


def _by_value(name: str) -> defaultdict[str, list[tuple[str, str]]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for value, test, said in marked(name):
        found[value].append((test, said))
    return found


RULES, MADE = _by_value("rule"), _by_value("mistake")
