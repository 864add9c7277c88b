"""One person on several platforms: linked by a code that is good once, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk_world import World, words

from bot.desk import erasing, front
from bot.desk.claiming import Newcomer
from bot.desk.doctor import examine
from bot.domain.people import Person, Role
from bot.messages.model import Answer, Said, Text
from bot.ports import DirectoryEdit, InboxId, Place

pytestmark = pytest.mark.asyncio

ACCOUNT = ("chat", "T1", "U7")
THERE = Place("chat", "T1", "D7")
"""Where the desk is written to directly on another platform."""


async def code_of(world: World, who: str) -> str:
    """The code that somebody is given."""
    answer = (await world.type(who, "link", place=world.place("client-acme"))).message
    assert isinstance(answer, Said)
    return next(span.text for span in answer.lines[0] if isinstance(span, Text) and span.secret)


async def write(
    world: World, code: str, account: tuple[str, str, str] = ACCOUNT, *, event: str = "", seen: bool = False
) -> Answer:
    """Somebody writes it to the desk on another platform, as whoever they are there."""
    actor = await world.store.identify(*account) or ""
    answer = await front.run_text(
        world.desk,
        actor,
        f"link {code}",
        place=THERE,
        event=InboxId(account[0], event) if event else None,
        newcomer=Newcomer(*account, "Dana R", seen=seen),
    )
    await world.wake()
    return answer


async def join(world: World, id: str, like: str, account: tuple[str, str, str] = ACCOUNT, **other: object) -> None:
    """Somebody is taken in on the other platform, as another person of one's own side."""
    known = (await world.store.directory()).people[like]
    fields = {"role": known.role, "zone": known.zone, "client": known.client, **other}
    person = Person(id, id.title(), **fields)  # pyright: ignore[reportArgumentType]
    await world.store.edit_directory(DirectoryEdit(people=(person,), identities=((*account, id),)))


async def people(world: World) -> dict[str, Person]:
    return (await world.store.directory()).people


async def test_a_code_makes_an_account_of_another_platform_ones_own(world: World):
    """The account is Dana from then on: what is typed there is hers. She reads so where the desk spoke with her before,
    and that stays so. The code works once; told again, the same event is answered alike."""
    code, there = await code_of(world, "dana"), await world.store.binding("dm:dana")
    told = await write(world, code.lower().replace("-", " "), event="e1")
    assert "you are Dana Reyes" in words(told.message)
    assert await world.store.identify(*ACCOUNT) == "dana"
    assert "The account Dana R on Chat is you from now on" in (await world.screen("dm:dana"))[-1]
    assert there is not None
    assert (await people(world))["dana"].home == there.platform
    assert await world.store.binding("dm:dana") == there
    assert words((await write(world, code, event="e1")).message) == words(told.message)
    assert "the same person already" not in words((await write(world, code, ("chat", "T1", "U8"))).message)
    assert await world.store.identify("chat", "T1", "U8") is None, "it was good once"
    again = (await world.type("dana", "link")).message
    assert "Chat (chat/T1/U7)" in words(again)
    changed = (await world.store.setting_changes("people.dana"))[0]
    assert (changed.by, changed.path, "chat/T1/U7" in changed.after) == ("dana", "people.dana.accounts", True)
    assert "already" in words((await write(world, await code_of(world, "dana"))).message)


async def test_what_was_written_before_the_link_can_still_be_taken_away(world: World):
    """A chat tells of a deletion and not by whom: the words are those of who the account was then, and go all the same.
    Who was shut out by a manager is nobody."""
    for id in ("danny", "dora"):
        await join(world, id, "dana", ("chat", "T1", f"U-{id}"))
    said = {id: (await world.write(id, "thanks", place=world.place("client-acme")))[0] for id in ("danny", "dora")}
    await write(world, await code_of(world, "dana"), ("chat", "T1", "U-danny"))
    dora = replace((await people(world))["dora"], active=False)
    await world.store.edit_directory(DirectoryEdit(people=(dora,)))
    for id, heard in said.items():
        await world.delete(id, heard)
    kept = {id: await world.store.source(heard.ref) for id, heard in said.items()}
    assert {id: source.deleted for id, source in kept.items() if source} == {"danny": True, "dora": False}


async def test_a_code_that_does_not_fit_is_refused_and_cannot_be_guessed(world: World):
    """Wrong, used, too old and replaced are refused in the same words; after five wrong ones in a quarter of an hour
    even the right one has to wait; others do not."""
    old = await code_of(world, "dana")
    code = await code_of(world, "dana")
    refusals = {words((await write(world, each)).message) for each in (old, "AAAAA-BBBBB", "nonsense", "ACME-42", "x")}
    assert len(refusals) == 1
    assert "works once, for 15 minutes" in refusals.pop()
    assert "Too many codes" in words((await write(world, code)).message)
    assert "you are Dana" in words((await write(world, code, ("chat", "T1", "U8"))).message)
    late = await code_of(world, "dana")
    world.clock.machine = lambda: world.clock.now() + timedelta(days=400)  # pyright: ignore[reportAttributeAccessIssue]
    assert "does not fit" in words((await write(world, late)).message), "its time is over, and so is the wait"


async def test_who_was_somebody_else_there_is_one_person_now(world: World):
    """Taken in on the other platform as a person of her own, Dana writes the code there: that account is hers, and the
    person without any is no more. One press takes it back, and both are as they were."""
    await join(world, "danny", "dana")
    told = await write(world, await code_of(world, "dana"), seen=True)
    assert "Others could read the code" in words(told.message)
    assert not (await people(world))["danny"].active
    await world.do("dana", "unlink", account="chat/T1/U7", place=world.place("dm:dana"))
    assert await world.store.identify(*ACCOUNT) == "danny"
    assert (await people(world))["danny"].active
    paths = [change.path for change in await world.store.setting_changes("people")]
    assert {"people.danny.active", "people.danny.accounts", "people.dana.accounts"} <= set(paths)


