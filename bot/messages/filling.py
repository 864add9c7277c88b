"""What people read while they fill in a form that goes step by step, or that does not go on."""

from __future__ import annotations

from collections.abc import Iterable

from bot.messages.model import Line, Quote, line

CHANGE, ANEW = "Change what I wrote", "Begin anew"
NO_CHOICE, CHOOSE = "No choice", "Choose…"
FOR_YOU, MOMENT, CLOSE = "For you", "One moment…", "Close"
"""Of what is shown in a form's place: its title, what stands there until it comes, and what puts it away."""


def late() -> str:
    """A form could not be opened in the seconds that a chat gives."""
    return "That took too long. Press it once more."


def fill_in(step: int, *, wrong: bool) -> str:
    """The button that opens a step; steps count from 0."""
    return "Change it" if wrong else f"Fill in step {step + 1}" if step else "Fill in"


def still_there() -> str:
    """Below what is wrong in a form."""
    return "What you wrote is still there."


def still_asked(step: int, of: int, labels: Iterable[str]) -> str:
    """Between two steps, which count from 0."""
    return f"Not sent yet. Still asked, in step {step + 1} of {of}: {'; '.join(labels)}"


def lost(*, again: bool) -> list[Line]:
    """Above somebody's words whose form is not known any more; `again` where a button begins it anew."""
    lines = [line("This form was left for more than a day, and I have not kept its other steps. Nothing was sent.")]
    return lines if again else [*lines, line("Please ask for it once more.")]


def written(values: Iterable[str]) -> list[Line]:
    """Somebody's own words, as they had typed them."""
    found = [value for value in values if value.strip()]
    return [line("You wrote:"), *((Quote(value),) for value in found)] if found else []


def as_given(name: str) -> str:
    """A field for what a command had been given and its form does not ask for."""
    return f"{name.replace('-', ' ').replace('_', ' ').capitalize()}, as you gave it"


def below(submit: str) -> str:
    """Above a form, what its button does, where that has no room on it."""
    return f"“{submit}” is what the button below does."
