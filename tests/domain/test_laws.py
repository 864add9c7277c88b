"""Laws of time and of histories: what holds for every calendar and every story, found out by trying many."""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from histories import CALENDARS, DANA, NEXT, RESOLUTION, SAM, Story, t, terms
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.codec import event_from_json, event_to_json, kind_of, request_from_json, request_to_json
from bot.domain import request as decide
from bot.domain.calendar import DAY, Calendar, zone
from bot.domain.clocks import elapsed
from bot.domain.events import Assigned, Breached, Cancelled, NoteAdded, PolicyApplied, PriorityChanged, Status, Warned
from bot.domain.policy import ClockKind, Priority, Terms
from bot.domain.request import NotAllowed, Request, apply, replay
from bot.domain.sla import Outcome, breach_at, due_at, next_wakes, tick

law = settings(
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)

ZONES = ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Nuuk", "Asia/Kathmandu"]
SHIFTS = [
    date(2026, 3, 8),
    date(2026, 3, 28),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
]

# --- calendars --------------------------------------------------------------------------------------------------------

wall = st.integers(0, 95).map(lambda quarter: quarter * 900)
window = st.tuples(wall, st.one_of(wall, st.just(DAY)))
windows = st.lists(window, max_size=3).map(tuple)
near_a_shift = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(SHIFTS), st.integers(-3, 3))
instants = st.builds(
    lambda day, seconds, micro: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micro)
    ),
    near_a_shift,
    st.integers(0, DAY),
    st.sampled_from([0, 0, 1, 123_457, 999_999]),
)
durations = st.one_of(st.integers(0, 90 * 3600), st.sampled_from([0, 1, 3600, 8 * 3600, DAY]))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any hours: night shifts, overlaps, closed days, holidays and overrides, in zones with and without summer time."""
    hours = [draw(windows) for _ in range(7)]
    hours[draw(st.integers(0, 6))] = (draw(st.sampled_from([(32_400, 61_200), (79_200, 21_600), (0, DAY)])),)
    return Calendar(
        "any",
        draw(st.sampled_from(ZONES)),
        tuple(hours),
        frozenset(draw(st.lists(near_a_shift, max_size=3))),
        draw(st.dictionaries(near_a_shift, windows, max_size=3)),
    )


@law
@given(calendars(), instants, durations)
def test_between_undoes_add(calendar: Calendar, start: datetime, seconds: int):
    """Exactly the seconds added have passed, to the microsecond, over any shift of the zone."""
    assert calendar.between(start, calendar.add(start, seconds)) == seconds


@law
@given(calendars(), instants, durations)
@pytest.mark.rule("2.1")
def test_add_is_the_earliest_such_instant(calendar: Calendar, start: datetime, seconds: int):
    """A microsecond earlier not all of it has passed (rule 2)."""
    assume(seconds > 0)
    end = calendar.add(start, seconds)
    assert calendar.open_time(start, end - timedelta(microseconds=1)) < timedelta(seconds=seconds)


@law
@given(calendars(), instants, instants, durations, durations)
def test_add_is_monotone(calendar: Calendar, a: datetime, b: datetime, c: int, d: int):
    """Starting later or adding more never ends earlier."""
    starts, seconds = sorted([a, b]), sorted([c, d])
    assert calendar.add(starts[0], seconds[0]) <= calendar.add(starts[0], seconds[1])
    assert calendar.add(starts[0], seconds[0]) <= calendar.add(starts[1], seconds[0])


@law
@given(calendars(), st.lists(instants, min_size=3, max_size=5))
def test_time_between_adds_up(calendar: Calendar, cuts: list[datetime]):
    """The parts of a stretch are the whole, wherever it is cut; and never more than real time."""
    cuts = sorted(cuts)
    whole = calendar.open_time(cuts[0], cuts[-1])
    assert sum((calendar.open_time(a, b) for a, b in pairwise(cuts)), timedelta()) == whole
    assert timedelta() <= whole <= cuts[-1] - cuts[0]


@law
@given(calendars(), instants)
def test_the_next_opening_is_open_and_the_first(calendar: Calendar, at: datetime):
    """It is open then, and closed from now until then."""
    opens = calendar.next_open(at)
    assert opens >= at
    assert calendar.is_open(opens)
    assert calendar.between(at, opens) == 0
    assert calendar.is_open(at) == (opens == at)


@law
@given(calendars(), instants)
def test_windows_agree_with_the_wall_clock(calendar: Calendar, at: datetime):
    """Away from shifts, a quarter hour is open just where a window of its date, or of the day before, says so."""
    local = at.astimezone(zone(calendar.zone))
    steady = {(local + timedelta(days=off)).replace(hour=12).utcoffset() for off in (-2, -1, 0, 1)}
    assume(len(steady) == 1)

    def covers(day: date, seconds: float) -> bool:
        if day in calendar.holidays:
            return False
        spans = calendar.overrides.get(day, calendar.hours[day.weekday()])
        return any(o <= seconds < (c if c > o else c + DAY) for o, c in spans)

    seconds = local.hour * 3600 + local.minute * 60 + local.second
    today = local.date()
    assert calendar.is_open(at) == (covers(today, seconds) or covers(today - timedelta(days=1), seconds + DAY))


# --- stories ----------------------------------------------------------------------------------------------------------

OFFICE_TERMS = {"first_response": 60, "next_reply": 90, "periodic_update": 240, "resolution": 600}
some_terms = st.builds(
    lambda calendar, priority, targets, warn, pause, pause_reply: replace(
        terms(warn=warn, pause=pause, pause_reply=pause_reply, priority=priority, **targets), calendar=calendar
    ),
    st.sampled_from(sorted(CALENDARS)),
    st.sampled_from(Priority),
    st.dictionaries(st.sampled_from(sorted(OFFICE_TERMS)), st.sampled_from([1, 30, 60, 480, 2000]), max_size=4),
    st.sampled_from([(), (75,), (50, 75, 90), (1, 99)]),
    st.sampled_from([("waiting_client",), ("waiting_client", "waiting_other"), ()]),
    st.booleans(),
)

Act = Callable[[Story, datetime], object]


def _apply(promised: Terms) -> Act:
    def act(story: Story, at: datetime) -> None:
        if promised.priority is not story.request.priority:
            story.tell(at, PriorityChanged(story.request.priority, promised.priority))
        story.tell(at, PolicyApplied(promised))

    return act


def _decided(act: Callable[[Request], decide.Decision]) -> Act:
    return lambda story, at: story.tell(at, *act(story.request))


ACTS: dict[str, Act] = {
    "reply": lambda story, at: story.reply(at),
    "client": lambda story, at: story.client(at),
    "courtesy": lambda story, at: story.client(at, "thanks", courtesy=True),
    "note": lambda story, at: story.tell(at, NoteAdded("x")),
    "claim": lambda story, at: story.tell(at, Assigned(story.request.owner, "sam")),
    "hand back": lambda story, at: story.tell(at, Assigned(story.request.owner, None)),
    "ask": _decided(lambda request: decide.ask_client(request, question="?")),
    "wait": _decided(lambda request: decide.wait_on(request, party="Contoso")),
    "resume": _decided(lambda request: decide.resume(request, reason="")),
    "resolve": lambda story, at: story.resolve(at),
    "undo": _decided(decide.undo_resolve),
    "works": _decided(decide.works),
    "reopen": _decided(lambda request: decide.reopen(request, reason="")),
    "close": _decided(lambda request: decide.close(request, reason="")),
    "cancel": _decided(lambda request: decide.cancel(request, reason="")),
    "tick": lambda story, at: story.tick(at),
}
LIVELY = [name for name in ACTS if name not in ("cancel", "close", "works", "tick")]
gaps = st.sampled_from([0, 0, 1, 59, 600, 1800, 3600, 5400, 4 * 3600, 16 * 3600, 3 * DAY])


def steps(acts: list[str], size: int = 12, *, changes: bool = True) -> st.SearchStrategy[list[tuple[int, Act]]]:
    act = st.sampled_from(acts).map(ACTS.__getitem__)
    return st.lists(st.tuples(gaps, st.one_of(act, some_terms.map(_apply)) if changes else act), max_size=size)


def play(story: Story, told: list[tuple[int, Act]], before: Callable[[datetime], object] = lambda at: None) -> datetime:
    """Do one after another, what is not allowed then left out; `before` each, something may look at the clocks."""
    at = story.entries[-1].at
    for gap, act in told:
        at += timedelta(seconds=gap)
        before(at)
        kept, entries = story.request, list(story.entries)
        try:
            act(story, at)
        except NotAllowed:
            story.request, story.entries = kept, entries
    return at


@law
@given(some_terms, steps(list(ACTS)))
@pytest.mark.rule("19.2")
def test_replaying_is_what_was_built_step_by_step(promised: Terms, told: list[tuple[int, Act]]):
    """Also when the request was stored and read after each entry, and the history came from the store (rule 19)."""
    story = Story(promised)
    play(story, told)
    assert replay(story.entries, story.calendars) == story.request
    read = [replace(e, event=event_from_json(kind_of(e.event), event_to_json(e.event))) for e in story.entries]
    stored = replay(read[:1], story.calendars)
    for entry in read[1:]:
        stored = request_from_json(request_to_json(apply(stored, entry, story.calendars)))
    assert stored == story.request


def breaches(story: Story) -> dict[tuple[ClockKind, int], tuple[datetime, str]]:
    found = [e.event for e in story.entries if isinstance(e.event, Breached)]
    named = {(e.clock, e.cycle): (e.breached_at, e.cause) for e in found}
    assert len(named) == len(found), "a breach was reported twice"
    return named


def wake_until(story: Story, until: datetime) -> None:
    """A desk that is never late: each wake-up at its very instant, as long as that lies before `until` (rule 18)."""
    for _ in range(200):
        now = max(min(next_wakes(story.state, story.calendars).values(), default=until), story.entries[-1].at)
        if now >= until:
            return
        assert story.tick(now), "woken for nothing"
    raise AssertionError("the wake-ups never end")


@law
@given(some_terms, steps(LIVELY))
def test_one_late_look_finds_what_many_punctual_ones_did(promised: Terms, told: list[tuple[int, Act]]):
    """The same breaches at the same instants, and clocks that stand alike, whatever the downtime (rule 19)."""
    punctual, late = Story(promised), Story(promised)
    end = play(punctual, told, before=lambda at: wake_until(punctual, at)) + timedelta(days=30)
    play(late, told)
    wake_until(punctual, end)
    late.tick(end)
    assert breaches(late) == breaches(punctual)
    forget = {"warned": (), "reported": False}
    assert [replace(c, **forget) for c in late.state.clocks] == [replace(c, **forget) for c in punctual.state.clocks]


@law
@given(some_terms, steps(LIVELY))
def test_warnings_are_sent_once_and_upwards(promised: Terms, told: list[tuple[int, Act]]):
    """For each clock's cycle the shares only rise; none follows its breach (rule 17)."""
    story = Story(promised)
    end = play(story, told, before=lambda at: wake_until(story, at)) + timedelta(days=30)
    wake_until(story, end)
    highest: dict[tuple[ClockKind, int], int] = {}
    for entry in story.entries:
        match entry.event:
            case Warned(clock=clock, cycle=cycle, percent=percent):
                assert percent > highest.get((clock, cycle), 0)
                highest[clock, cycle] = percent
            case Breached(clock=clock, cycle=cycle):
                assert highest.get((clock, cycle), 0) < 100
                highest[clock, cycle] = 100


