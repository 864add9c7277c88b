"""The line to Slack breaks while somebody waits for an answer, or the answer comes late: they get it, with what they
had typed; and what they pass on is heard."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fakes.slack.slack_things import Message
from slack_house import House
from test_slack_hearing import raised

from adapters.slack import keeping
from bot.desk import front

pytestmark = pytest.mark.asyncio


async def test_what_cannot_be_shown_where_they_are_is_told_in_person(house: House):
    """An answer to a mention, for whoever wrote it alone."""
    async with house.desk() as desk:
        message, _ = await raised(house, desk)
        house.slack.faults.add("chat.postEphemeral", drop=True)
        house.dana.say(house.acme, "@steward my", thread=message)
        await desk.until(lambda: any("ACME-1" in m.text for m in house.dana.sees(house.dana.dm_channel)))


@pytest.mark.parametrize("how", [{"drop": True}, {"drop_answer": True}], ids=["not taken", "taken"])
async def test_a_form_of_which_nobody_knows_is_offered(house: House, how: dict[str, Any]):
    """Where it did not open a button brings it."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        house.slack.faults.add("views.open", **how)
        await house.sam.press("Reply", on=card)
        (offer,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if m.alone and m.buttons])
        await house.sam.press(offer.buttons[0], on=offer)
        await desk.until(lambda: house.sam.modal)


async def test_what_was_typed_into_a_form_that_has_closed_is_given_back(house: House, monkeypatch: pytest.MonkeyPatch):
    """It took long, so Slack was answered before; then it could not be done."""
    async with house.desk() as desk:
        _, card = await raised(house, desk)
        await house.sam.press("Reply", on=card)
        await desk.until(lambda: house.sam.modal)
        assert house.sam.modal
        monkeypatch.setitem(keeping.WAIT, keeping.FORM, 0.05)

        async def breaks(*_: Any, **__: Any) -> None:
            await asyncio.sleep(0.3)
            raise OSError("the disk is gone")

        monkeypatch.setattr(front, "run", breaks)
        assert await house.sam.submit({house.sam.modal.labels[0]: "Restart the export at nine"}) == {}
        (told,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "went wrong" in m.text])
        assert "Restart the export at nine" in told.text


async def test_what_somebody_passes_on_is_heard(house: House):
    """Without a word of their own, too."""
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        shared = {"id": 1, "is_share": True, "text": "Alarm 7: the disk is full", "fallback": "[alarm] full"}
        world, dana = house.slack.world, house.dana.user
        said = Message(world.stamp(), house.acme, "", dana.id, dana.team.id, [], thread_ts=message.ts)
        said.attachments.append(shared)
        house.slack.deeds.add(said)
        await desk.until(lambda: any("the disk is full" in m.text for m in house.sam.thread(card.message)))
