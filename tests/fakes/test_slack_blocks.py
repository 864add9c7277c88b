"""What Slack does not take of blocks and views; each line here is one of its limits, or a mistake nobody else finds."""

from __future__ import annotations

from typing import Any

import pytest
from fakes.slack.block_kit import problems_of_message, problems_of_options, problems_of_view

Part = dict[str, Any]


def plain(text: str) -> Part:
    """A plain text."""
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello", **more: Any) -> Part:
    """A paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Part:
    """A button."""
    return {"type": "button", "action_id": "take", "text": plain("Take it"), **more}


def actions(*elements: Part) -> Part:
    """A row of them."""
    return {"type": "actions", "elements": [*elements]}


def option(label: str, value: str = "") -> Part:
    """A choice."""
    return {"text": plain(label), "value": value or label}


def select(*options: Part, **more: Any) -> Part:
    """A menu."""
    return {"type": "static_select", "action_id": "menu", "options": [*options], **more}


def field(element: Part | None = None, **more: Any) -> Part:
    """A field."""
    element = element or {"type": "plain_text_input", "action_id": "title"}
    return {"type": "input", "label": plain("Title"), "element": element, **more}


def modal(*blocks: Part, **more: Any) -> Part:
    """A form."""
    return {"type": "modal", "title": plain("New"), "submit": plain("Send"), "blocks": [*blocks], **more}


GOOD = [
    section(),
    section(accessory=button(action_id="a")),
    {"type": "header", "text": plain("ACME-1")},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    actions(
        button(
            style="primary",
            value="7",
            confirm={"title": plain("Sure?"), "text": plain("It ends"), "confirm": plain("Yes"), "deny": plain("No")},
        )
    ),
    actions(select(option("Low"), option("High"), initial_option=option("High"))),
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a picture"},
]


def test_what_is_good_passes():
    """All kinds that a desk needs."""
    assert problems_of_message(GOOD) == []
    assert problems_of_view(modal(*GOOD, field()), "modal") == []
    assert problems_of_view({"type": "home", "blocks": GOOD}, "home") == []


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        pytest.param([section(f"{n}") for n in range(51)], "no more than 50", id="too many blocks"),
        pytest.param([section("x" * 3001)], "less than 3001", id="a long section"),
        pytest.param([section("")], "empty", id="an empty text"),
        pytest.param([{"type": "section"}], "", id="a section of nothing"),
        pytest.param([{"type": "header", "text": plain("x" * 151)}], "less than 151", id="a long header"),
        pytest.param(
            [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "plain_text", id="markup in a header"
        ),
        pytest.param([actions(button(text=plain("x" * 76)))], "less than 76", id="a long button"),
        pytest.param([actions(button(value="x" * 2001))], "less than 2001", id="a long value"),
        pytest.param([actions(button(action_id="x" * 256))], "less than 256", id="a long action_id"),
        pytest.param([section(block_id="x" * 256)], "less than 256", id="a long block_id"),
        pytest.param([actions(*(button(action_id=f"{n}") for n in range(26)))], "less than 26", id="a crowded row"),
        pytest.param([actions()], "empty", id="an empty row"),
        pytest.param([actions(button(), button())], "`take` is used 2 times", id="a double action_id"),
        pytest.param([section(block_id="a"), section(block_id="a")], "`a` is used 2 times", id="a double block_id"),
        pytest.param([actions(button(style="blue"))], "blue", id="an unknown style"),
        pytest.param([actions(button(colour="blue"))], "colour", id="an unknown key"),
        pytest.param([actions(button(text="Take it"))], "", id="a button's text as a string"),
        pytest.param([actions({"type": "mrkdwn", "text": "x"})], "not allowed here", id="a text among buttons"),
        pytest.param([{"type": "paragraph"}], "", id="an unknown block"),
        pytest.param([actions(select())], "", id="a menu of nothing"),
        pytest.param([actions(select(*(option(f"{n}") for n in range(101))))], "less than 101", id="a long menu"),
        pytest.param([actions(select(option("x" * 76)))], "less than 76", id="a long choice"),
        pytest.param([actions(select(option("x", "y" * 151)))], "less than 151", id="a choice's long value"),
        pytest.param([actions(select(option("a", "1"), option("b", "1")))], "differ", id="two choices of one value"),
        pytest.param(
            [actions(select(option("a"), initial_option=option("b")))], "one of the options", id="chosen of others"
        ),
        pytest.param([actions(button(value=7))], "a string", id="a number as a value"),
        pytest.param([actions(button(text=plain("x") | {"emoji": "yes"}))], "true or false", id="a word for a yes"),
        pytest.param([actions(button(text={"text": "x"}))], "with a type", id="a text of no type"),
        pytest.param([actions(button(confirm={"text": plain("Sure?")}))], "deny", id="a question without its answers"),
        pytest.param([actions(select({"text": plain("x")}))], "field: value", id="a choice without a value"),
        pytest.param([actions(select(option("x") | {"url": "https://x.example"}))], "`url`", id="a link in a menu"),
        pytest.param([actions(select(option_groups=[]))], "exactly one of", id="a menu of choices and of groups"),
        pytest.param([actions({"type": "image", "image_url": "x", "alt_text": "x"})], "only", id="a picture in a row"),
        pytest.param([{"type": "actions", "elements": button()}], "an array", id="a row that is no list"),
        pytest.param([section(accessory=section())], "not allowed here", id="a block in a block"),
        pytest.param([{"type": "context", "elements": [button()]}], "not allowed here", id="a button among words"),
        pytest.param([{"type": "context", "elements": [plain("x")] * 11}], "less than 11", id="a crowded context"),
        pytest.param([{"type": "section", "fields": [plain("x")] * 11}], "less than 11", id="eleven fields"),
        pytest.param([{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001", id="a long field"),
        pytest.param(
            [{"type": "image", "image_url": "https://x.example/a.png"}], "alt_text", id="a picture without words"
        ),
        pytest.param({"type": "divider"}, "array", id="no list"),
        pytest.param(["divider"], "object", id="no objects"),
    ],
)
def test_what_a_message_may_not_hold(blocks: Any, says: str):
    """Each is found, and said where."""
    found = problems_of_message(blocks)
    assert found
    assert any(says in problem for problem in found), found


@pytest.mark.parametrize(
    ("view", "says"),
    [
        pytest.param(modal(field()) | {"submit": None}, "", id="no word to send it with"),
        pytest.param(modal(title=plain("x" * 25)), "less than 25", id="a long title"),
        pytest.param(modal(submit=plain("x" * 25)), "less than 25", id="a long word to send it with"),
        pytest.param(modal(private_metadata="x" * 3001), "less than 3001", id="long private_metadata"),
        pytest.param(modal(callback_id="x" * 256), "less than 256", id="a long callback_id"),
        pytest.param(modal(*(section(f"{n}") for n in range(101))), "no more than 100", id="too many blocks"),
        pytest.param(modal(colour="blue"), "colour", id="an unknown key"),
        pytest.param({"type": "modal", "blocks": []}, "title", id="no title"),
        pytest.param(modal(clear_on_close="yes"), "true or false", id="a word for a yes"),
        pytest.param(modal(title={"type": "mrkdwn", "text": "x"}), "plain_text", id="markup in a title"),
        pytest.param(modal({"type": "markdown", "text": "x"}), "not allowed here", id="a message's block in a form"),
        pytest.param(modal(field(button())), "not allowed here", id="a button as a field"),
        pytest.param(modal(field(max="7")), "`max`", id="an unknown key of a field"),
        pytest.param({"type": "home", "blocks": []}, "type modal", id="a home as a form"),
        pytest.param(modal(field(label=plain("x" * 2001))), "less than 2001", id="a long label"),
        pytest.param(
            modal(field({"type": "plain_text_input", "action_id": "a", "initial_value": "x" * 3001})),
            "less than 3001",
            id="a long beginning",
        ),
        pytest.param(
            modal(field({"type": "plain_text_input", "action_id": "a", "placeholder": plain("x" * 151)})),
            "less than 151",
            id="a long placeholder",
        ),
        pytest.param(
            modal(
                field({"type": "plain_text_input", "action_id": "a", "focus_on_load": True}),
                field({"type": "plain_text_input", "action_id": "b", "focus_on_load": True}),
            ),
            "focus_on_load",
            id="two that want to be first",
        ),
        pytest.param(modal(field(), field()), "`title` is used 2 times", id="a double action_id"),
        pytest.param(modal(actions({"type": "plain_text_input", "action_id": "a"})), "", id="a field among buttons"),
    ],
)
def test_what_a_form_may_not_hold(view: Any, says: str):
    """Each is found, and said where."""
    found = problems_of_view(view, "modal")
    assert found
    assert any(says in problem for problem in found), found


def test_a_form_that_only_tells_needs_no_word_to_send_it_with():
    """And a home has none."""
    view = modal(section())
    del view["submit"]
    assert problems_of_view(view, "modal") == []


def test_suggestions_are_options():
    """With a text and a value, a hundred at most."""
    assert problems_of_options({"options": [option("a")]}) == []
    assert problems_of_options({"option_groups": [{"label": plain("All"), "options": [option("a")]}]}) == []
    assert problems_of_options({"options": []}) == problems_of_options({"option_groups": []}) == []
    assert problems_of_options({"options": [{"text": "a"}]})
    assert problems_of_options({"options": [option(f"{n}") for n in range(101)]})
    assert problems_of_options({"option_groups": [option("a")]})
    assert problems_of_options({})
    assert problems_of_options([option("a")])


def test_a_home_has_neither_a_title_nor_a_word_to_send_it_with():
    """They are a modal's."""
    for name in ("title", "submit"):
        found = problems_of_view({"type": "home", "blocks": [section()], name: plain("x")}, "home")
        assert any(f"`{name}`" in problem for problem in found), found


def test_what_is_to_be_mended_is_said_with_its_place():
    """Down to the part, so that nobody has to search."""
    assert problems_of_message([section(), actions(button(style="blue"))]) == [
        "'blue' is none of danger, primary [json-pointer:/blocks/1/elements/0/style]"
    ]
