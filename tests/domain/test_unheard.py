"""Which resolves a client's people do not read of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.events import (
    Assigned,
    Closed,
    Entry,
    Event,
    Reopened,
    ResolutionAnnounced,
    Resolved,
    ResolveUndone,
    Status,
)
from bot.domain.people import Role
from bot.domain.said import unheard

NOW = datetime(2026, 6, 9, 9, tzinfo=UTC)
TAKEN, DONE, BACK = Assigned(None, "sam"), Resolved(Status.ACTIVE, "Restarted."), ResolveUndone(Status.ACTIVE)
TOLD, CLOSED = ResolutionAnnounced(NOW), Closed(Status.RESOLVED, "")
AGAIN = Reopened(Status.RESOLVED, Status.ACTIVE, "")


@pytest.mark.parametrize(
    ("facts", "early"),
    [
        ((TAKEN,), set()),
        ((TAKEN, DONE), {2}),
        ((TAKEN, DONE, BACK), {2, 3}),
        ((DONE, BACK, DONE), {1, 2, 3}),
        ((DONE, BACK, DONE, TOLD), {1, 2}),
        ((DONE, TOLD), set()),
        ((DONE, CLOSED), set()),
        ((DONE, AGAIN), set()),
    ],
)
def test_a_resolve_is_heard_of_once_it_cannot_be_undone(facts: tuple[Event, ...], early: set[int]):
    """Until then it is not there, and what was undone never is."""
    entries = [Entry(seq, NOW, "sam", Role.ENGINEER, fact) for seq, fact in enumerate(facts, 1)]
    assert unheard(entries) - {0} == early
