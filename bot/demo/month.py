"""What happened at Acme in four weeks: invented people, invented requests, told as who did what when."""

from __future__ import annotations

from bot.demo.beginning import BEGINNING
from bot.demo.middle import MIDDLE
from bot.demo.story import Deed, Story
from bot.demo.these_days import THESE_DAYS

MONTH: tuple[Story, ...] = (*BEGINNING, *MIDDLE, *THESE_DAYS)

DEEDS: tuple[Deed, ...] = (
    Deed(0, "09:05", "priya", "limit", (("person", "sam"), ("count", "8"))),
    Deed(
        3,
        "11:00",
        "lee",
        "review",
        (
            ("what", "done"),
            ("client", "ACME"),
            ("decided", "First replies come within the hour; the morning shift calls us when it cannot pick."),
            ("actions", "Watch the certificates of the warehouse, @sam, by 29 May\nName who may order phones, Dana"),
            ("tell", "yes"),
        ),
    ),
    Deed(18, "16:00", "priya", "away", (("first", "24 Jun to 3 Jul"),)),
)
