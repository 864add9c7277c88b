"""The ladder of a breach: who is on it, when each rung comes, and what makes it wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from histories import ALWAYS, CALENDARS, HOUR, OFFICE, PRIYA, SAM, Story, t, terms
from hypothesis import given
from hypothesis import strategies as st
from test_laws import law

from bot.domain import escalation
from bot.domain.alarms import Escalated, LadderResumed
from bot.domain.attention import TEAM, HoldKind
from bot.domain.calendar import Calendar, weekly
from bot.domain.events import (
    Adopted,
    Assigned,
    Breached,
    Cancelled,
    Event,
    Warned,
)
from bot.domain.people import Client, Directory, Person, Role
from bot.domain.policy import ClockKind, Priority
from bot.domain.request import NotAllowed, ask_client, cancel, resolve
from bot.domain.settings import ClientSettings, Hours
from bot.domain.sla import tick

LEA = Person("lea", "Lea", Role.LEAD)
KIM = Person("kim", "Kim", Role.ENGINEER)
TEAM_OF_FOUR = (SAM, KIM, LEA, PRIYA)  # Priya manages
OFFICE_HOURS = {"first_response": 60}


def directory(*people: Person, **settings: object) -> Directory:
    """The team, and Acme with these settings."""
    acme = Client("ACME", "Acme", "Europe/London", ClientSettings(**settings))  # type: ignore[arg-type]
    return Directory(clients={"ACME": acme}, people={p.id: p for p in people or TEAM_OF_FOUR}, calendars=CALENDARS)


def advance(story: Story, where: Directory, when: str | datetime) -> list[Event]:
    """One wake of the desk, as `bot/desk/changing.py` does it: the clocks, then the ladders."""
    at = t(when) if isinstance(when, str) else when
    done: list[Event] = []
    for event in tick(story.state, at, story.calendars):
        if isinstance(event, Breached):
            event = replace(event, noticed_at=at, to=escalation.first_told(story.request, where))
        if isinstance(event, Warned):
            event = replace(event, to=escalation.warned_first(story.request, where))
        story.tell(at, event)
        done.append(event)
    for event in escalation.due(story.request, where, at):
        story.tell(at, event)
        done.append(event)
    return done


def owned(calendar: Calendar = ALWAYS, priority: Priority = Priority.P3) -> Story:
    """A request that Sam has, whose reply is due at eleven."""
    story = Story(terms(calendar, warn=(), priority=priority, **OFFICE_HOURS))
    story.request = replace(story.request, priority=priority)
    return story.tell("12 10:00", Assigned(None, "sam"))


def rungs(story: Story, where: Directory) -> list[tuple[int, datetime | None, tuple[str, ...]]]:
    clock = story.clock(ClockKind.FIRST_RESPONSE)
    return [(r.number, r.at, r.to) for r in escalation.climb(story.request, clock, where)]


# --- who --------------------------------------------------------------------------------------------------------------


def test_the_rungs_of_a_breach():
    """Its owner at once; the leads after a quarter, the managers after half an hour."""
    story, where = owned(), directory()
    assert escalation.next_rung(story.request, story.clock(ClockKind.FIRST_RESPONSE), where) is None
    (breach,) = advance(story, where, "12 11:01")
    assert isinstance(breach, Breached)
    assert breach.to == ("sam",)
    assert rungs(story, where) == [(1, t("12 11:15"), ("lea",)), (2, t("12 11:30"), ("priya",))]
    assert escalation.wakes(story.request, where) == {
        "first_response:1:rung:1": t("12 11:15"),
        "first_response:1:rung:2": t("12 11:30"),
    }


@pytest.mark.parametrize(
    ("people", "first", "then"),
    [
        ((SAM, LEA, PRIYA), ("team", "lea"), [(2, ("priya",))]),
        ((SAM, PRIYA), ("team", "priya"), []),
        ((SAM,), ("team",), []),
    ],
)
def test_what_nobody_has(people, first, then):
    """The team and its leads at once; the managers where there are no leads; nobody is told twice."""
    story, where = Story(terms(warn=(), **OFFICE_HOURS)), directory(*people)
    (breach,) = advance(story, where, "12 11:01")
    assert isinstance(breach, Breached)
    assert breach.to == first
    assert [(n, to) for n, _, to in rungs(story, where)] == then


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ((SAM, PRIYA), [(1, ("priya",))]),
        ((SAM,), [(1, (TEAM,))]),
        ((replace(SAM, role=Role.LEAD), PRIYA), [(1, ("priya",))]),
        ((replace(SAM, role=Role.LEAD), LEA, PRIYA), [(1, ("lea",)), (2, ("priya",))]),
        ((replace(SAM, role=Role.MANAGER), LEA), [(1, ("lea",))]),
    ],
)
def test_nobody_falls_through(people, told):
    """Without another lead the managers take the leads' place, and without either the team."""
    story, where = owned(), directory(*people)
    advance(story, where, "12 11:01")
    assert [(n, to) for n, _, to in rungs(story, where)] == told


