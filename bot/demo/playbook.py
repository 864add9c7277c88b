"""What Acme's team has worked out once: kinds with their questions and steps, saved replies, what comes by itself."""

from __future__ import annotations

from datetime import date

from bot.domain.playbooks import FormField, RequestKind, SavedReply
from bot.domain.policy import Priority
from bot.domain.recurring import Recurring

KINDS = (
    RequestKind(
        "new-starter",
        "A new colleague",
        fields=(
            FormField("Who starts", required=True),
            FormField("First day", required=True),
            FormField("Laptop or desktop", options=("Laptop", "Desktop", "Neither")),
        ),
        checklist=("Account made", "Access given", "Welcome sent"),
    ),
    RequestKind(
        "new-device",
        "A new device",
        fields=(FormField("For whom", required=True), FormField("Needed by")),
        checklist=("Approved", "Ordered", "Set up", "Handed over"),
        priority=Priority.P4,
    ),
    RequestKind(
        "restore-test",
        "A test of the backups",
        client="ACME",
        checklist=("Pick three files", "Restore them", "Compare them"),
        priority=Priority.P4,
    ),
)

REPLIES = (
    SavedReply("ask-logs", "Hi {requester}, please send us the log for {ref}: Help, then Save log."),
    SavedReply("sorry-for-the-wait", "Sorry for the wait, {requester}. I have {ref} now and write again today. {me}"),
    SavedReply("share-safely", "Right click, Share, and set an end date: the link then ends by itself.", "ACME"),
)

RECURRING = (
    Recurring(
        "acme-restore-test",
        "ACME",
        "Test that the backups can be restored",
        "FREQ=MONTHLY;BYDAY=1WE",
        date(2026, 5, 12),
        "Europe/London",
        details="Three files of the last week, compared with the originals.",
        kind="restore-test",
        owner="priya",
        priority=Priority.P4,
    ),
)
