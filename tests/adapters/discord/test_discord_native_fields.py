"""Forms that ask for files and people as Discord itself does."""

from __future__ import annotations

import pytest
from discord_house import DiscordHouse

from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def test_a_new_request_takes_files_and_people_in_its_form(house: DiscordHouse):
    """A file that is chosen in one step is the request's, whatever the next one asks: it stands in the team's thread,
    with its bytes. Whoever is chosen among the server's people sees a private request."""
    tom = house.discord.person("Tom Ray", roles=[house.client])
    async with house.desk() as desk:
        await house.store.edit_directory(
            DirectoryEdit(
                people=(Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME"),),
                identities=(("discord", house.server, tom.id, "tom"),),
            )
        )
        await house.dana.slash(house.acme, "/desk new")
        files = {"export.log": b"disk full", "screen.png": b"\x89PNG"}
        assert await house.dana.submit({"What is it about?": "Export fails", "Files": files}) == {}
        (offered,) = await desk.answered(house.dana, house.acme)
        (step,) = [label for label in offered.buttons if label.startswith("Fill in")]
        await house.dana.press(step, offered)
        assert await house.dana.submit({"Who of yours sees it too?": [tom]}) == {}
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        assert card
        request = await house.store.request(1)
        assert request is not None
        assert (request.private, request.stakeholders) == (True, ("tom",))
        (inside,) = await desk.until(lambda: house.sam.threads(house.triage))
        copies = await desk.until(lambda: [m for m in house.sam.sees(inside) if len(m.files) == 2])
        assert dict(copies[0].files) == files
        await desk.until(lambda: [m for m in tom.dm_channel.messages.values() if "Export fails" in str(m.components)])


async def test_what_is_too_large_is_said_and_what_was_typed_stays(house: DiscordHouse, monkeypatch: pytest.MonkeyPatch):
    """Discord closes the form, so a button brings it back with the words in it."""
    for where in ("bot.domain.files", "bot.desk.files"):
        monkeypatch.setattr(f"{where}.SIZE_LIMIT", 1000)
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new")
        filled = {"What is it about?": "Export fails", "Files": {"dump.bin": b"x" * 2000}}
        assert await house.dana.submit(filled) == {}
        (told,) = await desk.answered(house.dana, house.acme)
        assert "“dump.bin”" in told.text
        assert await house.store.request(1) is None
        await house.dana.press("Change what I wrote", told)
        assert house.dana.modal
        assert house.dana.modal.values["What is it about?"] == "Export fails"


@pytest.mark.asyncio
async def test_a_file_that_discord_does_not_hand_over_is_said_and_what_was_typed_stays(house: DiscordHouse):
    """The words of the form are there still."""
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new")
        house.discord.faults.add("download", status=500, times=9)
        await house.dana.submit({"What is it about?": "The login is slow", "Files": {"a.txt": b"x"}})
        (said,) = await desk.answered(house.dana, house.acme)
        assert "“a.txt” could not be fetched" in said.text
        await house.dana.press("Change what I wrote", on=said)
        assert house.dana.modal
        assert house.dana.modal.values["What is it about?"] == "The login is slow"