def test_an_owner_who_has_left_is_nobody():
    """It counts as unowned."""
    story, where = owned(), directory(replace(SAM, active=False), LEA)
    assert escalation.warned_first(story.request, where) == TEAM
    assert escalation.first_told(story.request, where) == (TEAM, "lea")
    assert escalation.warned_first(story.request, directory()) == "sam"


def test_the_ladder_never_steps_down():
    """A lead who joins after the managers were told is not told late as one who was passed over."""
    story, where = owned(), directory(SAM, replace(PRIYA, role=Role.MANAGER), Person("max", "Max", Role.MANAGER))
    story.tell("12 10:01", Assigned("sam", None))
    advance(story, where, "12 11:01")
    where = directory(*TEAM_OF_FOUR, Person("max", "Max", Role.MANAGER), Person("ann", "Ann", Role.MANAGER))
    assert advance(story, where, "12 11:31")[-1].to == ("ann",)  # type: ignore[attr-defined]
    where = directory(*where.people.values(), Person("leo", "Leo", Role.LEAD))
    assert rungs(story, where) == []


# --- when -------------------------------------------------------------------------------------------------------------


def test_business_hours_and_the_wall():
    """Late at five to five: business minutes go on in the morning, those on the wall do not wait."""
    story = Story(terms(OFFICE, warn=(), **OFFICE_HOURS), start="12 15:55").tell("12 15:56", Assigned(None, "sam"))
    office, wall = directory(quiet_from="00:00", quiet_until="00:00"), directory(ladder_hours=Hours.WALL)
    advance(story, office, "12 16:56")
    assert [at for _, at, _ in rungs(story, office)] == [t("13 09:10"), t("13 09:25")]
    assert [at for _, at, _ in rungs(story, wall)] == [t("12 17:10"), t("12 17:25")]


def test_a_promise_of_ones_own_counts_in_the_clients_hours():
    """A stretch whose calendar is not known any more is counted in the terms' hours; without terms on the wall."""
    story, where = owned(), directory()
    advance(story, where, "12 11:01")
    clock = story.clock(ClockKind.FIRST_RESPONSE)
    lost = replace(clock, stretches=tuple(replace(s, calendar="") for s in clock.stretches))
    assert [r.at for r in escalation.climb(story.request, lost, where)] == [t("12 11:15"), t("12 11:30")]
    story.request = replace(story.request, sla=replace(story.state, terms=None))
    assert [r.at for r in escalation.climb(story.request, lost, where)] == [t("12 11:15"), t("12 11:30")]


def test_hours_that_run_out_are_no_reason_to_be_silent():
    """A calendar that opens for the last time: the rungs come on the wall rather than never."""
    last = weekly("last", "UTC", {}, overrides={t("12 00:00").date(): ((36_000, 39_605),)})
    story = Story(terms(last, warn=(), **OFFICE_HOURS), calendars=[last]).tell("12 10:00", Assigned(None, "sam"))
    where = replace(directory(), calendars=story.calendars)
    advance(story, where, "12 11:00:01")
    assert [at for _, at, _ in rungs(story, where)] == [t("12 11:15"), t("12 11:30")]
    assert escalation.acting_until(story.request, where, t("12 11:20")) == t("12 11:50")


