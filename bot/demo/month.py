"""What happened at Acme in four weeks: invented people, invented requests, told as who did what when."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Act:
    """Somebody did something, `day` working days and a London wall time after the month's start."""

    day: int
    at: str
    who: str
    verb: str
    """A command's name, or "write" for words in the client's thread, "team" for words in the team's."""
    text: str = ""


@dataclass(frozen=True)
class Story:
    """One request: how it came in, and what was done about it."""

    day: int
    at: str
    who: str
    title: str
    details: str = ""
    stopped: str = ""
    outcome: str = ""
    kind: str = "problem"
    by_message: bool = False
    """Written in the channel and turned into a request by its button."""
    acts: tuple[Act, ...] = field(default=())


def _solved(day: int, at: tuple[str, str, str, str], who: str, client: str, reply: str, done: str) -> tuple[Act, ...]:
    """The plain course: claimed, answered, resolved, confirmed."""
    return (
        Act(day, at[0], who, "claim"),
        Act(day, at[1], who, "reply", reply),
        Act(day, at[2], who, "resolve", done),
        Act(day, at[3], client, "works"),
    )


MONTH: tuple[Story, ...] = (
    Story(
        0,
        "09:20",
        "dana",
        "New starter needs access to the ledger",
        "Iris starts on Wednesday.",
        "one",
        "Iris can work on day one",
        "change",
        acts=_solved(
            0,
            ("09:31", "09:40", "11:05", "13:15"),
            "sam",
            "dana",
            "I will have it ready today.",
            "Iris has read and write access.",
        ),
    ),
    Story(
        0,
        "14:02",
        "tom",
        "Printer on the second floor prints blank pages",
        "Since the update this morning.",
        "team",
        acts=_solved(
            0,
            ("14:10", "14:25", "16:20", "16:40"),
            "priya",
            "tom",
            "I see the driver changed; I am putting the old one back.",
            "The old driver is back.",
        ),
    ),
    Story(
        1,
        "10:12",
        "dana",
        "The stock report is a day behind",
        "It shows yesterday's numbers.",
        "team",
        "Orders are placed on today's stock",
        acts=_solved(
            1,
            ("10:20", "10:48", "15:30", "16:05"),
            "sam",
            "dana",
            "The nightly job ran late; I am looking at why.",
            "The job runs two hours earlier now.",
        ),
    ),
    Story(
        2,
        "11:30",
        "tom",
        "How do I share a folder with our auditor?",
        "",
        "",
        "",
        "question",
        by_message=True,
        acts=_solved(
            2,
            ("11:41", "11:45", "11:50", "12:10"),
            "priya",
            "tom",
            "Right click, Share, and set an end date.",
            "Explained how to share with an end date.",
        ),
    ),
    Story(
        3,
        "09:05",
        "dana",
        "Nobody can sign in to the warehouse app",
        "It says the session expired, for all of us.",
        "everyone",
        "The morning shift can pick",
        acts=_solved(
            3,
            ("09:08", "09:11", "10:02", "10:10"),
            "sam",
            "dana",
            "I am on it; next news at 9:30.",
            "An expired certificate was renewed.",
        ),
    ),
    Story(
        4,
        "15:40",
        "tom",
        "Please move the weekly backup to Sunday",
        "",
        "nobody",
        "",
        "change",
        acts=_solved(
            5,
            ("09:15", "09:20", "10:00", "10:45"),
            "priya",
            "tom",
            "Will do this morning.",
            "The backup runs on Sundays at 02:00.",
        ),
    ),
    Story(
        5,
        "13:10",
        "dana",
        "Export fails",
        "Exporting March gives an empty file.",
        "team",
        "The accountant gets March by Friday",
        acts=(
            Act(5, "13:22", "sam", "claim"),
            Act(5, "13:30", "sam", "reply", "Found it: dates before April are cut off. Fix today."),
            Act(5, "13:34", "sam", "team", "Same cause as in winter: the year filter."),
            Act(5, "16:10", "sam", "resolve", "The filter includes the whole year again."),
            Act(6, "09:20", "dana", "write", "March is still empty for me, April works."),
            Act(6, "09:35", "sam", "reply", "You are right, the first week was missing. One more hour."),
            Act(6, "10:30", "sam", "resolve", "The first week is in too; checked with your file."),
            Act(6, "11:00", "dana", "works"),
        ),
    ),
    Story(
        6,
        "16:05",
        "tom",
        "Monitor flickers",
        "",
        "one",
        acts=_solved(
            7, ("09:10", "09:15", "11:30", "12:00"), "priya", "tom", "I bring you another cable at 11.", "A new cable."
        ),
    ),
    Story(
        7,
        "10:30",
        "dana",
        "Which invoices were sent twice?",
        "Two customers called.",
        "team",
        "We can call them back today",
        "question",
        acts=_solved(
            7,
            ("12:55", "13:05", "15:00", "15:20"),
            "sam",
            "dana",
            "Sorry for the wait. I am pulling the list.",
            "The list of seven is in the folder.",
        ),
    ),
    Story(
        8,
        "09:45",
        "tom",
        "VPN drops every hour",
        "From home only.",
        "one",
        acts=(
            Act(8, "10:05", "priya", "claim"),
            Act(8, "10:12", "priya", "ask-client", "Is it on the cable too, or only on Wi-Fi?"),
            Act(9, "09:30", "tom", "write", "Only on Wi-Fi."),
            Act(9, "09:50", "priya", "reply", "Thank you. I am sending you new settings."),
            Act(9, "10:00", "priya", "resolve", "Longer timeout for Wi-Fi."),
            Act(9, "14:00", "tom", "works"),
        ),
    ),
    Story(
        11,
        "09:12",
        "dana",
        "Checkout is slow",
        "Eight seconds after the long weekend.",
        "team",
        "Under two seconds again",
        acts=_solved(
            11,
            ("09:20", "09:31", "13:45", "14:20"),
            "sam",
            "dana",
            "The cache was emptied over the weekend; it is filling.",
            "The cache is warm; 1.4 seconds.",
        ),
    ),
    Story(
        11,
        "14:30",
        "tom",
        "Add Iris to the warehouse list",
        "",
        "nobody",
        "",
        "change",
        by_message=True,
        acts=_solved(
            11, ("14:41", "14:45", "14:50", "15:30"), "priya", "tom", "Adding her now.", "Iris is on the list."
        ),
    ),
    Story(
        12,
        "11:15",
        "dana",
        "The price list shows the old VAT",
        "",
        "team",
        "Quotes are right",
        acts=_solved(
            12,
            ("11:20", "11:30", "15:10", "15:40"),
            "sam",
            "dana",
            "Checking which lists use it.",
            "All three lists use the new rate.",
        ),
    ),
    Story(
        13,
        "09:30",
        "tom",
        "Laptop does not wake up",
        "",
        "one",
        acts=_solved(
            13,
            ("09:42", "09:50", "12:15", "13:05"),
            "priya",
            "tom",
            "Hold the power button for ten seconds, then tell me.",
            "A firmware update.",
        ),
    ),
    Story(
        14,
        "16:20",
        "dana",
        "Can the reminder mails go out on Mondays?",
        "",
        "nobody",
        "",
        "change",
        acts=_solved(
            15, ("09:40", "09:45", "11:00", "11:30"), "sam", "dana", "Yes; I change it this morning.", "Mondays at 8."
        ),
    ),
    Story(
        16,
        "10:05",
        "dana",
        "Label printer is offline",
        "Third time this month.",
        "team",
        "Parcels leave by 16:00",
        acts=_solved(
            16,
            ("10:09", "10:15", "12:40", "12:55"),
            "priya",
            "dana",
            "On my way to your site.",
            "Its address was taken by another device; it has a fixed one now.",
        ),
    ),
    Story(
        17,
        "13:20",
        "tom",
        "Scanner sends mails to the wrong person",
        "",
        "one",
        acts=_solved(
            17,
            ("15:30", "15:40", "16:30", "16:50"),
            "priya",
            "tom",
            "Sorry, this took us long. Looking now.",
            "The address book entry is right.",
        ),
    ),
    Story(
        18,
        "09:50",
        "dana",
        "Orders from the shop arrive twice",
        "Since last night, about one in ten.",
        "team",
        "No customer is charged twice",
        acts=_solved(
            18,
            ("09:55", "10:00", "14:30", "15:00"),
            "sam",
            "dana",
            "I stopped the import so that nothing more doubles.",
            "A retry without a check; it checks now.",
        ),
    ),
    Story(
        19,
        "11:40",
        "tom",
        "New phone for the warehouse",
        "",
        "nobody",
        "",
        "change",
        acts=(Act(19, "11:55", "priya", "claim"), Act(19, "12:00", "priya", "reply", "Ordered; it comes on Tuesday.")),
    ),
    # The last two days: what the newcomer finds.
    Story(
        20,
        "10:10",
        "dana",
        "Archive the 2019 orders",
        "They slow down the search.",
        "nobody",
        "Search is quick",
        "change",
        acts=(
            Act(20, "10:30", "sam", "claim"),
            Act(20, "10:40", "sam", "ask-client", "May they be read-only, or do you still edit some?"),
        ),
    ),
    Story(
        20,
        "13:30",
        "tom",
        "Shared calendar is empty",
        "",
        "team",
        acts=(
            Act(20, "13:41", "priya", "claim"),
            Act(20, "13:50", "priya", "reply", "A permission went missing; I am putting it back."),
            Act(21, "09:30", "priya", "resolve", "The permission is back; all 14 entries are there."),
        ),
    ),
    Story(
        21,
        "09:05",
        "dana",
        "Invoice export stops at page 3",
        "The file ends in the middle of a line.",
        "team",
        "June invoices go out today",
        acts=(
            Act(21, "09:12", "sam", "claim"),
            Act(21, "09:20", "sam", "reply", "I can see it too. News by noon."),
            Act(21, "09:25", "sam", "team", "Page size changed with Friday's release; looking at the rollback."),
        ),
    ),
    Story(
        21, "09:40", "tom", "Could we get a second VPN account for the auditor?", "", "", "", "change", by_message=True
    ),
    Story(
        21,
        "09:50",
        "dana",
        "Checkout shows an error for everyone",
        "“Payment unavailable”, since about 9:45.",
        "everyone",
        "Customers can pay",
    ),
)
