"""Forms that ask for files and people as Slack itself does."""

from __future__ import annotations

import pytest
from slack_house import House

from bot.domain.people import Person, Role
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


async def test_a_new_request_takes_files_and_people_in_its_form(house: House):
    """A file that is chosen there is the request's: it stands in the client's thread and the team's, with its bytes.
    Whoever is chosen among the workspace's people sees a private request, and nobody else of the client's."""
    tom = house.slack.person("Tom Ray")
    async with house.desk() as desk:
        await house.store.edit_directory(
            DirectoryEdit(
                people=(Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME"),),
                identities=(("slack", house.team, tom.id, "tom"),),
            )
        )
        await house.dana.slash(house.acme, "/desk new")
        await desk.until(lambda: house.dana.modal)
        filled = {
            "What is it about?": "Export fails",
            "Files": {"export.log": b"disk full", "screen.png": b"\x89PNG"},
            "Who of yours sees it too?": [tom],
        }
        assert await house.dana.submit(filled) == {}
        (card,) = await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
        request = await house.store.request(1)
        assert request is not None
        assert (request.private, request.stakeholders) == (True, ("tom",))

        def there() -> dict[str, bytes | None]:
            seen = house.sam.thread(card.message)
            return {file.name: file.content for message in seen for file in message.message.files}

        await desk.until(lambda: there() == {"export.log": b"disk full", "screen.png": b"\x89PNG"})
        await desk.until(lambda: [m for m in tom.dm_channel.messages.values() if "Export fails" in m.text])


async def test_what_is_too_large_is_said_beside_its_field(house: House, monkeypatch: pytest.MonkeyPatch):
    """Nothing of the form is lost: the field says how much fits, and the others stand as they were."""
    for where in ("adapters.slack.files", "bot.desk.files"):
        monkeypatch.setattr(f"{where}.SIZE_LIMIT", 1000)
    async with house.desk() as desk:
        await house.dana.slash(house.acme, "/desk new")
        await desk.until(lambda: house.dana.modal)
        errors = await house.dana.submit({"What is it about?": "Export fails", "Files": {"dump.bin": b"x" * 2000}})
        assert errors.keys() == {"Files"}
        assert "“dump.bin”" in errors["Files"]
        assert await house.dana.submit({"Files": {"dump.bin": b"x" * 500}}) == {}
        await desk.until(lambda: [m for m in house.sam.sees(house.triage) if "Export fails" in m.text])
