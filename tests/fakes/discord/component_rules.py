"""The rules of components in a message: which may stand in which, how many, how long. Each problem is told with its
place, `components.0.components.1.label`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import Any

ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = (
    1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 17,
)  # fmt: skip
CHECKBOXES = 22
SELECTS = (SELECT, 5, 6, 7, 8)
"""Of strings, people, roles, both, channels."""
LINK, PREMIUM = 5, 6
"""Buttons that tell the app nothing."""
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
TOP = (*IN_CONTAINER, CONTAINER)

SELECT_FIELDS = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values"}
FIELDS: dict[int, set[str]] = {
    ROW: {"components"},
    BUTTON: {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"},
    SELECT: SELECT_FIELDS | {"options"},
    5: SELECT_FIELDS,
    6: SELECT_FIELDS,
    7: SELECT_FIELDS,
    8: SELECT_FIELDS | {"channel_types"},
    SECTION: {"components", "accessory"},
    TEXT: {"content"},
    THUMBNAIL: {"media", "description", "spoiler"},
    GALLERY: {"items"},
    FILE: {"file", "spoiler", "name", "size"},
    SEPARATOR: {"divider", "spacing"},
    CONTAINER: {"components", "accent_color", "spoiler"},
}
"""What each may carry, beside `type` and `id`."""

Part = dict[str, Any]
Place = tuple[str, Part]


def children(part: Part, at: str = "") -> Iterator[Place]:
    """What stands directly in it."""
    for n, inner in enumerate(part.get("components") or ()):
        yield f"{at}.components.{n}", inner
    for name in ("accessory", "component"):
        if isinstance(part.get(name), dict):
            yield f"{at}.{name}", part[name]


def walk(parts: list[Part], at: str = "components") -> Iterator[Place]:
    """All of them, with their places."""
    for n, part in enumerate(parts):
        yield from _within(f"{at}.{n}", part)


def _within(at: str, part: Part) -> Iterator[Place]:
    yield at, part
    for place, inner in children(part, at):
        yield from _within(place, inner)


def problems_of_components(
    parts: Any, *, v2: bool, files: Set[str], most: int = 40, texts: int = 4000
) -> dict[str, str]:
    """What Discord would refuse in a message's components; `files` are the names of its attachments."""
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return {"components": "Only iterables of dictionaries may be used here"}
    wrong = of_everything(parts, FIELDS)
    if not v2 and len(parts) > 5:
        wrong["components"] = "Must be 5 or fewer in length."
    for n, part in enumerate(parts):
        if part.get("type") not in (TOP if v2 else (ROW,)):
            wrong[f"components.{n}.type"] = f"Value of field 'type' must be one of {TOP if v2 else (ROW,)}."
    everything = list(walk(parts))
    if len(everything) > most:
        wrong["components"] = f"{len(everything)} components in all; there may be {most}."
    total = sum(len(part.get("content") or "") for _, part in everything if part.get("type") == TEXT)
    if total > texts:
        wrong["components"] = f"{total} characters in all TextDisplays; there may be {texts}."
    for at, part in everything:
        for place, say in RULES.get(part.get("type", 0), _nothing)(part):
            wrong[f"{at}.{place}" if place else at] = say
        for url in media_of(part):
            if problem := _media(url, files):
                wrong[f"{at}.media"] = problem
    return wrong


def of_everything(parts: list[Part], fields: dict[int, set[str]]) -> dict[str, str]:
    """Unknown types and fields; ids and custom ids that occur twice."""
    wrong: dict[str, str] = {}
    ids: set[int] = set()
    customs: set[str] = set()
    for at, part in walk(parts):
        kind = part.get("type")
        if kind not in fields:
            wrong[f"{at}.type"] = f"There is no component of type {kind} here."
            continue
        if unknown := part.keys() - fields[kind] - {"type", "id"}:
            wrong[at] = f"unknown field: {', '.join(sorted(unknown))}"
        id, custom = part.get("id"), part.get("custom_id")
        if id is not None and (not isinstance(id, int) or not 0 <= id < 1 << 31 or (id and id in ids)):
            wrong[f"{at}.id"] = "Component ids are numbers of 32 bits, and each is there once."
        ids.add(id or 0)
        if custom is not None:
            if not isinstance(custom, str) or not 1 <= len(custom) <= 100:
                wrong[f"{at}.custom_id"] = "Must be between 1 and 100 in length."
            elif custom in customs:
                wrong[f"{at}.custom_id"] = "Component custom id cannot be duplicated"
            customs.add(str(custom))
    return wrong


def media_of(part: Part) -> Iterator[str]:
    """The addresses of what it shows."""
    for holder in (part, *(part.get("items") or ())):
        for name in ("media", "file"):
            if isinstance(holder.get(name), dict):
                yield str(holder[name].get("url"))


def _media(url: str, files: Set[str]) -> str:
    scheme, _, rest = url.partition("://")
    if scheme == "attachment":
        return "" if rest in files else f"The referenced attachment was not found: {rest}"
    return "" if scheme in ("http", "https") and rest else "Not a well formed URL."


