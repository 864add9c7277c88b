"""Rule 5: a corrected class decides the clocks anew, from the message's own time."""

from __future__ import annotations

from copy import copy
from datetime import timedelta

import pytest
from histories import FIRST, MIN, NEXT, SAM, UPDATE, Story, t, terms

from bot.domain.classes import correct, recount
from bot.domain.events import (
    Assigned,
    Breached,
    Closed,
    MessageClass,
    NewsPromised,
    NoteAdded,
    Reopened,
    Replied,
    ResolutionAnnounced,
    ResolveUndone,
    Status,
)
from bot.domain.policy import ClockKind
from bot.domain.request import NotAllowed, close, reopen, replay, works
from bot.domain.sla import Outcome

SUBSTANCE, COURTESY = MessageClass.SUBSTANCE, MessageClass.COURTESY
GOLD = terms(first_response=60, next_reply=60, periodic_update=240, resolution=480)


def answered() -> Story:
    """Asked at ten, answered five minutes later."""
    return Story(GOLD).reply("12 10:05")


def corrected(story: Story, seq: int, cls: MessageClass, when: str = "12 12:00") -> Story:
    """Somebody of the team says so; the replay gives the same."""
    after = copy(story).tell(when, *recount(story.request, story.entries, seq, cls, story.calendars))
    assert replay(after.entries, after.calendars) == after.request
    return after


def test_thanks_that_were_a_question_start_the_wait_at_their_own_time():
    """Two hours later it is known, and by then it is late."""
    story = answered().client("12 10:30", "ok", courtesy=True)
    after = corrected(story, story.request.version, SUBSTANCE)
    clock = after.clock(NEXT)
    assert (clock.started_at, clock.breached_at, clock.reported) == (t("12 10:30"), t("12 11:30"), False)
    (late,) = [e for e in after.tick("12 12:00") if isinstance(e, Breached)]
    assert (late.breached_at, late.noticed_at) == (t("12 11:30"), t("12 12:00"))
    assert after.state.running(UPDATE) is None


def test_an_earlier_message_moves_the_start_and_a_later_one_does_not():
    """The oldest unanswered message counts (rule 8), so what came after it changes nothing."""
    story = (
        answered().client("12 10:30", "ok", courtesy=True).client("12 10:40").client("12 10:50", "ok", courtesy=True)
    )
    first = corrected(story, 4, SUBSTANCE, "12 11:00")
    assert first.clock(NEXT).started_at == t("12 10:30")
    assert [c.outcome for c in first.state.clocks if c.kind is NEXT] == [Outcome.CANCELLED, Outcome.RUNNING]
    later = corrected(story, 6, SUBSTANCE, "12 11:00")
    assert later.state.clocks == story.state.clocks


def test_a_question_that_was_thanks_ends_the_wait_without_a_verdict():
    """Also a breached one; the update that was due goes on."""
    story = answered().client("12 10:30")
    story.tick("12 11:31")
    after = corrected(story, 4, COURTESY)
    assert after.clock(NEXT).outcome is Outcome.CANCELLED
    assert after.clock(UPDATE).started_at == t("12 10:05")
    back = corrected(after, 4, SUBSTANCE, "12 12:10")
    assert (back.clock(NEXT).cycle, back.clock(NEXT).outcome) == (1, Outcome.RUNNING)
    assert back.clock(NEXT).reported, "what was alarmed about is not alarmed about again"


def test_where_more_was_asked_the_wait_starts_with_that():
    """Thanks, and ten minutes later a question."""
    story = answered().client("12 10:30").client("12 10:40")
    after = corrected(story, 4, COURTESY, "12 11:00")
    assert after.clock(NEXT).started_at == t("12 10:40")


def test_a_reply_that_was_only_thanks_answered_nothing():
    """The same wait goes on as if it had never ended; the wait that began after it is the same wait."""
    story = answered().client("12 10:30").reply("12 10:40").client("12 10:50")
    after = corrected(story, 5, COURTESY, "12 11:00")
    running = [c for c in after.state.clocks if c.kind is NEXT and c.running]
    assert [(c.cycle, c.started_at) for c in running] == [(1, t("12 10:30"))]
    assert after.due(NEXT) == t("12 11:30")
    first = Story(GOLD).reply("12 10:05")
    assert corrected(first, 3, COURTESY, "12 10:30").due(FIRST) == t("12 11:00")


def test_a_reply_that_counted_after_all_judges_the_wait_when_it_was_said():
    """A breach that came later was none; one that came before stands. A later question is a wait of its own."""
    story = answered().client("12 10:30").tell("12 10:50", Replied("ok", COURTESY)).client("12 11:10")
    story.tick("12 11:40")
    seq = next(e.seq for e in story.entries if isinstance(e.event, Replied) and e.event.cls is COURTESY)
    after = corrected(story, seq, SUBSTANCE)
    first, second = (c for c in after.state.clocks if c.kind is NEXT)
    assert (first.outcome, first.ended_at, first.breached_at) == (Outcome.MET, t("12 10:50"), None)
    assert (second.started_at, second.outcome) == (t("12 11:10"), Outcome.RUNNING)
    late = answered().client("12 10:30")
    late.tick("12 11:31")
    late.tell("12 11:45", Replied("ok", COURTESY)).reply("12 12:30")
    seq = next(e.seq for e in late.entries if isinstance(e.event, Replied) and e.event.cls is COURTESY)
    clock = corrected(late, seq, SUBSTANCE, "12 13:00").clock(NEXT)
    assert (clock.outcome, clock.ended_at, clock.breached_at) == (Outcome.MISSED, t("12 11:45"), t("12 11:30"))


