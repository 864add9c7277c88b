"""The entries that the desk has in Slack's own menus: Slack lets an app have five of each kind."""

from __future__ import annotations

from bot.messages import around

SHORTCUT = "desk-shortcut:"
"""What the callback id of an entry begins with; a command's name follows."""

MESSAGE_SHORTCUTS = around.ON_MESSAGE
"""In a message's menu, by command; a label has at most 24 characters."""
ON_OWN_NOTE = {"reply": "send"}
"""What an entry means on one's own words in the team's thread: they themselves are the reply, with their files."""
GLOBAL_SHORTCUTS = around.GLOBAL
"""Beside the composer and in the search."""
