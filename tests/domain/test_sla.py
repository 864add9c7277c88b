"""The clocks of a request: rules 2 to 19, each with the mistakes that others made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from histories import (
    ALWAYS,
    CALENDARS,
    DANA,
    FIRST,
    HOUR,
    MIN,
    NEXT,
    OFFICE,
    PRIYA,
    RESOLUTION,
    SAM,
    UPDATE,
    Story,
    t,
    terms,
)

from bot.domain.calendar import weekly
from bot.domain.clocks import elapsed
from bot.domain.events import (
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Cancelled,
    Closed,
    Entry,
    MessageClass,
    NoteAdded,
    PolicyApplied,
    Reopened,
    Replied,
    ResolutionAnnounced,
    Resumed,
    Status,
    WaitedOn,
    Warned,
)
from bot.domain.people import DESK, Role
from bot.domain.policy import ClockKind, Priority
from bot.domain.request import ask_client, reopen, undo_resolve
from bot.domain.sla import (
    Outcome,
    State,
    advance,
    instant_of,
    next_deadline,
    next_news,
    next_wakes,
    tick,
    warn_at,
)
from bot.domain.sla import (
    breached as late_clocks,
)

REPLIES = {"first_response": 60, "next_reply": 120}
ALL = {**REPLIES, "periodic_update": 240, "resolution": 480}


def breaches(story: Story, when: str) -> list[tuple[ClockKind, int, str]]:
    """The breaches recorded by then: clock, cycle, and when."""
    found = [e for e in story.tick(when) if isinstance(e, Breached)]
    return [(e.clock, e.cycle, e.breached_at.strftime("%d %H:%M")) for e in found]


# --- due, met, breached (rules 2 and 3) -------------------------------------------------------------------------------


def test_a_clock_is_due_when_its_target_is_used_up():
    """The due time counts service hours from the start."""
    story = Story(terms(OFFICE, resolution=480), start="12 16:00")
    assert story.due(RESOLUTION) == t("13 16:00")


@pytest.mark.rule("3.3")
def test_a_target_used_up_at_closing_is_due_then_and_breaches_at_the_next_opening():
    """Due Monday 17:00; nothing is late before Tuesday 09:00 (rules 2 and 3)."""
    story = Story(terms(OFFICE, first_response=60), start="12 16:00")
    assert story.due(FIRST) == t("12 17:00")
    assert breaches(story, "13 08:59") == []
    assert breaches(story, "13 09:00") == [(FIRST, 1, "13 09:00")]


@pytest.mark.rule("3.2")
def test_an_answer_before_the_next_opening_still_meets_a_target_due_at_closing():
    """No business time passed since, so elapsed equals the target: met, whatever the wall clock says (rule 3)."""
    story = Story(terms(OFFICE, first_response=60), start="12 16:00").reply("13 08:30")
    assert story.clock(FIRST).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("at", "outcome"), [("12 11:00", Outcome.MET), ("12 11:00:00.000001", Outcome.MISSED), ("12 10:59", Outcome.MET)]
)
@pytest.mark.rule("3.1")
@pytest.mark.mistake("dbt_zendesk PR 217")
def test_equal_is_met(at: str, outcome: Outcome):
    """Elapsed equal to the target is met, and nothing is rounded (rule 3, dbt_zendesk PR 217)."""
    story = Story(terms(**REPLIES)).reply(at)
    assert story.clock(FIRST).outcome is outcome
    assert story.clock(FIRST).ended_at == t(at)


def test_fractions_of_seconds_do_not_make_an_equal_stop_late():
    """Cut into stretches by pauses of odd microseconds, exactly the target is still met."""
    story = Story(terms(resolution=1), start="12 10:00:00.1")
    story.tell("12 10:00:20.234567", AskedClient(Status.NEW, "?"))
    story.tell("12 10:01:00.3", Resumed(Status.WAITING_CLIENT, Status.NEW, ""))
    assert story.due(RESOLUTION) == t("12 10:01:40.165433")
    assert story.resolve("12 10:01:40.165433").clock(RESOLUTION).outcome is Outcome.MET


@pytest.mark.rule("3.5")
@pytest.mark.mistake("chatwoot's own test")
def test_a_late_resolution_is_missed():
    """Late is late, also when it is solved in the end (rule 3; chatwoot's own test counts it as met)."""
    story = Story(terms(resolution=60)).resolve("12 12:00")
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert story.clock(RESOLUTION).breached_at == t("12 11:00")


@pytest.mark.rule("3.4")
def test_a_breach_is_reported_once():
    """One breach a cycle: a second look finds nothing to say (rule 3)."""
    story = Story(terms(first_response=60))
    assert breaches(story, "12 11:00") == [(FIRST, 1, "12 11:00")]
    assert story.tick("12 12:00") == ()
    assert story.reply("12 13:00").tick("12 14:00") == ()


@pytest.mark.rule("3.6")
def test_no_stop_hides_a_breach_that_nobody_looked_at():
    """Answered late before any timer ran, the breach is stamped and still reported (rule 3)."""
    story = Story(terms(first_response=60)).reply("12 11:30")
    assert breaches(story, "12 12:00") == [(FIRST, 1, "12 11:00")]
    assert story.clock(FIRST).outcome is Outcome.MISSED


@pytest.mark.rule("19.1")
def test_a_breach_after_downtime_says_both_times():
    """Fired once, late, with the time of the breach and of its noticing (rule 19)."""
    story = Story(terms(first_response=60))
    (event,) = story.tick("12 15:00")
    assert event == Breached(FIRST, 1, t("12 11:00"), t("12 11:00"), t("12 15:00"))


@pytest.mark.rule("18.2")
def test_a_stop_at_the_breach_instant_goes_first():
    """Messages go before timers at equal times (rule 18)."""
    story = Story(terms(first_response=60)).reply("12 11:00")
    assert story.tick("12 11:00") == ()


@pytest.mark.parametrize(("stop", "outcome"), [("12 10:30", Outcome.MET), ("12 11:01", Outcome.MISSED)])
@pytest.mark.rule("18.1")
def test_a_reply_of_the_instant_of_a_resolve_has_answered(stop, outcome):
    """A message goes before a status of that time, whichever was recorded first (rule 18); later it is no answer."""
    after = Story(terms(first_response=60)).resolve(stop).reply(stop)
    before = Story(terms(first_response=60)).reply(stop).resolve(stop)
    assert after.clock(FIRST).outcome is before.clock(FIRST).outcome is outcome
    assert after.clock(FIRST).ended_at == before.clock(FIRST).ended_at == t(stop)
    later = Story(terms(first_response=60)).resolve(stop).reply(t(stop) + timedelta(seconds=1))
    assert later.clock(FIRST).outcome is Outcome.CLOSED_WITHOUT_REPLY


def test_hours_that_run_out_leave_nothing_due():
    """Where the calendar has no hours left for a target, it is never used up: nothing is due, and work can go on."""
    fair = weekly("fair", "UTC", {}, overrides={t("12 00:00").date(): ((9 * HOUR, 12 * HOUR),)})
    story = Story(terms(fair, first_response=600, resolution=120), calendars=[fair])
    assert story.due(FIRST) is None
    assert story.due(RESOLUTION) == t("12 12:00")
    assert set(next_wakes(story.state, story.calendars)) == {"resolution:1:warn:75"}
    assert [type(e) for e in story.tick("20 12:00")] == [Warned]
    assert story.reply("20 12:00").clock(FIRST).outcome is Outcome.MET


# --- which clocks run (rules 4 to 6) ----------------------------------------------------------------------------------


@pytest.mark.rule("4.2")
def test_the_next_deadline_is_the_smallest_running_one():
    """Of all running clocks, whatever their kind (rule 4)."""
    story = Story(terms(**ALL))
    assert next_deadline(story.state, CALENDARS) == (t("12 11:00"), FIRST)
    story.reply("12 10:30")
    assert next_deadline(story.state, CALENDARS) == (t("12 14:30"), UPDATE)
    story.resolve("12 12:00")
    assert next_deadline(story.state, CALENDARS) is None


@pytest.mark.rule("10a.1")
def test_the_next_news_is_never_the_resolution():
    """What the client hears next is a reply or an update (rule 10a)."""
    story = Story(terms(first_response=60, resolution=30))
    assert next_news(story.state, CALENDARS) == t("12 11:00")
    story.reply("12 10:10")
    assert next_news(story.state, CALENDARS) is None


@pytest.mark.rule("4.1")
def test_clocks_without_a_target_do_not_run():
    """Each clock is optional by policy (rule 4)."""
    story = Story(terms(resolution=480)).reply("12 10:30").client("12 11:00")
    assert [c.kind for c in story.state.clocks] == [RESOLUTION]


@pytest.mark.rule("4.3")
@pytest.mark.mistake("zammad#5177")
def test_next_reply_does_not_overrule_first_response():
    """Further messages before the first answer start no second reply clock (rule 4, zammad#5177)."""
    story = Story(terms(**REPLIES)).client("12 10:20")
    assert story.due(FIRST) == t("12 11:00")
    assert story.state.running(NEXT) is None


def test_an_unanswered_opening_without_a_first_response_target_has_no_reply_clock():
    """Next reply is about messages after an answer; the policy promised no first response."""
    story = Story(terms(next_reply=120)).client("12 10:20")
    assert story.state.clocks == ()
    assert story.reply("12 11:00").client("12 12:00").due(NEXT) == t("12 14:00")


@pytest.mark.parametrize(
    ("event", "by"),
    [
        (Replied("x", automatic=True), SAM),
        (Replied("hello", MessageClass.COURTESY), SAM),
        (Replied("x"), DESK),
        (Replied("x"), replace(DANA, id="lee")),
        (NoteAdded("x"), SAM),
        (Assigned(None, "sam"), SAM),
        (AskedClient(Status.NEW, "?"), SAM),
        (WaitedOn(Status.NEW, "Contoso"), SAM),
    ],
    ids=["automatic", "courtesy", "desk", "client", "note", "claim", "status", "third-party"],
)
@pytest.mark.rule("5.1")
def test_what_is_no_answer_stops_no_reply_clock(event: object, by: object):
    """Only a person of the team with a public message of substance does (rule 5)."""
    story = Story(terms(**REPLIES)).tell("12 10:30", event, by=by)
    assert story.due(FIRST) == t("12 11:00")


@pytest.mark.rule("5.6")
def test_staff_asking_for_themselves_do_not_answer_themselves():
    """The requester's own message is no answer, even if the requester is of the team (rule 5)."""
    story = Story(terms(**REPLIES), requester="sam")
    assert story.reply("12 10:30", by=SAM).due(FIRST) == t("12 11:00")
    assert story.reply("12 10:40", by=PRIYA).clock(FIRST).outcome is Outcome.MET


@pytest.mark.rule("5.2")
def test_who_answered_counts_by_their_role_then():
    """The entry keeps the role of that time: an answer by somebody not yet of the team is none (rule 5)."""
    story = Story(terms(**REPLIES)).reply("12 10:30", by=replace(SAM, role=Role.CLIENT))
    assert story.due(FIRST) == t("12 11:00")


@pytest.mark.rule("6.4")
def test_first_response_starts_at_the_clients_message():
    """Turned into a request an hour later, it is still due from the message, and no alert is lost (rule 6)."""
    story = Story(terms(**REPLIES), since="12 09:30", start="12 10:45")
    assert story.due(FIRST) == t("12 10:30")
    assert breaches(story, "12 10:45") == [(FIRST, 1, "12 10:30")]


@pytest.mark.rule("6.2")
def test_a_request_opened_by_staff_owes_no_first_response():
    """The client's first message then starts next reply (rule 6)."""
    story = Story(terms(**ALL), from_client=False)
    assert [c.kind for c in story.state.clocks] == [RESOLUTION]
    assert story.client("12 11:00").due(NEXT) == t("12 13:00")


@pytest.mark.rule("6.3")
def test_attaching_a_policy_later_does_not_move_the_start():
    """First response counts from the opening, resolution too; the breach is the true one, not a change's (rule 6)."""
    story = Story().promise("12 12:00", terms(first_response=60, resolution=480))
    assert story.clock(FIRST).started_at == t("12 10:00")
    assert story.due(RESOLUTION) == t("12 18:00")
    (event,) = [e for e in story.tick("12 12:00") if isinstance(e, Breached)]
    assert (event.breached_at, event.cause) == (t("12 11:00"), "elapsed")


def test_a_policy_attached_late_counts_what_happened_before_it():
    """Answered, paused and asked again before any policy: each clock starts where its wait began (rules 6 and 8)."""
    story = Story().reply("12 10:30").tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 12:00")
    story.promise("12 12:30", terms(**ALL))
    assert {c.kind: c.started_at for c in story.state.clocks} == {RESOLUTION: t("12 10:00"), NEXT: t("12 12:00")}
    assert story.due(RESOLUTION) == t("12 19:00")


def test_a_policy_attached_in_a_pause_finds_what_was_late_before_it():
    """The breach lies where the target was used up, before the pause (rule 6)."""
    story = Story().tell("12 12:00", AskedClient(Status.NEW, "?")).promise("12 14:00", terms(resolution=60))
    assert breaches(story, "12 14:00") == [(RESOLUTION, 1, "12 11:00")]


def test_an_update_is_owed_since_the_last_reply_before_the_policy():
    """The update's time counts from the last public reply, also where the policy came after it (rules 6 and 10)."""
    story = Story().reply("12 10:30").promise("12 11:00", terms(**ALL))
    assert story.due(UPDATE) == t("12 14:30")


def test_terms_before_an_opening_start_nothing():
    """Without an opening there is nothing to count from."""
    entry = Entry(1, t("12 10:00"), "desk", Role.DESK, PolicyApplied(terms(**ALL)))
    assert advance(State(), entry, CALENDARS).clocks == ()
    assert State().status is Status.NEW


@pytest.mark.rule("6.6")
def test_adopted_work_has_no_past_deadlines():
    """Taken over as it stood, nothing of it is due, also under new terms; what happens from now on counts (rule 6)."""
    story = Story(terms(**ALL)).tell("12 10:30", Adopted("Zammad"))
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.tick("20 10:00") == ()
    story.promise("20 10:00", terms(**ALL, priority=Priority.P1))
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.client("20 11:00").due(NEXT) == t("20 13:00")
    assert story.reply("20 12:00").due(UPDATE) == t("20 16:00")
    assert story.state.running(RESOLUTION) is None


def test_adopted_as_resolved_keeps_its_verdicts():
    """What another system ended is ended, and no undo is kept for it."""
    story = Story(terms(**ALL)).resolve("12 10:30")
    judged = story.state.clocks
    story.tell("12 10:30", Adopted("Zammad"))
    assert (story.state.clocks, story.state.unresolved) == (judged, None)


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


# --- waiting for an answer (rule 8) -----------------------------------------------------------------------------------


@pytest.mark.rule("8.1", "8.2")
def test_the_oldest_unanswered_message_counts():
    """Further messages neither restart nor extend the wait, and it has one verdict (rule 8)."""
    story = Story(terms(**REPLIES)).reply("12 10:30").client("12 11:00").client("12 11:30")
    assert story.due(NEXT) == t("12 13:00")
    story.reply("12 12:00").client("12 12:30")
    assert [(c.cycle, c.outcome) for c in story.state.clocks if c.kind is NEXT] == [
        (1, Outcome.MET),
        (2, Outcome.RUNNING),
    ]
    assert story.due(NEXT) == t("12 14:30")


@pytest.mark.mistake("zammad#3140")
def test_the_team_answering_last_leaves_nothing_due():
    """It does not escalate although the team answered last (zammad#3140)."""
    story = Story(terms(**REPLIES)).reply("12 10:30").client("12 11:00").reply("12 11:30")
    assert story.state.running(NEXT) is None
    assert story.tick("20 10:00") == ()


@pytest.mark.rule("5.4")
def test_a_courtesy_of_the_client_starts_no_wait():
    """“Thanks!” touches no clock (rule 5)."""
    story = Story(terms(**ALL)).reply("12 10:30")
    before = story.state
    assert story.client("12 11:00", "thanks!", courtesy=True).state == before


def test_a_message_at_the_instant_of_an_answer_starts_a_new_wait():
    """A wait that begins where another began is a cycle of its own, not the old one again."""
    story = Story(terms(**REPLIES)).reply("12 10:30").client("12 11:00").reply("12 11:00").client("12 11:00")
    assert [(c.cycle, c.outcome) for c in story.state.clocks if c.kind is NEXT] == [
        (1, Outcome.MET),
        (2, Outcome.RUNNING),
    ]


# --- pausing (rule 9) -------------------------------------------------------------------------------------------------


@pytest.mark.rule("9.6")
@pytest.mark.mistake("glpi#24481")
def test_waiting_for_the_client_pauses_resolution():
    """While paused there is no deadline, no warning and no breach (rule 9, glpi#24481)."""
    story = Story(terms(resolution=120)).tell("12 11:00", AskedClient(Status.NEW, "?"))
    assert story.state.paused
    assert story.clock(RESOLUTION).paused
    assert story.due(RESOLUTION) is None
    assert warn_at(story.clock(RESOLUTION), CALENDARS, 75) is None
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.tick("20 10:00") == ()
    assert story.client("20 10:00").due(RESOLUTION) == t("20 11:00")


@pytest.mark.rule("2.3", "9.5")
@pytest.mark.mistake("frappe/helpdesk PR 2449")
def test_pauses_give_back_business_time():
    """Paused overnight, two office hours come back, not seventeen (rules 2 and 9; frappe/helpdesk PR 2449)."""
    story = Story(terms(OFFICE, resolution=480), start="12 15:00").tell("12 16:00", AskedClient(Status.NEW, "?"))
    story.client("13 10:00")
    assert story.due(RESOLUTION) == t("13 17:00")
    assert elapsed(story.clock(RESOLUTION), CALENDARS, t("13 11:00")) == 2 * HOUR


@pytest.mark.rule("9.4")
def test_a_message_while_paused_resumes_at_its_instant():
    """The client's answer ends the pause, and starts next reply (rules 8 and 9)."""
    story = Story(terms(**ALL)).reply("12 10:30").tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 13:00")
    assert story.due(RESOLUTION) == t("12 20:00")
    assert story.due(NEXT) == t("12 15:00")


def test_a_message_resumes_whatever_the_policy_paused():
    """Where waiting on a third party pauses too, the client's word resumes it as well (rule 9)."""
    story = Story(terms(resolution=480, pause=("waiting_client", "waiting_other")))
    story.tell("12 11:00", WaitedOn(Status.NEW, "Contoso"))
    assert story.due(RESOLUTION) is None
    assert story.client("12 12:00").due(RESOLUTION) == t("12 19:00")


@pytest.mark.rule("9.1")
def test_waiting_for_a_third_party_does_not_pause_by_default():
    """The client still waits for us (rule 9), and a word of theirs changes no status."""
    story = Story(terms(resolution=480)).tell("12 11:00", WaitedOn(Status.NEW, "Contoso"))
    assert story.due(RESOLUTION) == t("12 18:00")
    assert story.client("12 12:00").request.status is Status.WAITING_OTHER


@pytest.mark.rule("9.3")
def test_from_one_wait_to_another_the_pause_ends():
    """Waiting on the client, then on a third party: only the first pauses (rule 9)."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?"))
    assert story.tell("12 12:00", WaitedOn(Status.WAITING_CLIENT, "Contoso")).due(RESOLUTION) == t("12 19:00")


def test_asking_twice_pauses_once():
    """A second question in the same wait changes nothing."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?"))
    before = story.state
    assert story.tell("12 12:00", AskedClient(Status.WAITING_CLIENT, "??")).state == before


