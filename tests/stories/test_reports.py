"""Reports: what the team and what a client's people read of a time, and what they never learn."""

from __future__ import annotations

from datetime import datetime

import pytest
from desk_world import LONDON, World, words

from bot.demo.seed import OTHERS
from bot.desk.changing import step
from bot.domain.events import Opened
from bot.domain.people import Person, Role
from bot.messages.model import Form, Listing, Sheet
from bot.ports import Change, DirectoryEdit

PEOPLE = {person.id: person for person in OTHERS}

pytestmark = pytest.mark.asyncio


async def told(world: World, who: str, text: str = "report this month") -> Sheet:
    """The report somebody gets."""
    answer = await world.type(who, text)
    assert isinstance(answer.message, Sheet), answer
    return answer.message


def table(sheet: Sheet, title: str) -> dict[str, tuple[str, ...]]:
    """A table of it, by row."""
    return {row.head: row.cells for t in sheet.tables if t.title == title for row in t.rows}


async def solved(world: World, who: str = "dana", by: str = "sam", **form: str) -> int:
    """A request that was answered after half an hour and resolved after another one."""
    number = await world.raised(who, **form)
    await world.do(by, "claim", request=number)
    await world.pass_(minutes=30)
    await world.do(by, "reply", request=number, text="On it.")
    await world.pass_(minutes=30)
    await world.do(by, "resolve", request=number, text="Restarted it.")
    return number


async def test_the_team_reads_how_promises_were_kept(world: World):
    """One met, one late: counts, shares with how few they are, times by nearest rank, and the oldest that is open."""
    await solved(world)
    late = await world.raised("tom", title="Printer is dead")
    await world.pass_(hours=3)
    sheet = await told(world, "sam")
    assert sheet.title == "All clients, June 2026"
    said = words(sheet)
    assert "2 opened, 1 resolved, 0 closed, 0 reopened." in said
    assert "1 open at the end, 1 of them opened in this time." in said
    assert table(sheet, "Promises") == {
        "First response": ("50 % of 2", "1", "1"),
        "Next reply": ("no data", "0", "0"),
        "Resolution": ("100 % of 1", "1", "0"),
    }
    assert table(sheet, "Service time taken") == {
        "First response": ("30 min", "30 min", "1"),
        "Resolution": ("1 h", "1 h", "1"),
    }
    assert table(sheet, "By client") == {"Acme": ("50 % of 2", "no data", "100 % of 1")}
    assert table(sheet, "By person") == {
        "Sam Ito": ("100 % of 1", "no data", "100 % of 1"),
        "nobody yet": ("0 % of 1", "no data", "no data"),
    }
    assert [row.number for row in sheet.rows] == [late]


async def test_a_client_sees_its_own_figures_only(world: World):
    """Globex's people read Globex's report, whatever they ask for; priorities and people are the team's."""
    await solved(world)
    sheet = await told(world, "mia")
    assert sheet.title == "Globex, June 2026"
    assert "Nothing happened in June 2026 (Europe/Berlin)" in words(sheet)
    for text in ("report client:ACME this month", "report client:NOSUCH this month"):
        answer = await world.type("mia", text)
        assert words(answer.message) == "You see the figures of Globex. Leave the other name out, and I show them."
    forged = await world.do("mia", "report", client="ACME", period="this month")
    assert "You see the figures of Globex." in words(forged.message)
    own = await told(world, "dana", "report acme this month")
    assert own.title == "Acme, June 2026"
    assert [t.title for t in own.tables] == ["Promises", "Service time taken"]
    assert "Sam" not in words(own).replace("Sam Ito has", "")


async def test_a_private_request_is_not_even_counted_for_colleagues(world: World):
    """Its requester and the team find it in their figures; a colleague's figures are as if it were not there."""
    directory, tom = await world.store.directory(), PEOPLE["tom"]
    number, now = await world.store.reserve_number(), world.clock.now()
    opened = Opened(number, "ACME", "My contract", "tom", now, "command", private=True)
    done = step(directory, world.desk.rules, None, (opened,), at=now, by=tom)
    await world.store.commit(Change((done.change,), done.outbox))
    await world.pass_(hours=6)
    assert "Nothing happened" in words(await told(world, "dana"))
    assert "1 opened" in words(await told(world, "tom"))
    assert "1 opened" in words(await told(world, "sam"))