def test_a_paused_clock_has_no_ladder():
    """While it waits for the client nothing climbs; what had counted counts on afterwards."""
    story, where = Story(terms(warn=(), resolution=60)).tell("12 10:00", Assigned(None, "sam")), directory()
    advance(story, where, "12 11:01")
    story.tell("12 11:05", *ask_client(story.request, question="Which format?"))
    clock = story.clock(ClockKind.RESOLUTION)
    assert [(r.number, r.at) for r in escalation.climb(story.request, clock, where)] == [(1, None)]
    assert escalation.wakes(story.request, where) == {}
    assert escalation.due(story.request, where, t("12 15:00")) == ()
    story.client("12 13:05")
    clock = story.clock(ClockKind.RESOLUTION)
    assert [r.at for r in escalation.climb(story.request, clock, where)] == [t("12 13:15"), t("12 13:30")]


def test_the_ladder_does_not_climb_over_somebody_who_sleeps():
    """Late at two in the morning: Sam is reached at seven his time, the lead a quarter later; P1 wakes them all."""
    story, where = owned(), directory()
    story = Story(terms(warn=(), **OFFICE_HOURS), start="12 01:00").tell("12 01:00", Assigned(None, "sam"))
    advance(story, where, "12 02:01")
    assert [at for _, at, _ in rungs(story, where)] == [t("12 07:15"), t("12 07:30")]
    story.request = replace(story.request, priority=Priority.P1)
    assert [at for _, at, _ in rungs(story, where)] == [t("12 02:15"), t("12 02:30")]
    story.request = replace(story.request, priority=Priority.P3)
    open_all_night = directory(quiet_from="07:00", quiet_until="07:00")
    assert [at for _, at, _ in rungs(story, open_all_night)] == [t("12 02:15"), t("12 02:30")]


@pytest.mark.parametrize(
    ("zone", "at", "rings"),
    [
        ("Europe/London", "2026-03-29 00:30", "2026-03-29 06:00"),  # spring: seven is an hour earlier in UTC
        ("Europe/London", "2026-10-25 00:30", "2026-10-25 07:00"),
        ("America/New_York", "2026-03-08 04:00", "2026-03-08 11:00"),
        ("Australia/Lord_Howe", "2026-04-04 14:00", "2026-04-04 20:30"),
        ("Asia/Kathmandu", "2026-01-12 02:00", "2026-01-12 02:00"),
    ],
)
def test_quiet_hours_are_each_readers_own_across_the_change_of_the_clocks(zone, at, rings):
    """Until seven on the reader's wall, whatever their zone does that night."""
    reader = replace(SAM, zone=zone)
    assert escalation.reachable_at(reader, t(at), ClientSettings()) == t(rings)


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_handling_makes_the_ladder_wait_and_go_on_where_it_paused():
    """Five minutes in, half an hour asked for: the lead's rung comes ten minutes after that."""
    story, where = owned(), directory()
    advance(story, where, "12 11:01")
    story.tell("12 11:05", *escalation.handle(story.request, by=SAM, at=t("12 11:05"), until=t("12 11:35")))
    hold = story.request.attention.hold
    assert hold is not None
    assert hold.kind is HoldKind.HANDLED
    assert [at for _, at, _ in rungs(story, where)] == [t("12 11:45"), t("12 12:00")]
    assert escalation.wakes(story.request, where)["hold"] == t("12 11:35")
    assert advance(story, where, "12 11:34") == []
    assert advance(story, where, "12 11:35") == [LadderResumed("sam", t("12 11:35"))]
    assert story.request.attention.hold is None
    assert escalation.wakes(story.request, where) == {
        "first_response:1:rung:1": t("12 11:45"),
        "first_response:1:rung:2": t("12 12:00"),
    }


