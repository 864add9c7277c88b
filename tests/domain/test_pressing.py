"""Promised news (rule 10a), and what the client says cannot wait."""

from __future__ import annotations

import pytest
from histories import CALENDARS, DANA, FIRST, NEXT, PROMISE, RESOLUTION, Story, t, terms

from bot.domain.clocks import elapsed
from bot.domain.events import (
    AskedClient,
    Breached,
    Cancelled,
    ChaserNudged,
    ClientWrote,
    MarkedUrgent,
    NewsPromised,
    PriorityChanged,
    Reopened,
    Replied,
    Resumed,
    Status,
    UrgencyLifted,
    WaitedOn,
    Warned,
)
from bot.domain.policy import Impact, PolicyError, Priority
from bot.domain.pressing import lift_urgency, mark_urgent, promise_news
from bot.domain.request import NotAllowed, Request, replay, undo_resolve, wait_on
from bot.domain.sla import Outcome, next_deadline, next_news, next_wakes

S = Status


def promised(until: str = "12 16:00", at: str = "12 10:30") -> Story:
    """A request whose client was promised news by then; nothing else is due before."""
    story = Story(terms(next_reply=600, resolution=6000)).reply("12 10:10")
    return story.tell(at, NewsPromised(t(until)))


def outcomes(story: Story) -> list[Outcome]:
    """Of each promise, in order."""
    return [c.outcome for c in story.state.clocks if c.kind is PROMISE]


@pytest.mark.rule("10a.2", "10a.3")
def test_a_promise_is_a_clock_of_its_own():
    """Due at that instant, whatever the service hours, and it is when the client hears next (rule 10a)."""
    story = promised("18 03:00")
    assert story.due(PROMISE) == t("18 03:00")
    assert next_news(story.state, CALENDARS) == t("18 03:00")
    assert next_deadline(story.state, CALENDARS) == (t("16 14:00"), RESOLUTION)
    clock = story.clock(PROMISE)
    assert [elapsed(clock, CALENDARS, t(at)) for at in ("12 11:30", "18 03:00")] == [3600, clock.target]


def test_a_promise_needs_no_policy():
    """A client who was promised nothing in a contract can be promised this."""
    story = Story().tell("12 10:30", NewsPromised(t("12 16:00")))
    assert story.due(PROMISE) == t("12 16:00")
    assert [type(e) for e in story.tick("12 16:00")] == [Breached]


@pytest.mark.parametrize(("at", "outcome"), [("12 16:00", Outcome.MET), ("12 16:00:00.000001", Outcome.MISSED)])
@pytest.mark.rule("10a.4")
def test_a_reply_until_then_keeps_it(at: str, outcome: Outcome):
    """Equal is kept; a microsecond later is late (rules 3 and 10a)."""
    story = promised().reply(at)
    assert outcomes(story) == [outcome]


def test_only_a_public_reply_by_a_person_keeps_it():
    """A note, the client's own words and an automatic answer are no news (rule 5)."""
    story = promised().client("12 12:00").tell("12 12:01", Replied("we got it", automatic=True))
    story.tell("12 12:02", Replied("me too"), by=DANA)
    assert outcomes(story) == [Outcome.RUNNING]


def test_it_is_warned_once_before_and_missed_once_after():
    """A quarter of an hour before; of a short promise after three quarters of it."""
    story = promised()
    assert next_wakes(story.state, CALENDARS)["promise:1:warn:75"] == t("12 15:45")
    assert [e.percent for e in story.tick("12 15:45") if isinstance(e, Warned)] == [75]
    assert story.tick("12 15:59") == ()
    assert [(e.clock, e.breached_at) for e in story.tick("12 16:00") if isinstance(e, Breached)] == [
        (PROMISE, t("12 16:00"))
    ]
    assert story.tick("12 18:00") == ()
    short = promised("12 10:50")
    assert next_wakes(short.state, CALENDARS)["promise:1:warn:75"] == t("12 10:45")


