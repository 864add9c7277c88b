"""Settings as plain values and as words, read from their dataclass: a field that somebody adds needs nothing here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from bot.desk.zones import zone_named
from bot.domain.calendar import CalendarError
from bot.domain.settings import S, SettingError, changed

YES, NO = "yes", "no"


def plain(settings: object) -> dict[str, Any]:
    """Every field's value as a file holds it: text, numbers, truth values and lists."""
    return _adapter(type(settings)).dump_python(settings, mode="json")


def merged(settings: S, values: Mapping[str, Any]) -> tuple[S, dict[str, str]]:
    """The settings with these plain values instead, and what is wrong with others, by name."""
    wrong: dict[str, str] = {}
    fine: dict[str, Any] = {}
    for name, value in values.items():
        try:
            given = zone_named(value) if name == "zone" and isinstance(value, str) else value
            fine[name] = _value(type(settings), name, given)
        except CalendarError as error:
            wrong[name] = str(error)
        except ValidationError as error:
            wrong[name] = _mend(_hint(type(settings), name), error)
    try:
        return changed(settings, fine), wrong
    except (SettingError, CalendarError):
        # Of several values, say which one it is: each alone, then whatever only together does not fit.
        for name, value in fine.items():
            try:
                changed(settings, {name: value})
            except (SettingError, CalendarError) as error:
                wrong[name] = _said(name, error)
        if not wrong:
            try:
                changed(settings, fine)
            except (SettingError, CalendarError) as error:
                wrong[next(iter(fine))] = str(error)
        return settings, wrong


def options(kind: type[Any], name: str) -> tuple[str, ...]:
    """The values one can choose from; empty where it is written freely."""
    hint = _hint(kind, name)
    if hint is bool:
        return (YES, NO)
    if get_origin(hint) is Literal:
        return tuple(str(value) for value in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return tuple(member.value for member in hint)
    return ()


def as_text(value: Any) -> str:
    """A plain value as somebody types it into a form."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        items = cast(list[Any], value)
        plainly = all(isinstance(item, str | int | float) for item in items)
        return ", ".join(str(item) for item in items) if plainly else _json(items)
    return "" if value is None else _json(value) if isinstance(value, dict) else str(value)


def from_text(kind: type[Any], name: str, text: str) -> Any:
    """The plain value of what somebody typed; what does not fit is left as it is, for `merged` to say so."""
    hint, text = _hint(kind, name), text.strip()
    accepted = get_args(hint) if type(None) in get_args(hint) else (hint,)
    if not text and type(None) in accepted:
        return None
    for each in accepted:
        if each is bool and text.lower() in (YES, NO):
            return text.lower() == YES
        if each in (int, float) and _is_number(text):
            return int(text) if each is int else float(text)
        if get_origin(each) in (tuple, list, frozenset):
            if text.startswith(("[", "{")):
                return _loads(text)
            inner = get_args(each)[0] if get_args(each) else str
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return [int(part) if inner is int and _is_number(part) else part for part in parts]
        if get_origin(each) is dict:
            return _loads(text)
    return text


def _is_number(text: str) -> bool:
    return text.lstrip("-").isdecimal() and len(text) < 12


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _hint(kind: type[Any], name: str) -> Any:
    return _hints(kind).get(name, str)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _value(kind: type[Any], name: str, value: Any) -> Any:
    """The field's own value of a plain one. Strict, through JSON: “3” is no number, a list may be a tuple."""
    return _adapter(_hint(kind, name)).validate_json(json.dumps(value, default=str), strict=True)


def _said(name: str, error: Exception) -> str:
    """A setting's own error beside its field: what to choose, without the field's name again."""
    words = str(error)
    if words.startswith(f"{name} is ") and "; " in words:
        words = words.split("; ", 1)[1]
    words = words.removeprefix(f"{name}: ")
    return words[:1].upper() + words[1:]


def _mend(hint: Any, error: ValidationError) -> str:
    if hint is bool:
        return "Choose yes or no."
    if hint is int:
        return "Write a whole number."
    said = str(error.errors()[0]["msg"])
    return f"This does not fit: {said[0].lower()}{said[1:]}."


def names(kind: type[Any]) -> list[str]:
    """The fields, in the order they are declared."""
    return [each.name for each in fields(kind)]
