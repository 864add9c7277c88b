"""A whole desk beside a plain model of it, whatever people, time, crashes and platforms do in whatever order."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from plain_model import CALENDARS, CLIENTS, DAYS, HOURS, POLICIES, STAFF, UNDO, Act, Model, Row, instant

from bot.codec import message_to_json
from bot.desk import front, reminders
from bot.desk.changing import timers
from bot.desk.context import Desk, Heard, Rules
from bot.domain.alarms import Escalated
from bot.domain.calendar import WEEKDAYS, Calendar, wall_seconds
from bot.domain.clocks import Clock
from bot.domain.events import Breached, ClientWrote, Event, Resumed, Warned
from bot.domain.people import Client, Person, Role
from bot.domain.policy import ClockKind, Match, Policy, Priority
from bot.domain.request import Request, client_writes
from bot.domain.settings import ClientSettings
from bot.messages.model import Answer, Message
from bot.outbox import Relay
from bot.ports import Change, DirectoryEdit, InboxId, MessageRef, Place, RateLimited, Refused, RequestQuery
from storage import SqlStore, open_store

T = TypeVar("T")

LONDON = ZoneInfo("Europe/London")
BEGIN = next(
    step for step in range(DAYS * 288) if instant(step).astimezone(LONDON).isoformat()[:16] == "2026-03-27T10:00"
)
"""The Friday before the clocks change in Europe."""
END = BEGIN + 120 * 288
WEB = "web"
ZONES = {"ACME": "Europe/London", "GLOBEX": "Australia/Lord_Howe"}
ROLES = {"sam": Role.ENGINEER, "priya": Role.LEAD, "lee": Role.MANAGER}
EVERYBODY = (*CLIENTS, *STAFF, "eve")
TOKEN = re.compile(r"\bw\d+w\b")


# --- the desk's directory, of the model's tables --------------------------------------------------


def _calendar(name: str, given: dict[str, Any]) -> Calendar:
    days = tuple(tuple((wall_seconds(a), wall_seconds(b)) for a, b in given["hours"].get(day, ())) for day in WEEKDAYS)
    holidays = frozenset(datetime.fromisoformat(day).date() for day in given.get("holidays", ()))
    return Calendar(name, given["tz"], days, holidays)


def _policy(client: str, place: int, given: dict[str, Any], calendars: dict[str, Calendar]) -> Policy:
    only = tuple(Priority(p) for p in given.get("applies_to_priority", ()))
    targets = {
        priority: {
            kind: int(minutes * 60)
            for kind in ClockKind
            if (minutes := {**given, **given.get("by_priority", {}).get(priority, {})}.get(f"{kind}_min"))
        }
        for priority in only or Priority
    }
    return Policy(
        given["name"],
        client,
        calendars[given["calendar"]].ref,
        targets,
        warn_percents=(50, 75),
        pause_statuses=tuple(given.get("pause_statuses", ("waiting_client",))),
        pause_reply_clocks=given.get("pause_reply_clocks", False),
        match=Match(priorities=only),
        position=place,
    )


SETTINGS = {
    "ACME": ClientSettings(nudge_days=0, nudge_again_days=0, flood_alerts=100, quiet_from="00:00", quiet_until="00:00"),
    "GLOBEX": ClientSettings(auto_open=True, nudge_days=0, nudge_again_days=0, flood_alerts=100),
}


async def furnish(url: str) -> None:
    """A desk with two clients and its team."""
    store = await open_store(url)
    try:
        calendars = {name: _calendar(name, given) for name, given in CALENDARS.items()}
        people = [Person(who, who.title(), Role.CLIENT, ZONES[key], key) for who, key in CLIENTS.items()]
        people += [Person(who, who.title(), role, "Europe/London") for who, role in ROLES.items()]
        channels = {"triage": "triage", "alerts": "alerts", **{f"client:{key}": key for key in POLICIES}}
        channels |= {f"dm:{person.id}": f"dm:{person.id}" for person in people}
        await store.edit_directory(
            DirectoryEdit(
                clients=tuple(Client(key, key.title(), ZONES[key], SETTINGS[key]) for key in POLICIES),
                people=tuple(people),
                calendars=tuple(calendars.values()),
                policies=tuple(
                    _policy(key, place, given, calendars)
                    for key, all_ in POLICIES.items()
                    for place, given in enumerate(all_)
                ),
                identities=tuple((WEB, "desk", person.id, person.id) for person in people),
                bindings=tuple((name, Place(WEB, "desk", channel)) for name, channel in channels.items()),
            )
        )
    finally:
        await store.close()


# --- what a desk stands on ------------------------------------------------------------------------


class Died(BaseException):
    """The process was killed here; nothing of it runs any more."""


class Times:
    """Desk time and machine time, moved by hand."""

    def __init__(self, at: datetime) -> None:
        self._now = self._machine = at

    def now(self) -> datetime:
        return self._now

    def machine(self) -> datetime:
        return self._machine

    def move_to(self, at: datetime) -> None:
        self._machine += max(at - self._now, timedelta())
        self._now = max(self._now, at)

    def wait(self, seconds: float) -> None:
        """The machine waits; at the desk no time passes."""
        self._machine += timedelta(seconds=seconds)


class Fate:
    """What is to happen at the boundaries of one process: each commit, claim, settlement and call, before and after."""

    def __init__(self) -> None:
        self.fuse = 0
        """At which boundary from now on it is killed; 0 for never."""
        self.dead = False
        self.stop_at = 0
        """At which boundary it is held up, until it may go on."""
        self.held, self.go_on = asyncio.Event(), asyncio.Event()

    async def boundary(self) -> None:
        if self.dead:
            raise Died
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                self.dead = True
                raise Died
        if self.stop_at:
            self.stop_at -= 1
            if not self.stop_at:
                self.held.set()
                await self.go_on.wait()


WRITES = {"commit", "edit_directory", "reserve_number", "fire_due", "claim_outbox", "settle", "recover"}


Written = tuple[Fate, Change | None]
"""By which process what change of requests; None for all that was due."""


class Watched:
    """The store as one process has it: it can be killed or held up at each transaction, and says what was written."""

    def __init__(self, store: SqlStore, fate: Fate, wrote: list[Written]) -> None:
        self._store, self._fate, self._wrote = store, fate, wrote

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in WRITES:
            return found

        async def call(*args: Any, **named: Any) -> Any:
            await self._fate.boundary()
            result = await found(*args, **named)
            if name == "commit" and args[0].requests and args[0].fires is None:
                self._wrote.append((self._fate, args[0]))
            elif name == "fire_due" and result:
                self._wrote.append((self._fate, None))
            await self._fate.boundary()
            return result

        return call


class KeptChat:
    """A platform that keeps what it is sent, twice where it is sent twice, and fails as it is told to."""

    def __init__(self, clock: Times) -> None:
        self.clock = clock
        self.posts: dict[str, tuple[str, Place]] = {}
        self.gone: set[str] = set()
        self.keys: Counter[str] = Counter()
        self.by_key: dict[str, MessageRef] = {}
        self.shown: deque[tuple[Place, str]] = deque()
        """What stood where, for the eyes of whoever reads there; not looked at yet."""
        self.troubles: deque[str] = deque()
        self.failed = False
        self._ids = 0

    def id(self) -> str:
        self._ids += 1
        return str(self._ids)

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        def arrives() -> MessageRef:
            ref = MessageRef(place, self.id())
            self.posts[ref.message] = (key, place)
            # One that says so is a repeat that is promised where nobody could look for it.
            self.keys[key] += not (self.keys[key] and MAYBE_TWICE in message_to_json(message))
            self.by_key.setdefault(key, ref)
            self.shown.append((place, message_to_json(message)))
            return ref

        return self._called(arrives)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        def arrives() -> None:
            self._known(ref)
            self.shown.append((self.posts[ref.message][1], message_to_json(message)))

        self._called(arrives)

    async def delete(self, ref: MessageRef) -> None:
        self._called(lambda: self.gone.add(ref.message))

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        def arrives() -> Place:
            self._known(ref)
            self.shown.append((ref.place, title))
            return replace(ref.place, thread=ref.place.thread or ref.message)

        return self._called(arrives)

    async def direct(self, user: str) -> Place:
        return self._called(lambda: Place(WEB, "desk", f"dm:{user}"))

    async def find(self, place: Place, key: str) -> MessageRef | None:
        found = self._called(lambda: self.by_key.get(key))
        return found if found and found.place == place else None

    def _known(self, ref: MessageRef) -> None:
        if ref.message not in self.posts or ref.message in self.gone:
            raise Refused(f"there is no message {ref.message}")

    def _called(self, arrives: Callable[[], T]) -> T:
        trouble = self.troubles.popleft() if self.troubles else ""
        self.failed = self.failed or bool(trouble)
        if trouble == "wait":
            raise RateLimited(20)
        if trouble == "lost":
            raise ConnectionError("nobody knows whether it arrived")
        result = arrives()
        if trouble == "dropped":
            raise ConnectionError("nobody knows that it arrived")
        return result


class WatchedChat:
    """The platform as one process calls it."""

    def __init__(self, chat: KeptChat, fate: Fate) -> None:
        self._chat, self._fate = chat, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._chat, name)

        async def call(*args: Any, **named: Any) -> Any:
            await self._fate.boundary()
            result = await found(*args, **named)
            await self._fate.boundary()
            return result

        return call


@dataclass
class Worker:
    """One process, or on SQLite one of its tasks."""

    desk: Desk
    relay: Relay
    fate: Fate


@dataclass(frozen=True)
class Delivery:
    """An event as the platform delivers it, any number of times."""

    act: Act
    event: str
    place: Place | None = None
    heard: Heard | None = None
    turn: bool = False
    """The press of a button on the message, rather than the message."""
    entry: str = ""


MAYBE_TWICE = "Possible repeat: "

TEAM = ("reply", "answer", "note", "aside", "ask-client", "ask-client", "wait-on", "resume", "priority", "claim")
TEAM += ("assign", "resolve", "resolve", "undo", "reopen", "close", "not-a-request")

CLIENT = ("words", "words", "words", "thanks", "yes", "works", "not-yet")
PAIRED = ("new", "reply", "ask-client", "priority", "claim", "assign", "resolve", "undo", "merge", "split", "unmerge")
PAIRED += ("words", "words", "works", "not-yet", "close", "note", "answer")
ALL_VERBS = ("new", "message", "log", "reply", "note", "ask-client", "wait-on", "resume", "priority", "claim", "assign")
ALL_VERBS += ("resolve", "undo", "reopen", "close", "not-a-request", "merge", "split", "unmerge", "words", "works")

Base = tuple[Callable[[], str], Callable[[str], None]]
"""Makes a furnished database and answers its URL; takes it away."""


class DeskMachine(RuleBasedStateMachine):
    """The desk and its model, side by side."""

    base: Base
    double = False
    """Whether each worker has a store of its own, as on PostgreSQL."""

    def __init__(self) -> None:
        super().__init__()
        self.loop, self.whole = asyncio.new_event_loop(), True
        self.url = self.base[0]()
        self.model = Model(BEGIN)
        self.clock = Times(instant(BEGIN))
        self.chat = KeptChat(self.clock)
        self.fuse, self.tokens, self.events, self.checked = 0, 0, 0, 0
        self.wrote: list[Written] = []
        self.delivered: list[tuple[Delivery, str | None]] = []
        """With what was answered, where something came of it."""
        self.lines: dict[tuple[str, str], int] = {}
        self.dirty: set[int] = set()
        self.compared: dict[int, tuple[Any, ...]] = {}
        self.stores: list[SqlStore] = []
        self.workers: list[Worker] = []
        STEPS["machines"] += 1
        self.run(self.start())
        for verb, who, other, extra in (("new", "dana", 2, 0), ("message", "mia", 0, 0), ("log", "sam", 1, 3)):
            self.act(verb, who, 0, other, extra)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        self.whole, whole = False, self.whole
        result = self.loop.run_until_complete(work)
        self.whole = whole
        return result

    async def start(self) -> None:
        """New processes on the same database: they begin with what fell due, and with what was left half sent."""
        self.stores = [await open_store(self.url) for _ in range(1 + self.double)]
        self.workers = [self.worker(self.stores[-1 if number else 0]) for number in range(2)]
        await self.wake()

    def worker(self, store: SqlStore) -> Worker:
        fate = Fate()
        desk = Desk(Watched(store, fate, self.wrote), self.clock, Rules(undo=timedelta(minutes=5 * UNDO)))  # type: ignore[arg-type]
        chat = WatchedChat(self.chat, fate)
        return Worker(desk, Relay(desk.store, {WEB: chat}, self.clock, home=WEB), fate)  # type: ignore[dict-item]

    async def stop(self) -> None:
        for store in self.stores:
            await store.close()
        self.stores = []

    async def live(self, work: Coroutine[Any, Any, T], worker: int = 0) -> T | None:
        """Run it in a process that may be killed meanwhile; then a new one starts, looks at what is due, and None is
        answered."""
        fate = self.workers[worker].fate
        fate.fuse = self.fuse
        try:
            return await work
        except Died:
            STEPS["crashes"] += 1
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await self.stop()
            fate.fuse = 0
            self.fuse = 0
            self.clock.wait(90)
            await self.start()
            return None
        finally:
            self.fuse, fate.fuse = fate.fuse, 0

    # --- time ---------------------------------------------------------------------------------------

    async def wake(self, worker: int = 0) -> None:
        """What is due is done, and what may go goes."""
        await reminders.fire(self.workers[worker].desk)
        await self.drain(worker)

    async def drain(self, worker: int = 0) -> None:
        relay = self.workers[worker].relay
        for _ in range(20):
            self.chat.failed = False
            await relay.drain()
            if not self.chat.failed:
                return
            self.clock.wait(140)
        raise AssertionError("what goes out does not come to rest")

    async def pass_(self, until: int) -> None:
        """Time passes, with the desk awake; a process that is killed meanwhile is followed by another."""
        while self.clock.now() < instant(until):
            desk = self.workers[0].desk
            await self.live(reminders.advance(desk, instant(until), self.clock.move_to, self.drain))
        await self.live(self.wake())
        self.model.walk(until)
        self.dirty.update(self.model.rows)

    async def late(self, until: int) -> None:
        """Time passes while nothing runs; all that fell due meanwhile is done at once."""
        self.clock.move_to(instant(until))
        await self.live(self.wake())
        self.model.jump(until)
        self.dirty.update(self.model.rows)

    # --- people -------------------------------------------------------------------------------------

    def token(self, readers: frozenset[str]) -> str:
        self.tokens += 1
        token = f"w{self.tokens}w"
        self.model.readers[token] = readers
        return token

    def event(self) -> str:
        self.events += 1
        return f"event-{self.events}"

    async def deliver(self, what: Delivery, worker: int = 0) -> Answer:
        desk, act, event = self.workers[worker].desk, what.act, InboxId(WEB, what.event)
        if what.turn:
            return await front.run(
                desk, act.arg("turned_by"), "turn", {}, place=what.place, event=event, message=what.heard
            )
        if what.heard is not None:
            return await front.hear(desk, act.who, what.heard, event=event)
        verb, args = act.verb, {"request": str(act.number)}
        match act.verb:
            case "new":
                args = {"title": act.text, **{k: v for k, v in (("stopped", act.arg("stopped")),) if v}}
                args |= {"private": True} if act.arg("private") else {}
                args |= {"with": " ".join(f"@{name}" for name in act.arg("with_to"))} if act.arg("with_to") else {}
            case "log":
                args = {"person": act.arg("person"), "text": act.text}
                args |= {"priority": act.arg("priority")} if act.arg("priority") else {}
            case "assign":
                args["to"] = act.arg("to") or "team"
            case "priority":
                args |= {"to": act.arg("to"), "reason": "that is what it is"}
            case "wait-on":
                args["party"] = act.arg("party")
                args |= {"until": act.arg("until")} if act.arg("until") else {}
            case "merge":
                args["into"] = str(act.arg("into"))
            case "unmerge":
                verb = "split"
            case "split":
                args |= {"entry": what.entry, "title": act.text}
            case "close" | "not-a-request" | "reopen" | "reply" | "note" | "ask-client" | "resolve" | "not-yet":
                args["text"] = act.text
            case _:
                pass
        return await front.run(desk, act.who, verb, args, place=what.place, event=event)

    async def deliveries(self, act: Act) -> list[Delivery] | None:
        """An act as the events of a platform; None where nobody can do that there."""
        home = Place(WEB, "desk", CLIENTS.get(act.who, "triage"))
        if act.verb == "message":
            at = Place(WEB, "desk", act.arg("channel"))
            heard = Heard(MessageRef(at, self.chat.id()), act.who, self.clock.now(), act.text)
            said = Delivery(act, self.event(), at, heard)
            return [said] if act.arg("channel") == "GLOBEX" else [said, replace(said, event=self.event(), turn=True)]
        if act.verb in ("words", "thanks", "yes", "answer", "aside"):
            row = self.model.rows[act.number]
            side = "team" if act.verb == "aside" else "client" if row.only is None else "private"
            at = await self.stores[0].binding(f"request:{row.number}:{side}")
            if at is None or (at.channel.startswith("dm:") and at.channel != f"dm:{act.who}"):
                return None  # it is not there yet, or nobody but its own person writes there
            heard = Heard(MessageRef(at, self.chat.id()), act.who, self.clock.now(), act.text)
            return [Delivery(act, self.event(), at, heard)]
        entry = ""
        if act.verb == "split":
            lines = [line for by, line, _ in self.model.rows[act.number].log if by]
            written = [e.seq for e in await self.stores[0].history(act.number) if isinstance(e.event, ClientWrote)]
            entry = str(dict(zip(lines, written, strict=True)).get(act.arg("line"), 999))
        return [Delivery(act, self.event(), home, entry=entry)]

    async def do(self, act: Act) -> None:
        """Somebody acts; where the process was killed the platform delivers the event again."""
        for what in await self.deliveries(act) or ():
            await self.once(what, last=what.heard is None or what.turn or act.arg("channel") != "ACME")

    async def once(self, what: Delivery, *, last: bool = True) -> None:
        answer: Answer | None = None
        for _ in range(3):
            done, before = len(self.wrote), self.model
            may = last and before.may(what.act)
            answer = await self.live(self.deliver(what))
            changed = [change for _, change in self.wrote[done:] if change is not None]
            for change in changed:
                self.happened(what.act, change)
            if answer is not None:
                break
            self.looked()
            if changed:  # it happened, and nobody was answered: the same event is answered now
                answer = await self.again(what)
                self.remember(what, answer)
                return
        assert answer is not None
        assert changed or not may, f"{what.act} was not done: {said(answer)}"
        assert may or not changed, f"{what.act} was done"
        self.sees(what.act.arg("turned_by") if what.turn else what.act.who, said(answer))
        self.remember(what, answer if changed else None)

    async def again(self, what: Delivery) -> Answer | None:
        """The platform delivers again what was handled."""
        done = len(self.wrote)
        answer = await self.live(self.deliver(what))
        assert not [change for _, change in self.wrote[done:] if change], f"{what.act} was done twice"
        if answer is None:
            self.looked()
        return answer

    def looked(self) -> None:
        """A new process has looked at all that is due."""
        self.model.tick()
        self.dirty.update(self.model.rows)

    def remember(self, what: Delivery, answer: Answer | None) -> None:
        self.delivered.append((what, None if answer is None else said(answer)))

    def happened(self, act: Act, change: Change) -> None:
        """The model follows, and the desk changed just what it changed."""
        assert self.model.may(act), f"{act} was done, and should not have been"
        touched = {part.request.number for part in change.requests}
        opened = {part.request.number for part in change.requests if part.entries[0].seq == 1}
        wanted = self.model.touched(act)
        assert (touched - opened, len(opened)) == (wanted - {0}, len(wanted & {0})), act
        new = opened.pop() if opened else 0
        about = self.model.goes_to(act)
        STEPS[f"{act.verb} at {about.status if about else 'none'}"] += 1
        self.model.do(act, new)
        self.dirty |= touched
        if new:
            self.model.readers[act.token] = self.model.audience(self.model.rows[new])

    def sees(self, who: str, text: str) -> None:
        """Nobody is answered with what they may not read."""
        for token in TOKEN.findall(text):
            assert who in STAFF or who in self.model.readers[token], f"{who} reads {token}: {text}"

    async def together(self, first: list[Delivery | str], at: int) -> None:
        """Two things at once: the first is held up at some boundary until the other is done with."""
        acts = [each.act if isinstance(each, Delivery) else None for each in first]
        might = [act is not None and self.model.may(act) for act in acts]
        fates, done = [worker.fate for worker in self.workers], len(self.wrote)
        fates[0].stop_at = at
        fates[0].held.clear()
        fates[0].go_on.clear()
        work = asyncio.ensure_future(self.one_of_two(first[0], 0))
        held = asyncio.ensure_future(fates[0].held.wait())
        await asyncio.wait({work, held}, return_when=asyncio.FIRST_COMPLETED)
        STEPS["held"] += held.done()
        other = await self.one_of_two(first[1], 1)
        fates[0].stop_at = 0
        fates[0].go_on.set()
        answers = [await work, other]
        held.cancel()
        happened = [False, False]
        for fate, change in self.wrote[done:]:
            number = fates.index(fate)
            if change is None:
                self.model.tick()
                self.dirty.update(self.model.rows)
                continue
            act = acts[number]
            assert act is not None
            self.happened(act, change)
            happened[number] = True
        if first[0] is first[1]:
            assert happened != [True, True], f"{acts[0]} was done by both"
            happened = [any(happened)] * 2
            assert not all(happened) or len({said(each) for each in answers if each}) == 1, (
                "they were answered otherwise"
            )
        for what, act, might_then, did, answer in zip(first, acts, might, happened, answers, strict=True):
            if act is None or answer is None or not isinstance(what, Delivery):
                continue
            assert did or not (might_then and self.model.may(act)), f"{act} was not done: {said(answer)}"
            self.sees(act.who, said(answer))
            self.remember(what, answer if did else None)

    async def one_of_two(self, what: Delivery | str, worker: int) -> Answer | None:
        if isinstance(what, Delivery):
            return await self.deliver(what, worker)
        if what == "tick":
            await reminders.fire(self.workers[worker].desk)
        elif worker == 0 or self.double:  # of one process only one relay sends
            await self.workers[worker].relay.drain()
        return None

    # --- rules --------------------------------------------------------------------------------------

    def text(self, token: str) -> str:
        return f"Please see {token}"

    def picked(self, pick: int) -> int:
        """A request: most often one of the few that were asked last and are open, for then things meet."""
        rows = self.model.rows
        near = [number for number, row in rows.items() if row.life.open][-3:]
        return near[pick % len(near)] if near and pick < 22 else list(rows)[pick % len(rows)]

    def made(self, verb: str, who: str, pick: int, other: int, extra: int) -> Act | None:
        """An act of these draws; None where there is nothing to do it to."""
        rows = self.model.rows
        if verb in ("words", "answer") or (verb in ("thanks", "yes") and who in STAFF):
            verb = "answer" if who in STAFF else "words"
        elif verb == "aside" and who not in STAFF:
            verb = "words"
        if verb == "new":
            named = tuple(n for n in ("tom",) if who == "dana" and extra % 8 == 0)
            private = extra % 8 in (1, 2)
            mine = CLIENTS.get(who)
            readers = (
                frozenset({who, *named}) if private or named else frozenset(c for c in CLIENTS if CLIENTS[c] == mine)
            )
            token = self.token(readers | {who})
            stopped = ("", "everyone", "team", "one", "nobody")[other % 5]
            more = (("stopped", stopped), ("private", private), ("with_to", named))
            return Act("new", who, 0, f"Export {token}", token, more)
        if verb == "message":
            channel = ("ACME", "GLOBEX")[extra % 4 == 3] if who in CLIENTS else "ACME"
            channel = CLIENTS.get(who, channel) if extra % 5 else channel
            token = self.token(frozenset(c for c in CLIENTS if CLIENTS[c] == channel) | {who})
            presser = (*STAFF, "dana", "tom", "mia")[other % 6]
            return Act("message", who, 0, self.text(token), token, (("channel", channel), ("turned_by", presser)))
        if verb == "log":
            person = tuple(CLIENTS)[other % 3]
            token = self.token(frozenset(c for c in CLIENTS if CLIENTS[c] == CLIENTS[person]))
            priority = ("", "P1", "P2", "P3", "P4")[extra % 5]
            ago = (0, 0, 6, 18)[pick % 4]
            local = instant(self.model.now - ago).astimezone(LONDON)
            if local.date() != instant(self.model.now).astimezone(LONDON).date() or local.fold or local.hour < 3:
                ago = 0
            text = f"by phone at {local:%H:%M}: Export {token}" if ago else f"Export {token}"
            return Act("log", who, 0, text, token, (("person", person), ("priority", priority), ("ago", ago)))
        if not rows:
            return None
        number = self.picked(pick)
        row = rows[number]
        who = row.requester if who == "its own" else who
        more: tuple[tuple[str, Any], ...] = ()
        token = self.token(frozenset() if verb in ("note", "aside") else self.model.audience(row) | {who})
        text = {"thanks": "thanks", "yes": "Yes, it works"}.get(verb, self.text(token))
        match verb:
            case "assign":
                more = (("to", (None, *STAFF)[other % 4]),)
            case "priority":
                more = (("to", f"P{other % 4 + 1}"),)
            case "wait-on":
                more = (("party", "Contoso"), ("until", ("", "in 3 days", "in 3h")[other % 3]))
            case "merge":
                same = [n for n, r in rows.items() if r.client == row.client] if extra % 5 else list(rows)
                more = (("into", same[other % len(same)]),)
            case "unmerge":
                merged = [n for n, r in rows.items() if r.into]
                if not merged:
                    return None
                number = merged[pick % len(merged)]
            case "split":
                written = [(n, line) for n, r in rows.items() for by, line, _ in r.log if by]
                if not written:
                    return None
                number, line = written[pick % len(written)]
                token = self.token(self.model.audience(rows[number]) | {who})
                more, text = (("line", line),), f"Split {token}"
            case _:
                pass
        return Act(verb, who, number, text, token, more)

    @rule(
        verb=st.sampled_from(("new", "message", "log")),
        who=st.integers(0, 2),
        pick=st.integers(0, 3),
        other=st.integers(0, 9),
        extra=st.integers(0, 39),
    )
    def someone_asks(self, verb: str, who: int, pick: int, other: int, extra: int) -> None:
        self.act(verb, (STAFF if verb == "log" else tuple(CLIENTS))[who], pick, other, extra)

    @rule(verb=st.integers(0, 60), who=st.sampled_from(STAFF), pick=st.integers(0, 30), other=st.integers(0, 5))
    def the_team_works(self, verb: int, who: str, pick: int, other: int) -> None:
        self.fitting(TEAM, verb, who, pick, other)

    @rule(verb=st.integers(0, 60), pick=st.integers(0, 30))
    def the_client_speaks(self, verb: int, pick: int) -> None:
        self.fitting(CLIENT, verb, "its own", pick, 0)

    @rule(
        verb=st.sampled_from(("merge", "split", "unmerge")),
        who=st.sampled_from(STAFF),
        pick=st.integers(0, 30),
        other=st.integers(0, 10),
        extra=st.integers(0, 4),
    )
    def the_team_joins(self, verb: str, who: str, pick: int, other: int, extra: int) -> None:
        self.act(verb, who, pick, other, extra)

    @rule(
        verb=st.sampled_from((*ALL_VERBS, *TEAM, *CLIENT)),
        who=st.sampled_from(EVERYBODY),
        pick=st.integers(0, 30),
        other=st.integers(0, 10),
        extra=st.integers(0, 20),
    )
    def anybody_tries_anything(self, verb: str, who: str, pick: int, other: int, extra: int) -> None:
        self.act(verb, who, pick, other, extra)

    def fitting(self, verbs: tuple[str, ...], which: int, who: str, pick: int, other: int) -> None:
        """One of those that can be done to that request now."""
        able = [v for v in verbs if (act := self.made(v, who, pick, other, 0)) and self.model.may(act)]
        if able:
            self.act(able[which % len(able)], who, pick, other)

    def act(self, verb: str, who: str, pick: int, other: int = 0, extra: int = 0) -> None:
        if self.lines.get((who, verb)) == self.model.now:  # the second line at a time would be one with the first
            self.run(self.pass_(self.model.now + 1))
        if verb == "message":
            self.lines[who, verb] = self.model.now
        act = self.made(verb, who, pick, other, extra)
        if act is not None:
            self.run(self.do(act))
            STEPS[verb] += 1
        if pick % 4:
            self.run(self.live(self.wake()))
            self.looked()

    @rule(
        verbs=st.tuples(*(st.sampled_from(("tick", "send", "same", *PAIRED)) for _ in range(2))),
        who=st.tuples(*(st.sampled_from(EVERYBODY[:-1]) for _ in range(2))),
        pick=st.integers(0, 30),
        far=st.integers(0, 3),
        other=st.integers(0, 10),
        at=st.integers(1, 6),
    )
    def two_at_once(
        self, verbs: tuple[str, str], who: tuple[str, str], pick: int, far: int, other: int, at: int
    ) -> None:
        both: list[Delivery | str] = []
        for verb, by, which in zip(verbs, who, (pick, pick + far), strict=True):
            if verb in ("tick", "send"):
                both.append(verb)
            elif verb == "same":
                both.append(both[0] if both else "tick")
            elif act := self.made(verb, by, which, other, other):
                both += (self.run(self.deliveries(act)) or ["tick"])[:1]
        if len(both) == 2:
            self.run(self.together(both, at))
            STEPS["together"] += 1

    @precondition(lambda self: self.model.now < END)
    @rule(
        steps=st.sampled_from((1, 1, 2, 3, 5, 12, 12, 36, 60, 96, 288, 700, 1500)),
        runs=st.sampled_from((True, True, False)),
    )
    def time_passes(self, steps: int, runs: bool) -> None:
        """With the desk awake, or while nothing runs."""
        self.run((self.pass_ if runs else self.late)(self.model.now + steps))
        STEPS["time" if runs else "downtime"] += 1

    @rule(
        troubles=st.lists(st.sampled_from(("wait", "lost", "dropped", "")), max_size=5),
        boundary=st.integers(0, 40),
    )
    def trouble_comes(self, troubles: list[str], boundary: int) -> None:
        """The platform's next calls go wrong; and at some boundary from now on the process is killed."""
        self.chat.troubles.extend(troubles)
        self.fuse = boundary
        STEPS["trouble"] += 1

    @precondition(lambda self: self.delivered)
    @rule(pick=st.integers(0, 60), old=st.booleans())
    def an_event_comes_again(self, pick: int, old: bool) -> None:
        what, before = self.delivered[pick % len(self.delivered) if old else -1 - pick % min(len(self.delivered), 4)]
        STEPS["again"] += 1
        if before is None:
            return
        answer = self.run(self.again(what))
        assert answer is None or said(answer) == before, f"{what.act} is answered otherwise"

    # --- what must hold -----------------------------------------------------------------------------

    @invariant()
    def the_desk_is_as_the_model(self) -> None:
        numbers, self.dirty = self.dirty, set()
        self.run(self.compare(numbers))
        self.nothing_is_seen_by_others()

    async def compare(self, numbers: set[int]) -> None:
        """Those requests, where either side has anything new to say of them."""
        found = await self.stores[0].requests(RequestQuery(limit=1000)) if numbers else ()
        requests = {request.number: request for request in found}
        assert requests.keys() == (self.model.rows.keys() if numbers else set()), "a request is lost, or there twice"
        for number in sorted(numbers):
            request, row = requests[number], self.model.rows[number]
            now = (request.version, row.acts, row.status, len(row.told))
            if self.compared.get(number) == now:
                continue
            self.compared[number] = now
            seen = {
                "client": request.client,
                "requester": request.requester,
                "status": str(request.status),
                "owner": request.owner,
                "priority": str(request.priority),
                "waits for": "client" if request.question else request.party,
                "private": request.private,
                "into": request.merged_into,
                "announced": request.announced and request.status == "resolved",
            }
            wanted = {
                "client": row.client,
                "requester": row.requester,
                "status": row.status,
                "owner": row.owner,
                "priority": row.priority,
                "waits for": row.waits_for if row.status in WAITS else "",
                "private": row.only is not None,
                "into": row.into,
                "announced": row.announced and row.status == "resolved",
            }
            seen["waits for"] = seen["waits for"] if row.status in WAITS else ""
            assert seen == wanted, row.ref
            assert row.title in request.title, row.ref
            await self.clocks_agree(row, request)

    async def clocks_agree(self, row: Row, request: Request) -> None:
        store, now = self.stores[0], self.clock.now()
        entries = await store.history(row.number)
        told = [
            (f"{event.clock}:{event.cycle}:{_which(event)}", entry.at, _heard(event))
            for entry in entries
            if isinstance(event := entry.event, Warned | Breached)
        ]
        assert sorted(told) == sorted((what, instant(at), to) for what, at, to in row.told), row.ref
        late = {f"{c.kind}:{c.cycle}" for c in request.sla.clocks if _late(c)}
        if request.status != "cancelled":
            known = {row.life.key(c) for c in row.life.clocks if c.late}
            assert late & row.reported == known & row.reported, row.ref
            assert late <= known, row.ref  # what nobody looked at yet is stamped when somebody does
        waiting = {t.kind: t.due_at for t in await store.timers(f"request:{row.number}")}
        directory = await store.directory()
        due = dict(timers(request, directory, self.workers[0].desk.rules))
        if row.status in WAITS and due.get("waiting", now) < now and waiting["waiting"] != due["waiting"]:
            # What waits for the client's hours, since it came late, is looked at again when they begin.
            assert waiting["waiting"] > now
            assert HOURS[row.life.calendar].open[step_of(waiting["waiting"])]
            due["waiting"] = waiting["waiting"]
        assert waiting == due, (row.ref, request.status, now)
        clocks = {name: at for name, at in waiting.items() if name.endswith(":breach") or ":warn:" in name}
        wanted = self.model.timers(row)
        overdue = {name.removesuffix("breach") for name, at in wanted.items() if at is None}  # so are its warnings
        more = {name for name in clocks.keys() - wanted.keys() if f"{name.partition(':warn:')[0]}:" not in overdue}
        assert wanted.keys() <= clocks.keys(), row.ref
        assert not more, row.ref
        for name, at in wanted.items():
            assert clocks[name] <= now if at is None else clocks[name] == instant(at), (row.ref, name)
        matched = request.sla.terms is not None and request.sla.terms.matched
        if request.status.is_open and matched and row.status != "waiting_other":
            # Nor a wait for somebody else without a day; the morning's overview names those.
            assert waiting or any(c.reported for c in request.sla.clocks), f"{row.ref} has no next step"

    def nothing_is_seen_by_others(self) -> None:
        """What stands anywhere is for the eyes of whoever reads there."""
        while self.chat.shown:
            place, text = self.chat.shown.popleft()
            name = place.channel.removeprefix("dm:")
            readers = {name} & set(CLIENTS) or {who for who, key in CLIENTS.items() if key == name}
            for token in TOKEN.findall(text):
                assert readers <= self.model.readers[token], f"{token} stands in {place.channel}: {text}"
            for who in readers:
                for other in set(POLICIES) - {CLIENTS[who]}:
                    assert f"{other}-" not in text, f"{place.channel} reads of {other}: {text}"
        twice = [key for key, times in self.chat.keys.items() if times > 1]
        assert not twice, f"posted twice: {twice}"

    def teardown(self) -> None:
        try:
            if self.whole:  # else it has failed already, and how is what counts
                self.run(self.end())
        finally:
            self.loop.run_until_complete(self.stop())
            self.loop.close()
            self.base[1](self.url)

    async def end(self) -> None:
        """All troubles end, everything is sent, and the whole desk is looked at."""
        self.chat.troubles.clear()
        self.fuse = 0
        self.clock.wait(3600)
        await self.wake()
        self.looked()
        store, rows = self.stores[0], self.model.rows
        self.compared.clear()
        await self.compare(set(rows))
        self.nothing_is_seen_by_others()
        assert await store.check() == ()
        assert [r.number for r in await store.requests(RequestQuery(limit=1000))] == sorted(rows, reverse=True)
        states = await store.outbox_states()
        assert set(states) <= {"sent", "suppressed", "held", "ready"}, states
        posts = Counter(key.partition("#")[0] for key in self.chat.keys)
        for row in rows.values():
            card = await store.slot(f"{row.ref}:card")
            assert card is not None, f"{row.ref} does not stand in triage"
            assert card.place.channel == "triage"
            assert posts[f"{row.ref}:card"] == 1
            await self.alarms_rang(row, posts)

    async def alarms_rang(self, row: Row, posts: Counter[str]) -> None:
        """Each breach stands once among the alerts; it and each warning rang for those who are to hear it, for nobody
        else, and no more often."""
        rings: Counter[str] = Counter()
        for what, _, to in row.told:
            kind, cycle, *_ = what.split(":")
            rings.update(f"{row.ref}:{kind}:{cycle}:breach:{where}" for where in _places(to))
            if what.endswith(":breach"):
                assert posts[f"{row.ref}:{what}:alerts"] == 1, (row.ref, what)
            loud = row.client == "ACME" and what not in row.quiet  # the others' are held up at night
            for where in _places(to) if loud else ():
                assert posts[f"{row.ref}:{kind}:{cycle}:breach:{where}"], (row.ref, what, where)
        for entry in await self.stores[0].history(row.number):
            if isinstance(event := entry.event, Escalated):
                rings.update(f"{row.ref}:{event.clock}:{event.cycle}:breach:{where}" for where in _places(event.to))
        for name, times in posts.items():
            if name.startswith(f"{row.ref}:") and ":breach:" in name and not name.endswith(":alerts"):
                assert times <= rings[name], f"{name} rang {times} times instead of {rings[name]}"


