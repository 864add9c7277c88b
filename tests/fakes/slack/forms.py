"""What stands in the fields of a view: at first, and as a person fills them in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fakes.slack.errors import CannotDo

State = dict[str, dict[str, Any]]

INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
"""Where each keeps what was chosen, and what it begins with."""

LISTS = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")


def fields(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each element that holds a value, with its block."""
    for block in blocks:
        for part in (block.get("element"), block.get("accessory"), *(block.get("elements") or ())):
            if isinstance(part, dict) and part.get("type") in INITIAL:
                yield block, part


def initial_state(blocks: list[dict[str, Any]], before: State) -> State:
    """What stands in them; what somebody entered already stays where block and element are still there."""
    state: State = {}
    for block, part in fields(blocks):
        name, initial = INITIAL[part["type"]]
        value = part.get(initial)
        entered = before.get(block["block_id"], {}).get(part["action_id"])
        kept = entered if entered and entered["type"] == part["type"] else None
        fresh = {"type": part["type"], name: value if value is not None else [] if name in LISTS else None}
        state.setdefault(block["block_id"], {})[part["action_id"]] = kept or fresh
    return state


def value_of(part: dict[str, Any], given: Any) -> dict[str, Any]:
    """What a person's answer becomes: an option by its label, a person or a channel by itself, else the words."""
    kind = part["type"]
    name = INITIAL[kind][0]
    value: Any = given
    if name in ("selected_option", "selected_options"):
        options = options_of(part)
        chosen = [option_named(options, label) for label in ([given] if isinstance(given, str) else given or [])]
        value = chosen if name == "selected_options" else chosen[0] if chosen else None
    elif name in LISTS and name != "files":
        value = [getattr(one, "id", one) for one in given]
    elif name.startswith("selected_"):
        value = getattr(given, "id", given)
    elif kind == "rich_text_input":
        text = {"type": "rich_text_section", "elements": [{"type": "text", "text": given}]}
        value = {"type": "rich_text", "elements": [text]} if given else None
    elif given is not None and name == "value":
        value = str(given) or None
    return {"type": kind, name: value}


def options_of(part: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them, of all groups."""
    groups = part.get("option_groups") or [{"options": part.get("options") or []}]
    return [option for group in groups for option in group["options"]]


def option_named(options: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """The one that people see under that label."""
    found = [option for option in options if option["text"]["text"] == label]
    if len(found) != 1:
        seen = ", ".join(option["text"]["text"] for option in options)
        raise CannotDo(f"{len(found)} options are called “{label}”; there are: {seen}")
    return found[0]


def complaint(block: dict[str, Any], part: dict[str, Any], value: dict[str, Any]) -> str:
    """What Slack's own screen says below a field before it sends anything; nothing where it is fine."""
    content = value.get(INITIAL[part["type"]][0])
    if not content:
        return "" if block.get("optional") else "Please complete this required field."
    if part["type"] == "plain_text_input":
        if len(content) < part.get("min_length", 0):
            return f"Please enter at least {part['min_length']} characters."
        if len(content) > part.get("max_length", 3000):
            return f"Please enter at most {part.get('max_length', 3000)} characters."
    if part["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", content):
        return "Please enter a valid email address."
    if part["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", content):
        return "Please enter a valid URL."
    if part["type"] == "number_input":
        return _number_complaint(part, content)
    most = part.get("max_selected_items") or part.get("max_files")
    return f"Please choose at most {most}." if most and isinstance(content, list) and len(content) > most else ""


def _number_complaint(part: dict[str, Any], content: str) -> str:
    try:
        number = float(content)
    except ValueError:
        return "Please enter a number."
    if not part["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in part and number < float(part["min_value"]):
        return f"Please enter a number of at least {part['min_value']}."
    return (
        f"Please enter a number of at most {part['max_value']}."
        if number > float(part.get("max_value", number))
        else ""
    )
