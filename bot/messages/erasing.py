"""What is said about erasing: what would go, that it went, and that nothing is left."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Person
from bot.messages.model import Form, Input, Said, line
from bot.ports.erasing import Erasure, Extent, Remains


def nobody(id: str) -> str:
    """Nobody of that name."""
    return f"The desk knows nobody called “{id[:40]}”. Use the name they have in commands, such as @dana."


def busy(ref: str) -> str:
    """Somebody keeps writing in it."""
    return f"{ref} is being changed by somebody else. Ask for the same once more; it goes on where it stopped."


def yourself() -> str:
    """Nobody erases themselves."""
    return "You cannot erase yourself: another manager has to, or `steward erase` on the desk's machine."


def last_manager() -> str:
    """Somebody must be left to manage the desk."""
    return "That is the desk's last manager. Make somebody else a manager first."


def not_confirmed(name: str) -> str:
    """Something else was typed."""
    return f"Type exactly {name} to erase it; nothing was done."


def extent(found: Extent) -> str:
    """How much there is: “12 requests, 48 messages, 3 files”."""
    return ", ".join(
        f"{count:,} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((found.requests, "request"), (found.messages, "message"), (found.files, "file"))
    )


def form(person: Person, found: Extent, *, error: str = "") -> Form:
    """What would go, and the name to type."""
    return Form(
        "erase",
        f"Erase {person.name}",
        (Input("confirm", f"Type {person.name}", required=True, limit=200),),
        "Erase for good",
        {"person": person.id},
        intro=(
            f"{extent(found)} of {person.name} lose their words and name, everywhere and for good. Who did what and "
            "when, and every figure, stays under “somebody”. Nobody can take this back."
        ),
        errors={"confirm": error} if error else {},
    )


def done(changed: int, left: Sequence[Remains]) -> Said:
    """It is done, and whether anything is left."""
    lines = [line(f"Erased. {rows(changed)} changed; who did what and when stays under “somebody”.")]
    lines += [line(text) for text in found(left)]
    return Said("erased", tuple(lines), tone="warn" if left else "good")


def found(left: Sequence[Remains]) -> list[str]:
    """What a look at every text of the database found."""
    if not left:
        return ["Looked through every text column of every table: nothing is left."]
    some = ", ".join(f"{each.table}.{each.column} ({rows(each.rows)})" for each in left)
    return [
        f"Still found in {some}.",
        "Others may have written it in their own words, or somebody else is called the same: look before you judge.",
    ]


def rows(count: int) -> str:
    """How many rows."""
    return f"{count:,} row{'' if count == 1 else 's'}"


def record(erasure: Erasure, by: str) -> str:
    """A line of the record, which says nothing of whom it was."""
    what = "a person" if erasure.why == "person" else f"old words of {erasure.alias}"
    state = rows(erasure.changed) if erasure.done_at else "not finished: ask for it once more"
    return f"{erasure.at:%Y-%m-%d %H:%M} UTC  {what}, by {by}: {state}"
