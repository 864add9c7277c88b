"""The chat is gone for ten minutes, the desk itself is, or a clock is wrong: nothing is lost, nothing comes twice, what
was missed comes in order with the breaches first, and no alert comes before its time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dying import HandClock, MemoryChat, Process, Shown
from faulty_chat import PLATFORM, WORKSPACE, place_of

from bot.desk import bootstrap, front
from bot.desk.conversations import client_channel
from bot.desk.templates import office_hours
from bot.domain.alarms import Breached
from bot.domain.calendar import WEEKDAYS, Calendar, weekly
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Policy, Priority
from bot.domain.settings import ClientSettings, TeamSettings
from bot.messages.model import Said, line
from bot.ports import Change, DirectoryEdit, Draft, Op, RateLimited, RequestQuery, Urgency
from storage import SqlStore

pytestmark = pytest.mark.asyncio

QUIET = ClientSettings(quiet_from="00:00", quiet_until="00:00")
MINUTE, HOUR = 60, 3600
BATCH = 8


def always(zone: str) -> Calendar:
    return weekly("acme-hours", zone, {day: [("00:00", "24:00")] for day in WEEKDAYS})


async def furnish(store: SqlStore, hours: Calendar, target: int, *, zone: str = "UTC", digest: bool = False) -> None:
    """One client with one promise, so many seconds of its hours; warned after half of them."""
    promised = {priority: {ClockKind.FIRST_RESPONSE: target} for priority in Priority}
    await store.edit_directory(
        DirectoryEdit(
            clients=(Client("ACME", "Acme", zone, QUIET),),
            people=(Person("dana", "Dana", Role.CLIENT, zone, "ACME"), Person("lee", "Lee", Role.MANAGER, zone)),
            calendars=(hours,),
            policies=(Policy("Gold", "ACME", hours.ref, promised, warn_percents=(50,)),),
            bindings=((client_channel("ACME"), place_of("client-acme")),),
            team=TeamSettings(zone=zone, digest=digest, digest_at="09:00", digest_days="mon-sun"),
        )
    )
    await bootstrap.ensure(store, platform=PLATFORM, workspace=WORKSPACE)


async def opened(process: Process, title: str) -> str:
    """A new request that stops everybody; answers its name."""
    await front.run(process.desk, "dana", "new", {"title": title, "stopped": "everyone"})
    (request, *_) = await process.store.requests(RequestQuery(limit=1))
    return request.ref


def alerts(chat: MemoryChat) -> list[Shown]:
    """What rang in the alerts channel, in the order in which it came."""
    return [shown for shown in chat.posts if shown.name.endswith(":breach:alerts")]


def once(chat: MemoryChat) -> None:
    """Nothing was posted twice."""
    assert not [name for name, times in Counter(s.name for s in chat.posts).items() if times > 1]


async def breaches(store: SqlStore) -> dict[str, Breached]:
    """Each request's one breach."""
    found: dict[str, Breached] = {}
    for request in await store.requests(RequestQuery(limit=500)):
        events = [e.event for e in await store.history(request.number) if isinstance(e.event, Breached)]
        assert len(events) <= 1, request.ref
        found.update((request.ref, event) for event in events)
    return found


async def test_the_chat_is_gone_for_ten_minutes(any_store: SqlStore):
    """All that was to be said meanwhile comes once the chat is back, once each; alerts overtake what can wait; nothing
    is given up, and within a few minutes all of it is there."""
    clock = HandClock()
    chat = MemoryChat(clock)
    await furnish(any_store, always("UTC"), 2 * MINUTE)
    process = Process(any_store, chat, clock)
    await process.work()

    def gone(op: str, where: str) -> None:
        raise ConnectionError("the chat is gone")

    chat.fault, back = gone, clock.real + timedelta(minutes=10)
    digests = tuple(
        Draft(f"news:{n}", Op.POST, "triage", Said("test", (line(f"{n}"),)), urgency=Urgency.DIGEST) for n in range(5)
    )
    await any_store.commit(Change(outbox=digests))
    names = []
    while clock.real < back:
        if len(names) < BATCH:
            names.append(await opened(process, f"request {len(names)}"))
        await process.work(rounds=1)
        clock.desk += timedelta(seconds=5)
        clock.pass_(15)
    assert not chat.posts
    chat.fault = lambda op, where: None
    since = clock.real
    while set(await any_store.outbox_states()) - {"sent"}:
        await process.work(rounds=1)
        assert clock.real - since < timedelta(minutes=5), await any_store.outbox_states()
    once(chat)
    assert len(alerts(chat)) == BATCH
    triage = [shown.name for shown in chat.posts if shown.place.channel == "triage" and shown.place.thread is None]
    first_digest = next(n for n, name in enumerate(triage) if name.startswith("news:") and n > 0)
    assert all(n < first_digest for n, name in enumerate(triage) if ":breach:" in name), triage
    assert [name for name in triage if name.startswith("news:")] == [f"news:{n}" for n in range(5)]


