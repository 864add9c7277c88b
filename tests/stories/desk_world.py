"""People who act on a desk as they would in a chat, and what they then see."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord_checks
import slack_checks

from adapters.web.channels import Channels
from adapters.web.chat import PLATFORM, WORKSPACE, WebChat
from adapters.web.live import Hub
from bot.clock import SimulatedClock
from bot.desk import front, reminders
from bot.desk.context import Desk, Heard
from bot.desk.conversations import client_thread, private_thread, team_thread
from bot.desk.files import keep
from bot.desk.reader import Reader
from bot.domain.request import Request
from bot.messages.model import Answer, Card, Chronicle, Document, Listing, Message, Relay, Said, Sheet, plain
from bot.outbox import Relay as Outbox
from bot.ports import Chat, InboxId, MessageRef, Place, Posted
from storage import SqlStore

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 6, 9, 10, 0, tzinfo=LONDON)
READER = Reader(
    TUESDAY, "Europe/London", user=lambda id: f"U0{id.upper()}", link=lambda number: f"https://x.test/{number}"
)


def words(message: Message | None) -> str:
    """All that a message says, as plain words."""
    match message:
        case Said(lines=lines):
            return "\n".join(plain(line) for line in lines)
        case Relay(name=name, text=text):
            return f"{name}: {text}"
        case Card() as card:
            fields = "; ".join(f"{f.label}: {plain(f.value)}" for f in card.fields)
            return f"{card.ref} {card.title} [{card.status}] [{card.priority}] {fields}"
        case Listing() as listing:
            rows = "\n".join(f"{r.ref} {r.title} {r.status} {r.owner}" for r in listing.rows)
            return "\n".join([listing.title, *(plain(line) for line in listing.lines), rows])
        case Document(title=title, text=text):
            return f"{title}\n{text}"
        case Sheet() as sheet:
            tables = (
                "\n".join([t.title, *(" | ".join((row.head, *row.cells)) for row in t.rows)]) for t in sheet.tables
            )
            rows = (f"{r.ref} {r.title}" for r in sheet.rows)
            lines = (plain(line) for line in (*sheet.lines, *sheet.notes))
            return "\n".join([sheet.title, *lines, *tables, sheet.rows_title, *rows])
        case Chronicle() as chronicle:
            told = [chronicle.title, *map(plain, chronicle.lines)]
            for chapter in chronicle.chapters:
                told += [f"{chapter.title}: {plain(chapter.state)}", *map(plain, chapter.lines)]
                told += [f"{m.at:%Y-%m-%dT%H:%M%z} {plain(m.line)}" for m in chapter.moments]
                told += map(plain, chapter.notes)
            return "\n".join([*told, *map(plain, chronicle.notes)])
        case None:
            return ""


DISCORD = replace(
    READER,
    user=lambda id: str(10**17 + zlib.crc32(id.encode())),
    link=lambda number: f"https://discord.com/channels/1/2/{number}",
)


def shown(given: Message | Answer | None) -> None:
    """What the desk says is fit to be said in Slack and in Discord, its buttons and forms with it."""
    slack_checks.shown(given, READER)
    discord_checks.shown(given, DISCORD)


class Shown(WebChat):
    """The browser's chat; what is said there must be fit to be said elsewhere as well."""

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        shown(message)
        return await super().post(place, message, key=key)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        shown(message)
        await super().edit(ref, message)


