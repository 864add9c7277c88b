"""Kinds of request, checklists and saved replies: written by people, checked kindly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Directory
from bot.domain.playbooks import (
    ANSWER_LIMIT,
    BUILT_IN,
    MOST_STEPS,
    FieldKind,
    FormField,
    PlaybookError,
    RequestKind,
    SavedReply,
    answers,
    checked,
    filled,
    read_fields,
    read_lines,
    write_fields,
)

LAPTOP = RequestKind(
    "new-laptop",
    "A new laptop",
    fields=(FormField("Asset tag", required=True), FormField("Site", options=("Rome", "Oslo")), FormField("Why")),
)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Asset tag", FormField("Asset tag")),
        ("Asset tag *", FormField("Asset tag", required=True)),
        ("- Why (long)", FormField("Why", long=True)),
        ("Why * (long)", FormField("Why", required=True, long=True)),
        ("Why (long) *", FormField("Why", required=True, long=True)),
        ("Site * : Rome / Oslo", FormField("Site", required=True, options=("Rome", "Oslo"))),
        ("Time: when?", FormField("Time: when?")),
    ],
)
def test_a_question_is_a_line(row: str, field: FormField):
    """As people would write it down for a colleague."""
    assert read_fields(f"\n  {row}\n") == (field,)


@pytest.mark.parametrize("row", ["Site : Rome", "Site : ", "*", "x" * 81, "(long)"])
def test_a_line_that_is_no_question_is_named(row: str):
    """The error repeats the line and says how it would do."""
    with pytest.raises(PlaybookError):
        read_fields(row)


LABELS = st.text("aBcéß字7", min_size=1, max_size=12)


@given(
    st.lists(
        st.builds(
            FormField, LABELS, st.booleans(), st.booleans(), st.sampled_from([(), ("one", "two"), ("a", "b", "c")])
        ),
        max_size=8,
    )
)
def test_what_is_written_is_read_again(fields: list[FormField]):
    """Editing a kind shows its questions as they were written."""
    assert read_fields(write_fields(tuple(fields))) == tuple(fields)


def test_questions_are_shown_as_people_write_them():
    """A mark for what is required, a word for what is long, the answers after a colon."""
    fields = (*LAPTOP.fields, FormField("Where it hurts", required=True, long=True))
    assert write_fields(fields) == "Asset tag *\nSite : Rome / Oslo\nWhy\nWhere it hurts * (long)"


def test_a_question_knows_how_it_is_answered():
    """Options make it a choice."""
    kinds = [field.kind for field in read_fields("Tag\nWhy (long)\nSite : Rome / Oslo")]
    assert kinds == [FieldKind.LINE, FieldKind.AREA, FieldKind.CHOICE]


def test_answers_are_checked_by_the_questions():
    """What is needed, what can be chosen, what fits; blank ones are left out."""
    good, wrong = answers(LAPTOP, {"Asset tag": " 12 ", "Site": "Oslo", "Why": " "})
    assert (good, wrong) == ({"Asset tag": "12", "Site": "Oslo"}, {})
    good, wrong = answers(LAPTOP, {"Site": "Paris", "Why": "x" * (ANSWER_LIMIT + 1)})
    assert good == {}
    assert wrong["Asset tag"] == "This one is needed."
    assert wrong["Site"] == "Choose one of Rome, Oslo."
    assert "2,001" in wrong["Why"]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ({"key": "New Laptop"}, "is no key"),
        ({"label": " "}, "Give the kind"),
        ({"fields": tuple(FormField(str(n)) for n in range(9))}, "There can be 8 questions"),
        ({"fields": (FormField("Tag"), FormField("tag"))}, "stands there twice"),
        ({"checklist": ("a", "a")}, "stands there twice"),
        ({"checklist": ("x" * 161,)}, "160 characters"),
        ({"checklist": tuple(map(str, range(MOST_STEPS + 1)))}, "There can be 30 steps"),
    ],
)
def test_a_kind_that_cannot_be_kept_says_why(kind: dict[str, object], says: str):
    """Each with the mend."""
    with pytest.raises(PlaybookError, match=says):
        RequestKind(**({"key": "x", "label": "X"} | kind))


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [("ask", " ", "still empty"), ("ask", "Hi {dana}", "no placeholder"), ("A!", "x", "no key")],
)
def test_a_saved_reply_that_cannot_be_kept_says_why(key: str, text: str, says: str):
    """An unknown placeholder lists the known ones."""
    with pytest.raises(PlaybookError, match=says):
        SavedReply(key, text)


def test_what_is_filled_in_is_not_read_again():
    """A title that looks like a placeholder stays as it is; so do braces that are none."""
    reply = SavedReply("ask", "Hi {requester}, {title}: { } {1}")
    assert filled(reply, {"requester": "Dana", "title": "{requester}"}) == "Hi Dana, {requester}: { } {1}"


def test_a_client_chooses_from_its_own_and_everybodys_kinds():
    """The built-in ones first; one of the same key replaces a built-in one, an inactive one takes it away."""
    own = RequestKind("laptop", "A laptop", "ACME")
    other = RequestKind("other", "Other", "GLOBEX")
    off = RequestKind("change", "A change", active=False)
    directory = Directory(kinds={k.key: k for k in (own, other, off)}, replies={"x": SavedReply("x", "x", "GLOBEX")})
    assert [k.key for k in directory.kinds_for("ACME")] == ["problem", "question", "laptop"]
    assert directory.kinds_for("GLOBEX")[:2] == list(BUILT_IN[:2])
    assert (directory.replies_for("ACME"), [r.key for r in directory.replies_for("GLOBEX")]) == ([], ["x"])


def test_steps_are_lines():
    """Marks before them and blank lines fall away."""
    assert checked(read_lines("• back up\n\n - patch  it\n")) == ("back up", "patch it")
