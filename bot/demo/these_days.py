"""Its last two days: what the newcomer finds."""

from __future__ import annotations

from bot.demo.story import Act, How, Story

THESE_DAYS: tuple[Story, ...] = (
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
        21, "09:40", "tom", "Could we get a second VPN account for the auditor?", "", "", "", "change", how=How.MESSAGE
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
