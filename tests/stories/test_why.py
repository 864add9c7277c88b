"""*Why this time?*: the full story of each clock in plain words, to the team, and to the client without its reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk_world import World, words
from test_policies import added, sent, through

from bot.domain.people import Person
from bot.messages.model import BAR, Chapter, Chronicle
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio

DAY = "2026-06-09T"


async def why(world: World, who: str, number: int) -> str:
    return words((await world.do(who, "why", request=str(number))).message)


async def chapters(world: World, who: str, number: int) -> dict[str, Chapter]:
    message = (await world.do(who, "why", request=str(number))).message
    assert isinstance(message, Chronicle)
    return {chapter.title: chapter for chapter in message.chapters}


def inside(text: str, *lines: str) -> None:
    """Each of them stands there, in this order."""
    at = 0
    for line in lines:
        found = text.find(line, at)
        assert found >= 0, f"{line!r} is not in (or out of order in)\n{text}"
        at = found


async def test_why_tells_the_story_of_each_clock(world: World):
    """Started by what, paused by which rule, given back how much, which hours counted, target, policy version, due."""
    number = await world.raised(stopped="team")
    await world.pass_(minutes=10)
    await world.do("sam", "ask-client", request=str(number), text="Which format?")
    await world.pass_(hours=2)
    await world.write("dana", "PDF", place=await world.thread(number, "client"))
    told = await why(world, "sam", number)
    inside(
        told,
        "First response: met",
        "Target 1 h of service time, by Gold version 1 for P2, in the hours “acme-hours” version 1.",
        f"{DAY}09:00+0000 Started: Dana Reyes's request came in (rule 6).",
        f"{DAY}09:10+0000 Sam Ito replied: met, 10 min of 1 h used, 50 min to spare (rule 5).",
        "Counted 10 min: Tue 9 Jun 10:00–10:10 (10 min).",
        "Next reply: due 2026-06-09T13:10+00:00",
        f"{DAY}11:10+0000 Started: Dana Reyes wrote (rule 8).",
        "Resolution: due 2026-06-10T11:00+00:00",
        "10 min used, 7 h 50 min left, so it is due 2026-06-10T11:00+00:00.",
        f"{DAY}09:10+0000 Paused: Sam Ito asked Dana Reyes “Which format?”; Gold version 1 counts no time while it "
        "waits for the client (rule 9).",
        f"{DAY}11:10+0000 Went on: Dana Reyes answered; 2 h of service time given back (rule 9). "
        "Due 2026-06-10T11:00+00:00.",
        "Given back 2 h: Tue 9 Jun 10:10–12:10 while it waits for the client (2 h).",
        "Service hours “acme-hours” version 1: Mon-Fri 09:00-17:00 (Europe/London).",
        "All times are in Europe/London.",
    )


async def test_a_client_reads_it_without_the_teams_reasons(world: World):
    """The same times; no policy, no warning, no reason of the team's, no third party's name."""
    number = await world.raised(stopped="team")
    await world.do("sam", "claim", request=str(number))
    await world.pass_(minutes=10)
    await world.do("lee", "priority", request=str(number), to="P1", reason="they shout")
    await world.do("sam", "wait-on", request=str(number), party="Contoso", until="fri")
    await world.pass_(minutes=50)
    told = await why(world, "dana", number)
    inside(
        told,
        "First response: late since 2026-06-09T09:30+00:00",
        "We promise it within 30 min of service time.",
        "1 h used, 30 min more than the target.",
        "Started: Dana Reyes's request came in. Target 1 h of service time.",
        f"{DAY}09:10+0000 We promise 30 min of service time instead of 1 h now. Counted from the same start it is due "
        "2026-06-09T09:30+00:00 instead of 2026-06-09T10:00+00:00.",
        "We wait for a third party: a reply is due all the same.",
        f"{DAY}09:30+0000 The target was used up: late from then on.",
        "We wait for a third party: we count that time.",
    )
    for secret in ("Gold", "P1", "P2", "shout", "Lee", "Contoso", "Warned", "rule", "version", "acme-hours", "Priya"):
        assert secret not in told
    staff = await why(world, "sam", number)
    inside(
        staff,
        "Target 30 min of service time instead of 1 h: Lee Novak changed the priority P2 → P1 (“they shout”) "
        "(rule 11).",
        "Sam Ito waits for Contoso: a reply is due all the same (rule 9).",
        "Warned at 75 % of its target: Sam Ito was told (rule 17).",
        "Told as well: ",
        "Sam Ito waits for Contoso: Gold version 1 counts that time (rule 9).",
    )


async def test_a_resolve_that_may_be_undone_is_not_told_to_the_client(world: World):
    """For them it has not happened; undone it never did, and the clock counts on as if it had not been."""
    number = await world.raised()
    await world.pass_(minutes=20)
    await world.do("sam", "resolve", request=str(number), text="Done")
    assert "met, 20 min" in await why(world, "sam", number)
    assert "resolved" not in await why(world, "dana", number)
    assert "First response: due" in await why(world, "dana", number)
    await world.do("sam", "undo", request=str(number))
    told = await why(world, "sam", number)
    inside(
        told, "Sam Ito resolved it", "Sam Ito took the resolve back: it counts as if that had never been (rule 7). Due"
    )
    assert "took the resolve back" not in await why(world, "dana", number)


async def test_reopened_the_same_clock_goes_on(world: World):
    """Solved time is left out and named; the verdict at the resolve was taken back by the reopening."""
    number = await world.raised()
    await world.pass_(minutes=20)
    await world.do("sam", "resolve", request=str(number), text="Done")
    await world.pass_(hours=2)
    await world.do("dana", "not-yet", request=str(number), text="It still fails")
    inside(
        await why(world, "sam", number),
        "Resolution: due",
        "Sam Ito resolved it: met, 20 min of",
        "Dana Reyes reopened it, and the same clock goes on; 2 h of service time while it was solved do not count",
        "while it was solved (2 h)",
    )


async def test_a_tag_that_brings_another_policy_is_named(world: World):
    """Which policy holds instead of which, since when, because of what; an edited policy likewise, with its version."""
    await added(world)
    number = await world.raised()
    await world.do("sam", "tag", request=str(number), text="vip")
    inside(
        await why(world, "sam", number),
        "Target 5 min of service time, by VIP version 2 for P3",
        "Sam Ito tagged it vip, so VIP version 2 holds instead of Gold version 2 (rule 13). Counted from the same",
    )
    preview = await through(
        world, await world.do("lee", "sla", client="ACME", policy="VIP", do="edit"), P3="8m / 8m / 2h"
    )
    assert preview.form is not None
    await sent(world, preview.form, scope="open")
    inside(
        await why(world, "sam", number),
        "Target 8 min of service time instead of 5 min: Lee Novak applied what the client is promised now to open "
        "requests, so VIP version 3 holds instead of VIP version 2 (rule 12).",
    )


async def test_what_is_promised_only_later_says_since_when_and_because_of_what(world: World):
    """The request was known all the time: it is the promise that is new. The client reads no reason of the team's."""
    await through_only_p1(world)
    number = await world.raised()
    await world.pass_(hours=2)
    await world.do("lee", "priority", request=str(number), to="P1", reason="a director asked")
    told = await why(world, "sam", number)
    assert "known since" not in told
    inside(
        told,
        "Started: Dana Reyes's request came in; nothing was promised on it until 2026-06-09T11:00+00:00, when Lee "
        "Novak changed the priority P3 → P1 (“a director asked”) (rule 6)",
    )
    theirs = await why(world, "dana", number)
    assert "; promised since 2026-06-09T11:00+00:00" in theirs
    assert "director" not in theirs


