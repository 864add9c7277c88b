"""Its third and fourth week: a slow shop, a call about parcels, two who raised the same thing."""

from __future__ import annotations

from bot.demo.story import Act, How, Story, rated, solved

MIDDLE: tuple[Story, ...] = (
    Story(
        11,
        "09:12",
        "dana",
        "Checkout is slow",
        "Eight seconds after the long weekend.",
        "team",
        "Under two seconds again",
        acts=(
            *solved(
                11,
                ("09:20", "09:31", "13:45", "14:20"),
                "sam",
                "dana",
                "The cache was emptied over the weekend; it is filling.",
                "The cache is warm; 1.4 seconds.",
            ),
            *rated(11, "14:25", "dana", 5),
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
        how=How.MESSAGE,
        acts=solved(
            11, ("14:41", "14:45", "14:50", "15:30"), "priya", "tom", "Adding her now.", "Iris is on the list."
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
        acts=solved(
            15, ("09:40", "09:45", "11:00", "11:30"), "sam", "dana", "Yes; I change it this morning.", "Mondays at 8."
        ),
    ),
    Story(
        16,
        "10:05",
        "dana",
        "Label printer is offline",
        "Third time this month. Parcels leave by 16:00.",
        how=How.PHONE,
        logged_by="priya",
        more=(("priority", "P2"),),
        acts=solved(
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
        "09:00",
        "priya",
        "Test that the backups can be restored",
        how=How.SCHEDULE,
        acts=(
            Act(17, "10:00", "priya", "tick", "1"),
            Act(17, "10:20", "priya", "tick", "2"),
            Act(17, "10:35", "priya", "tick", "3"),
            Act(17, "10:40", "priya", "close", "Three files came back in four minutes, as they were."),
        ),
    ),
    Story(
        17,
        "13:20",
        "tom",
        "Scanner sends mails to the wrong person",
        "",
        "one",
        acts=(
            *solved(
                17,
                ("15:30", "15:40", "16:30", "16:50"),
                "priya",
                "tom",
                "Sorry, this took us long. Looking now.",
                "The address book entry is right.",
            ),
            *rated(17, "16:55", "tom", 2, "A stranger had my mails for two hours before anybody wrote."),
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
        acts=(
            Act(18, "09:55", "sam", "claim"),
            Act(18, "10:00", "sam", "next", "12:00 I stopped the import so that nothing more doubles."),
            Act(18, "11:50", "sam", "reply", "A retry without a check. I am adding the check now."),
            Act(18, "14:30", "sam", "resolve", "It checks before it tries again; nobody was charged twice."),
            Act(18, "15:00", "dana", "works"),
        ),
    ),
    Story(
        18,
        "10:20",
        "tom",
        "Two parcels went out for one order",
        how=How.MESSAGE,
        acts=(Act(18, "10:26", "sam", "merge", "into 17"),),
    ),
    Story(
        19,
        "11:40",
        "tom",
        "New phone for the warehouse",
        kind="new-device",
        more=(("answer-0", "The early shift"), ("answer-1", "Mid June")),
        acts=(
            Act(19, "11:55", "priya", "claim"),
            Act(19, "11:57", "priya", "tick", "1"),
            Act(19, "12:00", "priya", "reply", "Ordered; it comes on Tuesday."),
            Act(19, "12:02", "priya", "tick", "2"),
            Act(19, "12:05", "priya", "wait-on", "Contoso until wed 9:00"),
        ),
    ),
)
