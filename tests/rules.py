"""Each clause of the rules in docs/sla.md, and each known mistake of other products: every one has a test of its own.

A test is marked `@pytest.mark.rule("9.2")` or `@pytest.mark.mistake("zammad#3140")`, and its docstring names the rule
or the mistake; `test_rules.py` fails where one is missing.
"""

from __future__ import annotations

CLAUSES: dict[str, tuple[str, ...]] = {
    "1": (
        "instants are UTC, and one without a zone is refused",
        "several windows a day, and the time between them is closed",
        "windows are half-open",
        "a window belongs to the local date it starts on",
        "a holiday removes the windows that start that date, not the tail of yesterday's",
        "holiday beats override",
        "override beats weekday",
        "overlaps merge",
        "an ambiguous wall time is its first occurrence",
        "a non-existent wall time moves forward by the gap",
        "a window left empty is dropped",
        "business time is real seconds inside windows",
        "a calendar that never opens is an error",
    ),
    "2": (
        "due at the earliest instant at which elapsed equals the target",
        "used up exactly at closing, it is the closing instant",
        "pauses are excluded",
    ),
    "3": (
        "equal is met",
        "wall clocks are never compared",
        "a breach is the first instant past the target, or the next opening",
        "one breach a cycle",
        "it stands even if the request is resolved later",
        "nothing polled may miss it",
    ),
    "4": (
        "each clock is optional by policy",
        "the next deadline is the smallest running due time",
        "at most one of first response and next reply runs",
    ),
    "5": (
        "only a person of the team with a public message of substance stops the reply clocks",
        "the role is that of the time of the message",
        "what the desk relays under a person's name is that person's",
        "a courtesy touches no clock until its class is corrected",
        "a bot counts where the policy says so, an acknowledgement never",
        "the requester's own messages stop nothing, also where they are of the team",
        "reactions and edits stop nothing",
    ),
    "6": (
        "first response starts when the client opened it",
        "what staff open has none; the client's first message starts next reply",
        "a policy attached later does not move the start",
        "made of a client's message it starts there",
        "public replies already given to it count",
        "adopted work starts no alert storm",
    ),
    "7": (
        "resolving stops and judges every running clock",
        "so does closing; a reply that never came is reported as such",
        "what was cancelled leaves no verdict",
        "deleting a message changes no clock",
    ),
    "8": (
        "next reply starts at the oldest unanswered message",
        "further messages neither restart nor extend it; one verdict a wait",
    ),
    "9": (
        "only the policy's statuses pause",
        "only resolution and update pause; reply clocks where the policy says so",
        "a pause begins and ends at the status event",
        "a client's message while paused resumes at its instant",
        "time is given back in business seconds",
        "while paused there is no deadline, warning or breach",
    ),
    "10": (
        "no update is due while a reply clock runs",
        "it restarts at each public reply",
        "on resume it keeps what was left",
        "missed it is reported once and restarts at the next reply",
    ),
    "10a": (
        "the next news is the earliest reply or update deadline",
        "or an earlier time that staff promised",
        "a promise is a clock of its own, warned",
        "and judged kept or missed",
    ),
    "11": (
        "only the target changes; due from the original start",
        "what is late by it is breached at the change",
        "verdicts never change; each keeps target, priority and version",
    ),
    "12": (
        "an edit affects new requests only",
        "applied to open ones it leaves an entry",
        "each stretch counts in the calendar then in force",
    ),
    "13": (
        "the first matching policy wins",
        "looked at again when a matching field changes",
        "no match: clocks cancelled, deadlines gone",
        "matching again: from the original start",
    ),
    "14": ("a new owner changes nothing",),
    "15": (
        "the same resolution clock, the resolved time excluded",
        "an earlier breach stays",
        "the reopening message starts next reply",
        "after the window a new request, linked to the old one",
    ),
    "16": (
        "the source's clocks cancel and never alert",
        "the oldest unanswered of both counts",
        "a merge cannot shorten a wait",
    ),
    "17": (
        "at ceil(p · target)",
        "only in open hours",
        "once a cycle",
        "checked against the state when it runs",
        "of several past only the highest",
    ),
    "18": (
        "a message goes before a status",
        "a message goes before a timer",
        "a change of priority goes before a timer",
        "ties by sequence number",
    ),
    "19": (
        "missed in downtime it fires once, late, and says both times",
        "replaying gives exactly what was built",
        "so do the clocks from nothing but the history",
    ),
    "20": (
        "seconds are stored, minutes floored",
        "a due time is in its reader's zone, and the calendar's is named",
    ),
}
"""The clauses of each rule; the second of rule 9 is 9.2."""

MISTAKES: dict[str, str] = {
    "zammad#3140": "escalates although the agent answered last",
    "zammad#5177": "next reply overrules first response",
    "zammad#5624": "a stale deadline of the old policy after a change",
    "zammad#904": "a merged request still escalates",
    "zammad#4432": "reminders at midnight",
    "chatwoot#10178": "a clock survives the resolve",
    "chatwoot's own test": "a late resolution counted as met",
    "chatwoot PR 11787": "a reopening measured from the old message",
    "frappe/helpdesk PR 2449": "hold time added as wall time",
    "glpi#6902": "pending time lost when the priority changes",
    "glpi#24481": "a breach while pending",
    "glpi PR 22678": "a level before the breach computed at 00:00",
    "fivetran/dbt_zendesk#25": "today's UTC offset applied to history",
    "dbt_zendesk PR 217": "minute rounding moves breaches",
    "zendesk/biz PR 139": "the exact end of a window inconsistent",
    "osTicket#6739": "a weekday missing from the schedule breaks the sum",
}
"""What other products got wrong, by the report of it."""