@pytest.mark.rule("9.2")
def test_reply_clocks_never_pause():
    """The client's unanswered words keep waiting, unless the policy says otherwise (rule 9)."""
    story = Story(terms(**REPLIES)).tell("12 10:30", AskedClient(Status.NEW, "?"))
    assert story.due(FIRST) == t("12 11:00")
    lenient = Story(terms(**REPLIES, pause_reply=True)).tell("12 10:30", AskedClient(Status.NEW, "?"))
    assert lenient.due(FIRST) is None
    assert lenient.tell("12 11:30", Resumed(Status.WAITING_CLIENT, Status.NEW, "")).due(FIRST) == t("12 12:00")


def test_a_policy_may_pause_until_somebody_has_it():
    """Pause statuses are the policy's: a claim resumes where “new” pauses, and handing back pauses again."""
    story = Story(terms(resolution=60, pause=("new",)))
    assert story.due(RESOLUTION) is None
    assert story.tell("12 11:00", Assigned(None, "sam")).due(RESOLUTION) == t("12 12:00")
    assert story.tell("12 11:30", Assigned("sam", None)).due(RESOLUTION) is None


@pytest.mark.rule("14.1")
def test_a_new_owner_does_not_end_a_wait():
    """Reassignment changes nothing (rule 14), also while waiting."""
    story = Story(terms(**ALL)).tell("12 10:20", AskedClient(Status.NEW, "?"))
    before = story.state
    assert story.tell("12 10:40", Assigned(None, "sam")).state == before


