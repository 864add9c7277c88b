"""Pages of a long conversation: the latest at first, and a way back to the beginning."""

from __future__ import annotations

import re

import pytest
from web_house import House

from adapters.web import pages

pytestmark = pytest.mark.asyncio


def _texts(html: str) -> list[str]:
    return re.findall(r">(?:root|reply|line) \d+<", html)


async def test_a_long_thread_can_be_read_to_its_beginning(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root always stands on top; earlier replies come page by page until the first, with no empty page at the end.

    Where a page is not the first, its first reply says whose it is and when.
    """
    monkeypatch.setattr(pages, "REPLIES", 3)
    add, now = house.store.add, house.clock.now()
    root, _ = await add("client-acme", at=now, author="dana", text="root 0")
    replies = [
        (await add("client-acme", at=now, thread=root.id, author="dana", text=f"reply {n}"))[0] for n in range(6)
    ]
    browser, path = house.browser("dana"), f"/part/c/client-acme/t/{root.id}"
    page = (await browser.get(path)).text
    assert _texts(page) == [">root 0<", ">reply 3<", ">reply 4<", ">reply 5<"]
    assert "Show earlier replies" in page
    assert page.count('class="day"') == 2
    older = await browser.get(f"{path}/older", params={"before": replies[3].id})
    assert _texts(older.text) == [">reply 0<", ">reply 1<", ">reply 2<"]
    assert older.headers["x-more"] == ""
    middle = await browser.get(f"{path}/older", params={"before": replies[5].id})
    assert _texts(middle.text) == [">reply 2<", ">reply 3<", ">reply 4<"]
    assert middle.headers["x-more"] == "1"


async def test_a_thread_that_fits_offers_nothing_earlier(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly a page is all of it, in a thread as in a channel."""
    monkeypatch.setattr(pages, "REPLIES", 2)
    monkeypatch.setattr(pages, "PAGE", 2)
    add, now = house.store.add, house.clock.now()
    root, _ = await add("client-acme", at=now, author="dana", text="line 0")
    for n in range(2):
        await add("client-acme", at=now, thread=root.id, author="dana", text=f"reply {n}")
    await add("client-acme", at=now, author="dana", text="line 1")
    browser = house.browser("dana")
    page = (await browser.visit(f"/c/client-acme/t/{root.id}")).text
    assert "Show earlier" not in page
    await add("client-acme", at=now, author="dana", text="line 2")
    page = (await browser.visit(f"/c/client-acme/t/{root.id}")).text
    assert "Show earlier messages" in page
    assert "Show earlier replies" not in page