@law
@given(some_terms, steps(list(ACTS)), st.sampled_from([0, 60, 3600, DAY, 9 * DAY]))
def test_a_past_wake_up_always_has_something_to_say(promised: Terms, told: list[tuple[int, Act]], later: int):
    """And once it was said, no wake-up is left in the past: the desk neither spins nor sleeps through."""
    story = Story(promised)
    now = play(story, told) + timedelta(seconds=later)
    past = [at for at in next_wakes(story.state, story.calendars).values() if at <= now]
    assert bool(past) == bool(tick(story.state, now, story.calendars))
    story.tick(now)
    assert all(at > now for at in next_wakes(story.state, story.calendars).values())


@law
@given(some_terms, steps(list(ACTS)))
def test_every_state_makes_sense(promised: Terms, told: list[tuple[int, Act]]):
    """One reply clock at most, no update beside it, nothing running once done, no deadline in a pause."""
    story = Story(promised)

    def check(at: datetime) -> None:
        state = story.state
        assert state.status is story.request.status
        running = [c.kind for c in state.clocks if c.running]
        assert len(running) == len(set(running))
        replies = [k for k in running if k in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)]
        assert len(replies) <= 1
        assert not (replies and ClockKind.PERIODIC_UPDATE in running)
        if not story.request.status.is_open:
            assert not running
        for clock in state.clocks:
            assert clock.running == (clock.ended_at is None)
            if clock.paused or not clock.running:
                assert due_at(clock, story.calendars) is None
            if clock.outcome is Outcome.MET:
                assert clock.breached_at is None
                assert elapsed(clock, story.calendars, at) <= clock.target
            if clock.outcome is Outcome.MISSED:
                assert clock.breached_at is not None
            if state.paused and clock.running and clock.kind in (RESOLUTION, ClockKind.PERIODIC_UPDATE):
                assert clock.paused

    play(story, [step for told_step in told for step in (told_step, (0, lambda story, at: check(at)))])


