"""The page that says what is where: docs/faces.md, from the same lists that the tests walk. `make faces` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from core_things import Maker, commands, forms, messages
from faces import FACES
from parity import ABSENT, given_by_buttons, missing

from bot.messages.model import Card, Form, Said

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faces.md"

_HEAD = """\
# What is where

The desk's core decides what it can do; the browser workspace, Slack and Discord are its faces, and each has all of it.
This page is written from the core's own registries (`make faces`), and `tests/parity/` holds it so: whoever adds a
command, a word of one, a form, a field, a message or a button that a face does not show finds a failing test, or adds
the reason to the first table.
"""


_ASKED = """\
Each field is asked on each face, in this order; * must be filled in. Files, and people who are named freely, are asked
for as each platform does. Which of the desk's own people it may be, as who takes a request, stands in a menu of their
names on each face: a platform's own list has everybody there, and nobody who is only known elsewhere."""


def page() -> str:
    """The whole of it."""
    parts = [
        _HEAD,
        _chapter("What is not everywhere", "All else on this page is on all three faces.", _absent()),
        _chapter(
            "Commands", "Typed, from a message's menu, by an emoji on a message, or by buttons alone.", _commands()
        ),
        _chapter("Forms", _ASKED, _forms()),
        _chapter("What the desk says", "Each with all its words, its moments and its buttons.", _messages()),
    ]
    return "\n".join(parts)


def _chapter(title: str, about: str, rows: Iterable[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *body)]
    lines.insert(1, " | ".join("---" for _ in head))
    return f"## {title}\n\n{about}\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


def _absent() -> Iterator[tuple[str, ...]]:
    yield "What", "Where not", "Which", "Why"
    for (face, what), reason in ABSENT.items():
        which = missing().get((face, what), ())
        told = ", ".join(each.partition(":")[0] for each in which)
        yield what, face, f"`{told}`" if len(which) < 20 else f"{len(which)} forms", reason


def _commands() -> Iterator[tuple[str, ...]]:
    yield "Command", "Its words", *(face.name for face in FACES)
    pressed = given_by_buttons()
    for command in commands():
        buttons = ["buttons"] if command.name in pressed else []
        words = command.usage.removeprefix(command.name).strip()
        ways = (", ".join([*face.gives(command), *buttons]) for face in FACES)
        yield f"`{command.name}`", f"`{words}`" if words and not command.hidden else "", *ways


def _forms() -> Iterator[tuple[str, ...]]:
    yield "Command", "Form", "Fields"
    seen: set[tuple[str, ...]] = set()
    for maker in forms():
        form = maker.made
        assert isinstance(form, Form)
        fields = ", ".join(f"`{each.name}`{'*' if each.required else ''}" for each in form.inputs)
        row = (f"`{form.command}`", _sentence(maker), fields or "none: it asks whether one is sure")
        if row not in seen:
            yield row
        seen.add(row)


def _messages() -> Iterator[tuple[str, ...]]:
    yield "Occasion", "What it says", "As"
    seen: set[tuple[str, ...]] = set()
    for maker in messages():
        body = maker.made
        occasion = body.purpose if isinstance(body, Said) else body.t if not isinstance(body, Form) else ""
        kind = (
            "an alert"
            if maker.name.startswith("alerts.")
            else "a card"
            if isinstance(body, Card)
            else _KINDS[type(body)]
        )
        row = (occasion if isinstance(body, Said) else maker.name.partition(".")[0], _sentence(maker), kind)
        if maker.about and row not in seen:
            yield row
        seen.add(row)


_KINDS = {kind: f"a {kind.__name__.lower()}" for kind in {type(maker.made) for maker in messages()}} | {Said: "words"}


def _sentence(maker: Maker) -> str:
    return maker.about.split("; ")[0].rstrip(".") or maker.name.partition(".")[2].replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
