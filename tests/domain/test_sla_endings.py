"""How clocks end, and go on when a request is reopened: rules 7 and 15."""

from __future__ import annotations

import pytest
from histories import (
    ALL,
    CALENDARS,
    DANA,
    FIRST,
    NEXT,
    RESOLUTION,
    UPDATE,
    Story,
    breaches,
    t,
    terms,
)

from bot.domain.events import (
    AskedClient,
    Cancelled,
    Closed,
    Reopened,
    ResolutionAnnounced,
    Status,
)
from bot.domain.policy import Priority
from bot.domain.request import reopen, undo_resolve
from bot.domain.sla import (
    Outcome,
    next_wakes,
)

# --- ending (rule 7) --------------------------------------------------------------------------------------------------


@pytest.mark.rule("7.1")
@pytest.mark.mistake("chatwoot#10178")
def test_resolving_ends_and_judges_every_clock():
    """Nothing runs on afterwards, and nothing wakes (rule 7, chatwoot#10178)."""
    story = Story(terms(**ALL)).resolve("12 10:30")
    assert {c.kind: c.outcome for c in story.state.clocks} == {
        RESOLUTION: Outcome.MET,
        FIRST: Outcome.CLOSED_WITHOUT_REPLY,
    }
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.tick("20 10:00") == ()


@pytest.mark.rule("7.2")
def test_closing_ends_clocks_like_resolving():
    """Also a reply clock that never got its reply, and an update that was not due yet (rule 7)."""
    story = Story(terms(**ALL)).reply("12 10:30").tell("12 11:00", Closed(Status.NEW, ""))
    assert story.clock(UPDATE).outcome is Outcome.MET
    assert story.clock(RESOLUTION).outcome is Outcome.MET


def test_closing_a_resolved_request_keeps_its_verdicts():
    """What was judged at the resolution is not judged again."""
    story = Story(terms(**ALL)).resolve("12 11:00")
    judged = story.state.clocks
    assert story.tell("14 11:00", Closed(Status.RESOLVED, "")).state.clocks == judged


def test_a_reply_after_resolving_starts_nothing():
    """No update is due for what is done (chatwoot#10178)."""
    story = Story(terms(**ALL)).resolve("12 11:00").reply("12 11:01")
    assert not any(c.running for c in story.state.clocks)


@pytest.mark.rule("7.3", "16.1")
@pytest.mark.mistake("zammad#904")
def test_a_cancelled_request_leaves_no_verdict_and_no_alert():
    """Spam, a mistake or a merge: clocks cancel, also judged ones, and nobody hears (rules 7 and 16; zammad#904)."""
    story = Story(terms(**ALL)).reply("12 11:30").tell("12 20:00", Cancelled(Status.NEW, "merged"))
    assert {c.outcome for c in story.state.clocks} == {Outcome.CANCELLED}
    assert story.tick("20 10:00") == ()
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.clock(FIRST).ended_at == t("12 11:30")


def test_a_resolved_request_can_still_be_cancelled_without_a_verdict():
    """Resolved late and then found to be no request, it alerts nobody."""
    story = Story(terms(**ALL)).resolve("12 20:00").tell("12 20:01", Cancelled(Status.RESOLVED, "spam"))
    assert {c.outcome for c in story.state.clocks} == {Outcome.CANCELLED}
    assert story.tick("20 10:00") == ()


# --- resolving, undoing, reopening (rule 15) --------------------------------------------------------------------------


@pytest.mark.rule("15.1")
def test_reopening_excludes_the_resolved_time():
    """The same resolution clock goes on with what was left (rule 15)."""
    story = Story(terms(**ALL)).reply("12 10:30").resolve("12 15:00")
    story.tell("12 18:00", *reopen(story.request, reason="not yet"))
    assert story.due(RESOLUTION) == t("12 21:00")
    assert story.clock(RESOLUTION).cycle == 1


@pytest.mark.rule("15.2")
def test_an_earlier_breach_stays_after_reopening():
    """It is not reported twice (rule 15)."""
    story = Story(terms(resolution=60)).resolve("12 12:00")
    assert breaches(story, "12 12:00") == [(RESOLUTION, 1, "12 11:00")]
    story.client("13 12:00")
    assert story.clock(RESOLUTION).breached_at == t("12 11:00")
    assert story.tick("14 12:00") == ()
    assert story.resolve("14 13:00").clock(RESOLUTION).outcome is Outcome.MISSED


