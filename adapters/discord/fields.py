"""The fields of a form as Discord's, and what was filled in as the form's answers again.

A field is called after its input. A text that is longer than a field takes stands in several, and so do more choices
than a menu has; of very many one is typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord.layout import text
from adapters.discord.limits import HINT, LABEL, OPTION, OPTIONS, TEXT
from adapters.discord.markdown import texts, words
from adapters.discord.pressing import Component, halves
from bot.messages import around
from bot.messages.flowing import cut, joined, short, width
from bot.messages.model import Form, Input, Option

LABELLED, TEXT_INPUT, SELECT = 18, 4, 3
PEOPLE, FILES = 5, 19
"""What is asked for natively. Of these a form tells ids of Discord's, which are the desk's own before they are read
here: each then has its `value`."""
MOST_PEOPLE, MOST_FILES = 25, 10
_LINE, _AREA = 1, 2
_MENUS = 3
"""Menus that an input has at most; of more choices than they hold, one is typed."""
_FEW = 12


def asked(given: Input) -> list[Component]:
    """The field or fields of an input, with the words above them that have no room beside. A choice of nothing is not
    asked."""
    if given.kind == "choice" and 0 < len(given.options) <= _MENUS * OPTIONS:
        return list(_choice(given))
    if given.kind in ("files", "people"):
        return list(_native(given))
    if given.kind != "choice" or given.options or given.required:
        return list(_typed(given))
    return []


def plain(given: Input) -> bool:
    """Whether what is filled in can be read without knowing more of the input than its name."""
    if given.kind != "choice":
        return len(cut(given.value, TEXT)) == 1
    return len(given.options) <= OPTIONS and not _renamed(given.options)


def answer(given: Input) -> str:
    """What stands in it; of choices that are all listed, nothing where it is none of them."""
    free = given.kind != "choice" or not given.options or len(given.options) > _MENUS * OPTIONS
    return given.value if free or any(option.value == given.value for option in given.options) else ""


def filled(form: Form, values: Mapping[str, str]) -> Form:
    """The form with what stands in those fields, by their names."""
    return replace(form, inputs=tuple(_filled(each, values) for each in form.inputs))


def values_of(data: Mapping[str, Any]) -> dict[str, str]:
    """What stands in each field of a form that was sent, by the field's name."""
    found: dict[str, str] = {}
    for part in data.get("components") or ():
        field: Mapping[str, Any] = part.get("component") or {}
        if (name := field.get("custom_id")) is not None:
            chosen = field.get("values") or [""]
            found[str(name)] = str(chosen[0] if "values" in field else field.get("value") or "")
    return found


