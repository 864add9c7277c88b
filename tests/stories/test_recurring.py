"""Recurring requests: opened by the desk at each occurrence, once, and never a second beside one that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from desk_world import LONDON, World, words

from bot.desk import jobs, reminders
from bot.desk.context import Desk
from bot.domain.events import NoteAdded, Opened, Status
from bot.domain.playbooks import RequestKind
from bot.domain.policy import ClockKind, Priority
from bot.domain.recurring import Recurring
from bot.messages.model import Answer, Form, Said
from bot.ports import Conflict, DirectoryEdit, RequestQuery

pytestmark = pytest.mark.asyncio

BACKUPS = {"client": "ACME", "title": "Check the backups", "rule": "every week on Thursday", "owner": "sam"}
KEY = "acme-check-the-backups"


async def add(world: World, **more: Any) -> Answer:
    """An entry, by the form; Priya leads."""
    return await world.do("priya", "recurring", what="add", **(BACKUPS | more))


async def until(world: World, *moment: int) -> None:
    """Let time pass until then, in London."""
    at = datetime(*moment, tzinfo=LONDON)  # type: ignore[misc, arg-type]
    await world.pass_(seconds=(at - world.clock.now()).total_seconds())


async def opened(world: World) -> list[int]:
    """The numbers of all requests, the oldest first."""
    return sorted(r.number for r in await world.store.requests(RequestQuery()))


async def notes(world: World, number: int) -> list[str]:
    """What was noted on it."""
    return [e.event.text for e in await world.store.history(number) if isinstance(e.event, NoteAdded)]


def text(answer: Answer) -> str:
    """What an answer says."""
    return words(answer.message)


def form(answer: Answer) -> Form:
    """The form that an answer is."""
    assert answer.form is not None, text(answer)
    return answer.form


async def test_it_opens_at_each_occurrence_and_goes_to_its_owner(world: World) -> None:
    """At nine on Thursday in the client's zone: nobody waits for a reply, its owner hears, and it follows the last."""
    answer = text(await add(world, details="All of them."))
    assert answer == f"{KEY}  Check the backups · Sam Ito · next 2026-06-11T08:00+00:00"
    await until(world, 2026, 6, 11, 9, 0)
    (first,) = await opened(world)
    request = await world.request(first)
    assert (request.title, request.owner, request.source) == ("Check the backups", "sam", "schedule")
    assert request.sla.running(ClockKind.FIRST_RESPONSE) is None
    assert request.sla.running(ClockKind.RESOLUTION) is not None
    assert any("Check the backups" in said for said in await world.screen("dm:sam"))
    await world.do("sam", "resolve", request=first, text="All good.")
    await until(world, 2026, 6, 18, 9, 0)
    second = (await opened(world))[-1]
    assert second != first
    assert (await world.request(second)).follows == f"ACME-{first}"


async def test_while_the_last_is_open_there_is_no_second_one(world: World) -> None:
    """A note on it says that it is due again, and the morning's digest names it."""
    await add(world)
    await until(world, 2026, 6, 18, 12, 0)
    (only,) = await opened(world)
    assert await notes(world, only) == [
        "Due again Thu 18 Jun 09:00. This one is not done yet, so I opened no second one."
    ]
    await until(world, 2026, 6, 19, 12, 0)
    digests = [words(m.body) for m in await world.messages("triage") if isinstance(m.body, Said)]
    assert "Checks not done yet (1)" in digests[-1]
    assert f"ACME-{only} Check the backups · Sam Ito · due again, and still open" in digests[-1]


async def test_after_downtime_one_comes_late_and_says_so(world: World) -> None:
    """Three were missed: one is opened, for the latest of them."""
    await add(world, rule="daily")
    world.clock.move_to(datetime(2026, 6, 15, 11, 0, tzinfo=LONDON))
    await world.wake()
    await world.wake()
    (only,) = await opened(world)
    assert await notes(world, only) == ["This was due Mon 15 Jun 09:00; I was not running then, so it comes late."]
    assert [r.at for r in await world.store.runs(KEY)] == [datetime(2026, 6, 15, 9, 0, tzinfo=LONDON)]


async def test_summer_time_keeps_its_hour(world: World) -> None:
    """Nine o'clock before and after the clocks go back."""
    await add(world, rule="every week on Sunday")
    world.clock.move_to(datetime(2026, 10, 18, 0, 0, tzinfo=LONDON))
    await world.wake()
    for moment in ((2026, 10, 18, 9), (2026, 10, 25, 9)):
        await until(world, *moment)
        assert (await world.store.runs(KEY))[0].at == datetime(*moment, tzinfo=LONDON)
    assert (await world.store.runs(KEY))[0].at.hour == 9
    assert (await world.store.runs(KEY))[1].at.hour == 8


async def test_it_may_be_a_contacts_with_the_steps_of_its_kind(world: World) -> None:
    """The client's own person is greeted, and its checklist is there."""
    kind = RequestKind("backup", "Backups", checklist=("Restore one file", "Look at the log"))
    await world.store.edit_directory(DirectoryEdit(kinds=(kind,)))
    await add(world, contact="dana", kind="backup", priority="P2")
    await until(world, 2026, 6, 11, 9, 0)
    (number,) = await opened(world)
    request = await world.request(number)
    assert (request.requester, request.priority) == ("dana", Priority.P2)
    assert len(request.checklist) == 2
    receipt = (await world.thread_screen(number, "client"))[0]
    assert receipt.startswith("Hi Dana, this is a check of ours that comes by itself; you need not do anything.")


