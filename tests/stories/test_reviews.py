"""Service reviews: planned by a rule, their host reminded until what was decided is recorded and the next is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from desk_world import LONDON, World, words

from bot.desk import jobs, reminders, reviews
from bot.desk.context import Desk
from bot.domain.review import Deed, Review, ReviewState
from bot.domain.settings import SettingError, changed
from bot.messages.model import Answer, Form, Said
from bot.ports import Conflict, DirectoryEdit

pytestmark = pytest.mark.asyncio


async def set_client(world: World, key: str = "ACME", **values: Any) -> None:
    """Settings of a client, as a manager would set them."""
    client = (await world.store.directory()).clients[key]
    edited = replace(client, settings=changed(client.settings, values))
    await world.store.edit_directory(DirectoryEdit(clients=(edited,)))
    await world.wake()


@pytest_asyncio.fixture
async def acme(world: World) -> World:
    """Acme's service is reviewed every second Thursday of a month at ten; Lee, who manages, hosts it."""
    await set_client(world, review_rule="every month, third Thursday")
    return world


async def until(world: World, *moment: int) -> None:
    """Let time pass until then, in London."""
    at = datetime(*moment, tzinfo=LONDON)  # type: ignore[misc, arg-type]
    await world.pass_(seconds=(at - world.clock.now()).total_seconds())


async def said(world: World, channel: str, purpose: str = "review") -> list[str]:
    """What stands there for that purpose."""
    screen = await world.screen(channel)
    found = zip(screen, await world.messages(channel), strict=True)
    return [text for text, m in found if isinstance(m.body, Said) and m.body.purpose == purpose]


async def planned(world: World) -> Review:
    """Acme's planned review."""
    found = await reviews.planned_for(world.store, "ACME")
    assert found is not None
    return found


def at(*moment: int) -> datetime:
    """An instant in London."""
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[misc, arg-type]


def text(answer: Answer) -> str:
    """What an answer says."""
    return words(answer.message)


def form(answer: Answer) -> Form:
    """The form that an answer is."""
    assert answer.form is not None, text(answer)
    return answer.form


async def test_the_host_is_reminded_before_on_the_day_and_after_until_it_is_recorded(acme: World) -> None:
    """A week before with the agenda, a day before, on its day; then each open day whether they met, until they say."""
    assert (await planned(acme)).planned_at == at(2026, 6, 18, 10)
    await until(acme, 2026, 6, 11, 9, 59)
    assert await said(acme, "dm:lee") == []
    await until(acme, 2026, 6, 11, 10, 0)
    assert await said(acme, "dm:lee") == [
        "Acme's review is 2026-06-18T09:00+00:00 with Dana, Tom.\nAgenda ready: 0 misses, 0 actions from last time."
    ]
    await until(acme, 2026, 6, 18, 12, 0)
    told = await said(acme, "dm:lee")
    assert ["tomorrow" in told[1], "today" in told[2]] == [True, True]
    assert told[3].startswith("Acme's review was 2026-06-18T09:00+00:00 with Dana, Tom. Did you meet?")
    await until(acme, 2026, 6, 22, 12, 0)  # Friday and Monday; nobody is asked at the weekend
    assert [t.startswith("Acme's review was") for t in (await said(acme, "dm:lee"))[3:]] == [True] * 3
    await acme.do("lee", "review", client="ACME", what="done", decided="All is well.", tell="yes")
    await until(acme, 2026, 6, 30, 12, 0)
    assert len(await said(acme, "dm:lee")) == 6


