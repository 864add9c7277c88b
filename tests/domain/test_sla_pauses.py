"""What pauses a clock, and the update that is owed while nothing else is: rules 9 and 10."""

from __future__ import annotations

import pytest
from histories import (
    ALL,
    CALENDARS,
    FIRST,
    HOUR,
    NEXT,
    OFFICE,
    REPLIES,
    RESOLUTION,
    UPDATE,
    Story,
    breaches,
    t,
    terms,
)

from bot.domain.clocks import elapsed
from bot.domain.events import (
    AskedClient,
    Assigned,
    Resumed,
    Status,
    WaitedOn,
)
from bot.domain.request import ask_client
from bot.domain.sla import (
    Outcome,
    next_wakes,
    warn_at,
)

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


def test_a_wait_of_the_teams_own_name_pauses_where_the_policy_names_it():
    """Any other third party does not; from one to the other the pause ends (rule 9)."""
    story = Story(terms(resolution=240, pause=("waiting_other:vendor",)))
    story.tell("12 11:00", WaitedOn(Status.NEW, "Contoso", label="vendor"))
    assert story.due(RESOLUTION) is None
    story.tell("12 12:00", WaitedOn(Status.WAITING_OTHER, "Fabrikam", label="lawyers"))
    assert story.due(RESOLUTION) == t("12 15:00")
    story.tell("12 12:30", WaitedOn(Status.WAITING_OTHER, "vendor"))
    assert story.due(RESOLUTION) == t("12 15:00")


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