def test_paused_exactly_when_used_up_it_breaches_on_resuming():
    """Equal is met, so it breaches at the first instant that counts again, not at an opening in the pause (rule 3)."""
    story = Story(terms(OFFICE, resolution=60), start="12 16:00").tell("12 17:00", AskedClient(Status.NEW, "?"))
    story.tell("13 11:00", Resumed(Status.WAITING_CLIENT, Status.NEW, ""))
    assert story.due(RESOLUTION) == t("12 17:00")
    assert breaches(story, "13 11:00") == [(RESOLUTION, 1, "13 11:00")]


# --- updates (rule 10) ------------------------------------------------------------------------------------------------


@pytest.mark.rule("10.2")
def test_each_public_reply_restarts_the_update():
    """The last news counts (rule 10)."""
    story = Story(terms(**ALL)).reply("12 10:30").reply("12 11:00")
    assert story.due(UPDATE) == t("12 15:00")
    assert [c.outcome for c in story.state.clocks if c.kind is UPDATE] == [Outcome.MET, Outcome.RUNNING]


@pytest.mark.rule("10.1")
def test_no_update_is_due_while_a_reply_is():
    """The client's message replaces it by the reply clock; the answer starts a new one (rule 10)."""
    story = Story(terms(**ALL)).reply("12 10:30").client("12 11:00")
    assert story.clock(UPDATE).outcome is Outcome.CANCELLED
    assert story.reply("12 12:00").due(UPDATE) == t("12 16:00")


