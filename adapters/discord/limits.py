"""What Discord takes: how many and how long. What is longer is split here or sent as a file, never cut silently."""

from __future__ import annotations

TEXT = 4000
"""Characters of all texts of a message of Components V2, of one of them, and of what a person types into one field."""
COMPONENTS = 40
"""Components of a message, with those inside others."""
POSTS = 4
"""Messages that one message of the desk takes at most; what is longer comes as a file, with its beginning shown."""
ROW = 5
"""Buttons of a row."""
BUTTON, CUSTOM_ID = 80, 100
OPTION, OPTIONS = 100, 25
"""Characters of an option's label, description and value; options of a select."""
NAME = 80
"""Characters of the name that a message is posted under."""
FILES = 10
"""Files of a message."""

TITLE, LABEL, HINT, FIELDS = 45, 45, 100, 5
"""Characters of a form's title, of a field's label and of its description; fields and texts of a form."""
