"""A request's whole way through Discord."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse


@pytest.mark.asyncio
async def test_a_request_by_command_and_form(house: DiscordHouse):
    """`/desk new` opens a form; it becomes a request with its card, and what the engineer says reaches the client."""
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new")
        assert dana.modal
        await dana.submit({dana.modal.labels[0]: "Export fails"})
        # It is longer than a form of Discord's: what is only asked may be left out.
        (step,) = await desk.answered(dana, acme)
        assert step.buttons[0] == "Fill in step 2"
        await dana.press(step.buttons[1], on=step)
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        (thread,) = await desk.until(lambda: dana.threads(acme))
        await desk.until(lambda: any("Add anything in this thread" in m.text for m in dana.sees(thread)))
        await sam.press("Claim", on=card)
        await desk.until(lambda: any("Sam Ito" in m.text for m in dana.sees(thread)))
        (inside,) = await desk.until(lambda: sam.threads(triage))
        sam.say(thread, "I am looking at it now.")
        await desk.until(lambda: any("looking at it" in m.text for m in sam.sees(inside)))
        request = await house.store.request(1)
        assert request is not None
        assert request.owner == "sam"


@pytest.mark.asyncio
async def test_a_message_becomes_a_request(house: DiscordHouse):
    """A client writes in their channel and turns it into a request from the message's menu: its thread hangs from it,
    and what they add there reaches the team."""
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    async with house.desk() as desk:
        said = dana.say(acme, "The export fails since this morning")
        await dana.message_menu("Turn into a request", said)
        (thread,) = await desk.until(lambda: dana.threads(acme))
        assert thread.id == said.id
        (inside,) = await desk.until(lambda: sam.threads(triage))
        dana.say(thread, "It says error 7")
        await desk.until(lambda: any("error 7" in m.text for m in sam.sees(inside)))
        (words,) = [m for m in sam.sees(inside) if "error 7" in m.text]
        assert words.author == "Dana Reyes"
