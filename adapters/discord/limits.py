"""What Discord takes: how many and how long. What is longer is split here or sent as a file, never cut silently."""

from __future__ import annotations

CONTENT = 2000
"""Characters of a message's `content`."""
TEXT = 4000
"""Characters of all texts of a message of Components V2, of one of them, and of what a person types into one field."""
COMPONENTS = 40
"""Components of a message, with those inside others."""
POSTS = 4
"""Messages that one message of the desk takes at most; what is longer comes as a file, with its beginning shown."""
ROW, ROWS = 5, 5
"""Buttons of a row, and rows below a message's `content`."""
BUTTON, CUSTOM_ID = 80, 100
OPTION, OPTIONS, PLACEHOLDER = 100, 25, 150
"""Characters of an option's label, description and value; options of a select; what stands in an empty one."""
LINK = 512
"""Characters of a link button's address."""
NAME = 80
"""Characters of the name that a message is posted under."""
FILES = 10
"""Files of a message."""

TITLE, LABEL, HINT, FIELDS = 45, 45, 100, 5
"""Characters of a form's title, of a field's label and of its description; fields and texts of a form."""

COMMAND, DESCRIPTION, CHOICES, CHOICE = 32, 100, 25, 100
"""Characters of a command's or an option's name and of its description; choices or suggestions, and their length."""
MEMBERS = 25
"""Subcommands of a command or a group, and options of one."""
WHOLE = 4000
"""Characters of a command with all that is in it: names, descriptions and choices."""
MENU = 5
"""Entries that an app has in the menu of messages, and in that of people; Discord takes fifteen by now."""
