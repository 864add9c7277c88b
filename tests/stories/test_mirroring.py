"""What people change where they wrote it changes wherever it was carried, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_world import words

from bot.desk import front
from bot.domain.events import MessageDeleted, MessageEdited

pytestmark = pytest.mark.asyncio


async def test_an_edit_of_the_clients_follows_into_the_teams_thread(world):
    """The copy shows the new words, marked; the history keeps the former ones; no clock moved."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    heard, _ = await world.write("dana", "It fails with error 42", place=await world.thread(number, "client"))
    before = await world.request(number)
    later = replace(heard, text="It fails with error 24", edited_at=heard.at + timedelta(seconds=30))
    await front.edited(world.desk, "dana", later)
    await world.wake()

    shown = (await world.messages(*(await _at(world, number, "team"))))[-1].body
    assert (words(shown), words_about(shown)) == (
        "Dana Reyes: It fails with error 24",
        "The client wrote, edited since",
    )
    news = (await world.screen("dm:sam"))[-1]
    assert "error 24" in news
    assert "error 42" not in news
    request = await world.request(number)
    assert request.sla == before.sla
    facts = [e.event for e in await world.store.history(number) if isinstance(e.event, MessageEdited)]
    assert [(f.was, f.text) for f in facts] == [("It fails with error 42", "It fails with error 24")]


async def test_a_deletion_blanks_every_copy(world):
    """It says who deleted it; the history keeps the words."""
    number = await world.raised()
    await world.do("sam", "claim", request=str(number))
    heard, _ = await world.write("dana", "My password is hunter2", place=await world.thread(number, "client"))
    await front.deleted(world.desk, "dana", heard.ref)
    await world.wake()
    for where in (await _at(world, number, "team"), ("dm:sam", None)):
        screen = await world.screen(*where)
        assert "hunter2" not in "\n".join(screen)
        assert screen[-1] == "This message was deleted by Dana Reyes."
    assert [e.event.was for e in await world.store.history(number) if isinstance(e.event, MessageDeleted)] == [
        "My password is hunter2"
    ]


def words_about(message) -> str:
    return "".join(getattr(span, "text", "") for span in message.about)


async def _at(world, number, side):
    place = await world.thread(number, side)
    return place.channel, place.thread
