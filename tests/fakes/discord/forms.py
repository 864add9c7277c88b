"""A form that is open before somebody: what stands in its fields, what they put in, and what is sent of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakes.discord.component_rules import CHECKBOXES, ROW, SELECT, SELECTS, TEXT, TEXT_INPUT, Part, walk
from fakes.discord.errors import CannotDo
from fakes.discord.modal_rules import CHECKBOX, LABEL, RADIO, UPLOAD

if TYPE_CHECKING:
    from fakes.discord.interacting import Interaction

WITH_OPTIONS = (SELECT, RADIO, CHECKBOXES)


@dataclass
class OpenForm:
    """One of them."""

    at: Interaction
    """What opened it."""
    given: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict[str, Any])
    """What stands in each field, by its custom id: a text, a list of values, or whether it is ticked."""

    def __post_init__(self) -> None:
        for n, (_, part) in enumerate(walk(self.given["components"]), start=1):
            part["id"] = part.get("id") or n
        for _, part in self.fields():
            self.state[part["custom_id"]] = _initial(part)

    def fields(self) -> Iterator[tuple[str, Part]]:
        """Each, with what stands above it."""
        for part in self.given["components"]:
            if part["type"] == LABEL:
                yield part["label"], part["component"]
            elif part["type"] == ROW:
                yield part["components"][0]["label"], part["components"][0]

    def field(self, label: str) -> Part:
        """That one."""
        found = [part for shown, part in self.fields() if shown == label]
        if len(found) != 1:
            there = ", ".join(shown for shown, _ in self.fields())
            raise CannotDo(f"{len(found)} fields are called “{label}”; there are: {there}")
        return found[0]

    def complaints(self) -> dict[str, str]:
        """What Discord's own screen says before it sends anything, by label."""
        found = {label: _complaint(part, self.state[part["custom_id"]]) for label, part in self.fields()}
        return {label: say for label, say in found.items() if say}

    def sent(self) -> list[dict[str, Any]]:
        """The fields as the app is told of them."""
        return [self._sent(part) for part in self.given["components"]]

    def _sent(self, part: Part) -> dict[str, Any]:
        told: dict[str, Any] = {"type": part["type"], "id": part["id"]}
        if part["type"] == LABEL:
            return told | {"component": self._sent(part["component"])}
        if part["type"] == ROW:
            return told | {"components": [self._sent(inner) for inner in part["components"]]}
        if part["type"] == TEXT:
            return told
        value = self.state[part["custom_id"]]
        told["custom_id"] = part["custom_id"]
        if part["type"] == TEXT_INPUT:
            return told | {"value": value}
        if part["type"] == RADIO:
            return told | {"value": value[0] if value else None}
        return told | ({"value": value} if part["type"] == CHECKBOX else {"values": list(value)})


def _initial(part: Part) -> Any:
    if part["type"] == TEXT_INPUT:
        return part.get("value") or ""
    if part["type"] == CHECKBOX:
        return bool(part.get("default"))
    if part["type"] in WITH_OPTIONS:
        return [option["value"] for option in part["options"] if option.get("default")]
    return [str(one["id"]) for one in part.get("default_values") or ()]


def options_named(part: Part, labels: Any) -> list[str]:
    """The values of the options that people see under these labels."""
    there = {option["label"]: option["value"] for option in part.get("options") or ()}
    wanted = [labels] if isinstance(labels, str) else list(labels or ())
    if missing := [label for label in wanted if label not in there]:
        raise CannotDo(f"there is no “{missing[0]}”; there are: {', '.join(there)}")
    return [there[label] for label in wanted]


def values_of(part: Part, given: Any) -> Any:
    """What a person's entry becomes: an option by its label, somebody by themselves, else the words. Files are not
    entered here."""
    if part["type"] == TEXT_INPUT:
        return str(given or "")
    if part["type"] == CHECKBOX:
        return bool(given)
    if part["type"] in WITH_OPTIONS:
        return options_named(part, given)
    return [str(one.id) for one in (given if isinstance(given, list | tuple) else [given]) if one is not None]


def too_few_or_many(part: Part, many: int) -> str:
    """Of choices or files."""
    least, most = part.get("min_values"), part.get("max_values")
    least = 1 if least is None else least
    most = most or (len(part["options"]) if part["type"] == CHECKBOXES else 1)
    if many > most:
        return f"Choose at most {most}."
    return f"Choose at least {least}." if many < least else ""


def _complaint(part: Part, value: Any) -> str:
    required = part.get("required", True) and part["type"] != CHECKBOX
    if not value:
        return "This field is required." if required else ""
    if part["type"] == TEXT_INPUT:
        if len(value) < (part.get("min_length") or 0):
            return f"Must be at least {part['min_length']} characters."
        most = part.get("max_length") or 4000
        return f"Must be {most} or fewer characters." if len(value) > most else ""
    return too_few_or_many(part, len(value)) if part["type"] in (*SELECTS, CHECKBOXES, UPLOAD) else ""


@dataclass(frozen=True)
class Shown:
    """A form on a screen."""

    form: OpenForm

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.form.given["title"]

    @property
    def text(self) -> str:
        """All that can be read in it beside the labels."""
        lines: list[str] = []
        for part in self.form.given["components"]:
            lines += [part["content"]] if part["type"] == TEXT else []
            lines += [part["description"]] if part.get("description") else []
        return "\n".join(lines)

    @property
    def labels(self) -> list[str]:
        """The fields."""
        return [label for label, _ in self.form.fields()]

    @property
    def required(self) -> list[str]:
        """Those that must be filled in."""
        return [label for label, part in self.form.fields() if part.get("required", True) and part["type"] != CHECKBOX]

    @property
    def values(self) -> dict[str, Any]:
        """What stands in each: words, the labels of what is chosen, whether it is ticked."""
        found: dict[str, Any] = {}
        for label, part in self.form.fields():
            value = self.form.state[part["custom_id"]]
            if part["type"] in WITH_OPTIONS:
                value = [option["label"] for option in part["options"] if option["value"] in value]
            found[label] = value
        return found

    def options(self, label: str) -> list[str]:
        """What can be chosen in that field."""
        return [option["label"] for option in self.form.field(label).get("options") or ()]
