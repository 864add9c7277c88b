"""Actions as buttons and menus, and what was pressed as an action again.

What a button does stands in its `custom_id`, so that it works after a restart, and for months: `desk:claim?request:42`.
Arguments that are too long for that are pressed together (`desk~…`); only what does not fit even so is typed instead.
Who may is the desk's to decide when it is pressed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from adapters.discord.limits import BUTTON, CUSTOM_ID, OPTION, OPTIONS, ROW
from adapters.discord.markdown import SMALL, atoms
from bot.commands import REGISTRY
from bot.messages import around
from bot.messages.flowing import Row, short, width
from bot.messages.model import Action, Arg, Said, line

Component = dict[str, Any]

ACTION_ROW, BUTTON_TYPE, SELECT = 1, 2, 3
_STYLES = {"plain": 2, "primary": 1, "danger": 4}

ANY = re.compile(r"desk[:!~]", re.ASCII)
"""What the custom ids of all our buttons begin with."""
MENU = re.compile(r"desk-menu:")
"""The same of our menus, whose values are what buttons have as their ids."""
FILE = "desk-file"
"""Stands for a command where figures are asked for as a file; the arguments are its words."""
MOST = 15
"""Buttons of a message; what is more is in menus."""
_MENUS = 4
_NAME = re.compile(r"[a-z][a-z-]{0,31}", re.ASCII)
_AGAIN = re.compile(r"#(?:\d{1,3}|([0-9a-f]{8}))$", re.ASCII)
_SAFE = "/ ,.;@*+-_~()'"
_KINDS = {str: "=", int: ":", bool: "!"}
_GIVEN = re.compile(r"([^=:!]+)([=:!])(.*)", re.DOTALL)
_LONGEST = 4000
"""Signs of what is pressed together: so much and no more is stretched again."""
_FIRST, _BITS = 0x4E00, 14
"""Where the signs begin in which arguments are pressed together, and how many bits each holds: all of them letters, of
one unit each, which nothing on the way changes."""


@dataclass(frozen=True)
class Pressed:
    """The command somebody asks for, and its arguments."""

    command: str
    args: Mapping[str, Arg] = field(default_factory=dict[str, Arg])
    asks: bool = False
    """It takes something away at once, and they shall say that they are sure: Discord's buttons cannot ask that."""


def written(pressed: Pressed) -> str | None:
    """What it is as a custom id or a menu's value; None where it does not fit one."""
    args = "&".join(f"{_quoted(name)}{_KINDS[type(value)]}{_quoted(value)}" for name, value in pressed.args.items())
    text = f"desk{'!' if pressed.asks else ':'}{pressed.command}{'?' if args else ''}{args}"
    if width(text) <= CUSTOM_ID - 4:  # room for what tells two alike apart
        return text
    packed = f"desk~{_squeezed(text)}"
    return packed if width(packed) <= CUSTOM_ID - 4 and len(text) <= _LONGEST else None


def read(text: str) -> Pressed | None:
    """What a custom id or a menu's value asks for; None where it is none of ours."""
    text = _AGAIN.sub("", text)
    if text.startswith("desk~"):
        text = _stretched(text.removeprefix("desk~")) or ""
    if not ANY.match(text):
        return None
    command, _, rest = text[5:].partition("?")
    if not _NAME.fullmatch(command):
        return None
    args: dict[str, Arg] = {}
    for part in rest.split("&") if rest else ():
        found = _GIVEN.fullmatch(part)
        if found is None:
            return None
        name, kind, value = unquote(found[1]), found[2], unquote(found[3])
        try:
            args[name] = value if kind == "=" else int(value) if kind == ":" else value == "1"
        except ValueError:
            return None
    return Pressed(command, args, asks=text[4] == "!")


def signed(id: str, sign: str) -> str | None:
    """The id of one form among all that ask the same, told apart by eight digits of base 16; None where they do not
    fit."""
    made = f"{id}#{sign}"
    return made if width(made) <= CUSTOM_ID else None


def sign_of(id: str) -> str:
    """What tells it apart; empty for an id that has no such sign."""
    found = _AGAIN.search(id)
    return (found[1] or "") if found else ""


def pressed(data: Mapping[str, Any]) -> Pressed | None:
    """What the `data` of a component's interaction asks for: a button by its id, a menu by what was chosen."""
    id = str(data.get("custom_id", ""))
    if MENU.match(id):
        values = data.get("values") or ()
        return read(str(values[0])) if len(values) == 1 else None
    return read(id)


def of_action(action: Action) -> Pressed:
    """What its button does. One that takes something away at once asks first, unless its command does by a form."""
    return Pressed(action.command, dict(action.args), asks=action.style == "danger" and not _asks(action.command))


def sure(pressed: Pressed, label: str) -> Said:
    """Whether they are: asked of them alone, with the button that does it."""
    yes = Action(pressed.command, around.YES, pressed.args, "primary")
    return Said("sure", (line(f"{around.at_once(label)} {around.SURE}"),), (yes,))


