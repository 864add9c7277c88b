"""What was put off in Discord is carried out, once, though the desk dies right then; a form goes on after a restart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from discord_house import DiscordHouse, Running
from fakes.discord.errors import NotAnswered
from fakes.discord.fake_discord import FakeDiscord
from fakes.discord.limits import Limits
from fakes.discord.screen import Seen
from fakes.waiting import PATIENCE

from adapters.discord import acting, keeping
from adapters.discord.modals import draft_in
from bot.clock import SystemClock
from bot.desk import kept_deliveries
from bot.ports import Delivery, RequestQuery
from storage import SqlStore, open_store

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come quickly."""
    monkeypatch.setattr(kept_deliveries, "LOOK", 0.05)
    monkeypatch.setattr(kept_deliveries, "SOON", timedelta(seconds=0.05))


def stuck(desk: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing that is used gets on, and all of it is put off soon."""

    async def never(work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(acting, "MOMENT", 0.05)
    monkeypatch.setattr(desk.face._acting, "_in_turn", never)


async def killed(desk: Running) -> None:
    """As a process that is no more."""
    for task in desk.face._acting._going:
        task.cancel()
    await desk.killed()


async def left(store: SqlStore) -> tuple[Delivery, ...]:
    """What is kept, as anybody sees it who thinks that its owner is gone."""
    late = SystemClock().machine() + timedelta(hours=1)
    return await store.deliveries.take_up("discord", late, owner="anybody", lease_until=late, limit=99)


@asynccontextmanager
async def furnished(url: str) -> AsyncIterator[DiscordHouse]:
    """A desk's house whose store may be another process's by and by."""
    async with FakeDiscord(limits=Limits(paced=False)) as discord:
        house = DiscordHouse(await open_store(url), discord)
        try:
            await house.furnish()
            with discord.here():
                yield house
        finally:
            await house.store.close()


def steps(house: DiscordHouse) -> list[Seen]:
    """What stands before Dana between two steps of a form."""
    return [message for message in house.dana.alone(house.acme) if "Fill in step 2" in message.buttons]


async def restarted(house: DiscordHouse, url: str) -> None:
    """What comes now is another process."""
    await house.store.close()
    house.store = await open_store(url)


async def test_what_was_put_off_outlives_the_desk(sqlite_url: str, monkeypatch: pytest.MonkeyPatch):
    """A command, a form's last step, a press and a menu's entry are put off and stand still; the desk dies. The next
    one carries each of them out, once, answers whoever asked in person, and forgets them; no token was kept."""
    async with furnished(sqlite_url) as house:
        async with house.desk() as desk:
            await house.dana.slash(house.acme, "/desk new", title="The export fails")
            (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "export" in m.text])
            said = house.dana.say(house.acme, "The invoices are wrong")
            await house.dana.slash(house.acme, "/desk new")
            await house.dana.submit({"What is it about?": "The login is slow"})
            (between,) = await desk.until(lambda: steps(house))
            await desk.settled()
            stuck(desk, monkeypatch)
            await house.dana.slash(house.acme, "/desk new", title="The printer burns")
            await house.dana.press(between.buttons[1], between)
            await house.sam.press("Claim", card)
            await house.sam.message_menu("Turn into a request", said)
            await killed(desk)
        kept = await left(house.store)
        assert sorted(each.kind for each in kept) == ["command", "command", "press", "press"]
        tokens = [used.token for used in house.discord.interactions.all]
        assert not any(token in each.payload for token in tokens for each in kept)
        assert all(json.loads(each.payload).keys() == {"who", "channel", "data"} for each in kept)
        await restarted(house, sqlite_url)
        async with house.desk() as desk:
            await desk.until(lambda: sum("ACME-" in m.text for m in house.sam.sees(house.triage)) == 4)
            await desk.settled()
            found = await house.store.requests(RequestQuery(limit=99))
            titles = ["The export fails", "The invoices are wrong", "The login is slow", "The printer burns"]
            assert sorted(r.title for r in found) == titles
            assert next(r for r in found if "export" in r.title).owner == "sam"
            told = await desk.until(
                lambda: [m for m in house.dana.dms if "That is ACME-" in m.text][1:] and house.dana.dms
            )
            assert sum("That is ACME-" in m.text for m in told) == 2
            await desk.until(lambda: not desk.face.keeping._taken_up)
            await desk.face.keeping.stop()
            assert await left(house.store) == ()


async def test_what_cannot_be_kept_is_not_put_off(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """Discord tells the person that nothing came of it, and nobody takes it for done."""
    async with house.desk() as desk:
        stuck(desk, monkeypatch)

        async def full(*_: Any, **__: Any) -> None:
            raise OSError("no room")

        monkeypatch.setattr(house.store.deliveries, "keep", full)
        house.discord.limits.answer_within = 0.3
        with pytest.raises(NotAnswered):
            await house.dana.slash(house.acme, "/desk new", title="The export fails")
        await killed(desk)


async def test_what_was_taken_up_and_fails_is_tried_again(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """Whoever asked was told to wait, and is not told again: the desk itself tries until it is done."""
    async with house.desk() as desk:
        stuck(desk, monkeypatch)
        await house.dana.slash(house.acme, "/desk new", title="The export fails")
        await killed(desk)
    async with house.desk() as desk:
        real, failures = desk.face.keeping.again, [1, 2]

        async def failing(deed: keeping.Deed) -> None:
            if failures:
                raise OSError(f"no {failures.pop()}")
            await real(deed)

        desk.face.keeping.again = failing
        (kept,) = await left(house.store)
        await house.store.deliveries.put_off("discord", kept.event_id, owner="anybody", until=SystemClock().machine())

        async def looked() -> None:
            while not await house.store.requests(RequestQuery()):
                await desk.face.keeping.take_up()
                await asyncio.sleep(0.02)

        await asyncio.wait_for(looked(), PATIENCE)
        assert not failures
        await desk.until(lambda: [m for m in house.dana.dms if "That is ACME-1" in m.text])
        await desk.settled()


async def test_a_form_goes_on_after_a_restart(sqlite_url: str):
    """Its first step was sent, and the desk is another process now: what was written stands in the next step's request;
    whoever else presses there gets none of it."""
    async with furnished(sqlite_url) as house:
        async with house.desk():
            await house.dana.slash(house.acme, "/desk new")
            await house.dana.submit({"What is it about?": "The login is slow", "Details": "since Monday"})
        await restarted(house, sqlite_url)
        async with house.desk() as desk:
            (between,) = steps(house)
            assert "Not sent yet" in between.text
            await house.dana.press("Fill in step 2", between)
            assert house.dana.modal
            assert "(2 of 2)" in house.dana.modal.title
            draft = draft_in(house.dana.modal.form.given)
            await house.dana.submit()
            (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "login is slow" in m.text])
            assert card.text.count("login is slow") == 1
            (found,) = await house.store.requests(RequestQuery())
            assert "since Monday" in str(found)
            assert await house.store.form_drafts.find("dana", draft)
            assert await house.store.form_drafts.find("sam", draft) is None
            await desk.settled()
