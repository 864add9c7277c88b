"""A message with many files: all of them arrive, in as many posts as the other platform needs, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from bridge_discord import DiscordSide
from bridge_sides import Bridge, Line
from bridge_slack import SlackSide

from bot import delivering
from bot.ports import Place

pytestmark = pytest.mark.asyncio

TWELVE = {f"part-{n:02}.log": f"line {n}".encode() for n in range(12)}
HOOK = "POST /webhooks/{webhook_id}/{webhook_token}"


def pairs(*chosen: tuple[str, str]) -> Any:
    return pytest.mark.parametrize("bridge", chosen, indirect=True, ids=lambda pair: "-to-".join(pair))


async def lines(bridge: Bridge, at: Place, count: int) -> list[Line]:
    """Those with files that Sam reads there, once there are so many files."""

    async def look() -> list[Line]:
        found = [line for line in await bridge.team.reads("sam", at) if line.files]
        return found if len(together(bridge, found)) >= count else []

    return await bridge.until(look)


def together(bridge: Bridge, found: list[Line]) -> list[tuple[str, bytes]]:
    """In Slack each file is a post of its own, which the words that it belongs to are seen with, too."""
    shown = found[:1] if isinstance(bridge.team, SlackSide) else found
    return [each for line in shown for each in line.files.items()]


@pairs(("slack", "discord"), ("browser", "discord"), ("slack", "browser"), ("browser", "slack"))
async def test_twelve_files_arrive_in_the_order_in_which_they_were_sent(bridge: Bridge):
    """Discord takes ten in a post: there it is two, under the same name. Taken back, all of it goes."""
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    said = await bridge.client.say("dana", "All the logs", theirs, TWELVE)
    found = await lines(bridge, ours, 12)
    await bridge.settled()
    assert together(bridge, await lines(bridge, ours, 12)) == list(TWELVE.items())
    if isinstance(bridge.team, DiscordSide):
        assert [len(line.files) for line in found] == [10, 2]
        assert {line.author for line in found} == {"Dana Reyes"}
    await bridge.client.take_back("dana", said)

    async def gone() -> bool:
        return not any(line.files for line in await bridge.team.reads("sam", ours))

    await bridge.until(gone)


@pairs(("slack", "discord"))
@pytest.mark.parametrize("fault", [{"drop": True}, {"drop_answer": True}], ids=["not done", "done, and nobody hears"])
async def test_a_message_that_broke_off_between_its_posts_is_there_once(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch, fault: Mapping[str, Any]
):
    """The first ten files were there when the connection broke: it is looked for, and no file is there twice, nor
    missing."""
    monkeypatch.setattr(delivering, "GRACE", timedelta(seconds=0.1))
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    assert isinstance(bridge.team, DiscordSide)
    struck = bridge.team.discord.faults.add(HOOK, when=lambda given: "part-11.log" in str(given), **fault)
    await bridge.client.say("dana", "All the logs", theirs, TWELVE)
    await lines(bridge, ours, 12)
    await bridge.settled()
    found = await lines(bridge, ours, 12)
    assert struck.struck == 1
    assert together(bridge, found) == list(TWELVE.items())
    assert [len(line.files) for line in found] == [10, 2]


@pairs(("slack", "browser"), ("discord", "slack"))
async def test_what_is_more_than_a_message_has_stays_where_it_was_sent_and_both_sides_know(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
):
    """The words and the first files go on; the team reads what the others are called and where they stand, and whoever
    sent them what to do. Nothing is refused whole."""
    monkeypatch.setattr("bot.domain.files.COUNT_LIMIT", 3)
    monkeypatch.setattr("bot.desk.files.COUNT_LIMIT", 3)
    await bridge.raised()
    theirs, ours = await bridge.theirs(), await bridge.ours()
    five = dict(list(TWELVE.items())[:5])
    await bridge.client.say("dana", "All the logs", theirs, five)
    line = await bridge.read(bridge.team, "sam", ours, "All the logs")
    assert together(bridge, await lines(bridge, ours, 3)) == list(five.items())[:3]
    for name in list(five)[3:]:
        assert f"{name} (1 kB) was not passed on: Dana Reyes has it. It is here: http" in line.text

    async def told() -> bool:
        wanted = "Send these in a second message: “part-03.log”, “part-04.log”."
        return any(wanted in text for text in bridge.client.alone("dana"))

    await bridge.until(told)
