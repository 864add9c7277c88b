"""More cases of our own: the options of a request's life, alone and together, worked out by hand from docs/sla.md."""

from __future__ import annotations

from typing import Any

import pytest
from sla_cases import failures
from told import CALENDARS, after, at, metric, on, then, ticket

ASKED = on("12 10:00", "created", by="customer")
HIGH = on("12 10:00", "created", by="customer", priority="high")
ALL = {"first_response_min": 60, "next_reply_min": 30, "periodic_update_min": 120, "resolution_min": 240}

CASES: dict[str, dict[str, Any]] = {
    # Targets and whom they are for.
    "a target of null is none": ticket(
        {"first_response_min": None, "resolution_min": 60}, ASKED, after(0, reply_due=None, resolution_due="12 11:00")
    ),
    "no target at all": ticket({}, ASKED, then("13 10:00", next_deadline=None, breached=[])),
    "half a minute": ticket(
        {"first_response_min": 0.5}, ASKED, after(0, first_response_due="2026-01-12T10:00:30Z"), calendar="all"
    ),
    "a priority that is not named is promised nothing": ticket(
        {"by_priority": {"high": {"resolution_min": 60}}}, ASKED, after(0, next_deadline=None)
    ),
    "each priority has its own clocks": ticket(
        {"by_priority": {"low": {"resolution_min": 60}, "high": {"first_response_min": 30}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 10:10", "priority", to="high"),
        after(0, resolution_due="12 11:00", first_response_due=None),
        after(1, resolution_due=None, first_response_due="12 10:30"),
    ),
    "what is for all and what is for one priority": ticket(
        {"first_response_min": 60, "by_priority": {"high": {"resolution_min": 90}}},
        HIGH,
        after(0, first_response_due="12 11:00", resolution_due="12 11:30"),
    ),
    "for several priorities": ticket(
        {"resolution_min": 60, "applies_to_priority": ["high", "urgent"]},
        HIGH,
        on("12 10:05", "priority", to="urgent"),
        on("12 10:10", "priority", to="low"),
        after(1, resolution_due="12 11:00"),
        after(2, resolution_due=None),
    ),
    "a priority again is no change": ticket(
        {"by_priority": {"high": {"resolution_min": 60}}},
        HIGH,
        on("12 10:30", "priority", to="high"),
        after(1, resolution_due="12 11:00"),
    ),
    # Waiting (rules 5, 8 and 10).
    "with updates alone nothing is due until somebody of the team has written": ticket(
        {"periodic_update_min": 240},
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        on("12 11:00", "public_reply", by="agent2"),
        on("12 11:30", "public_reply", by="customer"),
        after(0, next_deadline=None),
        after(1, periodic_update_due="12 14:30"),
        after(2, periodic_update_due="12 15:00"),
        after(3, periodic_update_due="12 15:00"),
    ),
    "a client who waits again takes the update's place": ticket(
        ALL,
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        on("12 11:00", "public_reply", by="customer"),
        on("12 11:10", "public_reply", by="customer2"),
        on("12 11:20", "public_reply", by="system"),
        on("12 11:25", "private_note", by="agent"),
        after(2, periodic_update_due=None, next_reply_due="12 11:30", next_deadline="12 11:30"),
        after(5, next_reply_due="12 11:30", resolution_due="12 14:00"),
    ),
    "first response comes before next reply": ticket(
        ALL,
        ASKED,
        on("12 10:10", "public_reply", by="customer"),
        after(1, first_response_due="12 11:00", next_reply_due=None, reply_due="12 11:00"),
    ),
    "an answer in the very instant is in time": ticket(
        {"first_response_min": 60}, ASKED, on("12 11:00", "public_reply", by="agent"), then("13 10:00", breached=[])
    ),
    "a reply a second later is not": ticket(
        {"first_response_min": 60},
        ASKED,
        {"at": "2026-01-12T11:00:01Z", "type": "public_reply", "by": "agent"},
        after(1, breached=["first_response"], first_response_elapsed_s=3601),
    ),
    "a reply after closing used the same service time": ticket(
        {"first_response_min": 60},
        on("12 16:00", "created", by="customer"),
        on("13 08:30", "public_reply", by="agent"),
        after(1, breached=[], first_response_elapsed_s=3600),
        calendar="office",
    ),
    # Pauses (rule 9).
    "nothing pauses where the policy names no status": ticket(
        {"resolution_min": 60, "pause_statuses": []},
        ASKED,
        on("12 10:10", "status", to="waiting_client"),
        after(1, resolution_due="12 11:00"),
    ),
    "null is the default": ticket(
        {"resolution_min": 60, "pause_statuses": None, "pause_reply_clocks": None},
        ASKED,
        on("12 10:10", "status", to="waiting_client"),
        after(1, resolution_due=None),
    ),
    "the client's word ends a pause of any name": ticket(
        {"resolution_min": 60, "pause_statuses": ["pending"]},
        ASKED,
        on("12 10:10", "status", to="pending"),
        on("12 10:40", "public_reply", by="customer"),
        on("12 10:50", "status", to="open"),
        after(1, resolution_due=None),
        after(2, resolution_due="12 11:30"),
        after(3, resolution_due="12 11:30"),
    ),
    "a reply does not, and its update has all its time when work goes on": ticket(
        {"periodic_update_min": 240, "pause_statuses": ["stalled"]},
        ASKED,
        on("12 10:30", "public_reply", by="agent"),
        on("12 11:00", "status", to="stalled"),
        on("12 12:00", "public_reply", by="agent"),
        on("12 12:00", "status", to="open"),
        after(2, next_deadline=None),
        after(3, next_deadline=None),
        after(4, periodic_update_due="12 16:00"),
    ),
    "a note ends no pause": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:10", "status", to="waiting_client"),
        on("12 10:20", "private_note", by="agent"),
        after(2, resolution_due=None, resolution_elapsed_s=600),
    ),
    "from one pause to another time stands still": ticket(
        {"resolution_min": 60, "pause_statuses": ["a", "b"]},
        ASKED,
        on("12 10:10", "status", to="a"),
        on("12 11:00", "status", to="b"),
        on("12 12:00", "status", to="c"),
        after(3, resolution_due="12 12:50", resolution_remaining_s=3000),
    ),
    "a reply clock goes on while the client is waited for": ticket(
        {"first_response_min": 60, "periodic_update_min": 30},
        ASKED,
        on("12 10:10", "status", to="waiting_client"),
        after(1, first_response_due="12 11:00"),
        then("12 11:00", breached=["first_response"]),
    ),
    "and stands where the policy says so, until the client writes": ticket(
        {"first_response_min": 120, "pause_reply_clocks": True, "pause_statuses": ["stalled"]},
        ASKED,
        on("12 10:10", "status", to="stalled"),
        on("12 10:20", "public_reply", by="customer"),
        after(1, first_response_due=None),
        after(2, first_response_due="12 12:10"),
    ),
    "a pause that begins when the target is used up is in time": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 11:00", "status", to="waiting_client"),
        on("12 15:00", "status", to="open"),
        after(1, resolution_due=None, breached=[]),
        after(2, resolution_due="12 11:00", breached=["resolution"]),
    ),
    "paused and resumed at once nothing is lost": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:30", "status", to="waiting_client"),
        on("12 10:30", "status", to="open"),
        after(2, resolution_due="12 11:00"),
    ),
    "a pause over the night gives back no closed hours": ticket(
        {"resolution_min": 120},
        on("12 16:00", "created", by="customer"),
        on("12 16:30", "status", to="waiting_client"),
        on("13 08:00", "status", to="open"),
        after(2, resolution_due="13 10:30"),
        calendar="office",
    ),
    # Changes while time stands still (rules 9, 11, 12).
    "what a priority overtakes in a pause is late when work goes on": ticket(
        {"by_priority": {"low": {"resolution_min": 240}, "high": {"resolution_min": 30}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 11:00", "status", to="waiting_client"),
        on("12 11:30", "priority", to="high"),
        on("12 12:00", "status", to="open"),
        after(2, resolution_due=None, breached=[]),
        after(3, resolution_due="12 10:30", breached=["resolution"]),
    ),
    "pending time is kept when the priority changes": ticket(
        {"by_priority": {"low": {"resolution_min": 240}, "high": {"resolution_min": 180}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 11:00", "status", to="waiting_client"),
        on("12 13:00", "status", to="open"),
        on("12 13:30", "priority", to="high"),
        after(3, resolution_due="12 15:00", resolution_elapsed_s=5400),
    ),
    "a longer target takes a warning back, no breach": ticket(
        {"by_priority": {"high": {"resolution_min": 30}, "low": {"resolution_min": 240}}},
        HIGH,
        on("12 11:00", "priority", to="low"),
        after(0, resolution_due="12 10:30"),
        after(1, resolution_due="12 14:00", breached=["resolution"]),
    ),
    "an edit applied in a pause": ticket(
        {"resolution_min": 240},
        ASKED,
        on("12 11:00", "status", to="waiting_client"),
        on("12 12:00", "policy_change", policy={"resolution_min": 120}, apply_to_open=True),
        on("12 13:00", "status", to="open"),
        after(2, resolution_due=None),
        after(3, resolution_due="12 14:00"),
    ),
    "an edit takes a clock away, and its deadline with it": ticket(
        ALL,
        ASKED,
        on("12 10:30", "policy_change", policy={"first_response_min": 60}, apply_to_open=True),
        after(1, resolution_due=None, next_deadline="12 11:00"),
    ),
    "an edit that no longer takes it leaves no deadline of the old one": ticket(
        ALL,
        HIGH,
        on("12 10:30", "policy_change", policy={**ALL, "applies_to_priority": ["low"]}, apply_to_open=True),
        on("12 10:40", "priority", to="low"),
        after(1, next_deadline=None, breached=[]),
        after(2, first_response_due="12 11:00", resolution_due="12 14:00"),
    ),
    "of two edits the one that is applied holds with all before it": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:10", "calendar", to="late"),
        on("12 10:20", "policy_change", policy={"resolution_min": 120}, apply_to_open=True),
        # Twenty minutes of office time; a hundred are left from twelve on.
        after(1, resolution_due="12 11:00"),
        after(2, resolution_due="12 13:40"),
        calendar="office",
    ),
    "an edit that is not applied is not there for a later priority": ticket(
        {"by_priority": {"high": {"resolution_min": 60}, "low": {"resolution_min": 90}}},
        HIGH,
        on("12 10:10", "policy_change", policy={"resolution_min": 10}),
        on("12 10:20", "priority", to="low"),
        after(2, resolution_due="12 11:30", breached=[]),
    ),
    "hours change for reply clocks as well": ticket(
        {"first_response_min": 120},
        ASKED,
        on("12 11:00", "calendar", to="late", apply_to_open=True),
        after(1, first_response_due="12 13:00", first_response_elapsed_s=3600),
        calendar="office",
    ),
    "hours change in a pause": ticket(
        {"resolution_min": 120},
        ASKED,
        on("12 11:00", "status", to="waiting_client"),
        on("12 11:30", "calendar", to="late", apply_to_open=True),
        on("12 18:00", "status", to="open"),
        after(3, resolution_due="12 19:00"),
        calendar="office",
    ),
    # Endings (rules 7 and 15).
    "solved while it waits it is judged by what had counted": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:30", "status", to="waiting_client"),
        on("12 20:00", "resolved"),
        after(2, breached=[], resolution_elapsed_s=1800),
    ),
    "solved in the very instant is in time": ticket(
        {"resolution_min": 60}, ASKED, on("12 11:00", "resolved"), then("13 10:00", breached=[])
    ),
    "closed after solved is judged once": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:30", "resolved"),
        on("14 10:30", "closed"),
        then("15 10:00", breached=[], resolution_elapsed_s=1800),
    ),
    "a reply that never came in time is late, also when it is closed": ticket(
        {"first_response_min": 60}, ASKED, on("12 12:00", "resolved"), after(1, breached=["first_response"])
    ),
    "after it is solved nothing runs, whatever is written or changed": ticket(
        ALL,
        ASKED,
        on("12 10:30", "resolved"),
        on("12 10:40", "public_reply", by="agent"),
        on("12 10:50", "priority", to="high"),
        on("12 11:00", "policy_change", policy={"resolution_min": 1}, apply_to_open=True),
        after(4, next_deadline=None, breached=[]),
    ),
    "reopened by a status no reply is owed": ticket(
        {**ALL, "periodic_update_min": None},
        ASKED,
        on("12 10:30", "closed"),
        on("12 12:30", "status", to="open"),
        after(2, reply_due=None, resolution_due="12 16:00"),
    ),
    "reopened into a pause": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 10:30", "resolved"),
        on("12 12:00", "status", to="waiting_client"),
        on("12 13:00", "status", to="open"),
        after(2, resolution_due=None),
        after(3, resolution_due="12 13:30"),
    ),
    "an earlier breach stays after it is reopened": ticket(
        {"resolution_min": 60},
        ASKED,
        on("12 12:00", "resolved"),
        on("13 12:00", "public_reply", by="customer"),
        on("13 12:10", "resolved"),
        then("14 10:00", breached=["resolution"]),
    ),
    "reopened on the fourteenth day to the second": ticket(
        {"next_reply_min": 30},
        ASKED,
        on("12 11:00", "closed"),
        on("26 11:00", "public_reply", by="customer"),
        after(2, next_reply_due="26 11:30"),
    ),
    # One instant (rule 18).
    "asked and answered in one instant": ticket(
        ALL, ASKED, on("12 10:00", "public_reply", by="agent"), after(1, reply_due=None, periodic_update_due="12 12:00")
    ),
    "made urgent in the instant of its opening": ticket(
        {"by_priority": {"low": {"resolution_min": 240}, "high": {"resolution_min": 60}}},
        on("12 10:00", "created", by="customer", priority="low"),
        on("12 10:00", "priority", to="high"),
        after(1, resolution_due="12 11:00", breached=[]),
    ),
    "instants of later checks may stand in any order": ticket(
        {"resolution_min": 60},
        ASKED,
        then("12 11:00", breached=["resolution"]),
        then("12 10:59", breached=[], resolution_remaining_s=60),
    ),
    "a tolerance for all checks": ticket(
        {"resolution_min": 60}, ASKED, after(0, resolution_due="12 11:01", resolution_elapsed_s=30), tolerance_s=60
    ),
    "next reply due at closing, as others say it": ticket(
        {"next_reply_min": 60},
        on("12 10:00", "created", by="agent", requester="customer"),
        on("12 16:00", "public_reply", by="customer"),
        after(1, next_reply_due="13 09:00", reply_due="12 17:00", next_deadline="13 09:00"),
        calendar="office",
        vs_ref="next_open",
    ),
    # One clock.
    "paused from its start": metric(
        {"elapsed_s": 0, "elapsed_min": 0, "diff_min": 240, "breached": False, "late_by_s": 0},
        "12 10:00",
        240 * 60,
        pauses=[[at("12 10:00"), at("12 12:00")]],
        stop=at("12 12:00"),
    ),
    "stopped within a pause": metric(
        {"elapsed_min": 60, "due": "12 13:00"},
        "12 10:00",
        7200,
        pauses=[[at("12 11:00"), at("12 12:00")]],
        stop=at("12 11:30"),
    ),
    "a pause that lasts": metric({"due": None}, "12 10:00", 7200, pauses=[[at("12 11:00"), None]]),
    "due where the pause begins": metric(
        {"due": "12 11:00"}, "12 10:00", 3600, pauses=[[at("12 11:00"), at("12 12:00")]]
    ),
    "pauses of null, no stop": metric({"due": "12 11:00", "warn_at": None}, "12 10:00", 3600, pauses=None, stop=None),
    "pauses that are not in order": metric(
        {"due": "12 13:00"},
        "12 10:00",
        3600,
        pauses=[[at("12 12:00"), at("12 12:30")], [at("12 10:30"), at("12 12:00")]],
    ),
    "a second late is late, by no minute": metric(
        {"breached": True, "late_by_s": 1, "elapsed_min": 60, "diff_min": 0},
        "12 10:00",
        3600,
        stop="2026-01-12T11:00:01Z",
    ),
    "warned in service time, over a pause and a night": metric(
        {"warn_at": "13 09:30", "due": "13 10:30"},
        "12 16:00",
        5400,
        warn_before_s=3600,
        pauses=[[at("12 16:00"), at("13 09:00")]],
    ),
    "due at closing or the next opening": metric({"due": "13 09:00"}, "12 16:00", 3600, vs_ref="next_open"),
    "asked only how long": metric({"elapsed_s": 3600}, "12 10:00", 3600, stop=at("12 11:00")),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_an_option_comes_out_as_the_rules_say(case: dict[str, Any]):
    """Each expectation, by the engine's own answer."""
    assert list(failures(case, CALENDARS)) == []
