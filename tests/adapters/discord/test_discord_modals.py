"""Forms as Discord's and back: each is valid, what is untouched comes back as it was, and nothing that was typed is
lost on the way."""

from __future__ import annotations

from discord_checks import NOW, every, seen, sent, split, texts, valid_modal, valid_posts, walked, words
from hypothesis import HealthCheck, given, settings
from made_up import forms

from adapters.discord.drafts import Drafts
from adapters.discord.modals import FORM, Modal, kept, modal, offer, steps_of, submitted, turned
from adapters.discord.pressing import Pressed
from adapters.discord.render import message
from bot.desk.reader import Reader
from bot.desk.verbs import DECLARED
from bot.messages.model import Action, Answer, Form, Input, Option, Said, line

assert DECLARED
ANY = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
TO = Reader(NOW)


@ANY
@given(forms())
def test_every_form_is_valid_and_comes_back_as_it_was(form: Form) -> None:
    """Discord takes each step; each word is in a step or in the offer; untouched, it says what the form said."""
    drafts = Drafts()
    before = offer(form, drafts)
    offered = message(before, TO)
    valid_posts(offered)
    there = words(offered) | {word for post in offered for file in post.files for word in split(file.text)}
    draft, step = str(before.actions[0].args["draft"]), 0
    while isinstance(opened := modal(form, drafts, step, draft) if step < len(steps_of(form)) else None, Modal):
        there |= words(opened.given)
        step += 1
    told = [form.title, form.intro, *form.errors.values(), *(each.label for each in form.inputs)]
    assert [word for text in told for word in split(text) if not any(word in each for each in there)] == []
    expected = dict(form.args)
    for each in form.inputs:
        known = {option.value for option in each.options}
        expected[each.name] = each.value if each.kind != "choice" or each.value in known else ""
    assert walked(form) == Pressed("new", expected)


def test_of_very_many_choices_the_longest_name_comes_back_as_its_choice() -> None:
    """It is typed, in more fields than one, and untouched it is what was chosen."""
    long = " ".join(["a line of a log"] * 400)
    options = tuple(Option(f"o{n}", f"{n} {long}") for n in range(99))
    form = Form("new", "New", (Input("text", "Which?", "choice", value="o7", options=options),), "Send")
    assert walked(form) == Pressed("new", {"text": "o7"})


def test_a_short_form_works_after_a_restart() -> None:
    """What it needs stands in its own id: whoever reads it later knows no draft."""
    opened = modal(
        Form("note", "Note", (Input("text", "Your note", "area"),), "Keep", {"request": "ACME-42"}), Drafts()
    )
    assert opened is not None
    valid_modal(opened)
    assert submitted(sent(opened, text="Between us"), Drafts()) == Pressed(
        "note", {"request": "ACME-42", "text": "Between us"}
    )


LONG = Form(
    "new",
    "New request",
    tuple(Input(f"q{n}", f"Question {n}", required=n == 6) for n in range(8)),
    "Send request",
    {"private": True},
    "Only the first line is needed.",
)


def test_a_longer_form_goes_step_by_step_and_says_that_nothing_is_sent_yet() -> None:
    """Between two steps stand what is still asked and the buttons; what is needed cannot be passed over."""
    drafts = Drafts()
    opened = modal(LONG, drafts)
    assert opened is not None
    assert opened.given["title"] == "New request (1 of 2)"
    between = submitted(sent(opened, q0="one", q1="two"), drafts)
    assert isinstance(between, Said)
    shown = "\n".join(map(seen, texts(message(between, TO))))
    assert "Not sent yet. Still asked, in step 2 of 2: Question 4; Question 5; Question 6; Question 7" in shown
    assert [action.label for action in between.actions] == ["Fill in step 2", "Change what I wrote"]
    change = turned(Pressed(FORM, between.actions[1].args), drafts)
    assert isinstance(change, Modal)
    assert [part["component"].get("value") for part in change.given["components"][1:3]] == ["one", "two"]
    second = turned(Pressed(FORM, between.actions[0].args), drafts)
    assert isinstance(second, Modal)
    done = submitted(sent(second, q6="seven"), drafts)
    assert isinstance(done, Pressed)
    assert {n: v for n, v in done.args.items() if v} == {"private": True, "q0": "one", "q1": "two", "q6": "seven"}


def test_what_need_not_be_asked_can_be_left_out() -> None:
    """Where the rest is not required it can be sent as it is."""
    drafts = Drafts()
    form = Form("new", "New", tuple(Input(f"q{n}", f"Question {n}") for n in range(8)), "Send request")
    opened = modal(form, drafts)
    assert opened is not None
    between = submitted(sent(opened, q0="one"), drafts)
    assert isinstance(between, Said)
    (send,) = (action for action in between.actions if action.label == "Send request")
    done = turned(Pressed(FORM, send.args), drafts)
    assert isinstance(done, Pressed)
    assert done.args["q0"] == "one"