async def test_the_teams_own_is_nobodys_question(world: World) -> None:
    """Without a contact it is planned by the team."""
    await add(world, owner="")
    await until(world, 2026, 6, 11, 9, 0)
    (number,) = await opened(world)
    assert (await world.screen("client-acme"))[0].startswith("Planned by our team: Check the backups")
    assert (await world.thread_screen(number, "client"))[0].startswith("This is a check of ours")
    assert (await world.request(number)).status is Status.NEW


async def test_a_private_one_is_private(world: World) -> None:
    """As its entry says."""
    await add(world, private="yes", contact="dana")
    await until(world, 2026, 6, 11, 9, 0)
    (number,) = await opened(world)
    first = (await world.store.history(number))[0].event
    assert isinstance(first, Opened)
    assert (first.private, first.from_client) == (True, False)


async def test_paused_and_removed_ones_do_not_come(world: World) -> None:
    """Paused it keeps its place, taken up again it comes at its next time; removed it is gone."""
    await add(world)
    assert "paused" in text(await world.type("priya", f"recurring pause {KEY}"))
    await until(world, 2026, 6, 12, 9, 0)
    assert await opened(world) == []
    assert "next 2026-06-18" in text(await world.type("priya", f"recurring resume {KEY}"))
    await until(world, 2026, 6, 18, 9, 0)
    assert len(await opened(world)) == 1
    assert "comes no more" in text(await world.type("priya", f"recurring remove {KEY}"))
    assert "There is no recurring request" in text(await world.type("priya", f"recurring remove {KEY}"))
    await until(world, 2026, 6, 26, 9, 0)
    assert len(await opened(world)) == 1
    record = await world.store.setting_changes(f"recurring.{KEY}")
    assert {change.by for change in record} == {"priya"}
    assert ("Check the backups", "") in {(change.before, change.after) for change in record}


async def test_a_client_whose_agreement_is_over_gets_none(world: World) -> None:
    """What is open is finished; nothing new is opened."""
    await add(world)
    client = (await world.store.directory()).clients["ACME"]
    closed = replace(client, settings=replace(client.settings, closed=True))
    await world.store.edit_directory(DirectoryEdit(clients=(closed,)))
    await until(world, 2026, 6, 12, 9, 0)
    assert await opened(world) == []


async def test_the_list_tells_what_comes_when(world: World) -> None:
    """Empty it teaches; a bare add asks with a form."""
    assert "There are none yet" in text(await world.type("lee", "recurring"))
    assert [i.name for i in form(await world.type("lee", "recurring add")).inputs if i.required] == [
        "client", "title", "rule"
    ]  # fmt: skip
    await add(world)
    listed = text(await world.type("lee", "recurring"))
    assert f"{KEY}  Check the backups · every week on Thursday 09:00 · Sam Ito · next 2026-06-11" in listed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"rule": "now and then"}, "I cannot read"),
        ({"rule": "FREQ=DAILY;UNTIL=20260101"}, "never comes"),
        ({"at": "noon"}, "no time of day"),
        ({"title": "x" * 121}, "title of 1 to 120"),
    ],
)
async def test_what_cannot_be_kept_comes_back_with_its_words(world: World, given: dict[str, str], why: str) -> None:
    """The mend stands in the form, and nothing typed is lost."""
    again = form(await add(world, details="All of them.", **given))
    assert why in again.errors["rule"]
    assert next(i.value for i in again.inputs if i.name == "details") == "All of them."


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"client": "NOPE"}, "There is no client"),
        ({"owner": "dana"}, "Dana Reyes is not on the team"),
        ({"owner": "nobody"}, "nobody called nobody"),
        ({"contact": "mia"}, "Mia Vogel is not of ACME"),
    ],
)
async def test_who_does_not_fit_is_refused(world: World, given: dict[str, str], why: str) -> None:
    """Another client's person cannot be its contact, nor a client's its owner."""
    answer = await add(world, **given)
    assert why in text(answer) + "".join(answer.form.errors[name] for name in given if answer.form)


@pytest.mark.parametrize("who", ["dana", "sam"])
async def test_it_is_for_leads_and_managers(world: World, who: str) -> None:
    """Others are told whom to ask."""
    assert "is for leads and managers" in text(await world.do(who, "recurring"))


async def test_two_workers_open_one(world: World) -> None:
    """Two desks on one store: one opens it; the other is told of a conflict and leaves a gap in the numbers."""
    await add(world)
    world.clock.move_to(datetime(2026, 6, 11, 9, 0, tzinfo=LONDON))
    second, now = Desk(world.store, world.clock), world.clock.now()
    timer = next(t for t in await world.store.due_jobs(now, 10) if t.subject == f"recurring:{KEY}")
    change = await jobs.JOBS["recurring"].run(second, timer, now)
    await reminders.fire(world.desk)
    for fires in (timer, None):  # neither by the timer nor by the occurrence
        with pytest.raises(Conflict):
            await world.store.commit(replace(change, fires=fires))
    await reminders.fire(second)
    assert len(await opened(world)) == 1


async def test_a_failure_is_made_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was away at nine: minutes later it is opened for its own time."""
    await add(world)

    async def away() -> int:
        raise RuntimeError("the database was away")

    with monkeypatch.context() as patched:
        patched.setattr(world.store, "reserve_number", away)
        await until(world, 2026, 6, 11, 9, 1)
    assert await opened(world) == []
    await until(world, 2026, 6, 11, 9, 10)
    assert len(await opened(world)) == 1
    assert (await world.store.runs(KEY))[0].at == datetime(2026, 6, 11, 9, 0, tzinfo=LONDON)


async def test_an_entry_is_kept(world: World) -> None:
    """It comes back from the database as it was."""
    await add(world, details="All of them.")
    entry = (await world.store.directory()).recurring[KEY]
    assert isinstance(entry, Recurring)
    assert (entry.rule, entry.zone, entry.details) == ("FREQ=WEEKLY;BYDAY=TH", "Europe/London", "All of them.")
