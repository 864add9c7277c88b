"""What is unread: each channel and each thread by itself, for each person alone; and people named in words."""

from __future__ import annotations

import re

import pytest
from web_house import House

from bot.domain import mentions
from bot.domain.people import Person, Role

pytestmark = pytest.mark.asyncio


async def say(house: House, who: str, text: str, channel: str = "client-acme", *, thread: int | None = None) -> int:
    """Somebody writes; answers the message's id."""
    return (await house.browser(who).say(text, channel, thread=thread)).json()["message"]


async def side(house: House, who: str) -> str:
    """Somebody's sidebar."""
    return (await house.browser(who).get("/part/side")).text


async def test_looking_at_a_channel_reads_its_top_level_only(house: House) -> None:
    """A thread in it stays unread until it is looked at; nobody else's marks move."""
    root = await say(house, "dana", "The export fails since Monday")
    await say(house, "tom", "For me too", thread=root)
    page = await side(house, "sam")
    assert page.count('aria-label="unread"') == 1
    assert "Unread threads" in page
    assert f'href="/c/client-acme/t/{root}"' in page
    sam = house.browser("sam")
    assert (await sam.post("/read", {"channel": "client-acme"})).status_code == 200
    page = await side(house, "sam")
    assert 'aria-label="unread"' not in page
    assert f'href="/c/client-acme/t/{root}"' in page
    assert '<span class="few">1 new</span>' in (await sam.get("/part/c/client-acme")).text
    assert (await sam.post("/read", {"channel": "client-acme", "thread": root})).status_code == 200
    assert "Unread threads" not in await side(house, "sam")
    assert "1 new" not in (await sam.get("/part/c/client-acme")).text
    assert f'href="/c/client-acme/t/{root}"' in await side(house, "priya")


async def test_a_page_says_how_far_it_was_read(house: House) -> None:
    """What came after the last message on the screen stays new, and the page shows where the new begins."""
    first = await say(house, "dana", "One")
    second = await say(house, "dana", "Two")
    sam = house.browser("sam")
    assert f'data-new="{first}"' in (await sam.get("/part/c/client-acme")).text
    await sam.post("/read", {"channel": "client-acme", "up_to": first})
    assert f'data-new="{second}"' in (await sam.get("/part/c/client-acme")).text
    await sam.post("/read", {"channel": "client-acme", "up_to": second})
    assert 'data-new="0"' in (await sam.get("/part/c/client-acme")).text


async def test_nobody_reads_ahead_or_elsewhere(house: House) -> None:
    """A mark is about a message that is there and theirs."""
    await say(house, "dana", "One")
    secret = await say(house, "sam", "For the team", "triage")
    dana = house.browser("dana")
    for up_to in (secret, 10**9, "1e3", -4):
        answer = await dana.post("/read", {"channel": "client-acme", "up_to": up_to})
        assert answer.status_code == 404
    assert (await dana.post("/read", {"channel": "triage"})).status_code == 404
    assert (await dana.post("/read/all", {"channel": "triage"})).status_code == 404


async def test_everything_can_be_marked_as_read(house: House) -> None:
    """One channel with its threads, or all of them."""
    root = await say(house, "dana", "The export fails since Monday")
    await say(house, "tom", "For me too", thread=root)
    await say(house, "mia", "Our stock is wrong", "client-globex")
    sam = house.browser("sam")
    assert (await sam.post("/read/all", {"channel": "client-acme"})).status_code == 200
    assert {found.channel for found in await house.store.unread("sam")} == {"client-globex", "triage"}
    assert (await sam.post("/read/all", {})).status_code == 200
    assert await house.store.unread("sam") == ()


async def test_a_person_who_is_named_is_counted(house: House) -> None:
    """By whole name, first name or id; who is named sees a number and the words set apart, others only a mark."""
    message = await say(house, "dana", "@Sam Ito and @priya, please look; @Lee2 and a@sam are nobody")
    assert 'aria-label="1 for you, unread"' in await side(house, "sam")
    assert 'aria-label="1 for you, unread"' in await side(house, "priya")
    assert "for you" not in await side(house, "lee")
    shown = (await house.browser("sam").get(f"/part/m/{message}")).text
    assert '<bdi class="who self" title="Sam Ito">@Sam Ito</bdi>' in shown
    assert '<bdi class="who" title="Priya Nair">@priya</bdi>' in shown
    assert "named" in shown
    assert shown.count('class="who') == 2


