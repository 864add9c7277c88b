"""The story of the clocks is the clocks' own: its due times, time counted and given back, and verdicts equal theirs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from histories import ALWAYS, CALENDARS, FIRST, HOUR, NEXT, OFFICE, RESOLUTION, UPDATE, Story, t, terms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import POLICIES, live

from bot.domain.classes import recount
from bot.domain.clocks import Outcome, due_at, elapsed
from bot.domain.events import (
    Absorbed,
    Adopted,
    AskedClient,
    Cancelled,
    MessageClass,
    NewsPromised,
    PolicyApplied,
    PriorityChanged,
    Reopened,
    Replied,
    Status,
    Unmerged,
)
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.request import undo_resolve
from bot.domain.said import unheard
from bot.domain.sla import settled
from bot.domain.tale import ClockTale, tell
from bot.domain.turns import What, passed

EXAMPLES = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
GIVEN_BACK = {Status.WAITING_CLIENT, Status.WAITING_OTHER, Status.SET_ASIDE, Status.RESOLVED, Status.CLOSED}


def last_verdict(told: ClockTale) -> tuple[Outcome, object]:
    """How the clock stands by its turns alone."""
    deeds = [t for t in told.turns if t.what in (What.STARTED, What.ENDED, What.JUDGED_ANEW, What.AGAIN)]
    last = max(deeds, key=lambda turn: turn.entry.seq if turn.entry else 0)
    late = [t for t in told.turns if t.what in (What.LATE, What.NOT_LATE)]
    return last.clock.outcome, late[-1].clock.breached_at if late else None


@EXAMPLES
@given(st.binary(min_size=8, max_size=40), st.booleans(), st.sampled_from((0, 1, 100)))
def test_the_story_is_the_clocks_own(program: bytes, punctual: bool, later: int):
    """Told due time, time used, verdict and breach are the state's; what counted sums up to what elapsed; what counted
    and what was given back make up all service time from start to end; each turn lies between the two."""
    story = live(program, punctual=punctual)
    now = story.entries[-1].at + timedelta(hours=later)
    state = settled(story.state, now, CALENDARS)
    tale = tell(story.entries, POLICIES, CALENDARS, now)
    assert sorted(map(repr, state.clocks)) == sorted(repr(told.clock) for told in tale.clocks)
    for told in tale.clocks:
        clock, end = told.clock, told.clock.ended_at or now
        assert told.due == due_at(clock, CALENDARS)
        assert told.elapsed == elapsed(clock, CALENDARS, now)
        assert sum(part.seconds for part in told.counted) == told.elapsed
        assert all(a.until <= b.since for a, b in pairwise(told.counted))
        assert last_verdict(told) == (clock.outcome, clock.breached_at)
        if not clock.promised:
            assert told.elapsed + told.given_back == passed(state.phases, CALENDARS, clock.started_at, end)
        assert {pause.status for pause in told.pauses} <= GIVEN_BACK
        assert any(pause.lasts for pause in told.pauses) <= clock.paused
        for turn in told.turns:
            assert turn.rule
            assert min(clock.started_at, turn.clock.started_at) <= turn.at <= now


GOLD = Policy("Gold", "ACME", ALWAYS.ref, {p: {FIRST: HOUR, NEXT: HOUR, RESOLUTION: 8 * HOUR} for p in Priority})
SHORT = replace(GOLD, version=2, targets={p: {FIRST: 600, NEXT: 600, RESOLUTION: HOUR} for p in Priority})
BOTH = {policy.ref: policy for policy in (GOLD, SHORT)}


def facts(story: Story, kind: ClockKind, now: str, without: Collection[int] = ()) -> list[tuple[str, str, str]]:
    """What happened to the last cycle of that clock: what, when in January, by which rule."""
    told = tell(story.entries, BOTH, CALENDARS, t(now), without=without).of(kind)[-1]
    return [(turn.what.value, f"{turn.at:%d %H:%M}", turn.rule) for turn in told.turns]


def opened() -> Story:
    return Story(GOLD.terms(Priority.P3))


def test_what_nobody_looked_at_is_told_all_the_same():
    """A breach that lies before now is a turn, whether or not the desk ran (rule 3); the story ends no earlier than its
    history."""
    assert facts(opened(), FIRST, "13 10:00") == [("started", "12 10:00", "6"), ("late", "12 11:00", "3")]
    assert tell(opened().reply("12 10:30").entries, BOTH, CALENDARS, t("12 10:00")).at == t("12 10:30")
    nothing = tell([], BOTH, CALENDARS, t("12 10:00"))
    assert (nothing.clocks, nothing.terms) == ((), None)


def test_what_was_told_late_has_both_times():
    """A warning and a breach that a desk found after a downtime (rule 19); told in time they say nothing of it."""
    story = opened()
    story.tick("12 10:50")
    assert facts(story, FIRST, "12 10:50")[1:] == [("warned", "12 10:50", "17")]
    (told,) = tell(story.entries, BOTH, CALENDARS, t("12 10:50")).of(FIRST)
    assert told.turns[-1].seconds == 300
    story.tick("12 13:00")
    assert facts(story, FIRST, "12 13:00")[2:] == [("late", "12 11:00", "3"), ("noticed_late", "12 13:00", "19")]
    punctual = opened()
    punctual.tick("12 10:45")
    punctual.tick("12 11:00")
    assert [fact[0] for fact in facts(punctual, FIRST, "12 12:00")] == ["started", "warned", "late"]
    (told,) = tell(punctual.entries, BOTH, CALENDARS, t("12 12:00")).of(FIRST)
    assert told.turns[1].seconds == 0


def test_an_older_message_of_a_merge_moves_the_start():
    """It says so, and that it was late at once where the message had waited too long (rule 16)."""
    story = opened().reply("12 10:10").client("12 12:00")
    story.tell("12 12:30", Absorbed(7, "ACME-7", "the same", t("12 11:00")))
    assert facts(story, NEXT, "12 12:40") == [
        ("started", "12 12:00", "8"),
        ("start_moved", "12 12:30", "16"),
        ("late", "12 12:30", "16"),
    ]


def test_an_answer_that_counts_after_all_takes_the_breach_back():
    """What was taken for thanks was the answer: the clock was not late (rule 5)."""
    story = opened().tell("12 10:30", Replied("on it", cls=MessageClass.COURTESY))
    story.tick("12 11:00")
    story.tell("12 11:30", *recount(story.request, story.entries, 3, MessageClass.SUBSTANCE, story.calendars))
    assert facts(story, FIRST, "12 12:00") == [
        ("started", "12 10:00", "6"),
        ("ended", "12 10:30", "5"),
        ("late", "12 11:00", "3"),
        ("not_late", "12 11:30", "5"),
    ]


def test_what_a_change_overtook_during_a_pause_is_late_on_resuming():
    """While paused nothing is late (rule 9); the change is the reason, of the priority as of an edited policy."""
    story = opened().tell("12 12:00", AskedClient(Status.NEW, "?"))
    story.tell("12 13:00", PolicyApplied(SHORT.terms(Priority.P3), edited=True)).client("12 14:00")
    assert facts(story, RESOLUTION, "12 15:00") == [
        ("started", "12 10:00", "6"),
        ("paused", "12 12:00", "9"),
        ("terms_changed", "12 13:00", "12"),
        ("resumed", "12 14:00", "9"),
        ("late", "12 14:00", "11"),
    ]


def test_another_priority_is_the_reason_for_other_terms():
    """The change of the request right before the terms is their cause; an edit of the policy has none."""
    story = opened().tell("12 10:20", PriorityChanged(Priority.P3, Priority.P1, "stopped"))
    story.tell("12 10:20", PolicyApplied(SHORT.terms(Priority.P1)))
    assert facts(story, FIRST, "12 10:30")[1:] == [("terms_changed", "12 10:20", "11"), ("late", "12 10:20", "11")]
    (told,) = tell(story.entries, BOTH, CALENDARS, t("12 10:30")).of(FIRST)
    assert told.turns[1].cause == story.entries[2]
    assert (told.turns[1].was_due, told.turns[1].used) == (t("12 11:00"), 20 * 60)
    later = opened().tell("12 10:05", PriorityChanged(Priority.P3, Priority.P1))
    later.tell("12 10:06", PolicyApplied(SHORT.terms(Priority.P1)))
    assert facts(later, FIRST, "12 10:07")[1:] == [("terms_changed", "12 10:06", "13")]


def test_adopted_work_ends_without_a_verdict():
    """Its deadlines elsewhere count for nothing (rule 6)."""
    assert facts(opened().tell("12 10:30", Adopted("x")), FIRST, "12 11:00")[-1] == ("ended", "12 10:30", "6")


def test_a_promise_that_is_given_anew_ends_the_one_before():
    """The newer word counts (rule 10a); the one before it ends without a verdict, and says so."""
    story = opened().tell("12 10:10", NewsPromised(t("12 12:00"))).tell("12 10:30", NewsPromised(t("12 14:00")))
    before, after = tell(story.entries, BOTH, CALENDARS, t("12 11:00")).of(ClockKind.PROMISE)
    assert [(turn.what.value, turn.at, turn.rule) for turn in before.turns] == [
        ("started", t("12 10:10"), "10a"),
        ("ended", t("12 10:30"), "10a"),
    ]
    assert after.due == t("12 14:00")


@pytest.mark.parametrize("undone", [True, False])
def test_a_resolve_that_nobody_heard_of_never_was(undone: bool):
    """Told without it, the clocks are those that run as if it had not been (rule 7)."""
    story = opened().resolve("12 10:30")
    expected = story.state.unresolved
    if undone:
        expected = story.tell("12 10:31", *undo_resolve(story.request)).state
    now = t("12 10:40")
    assert expected is not None
    heard = tell(story.entries, BOTH, CALENDARS, now, without=unheard(story.entries))
    assert [told.clock for told in heard.clocks] == list(settled(expected, now, CALENDARS).clocks)[::-1]
    assert all(turn.what is What.STARTED for told in heard.clocks for turn in told.turns)
    whole = [fact[0] for fact in facts(story, RESOLUTION, "12 10:40")]
    assert whole == ["started", "ended", *(["runs_again"] if undone else [])]


def test_what_counted_and_what_was_given_back_are_told_in_open_hours():
    """From Monday at four: an hour that day, half of one on Tuesday, and then the wait, which lasts until the answer.
    Nights are neither (rule 9)."""
    day = terms(OFFICE, resolution=480)
    policy = Policy(day.policy, "ACME", OFFICE.ref, {p: day.targets for p in Priority})
    story = Story(day, start="12 16:00").tell("13 09:30", AskedClient(Status.NEW, "?"))

    def told(now: str) -> ClockTale:
        (only,) = tell(story.entries, {policy.ref: policy}, CALENDARS, t(now)).clocks
        return only

    waits = told("13 10:30")
    open_hours = [(t("12 16:00"), t("12 17:00")), (t("13 09:00"), t("13 09:30"))]
    assert [(part.since, part.until) for part in waits.counted] == open_hours
    assert [part.seconds for part in waits.counted] == [HOUR, HOUR / 2]
    assert (waits.elapsed, waits.given_back, waits.due) == (1.5 * HOUR, HOUR, None)
    (pause,) = waits.pauses
    assert (pause.since, pause.until, pause.status) == (t("13 09:30"), t("13 10:30"), Status.WAITING_CLIENT)
    assert pause.lasts
    story.client("13 11:00")
    runs = told("13 12:00")
    assert [(part.since, part.until) for part in runs.counted] == [*open_hours, (t("13 11:00"), t("13 12:00"))]
    assert (runs.elapsed, runs.given_back, runs.due) == (2.5 * HOUR, 1.5 * HOUR, t("14 09:30"))
    assert [pause.lasts for pause in runs.pauses] == [False]


def test_each_ending_names_its_rule():
    """A promise by its reply (10a), a request that is cancelled (7), an update that a reply owed overtakes (10)."""
    promised = opened().tell("12 10:10", NewsPromised(t("12 12:00"))).reply("12 10:30")
    assert facts(promised, ClockKind.PROMISE, "12 11:00")[-1] == ("ended", "12 10:30", "10a")
    assert facts(promised, FIRST, "12 11:00")[-1] == ("ended", "12 10:30", "5")
    cancelled = opened().tell("12 10:10", Cancelled(Status.NEW, "a mistake"))
    assert facts(cancelled, RESOLUTION, "12 11:00")[-1] == ("ended", "12 10:10", "7")
    updates = replace(GOLD, targets={p: {NEXT: HOUR, UPDATE: 8 * HOUR} for p in Priority})
    story = Story(updates.terms(Priority.P3)).reply("12 10:20").client("12 10:30")
    (update,) = tell(story.entries, {updates.ref: updates}, CALENDARS, t("12 11:00")).of(UPDATE)
    assert [(turn.what.value, turn.at, turn.rule) for turn in update.turns] == [
        ("started", t("12 10:20"), "10"),
        ("ended", t("12 10:30"), "10"),
    ]


def test_a_merge_judges_anew_what_had_ended_and_taking_it_back_does_too():
    """Its verdicts count in the other request, and count here again afterwards; what ran runs again (rule 16)."""
    story = opened().reply("12 10:10").tell("12 10:30", Cancelled(Status.NEW, "the same", 40, "ACME-40"))
    assert facts(story, FIRST, "12 10:40")[1:] == [("ended", "12 10:10", "5"), ("judged_anew", "12 10:30", "16")]
    assert facts(story, RESOLUTION, "12 10:40")[1:] == [("ended", "12 10:30", "16")]
    story.tell("12 11:00", Unmerged(Status.NEW))
    assert facts(story, FIRST, "12 11:10")[3:] == [("judged_anew", "12 11:00", "16")]
    assert facts(story, RESOLUTION, "12 11:10")[2:] == [("runs_again", "12 11:00", "16")]


def test_what_is_reopened_runs_again():
    """The time that it was taken for solved is given back (rule 15)."""
    story = opened().resolve("12 10:10").tell("12 10:30", Reopened(Status.RESOLVED, Status.ACTIVE, "again"))
    assert facts(story, RESOLUTION, "12 10:40")[1:] == [("ended", "12 10:10", "7"), ("runs_again", "12 10:30", "15")]
    (told,) = tell(story.entries, BOTH, CALENDARS, t("12 10:40")).of(RESOLUTION)
    assert (told.turns[-1].seconds, told.given_back, told.elapsed) == (1200, 1200, 1200)
