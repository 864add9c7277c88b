"""What somebody typed, and what they pressed, in a page that is drawn anew at any moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import until, write

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_an_edit_outlives_all_that_happens_around_it(person: Callable[..., Page]):
    """News, a jump of time, a lost connection, a walk elsewhere, a reload, Escape: the words are there until they are
    saved or dropped by Cancel."""
    dana, sam = person("Dana"), person("Sam")
    write(dana, "Message #client-acme", "The export fails")
    expect(dana.get_by_role("main").get_by_text("Shall our team look into this?")).to_be_visible()
    dana.keyboard.press("ArrowUp")
    edit = dana.get_by_role("textbox", name="Edit message")
    expect(edit).to_be_focused()
    edit.press_sequentially(" since Monday")
    sam.get_by_role("navigation", name="Conversations").get_by_role("link", name="acme").first.click()
    write(sam, "Message #client-acme", "I am looking")
    expect(dana.get_by_role("main").get_by_text("I am looking")).to_be_visible()
    with dana.expect_response("**/part/c/client-acme"):
        sam.get_by_role("button", name="+15 min").click()
    expect(edit).to_have_value("The export fails since Monday")
    expect(edit).to_be_focused()
    dana.keyboard.type(" at nine")  # the caret stayed where it was

    dana.context.set_offline(True)
    dana.keyboard.press("Enter")
    expect(dana.get_by_text("No connection just now")).to_be_visible()
    with dana.expect_response("**/part/c/client-acme"):
        dana.context.set_offline(False)
    whole = "The export fails since Monday at nine"
    expect(edit).to_have_value(whole)

    side = dana.get_by_role("navigation", name="Conversations")
    side.get_by_role("link", name="Steward").click()
    expect(edit).to_have_count(0)
    side.get_by_role("link", name="acme").click()
    expect(edit).to_have_value(whole)
    dana.reload()
    expect(edit).to_have_value(whole)
    edit.press("Escape")
    expect(edit).to_have_count(0)
    expect(dana.get_by_text("Your changes are kept")).to_be_visible()
    dana.keyboard.press("e")
    expect(edit).to_have_value(whole)
    edit.press("Enter")
    expect(edit).to_have_count(0)
    expect(sam.get_by_role("main").get_by_text(whole)).to_be_visible()
    dana.keyboard.press("e")
    expect(edit).to_have_value(whole)
    edit.fill("Never mind")
    dana.get_by_role("button", name="Cancel").click()
    dana.keyboard.press("e")
    expect(edit).to_have_value(whole)


def test_a_form_keeps_what_was_filled_in(person: Callable[..., Page]):
    """Escape and a reload leave it to come back; Start over and sending end it. The focus goes back where it was."""
    dana = person("Dana")
    opener = dana.get_by_role("button", name="New request")
    opener.click()
    form = dana.get_by_role("dialog", name="New request")
    title = form.get_by_label("What is it about?")
    expect(title).to_have_value("")
    dana.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(dana.get_by_text("What you typed is kept")).to_have_count(0)
    opener.click()
    title.fill("Export fails")
    form.get_by_label("Who is stopped?").select_option(label="A team")
    dana.keyboard.press("Escape")
    expect(dana.get_by_text("What you typed is kept")).to_be_visible()
    expect(opener).to_be_focused()
    dana.reload()
    opener.click()
    expect(title).to_have_value("Export fails")
    expect(form.get_by_text("What you typed before is here again")).to_be_visible()
    form.get_by_role("button", name="Start over").click()
    expect(title).to_have_value("")
    expect(title).to_be_focused()
    title.fill("Stock is wrong")
    form.get_by_label("Files").set_input_files({"name": "stock.txt", "mimeType": "text/plain", "buffer": b"none"})
    dana.keyboard.press("Control+Enter")
    expect(form).to_be_hidden()
    dana.locator("main button.replies").first.click()
    expect(dana.get_by_role("complementary", name="Thread").get_by_role("link", name="stock.txt")).to_be_visible()
    dana.keyboard.press("Escape")
    box = dana.get_by_role("textbox", name="Message #client-acme")
    box.fill("/desk new")
    box.press("Enter")
    expect(title).to_have_value("")


def test_a_button_is_pressed_once_and_tells(person: Callable[..., Page]):
    """While its act is under way it says so, also where its message is drawn anew; a second press sends nothing; in the
    end it can be pressed again."""
    dana, sam = person("Dana"), person("Sam")
    write(dana, "Message #client-acme", "/desk new Export fails")
    card = sam.get_by_role("main").get_by_role("region", name="ACME-1 Export fails")
    reply = card.get_by_role("button", name="Reply", exact=True)
    expect(reply).to_be_visible()
    held: list[Route] = []
    sam.route("**/act", lambda route: held.append(route))
    reply.click()
    expect(reply).to_have_attribute("aria-busy", "true")
    reply.click()
    with sam.expect_response("**/part/c/triage"):
        dana.get_by_role("button", name="+15 min").click()
    expect(sam.locator("#clock")).to_contain_text("10:1")
    expect(reply).to_have_attribute("aria-busy", "true")
    reply.click()
    until(sam, lambda: held)
    assert len(held) == 1
    held[0].continue_()
    expect(sam.get_by_role("dialog", name="Reply to ACME-1")).to_be_visible()
    sam.keyboard.press("Escape")
    expect(reply).not_to_have_attribute("aria-busy", "true")
