"""Who reads what: the desk's messages as one reader, or one channel, sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.discord.people import People
from adapters.discord.places import DIRECT, PLATFORM, address, place_of
from adapters.discord.render import Post, message, username
from adapters.discord.spelling import spelled
from adapters.discord.wire import Wire
from bot.desk.audience import audience
from bot.desk.context import Desk
from bot.desk.conversations import client_side, team_thread
from bot.desk.hearing import conversation_of
from bot.desk.reader import Reader
from bot.domain.mentions import handles
from bot.messages.model import Card, Message, Relay
from bot.messages.plainly import needs
from bot.ports import MessageRef, Place


@dataclass(frozen=True)
class Drawing:
    """Looks up what a message names, and has it drawn."""

    desk: Desk
    wire: Wire
    people: People

    async def posts(self, body: Message, place: Place) -> tuple[Post, ...]:
        """A message for all who read that place."""
        conversation = await conversation_of(self.desk.store, place) or ""
        return message(self._spelled(body), await self._reader((body,), conversation))

    async def for_one(self, body: Message, person: str) -> tuple[Post, ...]:
        """A message for one person alone."""
        return message(self._spelled(body), await self._reader((body,), f"dm:{person}"))

    async def reader(self, person: str, *bodies: Message) -> Reader:
        """One person, who looks at these without a place."""
        return await self._reader(bodies, f"dm:{person}")

    async def known(self, name: str) -> bool:
        """Whether there is somebody whose words go under that name."""
        return any(username(person.name) == name for person in (await self.desk.store.directory()).people.values())

    async def picture(self, person: str) -> str:
        """The address of a person's picture; empty where there is none."""
        return await self.people.picture(person) if person else ""

    def _spelled(self, body: Message) -> Message:
        return spelled(body, self.desk.rules.command)

    async def _reader(self, bodies: Sequence[Message], conversation: str) -> Reader:
        directory = await self.desk.store.directory()
        kind, _, rest = conversation.partition(":")
        person = directory.people.get(rest) if kind == "dm" else None
        inside = kind in ("triage", "alerts") or rest.endswith(":team")
        key = rest if kind == "client" else person.client if person else None
        named = [needs(body) for body in bodies]
        said = [body for body in bodies if isinstance(body, Relay) and "@" in body.text]
        users = await self.people.users() if said or any(each.people for each in named) else {}
        there = await audience(self.desk.store, directory, conversation) if said else []
        own = {body.person for body in said}  # nobody calls themselves
        called = {n: users[who.id] for n, who in handles(there).items() if who.id in users and who.id not in own}
        staff = inside or (person is not None and person.is_staff)
        links: dict[int, str] = {}
        for number in frozenset[int]().union(*(each.requests for each in named)):
            if (ref := await self._root(number, staff=staff)) is not None:
                links[number] = address(ref)
        beside: dict[int, str] = {}
        for number in (body.number for body in bodies if staff and isinstance(body, Card)):
            if (ref := await self._with_client(number)) is not None:
                beside[number] = address(ref)
        zone = person.zone if person else directory.clients[key].zone if key in directory.clients else None
        return Reader(
            self.desk.now(),
            zone or directory.team.zone,
            person,
            client=not staff,
            user=users.get,
            called=called,
            link=links.get,
            me=str(await self.wire.me()),
            beside=beside.get,
        )

    async def _root(self, number: int, *, staff: bool) -> MessageRef | None:
        """Where a request's thread begins, on the reader's side of it; None where that is in no channel there."""
        request = None if staff else await self.desk.store.request(number)
        if request is None and not staff:
            return None
        return await self._bound(client_side(request) if request else team_thread(number))

    async def _with_client(self, number: int) -> MessageRef | None:
        """Where it talks with the client, unless that is a conversation that the team is not in."""
        request = await self.desk.store.request(number)
        return await self._bound(client_side(request)) if request and not request.private else None

    async def _bound(self, conversation: str) -> MessageRef | None:
        place = await self.desk.store.binding(conversation)
        if place is not None and place.platform == PLATFORM and place.thread and place.workspace != DIRECT:
            return MessageRef(place_of(place.workspace, place.channel, place.thread), place.thread)
        return None
