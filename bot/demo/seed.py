"""Plays the invented month: the people act through the same front door as everybody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click

from bot.clock import SimulatedClock
from bot.demo import playbook
from bot.demo.month import DEEDS, MONTH
from bot.demo.story import Act, Deed, How, Story
from bot.desk import front
from bot.desk.context import Desk, Heard
from bot.desk.conversations import client_channel, client_thread, direct, team_thread
from bot.desk.reminders import advance
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client, Person, Role
from bot.domain.settings import ClientSettings
from bot.messages.model import Answer
from bot.ports import DirectoryEdit, MessageRef, Place, RequestQuery, Workspace

PLATFORM, WORKSPACE = "web", "desk"
LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 5, 11)
BANK_HOLIDAY = date(2026, 5, 25)
OPENS = datetime.combine(date(2026, 6, 9), time(10, 2), LONDON)
"""When the newcomer comes in: Tuesday morning, with something pressing and nobody on it."""

ACME = Client("ACME", "Acme", "Europe/London")
GLOBEX = Client("GLOBEX", "Globex", "Europe/Berlin", ClientSettings(auto_open=True))

PEOPLE: tuple[tuple[Person, str], ...] = (
    (Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME"), "client at Acme"),
    (Person("sam", "Sam Ito", Role.ENGINEER, "Europe/London"), "engineer"),
    (Person("lee", "Lee Novak", Role.MANAGER, "Europe/London"), "manager"),
)
OTHERS: tuple[Person, ...] = (
    Person("tom", "Tom Okafor", Role.CLIENT, "Europe/London", "ACME"),
    Person("priya", "Priya Nair", Role.LEAD, "Europe/London"),
    Person("mia", "Mia Vogel", Role.CLIENT, "Europe/Berlin", "GLOBEX"),
)


def begin() -> SimulatedClock:
    """A clock that stands at the month's first morning."""
    return SimulatedClock(_instant(0, "09:00"))


async def seed(
    desk: Desk, workspace: Workspace, clock: SimulatedClock, wake: Callable[[], Awaitable[None]], *, month: bool = True
) -> None:
    """Set up two clients and the people, play the month where it is wanted, and start the clock on its last morning.

    Without a month the desk begins that morning: no daily overview of the weeks before it tells that nothing is open.
    """
    if not month:
        clock.move_to(OPENS.astimezone(UTC))
    await set_up(desk)
    await wake()
    if month:
        await _prepare(desk)
        await _play(desk, workspace, clock, wake)
    await advance(desk, OPENS.astimezone(UTC), clock.move_to, wake)
    await wake()
    for person in await _everybody(desk):
        for channel in await workspace.channels():
            latest = await workspace.messages(channel.id, limit=1)
            if latest and month:
                # What is older than this morning has been read; the threads' replies are the newest ids.
                await workspace.mark_all_read(person, channel.id, latest[-1].id)
    clock.speed = 1.0
    clock.move_to(clock.now())


async def _everybody(desk: Desk) -> Sequence[str]:
    return list((await desk.store.directory()).people)


async def set_up(desk: Desk) -> None:
    """Two clients with their hours and levels, their people, and the team."""
    people = (*(p for p, _ in PEOPLE), *OTHERS)
    hours = {client.key: office_hours(client) for client in (ACME, GLOBEX)}
    hours["ACME"] = replace(hours["ACME"], holidays=frozenset({BANK_HOLIDAY}))
    await desk.store.edit_directory(
        DirectoryEdit(
            clients=(ACME, GLOBEX),
            people=(*people, Person("manager", "Manager", Role.MANAGER, active=False)),
            calendars=tuple(hours.values()),
            policies=(
                policy_for(ACME, hours["ACME"], Level.GOLD),
                policy_for(GLOBEX, hours["GLOBEX"], Level.SILVER),
            ),
            identities=tuple((PLATFORM, WORKSPACE, p.id, p.id) for p in people),
            bindings=(
                *((client_channel(c.key), _channel(c)) for c in (ACME, GLOBEX)),
                *((direct(p.id), Place(PLATFORM, WORKSPACE, direct(p.id))) for p in people),
            ),
        )
    )


async def _prepare(desk: Desk) -> None:
    """What the month's team had before it began: Acme's reviews and questions afterwards, kinds, saved replies."""
    acme = replace(ACME.settings, rating_days=5, review_rule="FREQ=MONTHLY;BYDAY=2TH", review_host="lee")
    await desk.store.edit_directory(
        DirectoryEdit(
            clients=(replace(ACME, settings=acme),),
            kinds=playbook.KINDS,
            replies=playbook.REPLIES,
            recurring=playbook.RECURRING,
        )
    )