def test_without_a_reply_clock_the_update_goes_on():
    """It stops for a reply clock, not for a message: a policy without next reply keeps its update (rule 10)."""
    story = Story(terms(periodic_update=240)).reply("12 10:30").client("12 11:00")
    assert story.due(UPDATE) == t("12 14:30")


@pytest.mark.rule("10.3")
def test_an_update_keeps_what_was_left_over_a_pause():
    """Two hours left before the pause are two hours left after it (rule 10)."""
    story = Story(terms(**ALL)).reply("12 10:00").tell("12 12:00", AskedClient(Status.NEW, "?"))
    assert story.due(UPDATE) is None
    assert story.tell("13 12:00", Resumed(Status.WAITING_CLIENT, Status.NEW, "")).due(UPDATE) == t("13 14:00")


def test_a_reply_while_paused_owes_no_update_until_work_goes_on():
    """The new update's time is paused from its start (rules 9 and 10)."""
    story = Story(terms(**ALL)).tell("12 10:10", *ask_client(Story().request, question="?")).reply("12 11:00")
    assert story.clock(UPDATE).cycle == 2
    assert story.due(UPDATE) is None
    assert story.tell("12 12:00", Resumed(Status.WAITING_CLIENT, Status.NEW, "")).due(UPDATE) == t("12 16:00")


