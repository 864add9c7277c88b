"""Lists that scale: words and filters, pages, what matters next, and nothing that its reader may not see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_world import World, words

from bot.desk import front
from bot.messages.model import Action, Answer, Listing, plain
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio


def listing(answer: Answer) -> Listing:
    """The list that was answered."""
    assert isinstance(answer.message, Listing), words(answer.message)
    return answer.message


def numbers(answer: Answer) -> list[int]:
    """The requests of a list, in order."""
    return [row.number for row in listing(answer).rows]


def button(answer: Answer, label: str) -> Action:
    """A button of a list."""
    found = [a for a in listing(answer).actions if a.label == label]
    assert found, [a.label for a in listing(answer).actions]
    return found[0]


async def press(world: World, who: str, action: Action) -> Answer:
    """Press it."""
    return await world.do(who, action.command, **action.args)


async def test_find_takes_words_and_filters_together(world: World):
    """Words are found in titles and in what was said; filters narrow; -x turns round."""
    export = await world.raised("dana", title="Export fails", stopped="team")
    printer = await world.raised("tom", title="Printer jams")
    await world.do("sam", "claim", request=str(export))
    await world.do("sam", "reply", request=str(export), text="The tunnel was down")
    await world.do("sam", "ask-client", request=str(printer), text="Which floor?")
    await world.do("sam", "assign", request=str(printer), to="team")
    assert numbers(await world.type("sam", "find tunnel")) == [export]
    assert numbers(await world.type("sam", "find FLOOR status:waiting")) == [printer]
    assert numbers(await world.type("sam", "find mine client:acme")) == [export]
    assert numbers(await world.type("sam", "find unowned requester:@tom")) == [printer]
    assert numbers(await world.type("sam", "find -tunnel status:open")) == [printer]
    assert numbers(await world.type("sam", 'find "tunnel was"')) == [export]
    assert numbers(await world.type("sam", 'find "was tunnel"')) == []
    await world.pass_(days=3)
    new = await world.raised("dana", title="Export again")
    assert numbers(await world.type("sam", "find export older:2d")) == [export]
    assert numbers(await world.type("sam", "find newer:2d")) == [new]
    assert numbers(await world.type("sam", "find quiet:2d sort:old")) == [export, printer]


async def test_words_search_everything_and_filters_alone_what_is_open(world: World):
    """A search for words finds what is closed too; without words the list says that only open ones are in it."""
    number = await world.raised()
    await world.do("sam", "close", request=str(number), text="done by phone")
    assert numbers(await world.type("sam", "find export")) == [number]
    assert "Only open ones are listed; add status:all" in words((await world.type("sam", "find client:acme")).message)
    assert numbers(await world.type("sam", "find client:acme status:all")) == [number]


async def test_a_mistaken_filter_says_what_would_fit(world: World):
    """Each refusal names the mend."""
    assert "Did you mean client:ACME?" in words((await world.type("sam", "find client:acmee")).message)
    assert "Known ones: open, new" in words((await world.type("sam", "find status:foo")).message)
    assert "such as older:4h" in words((await world.type("sam", "find older:x")).message)
    assert "at most 500" in words((await world.type("sam", "find " + "x" * 10_000)).message)
    assert "filter of our team's" in words((await world.type("dana", "find client:globex")).message)


async def test_pages_are_counted_and_stable(world: World):
    """Twenty a page, “21–40 of 45”; what comes in meanwhile moves nothing on the next page."""
    for i in range(45):
        await world.raised("dana", title=f"Case {i}")
    first = await world.type("sam", "find case")
    assert "1–20 of 45." in words(first.message)
    assert numbers(first) == list(range(45, 25, -1))
    await world.raised("tom", title="Case that came in meanwhile")
    second = await press(world, "sam", button(first, "Next page"))
    assert "21–40 of 45." in words(second.message)
    assert numbers(second) == list(range(25, 5, -1))
    third = await press(world, "sam", button(second, "Next page"))
    assert numbers(third) == [5, 4, 3, 2, 1]
    assert "Next page" not in [a.label for a in listing(third).actions]
    assert numbers(await press(world, "sam", button(third, "Previous page"))) == numbers(second)
    beyond = await world.do("sam", "find", words="case", page="999")
    assert "41–46 of 46." in words(beyond.message)
    for odd in ("0", "-1", "x", "9" * 5000):
        assert "1–20 of 46." in words((await world.do("sam", "find", words="case", page=odd, up_to=odd * 2)).message)


async def test_a_client_finds_only_what_they_may_see(world: World):
    """Not another client's, not the team's notes, and no count of either."""
    mine = await world.raised("dana", title="Export fails")
    theirs = await world.do("mia", "new", place=world.place("client-globex"), title="Export at Globex")
    assert theirs.message is not None
    await world.do("sam", "note", request=str(mine), text="Their admin is unhappy")
    assert numbers(await world.type("dana", "find export")) == [mine]
    assert "1 of 1." in words((await world.type("dana", "find export")).message)
    assert numbers(await world.type("dana", "find unhappy")) == []
    assert numbers(await world.type("sam", "find unhappy")) == [mine]
    assert len(numbers(await world.type("sam", "find export"))) == 2


async def test_my_work_is_sorted_by_the_next_deadline_over_pages(world: World):
    """The engineer's next deadline first, whatever its number; what nobody has stands below."""
    slow = [await world.raised("dana", title=f"Case {i}", stopped="nobody") for i in range(21)]
    urgent = await world.raised("dana", title="Down", stopped="everyone")
    free = await world.raised("tom", title="Free")
    assert "Nothing is yours; 23 waiting for an owner." in words((await world.type("sam", "my")).message)
    for number in (*slow, urgent):
        await world.do("sam", "claim", request=str(number))
    first = await world.type("sam", "my")
    assert numbers(first)[0] == urgent
    assert [r.group for r in listing(first).rows] == ["Yours"] * 20 + ["Nobody has these yet"]
    assert numbers(first)[-1] == free
    assert "22 yours, the next deadline first; 1 waiting for an owner. 1–20 of 22." in words(first.message)
    second = await press(world, "sam", button(first, "Next page"))
    assert sorted(numbers(first)[:-1] + numbers(second)) == [*slow, urgent]


