"""A request's whole way through Slack, over both deliveries."""

from __future__ import annotations

import pytest
from slack_house import House


@pytest.mark.asyncio
async def test_a_request_by_command_and_form(either_way: House):
    """`/desk new` opens a form; it becomes a request with its card, and what the engineer says reaches the client."""
    house = either_way
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new")
        await desk.until(lambda: dana.modal)
        assert await dana.submit({"What is it about?": "Export fails"}) == {}
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        (root,) = await desk.until(
            lambda: [m for m in dana.sees(acme) if "Export fails" in m.text and not m.alone],
        )
        await desk.until(lambda: any("Add anything in this thread" in m.text for m in dana.thread(root.message)))
        await sam.press("Claim", on=card)
        await desk.until(lambda: any("@sam" in m.text for m in dana.thread(root.message)[1:]))
        sam.say(acme, "I am looking at it now.", thread=root.message)
        await desk.until(lambda: any("looking at it" in m.text for m in sam.thread(card.message)))
        assert "In progress" in card.text
        request = await house.store.request(1)
        assert request is not None
        assert request.owner == "sam"


@pytest.mark.asyncio
async def test_an_engineer_answers_from_the_teams_thread(either_way: House):
    """What is said in the team's thread stays there; Reply carries words to the client, under the engineer's name."""
    house = either_way
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new Export fails")
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        (root,) = await desk.until(lambda: [m for m in dana.sees(acme) if "Export fails" in m.text and not m.alone])
        await desk.until(lambda: len(sam.thread(card.message)) > 1)
        sam.say(triage, "Between us: it is the disk again.", thread=card.message)
        await desk.until(lambda: "sam" in card.text or True)
        await sam.press("Reply", on=card)
        await desk.until(lambda: sam.modal)
        assert await sam.submit({sam.modal.labels[0]: "We restarted it, please try."}) == {}
        (reply,) = await desk.until(
            lambda: [m for m in dana.thread(root.message) if "We restarted it" in m.text],
        )
        assert reply.author == "Sam Ito"
        assert not any("Between us" in m.text for m in (*dana.thread(root.message), *dana.sees(acme)))
        history = await house.store.history(1)
        assert [type(entry.event).__name__ for entry in history].count("NoteAdded") == 1
