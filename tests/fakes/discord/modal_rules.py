"""The rules of a form: a title, up to five labels with one field each, and texts between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fakes.discord.component_rules import (
    CHECKBOXES,
    ROW,
    SELECT,
    SELECT_FIELDS,
    SELECTS,
    TEXT,
    TEXT_INPUT,
    Part,
    of_everything,
    option_rules,
    select_rules,
    text_rules,
    walk,
)

LABEL, UPLOAD, RADIO, CHECKBOX = 18, 19, 21, 23
IN_LABEL = (TEXT_INPUT, *SELECTS, UPLOAD, RADIO, CHECKBOXES, CHECKBOX)

FIELDS: dict[int, set[str]] = {
    ROW: {"components"},
    TEXT: {"content"},
    LABEL: {"label", "description", "component"},
    TEXT_INPUT: {"custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder"},
    **dict.fromkeys(SELECTS, SELECT_FIELDS | {"channel_types"}),
    SELECT: SELECT_FIELDS | {"options"},
    UPLOAD: {"custom_id", "min_values", "max_values", "required"},
    RADIO: {"custom_id", "options", "required"},
    CHECKBOXES: {"custom_id", "options", "min_values", "max_values", "required"},
    CHECKBOX: {"custom_id", "default"},
}


def problems_of_modal(form: Any) -> dict[str, str]:
    """What Discord would refuse in it."""
    if not isinstance(form, dict):
        return {"data": "This field is required"}
    wrong = {key: "unknown field" for key in form.keys() - {"custom_id", "title", "components"}}
    for name, most in (("custom_id", 100), ("title", 45)):
        if not isinstance(form.get(name), str) or not 1 <= len(form[name]) <= most:
            wrong[name] = f"Must be between 1 and {most} in length."
    parts = form.get("components")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 5:
        return wrong | {"components": "Must be between 1 and 5 in length."}
    wrong |= of_everything(parts, FIELDS)
    for n, part in enumerate(parts):
        if part.get("type") not in (LABEL, TEXT, ROW):
            wrong[f"components.{n}.type"] = "A form holds labels and texts."
    for at, part in walk(parts):
        for place, say in RULES.get(part.get("type", 0), _none)(part):
            wrong[f"{at}.{place}"] = say
    return wrong


def _none(part: Part) -> Iterator[tuple[str, str]]:
    yield from ()


def _label(part: Part) -> Iterator[tuple[str, str]]:
    if not 1 <= len(part.get("label") or "") <= 45:
        yield "label", "Must be between 1 and 45 in length."
    if len(part.get("description") or "") > 100:
        yield "description", "Must be 100 or fewer in length."
    inner = part.get("component") or {}
    if inner.get("type") not in IN_LABEL:
        yield "component", f"A label has one field, of types {IN_LABEL}."
    elif inner.get("label"):
        yield "component.label", "A field in a label has no label of its own."


def _row(part: Part) -> Iterator[tuple[str, str]]:
    inner = part.get("components") or []
    if len(inner) != 1 or inner[0].get("type") != TEXT_INPUT or not 1 <= len(inner[0].get("label") or "") <= 45:
        yield "components", "A row in a form holds one text input with a label of up to 45 characters."


def _input(part: Part) -> Iterator[tuple[str, str]]:
    if part.get("style") not in (1, 2):
        yield "style", "Value must be one of (1, 2)."
    if len(part.get("placeholder") or "") > 100:
        yield "placeholder", "Must be 100 or fewer in length."
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if not 0 <= least <= 4000 or not 1 <= most <= 4000 or least > most:
        yield "max_length", "Lengths are between 0 and 4000, the longest not below the shortest."
    if len(part.get("value") or "") > most:
        yield "value", f"Must be {most} or fewer in length."
    yield from _custom(part)


def _custom(part: Part) -> Iterator[tuple[str, str]]:
    if not part.get("custom_id"):
        yield "custom_id", "This field is required"


def _select(part: Part) -> Iterator[tuple[str, str]]:
    yield from select_rules(part)
    if part.get("disabled"):
        yield "disabled", "Nothing in a form can be disabled."
    if part.get("required", True) and part.get("min_values", 1) == 0:
        yield "min_values", "A field that must be filled in has at least one choice."


def _upload(part: Part) -> Iterator[tuple[str, str]]:
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    if not 0 <= least <= 10 or not 1 <= most <= 10 or least > most:
        yield "max_values", "Up to ten files, the most not below the least."
    if part.get("required", True) and least == 0:
        yield "min_values", "A field that must be filled in has at least one file."
    yield from _custom(part)


def _group(part: Part) -> Iterator[tuple[str, str]]:
    yield from option_rules(part, 2 if part.get("type") == RADIO else 1, 10)
    yield from _custom(part)


RULES: dict[int, Callable[[Part], Iterator[tuple[str, str]]]] = {
    LABEL: _label,
    ROW: _row,
    TEXT: text_rules,
    TEXT_INPUT: _input,
    **dict.fromkeys(SELECTS, _select),
    UPLOAD: _upload,
    RADIO: _group,
    CHECKBOXES: _group,
    CHECKBOX: _custom,
}
