"""Unfinished work that is taken over from another system: its past promises nothing, its future does (rule 6)."""

from __future__ import annotations

import pytest
from histories import CALENDARS, FIRST, NEXT, RESOLUTION, UPDATE, Story, t, terms

from bot.domain.events import Adopted, Assigned, Closed, Status
from bot.domain.policy import Priority
from bot.domain.request import NotAllowed, may_reopen, prioritise, reopen, replay, undo_resolve
from bot.domain.sla import Outcome, next_wakes

ADOPTED = Adopted("ServiceNow")


def story() -> Story:
    """A request with all clocks that can run, opened on Monday."""
    return Story(terms(first_response=60, next_reply=60, periodic_update=120, resolution=600))


def test_its_clocks_end_without_a_verdict() -> None:
    """No clock runs on and none wants to be woken; a breach that was recorded stands."""
    told = story()
    told.tick("12 11:00")
    told.tell("12 12:00", ADOPTED)
    assert [c.outcome for c in told.state.clocks] == [Outcome.CANCELLED, Outcome.CANCELLED]
    assert told.clock(FIRST).breached_at == t("12 11:00")
    assert told.clock(RESOLUTION).breached_at is None
    assert not next_wakes(told.state, told.calendars)
    assert replay(told.entries, told.calendars) == told.request


def test_nothing_wakes_them_again() -> None:
    """Neither other terms, nor a reply, nor an owner start the resolution clock anew, or the first response."""
    told = story().tell("12 10:30", ADOPTED)
    told.tell("13 10:00", Assigned(None, "sam"), *prioritise(told.request, to=Priority.P1, reason="r"))
    told.promise("13 10:00", terms(first_response=1, resolution=1, periodic_update=60, priority=Priority.P1))
    assert not any(c.running for c in told.state.clocks)
    told.reply("13 11:00")
    assert [c.kind for c in told.state.clocks if c.running] == [UPDATE]


def test_the_next_words_of_the_client_start_a_clock() -> None:
    """What the client says from then on is owed a reply, from that instant."""
    told = story().tell("12 10:30", ADOPTED).client("14 09:00")
    assert told.due(NEXT) == t("14 10:00")


def test_a_resolved_one_is_not_announced_again() -> None:
    """Its client is not asked years later; it can be reopened, and then its own resolution clock goes on."""
    told = story().resolve("12 11:00").tell("12 12:00", ADOPTED)
    assert (told.request.status, told.request.announced, told.request.closes_at) == (Status.RESOLVED, True, None)
    with pytest.raises(NotAllowed, match="use reopen"):
        undo_resolve(told.request)
    assert may_reopen(told.request, at=t("13 12:00"), days=14)
    told.tell("13 12:00", *reopen(told.request, reason="it came back"))
    assert told.due(RESOLUTION) == t("13 21:00")
    assert replay(told.entries, CALENDARS) == told.request


def test_a_finished_one_is_not_taken_over() -> None:
    """What is closed needs no adoption."""
    told = story().resolve("12 11:00").tell("12 12:00", Closed(Status.RESOLVED, "done"))
    with pytest.raises(NotAllowed, match="closed already"):
        told.tell("12 13:00", ADOPTED)