@law
@given(
    calendars(),
    instants,
    st.integers(1, 40 * 60),
    st.integers(0, 3 * DAY),
    st.integers(0, 10 * DAY),
)
@pytest.mark.rule("9.5")
def test_a_pause_gives_back_exactly_its_business_time(
    calendar: Calendar, start: datetime, target: int, after: int, length: int
):
    """The deadline moves by the business time of the pause, neither by wall time nor by less (rule 9)."""
    story = Story(calendars=[calendar])
    began = replace(story.entries[0], at=start, event=replace(story.entries[0].event, since=start))
    story.entries, story.request = [began], decide.open_request(began, story.calendars)
    story.tell(start, PolicyApplied(replace(terms(resolution=target), calendar=calendar.ref)))
    due = story.due(RESOLUTION)
    assert due is not None
    pause, resume = start + timedelta(seconds=after), start + timedelta(seconds=after + length)
    assume(calendar.between(start, pause) < target * 60)
    story.tell(pause, *decide.ask_client(story.request, question="?"))
    assert story.due(RESOLUTION) is None
    story.tell(resume, *decide.resume(story.request, reason=""))
    given_back = calendar.between(pause, resume)
    assert story.due(RESOLUTION) == (calendar.add(due, given_back) if given_back else due)
    assert elapsed(story.clock(RESOLUTION), story.calendars, story.due(RESOLUTION) or due) == target * 60