def test_promised_again_in_time_it_moves():
    """The earlier one leaves no verdict; the later one is judged, and reminded of anew."""
    story = promised().tell("12 15:50", NewsPromised(t("12 18:00")))
    assert outcomes(story) == [Outcome.CANCELLED, Outcome.RUNNING]
    assert story.tick("12 16:30") == ()
    assert "promise:2:warn:75" in next_wakes(story.state, CALENDARS)
    assert outcomes(story.reply("12 17:00")) == [Outcome.CANCELLED, Outcome.MET]


def test_once_late_it_stays_missed():
    """A new promise begins anew, and takes nothing back."""
    story = promised()
    story.tick("12 16:00")
    story.tell("12 16:20", NewsPromised(t("12 18:00")))
    assert outcomes(story) == [Outcome.MISSED, Outcome.RUNNING]
    unseen = promised().tell("12 16:20", NewsPromised(t("12 18:00")))
    assert outcomes(unseen) == [Outcome.MISSED, Outcome.RUNNING], "also where nobody had looked yet"


def test_resolving_is_news_and_cancelling_leaves_no_verdict():
    """Resolved in time it is kept (rule 7), late it is missed; set aside it was nothing."""
    assert outcomes(promised().resolve("12 15:00")) == [Outcome.MET]
    assert outcomes(promised().resolve("12 16:01")) == [Outcome.MISSED]
    assert outcomes(promised().tell("12 15:00", Cancelled(S.NEW, "spam"))) == [Outcome.CANCELLED]


def test_a_resolve_taken_back_brings_the_promise_back():
    """As if it had never been resolved."""
    story = promised().resolve("12 15:00")
    story.tell("12 15:01", *undo_resolve(story.request))
    assert outcomes(story) == [Outcome.RUNNING]


def test_a_wait_does_not_pause_a_promise():
    """A person's word holds, whatever the request waits for; a question is news by itself (rule 9)."""
    story = promised().tell("12 11:00", WaitedOn(S.NEW, "Contoso"))
    assert story.due(PROMISE) == t("12 16:00")
    paused = Story(terms(resolution=600, pause=("waiting_client", "waiting_other"))).reply("12 10:10")
    paused.tell("12 10:30", NewsPromised(t("12 16:00"))).tell("12 11:00", WaitedOn(S.NEW, "Contoso"))
    assert paused.clock(RESOLUTION).paused
    assert paused.due(PROMISE) == t("12 16:00")
    asked = promised().tell("12 11:00", Replied("?"), AskedClient(S.NEW, "?"))
    assert outcomes(asked) == [Outcome.MET]


def test_a_change_of_terms_does_not_move_a_promise():
    """It is a person's word and no target (rule 11)."""
    story = promised().promise("12 12:00", terms(next_reply=10, resolution=20, priority=Priority.P1))
    assert story.due(PROMISE) == t("12 16:00")


def test_a_policy_has_no_target_for_promises():
    """Staff make them of their own accord."""
    with pytest.raises(PolicyError, match="staff promise it themselves"):
        terms(promise=60).check()


def test_with_words_a_promise_is_a_reply_too():
    """“I'm on it, news at 16:00” answers; the time alone does not. The words keep an earlier promise, not this one."""
    story = Story(terms(first_response=60))
    story.tell("12 10:20", *promise_news(story.request, due=t("12 16:00")))
    assert story.state.running(FIRST) is not None
    story.tell("12 10:30", *promise_news(story.request, due=t("12 17:00"), words="On it"))
    assert story.clock(FIRST).outcome is Outcome.MET
    assert outcomes(story) == [Outcome.MET, Outcome.RUNNING]
    with pytest.raises(NotAllowed, match="promised for that time already"):
        promise_news(story.request, due=t("12 17:00"))


def test_promises_replay():
    """The stored row is its history (rule 19)."""
    story = promised().tell("12 15:00", NewsPromised(t("12 17:00")))
    story.tick("12 17:30")
    story.tell("12 17:40", NewsPromised(t("12 19:00"))).reply("12 18:00")
    assert replay(story.entries, CALENDARS) == story.request


# --- waiting for a third party ----------------------------------------------------------------------------------------