def test_a_new_time_replaces_the_one_before():
    """Asked again, what was left of the first hold counts no more."""
    story, where = owned(), directory()
    advance(story, where, "12 11:01")
    story.tell("12 11:05", *escalation.snooze(story.request, at=t("12 11:05"), until=t("12 15:00")))
    story.tell("12 11:10", *escalation.handle(story.request, by=LEA, at=t("12 11:10"), until=t("12 11:20")))
    assert [(h.kind, h.until) for h in story.request.attention.holds] == [
        (HoldKind.SNOOZED, t("12 11:10")),
        (HoldKind.HANDLED, t("12 11:20")),
    ]
    assert [at for _, at, _ in rungs(story, where)] == [t("12 11:30"), t("12 11:45")]


def test_a_hold_that_began_before_the_breach_and_one_after_a_pause():
    """Only the time that a hold takes out of the ladder's own is taken."""
    story, where = Story(terms(warn=(), resolution=60, first_response=30)), directory()
    story.tell("12 10:00", Assigned(None, "sam"))
    advance(story, where, "12 10:31")  # the reply is late; its ladder is held over the other's breach
    story.tell("12 10:35", *escalation.snooze(story.request, at=t("12 10:35"), until=t("12 11:10")))
    advance(story, where, "12 11:01")
    clock = story.clock(ClockKind.RESOLUTION)
    assert [r.at for r in escalation.climb(story.request, clock, where)] == [t("12 11:25"), t("12 11:40")]
    story.tell("12 11:05", *ask_client(story.request, question="Which?"))
    story.client("12 12:00")
    clock = story.clock(ClockKind.RESOLUTION)
    assert [r.at for r in escalation.climb(story.request, clock, where)] == [t("12 12:15"), t("12 12:30")]


def test_the_end_of_the_matter_ends_the_hold():
    """Answered: nothing waits any more, and no timer is left."""
    story, where = owned(), directory()
    advance(story, where, "12 11:01")
    story.tell("12 11:05", *escalation.handle(story.request, by=SAM, at=t("12 11:05"), until=t("12 12:00")))
    story.reply("12 11:20")
    assert story.request.attention.hold is None
    assert story.request.attention.holds[0].until == t("12 11:20")
    assert escalation.wakes(story.request, where) == {}


def test_who_may_make_it_wait_and_for_how_long():
    """Its owner, leads and managers, where something is late; for a week at most."""
    story, where = owned(), directory()
    with pytest.raises(NotAllowed, match="Nothing on ACME-42 is late"):
        escalation.handle(story.request, by=LEA, at=t("12 10:30"), until=t("12 11:00"))
    advance(story, where, "12 11:01")
    with pytest.raises(NotAllowed, match="not yours"):
        escalation.handle(story.request, by=KIM, at=t("12 11:05"), until=t("12 12:00"))
    for until in ("12 11:05", "12 11:00", "19 11:06"):
        with pytest.raises(NotAllowed, match="within the next 7 days"):
            escalation.snooze(story.request, at=t("12 11:05"), until=t(until))
    assert escalation.handle(story.request, by=PRIYA, at=t("12 11:05"), until=t("12 12:00"))


def test_by_when_somebody_acts_who_does_not_say():
    """Half an hour of service hours; without terms on the wall."""
    story = Story(terms(OFFICE, warn=(), **OFFICE_HOURS))
    assert escalation.acting_until(story.request, directory(), t("12 16:50")) == t("13 09:20")
    assert escalation.acting_until(Story().request, directory(handle_minutes=60), t("12 16:50")) == t("12 17:50")


# --- what nobody hears ------------------------------------------------------------------------------------------------


