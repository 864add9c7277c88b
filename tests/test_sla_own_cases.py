"""Cases of our own in the same form, one for each option: what the rules of docs/sla.md say, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from sla_cases import failures
from told import CALENDARS, after, at, metric, on, then, ticket

BOTH = {"first_response_min": 60, "next_reply_min": 30}
ASKED = on("12 10:00", "created", by="customer")
WAITS = on("12 11:00", "status", to="waiting_client")

CASES: dict[str, dict[str, Any]] = {
    # Who opened it, and for whom (rules 5, 6 and 8).
    "a client's own request owes a first response": ticket(BOTH, ASKED, after(0, first_response_due="12 11:00")),
    "for a colleague as well": ticket(
        BOTH, on("12 10:00", "created", by="customer", requester="customer2"), after(0, reply_due="12 11:00")
    ),
    "opened by the team on behalf it owes none, and the client's message starts the next reply": ticket(
        BOTH,
        on("12 10:00", "created", by="agent", requester="customer"),
        on("12 10:20", "public_reply", by="customer"),
        after(0, reply_due=None, next_deadline=None),
        after(1, first_response_due=None, next_reply_due="12 10:50"),
    ),
    "one of the team who asks for themselves waits for somebody else": ticket(
        BOTH,
        on("12 10:00", "created", by="agent"),
        on("12 10:10", "public_reply", by="agent"),
        on("12 10:20", "public_reply", by="agent2"),
        on("12 10:40", "public_reply", by="agent"),
        after(1, first_response_due="12 11:00"),
        after(2, reply_due=None),
        after(3, next_reply_due="12 11:10"),
    ),
    "what a machine opens owes nothing until the client writes": ticket(
        BOTH,
        on("12 10:00", "created", by="system", requester="customer"),
        on("12 10:30", "public_reply", by="customer"),
        after(0, reply_due=None),
        after(1, next_reply_due="12 11:00"),
    ),
    "with nobody to answer no reply is owed": ticket(
        {**BOTH, "resolution_min": 60},
        on("12 10:00", "created", by="agent", requester=None),
        after(0, reply_due=None, next_deadline="12 11:00"),
    ),
    "a machine's message answers nothing": ticket(
        BOTH, ASKED, on("12 10:05", "public_reply", by="system"), after(1, first_response_due="12 11:00")
    ),
    "nor does a private note or a status": ticket(
        BOTH,
        ASKED,
        on("12 10:05", "private_note", by="agent"),
        on("12 10:06", "status", to="open"),
        after(2, first_response_due="12 11:00"),
    ),
    # Pauses (rule 9).
    "waiting for the client pauses resolution and update, no reply clock": ticket(
        {**BOTH, "resolution_min": 240, "periodic_update_min": 120},
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        WAITS,
        on("12 12:00", "public_reply", by="customer"),
        on("12 12:10", "public_reply", by="agent"),
        after(1, periodic_update_due="12 12:30", resolution_due="12 14:00"),
        after(2, periodic_update_due=None, resolution_due=None, next_deadline=None),
        after(3, next_reply_due="12 12:30", resolution_due="12 15:00", periodic_update_due=None),
        after(4, periodic_update_due="12 14:10", resolution_due="12 15:00", resolution_elapsed_s=70 * 60),
    ),
    "an update keeps what was left when work goes on": ticket(
        {"periodic_update_min": 120},
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        WAITS,
        on("12 13:00", "status", to="open"),
        after(3, periodic_update_due="12 14:30"),
    ),
    "other names pause where the policy names them": ticket(
        {"resolution_min": 240, "pause_statuses": ["Frozen", "vendor"]},
        ASKED,
        on("12 11:00", "status", to="Frozen"),
        on("12 12:00", "status", to="vendor"),
        on("12 13:00", "status", to="triaged"),
        on("12 13:30", "status", to="waiting_client"),
        after(1, resolution_due=None),
        after(2, resolution_due=None),
        after(3, resolution_due="12 16:00"),
        after(4, resolution_due="12 16:00"),
    ),
    "reply clocks pause where the policy says so": ticket(
        {"first_response_min": 60, "pause_reply_clocks": True},
        ASKED,
        on("12 10:30", "status", to="waiting_client"),
        on("12 12:00", "status", to="open"),
        after(1, first_response_due=None),
        after(2, first_response_due="12 12:30", first_response_elapsed_s=1800),
    ),
    "paused time is given back in service hours": ticket(
        {"resolution_min": 480},
        on("12 16:00", "created", by="customer"),
        on("12 16:30", "status", to="waiting_client"),
        on("13 09:30", "status", to="open"),
        after(2, resolution_due="13 17:00", resolution_remaining_s=27_000),
        calendar="office",
    ),
    "nothing is late while it waits": ticket(
        {"resolution_min": 90}, ASKED, WAITS, then("12 20:00", breached=[], resolution_due=None)
    ),
    # Priority, policy and hours change (rules 11 to 13).
    "no match takes the deadlines, a match brings them back from the start": ticket(
        {"resolution_min": 120, "applies_to_priority": ["high"]},
        on("12 10:00", "created", by="customer", priority="high"),
        on("12 10:30", "priority", to="low"),
        on("12 11:00", "priority", to="high"),
        after(0, resolution_due="12 12:00"),
        after(1, resolution_due=None, next_deadline=None),
        after(2, resolution_due="12 12:00"),
    ),
    "matching later counts from the start, and may be late at once": ticket(
        {"first_response_min": 60, "applies_to_priority": ["high"]},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 12:00", "priority", to="high"),
        after(0, first_response_due=None, breached=[]),
        after(1, first_response_due="12 11:00", breached=["first_response"]),
    ),
    "an unmatched request is never late": ticket(
        {"first_response_min": 60, "applies_to_priority": ["high"]},
        on("12 10:00", "created", by="customer"),
        then("15 10:00", breached=[], next_deadline=None),
    ),
    "a shorter target that is used up is late at the change": ticket(
        {"by_priority": {"low": {"resolution_min": 480}, "high": {"resolution_min": 60}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 12:00", "priority", to="high"),
        after(0, breached=[]),
        after(1, breached=["resolution"]),
    ),
    "verdicts stay with the target that gave them": ticket(
        {"by_priority": {"low": BOTH, "high": {"first_response_min": 5}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 10:30", "public_reply", by="agent"),
        on("12 10:40", "priority", to="high"),
        then("12 12:00", breached=[]),
    ),
    "an edit of the policy leaves an open request alone": ticket(
        {"resolution_min": 240},
        ASKED,
        on("12 10:30", "policy_change", policy={"resolution_min": 60}),
        on("12 10:40", "priority", to="high"),
        after(1, resolution_due="12 14:00"),
        after(2, resolution_due="12 14:00"),
    ),
    "applied to open ones it counts from the original start": ticket(
        {"resolution_min": 240, "first_response_min": 60},
        ASKED,
        on("12 10:30", "policy_change", policy={"resolution_min": 60, "next_reply_min": 10}, apply_to_open=True),
        after(1, resolution_due="12 11:00", first_response_due=None, reply_due=None),
    ),
    "new pause statuses hold from then on": ticket(
        {"resolution_min": 240},
        ASKED,
        on("12 11:00", "status", to="vendor"),
        on(
            "12 12:00",
            "policy_change",
            policy={"resolution_min": 240, "pause_statuses": ["vendor"]},
            apply_to_open=True,
        ),
        on("12 13:00", "status", to="open"),
        after(1, resolution_due="12 14:00"),
        after(2, resolution_due=None),
        after(3, resolution_due="12 15:00"),
    ),
    "each stretch counts in the hours then in force": ticket(
        {"resolution_min": 480},
        ASKED,
        on("12 15:00", "calendar", to="late", apply_to_open=True),
        # 10 to 15 are five hours; three are left, and the late hours go on until 20.
        after(1, resolution_due="12 18:00", resolution_elapsed_s=18_000),
        calendar="office",
    ),
    "other hours that are not applied change nothing": ticket(
        {"resolution_min": 480},
        ASKED,
        on("12 15:00", "calendar", to="late"),
        on("12 15:10", "priority", to="high"),
        after(2, resolution_due="13 10:00"),
        calendar="office",
    ),
    "hours that change while nothing matches": ticket(
        {"resolution_min": 480, "applies_to_priority": ["high"]},
        on("12 10:00", "created", by="customer", priority="high"),
        on("12 11:00", "priority", to="low"),
        on("12 13:00", "calendar", to="late", apply_to_open=True),
        on("12 18:00", "priority", to="high"),
        # 10 to 13 in office hours, then 13 to 18 in the late ones: all eight.
        after(3, resolution_due="12 18:00"),
        calendar="office",
    ),
    # Resolving, closing and reopening (rules 7 and 15).
    "resolving ends every clock": ticket(
        {**BOTH, "resolution_min": 60},
        ASKED,
        on("12 10:30", "resolved"),
        after(1, next_deadline=None, resolution_due=None, breached=[]),
        then("13 10:00", breached=[], resolution_elapsed_s=1800, resolution_remaining_s=1800),
    ),
    "late is late, also when it is solved": ticket(
        {"resolution_min": 60}, ASKED, on("12 12:00", "closed"), after(1, breached=["resolution"])
    ),
    "reopening leaves the resolved time out and starts the next reply": ticket(
        {**BOTH, "resolution_min": 240},
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        on("12 11:00", "resolved"),
        on("13 11:00", "closed"),
        on("14 11:00", "public_reply", by="customer"),
        after(4, resolution_due="14 14:00", next_reply_due="14 11:30", first_response_due=None),
    ),
    "a change of status reopens as well": ticket(
        {"resolution_min": 240},
        ASKED,
        on("12 11:00", "resolved"),
        on("12 13:00", "status", to="open"),
        after(2, resolution_due="12 16:00"),
    ),
    "after the window a message reopens nothing": ticket(
        {"resolution_min": 240, "next_reply_min": 30},
        ASKED,
        on("12 11:00", "closed"),
        on("27 11:00", "public_reply", by="customer"),
        after(2, next_deadline=None),
    ),
    "equal is met, and a missed update is reported once": ticket(
        {"first_response_min": 60, "periodic_update_min": 60},
        ASKED,
        on("12 11:00", "public_reply", by="agent"),
        then("12 11:59", breached=[]),
        then("12 12:00", breached=["periodic_update"]),
        then("12 18:00", breached=["periodic_update"]),
    ),
    "used up at closing it is due then, and late at the next opening": ticket(
        {"first_response_min": 60},
        on("12 16:00", "created", by="customer"),
        after(0, first_response_due="12 17:00"),
        then("13 08:59", breached=[]),
        then("13 09:00", breached=["first_response"]),
        calendar="office",
    ),
    "or due at the next opening, as others say it": ticket(
        {"first_response_min": 60},
        on("12 16:00", "created", by="customer"),
        after(0, first_response_due="13 09:00"),
        calendar="office",
        vs_ref="next_open",
    ),
    "near enough where a case says how near": ticket(
        {"first_response_min": 60},
        ASKED,
        {**after(0, first_response_due="12 11:01", first_response_elapsed_s=50), "tolerance_s": 60},
    ),
    # One clock.
    "pauses are left out, overlapping and outside ones too": metric(
        {"due": "13 11:00", "elapsed_s": 6 * 3600, "breached": False, "late_by_s": 0, "diff_min": 0},
        "12 10:00",
        6 * 3600,
        pauses=[
            [at("12 08:00"), at("12 09:30")],
            [at("12 11:00"), at("12 13:00")],
            [at("12 12:00"), at("12 14:00")],
            [at("14 09:00"), at("14 10:00")],
        ],
        stop=at("13 11:00"),
    ),
    "late by service time": metric(
        {"due": "12 17:00", "elapsed_min": 90, "diff_min": -30, "breached": True, "late_by_s": 1800},
        "12 16:00",
        3600,
        stop=at("13 09:30"),
    ),
    "warned before it is due, in service time": metric(
        {"due": "13 09:30", "warn_at": "12 16:30"}, "12 16:00", 5400, warn_before_s=3600
    ),
    # Hours.
    "dated hours": {
        "kind": "windows",
        "calendar": "dated",
        "from": at("12 11:30"),
        "direction": "forward",
        "expected": [
            [at("12 11:30"), at("12 12:00")],
            [at("12 13:00"), at("12 17:00")],
            [at("15 22:00"), at("16 02:00")],
            [at("16 09:00"), at("16 12:00")],
        ],
    },
    "backwards": {
        "kind": "windows",
        "calendar": "dated",
        "from": at("15 23:00"),
        "direction": "backward",
        "expected": [[at("15 22:00"), at("15 23:00")], [at("12 13:00"), at("12 17:00")]],
    },
    "a break is no service time": {
        "kind": "between",
        "calendar": "dated",
        "start": at("12 09:00"),
        "end": at("12 12:00"),
        "expected_seconds": 7200,
    },
    "near enough": {
        "kind": "between",
        "calendar": "all",
        "start": at("12 09:00"),
        "end": at("12 10:00"),
        "expected_seconds": 3630.5,
        "tolerance_s": 60,
    },
    "a window that crosses midnight closes the next day": {
        "kind": "next_close",
        "calendar": "dated",
        "at": at("13 09:00"),
        "expected": at("16 02:00"),
    },
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_our_own_case_comes_out_as_the_rules_say(case: dict[str, Any]):
    """Each expectation, by the engine's own answer."""
    assert list(failures(case, CALENDARS)) == []


def test_a_wrong_expectation_is_told():
    """Or the cases would prove nothing: an instant, a figure, a verdict and a missing deadline are told apart."""
    wrong = ticket(
        BOTH, ASKED, after(0, first_response_due="12 11:01", next_reply_due="12 12:00", breached=["resolution"])
    )
    assert len(list(failures(wrong, CALENDARS))) == 3
    assert (
        len(
            list(
                failures(
                    metric({"elapsed_s": 3601, "breached": True}, "12 10:00", 3600, stop=at("12 11:00")), CALENDARS
                )
            )
        )
        == 2
    )


@pytest.mark.parametrize(
    "case",
    [{"kind": "sum", "calendar": "all"}, ticket(BOTH, ASKED, on("12 11:00", "escalated"))],
    ids=["kind", "event"],
)
def test_what_the_form_does_not_have_is_an_error(case: dict[str, Any]):
    """A case that cannot be told fails; it is not passed over."""
    with pytest.raises(ValueError, match="is no"):
        list(failures(case, CALENDARS))
