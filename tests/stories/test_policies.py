"""Several policies for a client: matched in order, edited in chat, shown against open requests before they apply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_world import World, words

from bot.domain.events import Breached, PolicyApplied
from bot.domain.people import Client
from bot.domain.policy import ClockKind
from bot.domain.sla import next_deadline
from bot.messages.model import Answer, Form
from bot.ports import DirectoryEdit

pytestmark = pytest.mark.asyncio

VIP = {"name": "VIP", "tags": "vip", "P1": "5m / 5m / 1h", "P2": "5m / 5m / 1h", "P3": "5m / 5m / 1h", "P4": ""}


async def sent(world: World, form: Form | None, who: str = "lee", **typed: str) -> Answer:
    """A form, filled in and sent as a page does."""
    assert form is not None
    shown = {each.name: each.value for each in form.inputs}
    return await world.do(who, form.command, **{**dict(form.args), **shown, **typed})


async def through(world: World, answer: Answer, who: str = "lee", **typed: str) -> Answer:
    """From the first step to the preview."""
    for _ in range(3):
        assert answer.form is not None, words(answer.message)
        names = {each.name for each in answer.form.inputs}
        answer = await sent(world, answer.form, who, **{k: v for k, v in typed.items() if k in names})
        assert answer.form is None or not answer.form.errors, answer.form.errors
    return answer


async def added(world: World, scope: str = "new", **typed: str) -> str:
    """A policy for VIPs, before the others; the preview's words."""
    preview = await through(world, await world.do("lee", "sla", client="ACME", do="add"), **(VIP | typed))
    assert preview.form is not None
    done = await sent(world, preview.form, scope=scope)
    assert done.form is None
    return preview.form.intro


async def policy(world: World, number: int) -> str:
    terms = (await world.request(number)).sla.terms
    assert terms is not None
    return terms.policy


async def due(world: World, number: int):
    """The next deadline."""
    request = await world.request(number)
    return next_deadline(request.sla, (await world.store.directory()).calendars)


async def test_an_edit_leaves_open_requests_alone(world: World):
    """New requests fall under the new policy, open ones keep what they were promised, tagged or not (rule 12)."""
    old = await world.raised()
    before = await due(world, old)
    told = await added(world)
    assert "nothing changes for the 1 request open" in told
    assert await due(world, old) == before
    await world.do("sam", "tag", request=str(old), text="vip")
    assert await policy(world, old) == "Gold"
    new = await world.raised()
    await world.do("sam", "tag", request=str(new), text="vip")
    assert await policy(world, new) == "VIP"
    shown = words((await world.type("priya", "sla ACME")).message)
    assert "1. VIP, for requests with the tag vip." in shown
    assert "2. Gold, for every other request." in shown


async def test_applied_to_open_ones_they_move(world: World):
    """The preview names what moves and what becomes late; applying stamps that breach, names who did it, and once."""
    number = await world.raised()
    await world.do("sam", "tag", request=str(number), text="vip")
    await world.pass_(minutes=20)
    told = await added(world, scope="open")
    assert f"ACME-{number} (Gold → VIP): first response" in told
    assert "1 newly late" in told
    await world.wake()
    assert await policy(world, number) == "VIP"
    history = await world.store.history(number)
    applied = [e for e in history if isinstance(e.event, PolicyApplied) and e.event.edited]
    assert [e.by for e in applied] == ["lee"]
    breached = [e.event for e in history if isinstance(e.event, Breached)]
    assert [b.clock for b in breached] == [ClockKind.FIRST_RESPONSE]
    assert breached[0].breached_at == applied[0].at
    changes = await world.store.setting_changes("clients.ACME.open_requests")
    assert [change.after for change in changes] == ["1 got them"]
    again = await world.do("lee", "sla", client="ACME", do="open")
    assert again.form is not None
    assert "nothing changes" in again.form.intro


async def test_a_verdict_that_was_given_stays(world: World):
    """An edit never changes how a clock was judged (rule 11)."""
    number = await world.raised()
    await world.do("sam", "reply", request=str(number), text="We found it.")
    await world.do("sam", "tag", request=str(number), text="vip")
    before = [c for c in (await world.request(number)).sla.clocks if not c.running]
    await world.pass_(minutes=30)
    await added(world, scope="open")
    after = [c for c in (await world.request(number)).sla.clocks if not c.running]
    assert before
    assert after == before


async def test_no_policy_matches_and_back_again(world: World):
    """Where none matches there is no deadline and the card says so; matched again it counts from the start."""
    number = await world.raised()
    first = await due(world, number)
    form = await world.do("lee", "sla", client="ACME", do="edit", policy="Gold")
    preview = await through(world, form, kinds="change", P3="2h / 4h / 16h")
    assert preview.form is not None
    assert "→ none" in preview.form.intro
    await sent(world, preview.form, scope="open")
    assert await due(world, number) is None
    assert "no policy matches it" in words((await world.do("sam", "show", request=str(number))).message)
    finding = words((await world.do("lee", "doctor")).message)
    assert "fall under no policy (Gold)" in finding
    told = words((await world.do("sam", "change-kind", request=str(number), to="change")).message)
    assert "falls under Gold now" in told
    assert await due(world, number) == first
    told = words((await world.do("sam", "change-kind", request=str(number), to="question")).message)
    assert "no deadlines" in told