def _length(part: Part, name: str, least: int, most: int) -> Iterator[tuple[str, str]]:
    value = part.get(name)
    if value is None and least == 0:
        return
    if not isinstance(value, str) or not least <= len(value) <= most:
        yield name, f"Must be between {least} and {most} in length."


def _nothing(part: Part) -> Iterator[tuple[str, str]]:
    yield from ()


def _row(part: Part) -> Iterator[tuple[str, str]]:
    kinds = [inner.get("type") for inner in part.get("components") or ()]
    if not kinds:
        yield "components", "This field is required"
    elif all(kind == BUTTON for kind in kinds):
        if len(kinds) > 5:
            yield "components", "Must be between 1 and 5 in length."
    elif len(kinds) > 1 or kinds[0] not in (*SELECTS, TEXT_INPUT):
        yield "components", "A row holds up to five buttons or one select."


def _button(part: Part) -> Iterator[tuple[str, str]]:
    style = part.get("style")
    if style not in range(1, 7):
        yield "style", "Value must be one of (1, 2, 3, 4, 5, 6)."
    yield from _length(part, "label", 0, 80)
    if style != PREMIUM and not part.get("label") and not part.get("emoji"):
        yield "", "A button needs a label or an emoji."
    if style == LINK:
        if part.get("custom_id") or _media(str(part.get("url")), set()) or len(part["url"]) > 512:
            yield "url", "A link button has an address of up to 512 characters and no custom id."
    elif style != PREMIUM and (part.get("url") or not part.get("custom_id")):
        yield "custom_id", "A custom id is required, and no address."


def select_rules(part: Part) -> Iterator[tuple[str, str]]:
    """A select of any kind, in a message or a form."""
    if not part.get("custom_id"):
        yield "custom_id", "This field is required"
    yield from _length(part, "placeholder", 0, 150)
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    if not 0 <= least <= 25 or not 1 <= most <= 25 or least > most:
        yield "max_values", "min_values is between 0 and 25, max_values between 1 and 25 and not less."
    if part.get("type") == SELECT:
        yield from option_rules(part, 1, 25)
        if most > max(1, len(part.get("options") or ())):
            yield "max_values", "There are not so many options."
    elif len(part.get("default_values") or ()) > most:
        yield "default_values", "More than may be chosen."


def option_rules(part: Part, least: int, most: int) -> Iterator[tuple[str, str]]:
    """The options of a select or a group."""
    options = part.get("options") or []
    if not least <= len(options) <= most:
        yield "options", f"Must be between {least} and {most} in length."
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        yield "options", "The specified option value is already used"
    at_once = part.get("max_values") or (len(options) if part.get("type") == CHECKBOXES else 1)
    if sum(bool(option.get("default")) for option in options) > at_once:
        yield "options", "More are chosen at first than may be chosen."
    for n, option in enumerate(options):
        if unknown := option.keys() - {"label", "value", "description", "emoji", "default"}:
            yield f"options.{n}", f"unknown field: {', '.join(sorted(unknown))}"
        for name, shortest in (("label", 1), ("value", 1), ("description", 0)):
            for _, say in _length(option, name, shortest, 100):
                yield f"options.{n}.{name}", say


def _section(part: Part) -> Iterator[tuple[str, str]]:
    kinds = [inner.get("type") for inner in part.get("components") or ()]
    if not 1 <= len(kinds) <= 3 or set(kinds) != {TEXT}:
        yield "components", "A section holds one to three TextDisplays."
    if (part.get("accessory") or {}).get("type") not in (BUTTON, THUMBNAIL):
        yield "accessory", "A section has a button or a thumbnail beside it."


def text_rules(part: Part) -> Iterator[tuple[str, str]]:
    """A TextDisplay."""
    yield from _length(part, "content", 1, 4000)


def _thumbnail(part: Part) -> Iterator[tuple[str, str]]:
    if not isinstance(part.get("media"), dict):
        yield "media", "This field is required"
    yield from _length(part, "description", 0, 1024)


def _gallery(part: Part) -> Iterator[tuple[str, str]]:
    if not 1 <= len(part.get("items") or ()) <= 10:
        yield "items", "Must be between 1 and 10 in length."


def _file(part: Part) -> Iterator[tuple[str, str]]:
    if not str((part.get("file") or {}).get("url", "")).startswith("attachment://"):
        yield "file", "A file component shows an attachment of its own message."


def _separator(part: Part) -> Iterator[tuple[str, str]]:
    if part.get("spacing", 1) not in (1, 2):
        yield "spacing", "Value must be one of (1, 2)."


def _container(part: Part) -> Iterator[tuple[str, str]]:
    kinds = [inner.get("type") for inner in part.get("components") or ()]
    if not kinds or not set(kinds) <= set(IN_CONTAINER):
        yield "components", f"A container holds components of types {IN_CONTAINER}, and at least one."
    if not 0 <= (part.get("accent_color") or 0) <= 0xFFFFFF:
        yield "accent_color", "A colour is between 0 and 16777215."


RULES: dict[int, Callable[[Part], Iterator[tuple[str, str]]]] = {
    ROW: _row,
    BUTTON: _button,
    **dict.fromkeys(SELECTS, select_rules),
    SECTION: _section,
    TEXT: text_rules,
    THUMBNAIL: _thumbnail,
    GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
}