def test_imports_and_adopted_work_ring_nothing():
    """A breach that nobody was told of has no ladder, nor has what was taken over."""
    story, where = owned(), directory()
    story.tick("12 11:01")  # recorded, and told to nobody
    assert story.request.attention.told == ()
    assert escalation.wakes(story.request, where) == {}
    story = owned()
    advance(story, where, "12 11:01")
    story.tell("12 11:02", Adopted("Zammad"))
    assert escalation.due(story.request, where, t("12 18:00")) == ()


@pytest.mark.parametrize("end", [lambda r: cancel(r, reason="merged"), lambda r: resolve(r, summary="done")])
def test_nothing_rings_after_the_end(end):
    """A merged request never escalates, nor does one that was resolved."""
    story, where = owned(), directory()
    advance(story, where, "12 11:01")
    story.tell("12 11:05", *end(story.request))
    assert escalation.due(story.request, where, t("12 18:00")) == ()
    assert escalation.wakes(story.request, where) == {}


def test_a_warning_remembers_whom_it_was_told():
    """For its copy to tell the end one day."""
    story, where = Story(terms(**OFFICE_HOURS)), directory()
    advance(story, where, "12 10:50")
    (warned,) = story.request.attention.warned
    assert (warned.rung, warned.to) == (75, (TEAM,))


# --- laws -------------------------------------------------------------------------------------------------------------

moments = st.integers(0, 40 * HOUR)


@law
@given(
    st.lists(moments, max_size=8), st.sampled_from(list(Hours)), st.integers(0, 90), st.integers(0, 90), st.booleans()
)
def test_one_late_wake_tells_the_same_rungs_as_many_punctual_ones(wakes, hours, lead, more, has_owner):
    """Whoever is told, of what and when it was due: only when it was noticed differs; and each rung comes once."""
    where = directory(lead_after=lead, manager_after=lead + more, ladder_hours=hours)
    start, end = t("12 10:00"), t("14 03:00")
    told: list[set[tuple[object, ...]]] = []
    for punctual in (True, False):
        story = Story(terms(OFFICE, warn=(), **OFFICE_HOURS))
        if has_owner:
            story.tell("12 10:00", Assigned(None, "sam"))
        times = {start + timedelta(seconds=s) for s in wakes} if punctual else set()
        done: list[Event] = []
        for at in sorted(times | {end}):
            done += advance(story, where, at)
            while punctual and (nearer := sorted(escalation.wakes(story.request, where).values())):
                if nearer[0] > end:
                    break
                done += advance(story, where, max(nearer[0], at))
        rung = [(e.clock, e.cycle, e.rung, e.due_at, e.to) for e in done if isinstance(e, Escalated)]
        assert len(rung) == len(set(rung))
        told.append(set(rung))
    assert told[0] == told[1]


@law
@given(st.lists(st.tuples(st.integers(1, 120), st.sampled_from("hsrwx")), max_size=10))
def test_no_rung_comes_twice_nor_after_the_end_nor_while_it_waits(acts):
    """Whatever people do in between."""
    story, where, at = owned(), directory(), t("12 10:30")
    told: list[tuple[int, int]] = []
    for minutes, act in acts:
        at += timedelta(minutes=minutes)
        hold = story.request.attention.hold
        events = advance(story, where, at)
        rung = [e for e in events if isinstance(e, Escalated)]
        assert not (rung and hold and at < hold.until)
        told += [(e.cycle, e.rung) for e in rung]
        late = escalation.alarms(story.request)
        assert late or not rung
        if act == "h" and late:
            story.tell(at, *escalation.handle(story.request, by=LEA, at=at, until=at + timedelta(minutes=minutes)))
        elif act == "s" and late:
            story.tell(at, *escalation.snooze(story.request, at=at, until=at + timedelta(hours=1)))
        elif act == "r":
            story.reply(at)
        elif act == "w":
            story.client(at)
        elif act == "x" and story.request.status.is_open:
            story.tell(at, Cancelled(story.request.status, "merged"))
            break
    assert len(told) == len(set(told))
    if not story.request.status.is_open:
        assert advance(story, where, at + timedelta(days=2)) == []
