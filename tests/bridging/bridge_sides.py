"""A client on one platform and the team on another: what a story asks of either side, whichever platform it is.

A platform is one more `Side`: its people, its rooms, what they do there with their own hands and what they then see.
The stories are played unchanged on every ordered pair of `SIDES` (conftest.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from fakes.waiting import PATIENCE

from bot.clock import SystemClock
from bot.desk import reminders
from bot.desk.context import Desk
from bot.desk.conversations import ALERTS, TRIAGE, client_channel, client_thread, private_thread, team_thread
from bot.desk.templates import Level, office_hours, policy_for
from bot.domain.people import Client, Person, Role
from bot.outbox import Relay
from bot.ports import Chat, DirectoryEdit, MessageRef, Place
from storage import SqlStore

ACME, GLOBEX = Client("ACME", "Acme", "Europe/London"), Client("GLOBEX", "Globex", "Europe/Paris")
DANA = Person("dana", "Dana Reyes", Role.CLIENT, "Europe/London", "ACME")
TOM = Person("tom", "Tom Ray", Role.CLIENT, "Europe/London", "ACME")
SAM = Person("sam", "Sam Ito", Role.ENGINEER, "Europe/Berlin")
LEE = Person("lee", "Lee Park", Role.MANAGER, "Europe/London")
CLIENTS, TEAM = (DANA, TOM), (SAM, LEE)


@dataclass(frozen=True)
class Line:
    """A message as somebody sees it."""

    ref: MessageRef
    author: str
    text: str
    buttons: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    calls: frozenset[str] = frozenset()
    """Whom it calls, by their ids at the desk: their platform tells them."""
    times: tuple[datetime, ...] = ()
    """The instants in it that are shown in each reader's own form."""


class Side(Protocol):
    """One platform with people in it."""

    platform: str
    chat: Chat
    """The real face's port, by which the desk speaks."""

    async def furnish(self, people: Iterable[Person], rooms: Mapping[str, Iterable[Person]]) -> None:
        """These have accounts that the desk knows as theirs; these conversations (`triage`, `client:ACME`) are
        channels here with these people in them. Somebody who is in no room has an account all the same."""
        ...

    def running(self) -> AbstractAsyncContextManager[None]:
        """The face runs."""
        ...

    async def say(self, who: str, text: str, at: Place, files: Mapping[str, bytes] | None = None) -> MessageRef:
        """A message as somebody types it; `@sam` is how one mentions, wherever one does it by a name."""
        ...

    async def rewrite(self, who: str, ref: MessageRef, text: str) -> None:
        """They change what they wrote."""
        ...

    async def take_back(self, who: str, ref: MessageRef) -> None:
        """They delete what they wrote."""
        ...

    async def react(self, who: str, emoji: str, ref: MessageRef) -> None:
        """An emoji on a message."""
        ...

    async def press(self, who: str, label: str, ref: MessageRef, typed: str = "") -> None:
        """A button of a message; `typed` goes into the first field of the form that it opens."""
        ...

    async def reads(self, who: str, at: Place) -> list[Line]:
        """What they see there, the oldest first, in a thread without what it hangs from."""
        ...

    def alone(self, who: str) -> list[str]:
        """What the desk said to them alone, anywhere, as they read it."""
        ...


class Ahead(SystemClock):
    """The true time, and as much more as a story lets pass."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Bridge:
    """One desk on two platforms: Acme's people on `client`, the team on `team`. Sam has an account on both."""

    def __init__(self, store: SqlStore, desk: Desk, clock: Ahead, client: Side, team: Side) -> None:
        self.store, self.desk, self.clock, self.client, self.team = store, desk, clock, client, team
        chats = {side.platform: side.chat for side in (client, team)}
        self.relay = Relay(store, chats, desk.clock, home=team.platform)

    async def furnish(self) -> None:
        """One client with its promises, and everybody in their rooms."""
        hours = office_hours(ACME)
        await self.store.edit_directory(
            DirectoryEdit(
                clients=(ACME, GLOBEX),
                calendars=(hours,),
                policies=(policy_for(ACME, hours, Level.SILVER),),
                people=(*CLIENTS, *TEAM),
            )
        )
        rooms = {TRIAGE: TEAM, ALERTS: TEAM}
        await self.team.furnish(TEAM, rooms)
        await self.client.furnish((*CLIENTS, SAM), {client_channel("ACME"): (*CLIENTS, SAM)})

    async def send(self) -> None:
        """What a desk that runs does all the time."""
        while True:
            await reminders.fire(self.desk)
            await self.relay.drain()
            await asyncio.sleep(0.02)

    async def channel(self) -> Place:
        """Acme's channel."""
        return await self._place(client_channel("ACME"))

    async def triage(self) -> Place:
        """The team's."""
        return await self._place(TRIAGE)

    async def theirs(self, number: int = 1) -> Place:
        """The request's thread with the client."""
        return await self._place(client_thread(number))

    async def own(self, number: int = 1) -> Place:
        """A private request's thread, of its requester alone."""
        return await self._place(private_thread(number))

    async def ours(self, number: int = 1) -> Place:
        """The request's thread among the team."""
        return await self._place(team_thread(number))

    async def _place(self, conversation: str) -> Place:
        return await self.until(lambda: self.store.binding(conversation))

    async def until(self, look: Callable[[], Awaitable[Any]], within: float = PATIENCE) -> Any:
        """Wait until somebody sees that."""
        async with asyncio.timeout(within):
            while not (found := await look()):  # noqa: ASYNC110  # what others see tells nobody
                await asyncio.sleep(0.03)
            return found

    async def read(self, side: Side, who: str, at: Place, words: str) -> Line:
        """The line in which they read that, as soon as they do."""

        async def look() -> list[Line]:
            return [line for line in await side.reads(who, at) if words.casefold() in line.text.casefold()]

        return (await self.until(look))[-1]

    async def gone(self, side: Side, who: str, at: Place, words: str) -> None:
        """Until they read that nowhere there."""

        async def look() -> bool:
            return not any(words.casefold() in line.text.casefold() for line in await side.reads(who, at))

        await self.until(look)

    def skip(self, **span: float) -> None:
        """Desk time goes on at once; the machines' does not."""
        self.clock.ahead += timedelta(**span)

    async def move_client(self) -> None:
        """Acme's people have accounts on the team's platform, too, and its channel is there from now on."""
        await self.team.furnish(CLIENTS, {client_channel("ACME"): (*CLIENTS, *TEAM)})

    async def settled(self) -> None:
        """Until nothing waits to be sent."""

        async def look() -> bool:
            return not {"ready", "sending", "ambiguous"} & set(await self.store.outbox_states())

        await self.until(look)

    async def raised(self, words: str = "The export fails since nine") -> MessageRef:
        """Dana's request, by an emoji on what she wrote: its message."""
        ref = await self.client.say("dana", words, await self.channel())
        await self.until(lambda: self.store.source(ref))
        await self.client.react("dana", "🎫", ref)
        await self.until(lambda: self.store.request(1))
        theirs = await self.theirs()
        # Known from the first, and in Discord opened by what is said in it first: the receipt.
        await self.until(lambda: self.client.reads("dana", theirs))
        await self.ours()
        return ref
