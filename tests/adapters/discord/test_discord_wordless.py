"""What people send that is no words: stickers, polls, what they pass on; and what discord.py cannot read."""

from __future__ import annotations

from typing import Any

import pytest
from discord_house import DiscordHouse
from fakes.discord.discord_messages import Message
from test_discord_hearing import opened

pytestmark = pytest.mark.asyncio

NOW = "2026-03-03T10:00:00.000000+00:00"
STICKER = {"id": "1", "name": "Thank You!", "format_type": 1}
POLL = {
    "question": {"text": "Which export shall we keep?"},
    "answers": [{"answer_id": n, "poll_media": {"text": text}} for n, text in ((1, "The old one"), (2, "The new"))],
    "expiry": NOW,
    "allow_multiselect": False,
    "layout_type": 1,
}


def passed_on(**what: Any) -> dict[str, Any]:
    """A message that was passed on; Discord tells what it says beside the one that carries it."""
    message = {"type": 0, "content": "", "embeds": [], "attachments": [], "timestamp": NOW, "edited_timestamp": None}
    message |= {"flags": 0, "mentions": [], "mention_roles": [], "components": [], **what}
    return {"message_snapshots": [{"message": message}], "message_reference": {"type": 1, "channel_id": "1"}}


def says(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, **beside: Any) -> None:
    """From now on each message without words has this in it."""
    seen = Message.seen

    def told(self: Message, *args: Any, **how: Any) -> dict[str, Any]:
        return {**seen(self, *args, **how), **(beside if not self.content and not self.components else {})}

    monkeypatch.setattr(Message, "seen", told)


@pytest.mark.parametrize(
    ("beside", "reads"),
    [
        ({"sticker_items": [STICKER]}, ":thank_you:"),
        ({"poll": POLL}, "(Poll) Which export shall we keep?: The old one / The new"),
        (passed_on(content="It is down again"), "It is down again"),
        (passed_on(embeds=[{"type": "rich", "title": "Alarm 7", "description": "Disk full"}]), "Alarm 7\nDisk full"),
        (
            passed_on(components=[{"type": 17, "components": [{"type": 10, "content": "Deploy failed"}]}]),
            "Deploy failed",
        ),
    ],
    ids=["sticker", "poll", "words", "embed", "components"],
)
async def test_what_is_no_words_reads_as_some(
    house: DiscordHouse, monkeypatch: pytest.MonkeyPatch, beside: dict[str, Any], reads: str
):
    """The team reads what the client sent; it was heard by nobody."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        says(house, monkeypatch, **beside)
        house.dana.say(thread, "")
        (copy,) = await desk.until(lambda: [m for m in house.sam.sees(inside) if m.author == "Dana Reyes"][1:])
        assert copy.text.replace("\\", "").endswith(reads)


async def test_what_cannot_be_read_hides_nothing_around_it(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """A poll without an end, which discord.py does not know, stands in the history that is made up for: all else is
    heard, and the poll's own words, were there any."""
    async with house.desk() as desk:
        thread, _, inside = await opened(house)
        await desk.settled()
    says(house, monkeypatch, poll={**POLL, "expiry": None})
    house.dana.say(thread, "before it")
    house.dana.say(thread, "")
    house.dana.say(thread, "after it")
    async with house.desk() as desk:
        for words in ("before it", "after it"):
            await desk.until(lambda words=words: any(words in m.text for m in house.sam.sees(inside)))
        house.dana.say(thread, "")
        house.dana.say(thread, "and later")
        await desk.until(lambda: any("and later" in m.text for m in house.sam.sees(inside)))


async def test_a_menu_where_the_desk_sees_nothing_says_so(house: DiscordHouse):
    """It is no failure of the desk's, and there is something to do."""
    hidden = house.discord.channel("hidden", only=[house.client], bot=False)
    async with house.desk() as desk:
        said = house.dana.say(hidden, "The export fails")
        await house.dana.message_menu("Turn into a request", said)
        (told,) = await desk.answered(house.dana, hidden)
        assert "not let into this channel" in told.text