async def _play(desk: Desk, workspace: Workspace, clock: SimulatedClock, wake: Callable[[], Awaitable[None]]) -> None:
    numbers: dict[int, int] = {}
    acts: list[tuple[datetime, int, Act | Deed | Story]] = [(_instant(d.day, d.at), -1, d) for d in DEEDS]
    for index, story in enumerate(MONTH):
        acts.append((_instant(story.day, story.at), index, story))
        acts += [(_instant(act.day, act.at), index, act) for act in story.acts]
    acts.sort(key=lambda a: a[0])
    # Quietly, where nobody watches: the bar draws itself only on a terminal.
    with click.progressbar(acts, label="Playing an invented month at Acme") as bar:
        for at, index, what in bar:
            await advance(desk, at, clock.move_to, wake)
            match what:
                case Story():
                    numbers[index] = await _open(desk, workspace, what)
                case Act():
                    await _act(desk, workspace, what, numbers[index])
                case Deed():
                    _taken(what, await front.run(desk, what.who, what.verb, dict(what.given)))
            await wake()


async def _open(desk: Desk, workspace: Workspace, story: Story) -> int:
    client = ACME if story.how is How.SCHEDULE else next(c for c in (ACME, GLOBEX) if c.key == _client_of(story.who))
    channel = _channel(client)
    match story.how:
        case How.MESSAGE:
            posted, _ = await workspace.add(channel.channel, at=desk.now(), author=story.who, text=story.title)
            heard = Heard(MessageRef(channel, str(posted.id)), story.who, posted.at, posted.text)
            await front.hear(desk, story.who, heard)
            await workspace.heard(posted.id)
            if not client.settings.auto_open:
                _taken(story, await front.run(desk, story.who, "turn", {}, place=channel, message=heard))
        case How.PHONE:
            said = {"person": story.who, "text": f"by phone: {story.title}\n{story.details}", **dict(story.more)}
            _taken(story, await front.run(desk, story.logged_by, "log", said))
        case How.FORM:
            given = {"title": story.title, "details": story.details, "kind": story.kind, "stopped": story.stopped}
            form = given | {"outcome": story.outcome, **dict(story.more)}
            _taken(story, await front.run(desk, story.who, "new", form, place=channel))
        case How.SCHEDULE:
            pass
    newest, *_ = await desk.store.requests(RequestQuery(limit=1))
    if newest.title != story.title:
        raise RuntimeError(f"the invented month's {story} is not there: the newest is {newest.ref} {newest.title}")
    return newest.number


async def _act(desk: Desk, workspace: Workspace, act: Act, number: int) -> None:
    if act.verb in ("write", "team"):
        where = client_thread(number) if act.verb == "write" else team_thread(number)
        place = await desk.store.binding(where)
        if place is None or place.thread is None:
            raise RuntimeError(f"the invented month writes into {where}, which is not open")
        posted, _ = await workspace.add(
            place.channel, at=desk.now(), thread=int(place.thread), author=act.who, text=act.text
        )
        await front.hear(desk, act.who, Heard(MessageRef(place, str(posted.id)), act.who, posted.at, act.text))
        await workspace.heard(posted.id)
    elif act.given:
        _taken(act, await front.run(desk, act.who, act.verb, {"request": number, **dict(act.given)}))
    else:
        _taken(act, await front.run_text(desk, act.who, f"{act.verb} {number} {act.text}"))


def _taken(what: Act | Deed | Story, answer: Answer) -> None:
    """Raises RuntimeError where the desk asks back or says no: an invented month has nobody to answer it."""
    if answer.form is not None or (answer.message is not None and getattr(answer.message, "purpose", "") == "refusal"):
        raise RuntimeError(f"the invented month's {what} was not taken: {answer}")


def _client_of(who: str) -> str | None:
    return next((p.client for p in (*(p for p, _ in PEOPLE), *OTHERS) if p.id == who), None)


def _channel(client: Client) -> Place:
    return Place(PLATFORM, WORKSPACE, f"client-{client.key.lower()}")


def _instant(day: int, at: str) -> datetime:
    week, weekday = divmod(day, 5)
    return datetime.combine(MONDAY + timedelta(weeks=week, days=weekday), time.fromisoformat(at), LONDON)
