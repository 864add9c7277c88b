"""Forms as modals and back: each is valid, what is untouched comes back as it was, errors stand by their fields."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from made_up import forms, messages
from slack_checks import split, valid_view, words

from adapters.slack.home import home
from adapters.slack.modals import answered, modal, opening, shown, submitted
from bot.desk.at_home import asked
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.domain.people import Person, Role
from bot.messages.model import Answer, Form, Input, Message, Option, Said, line

assert DECLARED
SAM = Person("sam", "Sam Ito", Role.ENGINEER, "America/New_York")
TO = Reader(datetime(2026, 6, 9, 9, 0, tzinfo=UTC), SAM.zone, SAM)
ANY = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))


def filled(view: dict[str, Any], **typed: str) -> dict[str, Any]:
    """The view as Slack sends it back; `typed` is by the inputs' names, the others are as they were."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element, name = block["element"], block["block_id"].split("|")[0]
            if element["type"] == "static_select":
                chosen = element.get("initial_option")
                given = {"type": "static_select", "selected_option": chosen and {"value": chosen["value"]}}
            else:
                given = {"type": "plain_text_input", "value": typed.get(name, element.get("initial_value"))}
            values[block["block_id"]] = {element["action_id"]: given}
    return {**view, "state": {"values": values}}


@ANY
@given(forms())
def test_every_form_is_a_valid_view_that_comes_back_as_it_was(form: Form) -> None:
    """Slack takes it; each word of it is there; untouched, it says what the form said."""
    view = modal(form, kept={"channel": "C1"})
    valid_view(view, "modal")
    there = words(view)
    asked_for = [form.title, form.intro, form.back, *form.errors.values(), *(i.label for i in form.inputs)]
    assert all(any(word in each for each in there) for text in asked_for for word in split(text))
    back = submitted(filled(view))
    assert back is not None
    assert (back.command, back.kept) == ("new", {"channel": "C1"})
    expected = dict(form.args)
    for each in form.inputs:
        known = {option.value for option in each.options}
        expected[each.name] = each.value if each.kind != "choice" or each.value in known else ""
    assert back.args == expected


@ANY
@given(messages())
def test_a_message_in_a_modal_or_at_home_is_valid(body: Message) -> None:
    """Both take any message; the home says so where it is not the whole."""
    valid_view(shown(body, TO), "modal")
    valid_view(home([body, body], TO), "home")


def test_an_error_stands_beside_its_field_of_the_open_view() -> None:
    """What was typed stays; the error names the block of the view that is open, whatever the new form holds."""
    view = filled(modal(Form("handle", "Handle", (Input("until", "By when?", required=True),), "Go")), until="never")
    again = Form("handle", "Handle", (Input("until", "By when?", value="never"),), "Go", errors={"until": "No time."})
    action = answered(Answer(form=again), view, TO)
    block = next(each["block_id"] for each in view["blocks"] if each["type"] == "input")
    assert action == {"response_action": "errors", "errors": {block: "No time."}}


def test_a_refusal_stands_in_the_modal_so_that_nothing_typed_is_lost() -> None:
    """A refusal is beside the first field; without a field the view says it."""
    no = Answer(Said("refusal", (line("That is Sam's to do."),)))
    with_field = filled(modal(Form("note", "Note", (Input("text", "Your note", "area"),), "Keep")))
    action = answered(no, with_field, TO)
    assert action is not None
    assert list(action["errors"].values()) == ["That is Sam's to do."]
    bare = answered(no, filled(modal(Form("private", "Make it private", (), "Yes"))), TO)
    assert bare is not None
    assert bare["response_action"] == "update"
    valid_view(bare["view"], "modal")


def test_another_form_replaces_the_view_and_what_it_holds_is_shown() -> None:
    """A saved reply comes up in the field: its block has another name, or Slack would keep what was typed."""
    first = modal(Form("reply", "Reply", (Input("text", "Your reply", "area"),), "Send"), kept={"place": "C1"})
    second = Form("reply", "Reply", (Input("text", "Your reply", "area", value="Hi Dana"),), "Send")
    action = answered(Answer(form=second), filled(first), TO)
    assert action is not None
    assert action["response_action"] == "update"
    ids = [each["block_id"] for view in (first, action["view"]) for each in view["blocks"] if each["type"] == "input"]
    assert len(set(ids)) == 2
    kept = submitted(filled(action["view"]))
    assert kept is not None
    assert kept.kept == {"place": "C1"}


def test_the_way_back_is_a_button_that_takes_along_what_was_typed() -> None:
    """`back` is set, and the values are those of the view."""
    view = modal(Form("wizard", "Step 2", (Input("name", "Name"),), "Next", back="Back"))
    gone_back = submitted(filled(view, name="Acme"), back=True)
    assert gone_back is not None
    assert gone_back.args == {"name": "Acme", "back": True}


def test_many_options_stand_in_groups_with_all_of_them() -> None:
    """A menu takes a hundred; more stand in groups, none is missing, and the chosen one stays chosen."""
    options = tuple(Option(f"p{n}", f"Person {n:03}") for n in range(430))
    view = modal(Form("assign", "Assign", (Input("to", "Who?", "choice", True, "p300", options=options),), "Go"))
    valid_view(view, "modal")
    element = view["blocks"][0]["element"]
    assert [o["value"] for group in element["option_groups"] for o in group["options"]] == [o.value for o in options]
    assert element["initial_option"]["value"] == "p300"


def test_what_is_no_view_of_ours_is_nothing() -> None:
    """Whatever else comes in is not read as a command."""
    for view in ({}, {"private_metadata": ""}, {"private_metadata": "[]"}, {"private_metadata": '{"c":"x"}'}):
        assert submitted(view) is None


def test_a_modal_can_be_opened_before_its_form_is_there() -> None:
    """A placeholder is a valid view."""
    valid_view(opening("A title that is much too long for a modal"), "modal")


def test_each_role_has_a_home_of_its_own() -> None:
    """A manager reads what is late and at risk first, then the reviews; a client their requests and the next review."""
    named = {role: [verb for verb, _ in asked(Person("a", "A", role, "UTC"))] for role in Role if role is not Role.DESK}
    assert named == {
        Role.CLIENT: ["my", "review"],
        Role.ENGINEER: ["my"],
        Role.LEAD: ["overview", "my"],
        Role.MANAGER: ["overview", "review", "my"],
    }
    valid_view(home([], TO), "home")
