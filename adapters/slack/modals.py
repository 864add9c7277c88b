"""Forms as modals, and what was filled in as a command again.

What a modal must remember stands in its `private_metadata`; words too long for that stand in fields of their own, for
their author to see and change. A field's block is called after its input and what it held at first, since Slack keeps
what somebody typed as long as a block is called the same.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.layout import fitting, note, sections
from adapters.slack.limits import BUTTON, GROUPS, LABEL, OPTION, OPTION_VALUE, OPTIONS, TEXT, TITLE, VIEW_BLOCKS
from adapters.slack.mrkdwn import Row, plain, strong, width, words
from adapters.slack.pressing import PREFIX, Block, Ids, packed, short, text
from adapters.slack.reader import Reader
from adapters.slack.render import buttons, content
from bot.messages.model import Answer, Arg, Form, Input, Message, Option, Said

FORM = f"{PREFIX}form"
"""The `callback_id` of our modals."""
SHOWN = f"{PREFIX}shown"
"""The same of what is only read."""
BACK = f"{PREFIX}back"
"""The `action_id` of the button of the way back."""
NONE = "-none-"
"""The value of “No choice”: Slack takes no empty one."""
_CARRIED = "kept."
_FEW = 12


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
    if len(title) > TITLE:
        blocks += sections([Row(tuple(strong(title)))])
    if len(form.submit) > TITLE:
        blocks += sections(words(f"“{form.submit}” is what the button below does."))
    blocks += sections(words(form.intro)) if form.intro else ()
    stray = [f"{name}: {said}" for name, said in form.errors.items()]
    for each in form.inputs:
        blocks += _input(each, names)
        if wrong := form.errors.get(each.name):
            stray.remove(f"{each.name}: {wrong}")
            blocks += sections(words(wrong, "⚠️ "))
    blocks += sections(words("\n".join(stray), "⚠️ ")) if stray else ()
    blocks += [block for name, value in carried.items() for block in _carried(name, value)]
    if form.back:
        if len(form.back) > BUTTON:
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
        filled = _filled(view["state"]["values"])
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
    blocks = _blocks(view)
    if not form.errors or not all(name in blocks for name in form.errors):
        return None
    return {blocks[name]: said for name, said in form.errors.items()}


def first_error(view: Mapping[str, Any], said: str) -> dict[str, str] | None:
    """A refusal beside the first field, so that what was typed stays; None where there is no field."""
    block = next(iter(_blocks(view).values()), None)
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
        wrong = first_error(view, plain(answer.message.lines, to))
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
    return _plain_view(title or "For you", [*made, *below] or [note("…")])


def opening(title: str) -> dict[str, Any]:
    """What stands in a modal until its form is there: a trigger lives three seconds, so it is opened first."""
    return _plain_view(title, [note("One moment…")])


def _plain_view(title: str, made: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": SHOWN,
        "title": text(short(title, TITLE)),
        "close": text("Close"),
        "blocks": made,
    }


def _memory(form: Form, kept: dict[str, str]) -> tuple[str, dict[str, str], dict[str, dict[str, str]]]:
    """What stands in the metadata, what is carried in fields, and which values have other names here."""
    args, carried = dict(form.args), dict[str, str]()
    names = {each.name: found for each in form.inputs if (found := _renamed(each.options))}
    while True:
        inside = packed({"c": form.command, "a": args, "k": kept, **({"o": names} if names else {})})
        if len(inside) <= TEXT:
            return inside, carried, names
        longest = max((n for n, v in args.items() if isinstance(v, str)), key=lambda n: len(str(args[n])), default="")
        if not longest:
            raise ValueError(f"the form of {form.command} must remember more than Slack lets a modal")
        carried[longest] = str(args.pop(longest))


def _renamed(options: Sequence[Option]) -> dict[str, str]:
    """The values that Slack does not take as they are, by the names they have here."""
    seen: set[str] = {"", NONE}
    found: dict[str, str] = {}
    for number, option in enumerate(options):
        if option.value in seen or len(option.value) > OPTION_VALUE:
            found[f"-{number}-"] = option.value
        seen.add(option.value)
    return found


def _input(given: Input, names: Mapping[str, Mapping[str, str]]) -> Iterator[Block]:
    if given.kind == "choice" and given.options:
        yield from _choice(given, names.get(given.name, {}))
    elif given.kind != "choice" or given.required:
        yield from _typed(given.name, given)


def _choice(given: Input, names: Mapping[str, str]) -> Iterator[Block]:
    known = {value: name for name, value in names.items()}
    options = [_option(option, known.get(option.value, option.value)) for option in given.options]
    long = [option.label for option in given.options if len(" ".join(option.label.split())) > 2 * OPTION - 1]
    yield from sections([row for label in long for row in words(label, "• ")])
    chosen = next((o for o, option in zip(options, given.options, strict=True) if option.value == given.value), None)
    if not given.required:
        options.insert(0, {"text": text("No choice"), "value": NONE})
    element: Block = {
        "type": "static_select",
        "action_id": _id(given.name, given.value),
        "placeholder": text("Choose…"),
    }
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = [_group(options[at : at + OPTIONS]) for at in range(0, len(options), OPTIONS)][
            :GROUPS
        ]
    if chosen is not None:
        element["initial_option"] = chosen
    yield _block(_named(given.name, given.value), given.label, element, given)


def _option(option: Option, value: str) -> Block:
    """A choice; a label that is too long goes on in small print."""
    label = " ".join(option.label.split()) or option.value or "–"
    if len(label) <= OPTION:
        return {"text": text(label), "value": value}
    cut = label.rfind(" ", 0, OPTION)
    cut = cut if cut > OPTION // 2 else OPTION - 1
    return {
        "text": text(label[:cut].rstrip() + "…"),
        "description": text(short("…" + label[cut:].strip(), OPTION)),
        "value": value,
    }


def _group(options: Sequence[Block]) -> Block:
    first, last = (short(options[at]["text"]["text"], OPTION // 2 - 2) for at in (0, -1))
    return {"label": text(f"{first} – {last}"), "options": list(options)}


def _typed(name: str, given: Input) -> Iterator[Block]:
    """A text; what is longer than a field takes stands in several, which are one again afterwards."""
    pieces = _pieces(given.value)
    for number, (piece, joint) in enumerate(pieces):
        part = f"{number}{joint}" if len(pieces) > 1 else ""
        element: Block = {
            "type": "plain_text_input",
            "action_id": _id(name, given.value, part),
            "multiline": given.kind == "area" or len(pieces) > 1,
            "max_length": TEXT if len(pieces) > 1 else max(1, min(given.limit, TEXT), width(piece)),
        }
        if piece:
            element["initial_value"] = piece
        label = given.label if len(pieces) == 1 else f"{given.label} ({number + 1} of {len(pieces)})"
        made = _block(_named(name, given.value, part), label, element, given, last=number == len(pieces) - 1)
        yield {**made, "optional": made["optional"] or number > 0}


def _carried(name: str, value: str) -> Iterator[Block]:
    """An argument that the form does not ask for, and that is too long to be remembered out of sight."""
    label = f"{name.replace('-', ' ').replace('_', ' ').capitalize()}, as you gave it"
    yield from _typed(f"{_CARRIED}{name}", Input(name, label, "area", value=value))


def _pieces(value: str) -> list[tuple[str, str]]:
    """A value in pieces that fit a field, each with what joins it to the next: a line break or nothing."""
    found: list[tuple[str, str]] = []
    while width(value) > TEXT:
        most = next(n for n in range(TEXT, 0, -1) if width(value[:n]) <= TEXT)
        at = value.rfind("\n", 1, most + 1)
        # At white space Slack may trim what it hands back.
        if at > 0 and not value[at - 1].isspace() and value[at + 1 : at + 2].strip():
            found.append((value[:at], "n"))
            value = value[at + 1 :]
            continue
        within = (n for n in range(most, most // 2, -1) if not value[n - 1].isspace() and not value[n].isspace())
        at = next(within, most)
        found.append((value[:at], "c"))
        value = value[at:]
    return [*found, (value, "")]


def _block(block_id: str, label: str, element: Block, given: Input, *, last: bool = True) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": text(short(label, LABEL) if label.strip() else given.name),
        "element": element,
        "optional": not given.required,
    }
    hint = _hint(given)
    if hint and last:
        made["hint"] = text(short(hint, LABEL))
    return made


def _hint(given: Input) -> str:
    """What is said below a field. Of suggestions a few are named: Slack has no field that both suggests and is free."""
    few = given.options if given.kind != "choice" and len(given.options) <= _FEW else ()
    known = ", ".join(option.value for option in few)
    return " ".join(filter(None, (given.hint, f"Known: {known}." if known else "")))


def _named(name: str, value: str, part: str = "") -> str:
    return f"{name}|{zlib.crc32(value.encode()):08x}|{part}"


def _id(name: str, value: str, part: str = "") -> str:
    return f"{PREFIX}{_named(name, value, part)}"


def _name(block_id: str) -> tuple[str, int, str]:
    """The input a block is of, which of its pieces it is, and what joins it to the next."""
    name, _, part = block_id.rsplit("|", 2)
    return (
        name,
        int(part[:-1] or 0) if part[-1:].isalpha() else int(part or 0),
        part[-1:] if part[-1:].isalpha() else "",
    )


def _blocks(view: Mapping[str, Any]) -> dict[str, str]:
    """The first block of each input of a view, by the input's name."""
    found: dict[str, str] = {}
    for block in view.get("blocks", ()):
        if block.get("type") == "input" and str(block.get("block_id", "")).count("|") >= 2:
            found.setdefault(_name(block["block_id"])[0], block["block_id"])
    return found


def _filled(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    pieces: dict[str, list[tuple[int, str, str]]] = {}
    for block_id, elements in values.items():
        name, number, joint = _name(block_id)
        for element in elements.values():
            pieces.setdefault(name, []).append((number, _value(element), joint))
    return {name: _joined(sorted(found)) for name, found in pieces.items()}


def _joined(pieces: Sequence[tuple[int, str, str]]) -> str:
    """The pieces as one text; one that was emptied leaves no gap."""
    said, between = "", ""
    for _, value, joint in pieces:
        if value:
            said += between + value
            between = "\n" if joint == "n" else ""
    return said


def _value(element: Mapping[str, Any]) -> str:
    if "selected_option" in element:
        chosen = (element["selected_option"] or {}).get("value", "")
        return "" if chosen == NONE else str(chosen)
    return str(element.get("value") or "")
