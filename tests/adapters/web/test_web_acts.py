"""What people do in the browser: once each, kindly refused where it cannot be, and heard by the desk."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from web_house import House

from adapters.web.inbound import command_in
from bot.desk.context import Rules
from bot.ports import RequestQuery

pytestmark = pytest.mark.asyncio


async def _requests(house: House) -> int:
    return len(await house.store.requests(RequestQuery()))


async def test_words_are_posted_and_heard(house: House) -> None:
    """A client's message stands in the channel, and its author alone is offered to make it a request."""
    answer = (await house.browser("dana").say("The export fails since Monday")).json()
    (message,) = await house.store.messages("client-acme")
    assert (message.text, message.author) == ("The export fails since Monday", "dana")
    assert "Only you can see this" in answer["ephemeral"]
    assert "Turn into request" in answer["ephemeral"]


async def test_an_offer_is_taken(house: House) -> None:
    """The button of the offer opens one request, whose card reaches triage at once."""
    id = (await house.browser("dana").say("The export fails since Monday")).json()["message"]
    assert (await house.browser("dana").press("turn", "client-acme", message=str(id))).status_code == 200
    assert await _requests(house) == 1
    assert len(await house.store.messages("triage")) == 1


async def test_a_message_sent_twice_is_one(house: House) -> None:
    """A retry with the same id, even at the same time, gives the same message."""
    browser, id = house.browser("dana"), str(uuid4())
    answers = await asyncio.gather(*(browser.say("Hello there, it broke", id=id) for _ in range(4)))
    assert len({a.json()["message"] for a in answers}) == 1
    assert len(await house.store.messages("client-acme")) == 1


async def test_an_id_is_its_persons_own(house: House) -> None:
    """Two people's sends with one id are two messages; one person's id for another place is refused."""
    id = str(uuid4())
    assert (await house.browser("dana").say("One", id=id)).status_code == 200
    assert (await house.browser("tom").say("Two", id=id)).status_code == 200
    assert len(await house.store.messages("client-acme")) == 2
    assert (await house.browser("sam").say("Here", "triage", id=id)).status_code == 200
    assert (await house.browser("sam").say("There", "alerts", id=id)).status_code == 409


async def test_a_double_click_acts_once(house: House) -> None:
    """The same press twice, even at the same time, opens one request; both get the same answer."""
    browser, id = house.browser("dana"), str(uuid4())
    first, second = await asyncio.gather(
        *(browser.press("new", "client-acme", id=id, title="Printer is slow") for _ in range(2))
    )
    assert await _requests(house) == 1
    assert first.json()["ephemeral"] == second.json()["ephemeral"]


async def test_nobody_fetches_anothers_answer(house: House) -> None:
    """An answer is kept under its person: naming their act's id starts an act of one's own."""
    id = str(uuid4())
    await house.browser("dana").press("new", "client-acme", id=id, title="Secret plans")
    answer = await house.browser("mia").press("new", "client-globex", id=id, title="Mine")
    assert "Secret" not in answer.text
    assert await _requests(house) == 2


async def test_commands_are_run_and_not_posted(house: House) -> None:
    """By the desk's word or by a mention; a bare call is the menu."""
    browser = house.browser("sam")
    for text in ("/desk my", "/DESK my", "@steward my", "@Steward: my", "/desk", "  /desk my"):
        answer = (await browser.say(text, "triage")).json()
        assert "Only you can see this" in answer["ephemeral"], text
    assert not await house.store.messages("triage")


async def test_what_only_looks_like_a_command_is_posted(house: House) -> None:
    """A path, a slash inside or alone, a mention inside a sentence."""
    for text in ("/etc/hosts is broken", "and/or /desk", "/ is full", "ask @steward later"):
        assert (await house.browser("sam").say(text, "triage")).status_code == 200
    assert len(await house.store.messages("triage")) == 4


@pytest.mark.parametrize("text", ["/help", "/dsek new Export fails", " /desk-new x", "/desktop is full"])
async def test_a_misspelt_command_is_not_shown_to_everybody(house: House, text: str) -> None:
    """Its author is told, and the page is told to keep the words."""
    answer = (await house.browser("dana").say(text)).json()
    assert answer["refused"] == f"“{text.split()[0]}” is no command here. Type /desk help."
    assert answer["keep"] is True
    assert not await house.store.messages("client-acme")