async def test_recording_says_what_was_decided_and_plans_the_next(acme: World) -> None:
    """The form proposes the next date; actions are lines; the client reads it unless that is unticked."""
    await until(acme, 2026, 6, 18, 12, 0)
    asked = form(await acme.type("lee", "review done acme"))
    assert {i.name: i.value for i in asked.inputs} == {
        "decided": "", "actions": "", "next": "2026-07-16 10:00", "tell": "yes"
    }  # fmt: skip
    answer = await acme.do(
        "lee", "review", **asked.args, decided="Exports get a warning.", next="2026-07-16 10:00", tell="yes",
        actions="• Warn before exports stop @sam by 30 June\n\n- Send the list @dana\n",
    )  # fmt: skip
    assert "Recorded. Thank you for meeting Acme." in text(answer)
    held, after = (await acme.store.reviews("ACME"))[::-1]
    assert (held.state, held.decided) == (ReviewState.HELD, "Exports get a warning.")
    assert held.actions == ("Warn before exports stop @sam by 30 June", "Send the list @dana")
    assert [m.deed for m in held.history] == [Deed.PLANNED, Deed.HELD]
    assert (after.number, after.planned_at, after.open) == (2, at(2026, 7, 16, 10), True)
    (told,) = await said(acme, "client-acme", "review-decided")
    assert "Exports get a warning." in told
    assert "We meet again 2026-07-16T09:00+00:00." in told
    page = text(await acme.type("lee", "review acme"))
    assert "Acme: review 2, 2026-07-16T09:00+00:00, hosted by Lee Novak." in page
    assert "Actions of last time (2)" in page


async def test_the_client_may_be_told_nothing_of_it(acme: World) -> None:
    """The host decides."""
    await until(acme, 2026, 6, 18, 12, 0)
    await acme.do("lee", "review", client="ACME", what="done", decided="Internal.", tell="no")
    assert await said(acme, "client-acme", "review-decided") == []


async def test_the_client_is_told_the_date_and_a_move(acme: World) -> None:
    """A week before in their channel, with a button that shows them their own figures; and again when it is moved."""
    await until(acme, 2026, 6, 11, 10, 0)
    (told,) = await said(acme, "client-acme", "review-date")
    assert told.startswith("Our service review with Lee Novak is 2026-06-18T09:00+00:00.")
    await acme.type("lee", "review moved acme 2026-06-19 11:00")
    assert (await planned(acme)).planned_at == at(2026, 6, 19, 11)
    assert "is now 2026-06-19T10:00+00:00." in (await said(acme, "client-acme", "review-date"))[1]
    await until(acme, 2026, 6, 19, 13, 0)
    assert len(await said(acme, "client-acme", "review-date")) == 2
    assert [t.split(",")[0] for t in await said(acme, "dm:lee")][2:] == [
        "Acme's review is tomorrow", "Acme's review is today", "Acme's review was 2026-06-19T10:00+00:00 with Dana"
    ]  # fmt: skip


async def test_a_skipped_one_keeps_its_reason_and_the_next_comes(acme: World) -> None:
    """The client who knew the date is told."""
    await until(acme, 2026, 6, 11, 10, 0)
    assert form(await acme.type("lee", "review skip acme")).inputs[0].name == "why"
    await acme.type("lee", "review skip acme everybody is on holiday")
    skipped = (await acme.store.reviews("ACME"))[1]
    assert (skipped.state, skipped.why) == (ReviewState.SKIPPED, "everybody is on holiday")
    assert (await planned(acme)).planned_at == at(2026, 7, 16, 10)
    assert "is called off" in (await said(acme, "client-acme", "review-date"))[1]


