"""Waiting for the client, and silence of whoever has a request: what comes when, and what makes it stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from histories import CALENDARS, DANA, OFFICE, PRIYA, SAM, Story, t, terms
from hypothesis import given
from hypothesis import strategies as st
from test_laws import law

from bot.domain import patience, silence
from bot.domain.alarms import ClientNudged, Handled, Offered, OwnerNudged, SetAside
from bot.domain.attention import Ask
from bot.domain.calendar import weekly
from bot.domain.events import (
    Adopted,
    Assigned,
    Cancelled,
    Closed,
    Event,
    NewsPromised,
    NoteAdded,
    Resumed,
    Status,
    Unmerged,
)
from bot.domain.opendays import closing_of_open_day, same_time_on_open_day
from bot.domain.people import DESK, Client, Directory
from bot.domain.policy import ClockKind
from bot.domain.request import NotAllowed, ask_client
from bot.domain.settings import ClientSettings, SettingError
from bot.domain.sla import tick


def directory(**settings: object) -> Directory:
    """Sam and Priya, and Acme with these settings."""
    acme = Client("ACME", "Acme", "Europe/London", ClientSettings(**settings))  # type: ignore[arg-type]
    return Directory(clients={"ACME": acme}, people={p.id: p for p in (SAM, PRIYA, DANA)}, calendars=CALENDARS)


def asked() -> Story:
    """Monday at ten Sam asked which format."""
    story = Story(terms(OFFICE, warn=(), resolution=960)).tell("12 10:00", Assigned(None, "sam"))
    return story.tell("12 10:00", *ask_client(story.request, question="Which format?"))


def plan(story: Story, where: Directory) -> list[tuple[str, datetime]]:
    return [(type(s.event).__name__, s.at) for s in patience.steps(story.request, where)]


def wake(story: Story, where: Directory, when: str | datetime) -> tuple[Event, ...]:
    at = t(when) if isinstance(when, str) else when
    events = patience.due(story.request, where, at)
    story.tell(at, *events, by=DESK)
    return events


def test_the_whole_course_of_a_wait():
    """Tuesday and Thursday at ten, set aside next Monday at closing, closed the Monday after."""
    story, where = asked(), directory()
    assert plan(story, where) == [
        ("ClientNudged", t("13 10:00")),
        ("ClientNudged", t("15 10:00")),
        ("SetAside", t("19 17:00")),
    ]
    assert patience.wake(story.request, where) == {"waiting": t("13 10:00")}
    assert wake(story, where, "13 09:59") == ()
    assert wake(story, where, "13 10:00") == (ClientNudged(1, t("19 17:00")),)
    assert wake(story, where, "15 10:00") == (ClientNudged(2, t("19 17:00")),)
    assert wake(story, where, "19 17:00") == (SetAside(t("26 17:00")),)
    assert story.request.status is Status.SET_ASIDE
    assert story.clock(ClockKind.RESOLUTION).paused
    assert wake(story, where, "26 17:00") == (Closed(Status.SET_ASIDE, "no answer came to our question"),)
    assert patience.wake(story.request, where) == {}
    assert patience.sets_aside_at(story.request, where) is None


def test_what_was_merged_waits_anew_once_that_is_taken_back():
    """Nobody was reminded while it was part of another request: the days of its wait, and those until it closes, begin
    with the moment at which it is one of its own again."""
    story, where = asked(), directory()
    story.tell("13 09:00", Cancelled(Status.WAITING_CLIENT, "the same", 40, "ACME-40"))
    assert plan(story, where) == []
    story.tell("20 11:00", Unmerged(Status.WAITING_CLIENT))
    assert plan(story, where) == [
        ("ClientNudged", t("21 11:00")),
        ("ClientNudged", t("23 11:00")),
        ("SetAside", t("27 17:00")),
    ]
    aside = asked()
    wake(aside, where, "15 10:00")
    assert wake(aside, where, "19 17:00") == (SetAside(t("26 17:00")),)
    aside.tell("20 09:00", Cancelled(Status.SET_ASIDE, "the same", 40, "ACME-40"))
    aside.tell("27 11:00", Unmerged(Status.SET_ASIDE))
    assert plan(aside, where) == [("Closed", t("2026-02-03 17:00"))]


def test_after_a_downtime_the_latest_reminder_in_open_hours():
    """Both reminders are due on Thursday night: one, the second, on Friday morning."""
    story, where = asked(), directory()
    assert patience.wake_later(story.request, where, t("13 09:00")) == {}
    assert wake(story, where, "15 23:00") == ()
    assert patience.wake_later(story.request, where, t("15 23:00")) == {"waiting": t("16 09:00")}
    assert wake(story, where, "16 09:00") == (ClientNudged(2, t("19 17:00")),)


def test_what_is_set_aside_late_closes_as_much_later():
    """The client is told a week, and has it."""
    story, where = asked(), directory()
    wake(story, where, "15 10:00")
    assert wake(story, where, "21 10:00") == (SetAside(t("28 17:00")),)


def test_a_wait_whose_time_is_over_is_reminded_of_before_it_ends():
    """An upgrade, or weeks of downtime: nobody was reminded, so all its days begin with a first reminder in open hours;
    it is set aside only when they are over."""
    story, where = asked(), directory()
    assert wake(story, where, "31 10:00") == ()
    assert wake(story, where, "2026-02-02 10:00") == (ClientNudged(1, t("2026-02-09 17:00"), t("2026-02-02 10:00")),)
    assert patience.sets_aside_at(story.request, where) == t("2026-02-09 17:00")
    assert wake(story, where, "2026-02-02 10:01") == ()
    assert plan(story, where) == [("ClientNudged", t("2026-02-05 10:00")), ("SetAside", t("2026-02-09 17:00"))]
    assert wake(story, where, "2026-02-11 10:00") == (SetAside(t("2026-02-18 17:00")),), "a client that was told"


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.client("12 15:00", "I'll look tomorrow"),
        lambda s: s.tell("12 15:00", Resumed(Status.WAITING_CLIENT, Status.ACTIVE, "")),
        lambda s: s.tell("12 15:00", Cancelled(Status.WAITING_CLIENT, "merged")),
        lambda s: s.tell("12 15:00", Adopted("Zammad")),
        lambda s: s.resolve("12 15:00"),
    ],
)
def test_nothing_comes_after_an_answer_nor_for_what_others_asked(act):
    """An answer, work that goes on, a merge; and a question that another system asked."""
    story, where = asked(), directory()
    act(story)
    assert patience.steps(story.request, where) == ()
    assert patience.due(story.request, where, t("30 10:00")) == ()


def test_a_wait_that_is_put_off():
    """Reminded at the opening of that day; what follows counts from there."""
    story, where = asked(), directory()
    until = patience.next_week(OFFICE, t("12 11:00"))
    assert until == t("19 09:00")
    story.tell("12 11:00", *patience.put_off(story.request, where, at=t("12 11:00"), until=t("18 12:00")), by=DANA)
    assert plan(story, where) == [
        ("ClientNudged", t("19 09:00")),
        ("ClientNudged", t("22 09:00")),
        ("SetAside", t("26 17:00")),
    ]
    for wrong in ("12 10:00", "2026-03-01 10:00"):
        with pytest.raises(NotAllowed, match="within the next month"):
            patience.put_off(story.request, where, at=t("12 11:00"), until=t(wrong))
    story.client("13 10:00")
    with pytest.raises(NotAllowed, match="not waiting for you"):
        patience.put_off(story.request, where, at=t("13 11:00"), until=t("14 10:00"))


def test_zero_is_never():
    """No reminders, no end."""
    story = asked()
    assert plan(story, directory(set_aside_days=0, wait_close_days=0)) == [
        ("ClientNudged", t("13 10:00")),
        ("ClientNudged", t("15 10:00")),
    ]
    assert plan(story, directory(nudge_days=0, nudge_again_days=0)) == [("SetAside", t("19 17:00"))]
    never = directory(wait_close_days=0)
    assert wake(story, never, "19 17:00") == (SetAside(None),)
    assert plan(story, never) == []
    with pytest.raises(SettingError, match="wait_close_days is 5; choose a number from 6"):
        directory(wait_close_days=5)


def test_a_client_without_hours_is_reminded_by_day():
    """Nine to five in its zone, each day; and nobody at an odd time where the hours run out."""
    story = Story().tell("16 16:00", Assigned(None, "sam"))
    story.tell("16 16:00", *ask_client(story.request, question="Which?"))
    assert plan(story, directory())[0] == ("ClientNudged", t("17 16:00"))
    last = weekly("last", "UTC", {}, overrides={t("12 00:00").date(): ((36_000, 39_600),)})
    story = Story(terms(last, warn=(), resolution=10), calendars=[last])
    story.tell("12 10:00", *ask_client(story.request, question="Which?"))
    assert patience.steps(story.request, replace(directory(), calendars=story.calendars)) == ()


def test_days_of_a_calendar_that_opens_no_more_or_rarely():
    """After years of closed days it is the next opening."""
    far = weekly("far", "UTC", {}, overrides={t("2030-01-07 00:00").date(): ((36_000, 39_600),)})
    assert closing_of_open_day(far, t("12 10:00"), 1) == t("2030-01-07 10:00")
    assert same_time_on_open_day(far, t("12 10:00"), 1) == t("2030-01-07 10:00")
    assert same_time_on_open_day(OFFICE, t("16 20:00"), 1) == t("20 09:00"), "asked at night: the next opening after"


@law
@given(st.lists(st.integers(0, 40 * 24 * 60), max_size=10), st.integers(0, 3), st.integers(0, 5))
def test_each_step_at_most_once_in_order_and_never_at_night(minutes, first, again):
    """Whenever the desk wakes."""
    story, where = asked(), directory(nudge_days=first, nudge_again_days=again)
    done: list[Event] = []
    for minute in sorted(minutes):
        at = t("12 10:00") + timedelta(minutes=minute)
        for event in wake(story, where, at):
            assert OFFICE.is_open(at) or OFFICE.is_open(at - timedelta(minutes=6))
            done.append(event)
    kinds = [type(e) for e in done]
    assert kinds == sorted(kinds, key=[ClientNudged, SetAside, Closed].index)
    numbers = [e.number for e in done if isinstance(e, ClientNudged)]
    assert numbers == sorted(set(numbers))
    assert kinds.count(SetAside) <= 1
    assert kinds.count(Closed) <= 1


# --- silence ----------------------------------------------------------------------------------------------------------


def silent() -> Story:
    """Sam has it; the client waits for a reply since ten on Monday, due in ten hours of service."""
    return Story(terms(OFFICE, warn=(), first_response=600)).tell("12 10:30", Assigned(None, "sam"))


def test_silence_is_asked_about_then_offered():
    """Five hours are half of the target, more than two: asked at half past three, offered an hour later."""
    story, where = silent(), directory()
    assert silence.steps(story.request, where) == {
        silence.NUDGE: t("12 15:30"),
        silence.OFFER: t("12 16:30"),
    }
    assert silence.due(story.request, where, t("12 15:29")) == ()
    story.tell("12 15:30", *silence.due(story.request, where, t("12 15:30")), by=DESK)
    assert silence.steps(story.request, where) == {silence.OFFER: t("12 16:30")}
    with pytest.raises(NotAllowed, match="not up for taking over"):
        silence.take_over(story.request, where, by=PRIYA)
    story.tell("12 16:30", *silence.due(story.request, where, t("12 16:30")), by=DESK)
    assert silence.steps(story.request, where) == {}
    assert [p.ask for p in story.request.attention.prompts] == [Ask.SIGN, Ask.HAND]
    with pytest.raises(NotAllowed, match="yours already"):
        silence.take_over(story.request, where, by=SAM)
    story.tell("12 16:40", *silence.take_over(story.request, where, by=PRIYA), by=PRIYA)
    assert {p.over_at for p in story.request.attention.prompts} == {t("12 16:40")}
    assert silence.steps(story.request, where)[silence.NUDGE] == t("13 13:40"), "a new owner has their own time"
    story.tell("12 16:41", NoteAdded("x"), by=PRIYA)
    assert story.request.attention.prompts == ()


def test_who_is_not_silent():
    """Nobody waits; news was promised; somebody handles it; its owner has left; the timer is off."""
    where = directory()
    assert silence.steps(Story(terms(OFFICE, first_response=60)).request, where) == {}
    assert silence.steps(silent().reply("12 10:40").request, where) == {}
    assert silence.steps(silent().request, directory(silent_after=0)) == {}
    gone = replace(where, people={"sam": replace(SAM, active=False)})
    assert silence.steps(silent().request, gone) == {}
    assert silence.due(silent().request, gone, t("20 10:00")) == ()
    promised = silent().tell("12 11:00", NewsPromised(t("12 16:00")))
    assert silence.steps(promised.request, where) == {}
    late = Story(terms(OFFICE, warn=(), first_response=30)).tell("12 10:05", Assigned(None, "sam"))
    late.tell("12 10:31", *tick(late.state, t("12 10:31"), late.calendars), by=DESK)
    assert silence.steps(late.request, where) != {}
    late.tell("12 10:40", Handled(t("12 12:00")))
    assert silence.steps(late.request, where) == {}
    lost = silent()
    lost.request = replace(lost.request, attention=replace(lost.request.attention, sign_at=None))
    assert silence.steps(lost.request, where) == {}


def test_news_that_was_promised_and_did_not_come():
    """Silence then counts from the time that was promised."""
    story, where = silent(), directory()
    story.reply("12 10:40").tell("12 11:00", NewsPromised(t("12 12:00")))
    story.tell("12 12:01", *tick(story.state, t("12 12:01"), story.calendars), by=DESK)
    assert silence.steps(story.request, where)[silence.NUDGE] == t("12 14:00")


def test_where_there_are_no_hours_silence_counts_on_the_wall():
    """Without terms, and where hours run out."""
    last = weekly("last", "UTC", {}, overrides={t("12 00:00").date(): ((36_000, 39_600),)})
    story = Story(terms(last, warn=(), first_response=30), calendars=[last]).tell("12 10:10", Assigned(None, "sam"))
    where = replace(directory(), calendars=story.calendars)
    assert silence.steps(story.request, where)[silence.NUDGE] == t("12 12:10")
    story.request = replace(story.request, sla=replace(story.state, terms=None))
    assert silence.steps(story.request, where)[silence.NUDGE] == t("12 12:10")


@law
@given(st.lists(st.integers(0, 60 * 60), max_size=8))
def test_each_silence_is_asked_about_and_offered_once(minutes):
    """Whenever the desk wakes; late or punctual, the same."""
    story, where = silent(), directory()
    done: list[Event] = []
    for minute in [*sorted(minutes), 60 * 60]:
        at = t("12 10:30") + timedelta(minutes=minute)
        events = silence.due(story.request, where, at)
        story.tell(at, *events, by=DESK)
        done += events
    since = t("12 10:30")
    assert done == [OwnerNudged("sam", since), Offered("sam", since)]
