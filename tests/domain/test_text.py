"""What words are."""

from __future__ import annotations

import unicodedata

import pytest

from bot.domain.events import MessageClass
from bot.domain.text import TITLE_LIMIT, affirms, classify, clean, is_blank, maybe_thanks, title_from

COURTESIES = [
    "thanks",
    "Thank you so much!",
    "THANKS!!!",
    "thx 🙏",
    "many thanks",
    "thanks a lot for your help",
    "Thanks for the quick reply, much appreciated.",
    "hello",
    "Hi team,",
    "hello there",
    "Good morning all",
    "👍",
    "🎉🎉 ❤️",
    ":)",
    "...",
    "",
    "ok",
    "ok great",
    "OK, perfect. Thanks again!",
    "great",
    "very good, thank you",
    "got it",
    "will do",
    "noted, thanks",
    "no worries",
    "No problem!",
    "you're welcome",
    "thank you and have a good day",
    "have a great weekend everyone"[:20],
    "bye",
    "Kind regards",
    "see you tomorrow",
]

SUBSTANCE = [
    "hello, the export fails",
    "thanks but it still fails",
    "good morning, prod is down",
    "not working",
    "no",
    "No.",
    "yes",
    "yep",
    "not yet",
    "no, not yet",
    "still no",
    "help",
    "hello, help",
    "thanks, no reply again",
    "thanks, problem again",
    "problem",
    "the reply",
    "ok do it",
    "hello?",
    "thanks?",
    "ok？",
    "هل من جديد؟",
    "again",
    "and",
    "all",
    "day 2",
    "42",
    "1️⃣",
    "https://example.com",
    "great, it works",
    "thanks Sam, it works",
    "не работает",
    "спасибо",
    "動きません",
    "खाता बंद है",
    "لا يعمل",
    "hi " * 13,
]


@pytest.mark.parametrize("text", COURTESIES)
def test_courtesies_are_told_apart(text: str):
    """Thanks, greetings, an acknowledgement or an emoji say nothing that waits for an answer (rule 5)."""
    assert classify(text) is MessageClass.COURTESY


@pytest.mark.parametrize("text", SUBSTANCE)
def test_whatever_says_something_is_substance(text: str):
    """A bare yes or no answers, a question asks; politeness hides no problem, and unknown words are taken seriously."""
    assert classify(text) is MessageClass.SUBSTANCE


def test_long_politeness_is_judged_fast():
    """A wall of polite words takes no noticeable time, and counts as substance."""
    assert classify("thanks so much again and very good day to you all " * 400) is MessageClass.SUBSTANCE


# --- cleaning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dirty", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\ud800b\udfff", "ab"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066a\u2069\ufeff", "a"),
        ("a\x85b", "ab"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("  \n spaced \t ", "spaced"),
        ("tab\tkept", "tab\tkept"),
        ("e\u0301", "é"),
    ],
)
def test_text_is_cleaned_at_the_door(dirty: str, kept: str):
    """What breaks databases, terminals or readers goes; words, tabs and line ends stay, composed."""
    assert clean(dirty) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Z" + "\u0300\u0353\u0489" * 200,
        "👩‍👩‍👧‍👦 family",
        "می‌خواهم",
        "\u05e9\u05dc\u05d5\u05dd",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
    ids=["zalgo", "joined-emoji", "zwnj", "hebrew", "flag"],
)
def test_what_is_only_odd_is_kept_whole(text: str):
    """Heaped marks, joiners and right-to-left words are a client's words; cleaning twice changes nothing more."""
    assert unicodedata.normalize("NFD", clean(text)) == unicodedata.normalize("NFD", text)
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= len(text)
    assert clean(text).encode()


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u200d", "\u2060\ufe0f", "\u3164", "\u2800 \u2800", "\x00", "\u202e"]
)
def test_what_cannot_be_seen_is_blank(text: str):
    """Fillers and joiners are no words."""
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "👍", "a\u200b", "0"])
def test_what_can_be_seen_is_not_blank(text: str):
    """A dot is a message."""
    assert not is_blank(text)


# --- titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Export fails", "Export fails"),
        ("Hi team,\n\nthe   export\tfails\nsince noon", "the export fails"),
        ("thanks!", "thanks!"),
        ("\n\n👍\n", "👍"),
        ("\u200b\nhello", "hello"),
        ("", "(no words)"),
        ("\u200b\n\u3164", "(no words)"),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str):
    """Greetings are skipped; where nothing says anything it is the first line that can be seen."""
    assert title_from(text) == title


def test_a_long_title_is_cut_at_a_word():
    """Within the limit, with a sign that there is more, and no comma before it."""
    title = title_from("The quarterly export, " * 20)
    assert title == "The quarterly export, " * 4 + "The quarterly export, The…"
    assert len(title) <= TITLE_LIMIT


def test_a_title_that_just_fits_is_kept():
    """At the limit nothing is cut; a word that ends just before it is kept whole."""
    assert title_from("x" * TITLE_LIMIT) == "x" * TITLE_LIMIT
    word = "x" * (TITLE_LIMIT - 1)
    assert title_from(f"{word} more") == f"{word}…"


def test_a_title_of_one_endless_word_is_cut_hard():
    """There is no word to cut at."""
    title = title_from("x" * 500)
    assert title == "x" * (TITLE_LIMIT - 1) + "…"


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ("Thanks Sam!", MessageClass.COURTESY),
        ("hello Ada Lovelace", MessageClass.COURTESY),
        ("Sam", MessageClass.SUBSTANCE),
        ("Sam, it fails", MessageClass.SUBSTANCE),
        ("Thanks Bob", MessageClass.SUBSTANCE),
    ],
)
def test_the_names_of_people_say_nothing_more(text: str, cls: MessageClass) -> None:
    """A courtesy to somebody the desk knows is a courtesy; a name alone calls for them."""
    assert classify(text, {"sam", "ada", "lovelace"}) is cls


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!",
        "It works now, thank you",
        "works",
        "Yes, it works. Thanks Sam",
        "all good now",
        "great, works for me",
    ],
)
def test_a_yes_to_does_it_work(text: str) -> None:
    """Said in everyday words, with thanks around it or without."""
    assert affirms(text, {"sam"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "thanks",
        "perfect",
        "no",
        "yes but slow",
        "it works not",
        "works on monday",
        "is it fixed?",
        "yes " * 13,
    ],
)
def test_what_is_no_yes(text: str) -> None:
    """No courtesy alone, no yes with a but, no question: closing wrongly costs more than asking again."""
    assert not affirms(text)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Ace, brill", True),
        ("Legends, the lot of you", True),
        ("merci beaucoup", True),
        ("can you look", False),
        ("It fails again", False),
        ("it doesn't load", False),
        ("Now also the PDFs", False),
        ("Really?", False),
        ("PDF please", False),
        ("one two a b c d e f g", False),
        ("x" * 81, False),
        ("👍", False),
    ],
)
def test_only_what_may_be_thanks_is_offered_as_such(text, may):
    """Short, and nothing in it that asks, reports or goes on."""
    assert maybe_thanks(text) is may
