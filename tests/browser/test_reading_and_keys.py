"""Reading, writing and finding one's way with the keyboard, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.hands import until, write

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def composer(page: Page, name: str):
    return page.get_by_role("textbox", name=name)


def side(page: Page):
    return page.get_by_role("navigation", name="Conversations")


def channel(page: Page, name: str):
    return side(page).locator("a:not([data-thread])").filter(has_text=name)


def test_what_is_unread_is_marked_where_it_is(person: Callable[..., Page], keep: Callable[[Page, str], None]):
    """A dot for a channel, a number where one is named, a line where the new begins; a thread is read by itself."""
    sam, dana = person("Sam"), person("Dana")
    write(dana, "Message #client-acme", "The stock report is late")
    expect(channel(sam, "client-acme").get_by_label("unread", exact=True)).to_be_visible()
    write(dana, "Message #client-acme", "@Sam Ito, can you look?")
    expect(channel(sam, "client-acme").get_by_label("1 for you, unread")).to_be_visible()
    keep(sam, "01-a-number-and-a-dot")
    channel(sam, "client-acme").click()
    expect(sam.get_by_role("main").get_by_text("New", exact=True)).to_be_visible()
    keep(sam, "02-where-the-new-begins")
    expect(channel(sam, "client-acme").get_by_label("unread")).to_have_count(0)

    # A thread is read by itself: first in the sidebar, then marked on its root, then read.
    channel(sam, "triage").click()
    dana.get_by_role("main").get_by_text("The stock report is late").hover()
    dana.get_by_role("main").get_by_role("button", name="Reply in thread").first.click()
    write(dana, "Reply in thread", "It has been since Monday")
    waiting = side(sam).get_by_role("link", name="The stock report is late")
    expect(waiting).to_be_visible()
    channel(sam, "client-acme").click()
    expect(sam.get_by_role("main").get_by_role("button", name="1 new")).to_be_visible()
    expect(waiting).to_be_visible()
    keep(sam, "03-an-unread-thread")
    waiting.click()
    expect(sam.get_by_role("complementary", name="Thread")).to_contain_text("It has been since Monday")
    expect(waiting).to_have_count(0)
    expect(sam.get_by_role("main").get_by_role("button", name="1 new")).to_have_count(0)


def test_a_reply_that_overtakes_its_message_is_shown(person: Callable[..., Page]):
    """A message is fetched, and before it stands on the page somebody has replied to it: the page asks once more."""
    sam, dana = person("Sam"), person("Dana")
    channel(sam, "client-acme").click()
    dana.evaluate(
        "const all = document.documentElement.dataset; all.heard = 0;"
        "document.addEventListener('deskchanged', () => { all.heard = Number(all.heard) + 1; })"
    )
    slow: list[tuple[Route, APIResponse]] = []
    dana.route("**/part/m/*", lambda route: slow.append((route, route.fetch())), times=1)
    write(sam, "Message #client-acme", "I am looking")
    until(dana, lambda: slow)
    sam.get_by_role("main").get_by_role("article").filter(has_text="I am looking").hover()
    sam.get_by_role("main").get_by_role("button", name="Reply in thread").last.click()
    write(sam, "Reply in thread", "It is the stock report")
    # Not `wait_for_function`: what it does not find at once it looks for by `eval`, which the desk's pages refuse.
    expect(dana.locator("html")).to_have_attribute("data-heard", re.compile(r"[2-9]|\d\d"))
    ((route, before_the_reply),) = slow
    route.fulfill(response=before_the_reply)
    expect(dana.get_by_role("main").locator("button.replies")).to_be_visible()


def test_what_was_sent_stands_there_once_though_its_answer_is_late(person: Callable[..., Page]):
    """The news of it may be here long before the answer: the words on their way are not shown beside it then."""
    sam = person("Sam")
    late: list[tuple[Route, APIResponse]] = []
    sam.route("**/messages", lambda route: late.append((route, route.fetch())), times=1)
    box = composer(sam, "Message #triage")
    box.fill("*I am* looking")
    box.press("Enter")
    words = sam.get_by_role("main").locator(".words").filter(has_text="looking")
    expect(words).to_have_count(1)
    until(sam, lambda: late)
    sam.wait_for_timeout(600)  # past the time after which words on their way are shown
    expect(words).to_have_count(1)
    ((route, answer),) = late
    route.fulfill(response=answer)
    expect(box).to_have_value("")
    expect(words).to_have_count(1)


def test_a_draft_stays_where_it_was_written(person: Callable[..., Page], keep: Callable[[Page, str], None]):
    """Through other conversations and a reload, marked by a pencil; sending ends it."""
    sam = person("Sam")
    composer(sam, "Message #triage").fill("Half a thought")
    channel(sam, "client-acme").click()
    box = composer(sam, "Message #client-acme")
    expect(box).to_have_value("")
    expect(channel(sam, "triage").get_by_label("has a draft")).to_be_visible()
    keep(sam, "01-a-pencil")
    sam.reload()
    expect(channel(sam, "triage").get_by_label("has a draft")).to_be_visible()
    channel(sam, "triage").click()
    box = composer(sam, "Message #triage")
    expect(box).to_have_value("Half a thought")
    box.press("Enter")
    expect(sam.get_by_role("main").get_by_text("Half a thought")).to_be_visible()
    channel(sam, "client-acme").click()
    expect(channel(sam, "triage").get_by_label("has a draft")).to_have_count(0)


def test_the_keyboard_is_enough(person: Callable[..., Page], keep: Callable[[Page, str], None]):
    """From the composer to the messages, into a thread, back, and to the next unread channel."""
    sam, dana = person("Sam"), person("Dana")
    write(dana, "Message #client-acme", "First")
    write(dana, "Message #client-acme", "Second")
    keys = sam.keyboard
    composer(sam, "Message #triage").focus()
    keys.press("Escape")
    keys.press("?")
    sheet = sam.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    keep(sam, "01-keys")
    keys.press("Escape")
    expect(sheet).to_be_hidden()

    expect(channel(sam, "client-acme").get_by_label("unread", exact=True)).to_be_visible()
    keys.press("Alt+Shift+ArrowDown")
    expect(composer(sam, "Message #client-acme")).to_be_focused()
    keys.press("Escape")
    second = sam.get_by_role("main").get_by_role("article").filter(has_text="Second")
    first = sam.get_by_role("main").get_by_role("article").filter(has_text="First")
    expect(second).to_be_focused()
    keys.press("k")
    expect(first).to_be_focused()
    keep(sam, "02-a-message-at-hand")
    # The message at hand keeps the focus while others come in.
    write(dana, "Message #client-acme", "Third")
    expect(sam.get_by_role("main").get_by_text("Third")).to_be_visible()
    expect(first).to_be_focused()
    keys.press("Enter")
    expect(composer(sam, "Reply in thread")).to_be_focused()
    keys.type("On it")
    keys.press("Enter")
    thread = sam.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("On it")
    keys.press("Escape")
    keys.press("Escape")
    expect(thread).to_be_hidden()
    expect(first).to_be_focused()
    keys.press("r")
    expect(composer(sam, "Message #client-acme")).to_be_focused()


def test_people_are_completed_and_named(person: Callable[..., Page]):
    """An @ offers those who can read it there; Enter takes the name, and only then sends."""
    dana, sam = person("Dana"), person("Sam")
    box = composer(dana, "Message #client-acme")
    box.click()
    box.press_sequentially("Hello @sa")
    expect(dana.get_by_role("option", name="Sam Ito")).to_be_visible()
    box.press("Enter")
    expect(box).to_have_value("Hello @Sam Ito ")
    box.press("Enter")
    expect(box).to_have_value("")
    expect(channel(sam, "client-acme").get_by_label("1 for you, unread")).to_be_visible()
