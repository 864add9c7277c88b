"""A person's name and words go for good: everywhere, while every fact and figure stays, and anybody can look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_world import World, words

from bot.desk import erasing, front
from bot.domain.erasure import ERASED
from bot.messages.model import Said

pytestmark = pytest.mark.asyncio

SECRET = "The payroll export of Dana Reyes fails with error E-4711"


async def lived(world: World) -> int:
    """Dana asks, writes, edits, deletes, rates and sends a file; others speak of her; settings were changed."""
    number = await world.raised(title=SECRET, details="It says payroll of March is locked")
    await world.do("sam", "claim", request=str(number))
    client = await world.thread(number, "client")
    heard, _ = await world.write("dana", "It happens every single morning", place=client)
    await world.edit("dana", heard, "It happens every single evening")
    other, _ = await world.write("dana", "My password is hunter2 by the way", place=client)
    await world.delete("dana", other)
    await world.do("sam", "reply", request=str(number), text="Hi Dana, I restarted it. Dana Reyes should look again.")
    await world.do("sam", "note", request=str(number), text="@dana said so on the phone")
    file = await world.store.files.put("payroll-dana.csv", "text/csv", b"1;2", author="dana", at=world.clock.machine())
    await world.store.files.show([file.id], f"request:{number}:client")
    await world.react("tom", "🎉", heard)
    await world.do("sam", "resolve", request=str(number), text="Restarted it for Dana")
    await world.pass_(minutes=5)
    await world.do("dana", "works", request=str(number))
    await world.pass_(minutes=5)
    await world.do("dana", "rate", request=str(number), score="2")
    await world.do("dana", "rate-why", request=str(number), text="It took far too long for my payroll")
    await world.do("lee", "edit-person", person="dana", zone="Europe/Paris")
    await world.raised("tom", title="The printer of Dana Reyes smokes")
    await world.pass_(hours=30)
    return number


def held(folder: Path) -> bytes:
    """All that the database's files hold."""
    return b"".join(path.read_bytes() for path in folder.glob("desk.db*"))


async def erased(world: World) -> Said:
    answer = await world.do("lee", "erase", person="dana", confirm="Dana Reyes")
    assert isinstance(answer.message, Said)
    return answer.message


async def test_nothing_of_the_person_is_left(world: World, tmp_path: Path):
    """Name, account and words are in no text of any table; each request still is what its history says."""
    await lived(world)
    whom = await erasing.named(world.store, "dana")
    assert await erasing.verify(world.store, whom.subject, whom.accounts, [SECRET]) != ()
    said = words(await erased(world))
    assert "nothing is left" in said, said
    more = ["Reyes", "payroll", "E-4711", "hunter2", "every single"]
    assert await world.store.erasing.remains("dana", more) == ()
    assert await world.store.check() == ()
    # Nor in what the database's files still hold of rows that are gone.
    assert not [word for word in more if word.encode() in held(tmp_path)]


async def test_facts_times_and_figures_stay(world: World):
    """Clocks, verdicts, states and the rating's score are what they were; only words and the name are others."""
    number = await lived(world)
    before, history = await world.request(number), await world.store.history(number)
    await erased(world)
    after, later = await world.request(number), await world.store.history(number)
    assert [(e.seq, e.at, e.role, type(e.event)) for e in later][: len(history)] == [
        (e.seq, e.at, e.role, type(e.event)) for e in history
    ]
    assert (after.status, after.priority, after.ended_at, after.rating and after.rating.score) == (
        before.status,
        before.priority,
        before.ended_at,
        2,
    )
    assert replace(after.sla, requester="") == replace(before.sla, requester="")
    assert (after.title, after.details) == (ERASED, ERASED)


async def test_what_was_posted_reads_without_the_words(world: World):
    """The card and the copies in the team's thread were put again."""
    number = await lived(world)
    await erased(world)
    screen = "\n".join([*await world.screen("triage"), *await world.thread_screen(number, "team")])
    assert ERASED in screen
    assert "payroll" not in screen
    assert "Dana" not in screen


