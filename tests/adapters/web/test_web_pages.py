"""Pages of a long conversation: the latest at first, and a way back to the beginning."""

from __future__ import annotations

import re

import pytest
from web_house import TUESDAY, House, MovableClock

from adapters.web import views
from adapters.web.chat import PLATFORM, WORKSPACE
from bot.demo.seed import set_up
from bot.desk import bootstrap
from storage import open_store

pytestmark = pytest.mark.asyncio


def _texts(html: str) -> list[str]:
    return re.findall(r">(?:root|reply|line) \d+<", html)


async def test_a_long_thread_can_be_read_to_its_beginning(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root always stands on top; earlier replies come page by page until the first, with no empty page at the end.

    Where a page is not the first, its first reply says whose it is and when.
    """
    monkeypatch.setattr(views, "REPLIES", 3)
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
    monkeypatch.setattr(views, "REPLIES", 2)
    monkeypatch.setattr(views, "PAGE", 2)
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


async def _thread(house: House, person: str, channel: str, key: str) -> str:
    """The thread of the first message there whose page names the request, as that person reads it."""
    for root in await house.store.messages(channel):
        page = (await house.browser(person).get(f"/part/c/{channel}/t/{root.id}")).text
        if key in page.partition("</header>")[0]:
            return page
    raise AssertionError(f"no thread of {key} in {channel}")


async def test_a_thread_says_whose_it_is_and_who_reads_it(house: House) -> None:
    """The team's private thread and the client's cannot be taken for each other."""
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    team = await _thread(house, "sam", "triage", "ACME-1 · team thread")
    assert 'aria-label="Note for the team"' in team
    assert "The client does not see this" in team
    public = await _thread(house, "sam", "client-acme", "ACME-1 · with the client")
    assert 'aria-label="Reply to the client"' in public
    assert "Acme reads this" in public
    theirs = await _thread(house, "dana", "client-acme", "ACME-1<")
    assert 'aria-label="Reply in thread"' in theirs
    assert "reads this" not in theirs


async def test_a_thread_of_no_request_is_just_a_thread(house: House) -> None:
    """Staff are told who reads along where a client does."""
    root = (await house.browser("sam").say("Maintenance on Sunday")).json()["message"]
    page = (await house.browser("sam").get(f"/part/c/client-acme/t/{root}")).text
    assert "<h2>Thread</h2>" in page
    assert 'aria-label="Reply in thread"' in page
    assert "Acme reads this" in page
    root = (await house.browser("sam").say("Who is in today?", "triage")).json()["message"]
    page = (await house.browser("sam").get(f"/part/c/triage/t/{root}")).text
    assert "reads this" not in page
    assert "does not see" not in page


async def test_only_a_clients_loose_words_can_become_a_request(house: House) -> None:
    """Not staff's, not the desk's, not what is a request or stands in one's thread."""

    async def offered(id: int, query: str = "") -> bool:
        return "Turn into request" in (await house.browser("sam").get(f"/part/m/{id}{query}")).text

    dana, sam = house.browser("dana"), house.browser("sam")
    loose = (await sam.say("Maintenance on Sunday")).json()["message"]
    reply = (await dana.say("Thanks, but the export fails", thread=loose)).json()["message"]
    asked = (await dana.say("The export fails since Monday")).json()["message"]
    team = (await sam.say("Anyone?", "triage")).json()["message"]
    assert [await offered(id) for id in (loose, asked, team)] == [False, True, False]
    assert await offered(reply, "?thread=1")
    await dana.press("turn", "client-acme", message=str(asked))
    assert not await offered(asked)
    thread = await house.store.binding("request:1:client")
    assert thread is not None
    more = (await dana.say("And invoices", thread=int(thread.thread or 0))).json()["message"]
    assert not await offered(more, "?thread=1")
    assert "Turn into request" not in (await sam.get("/part/c/triage")).text


async def test_a_desk_without_clients_offers_to_set_one_up(sqlite_url: str) -> None:
    """One press opens the wizard where its manager begins; later triage has a button for it, for managers alone."""
    store = await open_store(sqlite_url)
    try:
        house = House(store, MovableClock(TUESDAY))
        await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)
        await house.wake()
        manager = house.browser("manager")
        assert "Set up your first client</button>" in (await manager.visit("/")).text
        answer = (await manager.press("setup", "triage")).json()
        assert "Set up a client: 1 of 5" in answer["form"]
        await set_up(house.desk)
        await house.wake()
        page = (await house.browser("lee").visit("/")).text
        assert "first client" not in page
        assert 'data-command="setup"' in page
        assert 'data-command="setup"' not in (await house.browser("sam").visit("/")).text
    finally:
        await store.close()
