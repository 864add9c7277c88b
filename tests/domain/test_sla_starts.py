"""Which clocks run, and who waits for an answer since when: rules 4 to 6 and 8."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import (
    ALL,
    CALENDARS,
    DANA,
    FIRST,
    NEXT,
    PRIYA,
    REPLIES,
    RESOLUTION,
    SAM,
    UPDATE,
    Story,
    breaches,
    t,
    terms,
)

from bot.domain.events import (
    Adopted,
    AskedClient,
    Assigned,
    Breached,
    Entry,
    MessageClass,
    NoteAdded,
    PolicyApplied,
    Replied,
    Status,
    WaitedOn,
)
from bot.domain.people import DESK, Role
from bot.domain.policy import Priority
from bot.domain.sla import (
    Outcome,
    State,
    advance,
    next_deadline,
    next_news,
    next_wakes,
)

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
