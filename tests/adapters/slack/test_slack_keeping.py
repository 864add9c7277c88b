"""What Slack was told that it was taken is carried out, once, though the desk dies right then."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from fakes.slack.errors import NotAnswered
from fakes.slack.fake_slack import FakeSlack
from fakes.slack.limits import Limits
from fakes.waiting import PATIENCE
from slack_bolt.response import BoltResponse
from slack_house import House, Running

from adapters.slack import keeping, told
from bot.clock import SystemClock
from bot.desk import kept_deliveries, writing_down
from bot.desk.context import Desk, Rules
from bot.ports import Delivery, RequestQuery
from storage import SqlStore, open_store


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is not carried out in a moment is kept; looks come quickly."""
    monkeypatch.setattr(keeping, "WAIT", dict.fromkeys(keeping.WAIT, 0.05))
    monkeypatch.setattr(keeping, "LONGEST", 0.1)
    monkeypatch.setattr(kept_deliveries, "LOOK", 0.05)
    monkeypatch.setattr(kept_deliveries, "SOON", timedelta(seconds=0.05))


def stuck(desk: Running) -> list[Any]:
    """From now on nothing that comes in gets on; answers what came."""
    came: list[Any] = []

    async def never(request: Any) -> BoltResponse:
        came.append(request.body)
        await asyncio.Event().wait()
        raise AssertionError

    desk.face.app.async_dispatch = never
    return came


async def left(store: SqlStore) -> tuple[Delivery, ...]:
    """What is kept, as anybody sees it who thinks that its owner is gone."""
    late = SystemClock().machine() + timedelta(hours=1)
    return await store.deliveries.take_up("slack", late, owner="anybody", lease_until=late, limit=99)


@asynccontextmanager
async def again(house: House, url: str) -> AsyncIterator[Running]:
    """Another process takes the desk over."""
    await house.store.close()
    house.store = await open_store(url)
    async with house.desk() as desk:
        yield desk


@pytest.mark.asyncio
@pytest.mark.parametrize("socket", [True, False], ids=["socket", "http"])
async def test_what_was_acknowledged_outlives_the_desk(sqlite_url: str, socket: bool):
    """A command, a press, a form, a menu's entry, an emoji and words are acknowledged and stand still; the desk dies.
    The next one carries each of them out, once, answers whoever asked, and forgets them; nothing was kept that opens
    anything, and a form whose trigger died with the desk comes as a button."""
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        slack.app.socket_mode = socket
        house = House(await open_store(sqlite_url), slack)
        try:
            await house.furnish()
            async with house.desk() as desk:
                await house.dana.slash(house.acme, "/desk new The export fails")
                (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "export" in m.text])
                (root,) = await desk.until(
                    lambda: [m for m in house.dana.sees(house.acme) if "export" in m.text and not m.alone]
                )
                said = house.dana.say(house.acme, "The invoices are wrong")
                await slack.heard()
                await house.dana.slash(house.acme, "/desk new")
                await desk.until(lambda: house.dana.modal)
                await desk.settled()
                came = stuck(desk)
                await house.dana.submit({"What is it about?": "The login is slow"})
                await house.dana.slash(house.acme, "/desk new The printer burns")
                await house.lee.slash(house.triage, "/desk next 1")
                await house.sam.press("Claim", card.message)
                await house.sam.message_shortcut("Turn into a request", said)
                house.dana.say(house.acme, "It is the big one", thread=root.message)
                await slack.heard()
                assert len(came) == 6
                await desk.killed()
            kept = await left(house.store)
            assert sorted(each.kind for each in kept) == ["command", "command", "event", "form", "press", "shortcut"]
            for each in kept:
                assert not {"token", "trigger_id", "response_url", "response_urls"} & json.loads(each.payload).keys()
                assert slack.url not in each.payload
            async with again(house, sqlite_url) as desk:
                await desk.until(lambda: sum("ACME-" in m.text for m in house.sam.sees(house.triage)) == 4)
                await desk.settled()
                await desk.at_rest()
                found = await house.store.requests(RequestQuery(limit=99))
                assert sorted(r.title for r in found) == [
                    "The export fails", "The invoices are wrong", "The login is slow", "The printer burns",
                ]  # fmt: skip
                request = next(r for r in found if "export" in r.title)
                assert request.owner == "sam"
                entries = await house.store.history(request.number)
                assert sum("big one" in str(entry.event) for entry in entries) == 1

                def answers() -> set[str]:
                    return {m.text for m in house.dana.alone(house.acme) if m.text.startswith("That is ACME-")}

                await desk.until(lambda: len(answers()) >= 3)
                assert len(answers()) == 3
                (button,) = await desk.until(lambda: house.lee.alone(house.triage))
                await house.lee.press(button.buttons[0], button)
                await desk.until(lambda: house.lee.modal)
                await desk.at_rest()
                assert await left(house.store) == ()
        finally:
            await house.store.close()


@pytest.mark.asyncio
async def test_what_cannot_be_kept_is_not_acknowledged(house: House, monkeypatch: pytest.MonkeyPatch):
    """The person is told by Slack that nothing came of it, and an event is told again: nothing is taken for done."""
    async with house.desk() as desk:
        came = stuck(desk)

        async def full(*_: Any, **__: Any) -> None:
            raise OSError("no room")

        monkeypatch.setattr(house.store.deliveries, "keep", full)
        house.slack.limits.ack_within = 0.5
        with pytest.raises(NotAnswered):
            await house.dana.slash(house.acme, "/desk new The export fails")
        house.slack.limits.retries = (0.0,)
        house.dana.say(house.acme, "The export fails")
        await desk.until(lambda: house.slack.record.told[-1].tries == 2)
        assert not any(told.acked for told in house.slack.record.told)
        assert len(came) == 2, "told again while it is in work, it waits with the first"
        await desk.killed()