def test_a_promise_of_news_follows_the_reply_too():
    """Kept by what was only thanks, it is still owed; kept by what counts after all, it is kept."""
    promised = answered().tell("12 10:06", NewsPromised(t("12 14:00"))).reply("12 10:30")
    seq = promised.request.version
    after = corrected(promised, seq, COURTESY, "12 11:00")
    assert after.state.running(ClockKind.PROMISE) is not None
    assert after.clock(UPDATE).started_at == t("12 10:05")
    again = corrected(after, seq, SUBSTANCE, "12 11:10")
    assert again.clock(ClockKind.PROMISE).outcome is Outcome.MET
    newer = copy(promised).tell("12 10:40", NewsPromised(t("12 15:00")))
    assert corrected(newer, seq, COURTESY, "12 11:00").clock(ClockKind.PROMISE).promised == t("12 15:00")


def test_a_wait_answered_since_is_left_as_it_was():
    """Nothing runs, so nothing is judged."""
    story = answered().client("12 10:30", "ok", courtesy=True).reply("12 10:40")
    assert corrected(story, 4, SUBSTANCE).state.clocks == story.state.clocks


def test_words_on_what_is_done_reopen_it():
    """Resolved or closed: the words count from when they were written, unless an answer followed."""
    resolved = answered().resolve("12 11:00").tell("12 11:01", ResolutionAnnounced(t("14 17:00")))
    thanked = copy(resolved).client("12 11:10", "thanks", courtesy=True)
    seq = thanked.request.version
    after = corrected(thanked, seq, SUBSTANCE)
    assert (after.request.status, after.clock(NEXT).started_at) == (Status.NEW, t("12 11:10"))
    closed = copy(thanked).tell("12 11:20", *works(thanked.request))
    assert corrected(closed, seq, SUBSTANCE).clock(NEXT).started_at == t("12 11:10")
    replied = copy(closed).reply("12 11:30")
    assert corrected(replied, seq, SUBSTANCE).state.running(NEXT) is None


def test_thanks_that_reopened_close_it_again_while_nobody_acted():
    """What the desk itself recorded does not matter; a person's act does, and what the client never knew as done."""
    resolved = answered().resolve("12 11:00").tell("12 11:01", ResolutionAnnounced(t("14 17:00")))
    story = copy(resolved).client("12 11:10", "legends")
    seq = story.request.version
    assert corrected(story, seq, COURTESY).request.status is Status.CLOSED
    acted = copy(story).tell("12 11:20", Assigned(None, "sam"))
    assert corrected(acted, seq, COURTESY).request.status is Status.ACTIVE
    unknown = answered().resolve("12 11:00").client("12 11:00", "legends")
    assert corrected(unknown, unknown.request.version, COURTESY).request.status is Status.NEW


def test_corrected_within_the_minute_of_undoing_it_holds_once_undone():
    """The clocks as they would stand had it never been resolved learn of it too."""
    story = answered().client("12 10:30", "ok", courtesy=True).resolve("12 10:40")
    fact = correct(story.entries, 4, SUBSTANCE, story.calendars)
    undone = story.tell("12 10:41", fact).tell("12 10:42", ResolveUndone(Status.NEW))
    assert undone.clock(NEXT).started_at == t("12 10:30")
    assert replay(undone.entries, undone.calendars) == undone.request


def test_a_cancelled_request_owes_nothing():
    """The fact is kept; no clock starts."""
    story = answered().client("12 10:30", "ok", courtesy=True)
    story.tell("12 10:40", *close(story.request, reason="x"))
    fact = correct(story.entries, 4, SUBSTANCE, story.calendars)
    assert story.tell("12 10:50", fact).state.running(NEXT) is None
    assert isinstance(reopen(story.request, reason="x")[0], Reopened)
    assert any(isinstance(e.event, Closed) for e in story.entries)


def test_said_earlier_than_the_history_learnt_of_it():
    """A reply that was recorded late counts from its own time."""
    story = Story(GOLD)
    story.tick("12 11:30")
    story.tell("12 12:00", Replied("on it", COURTESY), by=SAM)
    seq = story.request.version
    fact = correct(story.entries, seq, SUBSTANCE, story.calendars, said_at=t("12 10:00"))
    after = story.tell("12 12:00", fact)
    assert (after.clock(FIRST).outcome, after.clock(FIRST).ended_at) == (Outcome.MET, t("12 10:00"))
    assert after.due(UPDATE) == t("12 10:00") + timedelta(seconds=240 * MIN)


@pytest.mark.parametrize("seq", [1, 4, 99])
def test_only_a_message_between_client_and_team_has_a_class(seq: int):
    """Not the opening, not a note, not what is not there; and not twice the same."""
    story = answered().tell("12 10:06", NoteAdded("x"))
    with pytest.raises(NotAllowed, match="no message that a clock could follow"):
        correct(story.entries, seq, COURTESY, story.calendars)
    with pytest.raises(NotAllowed, match="counts already"):
        correct(story.entries, 3, SUBSTANCE, story.calendars)