async def test_the_desk_was_down_for_ten_minutes(any_store: SqlStore):
    """What fell due meanwhile is told at once when it stands again: each breach once, by its own due time, in order;
    the morning's digest after them."""
    clock = HandClock(desk=datetime(2026, 6, 9, 8, 50, tzinfo=UTC))
    chat = MemoryChat(clock)
    await furnish(any_store, always("UTC"), 5 * MINUTE, digest=True)
    process = Process(any_store, chat, clock)
    names = []
    for n in range(BATCH):
        names.append(await opened(process, f"request {n}"))
        clock.pass_(10)
    await process.work()
    before = len(chat.posts)
    clock.pass_(10 * MINUTE)
    process = Process(any_store, chat, clock)
    await process.work()
    once(chat)
    assert [shown.name.partition(":")[0] for shown in alerts(chat)] == names
    told = await breaches(any_store)
    assert set(told) == set(names)
    assert all(event.noticed_at == clock.desk and event.due_at < clock.desk for event in told.values())
    later = [s.name for s in chat.posts[before:] if s.place.channel == "triage" and s.place.thread is None]
    digest = next(n for n, name in enumerate(later) if name.startswith("digest:"))
    assert all(n < digest for n, name in enumerate(later) if ":breach:" in name), later


@pytest.mark.parametrize(("jump", "restarted"), [(HOUR, False), (-HOUR, False), (HOUR, True), (-HOUR, True)])
async def test_a_clock_that_is_put_an_hour_forward_or_back(any_store: SqlStore, jump: int, restarted: bool):
    """Desk time follows the wall clock: nothing that it says is due comes twice, and nothing comes before its due time
    by it. A message that was told to wait for half a minute does not wait for an hour.

    Machine time goes on steadily while a process runs; one that starts again reads the clock as it then is.
    """
    clock = HandClock()
    chat = MemoryChat(clock)
    await furnish(any_store, always("UTC"), 10 * MINUTE)
    process = Process(any_store, chat, clock)
    name = await opened(process, "Export fails")
    await process.work()

    def limited(op: str, where: str) -> None:
        if op == "post":
            raise RateLimited(30)

    chat.fault = limited
    await any_store.commit(
        Change(outbox=(Draft("waits", Op.POST, "triage", Said("test", (line("waits"),)), urgency=Urgency.ANSWER),))
    )
    await process.work(rounds=1)
    chat.fault = lambda op, where: None
    clock.desk += timedelta(seconds=jump)
    if restarted:
        clock.real += timedelta(seconds=jump)
        process = Process(any_store, chat, clock)
    since = clock.real
    while not chat.named("waits"):
        await process.work(rounds=1)
        assert clock.real - since < timedelta(minutes=5), "told to wait 30 seconds"
    due = clock.desk if jump > 0 else clock.desk + timedelta(seconds=HOUR + 10 * MINUTE)
    while clock.desk < due:
        assert not alerts(chat), "before its time"
        clock.pass_(10 * MINUTE)
        await process.work()
    once(chat)
    assert [shown.name for shown in alerts(chat)] == [f"{name}:first_response:1:breach:alerts"]
    assert alerts(chat)[0].at >= (await breaches(any_store))[name].due_at


CHANGES = [
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
]


@pytest.mark.parametrize(("zone", "sunday"), CHANGES, ids=lambda value: str(value))
async def test_the_weekend_on_which_the_clocks_change(store: SqlStore, zone: str, sunday: date):
    """What is promised for Monday 09:30 there is late at 09:30 there, not an hour before or after; each morning has its
    one digest, at nine; also for a desk that was down while the clocks changed."""

    def local(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    friday, monday = sunday - timedelta(days=2), sunday + timedelta(days=1)
    clock = HandClock(desk=local(friday, 16, 30))
    chat = MemoryChat(clock)
    client = Client("ACME", "Acme", zone, QUIET)
    await furnish(store, office_hours(client), HOUR, zone=zone, digest=True)
    process = Process(store, chat, clock)
    name = await opened(process, "Export fails")
    for at in (
        local(friday, 16, 59),  # warned at 17:00, after half an hour of service
        local(friday, 17),
        local(sunday, 0, 30),  # Saturday's digest comes late, and says so; then it is down while the clocks change
        local(sunday, 8, 59),
        local(sunday, 9),
        local(monday, 8, 59),
        local(monday, 9),
        local(monday, 9, 29),
    ):
        clock.desk = at
        await process.work()
    assert not alerts(chat), "before its time"
    clock.desk = local(monday, 9, 30)
    await process.work()
    once(chat)
    assert [shown.name for shown in alerts(chat)] == [f"{name}:first_response:1:breach:alerts"]
    assert (await breaches(store))[name].due_at == local(monday, 9, 30)
    digests = {shown.name: shown.at for shown in chat.posts if shown.name.startswith("digest:")}
    for day in (sunday, monday):
        assert digests[f"digest:{day}:team"] == local(day, 9)
    assert len(digests) <= 3
