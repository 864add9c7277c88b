"""A store with a chat behind it that fails as it is told, for the tests of the relay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.messages.model import Message, Said, line, plain
from bot.outbox import Relay
from bot.ports import Change, DirectoryEdit, Draft, MessageRef, Op, Place
from storage import SqlStore

NOON = datetime(2026, 6, 9, 12, tzinfo=UTC)


class HandClock:
    """Both times, moved by hand and apart from one another."""

    def __init__(self) -> None:
        self.desk, self.real = NOON, NOON

    def now(self) -> datetime:
        return self.desk

    def machine(self) -> datetime:
        return self.real


class Faulty:
    """A chat that fails as it is told: `fault(text)` may raise before, or with `after` once it has arrived."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.fault: Callable[[str], Exception | None] = lambda text: None
        self.after = False
        self.lost: Callable[[str], Exception | None] = lambda key: None
        self.looks = 0

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        text = _text(message)
        error = self.fault(text)
        if error and not self.after:
            raise error
        id = str(len(self.shown) + 1)
        self.shown[id], self.keys[key] = text, id
        if error:
            raise error
        return MessageRef(place, id)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        if error := self.fault(_text(message)):
            raise error
        self.shown[ref.message] = _text(message)

    async def delete(self, ref: MessageRef) -> None:
        self.shown.pop(ref.message, None)

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        return Place(ref.place.platform, ref.place.workspace, ref.place.channel, ref.message)

    async def direct(self, user: str) -> Place:
        return Place("fake", "w", f"direct-{user}")

    async def find(self, place: Place, key: str) -> MessageRef | None:
        self.looks += 1
        if error := self.lost(key):
            raise error
        id = self.keys.get(key)
        return MessageRef(place, id) if id else None


def _text(message: Message) -> str:
    assert isinstance(message, Said)
    return plain(message.lines[0])


def says(text: str, key: str = "", **more: object) -> Draft:
    """A message for the triage channel."""
    values = {"op": Op.POST, "conversation": "triage", **more}
    return Draft(key=key or text, body=Said("test", (line(text),)), **values)  # type: ignore[arg-type]


class Desk:
    """A store with a faulty chat behind it."""

    def __init__(self, store: SqlStore) -> None:
        self.store, self.chat, self.clock = store, Faulty(), HandClock()
        self.relay = self.another_worker()

    def another_worker(self) -> Relay:
        return Relay(self.store, {"fake": self.chat}, self.clock, home="fake")

    async def write(self, *drafts: Draft, suppressed: bool = False) -> None:
        await self.store.commit(Change(outbox=drafts, suppressed=suppressed))


async def relay_desk(store: SqlStore) -> Desk:
    """Two channels that the desk speaks in."""
    places = {"triage": Place("fake", "w", "triage"), "alerts": Place("fake", "w", "alerts")}
    await store.edit_directory(DirectoryEdit(bindings=tuple(places.items())))
    return Desk(store)
