"""Erasing words: every fact is handled, nothing else changes, and the clocks cannot tell."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from histories import CALENDARS, DANA, SAM, Story, terms

from bot.domain.erasure import ERASED, HOLDS, Subject, erase_person, erase_words
from bot.domain.events import (
    EVENTS,
    Absorbed,
    Assigned,
    ChecklistSet,
    ClientWrote,
    Event,
    MarkedUrgent,
    MessageDeleted,
    MessageEdited,
    NoteAdded,
    Opened,
    Reopened,
    Reworded,
    WaitedOn,
)
from bot.domain.files import Attachment
from bot.domain.policy import Impact
from bot.domain.request import replay
from bot.domain.scrubbing import Scrubber, needles

GONE = Subject("dana", "Dana Reyes", "gone-1")
FILE = Attachment("f1", "payroll.csv", "text/csv", 3)
OTHER = Attachment("f2", "for Dana.txt", "text/plain", 3)
BARE = {"bool", "int", "datetime", "datetime | None"}
"""Types of fields that cannot hold anybody's words."""


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_field_that_can_hold_text_is_handled(kind: type[Event]):
    """A new fact, or a new field, must say in bot/domain/erasure.py what it holds."""
    can = {field.name for field in fields(kind) if str(field.type) not in BARE}
    assert set(HOLDS[kind]) == can, f"say in HOLDS what {kind.__name__} holds of people"


def lived() -> Story:
    """Dana asks, writes, changes and deletes; Sam answers, plans and waits."""
    story = Story(terms(first_response=60, resolution=600))
    opened = replace(
        story.entries[0].event,
        details="payroll",
        answers=(("Which?", "payroll"), ("Other?", "")),
        files=(FILE,),
        stakeholders=("dana", "tom"),
    )
    story.entries[0] = replace(story.entries[0], event=opened)
    story.request = replay(story.entries, CALENDARS)
    story.tell("12 10:05", ClientWrote("my payroll", message="m1", files=(FILE,)), by=DANA)
    story.tell("12 10:06", MessageEdited("m1", 3, "my salary", "my payroll"), by=DANA)
    story.tell("12 10:07", MessageDeleted("m1", 3, "my salary"), by=SAM)
    story.tell("12 10:08", Reworded("Payroll", "of March"), by=DANA)
    story.tell("12 10:09", Assigned(None, "sam"), NoteAdded("Dana is in a hurry, dana@x too", files=(OTHER,)), by=SAM)
    story.tell("12 10:10", ChecklistSet(("Call Dana Reyes", "Restart")), MarkedUrgent(Impact.ONE, "noon", ("sam",)))
    story.tell("12 10:11", WaitedOn(story.request.status, "Contoso", None, "sam"), by=SAM)
    story.tick("12 14:00")
    return story


def test_a_persons_words_and_name_go():
    """What she wrote is blank, whoever made the entry; others' words lose her name; her id is another."""
    story = lived()
    without = erase_person(story.entries, GONE)
    said = repr(without.entries)
    assert not any(word in said for word in ("payroll", "salary", "Payroll", "of March", "Dana", "'dana'"))
    opened = without.entries[0].event
    assert isinstance(opened, Opened)
    assert (opened.title, opened.requester, opened.stakeholders) == (ERASED, "gone-1", ("gone-1", "tom"))
    assert (opened.answers, opened.files) == ((("Which?", ERASED), ("Other?", "")), ())
    note = next(entry.event for entry in without.entries if isinstance(entry.event, NoteAdded))
    assert (note.text, note.files) == (
        "somebody is in a hurry, dana@x too",
        (replace(OTHER, name="for somebody.txt"),),
    )
    steps = next(entry.event.steps for entry in without.entries if isinstance(entry.event, ChecklistSet))
    assert steps == ("Call somebody", "Restart")
    assert {"Export fails", "my payroll", "my salary", "payroll.csv"} <= set(without.words)
    assert without.files == (FILE,)


def test_the_clocks_cannot_tell():
    """What the clocks made of it is the same, and so is a second time."""
    story = lived()
    without = erase_person(story.entries, GONE)
    after = replay(without.entries, CALENDARS)
    assert replace(after.sla, requester="dana") == story.request.sla
    assert erase_person(without.entries, GONE).entries == without.entries


def test_of_old_requests_all_words_go_and_everybody_stays():
    """Who did what is kept; so is the team's checklist."""
    story = lived()
    without = erase_words(story.entries)
    after = replay(without.entries, CALENDARS)
    assert after.sla == story.request.sla
    assert (after.title, after.details, after.party) == (ERASED, ERASED, ERASED)
    assert [entry.by for entry in without.entries] == [entry.by for entry in story.entries]
    assert after.checklist == story.request.checklist
    assert erase_words(without.entries).words == ()