async def test_whom_one_may_not_know_is_not_there(house: House) -> None:
    """A client's page neither offers nor marks another client's people, and naming them tells them nothing."""
    message = await say(house, "dana", "@Mia Vogel, are you there?")
    shown = (await house.browser("dana").get(f"/part/m/{message}")).text
    assert 'class="who' not in shown
    assert "for you" not in await side(house, "mia")
    assert 'class="who"' in (await house.browser("sam").get(f"/part/m/{message}")).text

    async def offered(who: str, text: str) -> list[str]:
        asked = {"channel": "client-acme", "text": text}
        found = (await house.browser(who).get("/complete", params=asked)).json()["suggestions"]
        return [s["label"] for s in found]

    assert await offered("dana", "Hello @") == ["Lee Novak", "Priya Nair", "Sam Ito", "Tom Okafor"]
    assert await offered("dana", "Hello @m") == []
    assert await offered("sam", "(@dana r") == ["Dana Reyes"]
    assert await offered("sam", "mail@dana") == []
    assert await offered("sam", "@st") == ["Steward"]


async def test_first_names_that_two_share_name_nobody() -> None:
    """Then it takes the whole name, or the id; odd names and none at all break nothing."""
    one, two = Person("sam", "Sam Ito", Role.ENGINEER), Person("sk", "Sam Kay", Role.ENGINEER)
    odd = Person("x", "(.*)", Role.ENGINEER)
    people = [one, two, odd, Person("y", "", Role.ENGINEER)]
    assert mentions.named("@sk @SAM  ito @(.*)", people) == ["sk", "sam", "x"]
    assert mentions.named("@Sam", [two, Person("z", "Sam Ito", Role.ENGINEER)]) == []
    assert mentions.named("@Sam", []) == []
    finder = mentions.pattern(mentions.handles(people))
    assert finder is not None
    assert re.search(finder, "@(.*)")


async def both_sides(house: House) -> tuple[int, int]:
    """The roots of a request's two threads: its client's and its team's."""
    await house.browser("dana").press("new", "client-acme", title="Export fails", text="Since Monday")
    client, team = [await house.store.binding(f"request:1:{side}") for side in ("client", "team")]
    assert client is not None
    assert team is not None
    return int(client.thread or 0), int(team.thread or 0)


async def test_a_request_waits_once_in_the_sidebar(house: House) -> None:
    """Its two threads are one line, which leads to the team's; what is read there is read on the client's side too."""
    client, team = await both_sides(house)
    await house.browser("sam").post("/read/all", {})
    await say(house, "dana", "April, too", thread=client)
    page = await side(house, "sam")
    assert page.count("ACME-1 Export fails") == 1
    assert f'href="/c/triage/t/{team}"' in page
    assert "acme and triage" in page
    await house.browser("sam").post("/read", {"channel": "triage", "thread": team})
    assert "Unread threads" not in await side(house, "sam")
    assert "ACME-1" in await side(house, "priya")


async def test_a_note_stays_news_after_the_client_s_side_was_read(house: House) -> None:
    """What the desk carried over is read with its original; what only the team's thread has is not."""
    client, team = await both_sides(house)
    sam = house.browser("sam")
    await sam.post("/read/all", {})
    await say(house, "dana", "April, too", thread=client)
    await sam.post("/read", {"channel": "client-acme", "thread": client})
    assert "Unread threads" not in await side(house, "sam")
    await say(house, "dana", "And March", thread=client)
    await say(house, "priya", "I know this one", "triage", thread=team)
    await sam.post("/read", {"channel": "client-acme", "thread": client})
    page = await side(house, "sam")
    assert f'href="/c/triage/t/{team}"' in page
    assert "acme and triage" not in page


async def test_many_unread_threads_leave_the_channels_in_sight(house: House) -> None:
    """The latest three are named; the rest is one press away, and all are counted."""
    roots = [await say(house, "dana", f"Matter {n}") for n in range(4)]
    for root in roots:
        await say(house, "tom", "For me too", thread=root)
    page = await side(house, "sam")
    assert page.count('class="few"') == 4
    assert "<details>" not in page  # a line that says “1 more” would take the fourth one's place
    for n in range(4, 10):
        await say(house, "tom", "For me too", thread=await say(house, "dana", f"Matter {n}"))
    named, _, rest = (await side(house, "sam")).partition("<details>")
    assert named.count('class="few"') == 3
    assert "<summary>7 more</summary>" in rest
    assert rest.count('class="few"') == 5
    assert "and 2 more" in rest