@pytest.mark.asyncio
async def test_what_stands_in_line_is_on_the_disk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """Two commands are under way; the next three are acknowledged before anybody begins with them, and one of those is
    told once more. The desk dies: whoever comes next carries each of the five out, once."""
    monkeypatch.setattr(keeping, "FEW", 2)
    monkeypatch.setattr(keeping, "ROOM", 2)
    async with FakeSlack(limits=Limits(paced=False)) as slack:
        house = House(await open_store(sqlite_url), slack)
        try:
            await house.furnish()

            async def asks(*numbers: int) -> None:
                each = (house.dana.slash(house.acme, f"/desk new Number {n} fails") for n in numbers)
                await asyncio.gather(*each)

            async with house.desk() as desk:
                came = stuck(desk)
                await asks(1, 2)
                await asks(3, 4, 5)
                once_more = next(told for told in slack.record.told if "Number 4" in str(told.payload))
                await slack.ask("slash_commands", once_more.payload)
                assert len(came) == 2
                assert len(desk.face.keeping._line) == 3
                await desk.killed()
            async with again(house, sqlite_url) as desk:
                await desk.until(lambda: sum("That is ACME-" in m.text for m in house.dana.alone(house.acme)) == 5)
                await desk.at_rest()
                found = await house.store.requests(RequestQuery(limit=99))
                assert sorted(r.title for r in found) == [f"Number {n} fails" for n in range(1, 6)]
                assert await left(house.store) == ()
        finally:
            await house.store.close()


@pytest.mark.asyncio
async def test_what_comes_together_is_written_together(house: House, monkeypatch: pytest.MonkeyPatch):
    """While one is being written all others wait for the next turn, which is one for all of them; where that fails each
    of them is told so, and the next turn is as good as ever. It is calm a moment after the last one."""
    monkeypatch.setattr(writing_down, "CALM", 0.05)
    store, turns, go_on = house.store.deliveries, [], asyncio.Event()

    async def keep(these: Sequence[Delivery], **_: Any) -> None:
        turns.append([each.event_id for each in these])
        await go_on.wait()
        if len(turns) == 2:
            raise OSError("no room")

    monkeypatch.setattr(store, "keep", keep)
    down = writing_down.WritingDown(Desk(house.store, house.clock, Rules()))
    await asyncio.wait_for(down.calm(PATIENCE), PATIENCE / 2)

    def kept(number: int) -> asyncio.Task[None]:
        return asyncio.create_task(down.keep(Delivery("slack", str(number), "command", "{}", house.clock.machine())))

    first = kept(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    more = [kept(number) for number in (2, 3)]
    await asyncio.sleep(0.01)
    more[0].cancel()
    calm = asyncio.create_task(down.calm(PATIENCE))
    await asyncio.sleep(0.06)
    assert not calm.done()
    assert turns == [["1"]]
    go_on.set()
    await first
    assert isinstance((await asyncio.gather(*more, return_exceptions=True))[1], OSError)
    await kept(4)
    assert turns == [["1"], ["2", "3"], ["4"]]
    await asyncio.wait_for(calm, PATIENCE / 2)
    go_on.clear()
    kept(5)
    await asyncio.sleep(0)
    await asyncio.wait_for(down.calm(0.05), PATIENCE)
    go_on.set()


@pytest.mark.parametrize("id", ["Ev\ud800", "Ev\0", "E" * 300, "Ev\u202e1"])
def test_every_name_fits_every_database(id: str):
    """What is written together must not fail by one odd name; the same is the same thing the next time."""
    kind, name = told.named({"type": "event_callback", "event_id": id})
    assert kind == told.EVENT
    assert name.isascii()
    assert name.isprintable()
    assert len(name) < 100
    assert told.named({"type": "event_callback", "event_id": id}) == (kind, name)
    assert told.named({"type": "event_callback", "event_id": id + "x"}) != (kind, name)


@pytest.mark.asyncio
async def test_what_fails_is_tried_again(house: House):
    """It was acknowledged; it fails, and does not come from Slack again: the desk itself tries until it is done. What
    cannot be read fails the same each time, and is not tried again."""
    async with house.desk() as desk:
        real, failures = desk.face.app.async_dispatch, [503, 500]

        async def failing(request: Any) -> BoltResponse:
            await asyncio.sleep(0.1)
            return BoltResponse(status=failures.pop()) if failures else await real(request)

        desk.face.app.async_dispatch = failing
        await house.dana.slash(house.acme, "/desk new The export fails")

        async def looked() -> None:
            while not await house.store.requests(RequestQuery()):
                await desk.face.keeping.take_up()
                await asyncio.sleep(0.02)

        await asyncio.wait_for(looked(), PATIENCE)
        await desk.until(lambda: [m for m in house.dana.sees(house.acme) if m.text.startswith("That is ACME-1")])
        desk.face.app.async_dispatch = real
        await desk.settled()
        await house.slack.heard()
        failures.append(400)
        desk.face.app.async_dispatch = failing
        await house.dana.slash(house.acme, "/desk new The export fails again")
        await desk.at_rest()
        assert await left(house.store) == ()
