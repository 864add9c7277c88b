"""What Slack says of blocks and views before it takes them, and what it does not say but breaks on.

Three nets: our table of what each is made of (wrong types, unknown keys, bad nesting: `block_rules`), the SDK's models
(lengths and counts), and what is here (duplicates, an input without a submit button, narrower limits).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from . import block_rules as rules
from .block_rules import broken

MESSAGE_BLOCKS, VIEW_BLOCKS, OPTIONS = 50, 100, 100

LIMITS: dict[str, dict[str, int]] = {
    "plain_text": {"text": 3000},
    "mrkdwn": {"text": 3000},
    "header": {"text": 150},
    "section": {"text": 3000, "fields": 10},
    "context": {"elements": 10},
    "actions": {"elements": 25},
    "input": {"label": 2000, "hint": 2000},
    "image": {"alt_text": 2000, "title": 2000, "image_url": 3000},
    "markdown": {"text": 12000},
    "button": {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75},
    "overflow": {"options": 5},
    "radio_buttons": {"options": 10},
    "checkboxes": {"options": 10},
    "static_select": {"options": OPTIONS, "option_groups": OPTIONS, "placeholder": 150},
    "multi_static_select": {"options": OPTIONS, "option_groups": OPTIONS, "placeholder": 150},
    "external_select": {"placeholder": 150},
    "multi_external_select": {"placeholder": 150},
    "users_select": {"placeholder": 150},
    "multi_users_select": {"placeholder": 150},
    "conversations_select": {"placeholder": 150},
    "multi_conversations_select": {"placeholder": 150},
    "channels_select": {"placeholder": 150},
    "datepicker": {"placeholder": 150},
    "timepicker": {"placeholder": 150},
    "plain_text_input": {"placeholder": 150, "initial_value": 3000},
    "modal": {"title": 24, "submit": 24, "close": 24, "private_metadata": 3000, "callback_id": 255, "external_id": 255},
    "home": {"private_metadata": 3000, "callback_id": 255, "external_id": 255},
    "option": {"text": 75, "value": 150, "description": 75, "url": 3000},
    "option_group": {"label": 75, "options": OPTIONS},
    "confirm": {"title": 100, "text": 300, "confirm": 30, "deny": 30},
}
"""The most characters of a text, or entries of a list, by what it is in. Fields of a section have 2,000 each."""

NOT_EMPTY = {
    "text",
    "elements",
    "options",
    "option_groups",
    "fields",
    "label",
    "title",
    "value",
    "alt_text",
    "action_id",
}
STATEFUL = ("initial_option", "initial_options")


def problems_of_message(blocks: Any) -> list[str]:
    """Why Slack would refuse these blocks in a message; nothing where it would not."""
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    found = (
        [f"no more than {MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]"] if len(blocks) > MESSAGE_BLOCKS else []
    )
    found += _of_blocks(blocks, rules.IN_MESSAGE)
    return found or _of_models(lambda: [block.to_dict() for block in Block.parse_all(blocks)])


def problems_of_view(view: Any, kind: str) -> list[str]:
    """Why Slack would refuse this view; `kind` is what may be shown there, a modal or a home."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    if view.get("type") != kind:
        return [f"must be a view of type {kind} [json-pointer:/view/type]"]
    if not isinstance(view.get("blocks"), list):
        return ["missing required field: blocks [json-pointer:/view]"]
    frame = {name: value for name, value in view.items() if name != "blocks"} | {"blocks": []}
    found = [
        *broken(frame, rules.VIEWS, "/view"),
        *_of_limits(frame, kind, "/view"),
    ]
    if len(view["blocks"]) > VIEW_BLOCKS:
        found.append(f"no more than {VIEW_BLOCKS} items allowed [json-pointer:/view/blocks]")
    found += _of_blocks(view["blocks"], rules.IN_VIEW, "/view/blocks")
    asks = any(isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"])
    if kind == "modal" and asks and not view.get("submit"):
        found.append("submit is required when an input block is present [json-pointer:/view]")
    return found or _of_models(lambda: View(**view).to_dict())


def problems_of_options(answer: Any) -> list[str]:
    """Why Slack would show nothing of what an external select was answered."""
    found = list(broken(answer, rules.OPTIONS, ""))
    if found:
        return found
    groups = answer.get("option_groups", [answer])
    for group in groups:
        options = group["options"]
        if len(options) > OPTIONS:
            found.append(f"no more than {OPTIONS} options [json-pointer:/options]")
        for at, option in enumerate(options):
            found += _of_limits(option, "option", f"/options/{at}")
    return found


def text_of(blocks: list[dict[str, Any]]) -> int:
    """How many characters all their texts have."""
    texts = (part.get("text") for _, part in _walk(blocks, ""))
    return sum(len(text) for text in texts if isinstance(text, str))


def elements(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each element that somebody can use, with the block that it is in."""
    for block in blocks:
        for _, part in _walk(block, ""):
            if "action_id" in part:
                yield block, part


def _of_blocks(blocks: list[Any], known: dict[str, rules.Shape], path: str = "/blocks") -> list[str]:
    found: list[str] = []
    for at, block in enumerate(blocks):
        here = f"{path}/{at}"
        # Lengths are asked of what is well made: who mends it is told the rest then.
        found += list(broken(block, known, here)) or [
            problem for place, part in _walk(block, here) for problem in _of_limits(part, _what(part, place), place)
        ]
    found += _of_duplicates(blocks, path)
    return found


def _of_duplicates(blocks: list[Any], path: str) -> Iterator[str]:
    parts = [part for _, part in _walk(blocks, path)]
    for name in ("block_id", "action_id"):
        counted = Counter(part[name] for part in parts if isinstance(part.get(name), str))
        for value, count in counted.items():
            if count > 1:
                yield f"`{name}` `{value}` is used {count} times [json-pointer:{path}]"
    if sum(part.get("focus_on_load") is True for part in parts) > 1:
        yield f"only one element may have focus_on_load [json-pointer:{path}]"


def _of_limits(part: dict[str, Any], what: str, path: str) -> Iterator[str]:
    limits = LIMITS.get(what, {}) | {"block_id": 255, "action_id": 255}
    for name, value in part.items():
        text = value["text"] if isinstance(value, dict) and isinstance(value.get("text"), str) else value
        if not isinstance(text, str | list):
            continue
        if name in limits and len(text) > limits[name]:
            yield f"must be less than {limits[name] + 1} long, has {len(text)} [json-pointer:{path}/{name}]"
        if not text and name in NOT_EMPTY:
            yield f"must not be empty [json-pointer:{path}/{name}]"
    for at, text in enumerate(part.get("fields") or [] if what == "section" else []):
        if isinstance(text, dict) and len(str(text.get("text"))) > 2000:
            yield f"must be less than 2001 characters [json-pointer:{path}/fields/{at}/text]"
    yield from _of_choice(part, path)


def _of_choice(part: dict[str, Any], path: str) -> Iterator[str]:
    groups = part.get("option_groups")
    lists = [group.get("options") for group in groups] if isinstance(groups, list) else [part.get("options")]
    options = [option for given in lists if isinstance(given, list) for option in given if isinstance(option, dict)]
    values = Counter(str(option.get("value")) for option in options)
    if part.get("type") != "overflow" and any(count > 1 for count in values.values()):
        yield f"options must differ in their values [json-pointer:{path}/options]"
    for name in STATEFUL if options else ():
        chosen = part.get(name) or []
        for option in [chosen] if isinstance(chosen, dict) else chosen:
            if option not in options:
                yield f"{name} must be one of the options, exactly [json-pointer:{path}/{name}]"


def _what(part: dict[str, Any], path: str) -> str:
    kind = part.get("type")
    if isinstance(kind, str):
        return kind
    if "confirm" in part:
        return "confirm"
    if "label" in part and "options" in part:
        return "option_group"
    return "option" if "option" in path else ""


def _walk(part: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        yield path, part
    named = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in named:
        yield from _walk(value, f"{path}/{name}")


def _of_models(build: Any) -> list[str]:
    try:
        build()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError) as problem:
        return [f"{problem} (slack_sdk.models)"]
    return []