def test_a_history_she_has_no_part_in_loses_only_her_whole_name():
    """“Dana” alone may be anybody there."""
    story = Story(requester="tom").tell("12 11:00", NoteAdded("Ask Dana, or DANA  Reyes, or @dana, not @danaher"))
    (_, note) = erase_person(story.entries, GONE).entries
    assert note.event == NoteAdded("Ask Dana, or somebody, or somebody, not @danaher")
    other = Story(requester="tom")
    assert erase_person(other.entries, GONE).entries == tuple(other.entries)
    assert erase_person([], GONE).entries == ()


@pytest.mark.parametrize(
    ("name", "alone", "first"),
    [("Dana Reyes", True, "Dana"), ("Dana Reyes", False, ""), ("Al B", True, ""), ("", True, "")],
)
def test_a_first_name_goes_by_itself_only_where_it_means_one_person(name: str, alone: bool, first: str):
    """Not where it is shared, and not where it is too short to tell."""
    subject = Subject("x", name, "gone-1", alone=alone)
    assert subject.first == first
    assert subject.scrub("Hi Dana", near=True) == ("Hi somebody" if first == "Dana" else "Hi Dana")


def test_reasons_of_the_desks_own_stay():
    """“The client wrote” is what happened, not what anybody said."""
    story = Story(terms(resolution=600)).resolve("12 11:00").client("12 11:05", "it fails again")
    without = erase_person(story.entries, GONE)
    assert [e.event.reason for e in without.entries if isinstance(e.event, Reopened)] == ["the client wrote"]
    assert "the client wrote" not in without.words


def test_the_title_of_a_request_that_was_merged_into_another():
    """Hers goes whole; of somebody else's only what names her."""
    story = Story(terms(resolution=600))
    story.tell("12 10:05", Absorbed(7, "ACME-7", "Payroll of Dana Reyes"), by=SAM)

    def titles(subject: Subject) -> list[str]:
        return [e.event.title for e in erase_person(story.entries, subject).entries if isinstance(e.event, Absorbed)]

    assert titles(replace(GONE, raised=frozenset({7}))) == [ERASED]
    assert titles(GONE) == ["Payroll of somebody"]


def test_a_record_of_what_she_said_loses_her_words():
    """Wherever a stored document names her as the one who said it."""
    said = '{"by":"dana","words":"payroll","text":""}'
    assert Scrubber(GONE, frozenset()).json(said) == '{"by": "gone-1", "words": "(erased)", "text": ""}'


def test_messages_lose_what_was_hers():
    """A relay of hers is blank, a card of her request has no title, quoted and shortened words are found."""
    scrubber = Scrubber(GONE, frozenset({"The payroll\nof March is locked again", "ok"}), frozenset({7}))
    assert scrubber.text("It said “The payroll of March is locked again”.") == f"It said “{ERASED}”."
    assert scrubber.text("He wrote: The payroll of March is l…") == ERASED
    assert scrubber.text("Somebody else wrote this and it is so long…") == "Somebody else wrote this and it is so long…"
    assert (scrubber.text("ok"), scrubber.text("a book")) == (ERASED, "a book")
    relay = '{"t":"relay","person":"dana","name":"Dana Reyes","text":"hi","files":[{"id":"1"}],"about":[]}'
    assert scrubber.json(relay) == (
        '{"t": "relay", "person": "gone-1", "name": "somebody", "text": "(erased)", "files": [], "about": []}'
    )
    card = '{"t":"dana","number":7,"title":"x","args":{"to":"dana","n":1},"who":{"person":"dana","name":"D"}}'
    assert scrubber.json(card) == (
        '{"t": "dana", "number": 7, "title": "(erased)", "args": {"to": "gone-1", "n": 1}, '
        '"who": {"person": "gone-1", "name": "somebody"}}'
    )
    assert scrubber.json("") == ""
    assert scrubber.json("Dana Reyes:") == "somebody:"
    assert scrubber.json('{"a": [1]}') == '{"a": [1]}'
    aged = Scrubber(None, frozenset({"Export of March"}))
    assert aged.json('{"person":"dana","name":"D","x":"The Export of March"}') == (
        '{"person": "dana", "name": "D", "x": "The (erased)"}'
    )


def test_what_must_be_found_nowhere():
    """The name, the mention, the accounts, and words that are long enough."""
    found = needles(GONE, ["U123", "dana"], ["ok", "the payroll of March"])
    assert set(found) == {"Dana Reyes", "@dana", '"dana"', "dm:dana", "U123", "the payroll of March"}
