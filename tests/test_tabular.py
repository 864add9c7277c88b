"""Tables for others: CSV that comes back as it was and that no spreadsheet runs; columns that line up."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tabular import CsvFile, columns, cut, safe, width


def written(*rows: dict, bom: bool = False) -> str:
    """The file."""
    file = io.StringIO(newline="")
    table = CsvFile(file, list(rows[0]), bom=bom)
    for row in rows:
        table.write(row)
    return file.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)",
        " =1+1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u2066=1", "\x00=1", "  \u200e -1", '=HYPERLINK("http://x","y")',
        "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_formula_is_only_text(text: str):
    """Whatever a spreadsheet could take for a formula begins with an apostrophe; nothing else of it changes."""
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Export fails", "ACME-42", "a=b", "'quoted'", "", "2026-05-01", "100 %", "é"])
def test_words_stay_as_they_are(cell: str):
    """An apostrophe where none is needed would be one too many."""
    assert safe(cell) == cell


@pytest.mark.parametrize("cell", [0, -5, 97.2, None])
def test_numbers_stay_numbers(cell: float | None):
    """Also negative ones; and nothing stays nothing."""
    assert safe(cell) == cell


def test_the_form_is_that_of_rfc_4180():
    """CRLF, text in quotes, quotes doubled, numbers plain, nothing empty; the mark where it is asked for."""
    row = {"title": 'It says "no"; stop\nnow', "minutes": 90, "kept": 97.2, "owner": None}
    expected = '"title","minutes","kept","owner"\r\n"It says ""no""; stop\nnow",90,97.2,""\r\n'
    assert written(row) == expected
    assert written(row, bom=True) == "\ufeff" + expected


TITLES = [
    '"',
    '""',
    "a,b",
    "a;b",
    "two\nlines",
    "two\r\nlines",
    "🧾 émoji 👩🏽‍🚀",
    "שלום עולם",
    "مرحبا",
    "漢字",
    "\\",
    "a\tb",
    "'",
]


@given(st.lists(st.one_of(st.sampled_from(TITLES), st.text(st.characters(exclude_categories=["Cs"]))), min_size=1))
def test_every_title_survives(titles: list[str]):
    """What was written is read again, but for the apostrophe; rows and columns stay what they are."""
    rows = list(csv.reader(io.StringIO(written(*({"title": t, "n": 1} for t in titles)), newline="")))
    assert rows[0] == ["title", "n"]
    assert [row[1] for row in rows[1:]] == ["1"] * len(titles)
    for title, (read, _) in zip(titles, rows[1:], strict=True):
        assert read == safe(title)
        assert read.removeprefix("'") == title.removeprefix("'")
        assert not read.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_columns_line_up_in_any_script():
    """Wide characters take two columns, marks that combine none; the first column gives way, the others never."""
    lines = columns(
        [("Client", "Kept"), ("漢字の会社", "100 %"), ("cafe\u0301", "9 %"), ("x" * 200, "50 % of 2")], most=40
    )
    assert {width(line) for line in lines} == {40}
    assert lines[1].startswith("漢字の会社 ")
    assert lines[3] == "x" * 28 + "…  50 % of 2"
    assert columns([]) == []


@given(st.text(), st.integers(1, 30))
def test_what_is_cut_fits(text: str, most: int):
    """On one line, never wider than asked."""
    found = cut(text, most)
    assert width(found) <= most
    assert "\n" not in found