async def test_no_policy_and_a_match_again(world: World):
    """The clock ends without a verdict and says why; matched again it counts from its first start."""
    await through_only_p1(world)
    number = await world.raised(stopped="everyone")
    await world.pass_(minutes=5)
    await world.do("lee", "priority", request=str(number), to="P3", reason="one person only")
    inside(
        await why(world, "sam", number),
        "First response: no verdict",
        "Nothing is due on it: no policy takes it any more, since Lee Novak changed the priority P1 → P3 (“one person "
        "only”): it ends without a verdict (rule 13).",
    )
    assert "one person" not in await why(world, "dana", number)
    await world.do("lee", "priority", request=str(number), to="P1", reason="no, everybody")
    inside(
        await why(world, "sam", number),
        "Gold version 2 for P1 takes it, since Lee Novak changed the priority P3 → P1 (“no, everybody”): it counts "
        "from its first start (rule 13). Due 2026-06-09T09:30+00:00",
    )
    other = await world.raised(stopped="nobody")
    assert "no policy takes it. /desk sla shows" in await why(world, "sam", other)
    assert "A person will answer" in await why(world, "dana", other)


async def through_only_p1(world: World) -> None:
    preview = await through(
        world, await world.do("lee", "sla", client="ACME", policy="Gold", do="edit"), priorities="P1"
    )
    assert preview.form is not None
    await sent(world, preview.form, scope="new")