@law
@given(some_terms, steps(LIVELY, 6), steps(["note", "courtesy", "tick", "reply"], 4, changes=False))
def test_an_undone_resolution_never_was(promised: Terms, told: list[tuple[int, Act]], meanwhile: list[tuple[int, Act]]):
    """Whatever else happened before the undo, the clocks are those of the story without the resolution."""
    undone = Story(promised)
    at = play(undone, told)
    assume(undone.request.status.is_open)
    plain = copy(undone)
    first = len(undone.entries) + 1
    undone.resolve(at)
    play(undone, meanwhile)
    undone.tell(undone.entries[-1].at, *decide.undo_resolve(undone.request))
    for entry in undone.entries[first:-1]:
        plain.tell(entry.at, entry.event, by=SAM if entry.by == "sam" else DANA)
    later = undone.entries[-1].at + timedelta(days=1)
    for story in (undone, plain):  # an entry stamps what lies before it; the resolution was one too
        story.tell(later, NoteAdded("later"))
    assert undone.state == plain.state


@law
@given(some_terms, steps(LIVELY), some_terms)
def test_a_cancelled_request_is_silent(promised: Terms, told: list[tuple[int, Act]], other: Terms):
    """Whatever it was before, it leaves no verdict, no timer and no alert (rules 7 and 16)."""
    story = Story(promised)
    at = play(story, told)
    assume(story.request.status is not Status.CLOSED)
    story.tell(at, Cancelled(story.request.status, "merged"))
    assert {c.outcome for c in story.state.clocks} <= {Outcome.CANCELLED}
    assert next_wakes(story.state, story.calendars) == {}
    assert tick(story.state, at + timedelta(days=99), story.calendars) == ()


@law
@given(some_terms, st.integers(0, 20_000))
def test_a_breach_is_the_first_instant_past_the_target(promised: Terms, later: int):
    """Answered at the breach instant it is met, a microsecond later it is missed (rule 3)."""
    assume(ClockKind.NEXT_REPLY in promised.targets)
    asked = Story(promised).reply("12 10:00").client(t("12 10:00") + timedelta(seconds=later))
    breach = breach_at(asked.clock(NEXT), asked.calendars)
    assert breach is not None
    for off, outcome in ((0, Outcome.MET), (1, Outcome.MISSED)):
        answered = copy(asked).reply(breach + timedelta(microseconds=off))
        assert answered.clock(NEXT).outcome is outcome
