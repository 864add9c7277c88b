"""Forms as modals, and what was filled in as a command again.

What a modal must remember stands in its `private_metadata`; words too long for that stand in fields of their own, for
their author to see and change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack import fields
from adapters.slack.layout import fitting, note, sections
from adapters.slack.limits import BUTTON, LABEL, TEXT, TITLE, VIEW_BLOCKS
from adapters.slack.mrkdwn import strong, words
from adapters.slack.pressing import PREFIX, Block, Ids, packed, text
from adapters.slack.render import buttons, content
from bot.desk.reader import Reader
from bot.messages import filling
from bot.messages.flowing import Row, short, width
from bot.messages.model import Answer, Arg, Form, Input, Message, Said
from bot.messages.plainly import words as said

FORM = f"{PREFIX}form"
"""The `callback_id` of our modals."""
SHOWN = f"{PREFIX}shown"
"""The same of what is only read."""
BACK = f"{PREFIX}back"
"""The `action_id` of the button of the way back."""
_CARRIED = "kept."


@dataclass(frozen=True)
class Submitted:
    """What somebody filled in: the command it is for, its arguments with the answers, and what the caller kept."""

    command: str
    args: Mapping[str, Arg]
    kept: Mapping[str, str] = field(default_factory=dict[str, str])


def modal(form: Form, *, kept: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The view of a form. `kept` comes back with it; it may be some hundred characters."""
    inside, carried, names = _memory(form, dict(kept or {}))
    blocks: list[Block] = []
    title = " ".join(form.title.split())
    if width(title) > TITLE:
        blocks += sections([Row(tuple(strong(title)))])
    if width(form.submit) > TITLE:
        blocks += sections(words(filling.below(form.submit)))
    blocks += sections(words(form.intro)) if form.intro else ()
    stray = [f"{name}: {said}" for name, said in form.errors.items()]
    for each in form.inputs:
        blocks += fields.asked(each, names)
        if wrong := form.errors.get(each.name):
            stray.remove(f"{each.name}: {wrong}")
            blocks += sections(words(wrong, "⚠️ "))
    blocks += sections(words("\n".join(stray), "⚠️ ")) if stray else ()
    blocks += [block for name, value in carried.items() for block in _carried(name, value)]
    if form.back:
        if width(form.back) > BUTTON:
            blocks += sections(words(form.back))
        back = {"type": "button", "action_id": BACK, "text": text(short(form.back, BUTTON))}
        blocks.append({"type": "actions", "elements": [back]})
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": text(short(title, TITLE)),
        "submit": text(short(form.submit, TITLE)),
        "close": text("Cancel"),
        "private_metadata": inside,
        "blocks": blocks,
    }


def submitted(view: Mapping[str, Any], *, back: bool = False) -> Submitted | None:
    """What a submitted view says; None for a view that is none of ours. `back` says that the way back was pressed."""
    try:
        memory = json.loads(view["private_metadata"])
        command, args, kept = memory["c"], dict(memory.get("a", {})), dict(memory.get("k", {}))
        names: Mapping[str, Mapping[str, str]] = memory.get("o", {})
        filled = fields.filled(view["state"]["values"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    for name, value in filled.items():
        carried = name.removeprefix(_CARRIED)
        args[carried] = names.get(name, {}).get(value, value)
    if back:
        args["back"] = True
    return Submitted(str(command), args, kept)


def errors(form: Form, view: Mapping[str, Any]) -> dict[str, str] | None:
    """What is wrong, beside the fields of the open view that it is about; None where a field is not there."""
    blocks = fields.first_blocks(view)
    if not form.errors or not all(name in blocks for name in form.errors):
        return None
    return {blocks[name]: short(said, LABEL) for name, said in form.errors.items()}


def typed_of(view: Mapping[str, Any]) -> list[str]:
    """What was typed into its fields."""
    blocks = (view.get("state") or {}).get("values") or {}
    fields = (field for block in blocks.values() for field in block.values())
    return [str(each.get("value") or "") for each in fields if each.get("type") == "plain_text_input"]


def first_error(view: Mapping[str, Any], said: str) -> dict[str, str] | None:
    """A refusal beside the first field, so that what was typed stays; None where there is no field."""
    block = next(iter(fields.first_blocks(view).values()), None)
    return {block: short(said, LABEL)} if block else None


def answered(answer: Answer, view: Mapping[str, Any], to: Reader) -> dict[str, Any] | None:
    """The `response_action` for what the desk answered to a submitted view; None closes it, and a message is said
    elsewhere. What somebody typed stays where it is as long as something is wrong with it."""
    if answer.form is not None:
        if wrong := errors(answer.form, view):
            return {"response_action": "errors", "errors": wrong}
        before = submitted(view)
        return {"response_action": "update", "view": modal(answer.form, kept=before.kept if before else None)}
    if isinstance(answer.message, Said) and answer.message.purpose == "refusal":
        wrong = first_error(view, said(answer.message.lines, to.place, to.now))
        if wrong:
            return {"response_action": "errors", "errors": wrong}
        return {"response_action": "update", "view": shown(answer.message, to)}
    return None


def shown(body: Message, to: Reader, title: str = "") -> dict[str, Any]:
    """A message in a modal, to be read; its buttons work there too. What does not fit is not shown, and a line says
    so."""
    ids = Ids()
    below = list(buttons(body, to, ids))
    made = fitting(content(body, to, ids), VIEW_BLOCKS - len(below))
    return _plain_view(title or filling.FOR_YOU, [*made, *below] or [note("…")])


def opening(title: str) -> dict[str, Any]:
    """What stands in a modal until its form is there: a trigger lives three seconds, so it is opened first."""
    return _plain_view(title, [note(filling.MOMENT)])


def _plain_view(title: str, made: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": SHOWN,
        "title": text(short(title, TITLE)),
        "close": text(filling.CLOSE),
        "blocks": made,
    }


def _memory(form: Form, kept: dict[str, str]) -> tuple[str, dict[str, str], dict[str, dict[str, str]]]:
    """What stands in the metadata, what is carried in fields, and which values have other names here."""
    args, carried = dict(form.args), dict[str, str]()
    names = {each.name: found for each in form.inputs if (found := fields.renamed(each.options))}
    while True:
        inside = packed({"c": form.command, "a": args, "k": kept, **({"o": names} if names else {})})
        if width(inside) <= TEXT:
            return inside, carried, names
        longest = max((n for n, v in args.items() if isinstance(v, str)), key=lambda n: len(str(args[n])), default="")
        if not longest:
            raise ValueError(f"the form of {form.command} must remember more than Slack lets a modal")
        carried[longest] = str(args.pop(longest))


def _carried(name: str, value: str) -> Iterator[Block]:
    """An argument that the form does not ask for, and that is too long to be remembered out of sight."""
    yield from fields.typed(f"{_CARRIED}{name}", Input(name, filling.as_given(name), "area", value=value))