async def test_a_changed_rule_moves_what_it_planned_and_nothing_else(acme: World) -> None:
    """One that is over waits to be recorded; one whose time a person chose stays; one of the rule follows it."""
    await set_client(acme, review_rule="every month, last Friday")
    assert (await planned(acme)).planned_at == at(2026, 6, 26, 10)
    await acme.type("lee", "review moved acme 2026-06-24 09:00")
    await set_client(acme, review_at="15:00")
    assert (await planned(acme)).planned_at == at(2026, 6, 24, 9)
    await until(acme, 2026, 6, 25, 12, 0)
    await set_client(acme, review_rule="every week on Tuesday")
    assert (await planned(acme)).planned_at == at(2026, 6, 24, 9)
    await set_client(acme, review_rule="")
    asked = len(await said(acme, "dm:lee"))
    await until(acme, 2026, 6, 26, 18, 0)
    assert len(await said(acme, "dm:lee")) == asked + 1
    await acme.do("lee", "review", client="ACME", what="done", decided="Fine.", tell="no")
    assert await reviews.planned_for(acme.store, "ACME") is None
    assert await acme.store.timers("review:ACME") == ()
    none = text(await acme.type("lee", "review acme"))
    assert "No reviews are set for Acme" in none
    assert "Or say how often in Acme's settings: /desk settings ACME." in none
    assert "review_rule" not in none, "a settings file's word, not one for people"


async def test_without_a_rule_one_can_be_planned_by_hand(world: World) -> None:
    """Its host is reminded all the same."""
    assert "No review is planned with Acme" in text(await world.type("lee", "review done acme"))
    await world.type("lee", "review moved acme 2026-06-12 10:00")
    await until(world, 2026, 6, 12, 12, 0)
    assert len(await said(world, "dm:lee")) == 3


async def test_after_downtime_only_the_latest_reminder_comes(acme: World) -> None:
    """Slept from before the first until after its day: one question, not four messages."""
    acme.clock.move_to(at(2026, 6, 18, 16))
    await acme.wake()
    await acme.wake()
    (only,) = await said(acme, "dm:lee")
    assert "Did you meet?" in only
    assert await said(acme, "client-acme", "review-date") == []


async def test_the_agenda_has_the_figures_since_the_last_one(acme: World) -> None:
    """Volume, misses, the oldest open one, what was decided; a colleague's private request stays out of a client's."""
    number = await acme.raised(title="Export fails")
    await until(acme, 2026, 6, 11, 10, 0)
    page = text(await acme.type("sam", "review acme"))
    assert "1 opened, 0 resolved, 0 reopened, 1 open now; 1 promise missed." in page.replace("2 promises", "1 promise")
    assert f"Oldest open: ACME-{number}, “Export fails”" in page
    assert "Agenda ready: 0 misses" not in (await said(acme, "dm:lee"))[0]
    own = text(await acme.type("dana", "review"))
    assert "Acme: review 1" in own


@pytest.mark.parametrize("who", ["dana", "sam", "priya"])
@pytest.mark.parametrize("deed", ["done", "moved", "skip"])
async def test_only_managers_and_its_host_record_it(acme: World, who: str, deed: str) -> None:
    """Others read it; a client's people their own alone."""
    refused = text(await acme.type(who, f"review {deed} acme"))
    assert "is for managers" in refused
    assert (await planned(acme)).state is ReviewState.PLANNED


async def test_its_host_may(acme: World) -> None:
    """Whoever the client's setting names, once they are of the team; and is reminded in a manager's stead."""
    await set_client(acme, review_host="sam")
    await until(acme, 2026, 6, 11, 10, 0)
    assert (await said(acme, "dm:lee"), len(await said(acme, "dm:sam"))) == ([], 1)
    await acme.type("sam", "review moved acme 2026-06-25 10:00")
    assert (await planned(acme)).planned_at == at(2026, 6, 25, 10)
    await set_client(acme, review_host="dana")
    assert "hosted by Lee Novak" in text(await acme.type("lee", "review acme"))


async def test_another_clients_reviews_are_not_there(acme: World) -> None:
    """A name that exists and one that does not are refused alike."""
    known, unknown = text(await acme.type("mia", "review acme")), text(await acme.type("mia", "review nope"))
    assert known.replace("acme", "nope") == unknown


