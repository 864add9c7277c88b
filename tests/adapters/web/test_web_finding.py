"""One box finds channels, people, requests and messages; a request's name leads to its thread; nothing leaks."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from web_house import Browser, House

from adapters.web.finding import snippet
from bot.domain.events import Entry, NoteAdded
from bot.domain.people import Role
from bot.ports import Change, RequestChange

pytestmark = pytest.mark.asyncio


async def found(browser: Browser, words: str) -> dict[str, list[str]]:
    """What the box lists: the addresses, by the group's name."""
    html = (await browser.get("/find", params={"q": words})).text
    groups = re.split(r'<div role="group" aria-label="(\w+)">', html)[1:]
    return {name: re.findall(r'href="(/[^"]*)"', part) for name, part in zip(groups[::2], groups[1::2], strict=True)}


async def test_without_words_it_lists_the_conversations(house: House) -> None:
    """Those one may enter, what is unread first."""
    await house.browser("mia").say("Our stock is wrong", "client-globex")
    everything = await found(house.browser("sam"), "")
    assert list(everything) == ["Conversations"]
    assert set(everything["Conversations"]) == {
        "/c/client-acme",
        "/c/client-globex",
        "/c/alerts",
        "/c/triage",
        "/c/dm:sam",
    }
    assert everything["Conversations"].index("/c/client-globex") < everything["Conversations"].index("/c/client-acme")
    assert await found(house.browser("dana"), "") == {"Conversations": ["/c/client-acme", "/c/dm:dana"]}


async def test_each_kind_is_found(house: House) -> None:
    """A channel by its name, a person, a request by words and number, a message by its words; each leads there."""
    await house.browser("dana").press("new", "client-acme", title="Export fails for Priya")
    message = (await house.browser("tom").say("Does the EXPORT work for you?")).json()["message"]
    reply = (await house.browser("dana").say("Not the export of orders", thread=message)).json()["message"]
    sam = house.browser("sam")
    assert (await found(sam, "acm"))["Conversations"] == ["/c/client-acme"]
    hits = await found(sam, "export")
    assert hits["Requests"] == ["/r/ACME-1"]
    assert f"/c/client-acme?m={message}" in hits["Messages"]
    assert f"/c/client-acme/t/{message}?m={reply}" in hits["Messages"]
    assert (await found(sam, "acme-1"))["Requests"] == ["/r/ACME-1"]
    people = (await sam.get("/find", params={"q": "@dana"})).text
    assert 'data-mention="Dana Reyes"' in people
    assert "write in #client-acme" in people


async def test_nothing_of_others_is_found(house: House) -> None:
    """No channel, person, request or word of another client's; none of the team's for clients; as if not there."""
    await house.browser("mia").press("new", "client-globex", title="Zebra crossing")
    await house.browser("mia").say("The zebra is loose", "client-globex")
    await house.browser("sam").say("zebra again", "triage")
    await house.browser("sam").say("my own zebra", "dm:sam")
    for words in ("zebra", "globex", "mia", "triage", "GLOBEX-1"):
        assert await found(house.browser("dana"), words) == {}
    assert await found(house.browser("lee"), "own zebra") == {}
    assert set(await found(house.browser("lee"), "zebra")) == {"Requests", "Messages"}


async def test_a_private_request_opens_to_few(house: House) -> None:
    """To a colleague its name leads nowhere, as if it did not exist."""
    await house.browser("dana").press("new", "client-acme", title="Salary of the xylophonist")
    request = await house.store.request(1)
    assert request is not None
    seq = request.version + 1
    note = Entry(seq, house.clock.now(), "sam", Role.ENGINEER, NoteAdded("made private"))
    hidden = RequestChange(replace(request, version=seq, private=True), (note,), {})
    await house.store.commit(Change(requests=(hidden,)))
    assert (await house.browser("tom").get("/r/ACME-1")).status_code == 404
    assert (await house.browser("dana").get("/r/ACME-1")).status_code == 200
    assert (await house.browser("sam").get("/r/ACME-1")).status_code == 200


@pytest.mark.parametrize("words", ["<script>", "%", "a" * 5000, "‮", '"><img src=x>', "\\", "( [ *", "\x00"])
async def test_odd_words_find_nothing_and_break_nothing(house: House, words: str) -> None:
    """They are shown as they are, escaped."""
    answer = await house.browser("sam").get("/find", params={"q": words})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "<img" not in answer.text


async def test_the_words_are_marked_where_they_stand() -> None:
    """Around the first of them, escaped, whatever the case."""
    text = "<b>" + "x " * 100 + "the Export & <i> fails " + "y " * 200
    shown = snippet(text, "export <i>")
    assert "<mark>Export</mark> &amp; <mark>&lt;i&gt;</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert snippet("plain", "other") == "plain"


async def test_a_requests_name_leads_to_its_thread(house: House) -> None:
    """The team's for staff, the client's for its people; a page is redirected, a script is told where."""
    await house.browser("dana").press("new", "client-acme", title="Export fails")
    team = await house.store.binding("request:1:team")
    client = await house.store.binding("request:1:client")
    assert team is not None
    assert client is not None
    sam, dana = house.browser("sam"), house.browser("dana")
    assert (await sam.get("/r/ACME-1")).json() == {"channel": "triage", "thread": int(team.thread or 0)}
    assert (await sam.get("/r/1?with=client")).json() == {"channel": "client-acme", "thread": int(client.thread or 0)}
    assert (await dana.get("/r/acme-1")).json() == {"channel": "client-acme", "thread": int(client.thread or 0)}
    page = await dana.http.get("/r/ACME-1", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, f"/c/client-acme/t/{client.thread}")
    shown = (await dana.post("/act", _show())).json()["ephemeral"]
    assert 'href="/r/ACME-1"' in shown
    assert "Open thread" in shown
    assert "With the client" not in shown


def _show() -> dict[str, object]:
    return {"id": str(uuid4()), "command": "show", "args": {"request": 1}, "channel": "client-acme"}


@pytest.mark.parametrize("ref", ["ACME-2", "GLOBEX-1", "nonsense", "99999999999", "%00", "ACME-1-1", "-1"])
async def test_what_is_not_there_and_not_theirs_answer_alike(house: House, ref: str) -> None:
    """The same words and the same status."""
    await house.browser("mia").press("new", "client-globex", title="Zebra")  # GLOBEX-1
    answer = await house.browser("dana").get(f"/r/{ref}")
    assert answer.status_code == 404
    assert answer.json()["error"].startswith("There is nothing here that you can see.")


async def test_a_link_leads_to_an_old_message(house: House) -> None:
    """Older than the page: what came before it is shown, with a way to the latest; nothing unknown breaks it."""
    first = (await house.browser("dana").say("The very first")).json()["message"]
    for n in range(65):
        await house.store.add("client-acme", at=house.clock.now(), author="tom", text=f"line {n}")
    sam = house.browser("sam")
    page = (await sam.get(f"/part/c/client-acme?m={first}")).text
    assert "The very first" in page
    assert "data-gap" in page
    assert "To the latest messages" in page
    assert "line 64" not in page
    latest = (await sam.get("/part/c/client-acme")).text
    assert "data-gap" not in latest
    assert "The very first" not in latest
    assert (await sam.get("/part/c/client-acme?m=999999")).status_code == 200
    assert (await sam.get("/part/c/client-acme?m=x")).status_code == 404
