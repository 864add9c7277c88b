"""The verbs, a file a group. Importing this package declares them; their order here is the order of the menus."""

from bot.desk.verbs import asking, pressing, working, ending, looking, reporting, setup, settings  # isort: skip  # the menus' order

DECLARED = (asking, pressing, working, ending, looking, reporting, setup, settings)