async def test_a_bare_review_lists_every_clients_next(acme: World) -> None:
    """With a button to each."""
    lines = text(await acme.type("lee", "review")).split("\n")
    assert lines == ["Service reviews", "Acme: 2026-06-18T09:00+00:00.", "Globex: none planned; no rule is set."]
    assert "Which client's review?" in text(await acme.type("lee", "review done"))
    await until(acme, 2026, 6, 18, 12, 0)
    assert "not recorded yet" in text(await acme.type("lee", "review"))


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"next": "yesterday"}, "next", "passed"),
        ({"next": "2026-07-16 10:00 or so"}, "next", "did not understand"),
        ({"next": "soon"}, "next", "no time I can read"),
        ({"decided": "  "}, "decided", "Say in a line"),
        ({"decided": "x" * 4001}, "decided", "4,000"),
    ],
)
async def test_a_form_that_does_not_fit_comes_back_with_its_words(
    acme: World, given: dict[str, str], field: str, why: str
) -> None:
    """Nothing of it is lost, and the mend stands beside the input."""
    values = {"decided": "Fine.", "actions": "One", "next": "2026-07-16 10:00", "tell": "yes"} | given
    again = form(await acme.do("lee", "review", client="ACME", what="done", **values))
    assert why in again.errors[field]
    assert next(i.value for i in again.inputs if i.name == "actions") == "One"


async def test_a_time_that_does_not_fit_comes_back(acme: World) -> None:
    """The very same one, and one that has passed."""
    for when in ("2026-06-18 10:00", "2026-06-01"):
        assert form(await acme.type("lee", f"review moved acme {when}")).errors["when"]
    assert form(await acme.type("lee", "review moved acme")).errors == {}


async def test_the_digest_names_reviews_that_are_due(acme: World) -> None:
    """Until the next digest, and those nobody recorded."""
    await set_client(acme, review_at="15:00")
    await until(acme, 2026, 6, 18, 10, 0)
    (today,) = [d for d in await said(acme, "triage", "digest") if "Reviews (1)" in d]
    assert "Thursday 18 June: 1 review.\nReviews (1)\nAcme · Lee Novak · 2026-06-18T14:00+00:00" in today
    await until(acme, 2026, 6, 19, 10, 0)
    assert "not recorded yet" in (await said(acme, "triage", "digest"))[-1]


async def test_two_workers_remind_once(acme: World) -> None:
    """Two desks on one store: the second is told of a conflict, and says nothing."""
    acme.clock.move_to(at(2026, 6, 11, 10))
    second, now = Desk(acme.store, acme.clock), acme.clock.now()
    timer = next(t for t in await acme.store.due_jobs(now, 10) if t.subject == "review:ACME")
    change = await jobs.JOBS["review"].run(second, timer, now)
    await reminders.fire(acme.desk)
    with pytest.raises(Conflict):
        await acme.store.commit(replace(change, fires=timer))
    await reminders.fire(second)
    await acme.relay.drain()
    assert len(await said(acme, "dm:lee")) == 1


async def test_recorded_twice_at_once_is_recorded_once(acme: World) -> None:
    """The second hears that it was recorded, and no second next one is planned."""
    await until(acme, 2026, 6, 18, 12, 0)
    for _ in range(2):
        await acme.do("lee", "review", client="ACME", what="done", decided="A", tell="no", next="", event="e1")
    assert [r.number for r in await acme.store.reviews("ACME")] == [1]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=HOURLY", "more often than a day"),
        ("now and then", "I cannot read"),
        ("FREQ=MONTHLY;BYDAY=9TH", "BYDAY=9TH cannot be read"),
    ],
)
async def test_a_rule_that_cannot_be_kept_is_refused(acme: World, rule: str, why: str) -> None:
    """The setting stays as it was."""
    with pytest.raises(SettingError, match=why):
        await set_client(acme, review_rule=rule)


async def test_a_rule_that_has_ended_plans_nothing(acme: World) -> None:
    """And breaks nothing."""
    await set_client(acme, "GLOBEX", review_rule="FREQ=WEEKLY;UNTIL=20260101")
    assert await reviews.planned_for(acme.store, "GLOBEX") is None
