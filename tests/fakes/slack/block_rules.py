"""What blocks, their elements and views are made of, by hand from Slack's documentation: which keys, and what in them.

It holds what the desk sends and what the stand-in knows how to fill in; whatever else Slack may know is refused here.
Where Slack says that a key is required, it is, even if Slack forgives its absence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Rule = Any
"""What a value must be: a type, one of some words (a frozenset), a list of a rule, a `Shape`, or one of several shapes
by the `type` that the object names (a dict of them)."""


@dataclass(frozen=True)
class Shape:
    """The keys of an object; there are no others."""

    must: dict[str, Rule] = field(default_factory=dict[str, Rule])
    may: dict[str, Rule] = field(default_factory=dict[str, Rule])
    one_of: tuple[str, ...] = ()
    """Exactly one of these is there."""
    any_of: tuple[str, ...] = ()
    """At least one of these is there."""


NAMES = {str: "a string", int: "a whole number", bool: "true or false"}


def broken(given: Any, rule: Rule, path: str) -> Iterator[str]:
    """Where it is not what the rule says, and how."""
    at = f"[json-pointer:{path}]"
    if isinstance(rule, Shape | dict) and not isinstance(given, dict):
        yield f"must be an object {at}"
    elif isinstance(rule, Shape):
        yield from _keys(given, rule, path)
    elif isinstance(rule, dict):
        kind = given.get("type")
        if not isinstance(kind, str):
            yield f"must be an object with a type {at}"
        elif kind not in rule:
            yield f"{kind} is not allowed here, only {', '.join(sorted(rule))} {at}"
        else:
            yield from _keys({name: given[name] for name in given if name != "type"}, rule[kind], path)
    elif isinstance(rule, list):
        if not isinstance(given, list):
            yield f"must be an array {at}"
            return
        for place, each in enumerate(given):
            yield from broken(each, rule[0], f"{path}/{place}")
    elif isinstance(rule, frozenset):
        if not isinstance(given, str) or given not in rule:
            yield f"{given!r} is none of {', '.join(sorted(rule))} {at}"
    elif type(given) is not rule:
        yield f"must be {NAMES[rule]} {at}"


def _keys(given: dict[str, Any], shape: Shape, path: str) -> Iterator[str]:
    known = shape.must | shape.may
    for name in shape.must.keys() - given.keys():
        yield f"missing required field: {name} [json-pointer:{path}]"
    if shape.one_of and sum(name in given for name in shape.one_of) != 1:
        yield f"needs exactly one of {', '.join(shape.one_of)} [json-pointer:{path}]"
    if shape.any_of and not any(name in given for name in shape.any_of):
        yield f"needs one of {', '.join(shape.any_of)} [json-pointer:{path}]"
    for name, value in given.items():
        if name in known:
            yield from broken(value, known[name], f"{path}/{name}")
        else:
            yield f"`{name}` is not known here [json-pointer:{path}]"


PLAIN = {"plain_text": Shape({"text": str}, {"emoji": bool})}
TEXT = PLAIN | {"mrkdwn": Shape({"text": str}, {"verbatim": bool})}
STYLE = frozenset({"primary", "danger"})
CONFIRM = Shape({"title": PLAIN, "text": TEXT, "confirm": PLAIN, "deny": PLAIN}, {"style": STYLE})

OPTION = Shape({"text": PLAIN, "value": str}, {"description": PLAIN})
OPTION_WITH_LINK = Shape(OPTION.must, OPTION.may | {"url": str})
OPTION_WITH_MARKUP = Shape({"text": TEXT, "value": str}, {"description": TEXT})
OPTION_GROUP = Shape({"label": PLAIN, "options": [OPTION]})
OPTIONS = Shape({}, {"options": [OPTION], "option_groups": [OPTION_GROUP]}, one_of=("options", "option_groups"))
"""What is in a menu, and what an external one is answered."""

FILE = Shape({}, {"id": str, "url": str}, one_of=("id", "url"))
PICTURE = Shape({"alt_text": str}, {"image_url": str, "slack_file": FILE}, one_of=("image_url", "slack_file"))
DISPATCH = Shape({}, {"trigger_actions_on": [frozenset({"on_enter_pressed", "on_character_entered"})]})
FILTER = Shape(
    {},
    {
        "include": [frozenset({"im", "mpim", "private", "public"})],
        "exclude_external_shared_channels": bool,
        "exclude_bot_users": bool,
    },
    any_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

_used = {"action_id": str, "confirm": CONFIRM}
_field = {"action_id": str, "focus_on_load": bool}
_typed = _field | {"placeholder": PLAIN, "initial_value": str, "dispatch_action_config": DISPATCH}
_menu = _used | _field | {"placeholder": PLAIN}
_menu_of_many = _menu | {"max_selected_items": int}
_anywhere = {"response_url_enabled": bool}
_talks = {"default_to_current_conversation": bool, "filter": FILTER}

BUTTON = {
    "button": Shape({"text": PLAIN}, _used | {"url": str, "value": str, "style": STYLE, "accessibility_label": str}),
    "overflow": Shape({"options": [OPTION_WITH_LINK]}, _used),
}
MENU = {
    "static_select": Shape({}, _menu | OPTIONS.may | {"initial_option": OPTION}, one_of=OPTIONS.one_of),
    "external_select": Shape({}, _menu | {"initial_option": OPTION, "min_query_length": int}),
    "users_select": Shape({}, _menu | {"initial_user": str}),
    "conversations_select": Shape({}, _menu | _anywhere | _talks | {"initial_conversation": str}),
    "channels_select": Shape({}, _menu | _anywhere | {"initial_channel": str}),
}
MENU_OF_MANY = {
    "multi_static_select": Shape(
        {}, _menu_of_many | OPTIONS.may | {"initial_options": [OPTION]}, one_of=OPTIONS.one_of
    ),
    "multi_external_select": Shape({}, _menu_of_many | {"initial_options": [OPTION], "min_query_length": int}),
    "multi_users_select": Shape({}, _menu_of_many | {"initial_users": [str]}),
    "multi_conversations_select": Shape({}, _menu_of_many | _talks | {"initial_conversations": [str]}),
    "multi_channels_select": Shape({}, _menu_of_many | {"initial_channels": [str]}),
}
CHOICE = {
    "radio_buttons": Shape({"options": [OPTION_WITH_MARKUP]}, _used | _field | {"initial_option": OPTION_WITH_MARKUP}),
    "checkboxes": Shape({"options": [OPTION_WITH_MARKUP]}, _used | _field | {"initial_options": [OPTION_WITH_MARKUP]}),
}
DAY_OR_HOUR = {
    "datepicker": Shape({}, _menu | {"initial_date": str}),
    "timepicker": Shape({}, _menu | {"initial_time": str, "timezone": str}),
}
MOMENT = {"datetimepicker": Shape({}, _used | _field | {"initial_date_time": int})}
TYPED = {
    "plain_text_input": Shape({}, _typed | {"multiline": bool, "min_length": int, "max_length": int}),
    "email_text_input": Shape({}, _typed),
    "url_text_input": Shape({}, _typed),
    "number_input": Shape({"is_decimal_allowed": bool}, _typed | {"min_value": str, "max_value": str}),
    "rich_text_input": Shape({}, _field | {"placeholder": PLAIN, "dispatch_action_config": DISPATCH}),
    "file_input": Shape({}, {"action_id": str, "filetypes": [str], "max_files": int}),
}

IN_ACTIONS = BUTTON | MENU | MENU_OF_MANY | CHOICE | DAY_OR_HOUR | MOMENT
IN_SECTION = BUTTON | MENU | MENU_OF_MANY | CHOICE | DAY_OR_HOUR | {"image": PICTURE}
IN_INPUT = MENU | MENU_OF_MANY | CHOICE | DAY_OR_HOUR | MOMENT | TYPED

_id = {"block_id": str}
IN_VIEW = {
    "actions": Shape({"elements": [IN_ACTIONS]}, _id),
    "context": Shape({"elements": [TEXT | {"image": PICTURE}]}, _id),
    "divider": Shape({}, _id),
    "header": Shape({"text": PLAIN}, _id),
    "image": Shape(PICTURE.must, PICTURE.may | {"title": PLAIN} | _id, one_of=PICTURE.one_of),
    "input": Shape(
        {"label": PLAIN, "element": IN_INPUT}, _id | {"dispatch_action": bool, "hint": PLAIN, "optional": bool}
    ),
    "section": Shape(
        {},
        _id | {"text": TEXT, "fields": [TEXT], "accessory": IN_SECTION, "expand": bool},
        any_of=("text", "fields"),
    ),
}
"""The blocks of a modal and of a home."""
IN_MESSAGE = IN_VIEW | {"markdown": Shape({"text": str}, _id)}

_view = {"private_metadata": str, "callback_id": str, "external_id": str}
VIEWS = {
    "modal": Shape(
        {"title": PLAIN, "blocks": [IN_VIEW]},
        _view | {"submit": PLAIN, "close": PLAIN, "clear_on_close": bool, "notify_on_close": bool},
    ),
    "home": Shape({"blocks": [IN_VIEW]}, _view),
}
