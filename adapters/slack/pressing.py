"""Actions as buttons and menus, and what was pressed as an action again.

A button's value says which command it runs and with what; who may is the desk's to decide when it is pressed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.slack.limits import BUTTON, ELEMENTS, OPTION, OPTION_VALUE, OPTIONS, OVERFLOW, VALUE
from adapters.slack.mrkdwn import escape
from bot.commands import REGISTRY
from bot.messages import around
from bot.messages.flowing import short, width
from bot.messages.model import Action, Arg

Block = dict[str, Any]

PREFIX = "desk:"
"""What the ids of all our elements begin with."""
ANY = re.compile(rf"^{PREFIX}")
"""Matches the ids of what people press: `app.action(ANY)`."""
FILE = "desk-file"
"""Stands for a command where figures are asked for as a file; the arguments are its words."""


@dataclass(frozen=True)
class Pressed:
    """The command somebody asks for, and its arguments."""

    command: str
    args: Mapping[str, Arg] = field(default_factory=dict[str, Arg])


@dataclass
class Ids:
    """Names for the elements of one message or view, all different."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def next(self, what: str) -> str:
        """Another one."""
        return f"{PREFIX}{what[:200]}:{next(self.numbers)}"


def packed(value: object) -> str:
    """As JSON that comes back as it was sent: Slack escapes three characters on the way."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def pressed(element: Mapping[str, Any]) -> Pressed | None:
    """What one of the `actions` of a `block_actions` payload asks for; None where it is none of ours."""
    value = element.get("value") or (element.get("selected_option") or {}).get("value")
    if not isinstance(value, str) or not ANY.match(str(element.get("action_id", ""))):
        return None
    try:
        read = json.loads(value)
        command, args = read["c"], read.get("a", {})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    if not isinstance(command, str) or not isinstance(args, dict):
        return None
    return Pressed(command, {str(n): v for n, v in args.items() if isinstance(v, str | int | bool)})


def unchosen(blocks: Sequence[Mapping[str, Any]]) -> list[Block]:
    """The blocks of a message, as Slack has them, from before somebody chose from a menu in it. Slack goes on showing a
    choice, and tells nothing of the same one made again, as long as the block is called the same."""
    return [_raw({name: value for name, value in block.items() if name != "block_id"}) for block in blocks]


def _raw(part: Any) -> Any:
    """As it was sent: plain text comes back escaped."""
    if isinstance(part, list):
        return [_raw(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    plain = part.get("type") == "plain_text"
    return {name: html.unescape(value) if plain and name == "text" else _raw(value) for name, value in part.items()}


def text(words: str) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": words, "emoji": True}


def button(action: Action, ids: Ids) -> Block:
    """A button. One that takes something away at once asks whether it shall."""
    made: Block = {
        "type": "button",
        "action_id": ids.next(action.command),
        "text": text(short(action.label, BUTTON)),
        "value": value_of(action),
    }
    if action.style != "plain":
        made["style"] = action.style
    if action.style == "danger" and not _asks(action):
        made["confirm"] = {
            "title": text(around.SURE),
            "text": text(around.at_once(short(action.label, 200))),
            "confirm": text(around.YES),
            "deny": text(around.NO),
            "style": "danger",
        }
    return made


def value_of(action: Action) -> str:
    """Which command, and with what."""
    return packed({"c": action.command, "a": dict(action.args)} if action.args else {"c": action.command})


def controls(given: Sequence[Action], more: Sequence[Action], ids: Ids, *, kept: bool = True) -> Iterator[Block]:
    """Rows of buttons, and what hides behind “More…”. A label that is too long for its button stands whole below.

    What is not `kept`, as an answer that one person alone sees, cannot be shown anew once its menu was used: there many
    are buttons.
    """
    by_value = {value_of(action): action for action in reversed(more) if _hides(action)}
    hidden = list(reversed(by_value.values()))[:OPTIONS]
    hidden = hidden if 1 < len(hidden) <= (OPTIONS if kept else OVERFLOW) else []
    elements: list[Block] = []
    below: list[str] = []
    for action in (*given, *(each for each in more if not any(each is one for one in hidden))):
        label = " ".join(action.label.split())
        if len(value_of(action)) > VALUE:
            below.append(around.too_long(label))
            continue
        elements.append(button(action, ids))
        below += [label] if width(label) > BUTTON else []
    if hidden:
        elements.append(_menu(hidden, ids))
        below += [action.label for action in hidden if width(" ".join(action.label.split())) > OPTION]
    for at in range(0, len(elements), ELEMENTS):
        yield {"type": "actions", "elements": elements[at : at + ELEMENTS]}
    for label in below:
        yield {"type": "context", "elements": [{"type": "mrkdwn", "text": escape(label[:600]), "verbatim": True}]}


def _hides(action: Action) -> bool:
    """Whether it can stand in a menu, which has less room and asks nobody whether they are sure."""
    return len(value_of(action)) <= OPTION_VALUE and (action.style != "danger" or _asks(action))


def _menu(hidden: Sequence[Action], ids: Ids) -> Block:
    """Few hide behind three dots, more in a menu with its name."""
    options = [{"text": text(short(action.label, OPTION)), "value": value_of(action)} for action in hidden]
    if len(options) <= OVERFLOW:
        return {"type": "overflow", "action_id": ids.next("more"), "options": options}
    return {
        "type": "static_select",
        "action_id": ids.next("more"),
        "placeholder": text(around.MORE),
        "options": options,
    }


def _asks(action: Action) -> bool:
    """Whether its command asks with a form before it does anything."""
    command = REGISTRY.find(action.command)
    return command is not None and any(param.name == "sure" for param in command.params)
