"""Facts about a request."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from histories import t, terms

from bot.domain import alarms, events
from bot.domain.events import (
    EVENTS,
    AskedClient,
    Assigned,
    Cancelled,
    ClientWrote,
    Closed,
    Event,
    NoteAdded,
    Opened,
    PolicyApplied,
    PriorityChanged,
    Reopened,
    Resolved,
    ResolveUndone,
    Resumed,
    Status,
    Unmerged,
    WaitedOn,
    from_to,
)
from bot.domain.policy import Priority

S = Status


def test_open_means_somebody_owes_something():
    """Resolved, closed and cancelled requests are not open; every status is one or the other."""
    assert {s for s in Status if s.is_open} == {S.NEW, S.ACTIVE, S.WAITING_CLIENT, S.WAITING_OTHER, S.SET_ASIDE}


def test_every_fact_is_listed():
    """The codec knows every kind of fact that the modules define, each once."""
    named = (vars(events) | vars(alarms)).values()
    defined = {v for v in named if isinstance(v, type) and issubclass(v, Event) and v is not Event}
    assert set(EVENTS) == defined
    assert len(EVENTS) == len(defined)


def test_facts_do_not_change():
    """What happened, happened."""
    fact = NoteAdded("x")
    with pytest.raises(FrozenInstanceError):
        fact.text = "y"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        (Opened(1, "ACME", "x", "dana", t("12 10:00"), "message", priority=Priority.P2), "", "new, P2"),
        (Assigned(None, "sam"), "", "sam"),
        (Assigned("sam", None), "sam", ""),
        (PriorityChanged(Priority.P3, Priority.P1), "P3", "P1"),
        (AskedClient(S.ACTIVE, "?"), "active", "waiting_client"),
        (WaitedOn(S.ACTIVE, "Contoso"), "active", "waiting_other"),
        (alarms.SetAside(), "waiting_client", "set_aside"),
        (Resumed(S.WAITING_OTHER, S.ACTIVE, ""), "waiting_other", "active"),
        (Resolved(S.ACTIVE, "x"), "active", "resolved"),
        (ResolveUndone(S.ACTIVE), "resolved", "active"),
        (Reopened(S.CLOSED, S.NEW, ""), "closed", "new"),
        (Closed(S.RESOLVED, ""), "resolved", "closed"),
        (Cancelled(S.NEW, ""), "new", "cancelled"),
        (Unmerged(S.ACTIVE), "cancelled", "active"),
        (NoteAdded("x"), "", ""),
        (ClientWrote("x"), "", ""),
        (PolicyApplied(terms(resolution=60)), "", ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else None,
)
def test_the_history_says_what_changed(event: Event, before: str, after: str):
    """From what to what, in words; nothing where nothing did."""
    assert from_to(event) == (before, after)