class World:
    """People act in it as they would in a chat."""

    def __init__(self, store: SqlStore, clock: SimulatedClock) -> None:
        self.store, self.clock = store, clock
        self.desk = Desk(store, clock)
        self.speak(clock)
        self.channels = Channels(store, store)
        self._events = 0

    def speak(self, clock: SimulatedClock, also: Mapping[str, Chat] | None = None) -> None:
        """The desk sends here, and where it is told besides."""
        chats = {PLATFORM: Shown(self.store, Hub(), clock), **(also or {})}
        self.relay = Outbox(self.store, chats, clock, home=PLATFORM)

    async def wake(self) -> None:
        await self.channels.follow()
        await reminders.fire(self.desk)
        await self.relay.drain()

    async def pass_(self, **span: float) -> int:
        """Let desk time pass, with everything that falls due on the way."""
        until = self.clock.now() + timedelta(**span)
        fired = await reminders.advance(self.desk, until, self.clock.move_to, self.wake)
        await self.wake()
        return fired

    def place(self, channel: str, thread: int | str | None = None) -> Place:
        return Place(PLATFORM, WORKSPACE, channel, str(thread) if thread else None)

    async def thread(self, number: int, side: str) -> Place:
        """Where a request's thread is: side "client" or "team"."""
        named = {"client": client_thread, "team": team_thread, "private": private_thread}
        place = await self.store.binding(named[side](number))
        assert place is not None, f"the {side}'s thread of request {number} is not open"
        return place

    async def do(
        self,
        who: str,
        verb: str,
        /,
        *,
        place: Place | None = None,
        event: str = "",
        heard: Heard | None = None,
        **args: Any,
    ) -> Answer:
        """A button or a form."""
        id = InboxId(PLATFORM, event) if event else None
        answer = await front.run(self.desk, who, verb.replace("_", "-"), args, place=place, event=id, message=heard)
        shown(answer)
        await self.wake()
        return answer

    async def type(self, who: str, text: str, *, place: Place | None = None) -> Answer:
        """A slash command, without the slash word."""
        answer = await front.run_text(self.desk, who, text, place=place)
        shown(answer)
        await self.wake()
        return answer

    async def write(
        self, who: str, text: str, *, place: Place, files: Mapping[str, bytes] | None = None
    ) -> tuple[Heard, Answer]:
        """A message in a channel or a thread, with pictures."""
        kept = [await keep(self.desk, who, name, "image/png", body) for name, body in (files or {}).items()]
        heard = replace(await self.said(who, text, place=place), files=tuple(kept))
        return heard, await self.hear(who, heard)

    async def said(self, who: str, text: str, *, place: Place) -> Heard:
        """A message that stands there, and that the desk has not been told of."""
        thread = int(place.thread) if place.thread else None
        posted, _ = await self.store.add(place.channel, at=self.clock.now(), thread=thread, author=who, text=text)
        return Heard(MessageRef(place, str(posted.id)), who, posted.at, text)

    async def edit(self, who: str, heard: Heard, text: str, **more: Any) -> Answer:
        """They change a message of theirs."""
        more.setdefault("edited_at", self.clock.now())
        answer = await front.edited(self.desk, who, replace(heard, text=text, **more))
        await self.wake()
        return answer

    async def delete(self, who: str, heard: Heard, **more: Any) -> Answer:
        """They take it away."""
        answer = await front.deleted(self.desk, who, heard.ref, **more)
        await self.wake()
        return answer

    async def hear(self, who: str, heard: Heard, *, event: str = "") -> Answer:
        answer = await front.hear(self.desk, who, heard, event=InboxId(PLATFORM, event or f"msg:{heard.ref.message}"))
        shown(answer)
        await self.wake()
        return answer

    async def react(self, who: str, emoji: str, heard: Heard) -> Answer:
        answer = await front.react(self.desk, who, emoji, heard)
        shown(answer)
        await self.wake()
        return answer

    async def messages(self, channel: str, thread: int | str | None = None) -> list[Posted]:
        return list(await self.store.messages(channel, thread=int(thread) if thread else None, limit=500))

    async def stands(self, ref: MessageRef) -> bool:
        """Whether a message is there, or was taken away."""
        there = await self.messages(ref.place.channel, ref.place.thread)
        return any(str(each.id) == ref.message and not each.deleted for each in there)

    async def screen(self, channel: str, thread: int | str | None = None) -> list[str]:
        """What stands there, as plain words, the oldest first."""
        return [words(m.body) if m.body else f"{m.author}: {m.text}" for m in await self.messages(channel, thread)]

    async def thread_screen(self, number: int, side: str) -> list[str]:
        place = await self.thread(number, side)
        return await self.screen(place.channel, place.thread)

    async def request(self, number: int) -> Request:
        found = await self.store.request(number)
        assert found is not None
        return found

    async def raised(self, who: str = "dana", **form: Any) -> int:
        """A new request by form; answers its number."""
        form.setdefault("title", "Export fails")
        answer = await self.do(who, "new", place=self.place("client-acme"), **form)
        assert isinstance(answer.message, Said), answer
        assert answer.message.purpose == "opened", words(answer.message)
        return next(span.number for span in answer.message.lines[0] if hasattr(span, "number"))
