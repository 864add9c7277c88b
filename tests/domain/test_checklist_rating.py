"""Checklists, and the word after closing: one a resolution, by its requester, followed up where it is low."""

from __future__ import annotations

import pytest
from histories import DANA, SAM, Story

from bot.domain import checklist, rating
from bot.domain.events import (
    ChecklistSet,
    Closed,
    FollowedUp,
    Rated,
    RatingAsked,
    RatingExplained,
    RatingSkipped,
    Reopened,
    Status,
    StepDone,
)
from bot.domain.parts import Rating, Step
from bot.domain.people import Person, Role
from bot.domain.request import NotAllowed

TOM = Person("tom", "Tom", Role.CLIENT, client="ACME")


def closed(before: Status = Status.RESOLVED) -> Story:
    return Story().resolve("12 10:10").tell("12 11:00", Closed(before, "works"))


def test_a_step_that_was_done_stays_done_when_the_steps_change():
    """By its words; who did it is kept, and it can be undone."""
    story = Story().tell("12 10:00", ChecklistSet(("back up", "patch"))).tell("12 10:01", StepDone(0))
    story.tell("12 10:02", ChecklistSet(("warn them", "back up")))
    assert story.request.checklist == (Step("warn them"), Step("back up", "sam"))
    assert story.tell("12 10:03", StepDone(1, done=False)).request.checklist[1] == Step("back up")


def test_ticking_names_a_step_that_is_there():
    """From 1 as people count; twice is refused; where there is no list, it says so."""
    story = Story()
    with pytest.raises(NotAllowed, match="no checklist yet"):
        checklist.tick(story.request, 1, done=True)
    story.tell("12 10:00", ChecklistSet(("back up", "patch")))
    assert checklist.tick(story.request, 2, done=True) == (StepDone(1),)
    for number in (0, 3):
        with pytest.raises(NotAllowed, match="name one from 1 to 2"):
            checklist.tick(story.request, number, done=True)
    with pytest.raises(NotAllowed, match="open already"):
        checklist.tick(story.request, 1, done=False)


def test_one_word_a_resolution():
    """Asked, given once, explained as often as they like; reopening and closing again asks anew."""
    story = closed().tell("12 11:00", RatingAsked())
    assert story.request.rating == Rating(asked=story.request.version)
    story.tell("12 11:01", *rating.rate(story.request, by=DANA, score=2))
    story.tell("12 11:02", *rating.explain_rating(story.request, by=DANA, text="slow"))
    assert (story.request.rating.score, story.request.rating.text) == (2, "slow")
    with pytest.raises(NotAllowed, match="2 of 5 already"):
        rating.rate(story.request, by=DANA, score=5)
    story.tell("12 12:00", Reopened(Status.CLOSED, Status.NEW, "again")).resolve("12 12:10")
    assert story.request.rating is None
    assert story.tell("12 13:00", Closed(Status.RESOLVED, "works")).request.rating == Rating()


def test_what_was_given_up_is_not_rated():
    """Closed because nobody answered, there is nothing to rate."""
    story = Story().tell("12 11:00", Closed(Status.WAITING_CLIENT, "no answer"))
    assert story.request.rating is None
    with pytest.raises(NotAllowed, match="not closed as solved"):
        rating.rate(story.request, by=DANA, score=3)


@pytest.mark.parametrize("by", [TOM, SAM, Person("dana", "Dana", Role.ENGINEER)])
def test_only_the_requester_rates_and_never_one_of_the_team(by: Person):
    """Nobody rates their own work, not even one who raised it."""
    with pytest.raises(NotAllowed, match="Only the person who raised"):
        rating.rate(closed().request, by=by, score=5)


def test_skipping_is_fine_and_can_be_thought_over():
    """Once skipped it is not skipped again, yet may still be rated; open it cannot be rated."""
    story = closed().tell("12 11:00", RatingAsked())
    story.tell("12 11:01", *rating.skip_rating(story.request, by=DANA))
    assert story.request.rating.skipped
    with pytest.raises(NotAllowed, match="settled"):
        rating.skip_rating(story.request, by=DANA)
    with pytest.raises(NotAllowed, match="Rate ACME-42 first"):
        rating.explain_rating(story.request, by=DANA, text="x")
    assert rating.rate(story.request, by=DANA, score=4) == (Rated(4),)
    with pytest.raises(NotAllowed, match="not closed"):
        rating.rate(Story().request, by=DANA, score=4)


def test_a_low_one_is_followed_up_once():
    """Only a 1 or 2 asks for it."""
    story = closed().tell("12 11:01", Rated(3))
    with pytest.raises(NotAllowed, match="no low rating"):
        rating.follow_up(story.request, text="called")
    story = closed().tell("12 11:01", Rated(1))
    story.tell("12 11:02", *rating.follow_up(story.request, text="called"))
    assert story.request.rating.followed_up_by == "sam"
    with pytest.raises(NotAllowed, match="already"):
        rating.follow_up(story.request, text="again")


def test_facts_out_of_their_order_still_stand():
    """A history that lacks the question is replayed all the same."""
    story = closed().tell("12 11:00", RatingSkipped("asked lately"))
    story.tell("12 11:01", RatingExplained("x")).tell("12 11:02", FollowedUp("y"))
    assert story.request.rating == Rating(skipped=True, text="x", followed_up_by="sam")
    reopened = story.tell("12 11:03", Reopened(Status.CLOSED, Status.NEW, ""))
    assert reopened.tell("12 11:04", FollowedUp("late")).request.rating == Rating(followed_up_by="sam")
