"""The story of three people, in a real browser: from the first message to the breach alert to *works*."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def composer(page: Page, name: str):
    return page.get_by_role("textbox", name=name).or_(page.get_by_role("combobox", name=name))


def go(page: Page, channel: str) -> None:
    """To a conversation of the sidebar."""
    side = page.get_by_role("navigation", name="Conversations")
    side.locator("a:not([data-thread])").filter(has_text=channel).click()
    expect(page.locator("main header.bar")).to_contain_text(channel)


def card(page: Page):
    return page.get_by_role("main").get_by_role("region", name="ACME-1 Export fails")


def test_from_the_first_message_to_works(person: Callable[..., Page], keep: Callable[[Page, str], None]):
    """Dana asks, nobody answers, Lee is alarmed, Sam works it, Dana confirms; each sees it live, without a reload."""
    dana, sam, lee = person("Dana"), person("Sam"), person("Lee")

    # Dana types a command, completes it, and fills in the form.
    box = composer(dana, "Message #client-acme")
    box.click()
    box.type("/")
    expect(dana.get_by_role("option").first).to_be_visible()
    keep(dana, "01-completion")
    box.fill("/desk new")
    box.press("Enter")
    form = dana.get_by_role("dialog", name="New request")
    expect(form).to_be_visible()
    form.get_by_role("button", name="Send request").click()
    expect(form).to_be_visible()  # the title is required
    form.get_by_label("What is it about?").fill("Export fails")
    form.get_by_label("Who is stopped?").select_option(label="A team")
    keep(dana, "02-form")
    form.get_by_role("button", name="Send request").click()
    expect(form).to_be_hidden()
    expect(dana.get_by_text("Only you can see this").first).to_be_visible()
    keep(dana, "03-receipt")

    # Sam sees the card appear in triage; nobody takes it, and time passes.
    go(sam, "triage")
    expect(card(sam)).to_contain_text("Nobody yet")
    keep(sam, "04-card")
    for _ in range(3):
        sam.get_by_role("button", name="+15 min").click()
        expect(sam.get_by_role("status").filter(has_text="It is Tuesday").last).to_be_visible()
    expect(sam.get_by_text("Dana Reyes is waiting for us")).to_be_visible()
    keep(sam, "05-warning")
    sam.get_by_role("button", name="+15 min").click()

    # Lee reads of the breach in alerts, and is called by direct message where nobody acts.
    go(lee, "alerts")
    expect(lee.get_by_text("missed first response, due")).to_be_visible()
    keep(lee, "06-breach-alert")
    sam.get_by_role("button", name="+1 h").click()
    go(lee, "Steward")
    expect(lee.get_by_text("missed first response, due")).to_be_visible()

    # Sam claims and replies; Dana reads it in her thread.
    card(sam).get_by_role("button", name="Claim").click()
    expect(card(sam)).to_contain_text("Sam Ito")
    card(sam).get_by_role("button", name="Reply").click()
    reply = sam.get_by_role("dialog", name="Reply to ACME-1")
    reply.get_by_label("Your reply").fill("I am on it; news at noon.")
    reply.get_by_role("button", name="Send to client").click()
    expect(reply).to_be_hidden()
    dana.get_by_role("main").get_by_role("link", name="replies").or_(
        dana.get_by_role("main").get_by_role("button", name="replies")
    ).first.click()
    thread = dana.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("Hi Dana, this is ACME-1")
    expect(thread).to_contain_text("I am on it; news at noon.")
    keep(dana, "07-thread")

    # He resolves; a minute later she is asked, and it works.
    card(sam).get_by_role("button", name="Resolve").click()
    resolve = sam.get_by_role("dialog", name="Resolve ACME-1")
    resolve.get_by_label("What was done?").fill("Restarted the export.")
    resolve.get_by_role("button", name="Resolve").click()
    expect(card(sam)).to_contain_text("Resolved")
    keep(sam, "08-resolved")
    sam.get_by_role("button", name="+15 min").click()
    works = thread.get_by_role("button", name="Yes, it works")
    expect(works).to_be_visible()
    keep(dana, "09-does-it-work")
    works.click()
    expect(thread).to_contain_text("is closed. A message here until")
    expect(card(sam)).to_contain_text("Closed")
    keep(sam, "10-closed")


def test_a_plain_message_becomes_a_request_by_one_button(
    person: Callable[..., Page], keep: Callable[[Page, str], None]
):
    """A message, the offer that only its author sees, one press; and the card is in triage."""
    dana, sam = person("Dana"), person("Sam")
    go(sam, "triage")
    box = composer(dana, "Message #client-acme")
    box.fill("The stock report is a day behind")
    box.press("Enter")
    dana.get_by_role("button", name="Turn into request").first.click()
    expect(sam.get_by_role("region", name="ACME-1 The stock report is a day behind")).to_be_visible()
    keep(dana, "offer")


def test_no_secret_reaches_the_client(person: Callable[..., Page]):
    """The client's page has no team channel, and the team's words are nowhere in it."""
    dana, sam = person("Dana"), person("Sam")
    box = composer(dana, "Message #client-acme")
    box.fill("/desk new Export fails")
    box.press("Enter")
    go(sam, "triage")
    card(sam).get_by_role("button", name="More").click()
    sam.get_by_role("menuitem", name="Note").click()
    note = sam.get_by_role("dialog", name="Note on ACME-1")
    note.get_by_label("Your note").fill("They never pay on time")
    note.get_by_role("button", name="Keep note").click()
    expect(note).to_be_hidden()
    dana.reload()
    assert "never pay" not in dana.content()
    assert "triage" not in dana.content()
    answer = dana.request.get(sam.url)
    assert answer.status == 404
