"""Service reviews: each planned meeting with a client, how it moved, what was decided, and when its host is reminded.

Frozen records; a decision answers the record as it then stands, or raises ReviewError and changes nothing. Instants are
UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.edges import wall_instant
from bot.domain.refusal import Declined

WORDS_LIMIT = 4000
MOST_ACTIONS = 30


class ReviewError(Declined, ValueError):
    """What cannot be done with this review; the message says why and what can."""


class ReviewState(StrEnum):
    """Where a review stands. One that was moved is planned, for another time."""

    PLANNED = "planned"
    HELD = "held"
    SKIPPED = "skipped"


class Deed(StrEnum):
    """What happened to it, in its history."""

    PLANNED = "planned"
    MOVED = "moved"
    HELD = "held"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Mark:
    """A line of a review's history: who did what when, to which time, with which words."""

    at: datetime
    by: str
    deed: Deed
    to: datetime | None = None
    words: str = ""


class Nudge(StrEnum):
    """Why its host is reminded."""

    WEEK = "week"
    DAY = "day"
    TODAY = "today"
    AFTER = "after"


@dataclass(frozen=True)
class Review:
    """One review with one client; `number` counts the client's reviews from 1."""

    client: str
    number: int
    planned_at: datetime
    state: ReviewState = ReviewState.PLANNED
    rule: str = ""
    """The cadence that planned it, by name; empty once a person chose its time."""
    decided: str = ""
    actions: tuple[str, ...] = ()
    """What was agreed to be done, a line each: what, @owner, by when."""
    why: str = ""
    """Why it was skipped."""
    next_at: datetime | None = None
    nudged_at: datetime | None = None
    """When its host was reminded last."""
    told_at: datetime | None = None
    """The time that the client was told; None while it was told none."""
    history: tuple[Mark, ...] = ()
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether it is still to be held, recorded or called off."""
        return self.state is ReviewState.PLANNED

    @property
    def held_at(self) -> datetime | None:
        """When it was recorded as held."""
        return next((m.at for m in reversed(self.history) if m.deed is Deed.HELD), None)


def plan(client: str, number: int, planned_at: datetime, *, at: datetime, by: str, rule: str = "") -> Review:
    """A review to be held then. Whoever chose its time by hand is not reminded of what has passed by then."""
    history = (Mark(at, by, Deed.PLANNED, planned_at),)
    return Review(client, number, planned_at, rule=rule, nudged_at=None if rule else at, history=history)


def move(review: Review, to: datetime, *, at: datetime, by: str, words: str = "", rule: str = "") -> Review:
    """Hold it at another time; reminders that would have come by now are left out. A changed cadence moves it by its
    `rule`, a person without one."""
    _must_be_open(review)
    if to == review.planned_at:
        raise ReviewError("It is planned for that very time. Choose another one.")
    _must_come(to, at)
    mark = Mark(at, by, Deed.MOVED, to, words)
    return _after(review, mark, planned_at=to, rule=rule, nudged_at=at)


def hold(
    review: Review, *, decided: str, actions: tuple[str, ...], next_at: datetime | None, at: datetime, by: str
) -> Review:
    """It was held: what was decided, who does what, and when the next one is."""
    _must_be_open(review)
    if not decided.strip():
        raise ReviewError("Say in a line what was decided; “nothing new” is fine.")
    if len(decided) > WORDS_LIMIT:
        raise ReviewError(f"What was decided can have {WORDS_LIMIT:,} characters; yours has {len(decided):,}.")
    if len(actions) > MOST_ACTIONS:
        raise ReviewError(f"There can be {MOST_ACTIONS} actions; these are {len(actions)}. Keep the ones that matter.")
    if next_at is not None:
        _must_come(next_at, at)
    mark = Mark(at, by, Deed.HELD, next_at)
    return _after(review, mark, state=ReviewState.HELD, decided=decided, actions=actions, next_at=next_at)


def skip(review: Review, *, why: str, next_at: datetime | None, at: datetime, by: str) -> Review:
    """It will not be held, and why; the next one comes as planned."""
    _must_be_open(review)
    if not why.strip():
        raise ReviewError("Say in a few words why; the next review asks.")
    mark = Mark(at, by, Deed.SKIPPED, next_at, why)
    return _after(review, mark, state=ReviewState.SKIPPED, why=why, next_at=next_at)


def nudged(review: Review, at: datetime) -> Review:
    """Its host was reminded."""
    return replace(review, nudged_at=at, version=review.version + 1)


def _must_be_open(review: Review) -> None:
    if not review.open:
        raise ReviewError(f"That review was {review.state} already. The next one has its own record.")


def _must_come(at: datetime, now: datetime) -> None:
    if at <= now:
        raise ReviewError("That time has passed. Choose one that is still to come.")


def _after(review: Review, mark: Mark, **changes: object) -> Review:
    return replace(review, history=(*review.history, mark), version=review.version + 1, **changes)  # type: ignore[arg-type]


# --- when its host is reminded ------------------------------------------------------------------------------------

WEEK, DAY = 7, 1
"""How many days before it, at the same time of day."""
MORNING = timedelta(hours=2)
"""How long before it on its day."""
ASK = timedelta(hours=2)
"""How long after its beginning its host is asked whether they met."""


def next_nudge(
    review: Review, after: datetime | None, next_open_day: Callable[[datetime], datetime], tz: ZoneInfo
) -> tuple[datetime, Nudge]:
    """The first reminder strictly after that instant, or the first of all; each open day one until it is recorded.

    `next_open_day` answers the time of day at which one asks, on the next open day after an instant; `tz` is the zone
    in which the review is planned.
    """
    at = review.planned_at
    for due, nudge in _steps(at, tz):
        if after is None or due > after:
            return due, nudge
    return next_open_day(max(after or at, at + ASK)), Nudge.AFTER


def due_nudge(
    review: Review, now: datetime, next_open_day: Callable[[datetime], datetime], tz: ZoneInfo
) -> Nudge | None:
    """The latest reminder that is due, whatever was missed before it; None where it was given, or is to come."""
    if next_nudge(review, review.nudged_at, next_open_day, tz)[0] > now:
        return None
    return [nudge for due, nudge in _steps(review.planned_at, tz) if due <= now][-1]


def _steps(at: datetime, tz: ZoneInfo) -> tuple[tuple[datetime, Nudge], ...]:
    week, day = (_days_before(at, days, tz) for days in (WEEK, DAY))
    return ((week, Nudge.WEEK), (day, Nudge.DAY), (at - MORNING, Nudge.TODAY), (at + ASK, Nudge.AFTER))


def _days_before(at: datetime, days: int, tz: ZoneInfo) -> datetime:
    """The same time of day so many days before: ten o'clock stays ten o'clock across summer time."""
    return wall_instant(at.astimezone(tz).replace(tzinfo=None) - timedelta(days=days), 0, tz)