@pytest.mark.rule("15.3")
@pytest.mark.mistake("chatwoot PR 11787")
def test_the_reopening_message_starts_the_wait():
    """Next reply counts from it, not from an older message that was never answered (rule 15, chatwoot PR 11787)."""
    story = Story(terms(**ALL)).reply("12 10:30").client("12 11:00").resolve("12 11:30").client("13 10:00")
    assert story.due(NEXT) == t("13 12:00")
    assert [c.outcome for c in story.state.clocks if c.kind is NEXT] == [Outcome.CLOSED_WITHOUT_REPLY, Outcome.RUNNING]


def test_reopening_owes_no_second_first_response():
    """It was judged when it was resolved; afterwards the client waits for a reply like any other."""
    story = Story(terms(**ALL)).resolve("12 10:30").client("12 11:00")
    story.promise("12 11:10", terms(**ALL, priority=Priority.P1))
    assert story.due(NEXT) == t("12 13:00")
    assert [c.cycle for c in story.state.clocks if c.kind is FIRST] == [1]


def test_reopening_by_staff_starts_no_reply_clock():
    """Nobody asked anything."""
    story = Story(terms(**ALL)).reply("12 10:30").resolve("12 11:00")
    story.tell("12 12:00", *reopen(story.request, reason="it came back"))
    assert [c.kind for c in story.state.clocks if c.running] == [RESOLUTION]


def test_words_written_after_the_end_wait_from_then_on_once_it_is_reopened():
    """A message recorded on a closed request is not lost by whoever reopens it later (rules 8 and 15)."""
    story = Story(terms(**ALL)).reply("12 10:30").resolve("12 11:00")
    message = Story().client("12 12:00").entries[-1].event
    story.tell("12 12:00", message, by=DANA)
    assert story.state.running(NEXT) is None
    story.tell("12 12:30", Reopened(Status.RESOLVED, Status.NEW, ""))
    assert story.due(NEXT) == t("12 14:00")


def test_reopening_ends_the_pause_it_was_resolved_in():
    """Resolved while it waited for the client, it counts again from the reopening."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?")).resolve("12 12:00")
    assert story.client("12 14:00").due(RESOLUTION) == t("12 21:00")


@pytest.mark.parametrize("pause", [False, True], ids=["working", "waiting"])
def test_undoing_a_resolution_leaves_no_trace_in_the_clocks(pause: bool):
    """Within the minute before the client hears of it, it is as if it had never been resolved."""
    story = Story(terms(**ALL)).reply("12 10:00").client("12 10:05").reply("12 10:10").client("12 10:20")
    if pause:
        story.tell("12 10:25", AskedClient(Status.NEW, "?"))
    before = story.state
    story.resolve("12 10:30")
    assert story.state != before
    story.tell("12 10:31", *undo_resolve(story.request))
    assert story.state == before


def test_undoing_does_not_revive_what_the_reply_beside_it_ended():
    """An answer at the very instant of the resolution stays an answer."""
    story = Story(terms(**ALL)).reply("12 10:30").resolve("12 10:30")
    story.tell("12 10:31", *undo_resolve(story.request))
    assert story.clock(FIRST).outcome is Outcome.MET
    assert story.due(UPDATE) == t("12 14:30")


def test_what_happens_before_the_undo_still_happened():
    """A reply and an overdue report within the minute hold after it; a breach in it is noticed after it."""
    story = Story(terms(first_response=60, next_reply=60, resolution=30)).resolve("12 10:59:30")
    assert breaches(story, "12 10:59:40") == [(RESOLUTION, 1, "12 10:30")]
    story.tell("12 11:00:20", *undo_resolve(story.request))
    assert breaches(story, "12 11:00:20") == [(FIRST, 1, "12 11:00")]
    answered = Story(terms(first_response=60)).resolve("12 10:10").reply("12 10:10:30")
    answered.tell("12 10:11", *undo_resolve(answered.request))
    assert answered.clock(FIRST).outcome is Outcome.MET


@pytest.mark.parametrize(
    "event",
    [
        ResolutionAnnounced(t("15 17:00")),
        Closed(Status.RESOLVED, ""),
        Cancelled(Status.RESOLVED, ""),
        Reopened(Status.RESOLVED, Status.NEW, ""),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_cannot_be_undone_any_more_is_not_kept(event: object):
    """Once the client was told, or it went on, the state of before the resolution is dropped."""
    story = Story(terms(**ALL)).resolve("12 10:30")
    assert story.state.unresolved is not None
    assert story.tell("12 10:31", event).state.unresolved is None
