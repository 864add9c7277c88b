"""What people see in Slack, and press there: menus, homes, long words."""

from __future__ import annotations

import pytest
from slack_house import House

from bot.domain.playbooks import FormField, RequestKind
from bot.ports import DirectoryEdit


@pytest.mark.asyncio
async def test_the_same_can_be_chosen_again_from_a_cards_menu(house: House):
    """Slack tells nothing of a choice that a menu shows already, so the menu is shown anew once it was used."""
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new Export fails")
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        for _ in range(2):
            before = card.message.blocks
            await sam.choose("More…", "Note", on=card)
            await desk.until(lambda: sam.modal)
            assert sam.modal.title.startswith("Note on ACME-")
            await sam.close()
            await desk.until(lambda before=before: card.message.blocks[-1] != before[-1])
            after = card.message.blocks
            assert [b["block_id"] for b in after] != [b["block_id"] for b in before]
            assert [_bare(b) for b in after] == [_bare(b) for b in before]


@pytest.mark.asyncio
async def test_each_home_shows_what_awaits_its_person(house: House):
    """A client: their requests, linked, and the next review; an engineer: their work; a manager: what needs a hand."""
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new Export fails")
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        shown = {}
        for person in (house.dana, house.sam, house.lee, house.eve):
            person.open_home()
            await desk.until(lambda person=person: person.home)
            shown[person] = person.home.text
        assert "Your requests" in shown[house.dana]
        assert "ACME-1" in shown[house.dana]
        assert "review" in shown[house.dana].lower()
        assert "Nobody has these yet" in shown[house.sam]
        assert "What needs a hand" in shown[house.lee]
        assert "ACME-1" not in shown[house.eve]
        assert "/archives/" in str(house.dana.home.view.given)


@pytest.mark.asyncio
async def test_what_is_pressed_at_home_is_answered_there(house: House):
    """App Home is no conversation: the card stands in a modal before it, and what its buttons ask takes its place."""
    sam, triage = house.sam, house.triage
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new Export fails")
        await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        sam.open_home()
        await desk.until(lambda: sam.home and "Export fails" in sam.home.text)
        await sam.press("Open", on=sam.home)
        await desk.until(lambda: sam.modal)
        assert "Export fails" in sam.modal.text
        await sam.press("Note")
        await desk.until(lambda: sam.modal.title.startswith("Note on"))
        assert await sam.submit({"Your note": "Between us."}) == {}
        history = await house.store.history(1)
        assert "NoteAdded" in [type(entry.event).__name__ for entry in history]


@pytest.mark.asyncio
async def test_long_words_reach_the_team_whole(house: House):
    """What one message cannot hold goes on in the thread; not a word is lost, and nothing in it is a mention."""
    dana, sam, acme, triage = house.dana, house.sam, house.acme, house.triage
    long = "\n".join(f"{n:04} <!channel> the log says *no* & nothing else" for n in range(380))
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new Export fails")
        (card,) = await desk.until(lambda: [m for m in sam.sees(triage) if "Export fails" in m.text])
        (root,) = await desk.until(lambda: [m for m in dana.sees(acme) if "Export fails" in m.text and not m.alone])
        dana.say(acme, long, thread=root.message)
        copies = await desk.until(
            lambda: [m for m in sam.thread(card.message) if "0379" in m.text] and sam.thread(card.message)
        )
        words = "\n".join(m.text for m in copies)
        assert all(f"{n:04} <!channel> the log says *no* & nothing else" in words for n in range(380))
        await sam.press("Claim", on=card)
        await desk.until(lambda: "Its thread with the client" in card.text)
        assert f"/{acme.id}/p{root.message.ts.replace('.', '')}" in str(card.message.blocks)


@pytest.mark.asyncio
async def test_the_wizard_goes_forth_and_back_and_remembers(house: House):
    """Five steps in one modal: an error stands beside its field, the way back keeps what was typed, and at the end the
    client is there."""
    lee, triage = house.lee, house.triage
    async with house.desk() as desk:
        await lee.slash(triage, "/desk setup")
        await desk.until(lambda: lee.modal)
        named, key, zone, holidays = lee.modal.labels
        assert "name" in named.lower()
        wrong = await lee.submit({named: "Initech", key: "ACME", zone: "Europe/Berlin", holidays: "none"})
        assert list(wrong) == [key]
        assert lee.modal.values[named] == "Initech"
        assert await lee.submit({key: "INI"}) == {}
        await desk.until(lambda: lee.modal.title.endswith("2 of 5"))
        await lee.press("Back")
        await desk.until(lambda: lee.modal.title.endswith("1 of 5"))
        assert lee.modal.values[named] == "Initech"
        assert lee.modal.values[key] == "INI"
        for step in range(2, 6):
            assert await lee.submit() == {}
            await desk.until(lambda step=step: lee.modal.title.endswith(f"{step} of 5"))
        assert "Initech" in lee.modal.text
        assert await lee.submit() == {}
        assert lee.modal is None
        directory = await house.store.directory()
        assert directory.clients["INI"].name == "Initech"


@pytest.mark.asyncio
async def test_what_a_form_must_remember_may_be_long(house: House):
    """A kind with questions asks after the first form; what was written there is carried whole, to be seen."""
    kind = RequestKind("laptop", "A new laptop", fields=(FormField("Asset tag", required=True),))
    await house.store.edit_directory(DirectoryEdit(kinds=(kind,)))
    dana, acme = house.dana, house.acme
    details = "\n".join(f"{n:03} & <what> I need" for n in range(140))
    async with house.desk() as desk:
        await dana.slash(acme, "/desk new")
        await desk.until(lambda: dana.modal)
        typed = {"What is it about?": "Laptop", "Details": details, "Kind": "A new laptop"}
        assert await dana.submit(typed) == {}
        await desk.until(lambda: "Asset tag" in dana.modal.labels)
        assert dana.modal.values["Details, as you gave it"] == details
        assert await dana.submit({"Asset tag": "A-17"}) == {}
        await desk.until(lambda: [m for m in dana.sees(acme) if "Laptop" in m.text and not m.alone])
        request = await house.store.request(1)
        assert request is not None
        assert (request.details, dict(request.answers)) == (details, {"Asset tag": "A-17"})


def _bare(block: dict) -> dict:
    return {name: value for name, value in block.items() if name != "block_id"}