async def test_what_a_rating_and_an_alert_said_reads_without_the_words(world: World):
    """Where the desk can change what it said it does, in every chat."""
    number = await lived(world)
    before = "\n".join([*await world.screen("triage"), *await world.thread_screen(number, "team")])
    assert "far too long for my payroll" in before
    assert "The printer of Dana Reyes smokes”, missed first response" in before
    await erased(world)
    after = "\n".join([*await world.screen("triage"), *await world.thread_screen(number, "team")])
    assert "payroll" not in after
    assert "The printer of somebody smokes”, missed first response" in after
    assert "Dana Reyes smokes”" not in after


async def test_the_person_cannot_come_in_any_more_and_the_record_does_not_name_them(world: World):
    """They are nobody the desk knows; what is kept says when, by whom and how many rows."""
    await lived(world)
    await erased(world)
    assert "dana" not in {whose for *_, whose in await world.store.identities()}
    assert (await world.do("dana", "my")).message != (await world.do("tom", "my")).message
    people = (await world.store.directory()).people
    assert "dana" not in people
    (record,) = await world.store.erasing.records()
    assert (record.by, record.subject) == ("lee", "")
    assert record.changed > 10
    assert people[record.alias].name == "somebody"
    assert not people[record.alias].active


async def test_it_asks_for_the_whole_name_and_says_how_much_would_go(world: World):
    """The form counts; another name typed leaves everything as it is."""
    await lived(world)
    form = (await world.type("lee", "erase @dana")).form
    assert form is not None
    assert form.intro.startswith("1 request, 2 messages, 1 file of Dana Reyes")
    wrong = (await world.do("lee", "erase", person="dana", confirm="Dana")).form
    assert wrong is not None
    assert "nothing was done" in wrong.errors["confirm"]
    assert "dana" in (await world.store.directory()).people


@pytest.mark.parametrize(
    ("who", "whom", "said"),
    [
        ("sam", "dana", "manager"),
        ("priya", "dana", "manager"),
        ("lee", "lee", "cannot erase yourself"),
        ("lee", "nobody", "knows nobody called"),
        ("lee", "Dana Reyes", "knows nobody called"),
    ],
)
async def test_who_may_not_and_whom_not(world: World, who: str, whom: str, said: str):
    """Only a manager, nobody themselves, and only by the name in commands."""
    answer = await world.do(who, "erase", person=whom, confirm="Dana Reyes")
    assert said in words(answer.message)


async def test_one_that_was_cut_short_is_taken_up(world: World, monkeypatch: pytest.MonkeyPatch):
    """The person is out at once; asking again finishes, and only then the record forgets of whom it was."""
    await lived(world)

    async def broken(*_: object) -> int:
        raise OSError("the power went")

    whom = await erasing.named(world.store, "dana")
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_rewrite", broken)
        with pytest.raises(OSError, match="power"):
            await erasing.erase(world.desk, whom)
    assert "dana" not in {whose for *_, whose in await world.store.identities()}
    again = await erasing.named(world.store, "dana")
    assert again.person is None
    done = await erasing.erase(world.desk, again)
    assert done.remains == ()
    assert await world.store.erasing.remains("dana", ["payroll"]) == ()
    assert all(record.subject == "" for record in await world.store.erasing.records())
    assert await world.store.check() == ()


async def test_the_answer_does_not_wait_for_the_files(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """They are written anew by the desk's next wake; where that fails, until it did."""
    await lived(world)
    answer = await front.run(world.desk, "lee", "erase", {"person": "dana", "confirm": "Dana Reyes"})
    assert "nothing is left" in words(answer.message)
    assert [t.due_at for t in await world.store.timers("compaction")] == [world.clock.now()]
    assert b"hunter2" in held(tmp_path)

    async def full(_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.store.erasing), "compact", full)
        await world.wake()
    assert b"hunter2" in held(tmp_path)
    await world.pass_(minutes=6)
    assert b"hunter2" not in held(tmp_path)
    assert await world.store.timers("compaction") == ()


async def test_others_of_the_same_first_name_keep_it(world: World):
    """Where two are called Dana only the whole name goes from others' words."""
    await world.do(
        "lee", "add-person", place=world.place("triage"), person_name="Dana Okoye", role="client", client="ACME"
    )
    number = await world.raised("tom", title="Ask Dana and Dana Reyes about it")
    await world.raised(title="The export of everything fails")
    await erased(world)
    assert (await world.request(number)).title == "Ask Dana and somebody about it"
