"""All of a message arrives in Slack, whatever is in it and however long it is: in it, below it, or as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fakes.slack.slack_things import Message as Sent
from hypothesis import HealthCheck, Phase, given, settings
from made_up import messages
from slack_checks import split, words
from slack_house import House
from test_slack_rendering import spoken

from adapters.slack.pacing import Pace
from bot.messages.model import Document, Message, Relay, Sheet
from bot.ports import MessageRef


def arrived(house: House, ref: MessageRef) -> tuple[set[str], list[str]]:
    """The words that stand in a message and what hangs from it, and the contents of the files there."""
    there: Sequence[Sent] = [house.triage.messages[ref.message], *house.triage.replies(ref.message)]
    blocks = [each.blocks for each in there]
    names = {word for each in there for word in split(each.username or "")}
    files = [(file.content or b"").decode() for each in there for file in each.files if not file.deleted]
    return words(blocks) | names, files


def missing(body: Message, shown: set[str], files: list[str]) -> set[str]:
    """What of it is nowhere."""
    if isinstance(body, Document):
        assert files == ([body.text] if body.text else [])
        body = replace(body, text="")
    if isinstance(body, Sheet) and not body.rows:
        body = replace(body, rows_title="")
    return {word for word in spoken(body) - shown if not any(word in each for each in shown)}


@pytest.mark.asyncio
async def test_all_words_of_a_message_arrive_and_all_of_what_it_becomes(house: House):
    """Posted, and edited into another one of the same person's: each word of it stands in Slack then, in the message,
    in what goes on below it, or in a file; and nothing of what it was before is left hanging there."""
    loop, count = asyncio.get_running_loop(), iter(range(10**6))
    async with house.desk() as desk:
        chat, place = desk.face.chat, house.place(house.triage)
        # Its turns come at once: how long a message waits for its own is another test's matter.
        chat._pace = chat._reading._pace = Pace(lambda: 1000.0 * next(count))

        async def sent(first: Message, second: Message) -> None:
            ref = await chat.post(place, first, key=f"law:{next(count)}")
            assert not missing(first, *arrived(house, ref))
            if isinstance(first, Relay) is not isinstance(second, Relay):
                return  # nobody's words become the desk's
            if isinstance(first, Relay) and isinstance(second, Relay):
                second = replace(second, name=first.name, person=first.person)
            await chat.edit(ref, second)
            assert not missing(second, *arrived(house, ref))

        @settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(messages(), messages())
        def law(first: Message, second: Message) -> None:
            asyncio.run_coroutine_threadsafe(sent(first, second), loop).result(30)

        await asyncio.to_thread(law)
    assert house.slack.record.refused == []
