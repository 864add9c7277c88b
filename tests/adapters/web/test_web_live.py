"""The stream of news tells each person only of places they may enter, and never waits for a slow page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from web_house import HOST, House

from adapters.web.auth import COOKIE
from adapters.web.chat import place_of
from adapters.web.live import QUEUE, Changed, Hub, Moved, Seen
from bot.domain.people import Person, Role
from bot.messages.model import Said
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


class Stream:
    """What a page's EventSource receives."""

    def __init__(self) -> None:
        self.status = 0
        self.text = ""
        self.news = asyncio.Event()
        self.ended = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message["body"].decode()
            self.ended = not message.get("more_body", False)
        self.news.set()

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        blocks = [b.splitlines() for b in self.text.replace("\r\n", "\n").split("\n\n") if b.startswith("event:")]
        return [(b[0].removeprefix("event: "), json.loads(b[1].removeprefix("data: "))) for b in blocks]

    async def until(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Wait for that many events."""
        async with asyncio.timeout(5):
            while len(self.events()) < count and not self.ended:
                self.news.clear()
                await self.news.wait()
        return self.events()


@asynccontextmanager
async def listening(house: House, person: str) -> AsyncIterator[Stream]:
    """A page that is open; httpx's transport cannot stream, so the application is called as a server would."""
    stream, gone = Stream(), asyncio.Event()
    cookie = f"{COOKIE}={house.sessions.cookie(person)}"
    scope = {
        "type": "http", "method": "GET", "path": "/events", "raw_path": b"/events", "query_string": b"",
        "headers": [(b"host", HOST.encode()), (b"cookie", cookie.encode())],
        "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("127.0.0.1", 8000), "client": ("x", 1),
    }  # fmt: skip

    async def receive() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(house.app(scope, receive, stream.send))
    try:
        await stream.until(1)
        yield stream
    finally:
        gone.set()
        await asyncio.wait_for(task, 5)


async def test_it_tells_only_what_one_may_see(house: House) -> None:
    """Each hears of changes in their own channels: not of the team's, another client's, or another's direct one."""
    heard = {
        "dana": {"client-acme", "dm:dana"},
        "mia": {"client-globex"},
        "sam": {"client-acme", "client-globex", "triage"},
    }
    for person, channels in heard.items():
        async with listening(house, person) as stream:
            for channel in ("triage", "client-globex", "client-acme", "dm:dana"):
                house.hub.publish(Changed(channel, 1))
            events = await stream.until(1 + len(channels))
            await asyncio.sleep(0)
            assert {data["channel"] for name, data in events if name == "changed"} == channels
            hidden = {"triage", "client-globex", "client-acme", "dm:dana"} - channels
            assert not [word for word in hidden if word in stream.text]


async def test_it_carries_no_words(house: House) -> None:
    """Only where something changed; what, each page fetches for its own reader."""
    async with listening(house, "sam") as stream:
        answer = await house.browser("dana").say("The export fails since Monday")
        name, data = (await stream.until(2))[1]
        assert (name, data["channel"], data["message"], data["thread"]) == (
            "changed", "client-acme", answer.json()["message"], None,
        )  # fmt: skip
        assert "export" not in stream.text
        assert data["now"]


async def test_the_desks_own_messages_are_news(house: House) -> None:
    """Posts and edits through the chat port, in threads too."""
    async with listening(house, "sam") as stream:
        root = await house.chat.post(place_of("triage"), Said("x", ()), key="k1")
        await house.chat.edit(root, Said("y", ()))
        await house.chat.post(place_of("triage", int(root.message)), Said("x", ()), key="k2")
        events = await stream.until(4)
        assert [data["thread"] for _, data in events[1:]] == [None, None, int(root.message)]


async def test_a_new_client_is_news_to_every_page(house: House) -> None:
    """Its channel has no message yet; the pages of others fetch themselves again and show it."""
    async with listening(house, "sam") as stream:
        await house.browser("lee").say("/desk add-client INI Initech", "triage")
        assert (await stream.until(2))[1][0] == "moved"
    assert "client-ini" in (await house.browser("sam").get("/part/side")).text


async def test_one_who_leaves_hears_no_more(house: House) -> None:
    """The stream ends with the person's time at the desk, not with their session."""
    person = (await house.store.directory()).people["sam"]
    async with listening(house, "sam") as stream:
        await house.store.edit_directory(
            DirectoryEdit(people=(Person(person.id, person.name, Role.ENGINEER, active=False),))
        )
        house.hub.publish(Changed("triage", 1))
        assert len(await stream.until(2)) == 1
        assert stream.ended


async def test_a_closed_page_is_forgotten(house: House) -> None:
    """Nothing is kept for who is gone."""
    async with listening(house, "sam"):
        assert len(house.hub) == 1
    assert len(house.hub) == 0


async def test_streams_end_when_the_server_stops(house: House) -> None:
    """Open ones at once, whatever waits for them; one that comes later says hello and ends."""
    async with listening(house, "sam") as open_page:
        house.hub.publish(Changed("triage", 1))
        house.hub.close()
        await open_page.until(99)
        assert open_page.ended
    async with listening(house, "dana") as late:
        assert len(await late.until(99)) == 1
        assert late.ended
    assert len(house.hub) == 0


async def test_a_page_knows_what_it_missed(house: House) -> None:
    """The turn it was made at, and the turn its stream begins at: if they differ it fetches itself again."""
    page = (await house.browser("sam").visit("/c/triage")).text
    made_at = house.hub.turn
    assert f'data-turn="{made_at}"' in page
    house.hub.publish(Changed("triage", 1))
    async with listening(house, "sam") as stream:
        assert stream.events()[0][1]["turn"] == house.hub.turn != made_at


async def test_pages_of_another_process_hear_of_it_once() -> None:
    """What one process publishes its own pages get at once and the others' by the news; nobody hears it twice."""
    told: list[str] = []
    here, there = Hub(told.append), Hub()
    events = (Changed("dm:sam", 7, 3), Changed("triage", 8), Moved(), Seen("sam", "triage"))
    with here.subscribe() as mine, there.subscribe() as theirs:
        for event in events:
            here.publish(event)
        for news in told:
            there.hear(news)
        here.deliver(Moved())
        assert [await mine.get() for _ in events] == [await theirs.get() for _ in events] == list(events)
    assert len(told) == len(events), "what another process published is not told on"


@pytest.mark.parametrize("news", ["", "{", "[]", '"x"', "{}", '{"page":"new"}', '{"page":"changed","more":1}'])
async def test_news_of_another_release_have_pages_look_again(news: str) -> None:
    """While processes are replaced one by one, what one does not understand may mean anything."""
    hub = Hub()
    with hub.subscribe() as page:
        hub.hear(news)
        assert await page.get() == Moved()


async def test_a_page_made_by_another_process_looks_again() -> None:
    """Its own count says nothing there, even where both stand at the same number."""
    assert Hub().turn != Hub().turn


async def test_a_slow_page_reloads() -> None:
    """It loses its list of changes, is told to fetch everything, and nobody waits for it."""
    hub = Hub()
    with hub.subscribe() as slow:
        for number in range(QUEUE + 5):
            hub.publish(Changed("triage", number))
        assert await slow.get() == Moved()
        assert [await slow.get() for _ in range(4)] == [Changed("triage", QUEUE + n) for n in range(1, 5)]
