"""The entries that the desk has in Slack's own menus: Slack lets an app have five of each kind."""

from __future__ import annotations

SHORTCUT = "desk-shortcut:"
"""What the callback id of an entry begins with; a command's name follows."""

MESSAGE_SHORTCUTS = {
    "turn": "Turn into a request",
    "reply": "Reply to client",
    "note": "Add note",
    "split": "Split off",
    "another": "Another matter",
}
"""In a message's menu, by command; a label has at most 24 characters."""
ON_OWN_NOTE = {"reply": "send"}
"""What an entry means on one's own words in the team's thread: they themselves are the reply, with their files."""
GLOBAL_SHORTCUTS = {"new": "New request", "my": "My requests"}
"""Beside the composer and in the search."""