async def test_the_period_is_the_clients_own_days(world: World):
    """The last minutes of June in London are July in Berlin: each client's month begins at its own midnight."""
    world.clock.move_to(datetime(2026, 6, 30, 23, 30, tzinfo=LONDON))
    for who, client in (("dana", "client-acme"), ("mia", "client-globex")):
        await world.do(who, "new", place=world.place(client), title="Export fails")
    await world.pass_(hours=12)
    assert "1 opened" in words(await told(world, "dana", "report last month"))
    assert "Nothing happened" in words(await told(world, "mia", "report 2026-06"))
    assert "1 opened" in words(await told(world, "mia", "report this month"))
    assert "1 opened" in words(await told(world, "sam", "report globex this month"))
    assert "1 opened" in words(await told(world, "sam", "report acme last month"))


async def test_words_that_name_no_time_are_asked_again(world: World):
    """The form comes with the mend beside its field; a button that chooses brings it too, clients for the team only."""
    for who, names in (("sam", ["period", "client"]), ("dana", ["period"])):
        answer = await world.type(who, "report the other day")
        assert isinstance(answer.form, Form)
        assert "“the other day” is no time I can report on. Write last month" in answer.form.errors["period"]
        chosen = await world.do(who, "report", choose="true")
        assert chosen.form is not None
        assert [i.name for i in chosen.form.inputs] == names
        assert chosen.form.errors == {}
    assert "I know no client “nobody”" in words((await world.do("sam", "report", client="nobody")).message)
    ahead = await world.type("dana", "report 2027-01")
    assert ahead.form is not None
    assert ahead.form.errors == {"period": "January 2027 has not begun yet. Try “this month”."}


async def test_what_was_set_aside_leaves_no_verdict(world: World):
    """It is told apart, and in no other figure (rule 7)."""
    number = await world.raised()
    await world.pass_(hours=5)
    assert table(await told(world, "sam"), "Promises")["First response"] == ("0 % of 1", "0", "1")
    await world.do("sam", "cancel", request=number, text="opened twice")
    sheet = await told(world, "sam")
    assert "1 set aside as no request; the other figures leave it out." in words(sheet)
    assert "0 opened" in words(sheet)
    assert table(sheet, "Promises")["First response"] == ("no data", "0", "0")


async def test_closing_without_a_reply_is_told(world: World):
    """It is no met promise and, within its time, no missed one either."""
    number = await world.raised()
    await world.do("sam", "close", request=number, text="done by phone")
    sheet = await told(world, "sam")
    assert "1 closed without a reply." in words(sheet)
    assert table(sheet, "Promises")["First response"] == ("no data", "0", "0")
    assert table(sheet, "Promises")["Resolution"] == ("100 % of 1", "1", "0")


async def test_an_empty_desk_teaches(world: World):
    """No figure is made up where nothing was judged."""
    sheet = await told(world, "lee", "report")
    assert sheet.title == "All clients, May 2026"
    assert "Figures come with the first request." in words(sheet)
    assert sheet.tables == ()
    assert [a.args.get("period") for a in sheet.actions] == ["this month", "last month", None]


async def test_a_name_of_somebody_who_left_is_kept(world: World):
    """A person's figures stay theirs after they have left."""
    await solved(world)
    sam = (await world.store.directory()).people["sam"]
    await world.store.edit_directory(DirectoryEdit(people=(Person(sam.id, sam.name, Role.ENGINEER, active=False),)))
    assert "Sam Ito" in table(await told(world, "lee"), "By person")


async def test_the_oldest_are_five(world: World):
    """Of seven that are open the five oldest are named, the oldest first."""
    numbers = []
    for _ in range(7):
        numbers.append(await world.raised())
        await world.pass_(minutes=1)
    sheet = await told(world, "lee")
    assert [row.number for row in sheet.rows] == numbers[:5]
    assert not isinstance(sheet, Listing)
