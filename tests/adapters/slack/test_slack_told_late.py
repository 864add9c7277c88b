"""What Slack tells late: it may keep what came while nobody was connected, and tell it after it was read already."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from slack_house import House
from test_slack_hearing import raised


async def sent(house: House) -> None:
    """Until nothing waits to be sent."""
    waits = {"ready", "sending", "ambiguous"}
    async with asyncio.timeout(10):
        while waits & set(await house.store.outbox_states()):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.05)


async def told_again(house: House, late: Any) -> None:
    """Until Slack has told it again and was answered: time goes by only after what it told had a moment to be taken,
    however slow the machine is."""
    for _ in range(20):
        house.slack.times.skip(30)
        with suppress(TimeoutError):
            await house.slack.until(lambda: late.acked, within=1.0)
            return
    raise AssertionError("it was not told again, or not taken")


@pytest.mark.asyncio
async def test_what_was_read_from_history_and_is_told_later_is_heard_once(house: House):
    """A minute after the desk is back Slack tells again what the desk has long read: an edit of it in between stands,
    and nothing is there twice."""
    house.slack.limits.keeps_for_nobody = True
    async with house.desk() as desk:
        message, card = await raised(house, desk)
        await desk.face.look()
    said = house.dana.say(house.acme, "Said meanwhile.", thread=message)
    early = len(house.slack.record.told)
    async with house.desk() as desk:
        await desk.until(lambda: any("Said meanwhile" in m.text for m in house.sam.thread(card.message)))
        house.dana.edit(said, "Said better.")
        await desk.until(lambda: any("Said better" in m.text for m in house.sam.thread(card.message)))
        late = house.slack.record.told[early - 1]
        assert not late.acked
        await told_again(house, late)
        await sent(house)
        seen = [m.text for m in house.sam.thread(card.message)]
        assert (sum("Said meanwhile" in t for t in seen), sum("Said better" in t for t in seen)) == (0, 1)


@pytest.mark.asyncio
async def test_a_request_that_slack_tells_late_is_one(house: House):
    """The first that the desk hears of a message is its third try: it is heard, and turned into one request."""
    house.slack.limits.keeps_for_nobody = True
    async with house.desk() as desk:
        await desk.face.look()
    message = house.dana.say(house.acme, "Our export fails")
    late = house.slack.record.told[-1]
    async with house.desk() as desk:
        await told_again(house, late)
        assert late.tries > 1
        house.dana.react(message, "ticket")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Our export fails" in m.text])
        await sent(house)
        assert await house.store.request(1) is not None
        assert await house.store.request(2) is None