async def test_what_is_taken_back_is_nobodys(world: World):
    """A press on the notice ends it at once, wherever the desk was told to speak since; nobody else can."""
    await write(world, await code_of(world, "dana"))
    await front.run_text(world.desk, "dana", "link here", place=THERE)
    assert (await people(world))["dana"].home == "chat"
    assert await world.store.binding("dm:dana") is None
    await world.store.edit_directory(DirectoryEdit(bindings=(("dm:dana", THERE),)))
    assert "none of your accounts" in words((await world.do("tom", "unlink", account="chat/T1/U7")).message)
    await world.do("dana", "unlink", account="chat/T1/U7")
    assert await world.store.identify(*ACCOUNT) is None
    assert "dana" in await world.store.linking.former(ACCOUNT), "no name makes it hers again"
    assert (await people(world))["dana"].home == ""
    await world.raised()
    await world.do("sam", "claim", request="1")
    assert await world.store.binding("dm:dana") != THERE


@pytest.mark.parametrize(
    ("other", "like", "fields", "words_"),
    [
        ("mia2", "mia", {}, "belongs to Globex"),
        ("sam2", "sam", {}, "is on the team"),
        ("gone", "dana", {"active": False}, "who has left"),
    ],
)
async def test_a_code_moves_nobody_to_another_side(world: World, other: str, like: str, fields: dict, words_: str):
    """Neither to another client, nor from the client to the team or back; and who was shut out stays out. The refusal
    does not say whose code it is."""
    await join(world, other, like, **fields)
    told = words((await write(world, await code_of(world, "dana"))).message)
    assert words_ in told
    assert "Dana Reyes" not in told
    assert await world.store.identify(*ACCOUNT) == other


async def test_open_requests_lose_nobody(world: World):
    """Who has something open there is told how much, and how it can be done all the same: the other way round."""
    await join(world, "danny", "dana")
    await world.raised("danny")
    code = await code_of(world, "dana")
    told = words((await write(world, code)).message)
    assert "1 open request is with Danny" in told
    assert "the other way round" in told
    given = (await front.run_text(world.desk, "danny", "link", place=THERE)).message
    back = next(span.text for span in given.lines[0] if isinstance(span, Text) and span.secret)  # pyright: ignore
    home = await world.store.binding("dm:dana")
    own = next(row for row in await world.store.identities() if home and (row[0], row[3]) == (home.platform, "dana"))
    there = await front.run_text(world.desk, "dana", f"link {back}", place=home, newcomer=Newcomer(*own[:3], "Dana"))
    assert "you are Danny" in words(there.message)
    assert await world.store.identify(*own[:3]) == "danny"


async def test_nobody_unlinks_what_is_all_they_have(world: World):
    """In the browser everybody is who they are, and the last account stays."""
    assert "nothing to unlink" in words((await world.do("dana", "unlink", account="web/desk/dana")).message)
    await join(world, "danny", "dana")
    told = await front.run(world.desk, "danny", "unlink", {"account": "chat"})
    assert "the only account" in words(told.message)


async def test_nobody_loses_a_role_by_a_code(world: World):
    """A manager's account does not become an engineer's: the desk would be without its manager."""
    await join(world, "boss", "sam", role=Role.MANAGER)
    assert "Do it the other way round" in words((await write(world, await code_of(world, "sam"))).message)
    assert (await people(world))["boss"].role is Role.MANAGER


async def test_linking_is_forgotten_with_the_person(world: World):
    """Erased, nothing of their codes and accounts is left; and a desk with somebody who is to be written to where they
    have no account is told so by doctor."""
    await join(world, "danny", "dana")
    await write(world, await code_of(world, "dana"))
    await code_of(world, "dana")
    done = await erasing.erase(world.desk, await erasing.named(world.store, "dana"))
    assert done.remains == ()
    assert await world.store.linking.former(ACCOUNT) == ()
    tom = (await people(world))["tom"]
    await world.store.edit_directory(DirectoryEdit(people=(replace(tom, home="chat"),)))
    found = await examine(world.store, world.desk.now(), "/desk")
    assert any("written to on chat" in each.what for each in found)


async def test_what_was_written_before_a_link_is_its_writers_to_change_after_it(world: World):
    """Danny's account becomes Dana's: she edits and deletes what it said before, as its words on the request say; a
    colleague does neither, nor does she with what somebody wrote who is still here."""
    account = ("web", "desk", "danny")
    await join(world, "danny", "dana", account)
    number = await world.raised("dana")
    heard, _ = await world.write("danny", "My password is hunter2", place=await world.thread(number, "client"))
    other, _ = await world.write("tom", "Mine, too", place=heard.ref.place)
    await write(world, await code_of(world, "dana"), account)
    told = words((await world.edit("tom", heard, "Hello")).message)
    assert "Only Danny" in told
    await world.edit("dana", heard, "My password is none")
    assert "Danny: My password is none" in await world.thread_screen(number, "team")
    await world.delete("dana", heard)
    assert not [each for each in await world.thread_screen(number, "team") if "My password is none" in each]
    assert "Only Tom" in words((await world.delete("dana", other)).message)


async def test_who_sees_a_private_request_is_linked_with_it_or_not_at_all(world: World):
    """Danny is named on Dana's private request: his account cannot become somebody's who may not see it."""
    await join(world, "danny", "dana")
    await world.type("dana", "new --private Salaries are wrong --with @danny", place=world.place("client-acme"))
    assert "1 open request is with Danny" in words((await write(world, await code_of(world, "tom"))).message)
