"""What Slack takes: how many and how long. What is longer is split here or sent as a file, never cut silently."""

from __future__ import annotations

BLOCKS, VIEW_BLOCKS = 50, 100
"""Blocks of a message, and of a modal or an App Home."""
MESSAGE = 11_500
"""Characters of all blocks of a message as JSON. Slack names no figure; it refuses somewhat more than 13,000 of them
(`msg_blocks_too_long`), and counts the name that it gives to each block."""
VIEW = 60_000
"""Characters of all blocks of a modal or an App Home; Slack refuses a view of more than 250 kB."""
TEXT = 3000
"""Characters of a text object, of what a person types into one field, and of what a modal remembers."""
FALLBACK = 3000
"""Characters of a message's `text`: beyond 4,000 an edit is refused."""
FIELD, FIELDS = 2000, 10
"""Characters of a section's field, and how many fields it has."""
HEADER = 150
ELEMENTS = 25
"""Elements of one block of actions."""
BUTTON, VALUE = 75, 2000
OPTION, OPTION_VALUE, OPTIONS, GROUPS = 75, 150, 100, 100
"""Characters of an option's text, of its description, and of its value; options of a menu or of one of its groups."""
OVERFLOW = 5
TITLE = 24
"""Characters of a modal's title and of its buttons."""
LABEL = 2000
"""Characters of an input's label and hint."""
NAME = 80
"""Characters of the name a message is posted under."""