async def test_a_merge_says_from_which_message_it_counts(world: World):
    """The one that ends says where it goes on; the other that an older message waits."""
    older, newer = await world.raised(), 0
    await world.pass_(minutes=30)
    newer = await world.raised(title="Again")
    await world.do("sam", "merge", request=str(older), into=str(newer))
    told = await why(world, "sam", newer)
    inside(
        told, "It counts from 2026-06-09T09:00+00:00 on: ACME-1 was merged in, and its message has waited longer (rule"
    )
    inside(await why(world, "sam", older), "It was merged into ACME-2: it ends without a verdict (rule 16).")


async def test_what_was_noticed_late_says_both_times(world: World):
    """After a downtime the breach has its own time, and the desk's noticing another."""
    number = await world.raised(stopped="team")
    world.clock.move_by(timedelta(hours=5))
    await world.wake()
    inside(
        await why(world, "sam", number),
        "First response: late since 2026-06-09T10:00+00:00",
        f"{DAY}10:00+0000 The target was used up: late from then on (rule 3).",
        f"{DAY}14:00+0000 The desk noticed it only then, 4 h late (rule 19).",
    )
    assert "noticed" not in await why(world, "dana", number)


async def test_times_are_the_readers_and_the_hours_name_their_zone(world: World):
    """Somebody in Tokyo reads which hours counted in their own time, and where the service is open."""
    directory = await world.store.directory()
    aiko = Person("aiko", "Aiko Tan", directory.people["sam"].role, "Asia/Tokyo")
    await world.store.edit_directory(DirectoryEdit(people=(aiko,)))
    number = await world.raised()
    await world.pass_(hours=24)
    told = await why(world, "aiko", number)
    inside(
        told,
        "Counted 8 h: Tue 9 Jun 18:00–01:00 (7 h), Wed 10 Jun 17:00–18:00 (1 h).",
        "Service hours “acme-hours” version 1: Mon-Fri 09:00-17:00 (Europe/London).",
        "All times are in Asia/Tokyo.",
    )


async def test_the_picture_says_what_the_words_say(world: World):
    """Counted, given back and closed time fill the bar to the scale of the wall clock; what is late is never lost."""
    number = await world.raised(stopped="everyone")  # four hours to fix
    await world.pass_(hours=1)
    await world.do("sam", "ask-client", request=str(number), text="Which?")
    await world.pass_(hours=2)
    await world.write("dana", "This", place=await world.thread(number, "client"))
    bar = (await chapters(world, "sam", number))["Resolution"].bar
    assert [(band.kind, band.width) for band in bar] == [("counted", 40), ("paused", 80), ("left", 120)]
    await world.pass_(hours=24)
    bar = (await chapters(world, "sam", number))["Resolution"].bar
    assert [band.kind for band in bar] == ["counted", "paused", "counted", "late", "closed", "late"]
    met = await world.raised(stopped="team")  # an hour to answer
    await world.pass_(minutes=10)
    await world.do("sam", "reply", request=str(met), text="On it")
    bar = (await chapters(world, "sam", met))["First response"].bar
    assert [(band.kind, band.width) for band in bar] == [("counted", 40), ("left", 200)]
    await world.pass_(days=100)
    bars = [chapter.bar for chapter in (await chapters(world, "sam", number)).values()]
    assert all(sum(band.width for band in bar) == BAR for bar in bars)
    assert all("late" in [band.kind for band in bar] for bar in bars)