def _places(to: tuple[str, ...]) -> list[str]:
    return ["triage" if who == "team" else f"dm:{who}" for who in to]


WAITS = ("waiting_client", "waiting_other", "set_aside")
STEPS: Counter[str] = Counter()


def step_of(at: datetime) -> int:
    """The step that begins then."""
    return round((at - instant(0)).total_seconds() / 300)


def said(answer: Answer) -> str:
    """All that an answer says."""
    return (message_to_json(answer.message) if answer.message else "") + (str(answer.form) if answer.form else "")


def _which(event: Warned | Breached) -> str:
    return "breach" if isinstance(event, Breached) else f"warn:{event.percent}"


def _heard(event: Warned | Breached) -> tuple[str, ...]:
    return event.to if isinstance(event, Breached) else (event.to,)


def _late(clock: Clock) -> bool:
    return clock.breached_at is not None


# --- runs -----------------------------------------------------------------------------------------


@cache
def _furnished(template: Path) -> Path:
    path = template.with_name("furnished.db")
    shutil.copy(template, path)
    asyncio.run(furnish(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Base:
    """Each machine gets a file of its own."""
    furnished = _furnished(sqlite_template)

    def make() -> str:
        path = Path(tempfile.mkdtemp(dir=tmp_path)) / "desk.db"
        shutil.copy(furnished, path)
        return f"sqlite:///{path}"

    return make, lambda url: shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)


LONG = pytest.mark.skipif("STEWARD_LONG" not in os.environ, reason="takes many minutes: set STEWARD_LONG=1")


def play(
    base: Base, *, examples: int, steps: int, start: int | None = None, double: bool = False, shrink: bool = True
) -> None:
    """Run so many machines of so many steps; the same ones each time, or others for each start."""
    kind = type("Desk", (DeskMachine,), {"base": base, "double": double})

    def machine() -> DeskMachine:
        return kind()

    run_state_machine_as_test(
        machine if start is None else seed(start)(machine),
        settings=settings(
            max_examples=examples,
            phases=(Phase.generate, *((Phase.shrink,) if shrink else ())),
            stateful_step_count=steps,
            derandomize=start is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            report_multiple_bugs=False,
        ),
    )


@pytest.fixture
def postgres(postgres_url: str, postgres_server: str) -> Base:
    """Each machine gets a database of its own, a copy of a furnished one."""
    asyncio.run(furnish(postgres_url))
    furnished = postgres_url.partition("?")[0].rpartition("/")[2]

    async def sql(statement: str) -> None:
        connection = await asyncpg.connect(postgres_server.format("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def make() -> str:
        name = f"steward_{uuid4().hex[:12]}"
        asyncio.run(sql(f"CREATE DATABASE {name} TEMPLATE {furnished}"))
        return postgres_server.format(name)

    def drop(url: str) -> None:
        asyncio.run(sql(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)"))

    return make, drop


@pytest.mark.timeout(120)
def test_the_desk_does_as_the_plain_model(sqlite: Base) -> None:
    """Whatever people, time, crashes and the platform do: the desk is what the model says it is."""
    play(sqlite, examples=9, steps=35, shrink=False)


@pytest.mark.postgres
@pytest.mark.timeout(120)
def test_the_desk_does_as_the_plain_model_on_postgres(postgres: Base) -> None:
    """Two workers with a store each: the same."""
    play(postgres, examples=2, steps=30, double=True, shrink=False)


def _no_inbox(patch: pytest.MonkeyPatch) -> None:
    def forgets(*_: object) -> Iterator[None]:
        yield from ()

    async def new(*_: object) -> None:
        return None

    patch.setattr("storage.transactions.changes.remember_event", forgets)
    patch.setattr(SqlStore, "handled", new)


def _no_look(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        return None

    patch.setattr(KeptChat, "find", nothing)


def _no_resume(patch: pytest.MonkeyPatch) -> None:
    def forgets(*given: Any, **named: Any) -> tuple[Event, ...]:
        return tuple(event for event in client_writes(*given, **named) if not isinstance(event, Resumed))

    patch.setattr("bot.desk.hearing.client_writes", forgets)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (_no_inbox, "was done twice|was done by both"),
        (_no_look, "posted twice"),
        pytest.param(_no_resume, "ACME|GLOBEX", marks=LONG),
    ],
)
def test_it_can_fail(
    sqlite: Base, monkeypatch: pytest.MonkeyPatch, breaks: Callable[[pytest.MonkeyPatch], None], found: str
) -> None:
    """A desk that forgets its inbox, looks for nothing it may have sent, or goes on waiting when it was answered."""
    breaks(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        play(sqlite, examples=30, steps=40, shrink=False)


SEEDS = [int(seed) for seed in os.environ.get("STEWARD_SEEDS", "1,2,3,4,5").split(",")]


@LONG
@pytest.mark.timeout(0)
@pytest.mark.parametrize("start", SEEDS)
def test_long_lives_on_sqlite(sqlite: Base, start: int) -> None:
    """Many longer lives, others for each seed."""
    play(sqlite, examples=50, steps=60, start=start)


@pytest.mark.postgres
@LONG
@pytest.mark.timeout(0)
@pytest.mark.parametrize("start", SEEDS[:1])
def test_long_lives_on_postgres(postgres: Base, start: int) -> None:
    """The same on PostgreSQL, with two workers."""
    play(postgres, examples=20, steps=50, start=start, double=True)
