"""How people name a request."""

from __future__ import annotations

import pytest

from bot.domain.names import NamedRequest, read_ref, target_word


@pytest.mark.parametrize(
    ("word", "number", "key"),
    [
        ("42", 42, None),
        ("#42", 42, None),
        ("ACME-42", 42, "ACME"),
        ("acme-42", 42, "ACME"),
        (" #a1-007 ", 7, "A1"),
    ],
)
def test_a_request_is_named_in_several_ways(word: str, number: int, key: str | None):
    """With or without its client's key, in any case; spaces around it do not matter."""
    assert read_ref(word) == NamedRequest(number, key)


@pytest.mark.parametrize(
    "word", ["", "42a", "-42", "1A-42", "ACME", "ACME-", "ACME 42", "4 2", "٤٢", "9" * 13, "42\n7"]
)
def test_other_words_name_no_request(word: str):
    """Nothing is guessed: digits of other scripts and endless numbers are no request either."""
    assert read_ref(word) is None


def test_a_named_request_is_written_as_it_is_read():
    """What is shown can be typed again."""
    for word in ("42", "ACME-42"):
        assert str(read_ref(word)) == word


def test_a_request_is_said_as_it_was_named():
    """With its key, where it had one."""
    assert [str(read_ref(word)) for word in ("#42", "acme-42")] == ["42", "ACME-42"]


@pytest.mark.parametrize("words", ["40", "into 40", "With 40", "  in   40 "])
def test_the_one_it_goes_on_in_is_named_with_or_without_a_word(words: str):
    """As in `merge 42 into 40`."""
    assert target_word(words) == "40"
