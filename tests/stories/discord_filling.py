"""How a person fills in a form of the desk's in Discord: modal by modal, with a message in between that goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chat_hands import NoWay
from chat_screen import squeezed
from discord_looking import reading
from fakes.discord.component_rules import SELECT
from fakes.discord.discord_messages import Message
from fakes.discord.discord_world import World
from fakes.discord.forms import Shown
from fakes.discord.screen import controls, label_of

from adapters.discord.limits import TEXT
from bot.messages.flowing import cut
from bot.messages.model import Form, Input

_GOES_ON = re.compile(r"Fill in(?: step \d+)?|Change it")


class Filling:
    """One form, until it is sent."""

    def __init__(self, world: World, form: Form, values: Mapping[str, str], *, back: bool) -> None:
        self._world, self._form, self._back = world, form, back
        self._inputs = {each.name: each for each in form.inputs}
        if unknown := set(values) - set(self._inputs):
            raise NoWay(f"{sorted(unknown)} are not asked for")
        self._left = dict(values)
        self._read = ""
        """All that they read on the way."""
        self.sent = False

    def entries(self, modal: Shown) -> dict[str, Any]:
        """What they put into the fields that are before them."""
        if self._back:
            raise NoWay("Discord's own forms have one button, which sends")
        self._read += "\n".join([modal.title, modal.text, *modal.labels])
        found: dict[str, Any] = {}
        mine = dict[str, list[tuple[str, dict[str, Any]]]]()
        for label, part in modal.form.fields():
            mine.setdefault(part["custom_id"].partition("|")[0], []).append((label, part))
        for name, fields in mine.items():
            if name in self._left:
                found |= _entered(self._inputs[name], self._left.pop(name), fields)
        return found

    def onward(self, on: Message) -> str:
        """The button that they press of the message by which it goes on."""
        self._read += reading(on, self._world)
        labels = [label_of(each) for each in controls(on.components)]
        goes_on = next((each for each in labels if _GOES_ON.fullmatch(each)), None)
        if self._back:
            self.sent = True
            return self._form.back
        if goes_on is not None and (self._left or self._form.submit not in labels):
            return goes_on
        if self._form.submit not in labels:
            raise NoWay(f"it cannot be sent: {labels}")
        self.sent = True
        return self._form.submit

    def goes_on(self, on: Message) -> bool:
        """Whether that is what stands between two steps, and nothing is sent yet."""
        return "Not sent yet." in reading(on, self._world)

    def looked_over(self) -> None:
        """It is gone: all of it was asked for, and all that they had to say is said."""
        there = squeezed(self._read)
        if {name for name, value in self._left.items() if value}:
            raise NoWay(f"{sorted(self._left)} are not asked for in Discord: {self._read}")
        unseen = [each.label for each in self._form.inputs if squeezed(each.label) not in there]
        assert self._back or not unseen, f"they never read {unseen}"


def _entered(given: Input, value: str, fields: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    if fields[0][1]["type"] == SELECT:
        return _chosen(given, value, fields)
    value = next((each.label for each in given.options if given.kind == "choice" and each.value == value), value)
    pieces = [piece for piece, _ in cut(value, TEXT)] if len(fields) > 1 else [value]
    if len(pieces) > len(fields):
        raise NoWay(f"{len(value)} characters have no room there")
    return {label: pieces[at] if at < len(pieces) else "" for at, (label, _) in enumerate(fields)}


def _chosen(given: Input, value: str, fields: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    known = [option.value.casefold() for option in given.options]
    if value and value.casefold() not in known:
        raise NoWay(f"“{value}” is not offered: {known}")
    at = known.index(value.casefold()) if value else -1
    found: dict[str, Any] = {}
    for label, part in fields:
        there = part["options"]
        found[label] = [there[at]["label"]] if 0 <= at < len(there) else []
        at -= len(there)
    return found