@pytest.mark.rule("10.4")
def test_a_missed_update_is_reported_once_and_starts_again_at_the_next_reply():
    """It does not nag on by itself (rule 10)."""
    story = Story(terms(**ALL)).reply("12 10:00")
    assert (UPDATE, 1, "12 14:00") in breaches(story, "12 14:00")
    assert story.tick("12 17:00") != ()  # the resolution's warning
    assert [c.cycle for c in story.state.clocks if c.kind is UPDATE] == [1]
    assert story.reply("12 17:30").due(UPDATE) == t("12 21:30")
    assert story.state.clocks[-1].cycle == 2


def test_a_message_hides_no_missed_update():
    """Late before the client wrote, and looked at after: it was missed, and it is reported (rule 3)."""
    story = Story(terms(periodic_update=240, next_reply=60)).reply("12 10:00").client("12 14:30")
    assert story.clock(UPDATE).outcome is Outcome.MISSED
    assert breaches(story, "12 14:40") == [(UPDATE, 1, "12 14:00")]


# --- changes (rules 11 to 14) -----------------------------------------------------------------------------------------


@pytest.mark.rule("11.1")
@pytest.mark.mistake("glpi#6902")
def test_another_priority_counts_from_the_original_start():
    """Only the target changes; elapsed and pauses stay (rule 11, glpi#6902)."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 12:00")
    story.promise("12 13:00", terms(resolution=240, priority=Priority.P1))
    assert story.due(RESOLUTION) == t("12 15:00")
    assert story.clock(RESOLUTION).terms.priority is Priority.P1
    assert story.clock(RESOLUTION).cycle == 1


@pytest.mark.mistake("zammad#5624")
def test_no_deadline_of_the_old_terms_is_left():
    """After a change only the new times wake (zammad#5624)."""
    story = Story(terms(resolution=480)).promise("12 11:00", terms(resolution=240, priority=Priority.P1))
    assert next_wakes(story.state, CALENDARS) == {
        "resolution:1:warn:75": t("12 13:00"),
        "resolution:1:breach": t("12 14:00"),
    }


@pytest.mark.rule("11.2")
def test_a_change_that_is_late_already_breaches_at_the_change():
    """Not in the past: nobody had promised that then (rule 11)."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, priority=Priority.P1))
    assert story.clock(RESOLUTION).breached_at == t("12 13:00")
    (event,) = story.tick("12 13:00")
    assert event == Breached(RESOLUTION, 1, t("12 12:00"), t("12 13:00"), t("12 13:00"), "priority_change")
    assert story.tick("12 14:00") == ()


def test_a_change_while_paused_breaches_on_resuming():
    """No breach happens in a pause (rule 9); what the change overtook is late when time counts again (rule 11)."""
    story = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    story.promise("12 14:00", terms(resolution=120, priority=Priority.P1))
    assert story.tick("12 15:00") == ()
    story.tell("12 16:00", Resumed(Status.WAITING_CLIENT, Status.NEW, ""))
    assert story.clock(RESOLUTION).breached_at == t("12 16:00")
    assert story.clock(RESOLUTION).cause == "priority_change"


def test_a_change_while_paused_counts_when_it_ends_there_too():
    """Closed before time counted again, it is missed and reported: nothing is late in silence (rules 3 and 7)."""
    story = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    story.promise("12 14:00", terms(resolution=120, priority=Priority.P1)).tell("12 16:00", Closed(Status.NEW, ""))
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert breaches(story, "12 16:00") == [(RESOLUTION, 1, "12 16:00")]


def test_a_longer_target_takes_no_breach_back():
    """One breach a cycle, and it stands (rules 3 and 11)."""
    story = Story(terms(resolution=60)).promise("12 12:00", terms(resolution=480, priority=Priority.P4))
    assert breaches(story, "12 12:00") == [(RESOLUTION, 1, "12 11:00")]
    assert story.resolve("12 12:30").clock(RESOLUTION).outcome is Outcome.MISSED


@pytest.mark.rule("11.3")
def test_a_change_does_not_touch_verdicts():
    """A clock judged before keeps its target, its priority and its policy's version (rule 11)."""
    story = Story(terms(**ALL)).reply("12 10:30")
    judged = story.clock(FIRST)
    story.promise("12 11:00", terms(first_response=1, resolution=480, priority=Priority.P1, version=2))
    assert story.clock(FIRST) == judged
    assert (judged.target, judged.terms.priority, judged.terms.version) == (60 * MIN, Priority.P3, 1)


@pytest.mark.rule("12.3")
def test_each_stretch_counts_in_the_calendar_then_in_force():
    """Moved from office hours to around the clock at 20:00, the evening before does not count (rule 12)."""
    story = Story(terms(OFFICE, resolution=480), start="12 15:00")
    story.tell("12 20:00", PolicyApplied(terms(ALWAYS, resolution=480, version=2)))
    assert story.due(RESOLUTION) == t("13 02:00")
    assert [s.calendar for s in story.clock(RESOLUTION).stretches] == ["office@1", "always@1"]


def test_hours_changed_in_a_pause_count_from_its_end():
    """A pause belongs to no calendar; what follows it counts in the new one (rule 12)."""
    story = Story(terms(OFFICE, resolution=480), start="12 15:00").tell("12 16:00", AskedClient(Status.NEW, "?"))
    story.tell("12 20:00", PolicyApplied(terms(ALWAYS, resolution=480, version=2)))
    assert story.clock(RESOLUTION).paused
    assert story.client("12 21:00").due(RESOLUTION) == t("13 04:00")


def test_new_pause_statuses_hold_from_the_change():
    """An edit applied to open requests pauses or resumes at its own instant (rule 12)."""
    story = Story(terms(resolution=480)).tell("12 11:00", WaitedOn(Status.NEW, "Contoso"))
    story.tell("12 12:00", PolicyApplied(terms(resolution=480, pause=("waiting_other",), version=2)))
    assert story.due(RESOLUTION) is None
    story.tell("12 13:00", PolicyApplied(terms(resolution=480, version=3)))
    assert story.due(RESOLUTION) == t("12 19:00")


def test_terms_without_targets_take_the_deadlines_away():
    """No match cancels the clocks: nothing due, nothing said (rule 13)."""
    story = Story(terms(**ALL)).promise("12 10:30", terms(priority=Priority.P4))
    assert {c.outcome for c in story.state.clocks} == {Outcome.CANCELLED}
    assert next_wakes(story.state, CALENDARS) == {}
    assert story.tick("20 10:00") == ()


@pytest.mark.rule("13.4")
def test_matching_again_counts_from_the_original_start():
    """All that passed meanwhile counts, but for pauses; the cycles are the same ones (rule 13)."""
    story = Story(terms(**ALL)).promise("12 10:10", terms(priority=Priority.P4))
    story.tell("12 12:00", AskedClient(Status.NEW, "?")).tell(
        "12 13:00", Resumed(Status.WAITING_CLIENT, Status.NEW, "")
    )
    story.promise("12 14:00", terms(resolution=480, first_response=300))
    assert story.due(RESOLUTION) == t("12 19:00")
    assert story.due(FIRST) == t("12 15:00")
    assert [(c.kind, c.cycle) for c in story.state.clocks] == [(RESOLUTION, 1), (FIRST, 1)]


def test_matching_again_late_breaches_at_the_change():
    """The new match is a change like another (rules 11 and 13)."""
    story = Story(terms(**ALL)).promise("12 10:10", terms(priority=Priority.P4)).promise("12 12:00", terms(**REPLIES))
    assert (story.clock(FIRST).breached_at, story.clock(FIRST).cause) == (t("12 12:00"), "priority_change")


def test_a_breach_before_the_match_was_lost_stands():
    """It is reported, and not a second time when the terms match again (rules 3 and 13)."""
    story = Story(terms(resolution=60)).promise("12 12:00", terms(priority=Priority.P4))
    assert story.clock(RESOLUTION).outcome is Outcome.MISSED
    assert breaches(story, "12 12:30") == [(RESOLUTION, 1, "12 11:00")]
    story.promise("12 13:00", terms(resolution=90))
    assert story.clock(RESOLUTION).running
    assert story.tick("12 14:00") == ()


def test_a_new_priority_may_bring_a_reply_clock_for_the_open_wait():
    """The wait began with the oldest unanswered message, whatever the terms were then (rules 8 and 13)."""
    story = Story(terms(periodic_update=240)).reply("12 10:30").client("12 11:00").client("12 11:30")
    story.promise("12 12:00", terms(next_reply=120, periodic_update=240, priority=Priority.P1))
    assert story.due(NEXT) == t("12 13:00")
    assert story.clock(UPDATE).outcome is Outcome.CANCELLED
    assert story.promise("12 12:30", terms(periodic_update=240)).due(UPDATE) == t("12 14:30")


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


# --- firing (rules 17 and 19) -----------------------------------------------------------------------------------------


@pytest.mark.rule("17.3")
def test_a_warning_fires_at_its_share_of_the_target():
    """At 75 % of an hour, once (rule 17)."""
    story = Story(terms(first_response=60))
    assert story.tick("12 10:44:59") == ()
    assert story.tick("12 10:45") == (Warned(FIRST, 1, 75, t("12 11:00")),)
    assert story.tick("12 10:50") == ()


@pytest.mark.rule("17.1")
def test_a_warnings_share_is_rounded_up_to_a_second():
    """A third of 100 s is reached at 34 s (rule 17: ceil)."""
    story = Story(terms(first_response=60, warn=(33,)))
    clock = replace(story.clock(FIRST), target=100)
    assert warn_at(clock, CALENDARS, 33) == t("12 10:00:33")
    assert warn_at(replace(clock, target=101), CALENDARS, 33) == t("12 10:00:34")


@pytest.mark.rule("17.2")
@pytest.mark.mistake("zammad#4432")
def test_warnings_fire_in_open_hours():
    """Not at midnight: the share is of business time (rule 17; zammad#4432)."""
    story = Story(terms(OFFICE, resolution=480), start="12 14:00")
    assert warn_at(story.clock(RESOLUTION), CALENDARS, 75) == t("13 12:00")


@pytest.mark.rule("17.5")
def test_of_several_warnings_past_only_the_highest_is_sent():
    """The lower ones are not caught up on afterwards (rule 17)."""
    story = Story(terms(first_response=100, warn=(90, 50, 75)))
    assert story.tick("12 11:20") == (Warned(FIRST, 1, 75, t("12 11:40")),)
    assert set(next_wakes(story.state, CALENDARS)) == {"first_response:1:breach", "first_response:1:warn:90"}
    assert story.tick("12 11:25") == ()
    assert story.tick("12 11:30") == (Warned(FIRST, 1, 90, t("12 11:40")),)


def test_no_warning_comes_with_or_after_a_breach():
    """What is late is not about to be (rule 17)."""
    story = Story(terms(first_response=60))
    assert [type(e) for e in story.tick("12 11:00")] == [Breached]
    assert story.tick("12 11:00") == ()


def test_a_warning_is_sent_once_a_cycle_whatever_the_target_becomes():
    """Warned at 75 % of an hour, it is not warned at 75 % of two (rule 17)."""
    story = Story(terms(first_response=60))
    assert len(story.tick("12 10:45")) == 1
    story.promise("12 10:50", terms(first_response=120, priority=Priority.P4))
    assert next_wakes(story.state, CALENDARS) == {"first_response:1:breach": t("12 12:00")}


def test_a_stamped_breach_wakes_at_once():
    """A breach that a change stamped has its timer, and none for warnings."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, priority=Priority.P1))
    assert next_wakes(story.state, CALENDARS) == {"resolution:1:breach": t("12 13:00")}


def test_the_desks_own_entries_change_nothing_else():
    """A report touches the clock it names, and no other cycle of it."""
    story = Story(terms(**REPLIES)).reply("12 10:30").client("12 11:00").reply("12 11:30").client("12 12:00")
    other = [c for c in story.state.clocks if not c.running]
    assert [e.cycle for e in story.tick("12 14:00")] == [2]
    assert [c for c in story.state.clocks if not c.running] == other


def test_an_instant_beyond_what_counted_is_unknown_in_a_pause():
    """Paused after an hour, two hours have no instant yet; half an hour has."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?"))
    assert instant_of(story.clock(RESOLUTION), CALENDARS, 2 * HOUR) is None
    assert instant_of(story.clock(RESOLUTION), CALENDARS, HOUR / 2) == t("12 10:30")