async def test_tags_are_searched_and_shown(world: World):
    """By the team only; a client reads nothing of them."""
    number = await world.raised()
    await world.raised(title="Another matter")
    await world.do("sam", "tag", request=str(number), text="#VIP")
    assert "Tags: vip" in words((await world.do("sam", "show", request=str(number))).message)
    found = words((await world.type("sam", "find tag:vip")).message)
    assert f"ACME-{number} " in found
    assert "Another matter" not in found
    assert "Another matter" in words((await world.type("sam", "find -tag:vip")).message)
    assert "team's" in words((await world.type("dana", "find tag:vip")).message)
    assert "vip" not in words((await world.do("dana", "show", request=str(number))).message).lower()
    assert "vip" not in words((await world.do("dana", "history", request=str(number))).message).lower()
    await world.do("sam", "untag", request=str(number), text="vip")
    assert (await world.request(number)).tags == ()


async def test_an_edit_keeps_what_no_step_asks_for(world: World):
    """Warnings by what is left, and whether a bot counts, come from a file alone; an edit in chat leaves them; and
    windows that overlap are told to whoever writes them."""
    directory = await world.store.directory()
    [gold] = directory.policies_of("ACME")
    file = replace(gold, version=gold.version + 1, warn_before=(1800,), bot_counts=True)
    await world.store.edit_directory(DirectoryEdit(policies=(file,)))
    hours = "Mon-Fri 08:00-13:00, 12:00-20:00"
    form = await world.do("lee", "sla", client="ACME", do="edit", policy="Gold")
    done = await sent(world, (await through(world, form, hours=hours)).form, scope="new")
    assert "Mon 08:00-13:00 and Mon 12:00-20:00 overlap; they count once" in words(done.message)
    [now] = (await world.store.directory()).policies_of("ACME")
    assert (now.version, now.warn_before, now.bot_counts) == (file.version + 1, (1800,), True)


async def test_another_plan_is_another_match(world: World):
    """The plan is a matching field: changed, open requests are matched again among the policies they keep (rule 13)."""
    plain = (await world.store.directory()).clients["ACME"]
    premium = replace(plain, settings=replace(plain.settings, plan="premium"))

    async def has(client: Client) -> None:
        await world.store.edit_directory(DirectoryEdit(clients=(client,)))
        await world.wake()

    await has(premium)
    await added(world, tags="", plans="premium")
    number, ended = await world.raised(), await world.raised()
    await world.do("sam", "resolve", request=str(ended), text="done")
    before = await due(world, number)
    await has(plain)
    assert (await policy(world, number), await policy(world, ended)) == ("Gold", "VIP")
    assert await due(world, number) != before
    await has(premium)
    assert (await policy(world, number), await due(world, number)) == ("VIP", before)
    told = words((await world.do("sam", "why", request=str(number))).message)
    assert ": the desk looked again which of the client's policies is for it, so Gold" in told
    [timer] = await world.store.timers("plan:ACME")
    assert (timer.kind, timer.due_at.year) == ("plan premium", 2999)


async def test_order_and_removal(world: World):
    """Moved up it is tried first; the last one stays; what would never match is refused with its mend."""
    await added(world)
    up = await world.do("lee", "sla", client="ACME", do="up", policy="Gold")
    assert "“VIP” would never be used" in words(up.message)
    preview = await world.do("lee", "sla", client="ACME", do="remove", policy="vip")
    await sent(world, preview.form)
    assert [p.name for p in (await world.store.directory()).policies_of("ACME")] == ["Gold"]
    assert "only policy" in words((await world.do("lee", "sla", client="ACME", do="remove", policy="Gold")).message)


async def test_what_does_not_fit_stands_beside_its_field(world: World):
    """Unknown kinds and plans, an empty name, a target that is none, a policy that takes all requests of the next."""
    form = (await world.do("lee", "sla", client="ACME", do="add")).form
    answer = await sent(world, form, name="", kinds="nonsense", priorities="P9", plans="premium")
    assert answer.form is not None
    assert set(answer.form.errors) == {"name", "kinds", "priorities", "plans"}
    answer = await sent(world, answer.form, name="Gold", kinds="", priorities="P1", plans="")
    assert answer.form is not None
    assert "two policies called “Gold”" in answer.form.errors["name"]
    answer = await sent(world, answer.form, name="Urgent")
    assert answer.form is not None
    answer = await sent(world, answer.form, P1="0m / 1h / 4h")
    assert answer.form is not None
    assert set(answer.form.errors) == {"P1"}
    answer = await sent(world, answer.form, P1="5m / 1h / 4h")
    answer = await sent(world, answer.form, pause_statuses="waiting-client, sleeping", hours="closed")
    assert answer.form is not None
    assert "“sleeping” is no status" in answer.form.errors["pause_statuses"]
    assert "no hours in" in answer.form.errors["hours"]


async def test_somebody_changed_the_desk_meanwhile(world: World):
    """A preview that is out of date is shown again, never applied unseen."""
    preview = await through(world, await world.do("lee", "sla", client="ACME", do="add"), **VIP)
    await world.store.edit_directory(DirectoryEdit())
    again = await sent(world, preview.form)
    assert again.form is not None
    assert "meanwhile" in again.form.intro
    assert len((await world.store.directory()).policies_of("ACME")) == 1


async def test_who_may(world: World):
    """Leads and managers only; another client's names are in no answer."""
    for who in ("dana", "sam"):
        told = words((await world.do(who, "sla", client="GLOBEX")).message)
        assert " is for " in told
        assert "Silver" not in told
    assert "Globex" not in words((await world.type("priya", "sla ACME")).message)