def typed_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Only what was typed there."""
    fields = [part.get("component") or {} for part in data.get("components") or ()]
    return {
        str(field["custom_id"]): str(field.get("value") or "") for field in fields if field.get("type") == TEXT_INPUT
    }


def _renamed(options: Sequence[Option]) -> dict[str, int]:
    """The names here of values that Discord does not take as they are, with their places."""
    seen = {""}
    found: dict[str, int] = {}
    for number, option in enumerate(options):
        if option.value in seen or width(option.value) > OPTION:
            found[f"-{number}-"] = number
        seen.add(option.value)
    return found


def _choice(given: Input) -> Iterator[Component]:
    names = {number: name for name, number in _renamed(given.options).items()}
    long = [option.label for option in given.options if width(" ".join(option.label.split())) > 2 * OPTION - 2]
    yield from _above([f"• {label}" for label in long])
    many = len(given.options) > OPTIONS
    chosen = next((number for number, option in enumerate(given.options) if option.value == given.value), None)
    for at in range(0, len(given.options), OPTIONS):
        options: list[Component] = []
        for number, option in enumerate(given.options[at : at + OPTIONS], at):
            label, rest = halves(option.label if option.label.strip() else option.value or "–")
            made: Component = {"label": label, "value": names.get(number, option.value)}
            made |= {"description": rest} if rest else {}
            options.append(made | ({"default": True} if number == chosen else {}))
        required = given.required and not many
        field: Component = {"type": SELECT, "custom_id": f"{given.name}|{at}" if many else given.name}
        field |= {"options": options, "required": required, "min_values": int(required), "max_values": 1}
        ends = (short(each["label"], 12) for each in (options[0], options[-1]))
        yield from _labelled(
            given, field, f"{' – '.join(ends)}" if many else "", last=at + OPTIONS >= len(given.options)
        )


def _native(given: Input) -> Iterator[Component]:
    """What Discord itself asks for: people of the server, files of theirs."""
    most = min(given.limit, MOST_FILES) if given.kind == "files" else MOST_PEOPLE
    field: Component = {"type": FILES if given.kind == "files" else PEOPLE, "custom_id": given.name}
    field |= {"required": given.required, "min_values": int(given.required), "max_values": most}
    there = around.there(given.value.count(",") + 1) if given.kind == "files" and given.value else ""
    hint = " ".join(filter(None, (given.hint, there)))
    yield from _labelled(replace(given, hint=hint), field, "", last=True)


def _typed(given: Input) -> Iterator[Component]:
    pieces = cut(_shown(given), TEXT)
    for number, (piece, joint) in enumerate(pieces):
        several = len(pieces) > 1
        field: Component = {
            "type": TEXT_INPUT,
            "custom_id": f"{given.name}|{number}{joint}" if several else given.name,
            "style": _AREA if given.kind == "area" or several else _LINE,
            "required": given.required and number == 0,
            "max_length": TEXT if several else max(1, min(max(given.limit, 1), TEXT), width(piece)),
        }
        field |= {"value": piece} if piece else {}
        part = f"{number + 1} of {len(pieces)}" if several else ""
        yield from _labelled(given, field, part, last=number == len(pieces) - 1)


def _shown(given: Input) -> str:
    """What stands in a field in which is typed: of a choice its label."""
    if given.kind != "choice":
        return given.value
    return next((option.label for option in given.options if option.value == given.value), "")


def _labelled(given: Input, field: Component, part: str, *, last: bool) -> Iterator[Component]:
    """A field with its label; what is too long for it stands above."""
    label = " ".join((given.label if given.label.strip() else given.name).split())
    room = LABEL - (len(part) + 3 if part else 0)
    beside = [label] if width(label) > room else []
    beside += [hint] if last and (hint := _hint(given)) else []
    made: Component = {
        "type": LABELLED,
        "label": short(label, room) + (f" ({part})" if part else ""),
        "component": field,
    }
    if beside and width(said := " ".join(beside)) <= HINT:
        made["description"] = said
    else:
        yield from _above(beside)
    yield made


def _hint(given: Input) -> str:
    """What is said beside a field. Of suggestions a few are named: no field both suggests and is free."""
    if given.kind == "choice":
        many = around.one_of(len(given.options)) if len(given.options) > _MENUS * OPTIONS else ""
        return " ".join(filter(None, (given.hint, many)))
    few = given.options if len(given.options) <= _FEW else ()
    known = [option.value for option in few]
    return " ".join(filter(None, (" ".join(given.hint.split()), around.known(known) if known else "")))


def _above(lines: Sequence[str]) -> Iterator[Component]:
    """Words of a form, as one text."""
    yield from map(text, texts([row for each in lines for row in words(each)], TEXT))


def _filled(given: Input, values: Mapping[str, str]) -> Input:
    if given.name in values:
        # Nothing can stand in a field of files, so leaving it empty takes none away.
        kept = given.value if given.kind == "files" else ""
        return replace(given, value=_meant(given, values[given.name]) or kept)
    mine = {name[len(given.name) + 1 :]: value for name, value in values.items() if name.startswith(f"{given.name}|")}
    if not mine:
        return given
    if given.kind == "choice" and len(given.options) <= _MENUS * OPTIONS:
        chosen = [_meant(given, value) for value in mine.values() if value]
        # One chosen in another menu than before counts.
        return replace(given, value=next((each for each in chosen if each != given.value), "".join(chosen[:1])))
    pieces = sorted((int(name.rstrip("nc")), value, name.lstrip("0123456789")) for name, value in mine.items())
    # Of a text that goes on in the next step the rest is as it was.
    rest = [(number, piece, joint) for number, (piece, joint) in enumerate(cut(_shown(given), TEXT))]
    there = {number for number, _, _ in pieces}
    whole = joined(sorted([*pieces, *(each for each in rest if each[0] not in there)]))
    return replace(given, value=_meant(given, whole))


def _meant(given: Input, value: str) -> str:
    """The value of the choice that was made, or typed."""
    if given.kind != "choice" or not value:
        return value
    if (number := _renamed(given.options).get(value)) is not None:
        return given.options[number].value
    if any(option.value == value for option in given.options) or len(given.options) <= _MENUS * OPTIONS:
        return value
    typed = " ".join(value.split()).casefold()
    named = [each for each in given.options if typed == " ".join(each.label.split()).casefold()]
    like = named or [each for each in given.options if typed in each.label.casefold()]
    return like[0].value if len(like) == 1 or named else value
