"""What goes on from a message is changed and taken away with it: further posts, and files."""

from __future__ import annotations

import aiohttp
import pytest
from slack_house import House

from adapters.slack.places import place_of
from adapters.slack.trail import Trail
from bot.domain.files import Attachment
from bot.messages.model import Relay, Said, line
from bot.ports import Place

LINES = 260


def long(word: str) -> str:
    """More than a message takes."""
    return "\n".join(f"{word} {n} of a log that is longer than one message takes" for n in range(LINES))


async def kept(house: House, name: str) -> Attachment:
    """A file that the desk has."""
    return await house.store.files.put(name, "text/plain", name.encode(), author="dana", at=house.clock.machine())


def there(house: House, root: str) -> tuple[str, list[str]]:
    """What the team reads in a thread, and the files in it."""
    seen = house.sam.thread(house.triage.messages[root])
    return "\n".join(m.text for m in seen), [f.name for m in seen for f in m.message.files if not f.deleted]


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
async def test_words_and_files_that_change_do_so_everywhere(house: House, restarted: bool):
    """An edit changes each further post, takes away those that are too many and the files that are gone, and brings new
    ones; a deletion blanks all of it. A desk that starts anew knows what belongs to what."""
    where = place_of(house.team, house.triage.id)
    one, two = await kept(house, "one.txt"), await kept(house, "two.txt")
    async with house.desk() as desk:
        root = await desk.face.chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        first = Relay("dana", "Dana Reyes", "client", long("first"), files=(one,))
        ref = await desk.face.chat.post(thread, first, key="words")
        words, files = there(house, root.message)
        assert words.count("first") == LINES
        assert files == ["one.txt"]
        if not restarted:
            await changed(house, desk.face.chat, ref, two, root.message)
    if restarted:
        async with house.desk() as desk:
            await changed(house, desk.face.chat, ref, two, root.message)


async def changed(house: House, chat, ref, two: Attachment, root: str) -> None:
    """The same words otherwise, fewer, and none."""
    await chat.edit(ref, Relay("dana", "Dana Reyes", "client", long("second"), files=(two,)))
    words, files = there(house, root)
    assert (words.count("first"), words.count("second"), files) == (0, LINES, ["two.txt"])
    await chat.edit(ref, Relay("dana", "Dana Reyes", "client", "third", files=(two,)))
    words, files = there(house, root)
    assert (words.count("second"), words.count("third"), files) == (0, 1, ["two.txt"])
    await chat.edit(ref, Relay("dana", "Dana Reyes", "client", long("fourth"), files=(two,)))
    assert there(house, root)[0].count("fourth") == LINES
    await chat.edit(ref, Said("deleted", (line("This message was deleted."),)))
    words, files = there(house, root)
    assert (words.count("fourth"), words.count("deleted"), files) == (0, 1, [])
    assert await chat.find(ref.place, "words") == ref


@pytest.mark.asyncio
async def test_what_is_taken_away_goes_whole(house: House):
    """Nothing of a long message is left in the thread, nor its file."""
    where = place_of(house.team, house.triage.id)
    async with house.desk() as desk:
        root = await desk.face.chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        file = await kept(house, "one.txt")
        ref = await desk.face.chat.post(thread, Relay("dana", "Dana", "client", long("first"), files=(file,)), key="w")
    async with house.desk() as desk:
        await desk.face.chat.delete(ref)
        words, files = there(house, root.message)
        assert ("first" in words, files) == (False, [])


@pytest.mark.asyncio
async def test_a_message_that_becomes_shorter_and_gets_a_file_has_both(house: House):
    """Its further posts go, and the file comes; the message itself is the one that says so."""
    where = place_of(house.team, house.triage.id)
    async with house.desk() as desk:
        root = await desk.face.chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        ref = await desk.face.chat.post(thread, Relay("dana", "Dana", "client", long("first")), key="w")
        file = await kept(house, "one.txt")
        await desk.face.chat.edit(ref, Relay("dana", "Dana", "client", "Only this", files=(file,)))
        words, files = there(house, root.message)
        assert ("first" in words, "Only this" in words, files) == (False, True, ["one.txt"])
        await desk.face.chat.delete(ref)
        assert there(house, root.message)[1] == []


@pytest.mark.asyncio
async def test_of_a_message_that_broke_off_nothing_is_left_when_it_goes_anew(house: House):
    """Its further posts are taken away with it, so that nobody reads them twice."""
    where = place_of(house.team, house.triage.id)
    async with house.desk() as desk:
        chat = desk.face.chat
        root = await chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        body = Relay("dana", "Dana", "client", long("first"))
        house.slack.faults.add("chat.update", drop=True)
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever a lost connection raises
            await chat.post(thread, body, key="words")
        assert await chat.find(thread, "words") is None
        assert "first" not in there(house, root.message)[0]
        await chat.post(thread, body, key="words")
        assert there(house, root.message)[0].count("first") == LINES


