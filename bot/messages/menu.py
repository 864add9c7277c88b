"""The menu that a bare command and `help` show, by role, from the registry."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Person
from bot.messages.model import Action, Said, line, strong


def menu(actor: Person, verbs: Sequence[tuple[str, str]], command: str) -> Said:
    """What this person can do: each verb they may use, and its sentence."""
    if actor.is_staff:
        head = "In a request's thread you need not name it. A card's buttons, 👀 (mine) and ✅ (done) do the same."
        actions = (Action("my", "My work", {}, "primary"),)
    else:
        head = "Write in your channel and press “Turn into request”, or use these. Add anything in a request's thread."
        actions = (Action("new", "New request", {}, "primary"), Action("my", "My requests"))
    lines = [line(f"Hi {actor.name.split()[0]}. {head}")]
    lines.append(line(f"Type {command} and one of these; what is missing I ask for."))
    lines += [line(strong(verb), f"  {help}") for verb, help in verbs]
    return Said("menu", tuple(lines), actions)
