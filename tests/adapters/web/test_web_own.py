"""One's own messages: edited and deleted by their author alone; the desk and every copy follow."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from web_house import Browser, House

from adapters.web.catchup import catch_up

pytestmark = pytest.mark.asyncio


async def change(browser: Browser, message: int, text: str) -> httpx.Response:
    """Other words instead."""
    return await browser.post(f"/m/{message}/edit", {"id": str(uuid4()), "text": text})


async def delete(browser: Browser, message: int) -> httpx.Response:
    """Gone."""
    return await browser.post(f"/m/{message}/delete", {"id": str(uuid4())})


async def test_words_are_changed_in_place(house: House) -> None:
    """Marked as edited; who is named now is told, who is not any more is not."""
    dana = house.browser("dana")
    message = (await dana.say("@Sam, the *exprot* fails")).json()["message"]
    assert (await dana.get(f"/m/{message}/source")).json() == {"text": "@Sam, the *exprot* fails"}
    assert (await change(dana, message, "@Priya, the export fails")).status_code == 200
    shown = (await house.browser("sam").get(f"/part/m/{message}")).text
    assert "the export fails" in shown
    assert 'class="edited"' in shown
    assert "for you" not in (await house.browser("sam").get("/part/side")).text
    assert "1 for you" in (await house.browser("priya").get("/part/side")).text
    before = await house.store.message(message)
    assert (await change(dana, message, "@Priya, the export fails")).json() == {}
    assert await house.store.message(message) == before


@pytest.mark.parametrize("who", ["tom", "sam", "lee"])
async def test_nobody_changes_anothers_words(house: House, who: str) -> None:
    """Neither a colleague nor staff nor a manager; the words stay. Where one cannot read, it is not there."""
    message = (await house.browser("dana").say("My own words")).json()["message"]
    for answer in (
        await change(house.browser(who), message, "Theirs"),
        await delete(house.browser(who), message),
        await house.browser(who).get(f"/m/{message}/source"),
    ):
        assert answer.status_code == 403
    assert (await change(house.browser("mia"), message, "x")).status_code == 404
    assert (await delete(house.browser("mia"), message)).status_code == 404
    found = await house.store.message(message)
    assert found is not None
    assert found.text == "My own words"


async def test_the_desks_words_are_nobodys(house: House) -> None:
    """A card cannot be edited or deleted by hand."""
    await house.browser("dana").press("new", "client-acme", title="Export fails")
    (card,) = await house.store.messages("triage", limit=1)
    assert (await change(house.browser("sam"), card.id, "x")).status_code == 403
    assert (await delete(house.browser("sam"), card.id)).status_code == 403


async def test_a_deleted_message_stays_deleted(house: House) -> None:
    """Its place remains, its words are nowhere; it can be neither changed nor deleted again."""
    dana = house.browser("dana")
    message = (await dana.say("A secret by mistake")).json()["message"]
    assert (await delete(dana, message)).status_code == 200
    page = (await house.browser("sam").get("/part/c/client-acme")).text
    assert "This message was deleted." in page
    assert "secret" not in page
    assert (await change(dana, message, "again")).status_code == 404
    assert (await delete(dana, message)).status_code == 404


@pytest.mark.parametrize("text", ["", "  ", "/desk new x", "@Steward claim 1", "/dekc x"])
async def test_a_message_becomes_neither_nothing_nor_a_command(house: House, text: str) -> None:
    """The words stay as they were."""
    dana = house.browser("dana")
    message = (await dana.say("Fine words")).json()["message"]
    assert (await change(dana, message, text)).status_code == 400
    found = await house.store.message(message)
    assert found is not None
    assert (found.text, found.edited_at) == ("Fine words", None)


async def test_copies_follow(house: House) -> None:
    """What was edited or deleted in the client's thread is so in the team's."""
    dana = house.browser("dana")
    await dana.press("new", "client-acme", title="Export fails")
    client, team = await house.store.binding("request:1:client"), await house.store.binding("request:1:team")
    assert client is not None
    assert team is not None
    message = (await dana.say("The invoice run stops", thread=int(client.thread or 0))).json()["message"]

    async def teams() -> str:
        return (await house.browser("sam").get(f"/part/c/triage/t/{team.thread}")).text

    assert "The invoice run stops" in await teams()
    assert (await change(dana, message, "The invoice run is slow")).status_code == 200
    assert "The invoice run is slow" in await teams()
    assert (await change(dana, message, "The invoice run is very slow")).status_code == 200
    assert "The invoice run is very slow" in await teams()
    assert (await delete(dana, message)).status_code == 200
    assert '<div class="words" dir="auto">The invoice run' not in await teams()


async def test_what_a_crash_left_untold_is_told_at_the_next_start(house: House) -> None:
    """An edit that the desk did not hear of, and a deletion."""
    dana = house.browser("dana")
    await dana.press("new", "client-acme", title="Export fails")
    client = await house.store.binding("request:1:client")
    assert client is not None
    message = (await dana.say("The invoice run stops", thread=int(client.thread or 0))).json()["message"]
    await house.store.edit(message, at=house.clock.now(), text="The invoice run is slow")
    assert await catch_up(house.desk, house.store) == 1
    assert await catch_up(house.desk, house.store) == 0
    await house.store.delete(message)
    assert await catch_up(house.desk, house.store) == 1


async def test_ones_latest_message_is_found(house: House) -> None:
    """For the key that edits it; in that conversation only."""
    dana = house.browser("dana")
    assert (await dana.get("/m/last?channel=client-acme")).json() == {"message": 0}
    message = (await dana.say("One")).json()["message"]
    reply = (await dana.say("Two", thread=message)).json()["message"]
    await house.browser("tom").say("Three")
    assert (await dana.get("/m/last?channel=client-acme")).json() == {"message": message}
    assert (await dana.get(f"/m/last?channel=client-acme&thread={message}")).json() == {"message": reply}
    assert (await dana.get("/m/last?channel=triage")).status_code == 404
