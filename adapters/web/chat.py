"""The desk's port to this chat. A place's channel is the channel's id, its thread the id of the root message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from adapters.web.access import people_in
from adapters.web.live import Changed, Hub
from bot.clock import Clock
from bot.domain.mentions import named
from bot.domain.people import Directory
from bot.messages.model import Message, Relay
from bot.ports import Channel, ChannelKind, MessageRef, Place, Posted, Refused, Workspace
from bot.ports.lease import still_mine

People = Callable[[], Awaitable[Directory]]
PLATFORM = "web"
WORKSPACE = "desk"


def place_of(channel: str, thread: int | None = None) -> Place:
    """A place of this chat."""
    return Place(PLATFORM, WORKSPACE, channel, str(thread) if thread else None)


def ref_of(posted: Posted) -> MessageRef:
    """A message of this chat."""
    return MessageRef(place_of(posted.channel, posted.thread), str(posted.id))


class WebChat:
    """`Chat` over the workspace; every change is told to the open pages."""

    def __init__(
        self, workspace: Workspace, hub: Hub, clock: Clock, *, name: str = "Steward", people: People | None = None
    ) -> None:
        """`people` tells who is who, so that words that are carried here call whom they name."""
        self._workspace, self._hub, self._clock, self._name = workspace, hub, clock, name
        self._people = people

    async def post(self, place: Place, message: Message, *, key: str) -> MessageRef:
        """Post once: with a key that is there already, the message that carries it."""
        await self._channel(place.channel)
        thread = _number(place.thread) if place.thread else None
        if thread is not None:
            root = await self._message(thread)
            if root.channel != place.channel or root.thread is not None:
                raise Refused(f"message {thread} begins no thread in {place.channel}")
        named = await self._named(place.channel, message)
        posted, _ = await self._workspace.add(
            place.channel, at=self._clock.now(), thread=thread, body=message, key=key, mentions=named
        )
        self._tell(posted)
        return ref_of(posted)

    async def edit(self, ref: MessageRef, message: Message) -> None:
        """Show this instead."""
        posted = await self._message(_number(ref.message))
        named = await self._named(posted.channel, message)
        await still_mine()  # who was stopped may know older words than stand here by now
        await self._workspace.edit(posted.id, at=self._clock.now(), body=message, mentions=named)
        self._tell(posted)

    async def delete(self, ref: MessageRef) -> None:
        """Take it away; one that is gone stays gone."""
        posted = await self._workspace.message(_number(ref.message))
        if posted is not None:
            await self._workspace.delete(posted.id)
            self._tell(posted)

    async def open_thread(self, ref: MessageRef, title: str) -> Place:
        """Every top message has its thread already; a reply's is the one it stands in."""
        posted = await self._message(_number(ref.message))
        return place_of(posted.channel, posted.thread or posted.id)

    async def direct(self, user: str) -> Place:
        """The person's own channel, made when it is first needed."""
        id = f"dm:{user}"
        if await self._workspace.channel(id) is None:
            await self._workspace.put_channel(Channel(id, self._name, ChannelKind.DIRECT, person=user))
        return place_of(id)

    async def find(self, place: Place, key: str) -> MessageRef | None:
        """The message posted there with that key."""
        posted = await self._workspace.by_key(key)
        return ref_of(posted) if posted and posted.channel == place.channel else None

    async def _named(self, channel: str, message: Message) -> list[str]:
        """Whom somebody's words call, of those who may read them there; nobody calls themselves."""
        if self._people is None or not isinstance(message, Relay) or "@" not in message.text:
            return []
        found = await self._workspace.channel(channel)
        people = people_in(await self._people(), found) if found else []
        return [id for id in named(message.text, people) if id != message.person]

    async def _channel(self, id: str) -> None:
        if await self._workspace.channel(id) is None:
            raise Refused(f"there is no channel {id}")

    async def _message(self, id: int) -> Posted:
        posted = await self._workspace.message(id)
        if posted is None:
            raise Refused(f"there is no message {id}")
        return posted

    def _tell(self, posted: Posted) -> None:
        self._hub.publish(Changed(posted.channel, posted.id, posted.thread))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused(f"“{text[:20]}” is no message of this chat")
    return int(text)