def test_elapsed_counts_up_to_the_instant_asked():
    """Also before the clock's last stretch, where nothing of it has passed."""
    story = Story(terms(resolution=480)).tell("12 11:00", AskedClient(Status.NEW, "?")).client("12 12:00")
    clock = story.clock(RESOLUTION)
    assert [elapsed(clock, CALENDARS, t(at)) for at in ("12 09:00", "12 10:30", "12 11:30", "12 12:30")] == [
        0,
        HOUR / 2,
        HOUR,
        1.5 * HOUR,
    ]


def test_a_state_without_clocks_has_nothing_to_say():
    """No policy, no deadline: never one by the wall clock."""
    story = Story()
    assert tick(story.state, t("20 10:00"), CALENDARS) == ()
    assert not story.state.paused
    assert not Story().tell("12 10:01", AskedClient(Status.NEW, "?")).state.paused


def test_long_weeks_of_office_hours_are_counted_through():
    """A target of forty office hours from Monday 10:00 is due the Monday after."""
    assert Story(terms(OFFICE, resolution=40 * 60)).due(RESOLUTION) == t("19 10:00")


# --- warnings by what is left, bots, the requester's own words, and named waits (rules 5, 9, 11 and 17) ---------------


def test_a_warning_may_come_so_long_before_the_due_time():
    """In service time: an hour and a half before 10:00 is 16:30 of the day before."""
    promised = replace(terms(OFFICE, first_response=120), warn_percents=(), warn_before=(90 * MIN, 30 * MIN))
    story = Story(promised, start="12 16:00")
    assert story.due(FIRST) == t("13 10:00")
    assert next_wakes(story.state, CALENDARS) == {
        "first_response:1:breach": t("13 10:00"),
        "first_response:1:warn:-5400": t("12 16:30"),
        "first_response:1:warn:-1800": t("13 09:30"),
    }
    (first,) = story.tick("12 16:30")
    assert first == Warned(FIRST, 1, 0, t("13 10:00"), before=90 * MIN)
    assert story.tick("13 09:29") == ()
    assert [e.rung for e in story.tick("13 09:30") if isinstance(e, Warned)] == [-1800]
    assert story.tick("13 09:31") == ()