async def unread(house: House, person: str) -> dict[tuple[str, int | None], int]:
    """How many messages somebody has not seen, by channel and thread."""
    return {(found.channel, found.thread): found.count for found in await house.store.unread(person)}


async def test_ones_own_acts_are_no_news(house: House) -> None:
    """Not to the one who acted, anywhere they were up to date; to everybody else they are."""
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    assert not [where for where in await unread(house, "dana") if where[0] == "client-acme"]
    assert {("client-acme", None), ("triage", None)} <= set(await unread(house, "sam"))
    await house.browser("sam").post("/read", {"channel": "triage"})
    before = await unread(house, "sam")
    assert ("triage", None) not in before
    await house.browser("sam").press("claim", "triage", request=1)
    after = await unread(house, "sam")
    assert ("triage", None) not in after
    assert after["client-acme", None] >= before["client-acme", None]  # he has not read it yet: it stays


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("/desk claim 42", "claim 42"),
        ("/desk", ""),
        ("/desk\nnew x\ny", "new x\ny"),
        ("@steward, claim", "claim"),
        ("hello", None),
        ("/deskclaim", None),
        ("", None),
    ],
)
async def test_the_command_word(text: str, rest: str | None) -> None:
    """What follows it, as it was typed."""
    assert command_in(text, Rules()) == rest


async def test_a_command_without_its_words_asks_with_a_form(house: House) -> None:
    """Nothing happens yet; the form runs the same command."""
    answer = (await house.browser("dana").say("/desk new")).json()
    assert 'data-command="new"' in answer["form"]
    assert await _requests(house) == 0


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\u200f", "\x00", "\u202e", None, 7, ["x"]])
async def test_nothing_is_not_sent(house: House, text: Any) -> None:
    """Blank in any of its forms: a sentence, and no message."""
    answer = await house.browser("dana").say(text)
    assert answer.status_code == 400
    assert "nothing to send" in answer.json()["error"]
    assert not await house.store.messages("client-acme")


async def test_twenty_thousand_characters_fit(house: House) -> None:
    """One more is refused with both numbers, and nothing is cut."""
    browser = house.browser("sam")
    assert (await browser.say("x" * 20_000, "triage")).status_code == 200
    answer = await browser.say("x" * 20_001, "triage")
    assert answer.status_code == 413
    assert "20,001" in answer.json()["error"]
    assert len(await house.store.messages("triage")) == 1


async def test_unsafe_characters_are_left_out(house: House) -> None:
    """Lone surrogates, NUL and overrides of direction would break databases and eyes; the words stay."""
    body = b'{"id": "0123456789ab", "text": "a\\ud800b\\u0000c\\u202ed"}'
    answer = await house.browser("sam").http.post(
        "/c/triage/messages", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200
    (message,) = await house.store.messages("triage")
    assert message.text == "abcd"


@pytest.mark.parametrize("id", ["", "short", "x" * 65, "../../etc/passwd", "a b c d e f", None, 12345678, "é" * 10])
async def test_an_act_needs_a_proper_id(house: House, id: Any) -> None:
    """Without one a retry could not be told apart; the page is asked to reload."""
    body = {"id": id, "text": "hello"}
    assert (await house.browser("sam").post("/c/triage/messages", body)).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"command": 7},
        {"command": None},
        {"args": []},
        {"args": {"request": [1]}},
        {"args": {"request": {"a": 1}}},
        {"args": {"request": None}},
        {"args": {"request": 1.5}},
    ],
)
async def test_a_forged_button_is_refused(house: House, change: dict[str, Any]) -> None:
    """Arguments are words, numbers and yes or no."""
    body = {"id": "0123456789ab", "command": "show", "args": {"request": 1}, "channel": "triage"} | change
    assert (await house.browser("sam").post("/act", body)).status_code == 400


async def test_a_verb_of_staff_is_not_for_clients(house: House) -> None:
    """Who may is decided by the desk when a button is pressed, whatever a page sends."""
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    answer = (await house.browser("dana").press("claim", "client-acme", request=1)).json()
    assert answer["refused"]
    answer = (await house.browser("mia").press("show", "client-globex", request=1)).json()
    assert "Printer" not in str(answer)


