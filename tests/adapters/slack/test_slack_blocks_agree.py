"""Our table of what blocks are made of, held to the schemas of Slack's own types where they are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.slack import block_rules
from fakes.slack.block_rules import broken
from hypothesis import HealthCheck, Phase, given, settings
from made_up import forms, messages
from slack_checks import FOLDER, schema

from adapters.slack.home import home
from adapters.slack.modals import modal
from adapters.slack.render import message as render
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.messages.model import Form, Message

assert DECLARED
NAMES = ("KnownBlock", "ModalView", "HomeView")
TO = Reader(datetime(2026, 6, 9, 9, 0, tzinfo=UTC), "Europe/London")
FEW = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=5,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
pytestmark = pytest.mark.skipif(
    not all(schema(name) for name in NAMES),
    reason=f"{FOLDER} holds no schemas of Slack's types; name their directory in SLACK_SCHEMAS",
)

TEXT = {"type": "plain_text", "text": "Hello"}
OTHERS: tuple[dict[str, Any], ...] = (
    TEXT,
    {"type": "mrkdwn", "text": "Hello"},
    {"type": "button", "action_id": "a", "text": TEXT},
    {"type": "overflow", "action_id": "a", "options": [{"text": TEXT, "value": "1"}]},
    {"type": "static_select", "action_id": "a", "options": [{"text": TEXT, "value": "1"}]},
    {"type": "plain_text_input", "action_id": "a"},
    {"type": "image", "alt_text": "Hello", "image_url": "https://x.example/a.png"},
    {"type": "section", "text": TEXT},
    {"type": "divider"},
    {"type": "paragraph"},
)
"""What is put in the place of another thing."""

STRICTER = re.compile(
    r"needs one of text, fields|needs exactly one of options, option_groups"
    r"|missing required field: (title|confirm|deny) .*/confirm\]"
    r"|missing required field: value .*/(options/\d+|initial_option)\]"
)
"""Where the table asks for more than the types: Slack's documentation does."""


def faults(value: Any) -> Iterator[Any]:
    """The same with one thing wrong, or odd, in it: each key away, each value of another kind, each part another."""
    if isinstance(value, list):
        value = unlike(value)
        for at, each in enumerate(value):
            yield from ([*value[:at], fault, *value[at + 1 :]] for fault in faults(each))
    if isinstance(value, dict):
        yield value | {"colour": "blue"}
        if "type" in value:
            yield from OTHERS
        for name, each in value.items():
            yield {known: value[known] for known in value if known != name}
            yield from (value | {name: other} for other in ([7], None, 7, "blue", True, {}))
            yield from (value | {name: fault} for fault in faults(each))


def made_of(value: Any) -> Any:
    """Its keys and types without its words: what is made the same needs a look once."""
    if isinstance(value, dict):
        return tuple((name, each if name in ("type", "style") else made_of(each)) for name, each in value.items())
    return tuple(sorted({repr(made_of(each)) for each in value})) if isinstance(value, list) else type(value)


def differences(given: Any, rule: Any, name: str) -> Iterator[tuple[Any, list[str]]]:
    """What the table and the types judge in two ways; where the table may be stricter is none."""
    known = schema(name)
    assert known is not None
    found = list(broken(given, rule, ""))
    if found and all(STRICTER.search(problem) for problem in found):
        return
    if known.is_valid(given) == bool(found):
        yield given, found


def unlike(blocks: list[Any]) -> list[Any]:
    """One of each make."""
    return list({made_of(block): block for block in blocks}.values())


@FEW
@given(messages())
def test_the_blocks_of_messages_are_judged_as_slacks_types_judge_them(body: Message) -> None:
    """Good ones and each broken in every way."""
    for block in unlike([block for post in render(body, TO) for block in post.blocks]):
        assert list(broken(block, block_rules.IN_MESSAGE, "")) == []
        for each in (block, *faults(block)):
            assert list(differences(each, block_rules.IN_MESSAGE, "KnownBlock")) == []


@FEW
@given(forms())
def test_forms_are_judged_as_slacks_types_judge_them(form: Form) -> None:
    """Their frame, and each block in it."""
    view = modal(form)
    assert list(broken(view, block_rules.VIEWS, "")) == []
    frame = view | {"blocks": []}
    for each in (view, frame, *(fault for fault in faults(frame) if fault.get("type") == "modal")):
        assert list(differences(each, block_rules.VIEWS, "ModalView")) == []
    for block in unlike(view["blocks"]):
        for each in faults(block):
            assert list(differences(each, block_rules.IN_VIEW, "KnownBlock")) == []


@FEW
@given(messages())
def test_a_home_is_judged_as_slacks_types_judge_it(body: Message) -> None:
    """What is in it is in messages too; its frame is its own."""
    view = home([body], TO)
    assert list(broken(view, block_rules.VIEWS, "")) == []
    frame = view | {"blocks": []}
    for each in (view, frame, *(fault for fault in faults(frame) if fault.get("type") == "home")):
        assert list(differences(each, block_rules.VIEWS, "HomeView")) == []
