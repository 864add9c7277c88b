"""The registry: every verb teaches itself, denies by default, and reads what people type."""

from __future__ import annotations

import pytest

from bot.commands import Command, Kind, UsageError, Who, arguments, parse
from bot.desk.front import REGISTRY
from bot.domain.names import read_ref
from bot.domain.people import DESK, Person, Role

PEOPLE = {
    role: Person(role.value, role.value.title(), role, client="ACME" if role is Role.CLIENT else None) for role in Role
}


def verb(name: str) -> Command:
    """A command that exists."""
    found = REGISTRY.find(name)
    assert found is not None, name
    return found


@pytest.mark.parametrize("command", REGISTRY.commands.values(), ids=lambda c: c.name)
def test_every_verb_teaches_itself(command: Command):
    """Each has a sentence of help, a label, help for each argument and, where it is typed, an example that parses."""
    assert command.help.endswith(".")
    assert command.label
    assert all(p.help for p in command.params)
    if command.hidden:
        return
    assert command.example.startswith(command.name)
    given = parse(command, command.example.removeprefix(command.name))
    missing = [p.name for p in command.params if p.required and p.name not in given]
    assert not missing or command.form is not None


ROLES = {
    "new": "client",
    "turn": "client engineer lead manager",
    "log": "engineer lead manager",
    "next": "engineer lead manager",
    "wait-on": "engineer lead manager",
    "urgent": "client",
    "not-urgent": "engineer lead manager",
    "private": "client engineer lead manager",
    "share": "client engineer lead manager",
    "merge": "engineer lead manager",
    "another": "client engineer lead manager",
    "split": "engineer lead manager",
    "claim": "engineer lead manager",
    "assign": "engineer lead manager",
    "reply": "engineer lead manager",
    "note": "engineer lead manager",
    "priority": "engineer lead manager",
    "ask-client": "engineer lead manager",
    "resume": "engineer lead manager",
    "send": "engineer lead manager",
    "recount": "engineer lead manager",
    "meant": "engineer lead manager",
    "unsay": "engineer lead manager",
    "inside": "engineer lead manager",
    "handle": "engineer lead manager",
    "snooze": "lead manager",
    "take-over": "engineer lead manager",
    "remind-me": "client",
    "draft-note": "engineer lead manager",
    "resolve": "engineer lead manager",
    "done": "engineer lead manager",
    "undo": "engineer lead manager",
    "works": "client",
    "not-yet": "client",
    "reopen": "engineer lead manager",
    "close": "engineer lead manager",
    "not-a-request": "client engineer lead manager",
    "rate": "client",
    "rate-why": "client",
    "follow-up": "lead manager",
    "my": "client engineer lead manager",
    "show": "client engineer lead manager",
    "find": "client engineer lead manager",
    "overview": "lead manager",
    "history": "client engineer lead manager",
    "why": "client engineer lead manager",
    "transcript": "client engineer lead manager",
    "help": "client engineer lead manager",
    "link": "client engineer lead manager",
    "unlink": "client engineer lead manager",
    "bulk": "lead manager",
    "report": "client engineer lead manager",
    "review": "client engineer lead manager",
    "checklist": "engineer lead manager",
    "tick": "engineer lead manager",
    "saved": "engineer lead manager",
    "save-reply": "lead manager",
    "use": "engineer lead manager",
    "kinds": "engineer lead manager",
    "kind": "lead manager",
    "capacity": "engineer lead manager",
    "away": "engineer lead manager",
    "back": "engineer lead manager",
    "limit": "lead manager",
    "recurring": "lead manager",
    "add-client": "manager",
    "add-person": "manager",
    "setup": "manager",
    "doctor": "manager",
    "unsent": "manager",
    "edit-client": "manager",
    "sla": "lead manager",
    "tag": "engineer lead manager",
    "untag": "engineer lead manager",
    "change-kind": "engineer lead manager",
    "edit-person": "manager",
    "invite": "manager",
    "webhooks": "manager",
    "webhook": "manager",
    "tokens": "manager",
    "token": "manager",
    "connect": "manager",
    "settings": "engineer lead manager",
    "change-settings": "manager",
    "erase": "manager",
}
"""The whole matrix, a verb a line: what a role is not named in is denied to it; nobody else, the desk included, may."""