def test_what_is_wrong_is_said_above_and_the_step_it_is_in_is_opened_with_what_was_written() -> None:
    """Nothing stands beside a field: the message names each field, and its button opens the right step."""
    drafts = Drafts()
    form = Form(
        "new",
        "New",
        tuple(Input(f"q{n}", f"Question {n}", value=f"v{n}") for n in range(8)),
        "Go",
        errors={"q6": "No."},
    )
    offered = offer(form, drafts)
    shown = "\n".join(map(seen, texts(message(offered, TO))))
    assert "⚠️ Question 6: No." in shown
    assert [action.label for action in offered.actions] == ["Change it"]
    opened = turned(Pressed(FORM, offered.actions[0].args), drafts)
    assert isinstance(opened, Modal)
    assert {part["component"]["custom_id"]: part["component"]["value"] for part in opened.given["components"]}[
        "q6"
    ] == "v6"
    done = submitted(sent(opened, q6="right"), drafts)
    assert isinstance(done, Pressed)
    assert done.args == {**{f"q{n}": f"v{n}" for n in range(8)}, "q6": "right"}


def test_the_way_back_takes_along_what_was_typed() -> None:
    """`back` is set, with the values of the draft."""
    drafts = Drafts()
    offered = offer(Form("setup", "Step 2", (Input("name", "Name", value="Acme"),), "Next", back="Back"), drafts)
    (back,) = (action for action in offered.actions if action.label == "Back")
    assert turned(Pressed(FORM, back.args), drafts) == Pressed("setup", {"name": "Acme", "back": True})


def test_a_form_that_asks_nothing_is_a_message_with_its_button() -> None:
    """It says what will happen; pressing does it."""
    drafts = Drafts()
    form = Form(
        "private", "Make ACME-1 private", (), "Make private", {"request": "ACME-1", "sure": True}, "It stays so."
    )
    assert modal(form, drafts) is None
    offered = offer(form, drafts)
    assert [action.label for action in offered.actions] == ["Make private"]
    assert turned(Pressed(FORM, offered.actions[0].args), drafts) == Pressed(
        "private", {"request": "ACME-1", "sure": True}
    )


def test_whose_draft_is_gone_gets_their_words_back_and_can_begin_anew() -> None:
    """A restart in the middle: nothing was sent, what was typed is shown, a button begins anew; a form that was offered
    before is asked for again."""
    drafts = Drafts()
    opened = modal(LONG, drafts)
    assert opened is not None
    lost = submitted(sent(opened, q0="Export *fails*"), Drafts())
    assert isinstance(lost, Said)
    shown = "\n".join(map(seen, texts(message(lost, TO))))
    assert "Export *fails*" in shown
    assert lost.actions == (Action("new", "Begin anew", {"private": True}, "primary"),)
    offered = offer(LONG, drafts)
    assert turned(Pressed(FORM, offered.actions[0].args), Drafts()) == Pressed("new", {"private": True})


def test_where_the_desk_refuses_what_was_typed_comes_back() -> None:
    """Discord has closed the form: a short one's words are shown, a longer one is opened again by a button."""
    no = Answer(Said("refusal", (line("That is Sam's to do."),)))
    drafts = Drafts()
    short = modal(Form("note", "Note", (Input("text", "Your note", "area"),), "Keep"), drafts)
    assert short is not None
    answer = kept(no, sent(short, text="Between us"), drafts)
    assert texts(message(answer.message, TO)) == ["That is Sam's to do.\nYou wrote:\n> Between us"]
    opened = modal(LONG, drafts, 1, drafts.keep(LONG))
    assert opened is not None
    answer = kept(no, sent(opened), drafts)
    assert isinstance(answer.message, Said)
    again = turned(Pressed(FORM, answer.message.actions[0].args), drafts)
    assert isinstance(again, Modal)
    assert again.given["components"] == opened.given["components"]
    done = Answer(Said("done", (line("Kept."),)))
    assert kept(done, sent(short, text="Between us"), drafts) == done


def test_more_choices_than_a_menu_has_stand_in_several_and_of_very_many_one_is_typed() -> None:
    """None is missing, and the one that was chosen stays chosen; another one chosen elsewhere counts instead."""
    options = tuple(Option(f"p{n}", f"Person {n:03}") for n in range(60))
    form = Form("assign", "Assign", (Input("to", "Who?", "choice", True, "p30", options=options),), "Go")
    drafts = Drafts()
    opened = modal(form, drafts)
    assert opened is not None
    valid_modal(opened)
    menus = [part for part in every(opened.given) if part.get("type") == 3]
    assert [option["value"] for menu in menus for option in menu["options"]] == [option.value for option in options]
    assert walked(form).args == {"to": "p30"}
    assert walked(form, **{"to|0": "p7"}).args == {"to": "p7"}
    many = tuple(Option(f"p{n}", f"Person {n:03}") for n in range(430))
    form = Form("assign", "Assign", (Input("to", "Who?", "choice", True, options=many),), "Go")
    assert walked(form, to="person 300").args == {"to": "p300"}
    assert walked(form, to="somebody").args == {"to": "somebody"}


def test_a_text_that_is_too_long_for_a_field_stands_in_several() -> None:
    """It is one text again, whole; over two steps as well."""
    text = "\n".join(f"{n:04} what the log says" for n in range(900))
    form = Form("reply", "Reply", (Input("text", "Your reply", "area", value=text, limit=20_000),), "Send")
    assert walked(form).args == {"text": text}


def test_what_is_no_form_of_ours_is_nothing() -> None:
    """Whatever else comes in is not read as a command."""
    for data in ({}, {"custom_id": "x"}, {"custom_id": "desk:", "components": []}):
        assert submitted(data, Drafts()) is None