def test_of_warnings_of_both_kinds_the_latest_is_sent():
    """75 % of four hours is the hour before: one warning, not two; and none after a later one."""
    promised = replace(terms(resolution=240), warn_percents=(50, 75), warn_before=(60 * MIN, 10 * MIN))
    story = Story(promised)
    assert [e.rung for e in story.tick("12 13:10") if isinstance(e, Warned)] == [-3600]
    assert sorted(next_wakes(story.state, CALENDARS)) == ["resolution:1:breach", "resolution:1:warn:-600"]


def test_a_target_shorter_than_the_warning_is_not_warned_of_by_it():
    """It would come before the clock starts."""
    story = Story(replace(terms(first_response=10), warn_percents=(), warn_before=(10 * MIN,)))
    assert list(next_wakes(story.state, CALENDARS)) == ["first_response:1:breach"]
    assert story.tick("12 10:09") == ()


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.rule("5.5")
def test_a_bot_answers_where_the_policy_says_so(counts: bool):
    """By default a bot is nobody; an acknowledgement never answers, whatever the policy (rule 5)."""
    story = Story(replace(terms(**REPLIES), bot_counts=counts))
    story.tell("12 10:10", Replied("a fix is out", bot=True), by=DESK)
    assert (story.due(FIRST) is None) is counts
    story = Story(replace(terms(**REPLIES), bot_counts=counts))
    story.tell("12 10:10", Replied("we got it", automatic=True), by=SAM)
    assert story.due(FIRST) == t("12 11:00")


