"""A service review: planned, moved, held or skipped; and when its host is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.review import (
    MOST_ACTIONS,
    WORDS_LIMIT,
    Deed,
    Nudge,
    Review,
    ReviewError,
    ReviewState,
    due_nudge,
    hold,
    move,
    next_nudge,
    nudged,
    plan,
    skip,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
THEN = NOW + timedelta(days=10)
AFTER = THEN + timedelta(hours=2)


def tomorrow(after: datetime) -> datetime:
    """Each day is open, and asked at nine."""
    return (after + timedelta(days=1)).replace(hour=9)


def a_review(**more: object) -> Review:
    """One that a rule planned."""
    return replace(plan("ACME", 1, THEN, at=NOW, by="desk", rule="monthly"), **more)  # type: ignore[arg-type]


def test_its_history_tells_all_of_it():
    """Each deed has its line, with who, when and to which time."""
    moved = move(a_review(), THEN + timedelta(days=1), at=NOW, by="lee", words="dana is away")
    held = hold(moved, decided="Fine.", actions=("One",), next_at=THEN + timedelta(days=30), at=THEN, by="lee")
    assert [(m.deed, m.by, m.words) for m in held.history] == [
        (Deed.PLANNED, "desk", ""),
        (Deed.MOVED, "lee", "dana is away"),
        (Deed.HELD, "lee", ""),
    ]
    assert (held.version, held.state, held.open, held.rule) == (3, ReviewState.HELD, False, "")
    assert held.held_at == THEN
    assert moved.held_at is None
    assert hold(moved, decided="Fine.", actions=(), next_at=None, at=THEN, by="lee").next_at is None


def test_a_skipped_one_keeps_why():
    """And when the next is."""
    skipped = skip(a_review(), why="holidays", next_at=None, at=NOW, by="lee")
    assert (skipped.state, skipped.why, skipped.history[-1].words) == (ReviewState.SKIPPED, "holidays", "holidays")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda r: move(r, THEN, at=NOW, by="lee"), "that very time"),
        (lambda r: move(r, NOW, at=NOW, by="lee"), "has passed"),
        (lambda r: hold(r, decided=" ", actions=(), next_at=None, at=NOW, by="lee"), "Say in a line"),
        (lambda r: hold(r, decided="x" * (WORDS_LIMIT + 1), actions=(), next_at=None, at=NOW, by="lee"), "4,000"),
        (lambda r: hold(r, decided="x", actions=("a",) * (MOST_ACTIONS + 1), next_at=None, at=NOW, by="l"), "30 act"),
        (lambda r: hold(r, decided="x", actions=(), next_at=NOW, at=NOW, by="lee"), "has passed"),
        (lambda r: skip(r, why="", next_at=None, at=NOW, by="lee"), "why"),
    ],
)
def test_what_does_not_fit(change, why: str):  # type: ignore[no-untyped-def]
    """Nothing changes, and the message names the mend."""
    with pytest.raises(ReviewError, match=why):
        change(a_review())


@pytest.mark.parametrize("state", [ReviewState.HELD, ReviewState.SKIPPED])
def test_what_is_over_is_over(state: ReviewState):
    """Neither moved, held nor skipped again."""
    over = a_review(state=state)
    with pytest.raises(ReviewError, match=f"was {state} already"):
        move(over, AFTER, at=NOW, by="lee")
    with pytest.raises(ReviewError, match="already"):
        hold(over, decided="x", actions=(), next_at=None, at=NOW, by="lee")
    with pytest.raises(ReviewError, match="already"):
        skip(over, why="x", next_at=None, at=NOW, by="lee")


def test_its_reminders_in_order():
    """A week, a day, two hours before; two hours after, and then each open day."""
    review, after, found = a_review(), None, []
    for _ in range(6):
        after, nudge = next_nudge(review, after, tomorrow, LONDON)
        found.append((after, nudge))
    assert found == [
        (THEN - timedelta(days=7), Nudge.WEEK),
        (THEN - timedelta(days=1), Nudge.DAY),
        (THEN - timedelta(hours=2), Nudge.TODAY),
        (AFTER, Nudge.AFTER),
        (tomorrow(AFTER), Nudge.AFTER),
        (tomorrow(tomorrow(AFTER)), Nudge.AFTER),
    ]


def test_ten_o_clock_stays_ten_o_clock_across_summer_time():
    """A week and a day before it, at its own time of day, though the clocks change in between."""
    sunday = a_review(planned_at=datetime(2026, 3, 29, 10, tzinfo=LONDON).astimezone(UTC))
    week, _ = next_nudge(sunday, None, tomorrow, LONDON)
    day, _ = next_nudge(sunday, week, tomorrow, LONDON)
    assert week == datetime(2026, 3, 22, 10, tzinfo=LONDON)
    assert day == datetime(2026, 3, 28, 10, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("given", "now", "nudge"),
    [
        (None, NOW, None),
        (None, THEN - timedelta(days=7), Nudge.WEEK),
        (None, THEN, Nudge.TODAY),
        (None, AFTER + timedelta(days=9), Nudge.AFTER),
        (THEN - timedelta(days=7), THEN - timedelta(days=2), None),
        (THEN - timedelta(days=7), AFTER, Nudge.AFTER),
        (AFTER, AFTER + timedelta(hours=1), None),
        (AFTER, tomorrow(AFTER), Nudge.AFTER),
    ],
)
def test_the_latest_that_is_due(given: datetime | None, now: datetime, nudge: Nudge | None):
    """Of those missed only the latest, each once."""
    assert due_nudge(a_review(nudged_at=given), now, tomorrow, LONDON) == nudge
    after = nudged(a_review(nudged_at=given), now)
    assert due_nudge(after, now, tomorrow, LONDON) is None
    assert after.version == 2


def test_whoever_chose_a_time_is_not_reminded_of_what_has_passed():
    """Planned by hand for the day after tomorrow: the week's reminder is left out, the day's comes."""
    soon = plan("ACME", 1, NOW + timedelta(days=2), at=NOW, by="lee")
    assert due_nudge(soon, NOW, tomorrow, LONDON) is None
    assert next_nudge(soon, soon.nudged_at, tomorrow, LONDON) == (NOW + timedelta(days=1), Nudge.DAY)
    moved = move(a_review(), NOW + timedelta(days=2), at=NOW, by="lee")
    assert due_nudge(moved, NOW, tomorrow, LONDON) is None
