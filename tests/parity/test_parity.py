"""Every command, form, message and button of the core is on all three faces, or its absence has a reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_things import commands, doors, forms, messages, sent, unmade
from faces import FACES, MENU, Discord, Slack
from page import PAGE, page
from parity import ABSENT, given_by_buttons, missing, of_command, of_form, of_message

from adapters.slack.shortcuts import MESSAGE_SHORTCUTS
from bot.commands import REGISTRY, Kind, Param
from bot.messages.model import Action, Form, Input, Quote, Said, line


def test_what_a_face_has_not_has_a_reason():
    """All that the core has is looked for on each face; what is not there is listed with its reason, and what is listed
    is truly not there."""
    assert {key: where for key, where in missing().items() if key not in ABSENT} == {}
    assert set(ABSENT) - set(missing()) == set()


def test_everything_is_looked_at():
    """No form is made where nobody looks; each hidden command has a button, a menu or an emoji; and there is enough of
    each that a list which came out empty would be noticed."""
    assert unmade() == set()
    by_buttons = given_by_buttons()
    assert [c.name for c in commands() if c.hidden and not (c.on_message or c.emoji or c.name in by_buttons)] == []
    assert (len(messages()) > 200, len(forms()) > 60, len(doors()) > 8, len(sent()) > 5) == (True,) * 4


def test_the_page_is_what_the_lists_say():
    """docs/faces.md names the same commands, forms and messages; `make faces` writes it anew."""
    assert PAGE.read_text("utf-8") == page(), "run make faces"


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_what_would_be_lost_is_noticed(face):
    """A word, a button and a field that a face did not show would be found missing."""
    said = Said("any", (line("Quite ", Quote("unusual")),), (Action("show", "Open", {"request": 3}),))
    assert list(of_message(face, said)) == []
    shown = face.words(said), face.presses(said)

    class Blind(type(face)):
        words = lambda self, body: shown[0] - {"unusual"}  # noqa: E731
        presses = lambda self, body: set()  # noqa: E731
        fields = lambda self, form: []  # noqa: E731

    assert [what for what, _ in of_message(Blind(), said)] == ["words of a message", "a button of a message"]
    form = Form("note", "Note", (Input("text", "Your note", required=True),), "Keep")
    assert ("a field of a form", "text") in list(of_form(Blind(), form))


def test_a_new_command_is_missed(monkeypatch: pytest.MonkeyPatch):
    """A verb that Discord is not told of, a word that it does not take, and a menu's entry that Slack does not have."""
    claim, turn = REGISTRY.commands["claim"], REGISTRY.commands["turn"]
    new = replace(
        claim, name="dance", params=(*claim.params, Param("speed", "How fast", Kind.WORD, False)), emoji=("💃",)
    )
    assert {what for what, _ in of_command(Discord(), new)} == {"a command", "a way to give a command"}
    wordy = replace(claim, params=new.params)
    assert ("a word of a command", "claim speed") in list(of_command(Discord(), wordy))
    monkeypatch.delitem(MESSAGE_SHORTCUTS, "turn")
    assert ("a way to give a command", f"turn: {MENU}") in list(of_command(Slack(), turn))


def test_what_buttons_alone_say_is_never_needed():
    """Where a command needs a word, it can be typed in Discord, too, whatever it is called."""
    discord = Discord()
    assert [(c.name, p.name) for c in commands() for p in c.params if p.required and not discord.takes(c, p)] == []
