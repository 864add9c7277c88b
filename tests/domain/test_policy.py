"""What was promised."""

from __future__ import annotations

import pytest
from histories import FIRST, HOUR, RESOLUTION

from bot.domain.policy import (
    ClockKind,
    Impact,
    Policy,
    PolicyError,
    Priority,
    Terms,
    Urgency,
    policy_ref,
    priority_of,
    read_pause,
)

H, N, L = Urgency.HIGH, Urgency.NORMAL, Urgency.LOW


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [
        (Impact.EVERYONE, H, "P1"),
        (Impact.EVERYONE, N, "P1"),
        (Impact.EVERYONE, L, "P2"),
        (Impact.TEAM, H, "P1"),
        (Impact.TEAM, N, "P2"),
        (Impact.TEAM, L, "P3"),
        (Impact.ONE, H, "P2"),
        (Impact.ONE, N, "P3"),
        (Impact.ONE, L, "P4"),
        (Impact.NOBODY, H, "P3"),
        (Impact.NOBODY, N, "P4"),
        (Impact.NOBODY, L, "P4"),
        (None, H, "P3"),
    ],
)
def test_impact_and_urgency_make_the_priority(impact: Impact | None, urgency: Urgency, priority: str):
    """P3 where nobody has said who is stopped."""
    assert priority_of(impact, urgency) == priority


def test_urgency_is_normal_unless_said():
    """Who is stopped is the only question at intake."""
    assert [priority_of(impact) for impact in Impact] == ["P1", "P2", "P3", "P4"]


def policy(**more: object) -> Policy:
    targets = {Priority.P1: {FIRST: HOUR, RESOLUTION: 4 * HOUR}}
    return Policy("Gold", "ACME", "office@1", targets, **more)  # type: ignore[arg-type]


def test_terms_are_a_snapshot_of_the_policy():
    """They keep its name, version, hours and rules, so that a later edit changes no verdict (rule 12)."""
    gold = policy(version=3, warn_percents=(50, 90), pause_statuses=("waiting_other",), pause_reply_clocks=True)
    assert gold.terms(Priority.P1) == Terms(
        policy="Gold",
        version=3,
        priority=Priority.P1,
        calendar="office@1",
        targets={ClockKind.FIRST_RESPONSE: HOUR, ClockKind.RESOLUTION: 4 * HOUR},
        warn_percents=(50, 90),
        pause_statuses=("waiting_other",),
        pause_reply_clocks=True,
    )


def test_a_priority_without_targets_promises_nothing():
    """It is a promise of nothing, not an error (rule 13)."""
    assert policy().terms(Priority.P4).targets == {}


@pytest.mark.parametrize("seconds", [0, -60])
def test_a_target_is_some_time(seconds: int):
    """A target of nothing is missed before anybody reads the request; it is refused when the policy is written."""
    with pytest.raises(PolicyError, match="first response target of Gold"):
        Policy("Gold", "ACME", "office@1", {Priority.P2: {FIRST: seconds}})


@pytest.mark.parametrize("percent", [0, 100, -5, 101])
def test_a_warning_comes_before_the_deadline(percent: int):
    """A warning at all of the target would be a breach; it is refused even where nothing is promised yet."""
    with pytest.raises(PolicyError, match="between 1 and 99"):
        Policy("Gold", "ACME", "office@1", {}, warn_percents=(50, percent))


def test_each_version_of_a_clients_policy_has_a_name_of_its_own():
    """A request finds the version it was promised, also when another is in force (rule 12)."""
    policy = Policy("Gold", "ACME", "office@1", {Priority.P1: {ClockKind.RESOLUTION: 3600}}, version=3)
    terms = policy.terms(Priority.P1)
    assert policy.ref == policy_ref("ACME", terms.policy, terms.version) == "ACME:Gold@3"


def test_a_warning_by_what_is_left_comes_before_the_due_time():
    """At it or after it would be the breach."""
    with pytest.raises(PolicyError, match="more than 0 seconds before the due time"):
        policy(warn_before=(0,))
    assert policy(warn_before=(900,), bot_counts=True).terms(Priority.P1).rungs == (75, -900)


@pytest.mark.parametrize("said", ["waiting_client", "new", "set_aside", " waiting_other ", "waiting_other:vendor"])
def test_a_status_may_pause(said: str):
    """Each there is, and one wait of the team's own name alone (rule 9)."""
    assert read_pause(said) == said.strip()


@pytest.mark.parametrize("said", ["sleeping", "", "waiting", "waiting_other:", "new:vendor", "Waiting_Client"])
def test_what_is_no_status_pauses_nothing(said: str):
    """It would never come about, and nobody would notice; the message names those that there are."""
    with pytest.raises(PolicyError, match=r"is no status\. Use new, active, waiting_client, .* or waiting_other:NAME"):
        read_pause(said)
