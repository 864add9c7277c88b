"""The whole conversation as a document to keep, and a menu that explains itself."""

from __future__ import annotations

import pytest
from desk_world import World, words

from bot.messages.model import Document, Said, line, strong

pytestmark = pytest.mark.asyncio

NOTE = "Their contract ends in May"


async def told(world: World) -> int:
    """A request with a bit of everything."""
    number = await world.raised(details="Since **Monday** <b>")
    await world.write("sam", NOTE, place=await world.thread(number, "team"))
    await world.do("sam", "reply", request=str(number), text="We look")
    await world.pass_(minutes=5)
    await world.write("dana", "It says code 7", place=await world.thread(number, "client"))
    await world.do("sam", "resolve", request=str(number), text="Restarted it")
    await world.pass_(minutes=2)
    return number


async def transcript(world: World, who: str, number: int, **args: object) -> Document:
    """What they get."""
    message = (await world.do(who, "transcript", request=str(number), **args)).message
    assert isinstance(message, Document), words(message)
    return message


async def test_it_holds_the_conversation_in_order_with_times_and_names(world):
    """As Markdown unless asked otherwise; times in the reader's zone, which is named."""
    number = await told(world)
    document = await transcript(world, "dana", number)
    assert (document.name, document.media_type) == ("ACME-1.md", "text/markdown")
    assert document.text == (
        "# ACME-1: Export fails\n\nResolved. Times are of Europe/London.\n\n"
        "**Dana Reyes (client)**, Tue 09 Jun 2026 10:00\n\n> Since **Monday** <b>\n\n"
        "**Sam Ito (engineer)**, Tue 09 Jun 2026 10:00\n\n> We look\n\n"
        "**Dana Reyes (client)**, Tue 09 Jun 2026 10:05\n\n> It says code 7\n\n"
        "**Sam Ito**, Tue 09 Jun 2026 10:06\n\n> believes it is solved. Restarted it\n"
    )


@pytest.mark.parametrize(("as_", "ending"), [("text", "txt"), ("html", "html"), ("markdown", "md")])
async def test_notes_are_the_teams_alone(world, as_, ending):
    """In no format, and by no wish, does a client get one; the team may."""
    number = await told(world)
    for who in ("dana", "tom"):
        assert NOTE not in (await transcript(world, who, number, **{"as": as_, "notes": True})).text
    plain = await transcript(world, "sam", number, **{"as": as_})
    assert (plain.name, NOTE in plain.text) == (f"ACME-1.{ending}", False)
    full = await transcript(world, "sam", number, **{"as": as_, "notes": True})
    assert (full.name, NOTE in full.text) == (f"ACME-1-with-notes.{ending}", True)
    assert "not for the client" in full.text


async def test_a_document_in_html_escapes_what_people_wrote(world):
    """Nobody's words become markup."""
    number = await told(world)
    text = (await transcript(world, "dana", number, **{"as": "html"})).text
    assert "Since **Monday** &lt;b&gt;" in text
    assert 'name="viewport"' in text, "it is read on a phone, too"


async def test_another_clients_people_get_none(world):
    """The same words as for one that does not exist."""
    number = await told(world)
    assert "There is no request 1 that you can see" in words(
        (await world.do("mia", "transcript", request=str(number))).message
    )


async def test_the_bare_command_is_a_menu_in_groups(world):
    """By role: clients see their requests and looking, managers also setting up."""
    groups = {"Your requests", "Working", "Looking", "Setting up"}
    shown = {}
    for who in ("dana", "sam", "lee"):
        menu = (await world.type(who, "help all")).message
        assert isinstance(menu, Said)
        shown[who] = [words(Said("", (each,))) for each in menu.lines if each in [line(strong(g)) for g in groups]]
    assert shown["dana"] == ["Your requests", "Looking"]
    assert shown["sam"][:2] == ["Working", "Looking"]
    assert shown["lee"] == ["Working", "Looking", "Setting up"]


async def test_the_first_menu_fits_one_screen_of_a_phone(world):
    """A client reads five verbs, each one they may use; the team reads its verbs by group. The rest is behind More."""
    everything = {}
    for who in ("dana", "sam", "lee"):
        first = (await world.type(who, "")).message
        assert words(first) == words((await world.type(who, "help")).message)
        assert 4 <= len(first.lines) <= 7
        more = next(each for each in first.actions if each.label == "More")
        assert (more.command, more.args) == ("help", {"verb": "all"})
        everything[who] = words((await world.type(who, "help all")).message)
        assert len(everything[who]) > len(words(first))
    dana = (await world.type("dana", "")).message
    assert [text for each in dana.lines if len(text := words(Said("", (each,)))) >= 100] == []
    for each in dana.lines[1:-1]:
        verb = words(Said("", (each,))).removeprefix("/desk ").split()[0]
        assert f"\n{verb}  " in everything["dana"]
    assert "claim" not in words(dana)


async def test_help_explains_one_verb(world):
    """What it does, how it goes, an example and who may; another role's verb is no secret, but not explained."""
    answer = words((await world.type("sam", "help next")).message)
    assert "next  Promise the client news by a time" in answer
    assert "Such as: /desk next 42 16:00 I'm on it." in answer
    assert "For our team." in answer
    assert "I do not know “next”" in words((await world.type("dana", "help next")).message)
    assert "Also called cancel." in words((await world.type("sam", "help cancel")).message)