def test_the_requesters_own_words_wait_also_where_they_are_of_the_team():
    """They stop nothing, and after an answer they wait for the next one (rules 5 and 8)."""
    story = Story(terms(**REPLIES), requester="sam").reply("12 10:10")
    assert story.due(FIRST) == t("12 11:00")
    story.reply("12 10:20", by=PRIYA)
    assert story.state.running(NEXT) is None
    assert story.reply("12 10:30").reply("12 10:50").due(NEXT) == t("12 12:30")


def test_a_wait_of_the_teams_own_name_pauses_where_the_policy_names_it():
    """Any other third party does not; from one to the other the pause ends (rule 9)."""
    story = Story(terms(resolution=240, pause=("waiting_other:vendor",)))
    story.tell("12 11:00", WaitedOn(Status.NEW, "Contoso", label="vendor"))
    assert story.due(RESOLUTION) is None
    story.tell("12 12:00", WaitedOn(Status.WAITING_OTHER, "Fabrikam", label="lawyers"))
    assert story.due(RESOLUTION) == t("12 15:00")
    story.tell("12 12:30", WaitedOn(Status.WAITING_OTHER, "vendor"))
    assert story.due(RESOLUTION) == t("12 15:00")


def test_the_cause_of_a_breach_is_what_changed():
    """Another policy for the same priority is no change of priority, also when it overtakes in a pause (rule 11)."""
    story = Story(terms(resolution=480)).promise("12 13:00", terms(resolution=120, version=2))
    assert (story.clock(RESOLUTION).breached_at, story.clock(RESOLUTION).cause) == (t("12 13:00"), "policy_change")
    paused = Story(terms(resolution=480)).tell("12 13:00", AskedClient(Status.NEW, "?"))
    paused.promise("12 14:00", terms(resolution=120, version=2)).client("12 15:00")
    assert (paused.clock(RESOLUTION).breached_at, paused.clock(RESOLUTION).cause) == (t("12 15:00"), "policy_change")


def test_a_breach_until_now_is_known_whether_or_not_anybody_looked():
    """At its very instant too; of a cancelled request there is none (rules 3 and 7)."""
    story = Story(terms(first_response=60, resolution=120))
    assert late_clocks(story.state, t("12 10:59"), CALENDARS) == frozenset()
    assert late_clocks(story.state, t("12 11:00"), CALENDARS) == {FIRST}
    story.resolve("12 13:00")
    assert late_clocks(story.state, t("12 13:00"), CALENDARS) == {FIRST, RESOLUTION}
    gone = Story(terms(first_response=60)).tell("12 12:00", Cancelled(Status.NEW, "spam"))
    assert late_clocks(gone.state, t("12 13:00"), CALENDARS) == frozenset()
