"""Who may enter a channel. All that is read, written or announced goes through here; the rest is not there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Directory, Person, Role
from bot.ports import Channel, ChannelKind, Posted, Workspace


def may_enter(person: Person, channel: Channel) -> bool:
    """A client's channel is for its own people and staff, the team's for staff, a direct one for its person."""
    if not person.active:
        return False
    match channel.kind:
        case ChannelKind.CLIENT:
            own = person.role is Role.CLIENT and person.client is not None and person.client == channel.client
            return person.is_staff or own
        case ChannelKind.TEAM:
            return person.is_staff
        case ChannelKind.DIRECT:
            return channel.person == person.id
    return False


def may_know(person: Person, other: Person) -> bool:
    """Staff know everybody; a client's people know their own colleagues and the team."""
    if not other.active or other.role is Role.DESK:
        return False
    return person.is_staff or other.is_staff or (person.client is not None and person.client == other.client)


def people_in(directory: Directory, channel: Channel) -> list[Person]:
    """Everybody who may enter a channel."""
    return [person for person in directory.people.values() if may_enter(person, channel)]


@dataclass(frozen=True)
class Access:
    """The workspace as one person may see it. None stands both for what is not there and for what is not theirs."""

    workspace: Workspace

    async def channels(self, person: Person) -> list[Channel]:
        """Their sidebar."""
        return [channel for channel in await self.workspace.channels() if may_enter(person, channel)]

    async def channel(self, person: Person, id: str) -> Channel | None:
        """One channel."""
        found = await self.workspace.channel(id)
        return found if found is not None and may_enter(person, found) else None

    async def message(self, person: Person, id: int) -> tuple[Channel, Posted] | None:
        """One message and its channel."""
        posted = await self.workspace.message(id) if 0 < id < 2**53 else None
        channel = await self.channel(person, posted.channel) if posted else None
        return (channel, posted) if channel and posted else None

    async def root(self, person: Person, channel: str, id: int) -> tuple[Channel, Posted] | None:
        """A message at the top level of that channel, under which a thread stands or may begin."""
        found = await self.message(person, id)
        if found is None or found[0].id != channel or found[1].thread is not None:
            return None
        return found

    async def home(self, person: Person) -> Channel | None:
        """Where somebody begins: the team's first channel, a client's own, or else what there is."""
        channels = await self.channels(person)
        first = ChannelKind.TEAM if person.is_staff else ChannelKind.CLIENT
        return next((c for c in channels if c.kind is first), channels[0] if channels else None)
