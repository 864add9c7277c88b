"""What people do with the workspace in every story."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def write(page: Page, name: str, text: str) -> None:
    """Words into the composer of that name; they are at the desk when this returns, though not yet on every page."""
    box = page.get_by_role("textbox", name=name)
    box.fill(text)
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/messages")):
        box.press("Enter")
    expect(box).to_have_value("")


def until(page: Page, condition: Callable[[], object]) -> None:
    """Waits for what is not on the page, while the page goes on."""
    for _ in range(150):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("that did not happen within 15 seconds")