def test_a_wait_knows_who_chases_and_when():
    """The same wait goes on with a new date; going on ends it."""
    story = Story().tell("12 11:00", *wait_on(Story().request, party="Contoso", until=t("16 09:00"), chaser="sam"))
    began = story.request.wait
    assert (story.request.chaser, story.request.chase_at, began) == ("sam", t("16 09:00"), 2)
    story.tell("16 09:00", ChaserNudged(t("19 09:00")))
    assert story.request.chase_at == t("19 09:00")
    story.tell("16 10:00", WaitedOn(S.WAITING_OTHER, "Contoso", t("21 09:00"), "sam"))
    assert (story.request.chase_at, story.request.wait) == (t("21 09:00"), began)
    story.tell("16 11:00", Resumed(S.WAITING_OTHER, S.NEW, ""))
    assert (story.request.chaser, story.request.chase_at, story.request.wait) == (None, None, 0)


# --- urgency ----------------------------------------------------------------------------------------------------------


def urgent(request: Request, impact: Impact = Impact.EVERYONE):
    """The client says so."""
    return mark_urgent(request, impact=impact, needed="by noon", text="All tills are down", paged=("priya",))


def test_urgency_raises_the_priority_by_impact():
    """Their words, the mark, and impact × urgency (rule 11)."""
    story = Story(terms(first_response=60))
    assert urgent(story.request) == (
        ClientWrote("All tills are down"),
        MarkedUrgent(Impact.EVERYONE, "by noon", ("priya",)),
        PriorityChanged(Priority.P3, Priority.P1, "the client says it is urgent; stopped: everyone"),
    )
    story.tell("12 11:00", *urgent(story.request), by=DANA)
    assert (story.request.urgent, story.request.urgent_at) == (Impact.EVERYONE, t("12 11:00"))
    assert (story.request.needed, story.request.priority) == ("by noon", Priority.P1)
    with pytest.raises(NotAllowed, match="marked urgent already"):
        urgent(story.request)


def test_urgency_never_lowers_a_priority():
    """What is P1 stays P1, whoever is stopped."""
    story = Story().tell("12 10:05", PriorityChanged(Priority.P3, Priority.P1))
    assert [type(e) for e in urgent(story.request, Impact.NOBODY)] == [ClientWrote, MarkedUrgent]


def test_urgency_brings_back_what_was_resolved_and_what_waits_for_the_client():
    """It is the client's message as well (rules 9 and 15)."""
    assert isinstance(urgent(Story().resolve("12 11:00").request)[0], Reopened)
    waiting = Story().tell("12 11:00", AskedClient(S.NEW, "?")).request
    assert isinstance(urgent(waiting)[0], Resumed)


def test_the_mark_starts_a_reply_clock():
    """Somebody waits for an answer to it (rule 8)."""
    story = Story(terms(first_response=60, next_reply=60)).reply("12 10:10")
    story.tell("12 11:00", *urgent(story.request), by=DANA)
    assert story.due(NEXT) == t("12 12:00")


def test_taking_the_mark_off_gives_the_priority_back():
    """To what it was; a priority that somebody chose since stays."""
    story = Story().tell("12 11:00", *urgent(Story().request), by=DANA)
    assert lift_urgency(story.request, reason="it can wait") == (
        UrgencyLifted("it can wait"),
        PriorityChanged(Priority.P1, Priority.P3, "urgent no longer"),
    )
    story.tell("12 12:00", PriorityChanged(Priority.P1, Priority.P2, "not all of them"))
    assert lift_urgency(story.request, reason="x") == (UrgencyLifted("x"),)
    story.tell("12 13:00", UrgencyLifted("x"))
    assert (story.request.urgent, story.request.urgent_at, story.request.needed) == (None, None, "")
    with pytest.raises(NotAllowed, match="not marked urgent"):
        lift_urgency(story.request, reason="x")


def test_the_mark_on_what_is_pressing_already_changes_no_priority_back():
    """What it did not raise it does not lower."""
    story = Story().tell("12 10:05", PriorityChanged(Priority.P3, Priority.P1))
    story.tell("12 11:00", *urgent(story.request), by=DANA)
    assert lift_urgency(story.request, reason="x") == (UrgencyLifted("x"),)
