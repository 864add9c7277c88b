"""The forms about time that people give their word on, and about what cannot wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.people import Person
from bot.domain.policy import Impact
from bot.domain.text import TEXT_LIMIT
from bot.messages.model import Form, Input, Option
from bot.messages.words import IMPACT


def next_news(ref: str, zone: str, args: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> Form:
    """When the client hears next."""
    words = Input(
        "words",
        "Your words to the client",
        "area",
        value=str(args.get("words", "")),
        hint="Sent as your reply, such as “I'm on it.” Left empty, the client sees the time alone.",
        limit=TEXT_LIMIT,
    )
    when = Input(
        "when",
        "When do they hear from you?",
        required=True,
        value=str(args.get("when", "")),
        hint=f"Such as 16:00, tomorrow 10:00, fri or in 2h; in your zone, {zone}.",
        limit=60,
    )
    intro = "You are reminded before, and it is kept by a reply until then. Set a new time before it has passed."
    return Form("next", f"Next news on {ref}", (when, words), "Promise", {"request": ref}, intro, errors or {})


def wait_on(
    ref: str, team: Sequence[Person], zone: str, args: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> Form:
    """For whom, until when, and who chases them."""
    third = "Such as Contoso."
    until = f"Such as fri, tomorrow 10:00 or in 3 days; in your zone, {zone}. It may stay empty."
    return Form(
        "wait-on",
        f"{ref} waits for a third party",
        (
            Input("party", "For whom?", required=True, value=str(args.get("party", "")), hint=third, limit=80),
            Input("until", "Until when?", value=str(args.get("until", "")), hint=until, limit=60),
            Input(
                "chaser",
                "Who chases them?",
                "choice",
                value=str(args.get("chaser", "")),
                hint="Its owner, where you choose nobody.",
                options=tuple(Option(p.id, f"{p.name}, {p.role}") for p in team),
            ),
        ),
        "Wait",
        {"request": ref},
        "The client is told that a third party has it now, and who chases them. Reminders begin at that time, and come "
        "each day until work goes on.",
        errors or {},
    )


def urgent(ref: str, args: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> Form:
    """Who is stopped, by when?"""
    needed = "Such as by 15:00."
    return Form(
        "urgent",
        f"{ref} is urgent",
        (
            Input(
                "impact",
                "Who is stopped?",
                "choice",
                required=True,
                value=str(args.get("impact", "")),
                options=tuple(Option(i.value, IMPACT[i]) for i in Impact),
            ),
            Input("needed", "By when do you need it?", value=str(args.get("needed", "")), hint=needed, limit=80),
            Input("text", "What happens?", "area", value=str(args.get("text", "")), limit=TEXT_LIMIT),
        ),
        "It's urgent",
        {"request": ref},
        "We tell you at once who looks at it and when.",
        errors or {},
    )


def not_urgent(ref: str) -> Form:
    """It can wait after all."""
    hint = "The client reads this under your name, such as “The work-around holds, so we finish it tomorrow.”"
    words = Input("text", "Why", "area", required=True, hint=hint, limit=500)
    return Form("not-urgent", f"{ref} is not urgent any more", (words,), "Take the mark off", {"request": ref})
