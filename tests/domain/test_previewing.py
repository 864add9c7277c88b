"""What an edit would change on open requests, without doing it; and whose hours are whose."""

from __future__ import annotations

from dataclasses import replace

from histories import ALWAYS, CALENDARS, FIRST, HOUR, OFFICE, RESOLUTION, Story, t

from bot.domain.calendar import Calendar
from bot.domain.events import Closed, NewsPromised, PolicyApplied
from bot.domain.people import Client, Directory
from bot.domain.policy import ClockKind, Match, Policy, Priority
from bot.domain.previewing import Effect, effects
from bot.domain.settings import ClientSettings

ACME = Client("ACME", "Acme", "UTC")


def policy(
    first: int, fix: int, *, version: int = 1, calendar: Calendar = ALWAYS, match: Match | None = None
) -> Policy:
    """A policy with these targets, in hours; 0 for none."""
    clocks = {kind: hours * HOUR for kind, hours in ((FIRST, first), (RESOLUTION, fix)) if hours}
    targets = dict.fromkeys(Priority, clocks)
    return Policy("Gold", "ACME", calendar.ref, targets, version, match=match or Match())


def directory(*policies: Policy, client: Client | None = ACME, calendars: dict[str, Calendar] = CALENDARS) -> Directory:
    """A desk with Acme and these versions."""
    clients = {client.key: client} if client else {}
    return Directory(clients=clients, calendars=calendars, versions={p.ref: p for p in policies})


OLD = policy(2, 8)
BEFORE = directory(OLD)


def story() -> Story:
    """Opened at ten under the old version."""
    return Story(OLD.terms(Priority.P3))


def previewed(new: Policy, at: str, told: Story | None = None, client: Client | None = ACME) -> list[Effect]:
    """What the new version would change at that time."""
    return list(effects([(told or story()).request], BEFORE, directory(OLD, new, client=client), t(at)))


def test_each_clock_is_told_before_and_after():
    """From the original start; what becomes late is late by the edit, what no longer is past its time is named."""
    (effect,) = previewed(policy(1, 16, version=2), "12 11:30")
    assert [(c.kind, c.before, c.after) for c in effect.clocks] == [
        (FIRST, t("12 12:00"), t("12 11:00")),
        (RESOLUTION, t("12 18:00"), t("13 02:00")),
    ]
    assert effect.newly_late
    assert not effect.eased
    (effect,) = previewed(policy(6, 8, version=2), "12 12:30")
    assert effect.eased
    assert not effect.newly_late
    assert [c.kind for c in effect.clocks] == [FIRST]


def test_it_says_what_applying_does():
    """The clocks are those that the fact itself leaves, and the request stays as it was."""
    told, new = story(), policy(1, 16, version=2, calendar=OFFICE)
    before = told.request
    (effect,) = previewed(new, "12 11:30", told)
    assert told.request == before
    told.tell("12 11:30", PolicyApplied(new.terms(Priority.P3), edited=True))
    assert {c.kind: c.after for c in effect.clocks} == {kind: told.due(kind) for kind in (FIRST, RESOLUTION)}


def test_the_same_times_are_no_change():
    """Only the version differs: nothing to name; one that has ended, or has it already, is not touched."""
    (effect,) = previewed(policy(2, 8, version=2), "12 11:00")
    assert effect.clocks == ()
    assert previewed(OLD, "12 11:00") == []
    assert previewed(policy(1, 1, version=2), "12 11:00", story().tell("12 10:30", Closed("", "done"))) == []


def test_a_clock_that_ends_and_one_that_starts():
    """Without a target it has no due time any more; with one again it counts from the start."""
    (effect,) = previewed(policy(0, 8, version=2), "12 11:00")
    assert [(c.kind, c.after) for c in effect.clocks] == [(FIRST, None)]
    without = policy(0, 8)
    told = Story(without.terms(Priority.P3))
    after = directory(without, policy(2, 8, version=2))
    (effect,) = effects([told.request], directory(without), after, t("12 11:00"))
    assert [(c.kind, c.before, c.after) for c in effect.clocks] == [(FIRST, None, t("12 12:00"))]


def test_the_clients_plan_is_that_of_the_later_directory():
    """A plan is part of the edit; without one no policy matches, and the deadlines go."""
    new = policy(1, 8, version=2, match=Match(plans=("premium",)))
    has = replace(ACME, settings=ClientSettings(plan="premium"))
    (effect,) = previewed(new, "12 10:10", client=has)
    assert [c.after for c in effect.clocks] == [t("12 11:00")]
    (effect,) = previewed(new, "12 10:10", client=None)
    assert [c.after for c in effect.clocks] == [None, None]
    assert effect.terms is not None
    assert not effect.terms.matched


def test_a_persons_own_promise_is_no_matter_of_policies():
    """News promised at a time stays promised at that time."""
    told = story().tell("12 10:05", NewsPromised(t("12 16:00")))
    (effect,) = previewed(policy(1, 8, version=2), "12 10:10", told)
    assert ClockKind.PROMISE not in {c.kind for c in effect.clocks}


def test_whose_hours_are_whose():
    """A client's own hours are found beside those of its policies, also where no policy uses them any more."""
    night = replace(ALWAYS, name="office/Night")
    later = replace(OFFICE, version=2)
    known = {c.ref: c for c in (OFFICE, later, night)}
    own, both = policy(1, 8, calendar=night), policy(1, 8, calendar=OFFICE)
    assert directory(own, calendars=known).calendar_of("ACME") == later
    assert directory(own, replace(both, name="Day", position=1), calendars=known).calendar_of("ACME") == OFFICE
    assert directory(own, calendars={night.ref: night}).calendar_of("ACME") is None
    assert directory(own, calendars={}).calendar_of("ACME") is None
    assert directory().calendar_of("ACME") is None