async def test_a_clients_list_begins_with_what_waits_for_them(world: World):
    """What waits for their answer is first, the others say when they hear next."""
    asked = await world.raised("dana", title="Which one")
    other = await world.raised("dana", title="Later")
    await world.raised("tom", title="Not mine")
    await world.do("sam", "ask-client", request=str(asked), text="Which format?")
    rows = listing(await world.type("dana", "my")).rows
    assert [r.number for r in rows] == [asked, other]
    assert plain(rows[0].note) == "Waits for your answer: Which format?"
    assert plain(rows[1].note).startswith("You hear by ")


async def test_the_overview_shows_what_needs_a_hand(world: World):
    """Late first, then at risk, unowned and waiting, each once, with exact counts; for leads and managers only."""
    late = await world.raised("dana", title="Down", stopped="everyone")
    await world.do("sam", "claim", request=str(late))
    await world.pass_(hours=2)
    free = await world.raised("tom", title="Free")
    waiting = await world.raised("tom", title="Waits")
    await world.do("sam", "claim", request=str(waiting))
    await world.do("sam", "ask-client", request=str(waiting), text="Which?")
    shown = await world.type("lee", "overview")
    groups = {row.number: row.group for row in listing(shown).rows}
    assert groups[late] == "Late (1)"
    assert groups[free] == "At risk: due within 4 h (1)"
    assert groups[waiting] == "Waiting (1)"
    assert "1 late; 1 at risk: due within 4 h; 1 without an owner; 1 waiting." in words(shown.message)
    assert "is for leads and managers" in words((await world.type("sam", "overview")).message)
    for _ in range(6):
        await world.raised("tom", title="More")
    again = await world.type("priya", "overview")
    assert len(numbers(await press(world, "priya", button(again, "All: Without an owner")))) == 7


async def test_what_the_overview_calls_pressing_is_the_teams_to_set(world: World):
    """When a request is at risk, how long it is quiet, and how many are named are settings, not ours to know."""
    await world.raised("dana", title="One")
    await world.raised("dana", title="Two")
    team = (await world.store.directory()).team
    shorter = replace(team, risk_hours=1, quiet_days=1, overview_lines=1, free_lines=1)
    await world.store.edit_directory(DirectoryEdit(team=shorter))
    shown = await world.type("lee", "overview")
    assert [row.group for row in listing(shown).rows] == ["Without an owner (2)"]
    assert len(numbers(await world.type("sam", "my"))) == 1
    await world.pass_(days=2)
    assert "quiet for a day" in words((await world.type("lee", "overview")).message)


async def test_an_empty_overview_says_that_all_is_well(world: World):
    """Nothing to do is said, too."""
    assert "All is well" in words((await world.type("lee", "overview")).message)


async def test_filters_complete_as_they_are_typed(world: World):
    """Names of filters, then their values; a client is shown neither the team's filters nor other clients' people."""

    async def offered(who: str, text: str) -> list[str]:
        return [found.insert for found in await front.complete(world.desk, who, text)]

    assert await offered("sam", "find cl") == ["find client:"]
    assert await offered("sam", "find export client:a") == ["find export client:acme "]
    assert await offered("sam", "find -st") == ["find -status:"]
    assert "find status:waiting-client " in await offered("sam", "find status:wai")
    assert await offered("sam", "find owner:@pri") == ["find owner:@priya "]
    assert await offered("sam", "find requester:mi") == ["find requester:@mia "]
    assert await offered("sam", "find la") == ["find late "]
    assert await offered("lee", "bulk un") == ["bulk unowned "]
    assert len(await offered("sam", "find priority:")) == 4
    for filter in ("kind", "sort", "due", "older"):
        assert await offered("sam", f"find {filter}:"), filter
    assert await offered("dana", "find cl") == []
    assert await offered("dana", "find client:") == []
    assert await offered("dana", "find requester:") == ["find requester:@dana ", "find requester:@tom "]
    assert await offered("sam", "find nosuch:") == []
    assert await offered("sam", "find ") == []
