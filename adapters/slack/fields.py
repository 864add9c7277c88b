"""The fields of a form as Slack's inputs, and what was filled in as the form's answers again.

A field's block is called after its input and what it held at first, since Slack keeps what somebody typed as long as a
block is called the same. A text that is longer than a field takes stands in several, and is one again afterwards.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.layout import sections
from adapters.slack.limits import GROUPS, LABEL, OPTION, OPTION_VALUE, OPTIONS, TEXT
from adapters.slack.mrkdwn import words
from adapters.slack.pressing import PREFIX, Block, text
from bot.messages import around, filling
from bot.messages.flowing import cut, joined, short, width
from bot.messages.model import Input, Option

NONE = "-none-"
"""The value of “No choice”: Slack takes no empty one."""
TYPED, FILES, PEOPLE = "plain_text_input", "file_input", "multi_users_select"
"""What is typed, and what is asked for natively. Of the latter a form tells ids of Slack's, which are the desk's own
before they are read here: each then has its `value`."""
MOST_FILES = 10
_FEW = 12


@dataclass(frozen=True)
class Part:
    """Which input a block is of, which of its pieces it is, and what joins it to the next."""

    name: str
    number: int = 0
    joint: str = ""
    """`n` for a line break, `c` for nothing between them; empty for the last."""

    def block_id(self, value: str) -> str:
        """What the block is called, where its input held that at first."""
        return f"{self.name}|{zlib.crc32(value.encode()):08x}|{self.number}{self.joint}"

    @classmethod
    def of(cls, block_id: str) -> Part | None:
        """None for a block of another kind."""
        name, _, rest = block_id.rpartition("|")
        name, held, _ = name.rpartition("|")
        number = rest.rstrip("nc")
        return cls(name, int(number), rest[len(number) :]) if held and number.isdecimal() else None


def renamed(options: Sequence[Option]) -> dict[str, str]:
    """The values that Slack does not take as they are, by the names they have here."""
    seen: set[str] = {"", NONE}
    found: dict[str, str] = {}
    for number, option in enumerate(options):
        if option.value in seen or len(option.value) > OPTION_VALUE:
            found[f"-{number}-"] = option.value
        seen.add(option.value)
    return found


def asked(given: Input, names: Mapping[str, Mapping[str, str]]) -> Iterator[Block]:
    """The block or blocks of an input; `names` are those of `renamed`, by input. A choice of nothing is not asked."""
    if given.kind == "choice" and 0 < len(given.options) < OPTIONS * GROUPS:
        yield from _choice(given, names.get(given.name, {}))
    elif given.kind == "files":
        yield _block(Part(given.name), given.label, {"type": FILES, "max_files": min(given.limit, MOST_FILES)}, given)
    elif given.kind == "people":
        element: Block = {"type": PEOPLE, "placeholder": text(filling.CHOOSE)}
        yield _block(Part(given.name), given.label, element, given)
    elif given.kind != "choice" or given.options or given.required:
        yield from typed(given.name, given)


def _choice(given: Input, names: Mapping[str, str]) -> Iterator[Block]:
    known = {value: name for name, value in names.items()}
    options = [_option(option, known.get(option.value, option.value)) for option in given.options]
    long = [option.label for option in given.options if width(" ".join(option.label.split())) > 2 * OPTION - 1]
    yield from sections([row for label in long for row in words(label, "• ")])
    chosen = next((o for o, option in zip(options, given.options, strict=True) if option.value == given.value), None)
    if not given.required:
        options.insert(0, {"text": text(filling.NO_CHOICE), "value": NONE})
    element: Block = {"type": "static_select", "placeholder": text(filling.CHOOSE)}
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = [_group(options[at : at + OPTIONS]) for at in range(0, len(options), OPTIONS)]
    if chosen is not None:
        element["initial_option"] = chosen
    yield _block(Part(given.name), given.label, element, given)


def _option(option: Option, value: str) -> Block:
    """A choice; a label that is too long goes on in small print."""
    label = " ".join(option.label.split()) or option.value or "–"
    if width(label) <= OPTION:
        return {"text": text(label), "value": value}
    most = OPTION - 1
    while width(label[:most]) >= OPTION:
        most -= 1
    cut = label.rfind(" ", OPTION // 3, most)
    cut = cut if cut > 0 else most
    return {
        "text": text(label[:cut].rstrip() + "…"),
        "description": text(short("…" + label[cut:].strip(), OPTION)),
        "value": value,
    }


def _group(options: Sequence[Block]) -> Block:
    first, last = (short(options[at]["text"]["text"], OPTION // 2 - 2) for at in (0, -1))
    return {"label": text(f"{first} – {last}"), "options": list(options)}


def typed(name: str, given: Input) -> Iterator[Block]:
    """A field to type in, or several."""
    pieces = cut(given.value, TEXT)
    for number, (piece, joint) in enumerate(pieces):
        element: Block = {
            "type": TYPED,
            "multiline": given.kind == "area" or len(pieces) > 1,
            "max_length": TEXT if len(pieces) > 1 else max(1, min(given.limit, TEXT), width(piece)),
        }
        if piece:
            element["initial_value"] = piece
        label = given.label if len(pieces) == 1 else f"{given.label} ({number + 1} of {len(pieces)})"
        made = _block(Part(name, number, joint), label, element, given, last=number == len(pieces) - 1)
        yield {**made, "optional": made["optional"] or number > 0}


def _block(part: Part, label: str, element: Block, given: Input, *, last: bool = True) -> Block:
    block_id = part.block_id(given.value)
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": text(short(label, LABEL) if label.strip() else given.name),
        "element": {**element, "action_id": f"{PREFIX}{block_id}"},
        "optional": not given.required,
    }
    hint = _hint(given)
    if hint and last:
        made["hint"] = text(short(hint, LABEL))
    return made


def _hint(given: Input) -> str:
    """What is said below a field. Of suggestions a few are named: Slack has no field that both suggests and is free."""
    few = given.options if given.kind != "choice" and len(given.options) <= _FEW else ()
    known = [option.value for option in few]
    return " ".join(filter(None, (given.hint, around.known(known) if known else "")))


def first_blocks(view: Mapping[str, Any]) -> dict[str, str]:
    """The first block of each input of a view, by the input's name."""
    found: dict[str, str] = {}
    for block in view.get("blocks", ()):
        part = Part.of(str(block.get("block_id", ""))) if block.get("type") == "input" else None
        if part is not None:
            found.setdefault(part.name, block["block_id"])
    return found


def filled(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """What stands in each input, by its name: of a view's `state.values`."""
    pieces: dict[str, list[tuple[int, str, str]]] = {}
    for block_id, elements in values.items():
        if (part := Part.of(block_id)) is not None:
            for element in elements.values():
                pieces.setdefault(part.name, []).append((part.number, _value(element), part.joint))
    return {name: joined(sorted(found)) for name, found in pieces.items()}


def _value(element: Mapping[str, Any]) -> str:
    if "selected_option" in element:
        chosen = (element["selected_option"] or {}).get("value", "")
        return "" if chosen == NONE else str(chosen)
    return str(element.get("value") or "")