async def test_reactions_are_put_and_taken(house: House) -> None:
    """The wish is said, so that a retry changes nothing; only the picker's emoji, and those already there."""
    browser = house.browser("dana")
    id = (await browser.say("It works now")).json()["message"]

    async def wish(emoji: Any, on: bool) -> int:
        body = {"id": str(uuid4()), "message": id, "emoji": emoji, "on": on}
        return (await browser.post("/react", body)).status_code

    async def people() -> list[tuple[str, ...]]:
        message = await house.store.message(id)
        assert message is not None
        return [reaction.people for reaction in message.reactions]

    assert await wish("🎉", True) == 200
    assert await wish("🎉", True) == 200
    assert await people() == [("dana",)]
    assert await wish("🎉", False) == 200
    assert await people() == []
    for emoji in ("💣", "x" * 500, "<b>", "", None, 7):
        assert await wish(emoji, True) == 400


async def test_a_reaction_can_mean_a_command(house: House) -> None:
    """🎫 on a client's message opens its request, once."""
    id = (await house.browser("dana").say("The export fails since Monday")).json()["message"]
    for _ in range(2):
        body = {"id": str(uuid4()), "message": id, "emoji": "🎫", "on": True}
        assert (await house.browser("dana").post("/react", body)).status_code == 200
    assert await _requests(house) == 1


async def test_completion_follows_the_typing(house: House) -> None:
    """From the first slash; what is chosen replaces what was typed; nothing for ordinary words."""
    browser = house.browser("sam")

    async def inserts(text: str) -> list[str]:
        answer = await browser.get("/complete", params={"channel": "triage", "text": text})
        return [s["insert"] for s in answer.json()["suggestions"]]

    assert "/desk claim " in await inserts("/")
    assert "/desk claim " in await inserts("/desk")
    assert await inserts("/desk cla") == ["/desk claim "]
    assert await inserts("@steward cla") == ["@steward claim "]
    assert await inserts("hello") == []
    await house.browser("dana").press("new", "client-acme", title="Printer is slow")
    assert await inserts("/desk claim ") == ["/desk claim 1 "]


async def test_a_desk_that_fails_loses_no_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is in the conversation; its author is told, and sending again would be wrong."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("bot.desk.front.hear", broken)
    answer = await house.browser("dana").say("The export fails")
    assert answer.status_code == 200
    assert answer.json()["refused"]
    assert len(await house.store.messages("client-acme")) == 1


async def test_a_wake_that_fails_fails_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done is done; what it set off goes out with the next tick."""

    async def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(house.channels, "follow", broken)
    assert (await house.browser("dana").say("The export fails")).status_code == 200


async def test_a_lone_surrogate_in_a_button_is_left_out(house: House) -> None:
    """What no database can hold is cleaned from the name of a command and of its arguments: an answer, no error."""
    browser = house.browser("sam")
    for name, arg in (("\\ud800", "words"), ("my\\ud800", "words"), ("find", "wor\\udfffds")):
        body = f'{{"id": "{uuid4()}", "command": "{name}", "args": {{"{arg}": "x"}}, "channel": "triage"}}'
        answer = await browser.http.post("/act", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("@help desk claim 42", "claim 42"),
        ("@Help  Desk: my", "my"),
        ("@help desk", ""),
        ("@help desks claim", None),
        ("@help", None),
        ("help desk claim", None),
        ("@help desk, find\nthis", "find\nthis"),
    ],
)
async def test_a_mention_of_a_name_with_several_words(text: str, rest: str | None) -> None:
    """A desk called "Help desk" is called by all of its name."""
    assert command_in(text, Rules(name="Help desk")) == rest


async def test_completion_after_a_name_with_several_words(house: House) -> None:
    """What is inserted begins with the whole mention."""
    house.desk.rules = Rules(name="Help desk")
    answer = await house.browser("sam").get("/complete", params={"channel": "triage", "text": "@help desk cla"})
    assert [s["insert"].rstrip() for s in answer.json()["suggestions"]] == ["@help desk claim"]