def test_who_may_what():
    """Each verb for exactly these roles; a verb that is not written out here is not let in."""
    may = {
        c.name: " ".join(role.value for role in Role if c.who.allows(DESK if role is Role.DESK else PEOPLE[role]))
        for c in REGISTRY.commands.values()
    }
    assert may == ROLES


@pytest.mark.parametrize("who", Who)
def test_nobody_who_has_left_may_anything(who: Who):
    """An inactive person is denied everything."""
    for role in Role:
        assert not who.allows(Person("x", "X", role, client="ACME", active=False))


@pytest.mark.parametrize(
    ("word", "number", "key"),
    [("42", 42, None), ("#42", 42, None), ("ACME-42", 42, "ACME"), ("acme-42", 42, "ACME"), ("#acme-42", 42, "ACME")],
)
def test_a_request_may_be_named_in_many_ways(word: str, number: int, key: str | None):
    """42, #42, ACME-42 and acme-42 all do."""
    named = read_ref(word)
    assert named is not None
    assert (named.number, named.key) == (number, key)


@pytest.mark.parametrize(
    "word", ["", "-1", "4.2", "ACME-", "ACME 42", "42x", "१२", "ACME--42", "9" * 13, "'; DROP TABLE"]
)
def test_what_names_no_request(word: str):
    """Odd words name nothing."""
    assert read_ref(word) is None


@pytest.mark.parametrize(
    ("typed", "here", "args"),
    [
        ("42 we can't find it", None, {"request": "42", "text": "we can't find it"}),
        ("we can't find it", 7, {"text": "we can't find it"}),
        ("2 servers were restarted", 7, {"text": "2 servers were restarted"}),
        ("#42 done", 7, {"request": "42", "text": "done"}),
        ("ACME-42 done", 7, {"request": "ACME-42", "text": "done"}),
        ("“all of it”", 7, {"text": "all of it"}),
        ("said “yes” and “no”", 7, {"text": "said “yes” and “no”"}),
        ("42", None, {"request": "42"}),
        ("", 7, {}),
        ("7 it is done", 7, {"request": "7", "text": "it is done"}),
        ("42\nwe found it", None, {"request": "42", "text": "we found it"}),
        ("42\u00a0we found it", None, {"request": "42", "text": "we found it"}),
    ],
)
def test_free_text_is_taken_as_it_is(typed: str, here: int | None, args: dict[str, str]):
    """Apostrophes, quotes and numbers in a reply are the reply's; only one pair of quotes around all of it goes."""
    assert parse(verb("reply"), typed, here=here) == args


def test_a_choice_is_read_however_it_is_cased():
    """`p1` is P1, and the rest is the reason."""
    assert parse(verb("priority"), "42 p1 whole floor down") == {
        "request": "42",
        "to": "P1",
        "reason": "whole floor down",
    }


def test_a_priority_that_does_not_exist_is_named():
    """P7 is a mistyped priority, not the first word of a reason."""
    with pytest.raises(UsageError, match="“P7” is not one of P1, P2, P3, P4"):
        parse(verb("priority"), "42 P7 the floor is down")


def test_words_left_over_are_refused_with_the_usage():
    """What was not understood is named, with how it goes."""
    with pytest.raises(UsageError, match=r"I did not understand “now”\. It goes: claim"):
        parse(verb("claim"), "42 now")


def test_a_forged_button_cannot_bring_other_arguments():
    """Only the command's own arguments pass, and only its own choices."""
    assert arguments(verb("claim"), {"request": "42", "by": "lee", "at": "1970"}) == {"request": "42"}
    with pytest.raises(UsageError, match="is not one of"):
        arguments(verb("priority"), {"to": "P0"})


def test_declaring_a_word_twice_is_an_error():
    """Two verbs never share a word, aliases included."""
    with pytest.raises(ValueError, match="declared twice"):
        REGISTRY.add(verb("new"))


def test_emoji_mean_the_same_with_skin_tones_and_selectors():
    """👀 and ✅ are found however a platform writes them."""
    assert REGISTRY.for_emoji("👀") is verb("claim")
    assert REGISTRY.for_emoji("✅\ufe0f") is verb("done")
    assert REGISTRY.for_emoji("🎉") is None


def test_an_unknown_kind_of_argument_does_not_exist():
    """Every argument has one of the kinds that adapters know how to ask for."""
    assert {p.kind for c in REGISTRY.commands.values() for p in c.params} <= set(Kind)
