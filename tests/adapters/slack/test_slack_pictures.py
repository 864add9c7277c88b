"""Emoji by their names in Slack are characters everywhere else."""

from __future__ import annotations

import pytest
from slack_house import House

from adapters.slack.pictures import characters


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("It works :tada: :+1:", "It works 🎉 👍"),
        (":+1::skin-tone-4: and :male-technologist::skin-tone-2:", "👍🏽 and 👨🏻‍💻"),
        (":flag-gb: :man-shrugging: :large_green_circle: :simple_smile:", "🇬🇧 🤷‍♂️ 🟢 🙂"),
        (":tada::+1::our_own:", "🎉👍:our_own:"),
        (":our_own: at 10:30:45, a::b::c, x:tada:y, :flag-zz:", ":our_own: at 10:30:45, a::b::c, x:tada:y, :flag-zz:"),
        ("`:tada:` and ```\n:tada:\n``` but :tada:", "`:tada:` and ```\n:tada:\n``` but 🎉"),
        ("nothing: here", "nothing: here"),
    ],
)
def test_names_become_characters(written: str, read: str):
    """Standard ones, with their skin tones, flags and genders; a workspace's own, times and code stay as they are."""
    assert characters(written) == read


@pytest.mark.asyncio
async def test_what_somebody_writes_and_fills_in_has_its_emoji(house: House):
    """In words, in a command and in a form alike; what a mere thumb up says is a courtesy as before."""
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new Export fails :fire:")
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails 🔥" in m.text])
        await house.sam.press("Reply", on=card.message)
        await desk.until(lambda: house.sam.modal)
        assert house.sam.modal
        assert await house.sam.submit({house.sam.modal.labels[0]: "On it :rocket:"}) == {}
        await desk.until(lambda: [m for m in house.sam.thread(card.message) if "On it 🚀" in m.text])