@dataclass
class Ids:
    """The ids of one message, all different: two buttons may do the same."""

    taken: dict[str, int] = field(default_factory=dict[str, int])

    def one(self, id: str) -> str:
        """That one, told apart from those that are alike."""
        number = self.taken[id] = self.taken.get(id, 0) + 1
        return id if number == 1 else f"{id}#{number}"


def button(action: Action, ids: Ids) -> Component | None:
    """A button; None for one whose arguments do not fit."""
    id = written(of_action(action))
    if id is None:
        return None
    label = short(action.label, BUTTON)
    return {"type": BUTTON_TYPE, "style": _STYLES[action.style], "label": label, "custom_id": ids.one(id)}


def menu(actions: Sequence[Action], ids: Ids, placeholder: str) -> list[Component]:
    """Rows with a menu each, in which one chooses what to do."""
    options: dict[str, Component] = {}
    for action in actions:
        value = written(of_action(action))
        if value is not None and value not in options:
            label, rest = halves(action.label)
            options[value] = {"label": label, "value": value, **({"description": rest} if rest else {})}
    listed = list(options.values())
    found: list[Component] = []
    for at in range(0, len(listed), OPTIONS):
        id = ids.one("desk-menu:more")
        select = {"type": SELECT, "custom_id": id, "placeholder": placeholder, "options": listed[at : at + OPTIONS]}
        found.append({"type": ACTION_ROW, "components": [select]})
    return found


def controls(
    given: Sequence[Action], more: Sequence[Action], ids: Ids, *, kept: bool = True
) -> tuple[list[Component], list[Row]]:
    """Rows of buttons and menus, and what stands above them: labels that are too long for a button, and what cannot be
    pressed here. What is not `kept`, as an answer that one person alone sees, is not shown anew once a menu was used:
    there, as many as can be are buttons."""
    shown, hidden = [list(filter(_fits, each)) for each in (given, more)]
    above = [action for action in (*given, *more) if not _fits(action)]
    if (len(hidden) == 1 or not kept) and len(shown) + len(hidden) <= MOST:
        shown, hidden = [*shown, *hidden], []
    shown, hidden = shown[:MOST], [*shown[MOST:], *hidden]
    hidden, left = hidden[: _MENUS * OPTIONS], hidden[_MENUS * OPTIONS :]
    buttons = [made for action in shown if (made := button(action, ids)) is not None]
    found = [{"type": ACTION_ROW, "components": buttons[at : at + ROW]} for at in range(0, len(buttons), ROW)]
    found += menu(hidden, ids, around.MORE)
    long = [action.label for action in shown if width(" ".join(action.label.split())) > BUTTON]
    long += [action.label for action in hidden if width(" ".join(action.label.split())) > 2 * OPTION - 1]
    said = [
        *long,
        *(around.too_long(action.label) for action in above),
    ]
    said += [around.no_room(action.label) for action in left]
    return found, [Row(tuple(atoms(" ".join(each.split()))), SMALL) for each in said]


def unchosen(components: Sequence[Mapping[str, Any]]) -> list[Component]:
    """The components of a message, as Discord has them, from before somebody chose from a menu in it: a menu goes on
    showing what was chosen as long as it is called the same."""
    return [_anew(each) for each in components]


def _anew(part: Mapping[str, Any]) -> Component:
    made = dict(part)
    if MENU.match(id := str(part.get("custom_id", ""))):
        base, _, turn = id.partition("@")
        made["custom_id"] = f"{base}@{1 - int(turn) if turn in ('0', '1') else 1}"
    if "components" in part:
        made["components"] = unchosen(part["components"])
    return made


def halves(label: str) -> tuple[str, str]:
    """A label of an option; what is too long for it goes on in small print."""
    label = " ".join(label.split()) or "…"
    if width(label) <= OPTION:
        return label, ""
    most = OPTION - 1
    while width(label[:most]) >= OPTION:
        most -= 1
    cut = label.rfind(" ", OPTION // 3, most)
    cut = cut if cut > 0 else most
    return f"{label[:cut].rstrip()}…", short(f"…{label[cut:].strip()}", OPTION)


def _fits(action: Action) -> bool:
    return written(of_action(action)) is not None


def _quoted(value: Arg) -> str:
    return quote(str(int(value) if isinstance(value, bool) else value), safe=_SAFE)


def _asks(name: str) -> bool:
    """Whether its command asks with a form before it does anything."""
    command = REGISTRY.find(name)
    return command is not None and any(param.name == "sure" for param in command.params)


def _squeezed(text: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(text.encode()) + packer.flush()
    bits = "1" + "".join(f"{byte:08b}" for byte in data)
    bits = bits.zfill(-(-len(bits) // _BITS) * _BITS)
    return "".join(chr(_FIRST + int(bits[at : at + _BITS], 2)) for at in range(0, len(bits), _BITS))


def _stretched(signs: str) -> str | None:
    try:
        bits = "".join(f"{ord(sign) - _FIRST:0{_BITS}b}" for sign in signs).lstrip("0")[1:]
        data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
        stretching = zlib.decompressobj(-15)
        text = stretching.decompress(data, _LONGEST).decode()
        return None if stretching.unconsumed_tail else text
    except (ValueError, zlib.error):
        return None