@pytest.mark.asyncio
async def test_under_another_name_it_goes_anew_once(house: House):
    """Slack changes nobody's name above a message. Once somebody was erased their words, or what stands in their place,
    stand under nobody's name, once, also where the desk is killed in between; a deletion alone moves nothing."""
    where = place_of(house.team, house.triage.id)
    async with house.desk() as desk:
        chat = desk.face.chat
        root = await chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        ref = await chat.post(thread, Relay("ann", "Ann Gone", "client", long("first")), key="words")
        dana = await chat.post(thread, Relay("dana", "Dana Reyes", "client", "hers"), key="hers")
        assert await chat.edit(dana, Said("deleted", (line("It was deleted."),))) is None
    nobody = Relay("", "somebody", "client", "second")
    async with house.desk() as desk:
        house.slack.faults.add("chat.delete", drop=True)
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever a lost connection raises
            await desk.face.chat.edit(ref, nobody)
        moved = await desk.face.chat.edit(ref, nobody)
        words, _ = there(house, root.message)
        assert (words.count("first"), words.count("second")) == (0, 1)
        assert moved is not None
        assert await desk.face.chat.edit(moved, nobody) is None
        seen = house.sam.thread(house.triage.messages[root.message])
        assert [m.author for m in seen if "second" in m.text] == ["somebody"]
        other = await desk.face.chat.post(thread, Relay("ann", "Ann Gone", "client", "third"), key="third")
        await desk.face.chat.edit(other, Said("deleted", (line("It was deleted by somebody."),)))
        left = [m.text for m in house.sam.thread(house.triage.messages[root.message]) if m.author == "Ann Gone"]
        assert left == []


def test_a_trail_is_read_as_it_was_written():
    """Names of files may hold anything but a line break."""
    trail = Trail("key", ("1.2", "3.4"), {"a b.txt": "F1", "c": "F2"}, "Dana")
    assert Trail.of({"metadata": {"event_payload": trail.carried()}}) == trail
    assert Trail.of({}) == Trail()
    assert not Trail("key")


BROKEN = [
    ("files.completeUploadExternal", {"drop_answer": True}, 1),
    ("files.completeUploadExternal", {"drop_answer": True}, 2),
    ("files.completeUploadExternal", {"drop": True}, 2),
    ("files.getUploadURLExternal", {"drop": True}, 2),
    ("chat.update", {"drop": True}, 1),
    ("chat.update", {"drop_answer": True}, 1),
    ("chat.update", {"drop": True}, 2),
    ("chat.update", {"drop_answer": True}, 2),
]
"""Which call of its kind breaks off, done or not."""


def broken(house: House, method: str, how: dict[str, bool], which: int) -> None:
    """The call of that method that is the `which`-th from now on."""
    calls = iter(range(1, 100))
    house.slack.faults.add(method, when=lambda _: next(calls) == which, **how)


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("method", "how", "which"), BROKEN)
async def test_a_file_of_a_message_that_broke_off_is_there_once(
    house: House, method: str, how: dict[str, bool], which: int, restarted: bool
):
    """It is looked for, as the relay does, by that process or by another: what was half there is taken away with its
    files, and goes anew; what was whole is found."""
    where = place_of(house.team, house.triage.id)
    words = Relay("dana", "Dana", "client", "look", files=(await kept(house, "one.txt"), await kept(house, "two.txt")))
    async with house.desk() as desk, house.desk() as other:
        chat = desk.face.chat
        root = await chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        broken(house, method, how, which)
        with pytest.raises(aiohttp.ClientError):
            await chat.post(thread, words, key="w")
        then = other.face.chat if restarted else chat
        assert await then.find(thread, "w") or await then.post(thread, words, key="w")
        assert there(house, root.message)[1] == ["one.txt", "two.txt"]
        (found,) = [m for m in house.sam.thread(house.triage.messages[root.message]) if "look" in m.text]
        assert found


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("method", "how", "which"), BROKEN[:3])
async def test_a_file_that_an_edit_brings_is_there_once_whatever_breaks_off(
    house: House, method: str, how: dict[str, bool], which: int, restarted: bool
):
    """The edit is made again; whether the file that it was about to show is shown nobody knows, so it is taken away
    first."""
    where = place_of(house.team, house.triage.id)
    one, two, three = [await kept(house, f"{name}.txt") for name in ("one", "two", "three")]
    async with house.desk() as desk, house.desk() as other:
        chat = desk.face.chat
        root = await chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        ref = await chat.post(thread, Relay("dana", "Dana", "client", "look", files=(one,)), key="w")
        now = Relay("dana", "Dana", "client", "look", files=(one, two, three))
        broken(house, method, how, which)
        with pytest.raises(aiohttp.ClientError):
            await chat.edit(ref, now)
        await (other if restarted else desk).face.chat.edit(ref, now)
        assert sorted(there(house, root.message)[1]) == ["one.txt", "three.txt", "two.txt"]
        await other.face.chat.delete(ref)
        assert there(house, root.message)[1] == []


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("how", [{"drop": True}, {"drop_answer": True}], ids=["not done", "done, and nobody hears"])
async def test_words_that_an_edit_adds_are_there_once_whatever_breaks_off(
    house: House, how: dict[str, bool], restarted: bool
):
    """The posts in which it is to go on are looked for before the edit is made again."""
    where = place_of(house.team, house.triage.id)
    async with house.desk() as desk, house.desk() as other:
        chat = desk.face.chat
        root = await chat.post(where, Said("card", (line("card"),)), key="card")
        thread = Place(where.platform, where.workspace, where.channel, root.message)
        ref = await chat.post(thread, Relay("dana", "Dana", "client", "short"), key="w")
        now = Relay("dana", "Dana", "client", "\n".join([long("first"), long("second")]))
        broken(house, "chat.postMessage", how, 2)
        with pytest.raises(aiohttp.ClientError):
            await chat.edit(ref, now)
        await (other if restarted else desk).face.chat.edit(ref, now)
        words = there(house, root.message)[0]
        assert (words.count("first"), words.count("second")) == (LINES, LINES)
        await other.face.chat.delete(ref)
        assert "of a log" not in there(house, root.message)[0]
